"""Bringing a SQLite store up to date: its views, which people read, follow the ontology.

All in one transaction: after a crash the file is as it was.
"""

import sqlite3
from collections.abc import Mapping

from catalog.errors import StoreError
from catalog.store.mark import StoreMark
from catalog.store.migrator import Action, Step, step
from catalog.store.sqlite_connection import BUSY_TIMEOUT_S, connect, immediate, translated
from catalog.store.sqlite_schema import read_mark, write_mark
from ontology.ddl import sql_name, sqlite_views
from ontology.model import GraphModel

_VIEWS = "SELECT name, sql FROM sqlite_master WHERE type = 'view' AND name <> 'edge'"


class SqliteMigrator:
    """The schema of the file at ``path``. Raises NotOurStore and StoreUnavailable."""

    def __init__(self, path: str, model: GraphModel, busy_timeout_s: float = BUSY_TIMEOUT_S) -> None:
        self._path = path
        self._model = model
        with translated(path):
            self._connection = connect(path, busy_timeout_s)
        try:
            self.mark()
        except StoreError:
            self._connection.close()
            raise

    def mark(self) -> StoreMark | None:
        """What made the store; None for an empty file."""
        with translated(self._path):
            return read_mark(self._connection, self._path)

    def strangers(self) -> Mapping[str, int]:
        """How many nodes and edges the ontology has no label or type for."""
        labels = "SELECT label, count(*) FROM node GROUP BY label"
        types = "SELECT type, count(*) FROM edge_row GROUP BY type"
        with translated(self._path):
            found = dict(self._connection.execute(labels)) | dict(self._connection.execute(types))
        known = {*self._model.labels, *self._model.relationship_types}
        return {name: count for name, count in sorted(found.items()) if name not in known}

    def holds(self, label: str) -> bool:
        """Whether there are nodes of a label."""
        with translated(self._path):
            found = self._connection.execute("SELECT 1 FROM node WHERE label = ? LIMIT 1", (label,))
            return found.fetchone() is not None

    def steps(self) -> list[Step]:
        """Views to create, make anew and drop."""
        with translated(self._path):
            found = self._views()
        wanted = _as_stored(sqlite_views(self._model))
        changed = [name for name in wanted.keys() & found.keys() if wanted[name] != found[name]]
        return [
            *step(Action.CREATE, "view", [*(wanted.keys() - found.keys())]),
            *step(Action.RENEW, "view", changed),
            *step(Action.DROP, "view", [*(found.keys() - wanted.keys())]),
        ]

    def migrate(self, graph_of: StoreMark | None = None) -> None:
        """Make all views anew, and mark the store."""
        with translated(self._path), immediate(self._connection):
            for name in self._views():
                self._connection.execute(f"DROP VIEW {sql_name(name)}")
            for statement in sqlite_views(self._model):
                self._connection.execute(statement)
            write_mark(self._connection, StoreMark.of(self._model).around_graph_of(graph_of))

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _views(self) -> dict[str, str]:
        return dict(self._connection.execute(_VIEWS))


def _as_stored(statements: list[str]) -> dict[str, str]:
    """The views by name, in the words in which SQLite keeps them, from a scratch database."""
    scratch = sqlite3.connect(":memory:")
    try:
        scratch.execute("CREATE TABLE node (key, label, props)")
        scratch.execute(
            "CREATE TABLE edge (id, type, source, target, via, origin, valid_from, valid_to, props)"
        )
        for statement in statements:
            scratch.execute(statement)
        return dict(scratch.execute(_VIEWS))
    finally:
        scratch.close()
