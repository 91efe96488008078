"""The formats of descriptors, each recognised by what a part says, never by the name of its file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ingest.descriptors import backstage, dbt, meshline, odcs, odps
from ingest.descriptors.draft import Draft
from ingest.descriptors.near import seems
from ingest.descriptors.text import Part
from ingest.errors import UnknownFormat


@dataclass(frozen=True, slots=True)
class Format:
    """One format. ``name`` as people call it; ``matches``: whether a mapping is one of it; ``read``: a part of that
    format into a draft, with all that is wrong as its faults."""

    name: str
    matches: Callable[[Mapping[str, Any]], bool]
    read: Callable[[Part, Draft], None]


FORMATS: tuple[Format, ...] = (
    Format(meshline.NAME, meshline.matches, meshline.read),
    Format("Backstage entity", backstage.matches, backstage.read),
    Format("dbt manifest", dbt.matches, dbt.read),
    Format("ODCS data contract", odcs.matches, odcs.read),
    Format("ODPS data product", odps.matches, odps.read),
)
"""In the order in which they are tried."""


def recognise(part: Part) -> Format:
    """The format of a part. Raises UnknownFormat."""
    if isinstance(part.value, dict):
        for known in FORMATS:
            if known.matches(part.value):
                return known
    where = "" if part.index == 0 else f"Part {part.index + 1}, "
    line = f"line {part.line()}: " if part.line() else ""
    near = seems(part.value)
    message = f"{where}{line}{_shown(part.value)} is no descriptor that is known."
    raise UnknownFormat(message if near is None else f"{message} {near}")


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return f"a mapping with {', '.join(map(str, list(value)[:6])) or 'nothing'}"
    if isinstance(value, list):
        return "a list"
    return f"{value!r:.40}"
