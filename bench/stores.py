"""The stores that are measured: an empty one for each case, made as an operator would have it."""

import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from tests.neo4j.release import chosen_release
from tests.neo4j.server import LocalNeo4j, Neo4j, kept_neo4j, local_neo4j


@dataclass(frozen=True, slots=True)
class EmptyStore:
    """The URL of an empty store, a folder for files, and the process of its server.

    ``server_pid`` is None where the service's own process does all the work, or where the server is not ours. Both
    measures give the bytes of the store's files and are None where those say nothing: ``open_bytes`` while a service
    runs, ``closed_bytes`` what it grew by, once none does any more; the server is another process then.
    """

    url: str
    folder: Path
    server_pid: int | None = None
    open_bytes: Callable[[], int] | None = None
    closed_bytes: Callable[[], int] | None = None


class Stores(Protocol):
    """Where empty stores of one kind come from."""

    @property
    def name(self) -> str:
        """``sqlite`` or ``neo4j``."""

    @property
    def version(self) -> str:
        """The version of the engine."""

    @property
    def durability(self) -> str:
        """What has happened when an event is acknowledged."""

    def empty(self) -> AbstractContextManager[EmptyStore]:
        """An empty store, which is gone afterwards."""

    def kept(self, folder: Path) -> AbstractContextManager[EmptyStore]:
        """The store of a folder, which stays; empty where none is there."""


class SqliteStores:
    """Files in temporary folders (TMPDIR chooses the disk)."""

    name = "sqlite"
    version = f"SQLite {sqlite3.sqlite_version}"
    durability = "committed to the write-ahead log, synchronous=FULL (an fsync for each commit)"

    @contextmanager
    def empty(self) -> Iterator[EmptyStore]:
        """An empty store, which is gone afterwards."""
        with _folder() as folder:
            file = folder / "mesh.db"
            measure = partial(_sqlite_bytes, file)
            yield EmptyStore(f"sqlite:///{file}", folder, open_bytes=measure, closed_bytes=measure)

    @contextmanager
    def kept(self, folder: Path) -> Iterator[EmptyStore]:
        """The store of a folder, which stays; empty where none is there."""
        yield EmptyStore(f"sqlite:///{folder / 'mesh.db'}", folder)


class Neo4jStores:
    """One server, wiped for each store; what is kept has a server of its own."""

    name = "neo4j"
    durability = "committed Neo4j transaction (the transaction log is forced to disk)"

    def __init__(self, server: Neo4j) -> None:
        self._server = server
        self._fresh = True
        [(name, version, edition)] = server.driver().execute_query(
            "CALL dbms.components() YIELD name, versions, edition RETURN name, versions[0], edition"
        )[0]
        self.version = f"{name} {version} {edition}"

    @contextmanager
    def empty(self) -> Iterator[EmptyStore]:
        """The server without any data, constraint or index.

        Only the first store is measured on disk: later ones fill the room that earlier ones left in the files.
        """
        server, fresh, self._fresh = self._server, self._fresh, False
        server.wipe()
        with _folder() as folder:
            if not isinstance(server, LocalNeo4j):
                yield EmptyStore(server.url, folder)
                return
            measure = partial(_neo4j_growth, server, _neo4j_bytes(server)) if fresh else None
            yield EmptyStore(server.url, folder, server.pid, closed_bytes=measure)

    @contextmanager
    def kept(self, folder: Path) -> Iterator[EmptyStore]:
        """The store of a folder, which stays; empty where none is there."""
        with kept_neo4j(chosen_release(), folder) as server:
            yield EmptyStore(server.url, folder, server.pid)


@contextmanager
def neo4j_stores() -> Iterator[Neo4jStores]:
    """On the server that MESHLINE_TEST_NEO4J_URL names, whose data is deleted, else on one of our own.

    Raises Unavailable.
    """
    with ExitStack() as stack:
        url = os.environ.get("MESHLINE_TEST_NEO4J_URL")
        server = Neo4j(url) if url else stack.enter_context(local_neo4j(chosen_release()))
        stack.callback(server.close)
        yield Neo4jStores(server)


def _sqlite_bytes(file: Path) -> int:
    """With everything in the file that was in its write-ahead log."""
    with closing(sqlite3.connect(file, timeout=60)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return file.stat().st_size


def _neo4j_bytes(server: LocalNeo4j) -> int:
    """Of nodes, relationships, properties and indexes, without the transaction log, which is pruned by itself."""
    files = (server.home / "data" / "databases" / "neo4j").rglob("*")
    return sum(file.stat().st_size for file in files if file.is_file())


def _neo4j_growth(server: LocalNeo4j, before: int) -> int:
    """By stopping the server, because the Community edition writes a checkpoint when it stops, not when asked."""
    server.stop()
    grown = _neo4j_bytes(server) - before
    server.restart()
    return grown


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="meshline-bench-") as folder:
        yield Path(folder)
