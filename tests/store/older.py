"""Stores as an earlier Meshline left them, and marks that tests may choose.

``made_by_0_1`` has the schema of Meshline 0.1.0 as its own code made it. The rows of a graph are still of the
same form, so a store of today becomes one of 0.1 by its schema and its mark.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

from neo4j import ManagedTransaction, Session

from catalog.store.mark import StoreMark
from catalog.store.sqlite_schema import write_mark
from tests.neo4j.server import Neo4j

_MADE = Path(__file__).parent / "made_by_0_1"
DIGEST_0_1 = "1210bd076f025a3951ff0d650acb5aa9afa2f4f67886bdca960190caa00cfb42"
LABELS_0_1 = {
    *("Resource", "Namespace", "Dataset", "Alias", "DatasetReference", "Field", "Job", "Run"),
    *("Domain", "Team", "DataProduct"),
}


class Old(Protocol):
    """A store from outside."""

    def make_0_1(self) -> None:
        """Leave it as Meshline 0.1 would have."""

    def mark(self, mark: StoreMark) -> None:
        """Write another mark."""

    def schema(self) -> set[tuple[Any, ...]]:
        """What the schema consists of, to be compared."""

    def meet(self, label: str) -> None:
        """Put a node of a label in that no ontology has."""


class OldSqlite:
    def __init__(self, path: str) -> None:
        self._path = path

    def make_0_1(self) -> None:
        with self._open() as connection:
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'view' AND name <> 'edge'"
            ).fetchall():
                connection.execute(f'DROP VIEW "{name}"')
            connection.executescript((_MADE / "views.sql").read_text())
            connection.execute("DELETE FROM meta")
            connection.execute("INSERT INTO meta VALUES ('ontology', ?)", (DIGEST_0_1,))
            connection.execute("PRAGMA user_version = 1")

    def mark(self, mark: StoreMark) -> None:
        with self._open() as connection:
            write_mark(connection, mark)

    def schema(self) -> set[tuple[Any, ...]]:
        with self._open() as connection:
            meta = connection.execute("SELECT name, value FROM meta").fetchall()
            return {*connection.execute("SELECT name, sql FROM sqlite_master"), *meta}

    def meet(self, label: str) -> None:
        with self._open() as connection:
            connection.execute("INSERT INTO node (key, label, props) VALUES ('x/1', ?, '{}')", (label,))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, isolation_level=None)) as connection:
            yield connection


class OldNeo4j:
    def __init__(self, server: Neo4j) -> None:
        self._server = server

    def make_0_1(self) -> None:
        with self._open() as run:
            run.execute_write(_drop_all)
            run.execute_write(_make, (_MADE / "schema.cypher").read_text().split(";\n"))
            later = run.run("CALL db.labels() YIELD label RETURN label").value()
            for label in {one for one in later if not one.startswith("Meshline")} - LABELS_0_1:
                run.run(f"MATCH (n:`{label}`) REMOVE n:`{label}`").consume()
            meta = {"id": "meshline", "format": 1, "ontologyDigest": DIGEST_0_1}
            run.run("MATCH (m:MeshlineMeta) SET m = $meta", meta=meta).consume()
            run.run("CALL db.awaitIndexes(60)").consume()

    def mark(self, mark: StoreMark) -> None:
        said = {
            "ontologyDigest": mark.digest,
            "ontologyVersion": mark.version,
            "projection": mark.projection,
            "naming": mark.naming,
            "precedence": mark.precedence,
        }
        with self._open() as run:
            run.run("MATCH (m:MeshlineMeta) SET m += $said", said=said).consume()

    def schema(self) -> set[tuple[Any, ...]]:
        with self._open() as run:
            found = run.run("SHOW INDEXES YIELD name, type, labelsOrTypes, properties, state").values()
            (meta,) = run.run("MATCH (m:MeshlineMeta) RETURN properties(m)").value()
            return {tuple(map(repr, row)) for row in (*found, *meta.items())}

    def meet(self, label: str) -> None:
        with self._open() as run:
            run.run(f"CREATE (:Resource:`{label}` {{key: 'x/1'}})").consume()

    @contextmanager
    def _open(self) -> Iterator[Session]:
        with self._server.driver().session() as session:
            yield session


def _drop_all(run: ManagedTransaction) -> None:
    for name in run.run("SHOW CONSTRAINTS YIELD name RETURN name").value():
        run.run(f"DROP CONSTRAINT `{name}`").consume()
    for name in run.run("SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name").value():
        run.run(f"DROP INDEX `{name}`").consume()


def _make(run: ManagedTransaction, statements: list[str]) -> None:
    for statement in filter(None, statements):
        run.run(statement).consume()
