"""A document and an event about one thing that meet, on the store that lets writers run side by side."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import cast

import pytest

from catalog.store.memory import MemoryStore
from catalog.store.port import Store
from catalog.store.registry import open_store
from tests.convergence.cases import A, B, dataset_event, from_column, run
from tests.convergence.observed import export
from tests.convergence.said import Event
from tests.documents.versions import Version, key, send, thing, version
from tests.faults.test_meeting_writers import MEETING_S, PATIENCE_S, HeldBack
from tests.neo4j.server import Neo4j

PRODUCT = key("product", "sales")
FIELD = A.field("id")
DAG = {"run": {"runId": "p"}, "job": {"namespace": "dags", "name": "dag"}}
LINKED = thing(A.key, ("HAS_FIELD", A.key, FIELD.key, ()), description="d")
MEETINGS: dict[str, tuple[Event | Version, Event | Version]] = {
    "a dataset is described and seen": (
        version("a.ttl", 1, thing(A.key, description="d")),
        dataset_event(2, A),
    ),
    "a dataset is described and named": (
        version("a.ttl", 1, thing(A.key, description="d")),
        dataset_event(2, B, columnLineage=from_column(A, "id", "id")),
    ),
    "a field is shown and named": (
        version("a.ttl", 1, LINKED, thing(FIELD.key, description="f")),
        dataset_event(2, B, columnLineage=from_column(A, "id", "id")),
    ),
    "a job is described and named": (
        version("a.ttl", 1, thing(key("job", "dags", "dag"), description="d")),
        run(1, "START", 2, facets={"parent": DAG}),
    ),
    "a run is described and begins": (
        version("a.ttl", 1, thing(key("run", "00000000-0000-4000-8000-000000000001"), description="d")),
        run(1, "START", 2),
    ),
    "a namespace is described and joined": (
        version("a.ttl", 1, thing(A.namespace_key, description="d")),
        dataset_event(2, B),
    ),
    "a team is described and named": (
        version("a.ttl", 1, thing(key("team", "orders"), name="Orders", description="d")),
        dataset_event(2, A, ownership={"owners": [{"name": "team:orders"}]}),
    ),
    "two documents describe a thing": (
        version("a.ttl", 1, thing(PRODUCT, name="one", description="d")),
        version("b.ttl", 2, thing(PRODUCT, name="two")),
    ),
    "one document comes twice": (
        version("a.ttl", 1, thing(PRODUCT, name="one")),
        version("a.ttl", 2, thing(PRODUCT, name="two")),
    ),
}


@pytest.fixture(scope="module")
def writers(neo4j_server: Neo4j) -> Iterator[tuple[Store, Store]]:
    """Two writers' connections to one store."""
    with neo4j_server.driver().session() as session:
        session.run("MATCH (n) DETACH DELETE n").consume()
    one, other = open_store(neo4j_server.url), open_store(neo4j_server.url)
    yield one, other
    one.close()
    other.close()


@pytest.fixture
def stores(writers: tuple[Store, Store], neo4j_server: Neo4j) -> tuple[Store, Store]:
    """The two writers, with the store emptied of nodes alone: to open it anew takes long."""
    with neo4j_server.driver().session() as session:
        session.run("MATCH (n) DETACH DELETE n").consume()
    return writers


def meet(stores: tuple[Store, Store], first: Event | Version, second: Event | Version) -> None:
    """The second writer runs to its end, or to a lock of the first, while the first holds back its writes."""
    held_back = HeldBack(stores[0])
    with ThreadPoolExecutor(2) as threads:
        leading = threads.submit(send, cast(Store, held_back), [first])
        assert held_back.reached.wait(PATIENCE_S)
        following = threads.submit(send, stores[1], [second])
        timer = threading.Timer(MEETING_S, held_back.go_on.set)
        timer.start()
        following.add_done_callback(lambda _: held_back.go_on.set())
        leading.result(PATIENCE_S)
        following.result(PATIENCE_S)
        timer.cancel()


QUICK = ("a dataset is described and seen", "two documents describe a thing")
CASES = [
    pytest.param(
        pair[::-1] if swapped else pair,
        id=f"{name}{', swapped' if swapped else ''}",
        marks=[] if name in QUICK and not swapped else [pytest.mark.slow],
    )
    for name, pair in MEETINGS.items()
    for swapped in (False, True)
]


@pytest.mark.neo4j
@pytest.mark.parametrize("pair", CASES)
def test_writers_that_meet__make_the_graph_of_one(
    stores: tuple[Store, Store], pair: tuple[Event | Version, Event | Version]
) -> None:
    meet(stores, *pair)
    alone = MemoryStore()
    send(alone, list(pair))
    assert export(stores[0]) == export(alone)
