"""The law of convergence over documents and events together: one graph by any schedule, and the graph of the oracle."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.convergence import observed
from tests.convergence.conftest import NEO4J_WHEN_SLOW, FreshStore
from tests.convergence.events import EVENTS, RECEIVED_NS
from tests.convergence.oracle import World
from tests.convergence.said import Event
from tests.documents.oracle import Library, expected
from tests.documents.versions import Draw, Version, distinct, send, versions

EXAMPLES = {"memory": 60, "sqlite": 12, "neo4j": 2}
SLOW_EXAMPLES = {"memory": 4000, "sqlite": 400, "neo4j": 60}

Batches = tuple[tuple[Event | Version, ...], ...]
Law = Callable[[FreshStore, "Scenario"], None]


@dataclass(frozen=True)
class Scenario:
    """Events and versions of documents, and two ways to send them: each a list of batches."""

    events: tuple[Event, ...]
    versions: tuple[Version, ...]
    one: Batches
    other: Batches


@st.composite
def schedules(draw: Draw, items: list[Any]) -> Batches:
    """All in any order, some again, in batches of any size."""
    order = draw(st.permutations([*items, *draw(st.lists(st.sampled_from(items), max_size=2))]))
    batches: list[tuple[Event | Version, ...]] = []
    while order:
        size = draw(st.integers(1, 4))
        batches.append(tuple(order[:size]))
        order = order[size:]
    return tuple(batches)


@st.composite
def scenarios(draw: Draw) -> Scenario:
    events = tuple(draw(st.lists(EVENTS, max_size=5)))
    documents = distinct(draw(st.lists(versions(), min_size=1, max_size=6)))
    items = [*events, *documents]
    return Scenario(events, documents, draw(schedules(items)), draw(schedules(items)))


def one_graph(fresh_store: FreshStore, scenario: Scenario) -> None:
    """Two schedules give the same bytes, and leave the same behind for what comes next."""
    exports, left = [], []
    for batches in (scenario.one, scenario.other):
        store = fresh_store()
        send(store, *batches)
        exports.append(observed.export(store))
        with store.read() as reader:
            keys = observed.nodes(reader).keys()
            left.append((observed.bookkeeping(reader, keys), observed.search_texts(reader, keys)))
    assert exports[0] == exports[1]
    assert left[0] == left[1]


def as_the_oracle(fresh_store: FreshStore, scenario: Scenario) -> None:
    """The nodes and the edges of all times are those of the oracle."""
    store = fresh_store()
    send(store, *scenario.one)
    nodes, edges = expected(World(scenario.events, RECEIVED_NS), Library(scenario.versions))
    with store.read() as reader:
        assert observed.nodes(reader) == nodes
        assert sorted(map(repr, observed.timed(reader, nodes))) == sorted(map(repr, edges))


LAWS = pytest.mark.parametrize("law", [one_graph, as_the_oracle])


def assert_law(law: Law, fresh_store: FreshStore, examples: int, *, fixed: bool = True) -> None:
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=fixed,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(scenarios())
    def holds(scenario: Scenario) -> None:
        law(fresh_store, scenario)

    holds()


def test_documents__converge(fresh_store: FreshStore, kind: str) -> None:
    assert_law(one_graph, fresh_store, EXAMPLES[kind])


@NEO4J_WHEN_SLOW
def test_documents__make_the_graph_of_the_oracle(fresh_store: FreshStore, kind: str) -> None:
    assert_law(as_the_oracle, fresh_store, EXAMPLES[kind])


@pytest.mark.slow
@LAWS
def test_documents__converge_for_many_random_sets(law: Law, fresh_store: FreshStore, kind: str) -> None:
    assert_law(law, fresh_store, SLOW_EXAMPLES[kind], fixed=False)
