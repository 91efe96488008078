"""Lines of answers for people: names as they are read, lists that are broken between names only."""

from collections.abc import Sequence
from typing import NamedTuple

from catalog.coverage import spoken
from catalog.identity import FieldId

MAX_WIDTH = 100
"""Lists are broken between names at this width, or where the terminal ends."""
_HANGING = " " * 12


class Line(NamedTuple):
    """One line and the style that a terminal gives it; a line break in it comes from a name."""

    text: str
    style: str | None = None


def plural(count: int, noun: str) -> str:
    """``1 hop``, ``2 hops``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def filled(head: str, names: Sequence[str], width: int) -> list[str]:
    """Lines with the names behind the head, as many as fit on each; a long name stays whole."""
    lines = [head]
    for number, name in enumerate(names):
        part = name if number == len(names) - 1 else f"{name},"
        if number and len(lines[-1]) + 1 + len(part) > width:
            lines.append(_HANGING + part)
        else:
            lines[-1] += f" {part}"
    return lines


def field_home(key: str) -> str:
    """The dataset of a field, as it is read; what is no field, or has a hash for a key, is its own."""
    try:
        return str(FieldId.parse(key).dataset)
    except ValueError:
        return spoken(key)


def field_path(key: str) -> str:
    """``#path`` of a field; empty for what is no field, or has a hash for a key."""
    try:
        return f"#{FieldId.parse(key).path}"
    except ValueError:
        return ""
