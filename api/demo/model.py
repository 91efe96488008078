"""The values a demo pipeline is described with: datasets, tasks, and the column lineage beside each SQL."""

from dataclasses import dataclass, field

TABLES = "duckdb://shop"
"""Namespace of the tables."""
FILES = "file://shop"
"""Namespace of the files; their names are paths below the shop's folder."""
FOLDER = "${SHOP}"
"""Stands for the shop's folder in SQL and messages, so that both are the same on every machine."""

DIRECT = frozenset({"IDENTITY", "TRANSFORMATION", "AGGREGATION"})
INDIRECT = frozenset({"FILTER", "JOIN", "GROUP_BY", "WINDOW", "CONDITIONAL"})


@dataclass(frozen=True, slots=True)
class ColumnEdge:
    """One use of an input column. ``output`` is None when the column decides about rows of all."""

    output: str | None
    dataset: str
    column: str
    subtype: str
    masked: bool = False

    @property
    def kind(self) -> str:
        return "DIRECT" if self.subtype in DIRECT else "INDIRECT"


@dataclass(frozen=True, slots=True)
class Dataset:
    """What people wrote about a dataset. A name with a slash is a file, any other a table."""

    name: str
    owner: str
    description: str
    columns: dict[str, str] = field(default_factory=dict)
    pii: tuple[str, ...] = ()
    file_alias: str | None = None
    """Path of the same data as a file: emitted as a LOCATION symlink."""

    @property
    def namespace(self) -> str:
        return namespace_of(self.name)


@dataclass(frozen=True, slots=True)
class Assertion:
    """A data quality rule: ``violations`` is SQL that counts the rows against it."""

    name: str
    column: str
    violations: str
    severity: str = "error"


@dataclass(frozen=True, slots=True)
class Task:
    """One job of a domain's daily pipeline: SQL that really runs, and what it reads and writes.

    ``lineage`` None means that the job does not know its column lineage (a script, not visible SQL).
    """

    domain: str
    name: str
    description: str
    sql: str
    inputs: tuple[str, ...]
    output: str | None
    lineage: tuple[ColumnEdge, ...] | None = None
    assertions: tuple[Assertion, ...] = ()
    script: bool = False


def namespace_of(dataset: str) -> str:
    """The namespace of a dataset name: files have a path, tables a schema."""
    return FILES if "/" in dataset else TABLES


def edges(table: str) -> tuple[ColumnEdge, ...]:
    """Read a table of column lineage, one line for each use: ``output <- dataset.column SUBTYPE [MASKED]``.

    ``*`` as the output says that the column decides about rows. Raises ValueError for a line it cannot read.
    """
    return tuple(_edge(line) for line in table.splitlines() if line.strip())


def _edge(line: str) -> ColumnEdge:
    match line.split():
        case [output, "<-", source, subtype] if subtype in DIRECT | INDIRECT:
            masked = False
        case [output, "<-", source, subtype, "MASKED"] if subtype in DIRECT:
            masked = True
        case _:
            raise ValueError(f"not a line of column lineage: {line!r}")
    dataset, _, column = source.rpartition(".")
    return ColumnEdge(None if output == "*" else output, dataset, column, subtype, masked)
