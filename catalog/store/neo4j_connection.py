"""The connection to a Neo4j server: its URL, its sessions, what is tried again, errors in our words.

Nothing here shows more of a URL than scheme, host and port: its user part holds a password.
"""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol, Self, TypeVar
from urllib.parse import unquote, urlsplit

from neo4j import Driver, GraphDatabase, NotificationMinimumSeverity, Query, Session
from neo4j.exceptions import (
    AuthError,
    ConfigurationError,
    ConnectionPoolError,
    DatabaseError,
    DatabaseUnavailable,
    DriverError,
    IncompleteCommit,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
    TransientError,
)

from catalog.errors import StoreError, StoreUnavailable, UnknownStoreUrl

CONNECT_TIMEOUT_S = 5.0
AWAY_PATIENCE_S = 5.0
"""How long a server that does not answer is tried again: short, so that a caller soon hears of it."""

CONTENTION_PATIENCE_S = 30.0
"""How long a transaction that lost a deadlock is tried again."""

TRANSACTION_TIMEOUT_S = 120.0
"""After this Neo4j itself ends a transaction, for example one that waits for a lock."""

_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.02, 1.0
_FORM = "Use neo4j://user:password@host:7687 or neo4j://user:password@host:7687/database; bolt:// works too."

T = TypeVar("T")
Parameters = dict[str, Any]
Row = list[Any]


class Runner(Protocol):
    """Runs one statement and gives its rows: a session, one transaction for each, or a transaction."""

    def __call__(self, statement: str, parameters: Parameters) -> list[Row]: ...


@dataclass(frozen=True, slots=True)
class Neo4jUrl:
    """A store URL taken apart; ``server`` has no user part and may be shown."""

    server: str
    database: str | None
    auth: tuple[str, str] | None = field(repr=False)

    @classmethod
    def parse(cls, url: str) -> Self:
        """Take a URL apart; user and password are percent-decoded. Raises UnknownStoreUrl."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port or 7687
        except ValueError:
            # Not chained: the message of urlsplit may hold the password.
            raise UnknownStoreUrl("The host or port of this Neo4j URL cannot be read.", _FORM) from None
        database = unquote(parts.path.strip("/"))
        if not host or "/" in database or parts.query or parts.fragment:
            raise UnknownStoreUrl("A Neo4j URL has a host and perhaps a database, nothing else.", _FORM)
        shown = f"[{host}]" if ":" in host else host
        user = unquote(parts.username or "")
        auth = (user, unquote(parts.password or "")) if user else None
        return cls(f"{parts.scheme}://{shown}:{port}", database or None, auth)


class Connection:
    """A driver for one database. Safe for several threads; goes on working when the server has been away."""

    def __init__(self, url: Neo4jUrl) -> None:
        self._url = url
        try:
            self._driver = _driver(url)
        except (ConfigurationError, ValueError) as error:
            raise UnknownStoreUrl(f"The Neo4j driver refuses {url.server}.", _FORM) from error

    @contextmanager
    def session(self) -> Iterator[Runner]:
        """Statements that only read, each in a transaction of its own.

        Neo4j reads what is committed at the moment, in one transaction as in many, so one trip is enough.
        """
        with self._session() as session:

            def once(statement: str, parameters: Parameters) -> list[Row]:
                query = Query(statement, timeout=TRANSACTION_TIMEOUT_S)
                return session.run(query, parameters).values()

            yield lambda statement, parameters: self._retrying(lambda: once(statement, parameters))

    def transaction(self, work: Callable[[Runner], T]) -> T:
        """Run ``work`` in one transaction and commit it.

        Does so again from the start when it lost a deadlock or the server went away before the commit.
        Raises StoreUnavailable.
        """

        def once() -> T:
            with (
                self._session() as session,
                session.begin_transaction(timeout=TRANSACTION_TIMEOUT_S) as transaction,
            ):
                result = work(lambda statement, parameters: transaction.run(statement, parameters).values())
                transaction.commit()
                return result

        return self._retrying(once)

    def close(self) -> None:
        """Close all connections."""
        self._driver.close()

    def _session(self) -> Session:
        return self._driver.session(database=self._url.database, fetch_size=-1)

    def _retrying(self, once: Callable[[], T]) -> T:
        begun, pause = time.monotonic(), _FIRST_PAUSE_S
        while True:
            try:
                return once()
            except (DriverError, Neo4jError) as error:
                if time.monotonic() + pause - begun > _patience_s(error):
                    raise self._in_our_words(error) from error
            time.sleep(pause * random.uniform(0.5, 1.0))
            pause = min(pause * 2, _LONGEST_PAUSE_S)

    def _in_our_words(self, error: DriverError | Neo4jError) -> StoreError:
        """The error to raise instead: StoreUnavailable for all that time or an operator mends."""
        server = self._url.server
        code = error.code or "" if isinstance(error, Neo4jError) else ""
        if isinstance(error, AuthError) or code.endswith("AuthenticationRateLimit"):
            return StoreUnavailable(
                f"Neo4j at {server} refuses the user name or password.",
                "Correct them in the store URL neo4j://user:password@host; percent-encode @, : and / in it.",
            )
        if code.endswith("CredentialsExpired"):
            return StoreUnavailable(
                f"Neo4j at {server} wants its first password changed.",
                "Run ALTER CURRENT USER SET PASSWORD on its system database, then use the new password.",
            )
        if code.endswith("DatabaseNotFound"):
            return StoreUnavailable(
                f"Neo4j at {server} has no database {self._url.database}.",
                "Create it, or leave the database out of the store URL to use the default one.",
            )
        if isinstance(error, IncompleteCommit):
            return StoreUnavailable(
                f"Neo4j at {server} went away during a commit.", "Send the same again: it is kept once."
            )
        if isinstance(error, TransientError) or "TransactionTimedOut" in code or "Terminated" in code:
            return StoreUnavailable(f"Neo4j at {server} is too busy ({code}).", "Try again later.")
        if isinstance(error, DatabaseError):
            return StoreUnavailable(f"Neo4j at {server} failed ({code}).", "Look into its log, neo4j.log.")
        if isinstance(error, DriverError):
            return StoreUnavailable(
                f"Neo4j at {server} does not answer.", "Start it, or check host, port and TLS."
            )
        return StoreError(f"Neo4j at {server} refuses a statement: {error.message} ({code}).")


def _driver(url: Neo4jUrl) -> Driver:
    return GraphDatabase.driver(
        url.server,
        auth=url.auth,
        connection_timeout=CONNECT_TIMEOUT_S,
        connection_acquisition_timeout=CONNECT_TIMEOUT_S,
        notifications_min_severity=NotificationMinimumSeverity.OFF,
        telemetry_disabled=True,
        user_agent="meshline",
    )


def _patience_s(error: DriverError | Neo4jError) -> float:
    """How long after the first attempt an error is still worth another one; below zero: never."""
    if isinstance(error, DatabaseUnavailable | ServiceUnavailable | SessionExpired | ConnectionPoolError):
        return -1.0 if isinstance(error, IncompleteCommit) else AWAY_PATIENCE_S
    # Two processes that open an empty database may both see an index missing; two writers may both miss a node.
    code = error.code or "" if isinstance(error, Neo4jError) else ""
    raced = code.endswith(("AlreadyExists", "ConstraintValidationFailed"))
    return CONTENTION_PATIENCE_S if raced or error.is_retryable() else -1.0
