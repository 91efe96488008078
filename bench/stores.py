"""The stores that are measured: an empty one for each case, made as an operator would have it."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.neo4j.release import chosen_release
from tests.neo4j.server import LocalNeo4j, Neo4j, local_neo4j


@dataclass(frozen=True, slots=True)
class EmptyStore:
    """The URL of an empty store, a folder for files, and the process of its server.

    ``server_pid`` is None where the service's own process does all the work, or where the server is not ours.
    """

    url: str
    folder: Path
    server_pid: int | None = None


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


class SqliteStores:
    """Files in temporary folders (TMPDIR chooses the disk)."""

    name = "sqlite"
    version = f"SQLite {sqlite3.sqlite_version}"
    durability = "committed to the write-ahead log, synchronous=FULL (an fsync for each commit)"

    @contextmanager
    def empty(self) -> Iterator[EmptyStore]:
        """An empty store, which is gone afterwards."""
        with _folder() as folder:
            yield EmptyStore(f"sqlite:///{folder}/mesh.db", folder)


class Neo4jStores:
    """One server, wiped for each store."""

    name = "neo4j"
    durability = "committed Neo4j transaction (the transaction log is forced to disk)"

    def __init__(self, server: Neo4j) -> None:
        self._server = server
        [(name, version, edition)] = server.driver().execute_query(
            "CALL dbms.components() YIELD name, versions, edition RETURN name, versions[0], edition"
        )[0]
        self.version = f"{name} {version} {edition}"

    @contextmanager
    def empty(self) -> Iterator[EmptyStore]:
        """The server without any data, constraint or index."""
        self._server.wipe()
        with _folder() as folder:
            pid = self._server.pid if isinstance(self._server, LocalNeo4j) else None
            yield EmptyStore(self._server.url, folder, pid)


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


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="meshline-bench-") as folder:
        yield Path(folder)
