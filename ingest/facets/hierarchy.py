"""The ``hierarchy`` dataset facet (1-0-0): where in its platform the dataset lies, from the highest level down."""

from typing import Any

from catalog.statement import Level
from catalog.values import encode_hierarchy
from ingest.problems import Code, Problems, shown


def read_hierarchy(facet: dict[str, Any], path: str, problems: Problems) -> dict[str, str | None]:
    """``hierarchy`` of the dataset. As the levels lead from one to the next, one that cannot be read spoils all."""
    listed = facet.get("hierarchy")
    if listed is None:
        return {"hierarchy": None}
    where = f"{path}.hierarchy"
    if not isinstance(listed, list):
        problems.lose(Code.FACET_CONTENT, where, f"A hierarchy is a list; this is {shown(listed)}.")
        return {}
    levels = [_level(item, f"{where}[{index}]", problems) for index, item in enumerate(listed)]
    known = [level for level in levels if level is not None]
    return {"hierarchy": encode_hierarchy(known)} if len(known) == len(levels) else {}


def _level(item: Any, path: str, problems: Problems) -> Level | None:
    if isinstance(item, dict):
        type_, name = item.get("type"), item.get("name")
        if isinstance(type_, str) and isinstance(name, str):
            return Level(type_, name)
    problems.lose(Code.FACET_CONTENT, path, "A level has a type and a name that are text.")
    return None
