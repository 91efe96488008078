"""Scenarios are sent in every order, batched and doubled, to a store in memory; to SQLite in two ways.

On Neo4j all of them share one store, which is emptied between them, and are sent in one way: backwards, then again.
"""

from collections.abc import Iterator

import pytest

from tests.convergence import observed
from tests.convergence.cases import Always, Check, orders
from tests.convergence.conftest import FreshStore, kind, store
from tests.convergence.conftest import fresh_store as store_of_its_own
from tests.convergence.emptied_neo4j import EmptiedNeo4j
from tests.convergence.said import Event
from tests.neo4j.server import Neo4j

__all__ = ["always", "fresh_store", "kind", "store", "store_of_its_own"]


@pytest.fixture(scope="session")
def emptied_neo4j(neo4j_server: Neo4j) -> Iterator[EmptiedNeo4j]:
    """The store of all scenarios on the server."""
    shared = EmptiedNeo4j(neo4j_server)
    yield shared
    shared.close()


@pytest.fixture
def fresh_store(kind: str, request: pytest.FixtureRequest) -> FreshStore:
    """Makes empty stores of the kind."""
    if kind == "neo4j":
        shared: EmptiedNeo4j = request.getfixturevalue("emptied_neo4j")
        return shared.emptied
    made: FreshStore = request.getfixturevalue("store_of_its_own")
    return made


@pytest.fixture
def always(fresh_store: FreshStore, kind: str) -> Always:
    """Check the graph of a set of events, whatever way they are sent."""

    def check_all(events: list[Event], check: Check) -> None:
        ways = orders(events, few=kind != "memory")
        for batches in [(events[::-1], events)] if kind == "neo4j" else ways:
            opened = fresh_store()
            observed.send(opened, batches)
            with opened.read() as reader:
                check(reader)

    return check_all
