"""What the SQL of a job does against schemas that are given: asked before a change and after it, and compared.

A port: ``ingest`` has the parsers and the database that answer it, ``api`` puts them together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class BoundColumn:
    """A column of a table as it is known or as SQL makes it; ``type`` in the words of its database, None: not known."""

    name: str
    type: str | None = None


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
    """A cast, written or implied, that runs over values of tables: ``certain`` says that it fails for any value."""

    source: str
    target: str
    implied: bool
    certain: bool


@dataclass(frozen=True, slots=True)
class Binding:
    """How a text binds. ``writes``: the tables it makes, with columns and types as they will be (by name, folded);
    ``message``: why it is refused or undecided; ``casts``: those that may fail on values; ``exact``: the engine that
    answered is the job's own database, not a likeness of it."""

    status: BindStatus
    writes: Mapping[tuple[str, ...], tuple[BoundColumn, ...]]
    message: str | None = None
    casts: frozenset[BoundCast] = frozenset()
    exact: bool = False


class JobBinder(Protocol):
    """Binds the texts of jobs. It runs nothing over data, reads no file, and opens no connection."""

    def bind(self, texts: Sequence[JobText]) -> Sequence[Binding]:
        """One answer for each text, in order. It never raises for what a text holds: such is UNDECIDED."""
        ...
