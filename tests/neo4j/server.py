"""A real Neo4j for the tests, or by hand.

python -m tests.neo4j.server prepare    fetch the jars, so that a test run need not
python -m tests.neo4j.server run        start one, print its URL, serve until Ctrl-C

MESHLINE_TEST_NEO4J_VERSION chooses the release (5, the default, or 2026).
MESHLINE_TEST_NEO4J_URL names another server to test with: all its data is deleted.
"""

import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from neo4j import Driver, GraphDatabase, ManagedTransaction

from tests.by_hand import command
from tests.neo4j.jars import classpath
from tests.neo4j.java import find_java
from tests.neo4j.release import Release, chosen_release
from tests.ports import free_port

START_TIMEOUT_S = 300
STOP_TIMEOUT_S = 30

JAVA_OPTIONS = (
    "-Xms{heap_mib}m",
    "-Xmx{heap_mib}m",
    "-XX:+UseSerialGC",
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/java.lang=ALL-UNNAMED",
    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
    "--enable-native-access=ALL-UNNAMED",
)

SHORT_LIVED = "-XX:TieredStopAtLevel=1"
"""Compiles once and quickly: the CPU time of a test run's server halves, but one that works on for long is slower."""

SETTINGS = (
    "server.bolt.enabled=true",
    "server.bolt.listen_address=127.0.0.1:{port}",
    "server.bolt.advertised_address=127.0.0.1:{port}",
    "dbms.security.auth_enabled=true",
    "dbms.usage_report.enabled=false",
    "server.memory.pagecache.size={page_cache_mib}m",
    "db.tx_log.preallocate=false",
    "internal.dbms.bolt.netty_server_shutdown_quiet_period=0",
)


@dataclass(frozen=True, slots=True)
class Memory:
    """What a server may have: enough for small graphs, and many servers beside each other."""

    heap_mib: int = 512
    page_cache_mib: int = 128


def memory_for(home: Path) -> Memory:
    """As the guides of Neo4j have it: a page cache that holds the data that is in a folder, and has room for more."""
    files = (file for file in (home / "data" / "databases").rglob("*") if file.is_file())
    held_mib = sum(file.stat().st_size for file in files) // 2**20
    return Memory(heap_mib=1024, page_cache_mib=max(512, held_mib * 5 // 4))


SHORT_LIVED_SETTINGS = ("dbms.cypher.min_replan_interval=1h",)
"""Tests empty their server all the time, and to plan anew for other counts would be much of what it does."""


class Neo4j:
    """A running Neo4j: its URL, and a way to empty it."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.url = url
        self.address = f"bolt://{parts.hostname}:{parts.port or 7687}"
        self.auth = (unquote(parts.username or "neo4j"), unquote(parts.password or ""))
        self._driver: Driver | None = None

    def driver(self) -> Driver:
        """A driver of our own, kept until the server goes away."""
        if self._driver is None:
            self._driver = GraphDatabase.driver(self.address, auth=self.auth)
        return self._driver

    def empty(self) -> None:
        """Delete every node and relationship."""
        with self.driver().session() as session:
            session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS").consume()

    def wipe(self) -> None:
        """Delete every node, relationship, constraint and index."""
        self.empty()
        with self.driver().session() as session:
            session.execute_write(_drop_schema)

    def close(self) -> None:
        """Let go of our driver; the server goes on."""
        if self._driver is not None:
            self._driver.close()
            self._driver = None


class LocalNeo4j(Neo4j):
    """A Neo4j process of ours, with a folder of its own, on a loopback port. Of a folder that another one had, the data
    and the password are the same."""

    def __init__(
        self, release: Release, home: Path, *, memory: Memory = Memory(), short_lived: bool = False
    ) -> None:
        port, secret = free_port(), home / "password"
        is_new = not secret.exists()
        if is_new:
            secret.touch(0o600)
            secret.write_text(secrets.token_hex(12))
        super().__init__(f"neo4j://neo4j:{secret.read_text()}@127.0.0.1:{port}")
        self.release = release
        self.home = home
        more = SHORT_LIVED_SETTINGS if short_lived else ()
        given = {"port": port, **asdict(memory)}
        settings = (line.format(**given) for line in (*SETTINGS, *release.settings, *more))
        (home / "neo4j.conf").write_text("\n".join(settings) + "\n")
        self._command = [
            str(find_java(release)),
            *(option.format(**given) for option in JAVA_OPTIONS),
            *((SHORT_LIVED,) if short_lived else ()),
            *("-cp", classpath(release), "NeoServer", str(home), str(home / "neo4j.conf")),
        ]
        self._process = self._start()
        if is_new:
            self._set_password()

    @property
    def pid(self) -> int:
        """The process id of the server."""
        return self._process.pid

    def running(self) -> bool:
        """Whether the process is alive."""
        return self._process.poll() is None

    def kill(self) -> None:
        """SIGKILL: the process ends where it stands."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """SIGTERM: transactions end, the store is checkpointed."""
        self._end(signal.SIGTERM)

    def restart(self) -> None:
        """Start again on the same data, port and password; a running server is stopped first."""
        if self.running():
            self.stop()
        self._process = self._start()

    def _end(self, how: signal.Signals) -> None:
        self.close()
        self._process.send_signal(how)
        self._process.wait(STOP_TIMEOUT_S)
        if self._process.stdin:
            self._process.stdin.close()

    def _start(self) -> subprocess.Popen[bytes]:
        """Start the process and wait until it answers. It ends by itself when our end of its stdin closes."""
        log = self.home / "server.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT, cwd=self.home
            )
        deadline = time.monotonic() + START_TIMEOUT_S
        while b"ready" not in log.read_bytes().split():
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                process.wait()
                raise RuntimeError(f"Neo4j {self.release.version} did not start:\n{log.read_text()[-4000:]}")
            time.sleep(0.05)
        return process

    def _set_password(self) -> None:
        with (
            GraphDatabase.driver(self.address, auth=("neo4j", "neo4j")) as driver,
            driver.session(database="system") as session,
        ):
            statement = "ALTER CURRENT USER SET PASSWORD FROM 'neo4j' TO $password"
            session.run(statement, password=self.auth[1]).consume()


@contextmanager
def local_neo4j(release: Release, *, short_lived: bool = False) -> Iterator[LocalNeo4j]:
    """A server in a folder of its own, both gone at the end; ``short_lived``: for tests, not to be measured.

    Raises Unavailable.
    """
    home = Path(tempfile.mkdtemp(prefix="meshline-neo4j-"))
    try:
        server = LocalNeo4j(release, home, short_lived=short_lived)
        try:
            yield server
        finally:
            server.kill()
    finally:
        shutil.rmtree(home)


@contextmanager
def kept_neo4j(release: Release, home: Path) -> Iterator[LocalNeo4j]:
    """A server on a folder that stays with its data, which its memory is made for; at the end it writes all of that to
    disk. Raises Unavailable."""
    server = LocalNeo4j(release, home, memory=memory_for(home))
    try:
        yield server
    finally:
        server.stop()


def _drop_schema(transaction: ManagedTransaction) -> None:
    for name in transaction.run("SHOW CONSTRAINTS YIELD name").value():
        transaction.run(f"DROP CONSTRAINT `{name}`").consume()
    for name in transaction.run("SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name").value():
        transaction.run(f"DROP INDEX `{name}`").consume()


@contextmanager
def _serving() -> Iterator[str]:
    with local_neo4j(chosen_release()) as server:
        yield f"Neo4j {server.release.version} serves {server.url}"


if __name__ == "__main__":
    command("Neo4j", __doc__, lambda: classpath(chosen_release()), _serving)
