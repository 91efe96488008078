"""The store in one SQLite file, the embedded default.

One writer at a time, also across processes: BEGIN IMMEDIATE, waiting its turn; a commit is on the disk when
it returns (WAL with synchronous=FULL). Each ``read`` has a connection and a snapshot of its own, and
never waits.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from catalog.errors import StoreError, StoreUnavailable
from catalog.store.port import Reader, Transaction
from catalog.store.sqlite_connection import BUSY_TIMEOUT_S, connect, immediate, translated
from catalog.store.sqlite_reads import SqliteReader
from catalog.store.sqlite_schema import prepare
from catalog.store.sqlite_writes import SqliteTransaction
from ontology.compiler import load_model

MAX_IDLE_READERS = 8

CHECKPOINT_PAGES = 8000
"""Size of the write-ahead log (32 MB) at which a commit folds it in: ingest writes the same pages often."""

T = TypeVar("T")


class SqliteStore:
    """The port on the file at ``path``; safe for several threads."""

    def __init__(
        self, path: str, busy_timeout_s: float = BUSY_TIMEOUT_S, *, of_any_ontology: bool = False
    ) -> None:
        """Open the file, or make it. ``of_any_ontology``: an older one too, to read its log.

        Raises NotOurStore, OntologyChanged, NewerOntology, ReplayNeeded and StoreUnavailable.
        """
        self._path = path
        self._busy_timeout_s = busy_timeout_s
        self._writing = threading.Lock()
        self._pooling = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._closed = False
        with translated(self._path):
            self._writer = connect(self._path, self._busy_timeout_s)
        try:
            with translated(self._path):
                prepare(self._writer, path, load_model(), of_any_ontology=of_any_ontology)
                self._writer.execute("PRAGMA synchronous = FULL")
                self._writer.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        except StoreError:
            self._writer.close()
            raise

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """A view that later commits do not change."""
        with translated(self._path):
            connection = self._take_reader()
            try:
                connection.execute("BEGIN")
                yield SqliteReader(connection)
            finally:
                self._give_back(connection)

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Run ``work`` in one transaction and commit it; an exception rolls all of it back."""
        with self._writing, translated(self._path):
            self._require_open()
            with immediate(self._writer):
                return work(SqliteTransaction(self._writer))

    def ping(self) -> None:
        """Raises StoreUnavailable when the file cannot be read."""
        with translated(self._path):
            connection = self._take_reader()
            try:
                connection.execute("SELECT count(*) FROM meta").fetchone()
            finally:
                self._give_back(connection)

    def close(self) -> None:
        """Close all connections; the last one of all processes folds the write-ahead log into the file."""
        with self._writing, self._pooling:
            self._closed = True
            for connection in (*self._idle, self._writer):
                connection.close()
            self._idle.clear()

    def _take_reader(self) -> sqlite3.Connection:
        with self._pooling:
            self._require_open()
            if self._idle:
                return self._idle.pop()
        connection = connect(self._path, self._busy_timeout_s)
        connection.execute("PRAGMA query_only = ON")
        return connection

    def _give_back(self, connection: sqlite3.Connection) -> None:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        with self._pooling:
            if not self._closed and len(self._idle) < MAX_IDLE_READERS:
                self._idle.append(connection)
                return
        connection.close()

    def _require_open(self) -> None:
        if self._closed:
            raise StoreUnavailable(f"The store {self._path} has been closed.")
