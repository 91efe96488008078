"""Forgetting: of what came before a command nothing is left, whatever comes first."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from itertools import permutations
from typing import Any

import pytest
from hypothesis import strategies as st

from catalog.forget import Scope
from catalog.identity import RunId
from catalog.instant import instant_of
from catalog.projection import Projection, Said
from catalog.statement import NOTHING
from catalog.store.port import Store
from catalog.store.registry import open_store
from ingest.command import command
from ingest.event import recognise
from ingest.replay import interpret_again, replay, replay_view
from tests.convergence.cases import RUN, A, about, dataset_event, run
from tests.convergence.conftest import FreshStore
from tests.convergence.events import DATASETS, JOBS, NAMES_ONLY, RECEIVED_NS, RUNS, Draw, named, scenarios
from tests.convergence.laws import assert_law
from tests.convergence.said import Event
from tests.roundtrip.restoring import apply, export_of, graph_of, log_of, recognised, snapshot

EXAMPLES = {"memory": 20, "sqlite": 3, "neo4j": 1}
SLOW_EXAMPLES = {"memory": 3000, "sqlite": 200, "neo4j": 30}
NAMES = (*DATASETS, *NAMES_ONLY)

SCOPES = st.one_of(
    st.sampled_from(NAMES).map(lambda names: Scope("dataset", *names)),
    st.sampled_from(JOBS).map(lambda names: Scope("job", *names)),
    st.sampled_from(RUNS).map(lambda run: Scope("run", name=RunId.lenient(run).value)),
    st.sampled_from(("db", "s3://lake", "jobs")).map(lambda namespace: Scope("namespace", namespace)),
)


def forget(scope: Scope, at_ns: int) -> Said:
    return command("forget", scope.terms, received_ns=max(RECEIVED_NS, at_ns), at_ns=at_ns)


@dataclass(frozen=True)
class Case:
    """Events, what is forgotten and when, and two orders and sizes of batches."""

    events: tuple[Event, ...]
    forgets: tuple[tuple[Scope, int], ...]
    orders: tuple[tuple[int, ...], tuple[int, ...]]
    sizes: tuple[int, int]

    @property
    def said(self) -> list[Said]:
        commands = [forget(scope, at) for scope, at in self.forgets]
        return [*recognised(self.events, RECEIVED_NS), *commands]


@st.composite
def cases(draw: Draw) -> Case:
    events = tuple(draw(scenarios()).events)
    instants = sorted({instant_of(entry.order_key) for entry, _ in recognised(events, RECEIVED_NS)})
    times = st.sampled_from([*instants, instants[-1] + 1])
    forgets = tuple(draw(st.lists(st.tuples(SCOPES, times), min_size=1, max_size=3)))
    numbers = range(len(events) + len(forgets))
    orders = (tuple(draw(st.permutations(numbers))), tuple(draw(st.permutations(numbers))))
    return Case(events, forgets, orders, (draw(st.integers(1, 6)), draw(st.integers(1, 40))))


def without(event: Any, scopes: Collection[Scope], kind: str = "dataset") -> Any:
    """An event as it would have been sent by somebody who has never heard of what is forgotten."""
    if isinstance(event, list):
        return [without(item, scopes, kind) for item in event if not is_about(item, scopes, kind)]
    if isinstance(event, dict):
        kinds = {key: "job" if key == "job" else "dataset" for key in event}
        return {
            key: {"_forgotten": True}
            if is_about(value, scopes, kinds[key])
            else without(value, scopes, kinds[key])
            for key, value in event.items()
        }
    return event


def is_about(value: Any, scopes: Collection[Scope], kind: str) -> bool:
    if not isinstance(value, dict):
        return False
    names = value.get("namespace"), value.get("name")
    if None not in names and "eventTime" not in value:
        whole = Scope(kind, *names) in scopes  # type: ignore[arg-type]
        return whole or Scope("namespace", str(names[0])) in scopes
    run = value.get("runId")
    if run is not None:
        return Scope("run", name=RunId.lenient(run).value) in scopes
    return "eventTime" not in value and is_about(value.get("job"), scopes, "job")


def expected(case: Case) -> str:
    """The graph of the events without what is forgotten, each at the place of the whole one."""
    said = []
    for entry, statements in recognised(case.events, RECEIVED_NS):
        scopes = [scope for scope, at in case.forgets if instant_of(entry.order_key) <= at]
        event = without(json.loads(entry.body), scopes)
        gone = {"_forgotten": True}
        if event.get("job") == gone and "run" in event:
            event["run"] = gone
        rest = recognise(json.dumps(event), received_ns=RECEIVED_NS)[1] if scopes else statements
        said.append((entry, NOTHING if event.get("dataset") == gone else rest))
    return graph_of(said)


def without_commands(export: str) -> list[str]:
    return [line for line in export.splitlines() if "/command/" not in line and "exportChecksum" not in line]


def ordered(case: Case, number: int) -> list[Said]:
    said = case.said
    return [said[index] for index in case.orders[number]]


def nothing_is_left(fresh_store: FreshStore, case: Case) -> None:
    """The graph is that of events which never spoke of it."""
    store = fresh_store()
    apply(store, ordered(case, 0), case.sizes[0])
    assert without_commands(export_of(store)) == without_commands(expected(case))


def whatever_comes_first(fresh_store: FreshStore, case: Case) -> None:
    """The graph is the same, and so are the log and its receipts."""
    left = []
    for number, size in enumerate(case.sizes):
        store = fresh_store()
        apply(store, ordered(case, number), size)
        left.append((export_of(store), log_of(store)))
    assert left[0] == left[1]


def in_a_replay(fresh_store: FreshStore, case: Case) -> None:
    """The log, without what is forgotten, makes the same graph and log; so does the export, read back."""
    store = fresh_store()
    apply(store, ordered(case, 0), case.sizes[0])
    comes_to_the_same(store)
    assert graph_of(snapshot(export_of(store))) == export_of(store)


def comes_to_the_same(store: Store) -> None:
    """A replay with the commands first and one in order make the same graph and log."""
    again, in_order = open_store("memory:"), open_store("memory:")
    replay(store, Projection(again, interpret_again))
    with store.read() as reader:
        replay_view(reader, Projection(in_order, interpret_again))
    assert export_of(again) == export_of(in_order) == export_of(store)
    assert log_of(again) == log_of(in_order) == log_of(store)


LAWS = pytest.mark.parametrize("law", [nothing_is_left, whatever_comes_first, in_a_replay])


@LAWS
def test_forget__holds(law: Any, fresh_store: FreshStore, kind: str) -> None:
    assert_law(law, cases(), fresh_store, EXAMPLES[kind])


@pytest.mark.slow
@LAWS
def test_forget__holds_for_many_random_sets(law: Any, fresh_store: FreshStore, kind: str) -> None:
    assert_law(law, cases(), fresh_store, SLOW_EXAMPLES[kind], fixed=False)


def test_forget__leaves_of_a_restored_run_what_later_facets_gave_it() -> None:
    nominal = {"nominalTime": {"nominalStartTime": "2024-05-01T00:00:00Z"}}
    said = recognised([run(1, "START", 1), run(1, "COMPLETE", 3, facets=nominal)], RECEIVED_NS)
    forgotten = forget(Scope("run", name=RUN[1].value), instant_of(said[0][0].order_key))
    restored = graph_of([*snapshot(graph_of(said)), forgotten])
    assert "ns#nominalStart>" in graph_of([*said, forgotten])
    assert "ns#nominalStart>" in restored


@pytest.mark.parametrize("name", ["serve", "a name that is too long for a key " * 40])
def test_forget__of_a_job_leaves_its_run_to_the_job_that_a_parent_facet_names(name: str) -> None:
    parent = {"parent": {"run": {"runId": RUN[1].value}, "job": named(("jobs", name))}}
    said = recognised([run(1, "COMPLETE", 1), run(2, "START", 3, facets=parent)], RECEIVED_NS)
    forgotten = forget(Scope("job", "jobs", "load"), instant_of(said[0][0].order_key))
    exports = {graph_of(order, size=1) for order in ([*said, forgotten], [forgotten, *said])}
    assert len(exports) == 1
    assert name in exports.pop()


def in_any_order(*said: Said) -> str:
    """The one graph of a few entries, in every order, each of which is also what its log makes."""
    exports = set()
    for order in permutations(said):
        store, again = open_store("memory:"), open_store("memory:")
        apply(store, order, 1)
        replay(store, Projection(again, interpret_again))
        exports |= {export_of(store), export_of(again)}
    assert len(exports) == 1
    return exports.pop()


def test_forget__of_a_run_leaves_what_its_job_checked_to_the_job() -> None:
    checks = {"dataQualityAssertions": {"assertions": [{"assertion": "unique", "success": True}]}}
    (told,) = recognised([run(1, "COMPLETE", 1, [], [about(A, **checks)])], RECEIVED_NS)
    graph = in_any_order(told, forget(Scope("run", name=RUN[1].value), RECEIVED_NS))
    assert "dataQualityAssertions" in graph


def test_forget__of_a_run_and_then_of_what_its_lineage_facet_names() -> None:
    entry = {"type": "DATASET", "inputs": [], **named((A.namespace, A.name))}
    stated = {"facets": {"lineage": {"entries": [entry]}}}
    told = recognised([run(1, "START", 1, job=stated), dataset_event(1, A)], RECEIVED_NS)
    scopes = Scope("run", name=RUN[1].value), Scope("dataset", A.namespace, A.name)
    found = in_any_order(*told, *(forget(scope, RECEIVED_NS) for scope in scopes))
    assert f"/{A.key}>" not in found
