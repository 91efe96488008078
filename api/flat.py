"""Answers of GraphQL as plain documents: a connection becomes the list of its nodes."""

from collections.abc import Mapping
from typing import Any


def flat(value: Any) -> tuple[Any, list[str]]:
    """A value without connections, and the paths of the lists that have more behind their last item."""
    cut: list[str] = []
    return _flat(value, "", cut), cut


def _flat(value: Any, path: str, cut: list[str]) -> Any:
    if isinstance(value, list):
        return [_flat(item, f"{path}[{place}]", cut) for place, item in enumerate(value)]
    if not isinstance(value, Mapping):
        return value
    if "edges" in value:
        if value.get("pageInfo", {}).get("hasNextPage"):
            cut.append(path)
        return _flat([edge["node"] for edge in value["edges"]], path, cut)
    return {name: _flat(item, f"{path}.{name}" if path else name, cut) for name, item in value.items()}
