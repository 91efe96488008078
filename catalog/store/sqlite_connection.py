"""Connections to a SQLite file, and its errors in our words."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from catalog.errors import NotOurStore, StoreError, StoreUnavailable
from catalog.store.sqlite_codec import has_property

BUSY_TIMEOUT_S = 30.0
"""How long a writer waits for another process before it gives up."""

CACHE_KIB = 32 * 1024
CACHED_STATEMENTS = 256

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


def connect(path: str, busy_timeout_s: float = BUSY_TIMEOUT_S) -> sqlite3.Connection:
    """A connection to the file; one that is not there is made, empty."""
    connection = sqlite3.connect(
        path,
        timeout=busy_timeout_s,
        isolation_level=None,  # transactions are begun here, never by the driver
        check_same_thread=False,
        cached_statements=CACHED_STATEMENTS,
    )
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    connection.create_function("has_property", 3, has_property, deterministic=True)
    return connection


@contextmanager
def immediate(connection: sqlite3.Connection) -> Iterator[None]:
    """A transaction of the one writer that the file has at a time; an exception rolls it back."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


@contextmanager
def translated(path: str) -> Iterator[None]:
    """Errors of SQLite as errors of the catalog; one that can only be a fault of ours stays as it is."""
    try:
        yield
    except sqlite3.IntegrityError as error:
        raise StoreError(f"{path} refused a change that contradicts itself: {error}.") from error
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF  # the rest is detail
        if code in _AWAY:
            raise StoreUnavailable(f"{path} cannot be used now: {error}.", _AWAY[code]) from error
        if code == sqlite3.SQLITE_NOTADB:
            hint = "Name a file of Meshline, or one that does not exist yet."
            raise NotOurStore(f"{path} is not a SQLite database.", hint) from error
        if code == sqlite3.SQLITE_CORRUPT:
            raise StoreError(f"{path} is damaged: {error}.", "Bring back a copy.") from error
        raise
