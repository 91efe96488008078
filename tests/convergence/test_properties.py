"""The law of convergence over generated sets of events: one graph by any schedule, and the graph of the oracle."""

from collections.abc import Callable

import pytest

from catalog.entry import Status
from tests.convergence import observed
from tests.convergence.agreement import assert_agrees
from tests.convergence.conftest import FreshStore
from tests.convergence.events import RECEIVED_NS, Scenario, scenarios
from tests.convergence.laws import assert_law
from tests.convergence.oracle import World

EXAMPLES = {"memory": 100, "sqlite": 20, "neo4j": 6}
SLOW_EXAMPLES = {"memory": 4000, "sqlite": 400, "neo4j": 60}

Law = Callable[[FreshStore, Scenario], None]


def one_graph(fresh_store: FreshStore, scenario: Scenario) -> None:
    """Two schedules of one set of events give the same bytes, and leave the same behind for the next event."""
    exports, left = [], []
    for batches in (scenario.one, scenario.other):
        store = fresh_store()
        observed.send(store, batches)
        exports.append(observed.export(store))
        with store.read() as reader:
            keys = observed.nodes(reader).keys()
            left.append((observed.bookkeeping(reader, keys), observed.search_texts(reader, keys)))
    assert exports[0] == exports[1]
    assert left[0] == left[1]


def nothing_twice(fresh_store: FreshStore, scenario: Scenario) -> None:
    """Everything sent again changes nothing, and each receipt says so."""
    store = fresh_store()
    observed.send(store, scenario.one)
    before = observed.export(store)
    again = observed.send(store, scenario.other)
    assert {receipt.status for receipt in again} == {Status.DUPLICATE}
    assert observed.export(store) == before


def as_the_oracle(fresh_store: FreshStore, scenario: Scenario) -> None:
    """Nodes, edges, facts, runs and aliases are those of the oracle, now and as of every instant that matters."""
    store = fresh_store()
    observed.send(store, scenario.one)
    with store.read() as reader:
        assert_agrees(reader, World(scenario.events, RECEIVED_NS))


LAWS = pytest.mark.parametrize("law", [one_graph, nothing_twice, as_the_oracle])


@LAWS
def test_convergence__holds(law: Law, fresh_store: FreshStore, kind: str) -> None:
    assert_law(law, scenarios(), fresh_store, EXAMPLES[kind])


@pytest.mark.slow
@LAWS
def test_convergence__holds_for_many_random_sets(law: Law, fresh_store: FreshStore, kind: str) -> None:
    assert_law(law, scenarios(), fresh_store, SLOW_EXAMPLES[kind], fixed=False)
