"""Places in a descriptor: the path to a value, and the line on which it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

Path: TypeAlias = tuple[str | int, ...]
"""The keys of mappings and the positions in lists (from 0) that lead to a value; () is the whole."""

ROOT: Path = ()


def spelled(path: Path) -> str:
    """A path as people write it: ``schema[0].properties[2].name``; ``$`` is the whole."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".") or "$"


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines on which values begin, counted from 1. Of what has none of its own, that of what it is in."""

    known: Mapping[Path, int]

    def line(self, path: Path) -> int | None:
        for length in range(len(path), -1, -1):
            found = self.known.get(path[:length])
            if found is not None:
                return found
        return None
