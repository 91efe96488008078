"""The shop's database: an in-memory DuckDB and a temporary folder, where the tasks really run."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from api.demo.model import FOLDER, Assertion, Task

ENGINE_VERSION = duckdb.__version__

_SETUP = """
CREATE SCHEMA orders; CREATE SCHEMA logistics; CREATE SCHEMA finance;
CREATE TABLE finance.vat_rates (country VARCHAR, rate DECIMAL(4, 2));
INSERT INTO finance.vat_rates VALUES ('DE', 0.19), ('FR', 0.20), ('NL', 0.21)
"""
_COLUMNS = """
SELECT column_name, data_type FROM information_schema.columns
WHERE table_schema = ? AND table_name = ? ORDER BY ordinal_position
"""


@dataclass(frozen=True, slots=True)
class Column:
    """A column as DuckDB reports it."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a task's SQL did: rows now in its output (None without output), or DuckDB's error message."""

    rows: int | None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """How many rows violate an assertion."""

    assertion: Assertion
    violations: int


class Shop:
    """The database and the folder of one shop. Made by ``open_shop``."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
        self.connection = connection
        self.folder = folder
        connection.execute(_SETUP)

    def run(self, task: Task) -> Outcome:
        """Run the SQL of a task. An error of the SQL is an outcome, not an exception."""
        try:
            self.connection.execute(self._located(task.sql))
        except duckdb.Error as error:
            return Outcome(None, str(error).strip().replace(str(self.folder), FOLDER))
        return Outcome(None if task.output is None else self.rows(task.output))

    def check(self, task: Task) -> tuple[Check, ...]:
        """Evaluate the assertions of a task."""
        return tuple(Check(assertion, self._number(assertion.violations)) for assertion in task.assertions)

    def columns(self, dataset: str) -> tuple[Column, ...]:
        """Columns of a table from the information schema, or of a file as DuckDB reads it; () when absent."""
        if "/" not in dataset:
            found = self.connection.execute(_COLUMNS, dataset.split(".")).fetchall()
        elif (self.folder / dataset).exists():
            found = self.connection.execute(f"DESCRIBE SELECT * FROM {self.relation(dataset)}").fetchall()
        else:
            found = []
        return tuple(Column(str(row[0]), str(row[1])) for row in found)

    def rows(self, dataset: str) -> int:
        """How many rows a table or file has."""
        return self._number(f"SELECT count(*) FROM {self.relation(dataset)}")

    def relation(self, dataset: str) -> str:
        """What to write behind FROM to read a dataset."""
        return f"'{self.folder / dataset}'" if "/" in dataset else dataset

    def _located(self, sql: str) -> str:
        return sql.replace(FOLDER, str(self.folder))

    def _number(self, sql: str) -> int:
        row = self.connection.execute(sql).fetchone()
        return int(row[0]) if row else 0


@contextmanager
def open_shop() -> Iterator[Shop]:
    """An empty shop with its reference data; its folder goes away at the end."""
    with (
        TemporaryDirectory(prefix="meshline-shop-") as folder,
        duckdb.connect(config={"threads": 1}) as connection,
    ):
        for name in ("landing", "warehouse", "exports"):
            (Path(folder) / name).mkdir()
        yield Shop(connection, Path(folder))
