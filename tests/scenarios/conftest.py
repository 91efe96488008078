"""Scenarios are sent in every order, batched and doubled, to a store in memory; to SQLite in two ways.

On Neo4j all of them share one store, which is emptied between them, and are sent in one way: backwards, then again.
"""

import pytest

from tests.convergence import observed
from tests.convergence.cases import Always, Check, orders
from tests.convergence.conftest import FreshStore, fresh_store, kind, store
from tests.convergence.said import Event

__all__ = ["always", "fresh_store", "kind", "store"]


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
