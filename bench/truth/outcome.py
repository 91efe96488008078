"""What a mutation truly does to a job, seen by running it; and what two states of a table differ in."""

from collections import Counter
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from itertools import combinations
from typing import Any

from bench.truth.mutation import Column

DIGITS = 12
"""Numbers are equal when that many digits are: sums of floats depend on the order of rows."""
MOST_TOGETHER = 3
"""Columns that together may tell rows apart."""


class Truth(StrEnum):
    """What happens to a job, the worst first.

    ERROR: its own SQL fails. STALE: one before it failed, so that it is not run; with ERROR behind it where its own SQL
    would fail as well. SCHEMA: what it writes has other columns or types. ROWS:
    other rows. VALUES: other values in the same rows. SAME: nothing.
    """

    ERROR = "error"
    STALE = "stale"
    SCHEMA = "schema"
    ROWS = "rows"
    VALUES = "values"
    SAME = "same"


RANK = {truth: rank for rank, truth in enumerate(Truth)}


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that happens to a job, worst first, and what the database said."""

    found: tuple[Truth, ...]
    message: str = ""

    @property
    def worst(self) -> Truth:
        return self.found[0]


@dataclass(frozen=True, slots=True)
class Table:
    """The content of a table."""

    columns: tuple[Column, ...]
    rows: Sequence[tuple[Any, ...]]


def difference(before: Table, after: Table, unstable: Collection[str]) -> list[Truth]:
    """What differs, worst first; nothing of it where both are the same.

    ``unstable``: columns (lower case) whose values no build gives twice; ``*`` for the rows themselves.
    """
    found = []
    if [(one.name.lower(), one.type) for one in before.columns] != [
        (one.name.lower(), one.type) for one in after.columns
    ]:
        found.append(Truth.SCHEMA)
    if "*" in unstable:
        return found
    if len(before.rows) != len(after.rows):
        return [*found, Truth.ROWS]
    old, new = _by_name(before), _by_name(after)
    both = [name for name in old if name in new and name not in unstable]
    if Counter(_rows(old, both)) == Counter(_rows(new, both)):
        return found
    return [*found, Truth.ROWS if _other_rows(old, new, both) else Truth.VALUES]


def _other_rows(
    old: Mapping[str, list[Hashable]], new: Mapping[str, list[Hashable]], both: Sequence[str]
) -> bool:
    """Whether as many rows are others: of the columns, and sets of them, that tell rows apart none has the same values,
    and a column tells others apart afterwards. The one row of a table is told apart by nothing."""
    if len(next(iter(old.values()), ())) == 1:
        return False
    for size in range(1, MOST_TOGETHER + 1):
        for names in combinations(both, size):
            before, after = _rows(old, names), _rows(new, names)
            if len(set(before)) == len(before) and set(before) == set(after):  # a group may be that of null
                return False
    return any(_is_key(_rows(old, [name])) and _is_key(_rows(new, [name])) for name in both)


def _is_key(rows: Sequence[tuple[Hashable, ...]]) -> bool:
    return len(set(rows)) == len(rows) and not any(None in row for row in rows)


def _by_name(table: Table) -> dict[str, list[Hashable]]:
    return {
        column.name.lower(): [plain(row[place]) for row in table.rows]
        for place, column in enumerate(table.columns)
    }


def _rows(values: Mapping[str, list[Hashable]], names: Sequence[str]) -> list[tuple[Hashable, ...]]:
    return list(zip(*(values[name] for name in names), strict=True))


def plain(value: Any) -> Hashable:
    """A value so that the same one of another type is equal: 1, 1.0 and '1'; True and 'true'; a date and its text."""
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float | Decimal):
        return f"{float(value):.{DIGITS}g}"
    if isinstance(value, datetime):
        return value.isoformat(" ").removesuffix(" 00:00:00")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return tuple((key, plain(one)) for key, one in value.items())
    if isinstance(value, list | tuple):
        return tuple(plain(one) for one in value)
    text = str(value)
    try:
        return f"{float(text):.{DIGITS}g}"
    except ValueError:
        return text.removesuffix(" 00:00:00")
