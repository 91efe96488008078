"""DuckDB as the judge: a column is really retyped, with data in it, and the text is really run."""

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

from catalog.impact.job_binder import Binding, BindStatus, BoundColumn, BoundTable, JobText, new_casts

SCHEMA = {
    "id": "INTEGER",
    "name": "VARCHAR",
    "code": "VARCHAR",
    "amount": "DECIMAL(10,2)",
    "ratio": "DOUBLE",
    "qty": "BIGINT",
    "day": "DATE",
    "at": "TIMESTAMP",
    "ok": "BOOLEAN",
}
OTHER = {"id": "INTEGER", "label": "VARCHAR", "since": "DATE", "total": "DECIMAL(12,2)"}
ROWS = 12
_VALUES = {
    "INTEGER": "n % 5",
    "BIGINT": "n * 100",
    "VARCHAR": "'word ' || n",
    "DOUBLE": "n / 4",
    "DATE": "date '2024-01-01' + n::int",
    "TIMESTAMP": "timestamp '2024-01-01 10:00:00' + to_hours(n)",
    "BOOLEAN": "n % 2 = 0",
    "DECIMAL(10,2)": "n * 1.5",
    "DECIMAL(12,2)": "n * 2.5",
}
RETYPED = {
    "INTEGER": ("VARCHAR", "BIGINT", "DOUBLE", "DECIMAL(10,2)", "DATE", "BOOLEAN"),
    "BIGINT": ("INTEGER", "VARCHAR", "DOUBLE", "TIMESTAMP"),
    "VARCHAR": ("INTEGER", "DATE", "BOOLEAN", "DOUBLE", "DECIMAL(10,2)", "TIMESTAMP"),
    "DECIMAL(10,2)": ("DOUBLE", "VARCHAR", "INTEGER", "DATE"),
    "DOUBLE": ("VARCHAR", "DECIMAL(10,2)", "INTEGER"),
    "DATE": ("VARCHAR", "TIMESTAMP", "INTEGER"),
    "TIMESTAMP": ("VARCHAR", "DATE", "BIGINT"),
    "BOOLEAN": ("VARCHAR", "INTEGER"),
}


@dataclass(frozen=True, slots=True)
class Truth:
    """What happened: an error, or the columns that came out."""

    error: str | None
    columns: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Case:
    """A text, and the column that has another type in it; None: as it was."""

    text: str
    column: str | None = None
    kind: str | None = None

    def job(self) -> JobText:
        """As the binder is asked."""
        columns = tuple(
            BoundColumn(name, self.kind, kind) if name == self.column else BoundColumn(name, kind)
            for name, kind in SCHEMA.items()
        )
        other = tuple(BoundColumn(*one) for one in OTHER.items())
        return JobText(
            self.text, "duckdb", (BoundTable(("t",), columns), BoundTable(("u",), other)), ("out",)
        )


class Judge:
    """A database with the tables as they were, and one schema for each column of each other type."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self._made: set[str] = set()

    def truth(self, case: Case) -> Truth:
        """Run the text, all of its rows."""
        schema = "as_it_was" if case.column is None else f"{case.column}_{abs(hash(case.kind))}"
        if schema not in self._made:
            self._build(schema, case)
        self.connection.execute(f"SET schema = '{schema}'")
        try:
            relation = self.connection.execute(case.text)
            described = [column[0] for column in relation.description]
            relation.fetchall()
            kinds = [str(row[1]) for row in self.connection.execute(f"DESCRIBE {case.text}").fetchall()]
        except duckdb.Error as error:
            return Truth(str(error).split("\n")[0], [])
        return Truth(None, list(zip(described, kinds, strict=True)))

    def _build(self, schema: str, case: Case) -> None:
        self._made.add(schema)
        self.connection.execute(f"CREATE SCHEMA {schema}")
        for name, told in (("t", SCHEMA), ("u", OTHER)):
            parts = []
            for column, kind in told.items():
                value = "n::VARCHAR" if column == "code" else f"({_VALUES[kind]})"
                if name == "t" and column == case.column:
                    kind, value = (
                        str(case.kind),
                        f"coalesce(try_cast({value} AS {case.kind}), {_VALUES[str(case.kind)]})",
                    )
                parts.append(f"CAST({value} AS {kind}) AS {column}")
            rows = f"SELECT {', '.join(parts)} FROM range(1, {ROWS + 1}) r(n)"
            self.connection.execute(f"CREATE TABLE {schema}.{name} AS {rows}")


def retypes() -> Iterator[tuple[str, str]]:
    """Each column with each other type."""
    for column, kind in SCHEMA.items():
        for other in RETYPED[kind]:
            yield column, other


def predicted(before: Binding, after: Binding) -> str:
    """``error``, ``fine``, ``data`` (the values decide) or ``undecided``."""
    if after.status is not BindStatus.BOUND:
        return "error" if after.status is BindStatus.REFUSED else "undecided"
    new = new_casts(before, after)
    if any(cast.certain for cast in new):
        return "error"
    return "data" if new else "fine"
