"""Text members of facets."""

from typing import Any

from ingest.problems import Code, Problems, member, shown


def text_or_none(owner: dict[str, Any], key: str, path: str, problems: Problems) -> str | None:
    """The text under a key; None when it is absent, null, or not text (a problem)."""
    value = owner.get(key)
    if value is None or isinstance(value, str):
        return value
    problems.lose(Code.FACET_CONTENT, member(path, key), f"Expected text; this is {shown(value)}.")
    return None
