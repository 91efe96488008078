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

from catalog.errors import NotOurStore, StoreError, StoreUnavailable
from catalog.store.port import Reader, Transaction
from catalog.store.sqlite_codec import has_property
from catalog.store.sqlite_reads import SqliteReader
from catalog.store.sqlite_schema import prepare
from catalog.store.sqlite_writes import SqliteTransaction
from ontology.compiler import load_model

BUSY_TIMEOUT_S = 30.0
"""How long a writer waits for another process before it gives up."""

MAX_IDLE_READERS = 8
CACHE_KIB = 32 * 1024
CACHED_STATEMENTS = 256

CHECKPOINT_PAGES = 8000
"""Size of the write-ahead log (32 MB) at which a commit folds it in: ingest writes the same pages often."""

T = TypeVar("T")

_AWAY = {
    sqlite3.SQLITE_BUSY: "Another process has been writing for too long; try again.",
    sqlite3.SQLITE_LOCKED: "Another process has been writing for too long; try again.",
    sqlite3.SQLITE_PROTOCOL: "Another process has been writing for too long; try again.",
    sqlite3.SQLITE_FULL: "Make room on the disk.",
    sqlite3.SQLITE_IOERR: "Look at the disk and its mount.",
    sqlite3.SQLITE_CANTOPEN: "Check that the folder is there and may be written to.",
    sqlite3.SQLITE_READONLY: "Give this user the right to write the file and its folder.",
    sqlite3.SQLITE_PERM: "Give this user the right to write the file and its folder.",
    sqlite3.SQLITE_NOMEM: "There is not enough memory.",
}


class SqliteStore:
    """The port on the file at ``path``; safe for several threads. Raises NotOurStore and StoreUnavailable."""

    def __init__(self, path: str, busy_timeout_s: float = BUSY_TIMEOUT_S) -> None:
        self._path = path
        self._busy_timeout_s = busy_timeout_s
        self._writing = threading.Lock()
        self._pooling = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._closed = False
        with self._translated():
            self._writer = self._connect()
        try:
            with self._translated():
                prepare(self._writer, path, load_model())
                self._writer.execute("PRAGMA synchronous = FULL")
                self._writer.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        except StoreError:
            self._writer.close()
            raise

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """A view that later commits do not change."""
        with self._translated():
            connection = self._take_reader()
            try:
                connection.execute("BEGIN")
                yield SqliteReader(connection)
            finally:
                self._give_back(connection)

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Run ``work`` in one transaction and commit it; an exception rolls all of it back."""
        with self._writing, self._translated():
            self._require_open()
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                result = work(SqliteTransaction(self._writer))
                self._writer.execute("COMMIT")
                return result
            finally:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")

    def ping(self) -> None:
        """Raises StoreUnavailable when the file cannot be read."""
        with self._translated():
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

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path,
            timeout=self._busy_timeout_s,
            isolation_level=None,  # transactions are begun here, never by the driver
            check_same_thread=False,
            cached_statements=CACHED_STATEMENTS,
        )
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        connection.create_function("has_property", 3, has_property, deterministic=True)
        return connection

    def _take_reader(self) -> sqlite3.Connection:
        with self._pooling:
            self._require_open()
            if self._idle:
                return self._idle.pop()
        connection = self._connect()
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

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Errors of SQLite as errors of the catalog; one that can only be a fault of ours stays as it is."""
        try:
            yield
        except sqlite3.IntegrityError as error:
            raise StoreError(f"{self._path} refused a change that contradicts itself: {error}.") from error
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF  # the rest is detail
            if code in _AWAY:
                raise StoreUnavailable(f"{self._path} cannot be used now: {error}.", _AWAY[code]) from error
            if code == sqlite3.SQLITE_NOTADB:
                hint = "Name a file of Meshline, or one that does not exist yet."
                raise NotOurStore(f"{self._path} is not a SQLite database.", hint) from error
            if code == sqlite3.SQLITE_CORRUPT:
                raise StoreError(f"{self._path} is damaged: {error}.", "Bring back a copy.") from error
            raise
