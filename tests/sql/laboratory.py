"""DuckDB as the judge: what really fails and what really changes when a column goes or has other values."""

from collections import Counter
from collections.abc import Mapping
from random import Random

import duckdb

Column = tuple[str, str]
"""A table and its column."""


class Laboratory:
    """The same tables many times: whole, without each of their columns, and with other values in each."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, tables: Mapping[str, list[str]], rows: int = 4
    ) -> None:
        self.tables, self.rows = tables, rows
        self.columns: list[Column] = [(table, column) for table in tables for column in tables[table]]
        self.connection = connection
        self._build("whole", None, None)
        for table, column in self.columns:
            self._build(f"without_{table}_{column}", (table, column), None)
            self._build(f"other_{table}_{column}", None, (table, column))

    def _build(self, name: str, without: Column | None, other: Column | None) -> None:
        self.connection.execute(f"CREATE SCHEMA {name}")
        for table, columns in self.tables.items():
            kept = [c for c in columns if (table, c) != without]
            listed = ", ".join(f"{c} INTEGER" for c in kept)
            self.connection.execute(f"CREATE TABLE {name}.{table} ({listed})")
            random = Random(table)
            for row in range(self.rows):
                values = {c: random.randrange(4) for c in columns}
                if other is not None and other[0] == table:
                    values[other[1]] = (values[other[1]] * 7 + 3 + row * 5) % 11
                marks = ", ".join("?" for _ in kept)
                self.connection.execute(
                    f"INSERT INTO {name}.{table} VALUES ({marks})", [values[c] for c in kept]
                )

    def is_valid(self, query: str) -> bool:
        return self._binds("whole", query)

    def _binds(self, schema: str, query: str) -> bool:
        self.connection.execute(f"SET schema = '{schema}'")
        try:
            self.connection.execute(f"EXPLAIN {query}")
        except duckdb.Error:
            return False
        return True

    def needed(self, query: str) -> set[Column]:
        """The columns without which the query fails."""
        return {
            (table, column)
            for table, column in self.columns
            if not self._binds(f"without_{table}_{column}", query)
        }

    def output(self, query: str, schema: str = "whole") -> list[tuple[str, str]]:
        """The names and types of the query's columns."""
        self.connection.execute(f"SET schema = '{schema}'")
        return [(row[0], row[1]) for row in self.connection.execute(f"DESCRIBE {query}").fetchall()]

    def values(self, query: str, schema: str = "whole") -> list[Counter[object]]:
        """The values of each column, without their order."""
        self.connection.execute(f"SET schema = '{schema}'")
        rows = self.connection.execute(query).fetchall()
        return [Counter(row[place] for row in rows) for place in range(len(self.connection.description))]

    def moved(self, query: str) -> dict[int, set[Column]]:
        """By place of an output column: the columns whose values make a difference to it."""
        before = self.values(query)
        found: dict[int, set[Column]] = {place: set() for place in range(len(before))}
        for table, column in self.columns:
            after = self.values(query, f"other_{table}_{column}")
            for place, values in enumerate(after):
                if values != before[place]:
                    found[place].add((table, column))
        return found
