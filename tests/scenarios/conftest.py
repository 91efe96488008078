"""Scenarios are sent in every order, batched and doubled, to a store in memory; to the others in two ways."""

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
        for batches in orders(events, few=kind != "memory"):
            opened = fresh_store()
            observed.send(opened, batches)
            with opened.read() as reader:
                check(reader)

    return check_all
