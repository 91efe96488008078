"""What the SQL of a job does against schemas that are given: asked before a change and after it, and compared.

A port: ``ingest`` has the parsers and the database that answer it, ``api`` puts them together.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class BoundColumn:
    """A column of a table as it is known or as SQL makes it; ``type`` in the words of its database, None: not known.

    ``was``: the type that it had before a change, for a table as it will be: its values are taken to be the same ones
    in another type, so that a cast back does not fail. Bindings never say it.
    """

    name: str
    type: str | None = None
    was: str | None = None


@dataclass(frozen=True, slots=True)
class BoundTable:
    """A table that the text names, by the parts of its name as the text writes them, with its columns in their order.

    ``whole``: these are all its columns; else there may be others.
    """

    name: tuple[str, ...]
    columns: tuple[BoundColumn, ...]
    whole: bool = True


@dataclass(frozen=True, slots=True)
class JobText:
    """The SQL of a job and what it reads. ``target``: the one table that a text writes that is a query alone (as
    dbt's); None: the text says itself what it writes. ``dialect``: as sqlglot names it; None: not told."""

    text: str
    dialect: str | None
    tables: tuple[BoundTable, ...]
    target: tuple[str, ...] | None = None


class BindStatus(StrEnum):
    """BOUND: the database takes the text. REFUSED: it does not; the text fails when it is run. UNDECIDED: not known."""

    BOUND = "BOUND"
    REFUSED = "REFUSED"
    UNDECIDED = "UNDECIDED"


@dataclass(frozen=True, slots=True)
class BoundCast:
    """A cast, written or implied, that runs over values of tables: ``certain`` says that it fails for any value.

    Those that fail only for values at the ends of a type's range are not told. ``likely``: it meets text that nobody
    changed, because other text that it is compared or put together with became that type; or it is certain.
    ``source``: a type, or a constant in quotes. ``place``: where in the text it stands; the same before and after.
    """

    source: str
    target: str
    implied: bool
    certain: bool
    place: int = -1
    likely: bool = False


@dataclass(frozen=True, slots=True)
class Binding:
    """How a text binds. ``writes``: the tables it makes, with columns and types as they will be (by name, folded);
    ``message``: why it is refused or undecided; ``casts``: those that may fail on values; ``exact``: the engine that
    answered is the job's own database, not a likeness of it; ``some``: like ``writes``, of tables that have other
    columns besides, which are not known."""

    status: BindStatus
    writes: Mapping[tuple[str, ...], tuple[BoundColumn, ...]]
    message: str | None = None
    casts: frozenset[BoundCast] = frozenset()
    exact: bool = False
    some: Mapping[tuple[str, ...], tuple[BoundColumn, ...]] = field(default_factory=dict)

    @property
    def runs(self) -> bool:
        """Whether the database takes the text, and it has no cast that always fails."""
        return self.status is BindStatus.BOUND and not any(cast.certain for cast in self.casts)


@dataclass(frozen=True, slots=True)
class Evidence:
    """That columns are of a type. ``family``: the types that go together in comparisons; ``told``: a schema or a cast
    says it, not the use alone."""

    family: str
    type: str
    told: bool


@dataclass(frozen=True, slots=True)
class Kin:
    """Columns that a text takes for values of one kind: it copies, compares or unites them. ``columns``: the table as
    the text names it, () for the one that a query alone writes; and the column, folded. ``open``: names without a
    table, each with the tables of which one must have it."""

    columns: frozenset[tuple[tuple[str, ...], str]]
    evidence: frozenset[Evidence]
    open: frozenset[tuple[tuple[tuple[str, ...], ...], str]] = frozenset()


@dataclass(frozen=True, slots=True)
class PassedOn:
    """That a text puts all columns of ``source``, of which not all are known, into ``target``, ``but`` those. ``sole``:
    what is not named there comes from nothing else, or from each of what is united."""

    target: tuple[str, ...]
    source: tuple[str, ...]
    but: frozenset[str]
    sole: bool


@dataclass(frozen=True, slots=True)
class Kindred:
    """What a text says of columns of which nobody tells a type, or that there are. ``defaulted``: (table, column) that
    it takes with a constant for where they are null; ``joined_by``: the tables by whose keys its natural joins are
    likely to compare; None: by those of any."""

    classes: tuple[Kin, ...] = ()
    passed: frozenset[PassedOn] = frozenset()
    defaulted: frozenset[tuple[tuple[str, ...], str]] = frozenset()
    joined_by: frozenset[tuple[str, ...]] | None = None


class Value(StrEnum):
    """What a statement puts into a column. NULL: null in some row. FULL: null in none. OPEN: it may be null."""

    NULL = "NULL"
    FULL = "FULL"
    OPEN = "OPEN"


@dataclass(frozen=True, slots=True)
class Fill:
    """What one statement (or one WHEN of a MERGE) puts into a table that is there; or that it makes it.

    ``table``: the name as the text writes it, folded. ``how``: INSERT, MERGE, UPDATE, COPY or CREATE. ``columns``,
    folded: those that it names; None: it names none. ``values``: of each of them, or of each place; None: not known.
    ``by_name``: without a list of columns the names of what it gives decide, not the places. ``adds``: it adds rows.
    """

    table: tuple[str, ...]
    how: str
    columns: tuple[str, ...] | None = None
    values: tuple[Value, ...] | None = None
    by_name: bool = False
    adds: bool = True


class JobBinder(Protocol):
    """Binds the texts of jobs. It runs nothing over data, reads no file, and opens no connection."""

    def kin(self, texts: Sequence[JobText]) -> Sequence[Kindred]:
        """What each text says of the types of columns by the way it uses them; nothing where it cannot be read."""
        ...

    def fills(self, texts: Sequence[JobText]) -> Sequence[Sequence[Fill]]:
        """What each text puts into which tables; nothing where it cannot be read."""
        ...

    def tables(self, texts: Sequence[JobText]) -> Sequence[Sequence[tuple[str, ...]]]:
        """The names that may be tables in each text, by their parts."""
        ...

    def bind(self, texts: Sequence[JobText]) -> Sequence[Binding]:
        """One answer for each text, in order. It never raises for what a text holds: such is UNDECIDED."""
        ...


_NUMBERS = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DECIMAL.*|DOUBLE|FLOAT|REAL")


def new_casts(before: Binding, after: Binding) -> frozenset[BoundCast]:
    """The casts that may fail only after a change, or then for certain: one of the same constant, or to the same kind
    of type, that was as bad at the same place before has been lived with."""
    known = {(_site(cast), cast.certain) for cast in before.casts}
    return frozenset(
        cast
        for cast in after.casts
        if (_site(cast), True) not in known and (cast.certain or (_site(cast), False) not in known)
    )


def _site(cast: BoundCast) -> tuple[int, str]:
    if cast.source.startswith("'"):
        return cast.place, cast.source
    return cast.place, "NUMBER" if _NUMBERS.fullmatch(cast.target) else cast.target
