"""Relations while they are read: columns with the base columns that they come from."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from ingest.sql.bounds import Budget
from ingest.sql.values import DIRECT, INDIRECT


class Ref(NamedTuple):
    """A column of a base table: the table's key, and the column in the schema's spelling."""

    table: str
    column: str


class How(NamedTuple):
    """How a column is used for a value: a kind and a subtype of the ``columnLineage`` facet."""

    kind: str
    subtype: str


IDENTITY, TRANSFORMATION, AGGREGATION = (
    How(DIRECT, "IDENTITY"),
    How(DIRECT, "TRANSFORMATION"),
    How(DIRECT, "AGGREGATION"),
)
JOIN, FILTER, GROUP_BY, WINDOW, SORT, CONDITIONAL = (
    How(INDIRECT, name) for name in ("JOIN", "FILTER", "GROUP_BY", "WINDOW", "SORT", "CONDITIONAL")
)
_STRENGTH = {"IDENTITY": 0, "TRANSFORMATION": 1, "AGGREGATION": 2}

Sources = frozenset[tuple[Ref, How]]
NOTHING: Sources = frozenset()


def stronger(one: How, other: How) -> How:
    """Of two ways, one through the other: indirect stays indirect, of direct ones the stronger."""
    if one.kind == INDIRECT:
        return one
    if other.kind == INDIRECT:
        return other
    return one if _STRENGTH[one.subtype] >= _STRENGTH[other.subtype] else other


def passed(sources: Sources, how: How) -> Sources:
    """What a value comes from when something of these sources is used in it in one way."""
    if how is IDENTITY:
        return sources
    if how.kind == INDIRECT:
        return frozenset((ref, how) for ref, _ in sources)
    return frozenset((ref, stronger(was, how)) for ref, was in sources)


def settled(sources: Iterable[tuple[Ref, How]]) -> Sources:
    """Each base column with its strongest direct way, and each of its indirect ways."""
    direct: dict[Ref, How] = {}
    indirect = set()
    for ref, how in sources:
        if how.kind == INDIRECT:
            indirect.add((ref, how))
        else:
            direct[ref] = stronger(direct.get(ref, IDENTITY), how)
    return frozenset({*direct.items(), *indirect})


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a relation. ``vanishes``: base columns without which it would silently not be here (stars)."""

    name: str
    sources: Sources = NOTHING
    vanishes: frozenset[Ref] = frozenset()
    type: str | None = None
    named: bool = True


@dataclass(frozen=True, slots=True)
class Relation:
    """Columns in order and what decides on the rows.

    ``open``: keys of base tables of unknown schema, whose columns it has as well. ``rest``: it may have any other
    column, which then comes from these (a table function). Neither: it is closed.
    """

    columns: tuple[Column, ...] = ()
    open: frozenset[str] = frozenset()
    rest: Sources | None = None
    influences: Sources = NOTHING
    by_name: dict[str, list[int]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        places: dict[str, list[int]] = {}
        for place, column in enumerate(self.columns):
            places.setdefault(column.name.casefold(), []).append(place)
        object.__setattr__(self, "by_name", places)

    @property
    def closed(self) -> bool:
        """Whether its columns are all that it has."""
        return not self.open and self.rest is None

    def named(self, name: str) -> list[Column]:
        """The columns of a name: in this spelling, else in any."""
        found = [self.columns[place] for place in self.by_name.get(name.casefold(), ())]
        return [column for column in found if column.name == name] or found

    def renamed(self, names: list[str]) -> "Relation":
        """With the first columns renamed, as an alias with a list of columns does."""
        if not names:
            return self
        first = [replace(c, name=n, named=True) for c, n in zip(self.columns, names, strict=False)]
        more = [Column(n, self.rest or NOTHING) for n in names[len(self.columns) :]]
        return replace(self, columns=(*first, *more, *self.columns[len(first) :]))


def spend_on(budget: Budget, columns: Iterable[Column]) -> None:
    """Count the making of columns. Raises TooComplex."""
    budget.spend(sum(1 + len(column.sources) for column in columns))
