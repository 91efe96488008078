"""Columns by name: the one that is meant, and those that are near."""

from collections.abc import Iterable
from difflib import get_close_matches

from catalog.coverage import spoken
from ingest.proposals.shape import Column, Shape


def column_named(name: str, columns: Iterable[Column]) -> Column | None:
    """The column of a name; else the only one that has it but for case."""
    listed = list(columns)
    exact = [one for one in listed if one.path == name]
    alike = exact or [one for one in listed if one.path.casefold() == name.casefold()]
    return alike[0] if len(alike) == 1 else None


def near_columns(name: str, columns: Iterable[Column]) -> str:
    """A sentence with the nearest names, or with those that there are."""
    paths = {one.path.casefold(): one.path for one in columns}
    near = get_close_matches(name.casefold(), paths, n=3)
    if near:
        return f"Did you mean {' or '.join(paths[one] for one in near)}?"
    return f"It has {', '.join(sorted(paths.values())[:10])}." if paths else "No column of it is known."


def untyped(dataset: str, before: Shape, after: Shape) -> list[str]:
    """A sentence about the columns of which no type is known, though a new one is told."""
    types = {one.path.casefold(): one.type for one in after.columns}
    found = [one.path for one in before.columns if one.type is None and types.get(one.path.casefold())]
    if not found:
        return []
    more = f" and {len(found) - 5} more" if len(found) > 5 else ""
    return [
        f"No type of {', '.join(found[:5])}{more} of {spoken(dataset)} is known: whether it changes cannot be told."
    ]
