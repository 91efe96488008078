"""What a text of SQL reads and writes: the answer of the analyser, as plain values without any tree of the parser."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from catalog.sql_form import SqlForm

DIRECT, INDIRECT = "DIRECT", "INDIRECT"


class Status(StrEnum):
    """How much is known. COMPLETE: each name is resolved and each statement understood."""

    COMPLETE = "COMPLETE"
    PARTIAL = "PARTIAL"
    FAILED = "FAILED"


class Reason(StrEnum):
    """Why an answer is less than complete."""

    NO_SQL = "NO_SQL"
    NOT_PARSED = "NOT_PARSED"
    TEMPLATE = "TEMPLATE"
    TOO_LONG = "TOO_LONG"
    TOO_COMPLEX = "TOO_COMPLEX"
    TOO_DEEP = "TOO_DEEP"
    UNKNOWN_DIALECT = "UNKNOWN_DIALECT"
    STATEMENT_NOT_UNDERSTOOD = "STATEMENT_NOT_UNDERSTOOD"
    SCHEMA_UNKNOWN = "SCHEMA_UNKNOWN"
    STAR_UNRESOLVED = "STAR_UNRESOLVED"
    COLUMN_UNRESOLVED = "COLUMN_UNRESOLVED"
    COLUMN_AMBIGUOUS = "COLUMN_AMBIGUOUS"
    COLUMN_MISSING = "COLUMN_MISSING"
    FUNCTION_OPAQUE = "FUNCTION_OPAQUE"


class Clause(StrEnum):
    """Where in a statement a column is used."""

    SELECT = "SELECT"
    JOIN = "JOIN"
    FILTER = "FILTER"
    GROUP_BY = "GROUP_BY"
    HAVING = "HAVING"
    WINDOW = "WINDOW"
    SORT = "SORT"
    CONDITIONAL = "CONDITIONAL"
    SET = "SET"
    """By position in a set operation or an insert: the number of columns counts."""
    EXCLUDE = "EXCLUDE"
    """Named by a star's EXCLUDE, REPLACE or RENAME."""


class WriteKind(StrEnum):
    """What a statement does to the table that it writes."""

    SELECT = "SELECT"
    CREATE_TABLE = "CREATE_TABLE"
    CREATE_VIEW = "CREATE_VIEW"
    INSERT = "INSERT"
    COPY = "COPY"
    """From or to a file, whose path is its name."""
    MERGE = "MERGE"
    UPDATE = "UPDATE"
    DELETE = "DELETE"


@dataclass(frozen=True, slots=True, order=True)
class TableName:
    """A table as the text names it: its parts without quotes, the outermost first; at least one."""

    parts: tuple[str, ...]

    @property
    def key(self) -> str:
        """The same for two spellings that differ in case only: in one text they are one table."""
        return "\0".join(self.parts).casefold()

    def __str__(self) -> str:
        return ".".join(self.parts)


@dataclass(frozen=True, slots=True)
class SchemaColumn:
    """A column of a table whose schema is known; the type is in the words of whoever told it."""

    name: str
    type: str | None = None


class SomeColumns(tuple[SchemaColumn, ...]):
    """Columns that a table is known to have, and that need not be all."""

    __slots__ = ()


SchemaSource = Callable[[TableName], Sequence[SchemaColumn] | None]
"""The columns of a table in order; None or none at all: not known. The same answer for the same name in a call."""


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """A column that the text uses, wherever: also in common table expressions and subqueries.

    ``star``: it is reached through stars only, so the text still runs when the column goes.
    """

    name: str
    clauses: frozenset[Clause]
    star: bool


@dataclass(frozen=True, slots=True)
class TableRead:
    """A table that the text reads.

    ``star``: its schema is not known and a star (or what the analyser could not follow) may reach any column.
    ``own``: an earlier statement of the same text made it. ``target``: it is read only as what is being changed.
    """

    table: TableName
    columns: tuple[ColumnUse, ...]
    star: bool
    schema_known: bool
    own: bool
    target: bool


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """A column that something written comes from, in the words of the ``columnLineage`` facet.

    DIRECT: IDENTITY, TRANSFORMATION or AGGREGATION. INDIRECT: JOIN, FILTER, GROUP_BY, WINDOW, SORT or CONDITIONAL.
    """

    table: TableName
    column: str
    kind: str
    subtype: str


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """A column that is written. ``named``: the text names it; else the name is the database's choice."""

    name: str
    type: str | None
    sources: tuple[Source, ...]
    named: bool = True


@dataclass(frozen=True, slots=True)
class TableWrite:
    """What the text writes to one table; ``table`` is None for a bare SELECT, whose output the caller knows.

    ``closed``: the columns are all columns of the table, in order. ``influences``: INDIRECT, on every row.
    ``temporary``: gone at the end of the text; the sources of others name the tables behind it.
    """

    table: TableName | None
    kind: WriteKind
    columns: tuple[OutputColumn, ...]
    closed: bool
    influences: tuple[Source, ...]
    temporary: bool = False


@dataclass(frozen=True, slots=True)
class StatementRead:
    """One statement of the text; the kind is its first word or words."""

    index: int
    kind: str
    status: Status


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something is not known, in one sentence; ``statement`` is None when it concerns the whole text."""

    reason: Reason
    statement: int | None
    message: str


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A column that could not be placed; ``table`` when the text says of which table it is."""

    column: str
    table: TableName | None
    candidates: tuple[TableName, ...]
    clauses: frozenset[Clause]


@dataclass(frozen=True, slots=True)
class SqlLineage:
    """What a text reads and writes, and what is not known of it.

    ``schemas_missing``: tables whose schema would tell more: ask again when it is known. ``forms``: None where a part
    of the text is not understood.
    """

    status: Status
    problems: tuple[Problem, ...] = ()
    statements: tuple[StatementRead, ...] = ()
    reads: tuple[TableRead, ...] = ()
    writes: tuple[TableWrite, ...] = ()
    schemas_missing: tuple[TableName, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    forms: frozenset[SqlForm] | None = None
