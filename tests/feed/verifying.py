"""The code of docs/changes.md by which a receiver verifies what it gets, as it stands there."""

from collections.abc import Callable
from typing import Any

from tests.docs.markdown import ROOT, snippets

_PAGE = ROOT / "docs" / "changes.md"


def _documented() -> Callable[..., bool]:
    [code] = [one.text for one in snippets(_PAGE) if one.language == "python"]
    names: dict[str, Any] = {}
    exec(compile(code, str(_PAGE), "exec"), names)
    found: Callable[..., bool] = names["verify"]
    return found


verify = _documented()
