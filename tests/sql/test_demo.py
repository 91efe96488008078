"""The SQL of the demo shop, which really runs: told against its hand-written lineage and against DuckDB."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from api.demo.history import history
from api.demo.model import FOLDER, Task
from api.demo.shop import Outcome, Shop
from ingest.sql import SchemaColumn, SqlLineage, Status, TableName, TableWrite, analyse, parse

Fact = tuple[str | None, str, str, str]


class Judge(Shop):
    """A shop that compares, before and after each task, what the analyser says with what is so."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
        super().__init__(connection, folder)
        self.tasks = 0
        self.dropped = 0
        self.wrong: list[tuple[str, str, object, object]] = []

    def run(self, task: Task) -> Outcome:
        result = analyse(parse(task.sql, "duckdb"), self._schema)
        self.tasks += 1
        self._compare(task, "status", result.status, Status.COMPLETE)
        self._compare(
            task, "reads", {_name(read.table) for read in result.reads if not read.own}, set(task.inputs)
        )
        needed, really = self._needed(task, result)
        outcome = super().run(task)
        if outcome.error is None:
            self._compare(task, "needed", needed, really)
            if task.output is not None:
                self._compare_output(task, result)
        return outcome

    def _schema(self, name: TableName) -> list[SchemaColumn]:
        known = "/" in _name(name) or len(name.parts) == 2
        return [SchemaColumn(c.name, c.type) for c in self.columns(_name(name))] if known else []

    def _compare(self, task: Task, what: str, told: object, so: object) -> None:
        if told != so:
            self.wrong.append((task.name, what, told, so))

    def _needed(self, task: Task, result: SqlLineage) -> tuple[set[str], set[str]]:
        told, so = set(), set()
        for read in result.reads:
            if "/" in str(read.table):
                continue
            told |= {f"{read.table}.{use.name}" for use in read.columns if not use.star}
            columns = [column.name for column in self.columns(str(read.table))]
            so |= {
                f"{read.table}.{column}" for column in columns if self._fails(task, str(read.table), column)
            }
        return told, so

    def _fails(self, task: Task, table: str, column: str) -> bool:
        self.dropped += 1
        self.connection.execute("BEGIN")
        try:
            self.connection.execute(f'ALTER TABLE {table} DROP COLUMN "{column}"')
            self.connection.execute(self._located(task.sql))
        except duckdb.Error:
            return True
        finally:
            self.connection.execute("ROLLBACK")
        return False

    def _compare_output(self, task: Task, result: SqlLineage) -> None:
        (write,) = [write for write in result.writes if write.table and _name(write.table) == task.output]
        really = {column.name: column.type for column in self.columns(task.output or "")}
        self._compare(task, "names", [column.name for column in write.columns], list(really))
        told = {column.name: column.type for column in write.columns if column.type is not None}
        if "/" not in (task.output or ""):  # a file of text has the types that its reader guesses
            self._compare(task, "types", told, {name: really[name] for name in told})
        if task.lineage is not None:
            hand = {(e.output, e.dataset, e.column, e.subtype) for e in task.lineage}
            self._compare(task, "lineage", _facts(write), hand)


def _name(name: TableName) -> str:
    return str(name).removeprefix(f"{FOLDER}/")


def _facts(write: TableWrite) -> set[Fact]:
    direct = {(c.name, _name(s.table), s.column, s.subtype) for c in write.columns for s in c.sources}
    return direct | {(None, _name(s.table), s.column, s.subtype) for s in write.influences}


@pytest.fixture
def judge(tmp_path: Path) -> Iterator[Judge]:
    for name in ("landing", "warehouse", "exports"):
        (tmp_path / name).mkdir()
    with duckdb.connect(config={"threads": "1"}) as connection:
        yield Judge(connection, tmp_path)


def test_demo__is_told_as_its_authors_wrote_it_and_as_the_database_does_it(judge: Judge) -> None:
    for _ in history(judge, datetime(2026, 3, 4, tzinfo=UTC), lambda text: None):
        pass

    assert judge.tasks > 40
    assert judge.dropped > 300
    assert judge.wrong == []
