"""What really happens: small pipelines of SQL that are built by DuckDB, changed, and built again.

Imports nothing from the catalog. A pipeline has tables with data and models, each a query that makes a table of its
name from tables and models before it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb


@dataclass(frozen=True)
class Pipeline:
    """``tables``: name → columns with types, and rows as SQL. ``models``: name → query, in the order of building."""

    tables: Mapping[str, tuple[str, str]]
    models: Mapping[str, str]

    def reads(self, model: str) -> list[str]:
        """The tables and models that a model names."""
        words = set(re.findall(r"\w+", self.models[model].lower()))
        return [name for name in (*self.tables, *self.models) if name in words and name != model]


@dataclass(frozen=True)
class Mutation:
    """``kind``: drop, rename, retype (``to`` a type), add, values or null."""

    table: str
    column: str
    kind: str
    to: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.table}.{self.column} {self.to}".strip()


@dataclass
class Built:
    """Columns with types and rows by name of what could be built; ``failed``: model → the error."""

    columns: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    rows: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)


class Laboratory:
    """One pipeline, built once as it is."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.pipeline = pipeline
        self.base = self.built(None)
        assert not self.base.failed, self.base.failed

    def built(self, mutation: Mutation | None) -> Built:
        found = Built()
        with duckdb.connect() as connection:
            for name, (columns, rows) in self.pipeline.tables.items():
                connection.execute(f"create table {name} ({columns})")
                connection.execute(f"insert into {name} {rows}")
                self._mutate(connection, name, mutation)
                self._look(connection, name, found)
            for name, query in self.pipeline.models.items():
                if any(one in found.failed for one in self.pipeline.reads(name)):
                    found.failed[name] = ""
                    continue
                try:
                    connection.execute(f"create table {name} as {query}")
                except duckdb.Error as error:
                    found.failed[name] = str(error)
                    continue
                self._mutate(connection, name, mutation)
                self._look(connection, name, found)
        return found

    def truth(self, mutation: Mutation) -> dict[str, str]:
        """What happens to each model behind the changed table: error, stale, schema, rows, values or same."""
        after = self.built(mutation)
        behind = {mutation.table}
        found: dict[str, str] = {}
        for name in self.pipeline.models:
            if name != mutation.table and not behind.isdisjoint(self.pipeline.reads(name)):
                behind.add(name)
                found[name] = self._happened(name, after)
        return found

    def _happened(self, name: str, after: Built) -> str:
        if name in after.failed:
            return "error" if after.failed[name] else "stale"
        if self.base.columns[name] != after.columns[name]:
            return "schema"
        before, now = self.base.rows[name], after.rows[name]
        if len(before) != len(now):
            return "rows"
        return "same" if before == now else "values"

    def _mutate(self, connection: duckdb.DuckDBPyConnection, name: str, mutation: Mutation | None) -> None:
        if mutation is None or mutation.table != name:
            return
        column = mutation.column
        statements = {
            "drop": f"alter table {name} drop column {column}",
            "rename": f"alter table {name} rename column {column} to {mutation.to}",
            "retype": f"alter table {name} alter column {column} type {mutation.to}",
            "null": f"update {name} set {column} = null",
            "add": f"alter table {name} add column {column} {mutation.to}",
        }
        connection.execute(statements[mutation.kind])

    def _look(self, connection: duckdb.DuckDBPyConnection, name: str, found: Built) -> None:
        described = connection.execute(f"describe {name}").fetchall()
        found.columns[name] = [(row[0], row[1]) for row in described]
        found.rows[name] = sorted(connection.execute(f"select * from {name}").fetchall(), key=repr)

    def mutations(self) -> Iterator[Mutation]:
        """Every column of every table and model: dropped, renamed, as text, as a number with a fraction, null; and a
        column more."""
        for table, columns in self.base.columns.items():
            for column, type_ in columns:
                if len(columns) > 1:
                    yield Mutation(table, column, "drop")
                yield Mutation(table, column, "rename", f"{column}_new")
                yield Mutation(table, column, "null")
                for to in ("VARCHAR", "DOUBLE", "BIGINT"):
                    if to != type_ and (to == "VARCHAR" or type_ in ("INTEGER", "BIGINT", "DOUBLE")):
                        yield Mutation(table, column, "retype", to)
            yield Mutation(table, "fresh", "add", "INTEGER")
