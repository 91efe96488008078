"""The graph of a time past is the graph that there was: whatever was told, event by event."""

from itertools import groupby

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from catalog.instant import instant_of
from catalog.past import graph
from catalog.past.graph import TooMuch, past
from catalog.projection import Projection, Said
from catalog.store.memory import MemoryStore
from catalog.store.port import NodeFilter, Store
from ingest.derivation.settle import settle
from ingest.replay import interpret_again
from tests.convergence.conftest import FreshStore
from tests.convergence.conftest import fresh_store as fresh_store
from tests.convergence.conftest import kind as kind
from tests.convergence.conftest import store as store
from tests.derivation.cases import MART, RAW, STG, dataset_event, holder, job_event, run
from tests.roundtrip.restoring import RECEIVED_NS, apply, export_of, recognised, snapshot
from tests.roundtrip.test_generated import Case, cases
from tests.sparql.asking import fresh

EXAMPLES = {"memory": 40, "sqlite": 6, "neo4j": 2}


def in_order(said: tuple[Said, ...]) -> list[tuple[int, list[Said]]]:
    """By instant what was told then."""
    ordered = sorted(said, key=lambda one: one[0].order_key)
    return [(at, list(told)) for at, told in groupby(ordered, key=lambda one: instant_of(one[0].order_key))]


def then(store: Store, at: int) -> set[bytes]:
    """All triples of the graph as of an instant."""
    with store.read() as reader:
        return fresh(past(reader, at, interpret_again))


def lived(store: Store, said: tuple[Said, ...]) -> dict[int, set[bytes]]:
    """By instant all triples of the graph that there was."""
    found = {}
    for at, told in in_order(said):
        for one in told:
            Projection(store, interpret_again).apply([one])
        found[at] = fresh(store)
    return found


def test_past__is_the_graph_that_there_was(fresh_store: FreshStore, kind: str) -> None:
    @settings(
        max_examples=EXAMPLES[kind],
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(cases())
    def holds(case: Case) -> None:
        store = fresh_store()
        before = lived(store, case.said)
        for at, triples in before.items():
            assert then(store, at) == triples
        assert len(then(store, min(before) - 1)) == 1, "the names of the columns alone"

    holds()


SQL = [
    dataset_event(1, RAW, "id", "total"),
    job_event(
        "copy",
        2,
        "create table shop.stg.orders as select * from shop.raw.orders",
        [holder(RAW)],
        [holder(STG)],
    ),
    dataset_event(3, RAW, "id", "total", "day"),
    run(
        "daily",
        4,
        "create table shop.mart.daily as select sum(total) as sum from shop.stg.orders",
        [holder(STG)],
        [holder(MART)],
    ),
    job_event(
        "copy",
        5,
        "create table shop.stg.orders as select id from shop.raw.orders",
        [holder(RAW)],
        [holder(STG)],
    ),
]


def test_past__has_what_was_derived_from_sql_as_it_holds_then(store: Store) -> None:
    before = {}
    for said in recognised(SQL, RECEIVED_NS):
        Projection(store, interpret_again).apply([said])
        settle(store)
        before[instant_of(said[0].order_key)] = fresh(store)

    assert {at: then(store, at) for at in before} == before
    assert any(b"stg.orders/total" in one for one in max(before.values(), key=len))


def test_past__of_a_run_without_its_events_is_what_its_state_still_tells(store: Store) -> None:
    number, at = 7, instant_of(recognised([run("load", 2, None)], RECEIVED_NS)[0][0].order_key)
    events = [
        run("load", 1, None, [holder(RAW)], type_="START", number=number),
        run("load", 3, None, [holder(RAW)], [holder(STG)], type_="FAIL", number=number),
    ]
    lived_ = MemoryStore()
    apply(lived_, recognised(events, RECEIVED_NS))
    apply(store, snapshot(export_of(lived_)))

    assert then(store, at) == then(lived_, at)
    with store.read() as reader, past(reader, at, interpret_again).read() as seen:
        found = seen.page(NodeFilter(("Run",)), None, 9)
    assert [node.properties.get("state") for node in found] == ["START"]


def test_past__of_too_large_a_graph_is_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    store = MemoryStore()
    apply(store, recognised(SQL, RECEIVED_NS))
    monkeypatch.setattr(graph, "MOST_NODES", 3)

    with store.read() as reader, pytest.raises(TooMuch, match="more than 3 nodes"):
        past(reader, 1, interpret_again)
