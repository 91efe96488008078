"""Two writers that meet at the worst moment: one has read all it decides by and not yet written when the other comes.

Only Neo4j lets them run side by side; SQLite gives the file to one writer at a time.
"""

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event as Flag
from typing import Any, TypeVar, cast

import pytest

from catalog.projection import Projection
from catalog.store.port import Store, Transaction
from catalog.store.registry import open_store
from ingest.event import recognise
from tests.faults.events import FACET, SPEC, Event, run_id
from tests.faults.truth import RECEIVED_NS, differences, graph, graph_of_one_writer
from tests.neo4j.server import Neo4j

PATIENCE_S = 60
MEETING_S = 0.7
T = TypeVar("T")


class HeldBack:
    """A store whose transactions wait before they write; ``reached`` tells that one does."""

    def __init__(self, store: Store) -> None:
        self.reached, self.go_on = Flag(), Flag()
        self._store = store

    def write(self, work: Callable[[Transaction], T]) -> T:
        return self._store.write(lambda transaction: work(cast(Transaction, _HeldBack(transaction, self))))


class _HeldBack:
    def __init__(self, transaction: Transaction, store: HeldBack) -> None:
        self._transaction = transaction
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transaction, name)

    def apply(self, changes: Any) -> None:
        self._store.reached.set()
        assert self._store.go_on.wait(PATIENCE_S)
        self._transaction.apply(changes)


@dataclass(frozen=True)
class Meeting:
    """What the store holds, and the two events that come at the same time."""

    before: Event
    one: Event
    other: Event


def running(second: int, run: int, job: str, parent: tuple[int, str] | None = None, **members: Any) -> Event:
    """A run event; ``parent``: a run that only this names, and its job."""
    namespace, _, name = job.rpartition("/")
    facets: dict[str, Any] = {}
    if parent is not None:
        dag = {"namespace": "dags", "name": parent[1]}
        facets["parent"] = {**FACET, "run": {"runId": run_id(parent[0])}, "job": dag}
    return {
        "eventTime": f"2024-05-01T10:00:{second:02}Z",
        "eventType": "RUNNING",
        "producer": "https://example.org/faults",
        "schemaURL": f"{SPEC}RunEvent",
        "run": {"runId": run_id(run), "facets": facets},
        "job": {"namespace": namespace or "jobs", "name": name},
        **members,
    }


def copying(second: int, run: int, job: str, source: str) -> Event:
    """A run that makes a column of a dataset of its own from one that only it names."""
    column = {"namespace": "db", "name": source, "field": "c"}
    facet = {"columnLineage": {**FACET, "fields": {"c": {"inputFields": [column]}}}}
    outputs = [{"namespace": "db", "name": f"of-{job}", "facets": facet}]
    return running(second, run, job, eventType="COMPLETE", outputs=outputs)


def linking(second: int, dataset: str, *aliases: str) -> Event:
    """A dataset with these names in another namespace and no others."""
    links = [{"namespace": "hive", "name": alias, "type": "TABLE"} for alias in aliases]
    facets = {"symlinks": {**FACET, "identifiers": links}}
    return {
        "eventTime": f"2024-05-01T10:00:{second:02}Z",
        "producer": "https://example.org/faults",
        "schemaURL": f"{SPEC}DatasetEvent",
        "dataset": {"namespace": "db", "name": dataset, "facets": facets},
    }


CHILD, ADOPTED = running(1, 1, "a", parent=(101, "dag")), running(2, 1, "a", parent=(102, "other-dag"))
COPY = copying(9, 1, "a", "shared")
MEETINGS = {
    "the job of a parent is left and named": Meeting(CHILD, ADOPTED, running(3, 2, "b", parent=(103, "dag"))),
    "the job of a parent is left and runs": Meeting(CHILD, ADOPTED, running(3, 2, "dags/dag")),
    "a parent is left and named": Meeting(CHILD, ADOPTED, running(3, 2, "b", parent=(101, "dag"))),
    "a parent is left and runs": Meeting(CHILD, ADOPTED, running(3, 101, "b")),
    "a reference is left and named": Meeting(
        COPY, running(2, 1, "a", eventType="FAIL"), copying(3, 2, "b", "shared")
    ),
    "a reference is left and seen": Meeting(
        COPY, running(10, 1, "a", eventType="FAIL"), linking(3, "shared")
    ),
    "an alias is taken and given": Meeting(linking(5, "a", "x"), linking(5, "a"), linking(3, "b", "x")),
    "a namespace is left and joined": Meeting(linking(5, "a", "x"), linking(5, "a"), linking(3, "b", "y")),
}


@pytest.fixture
def stores(neo4j_server: Neo4j) -> Iterator[tuple[Store, Store]]:
    """Two writers' connections to one store, emptied of nodes alone: to make the schema anew takes long."""
    with neo4j_server.driver().session() as session:
        session.run("MATCH (n) DETACH DELETE n").consume()
    one, other = open_store(neo4j_server.url), open_store(neo4j_server.url)
    yield one, other
    one.close()
    other.close()


def write(store: Store | HeldBack, event: Event) -> None:
    """Apply one event as a process that just started."""
    Projection(cast(Store, store)).apply([recognise(json.dumps(event), received_ns=RECEIVED_NS)])


def meet(stores: tuple[Store, Store], first: Event, second: Event) -> None:
    """The second writer runs to its end, or to a lock of the first, while the first holds back its writes."""
    held_back = HeldBack(stores[0])
    with ThreadPoolExecutor(2) as threads:
        leading: Future[None] = threads.submit(write, held_back, first)
        assert held_back.reached.wait(PATIENCE_S)
        following: Future[None] = threads.submit(write, stores[1], second)
        timer = threading.Timer(MEETING_S, held_back.go_on.set)
        timer.start()
        following.add_done_callback(lambda _: held_back.go_on.set())
        leading.result(PATIENCE_S)
        following.result(PATIENCE_S)
        timer.cancel()


@pytest.mark.parametrize("swapped", [False, True], ids=["", "swapped"])
@pytest.mark.parametrize("meeting", MEETINGS.values(), ids=MEETINGS.keys())
def test_writers_that_meet__make_the_graph_of_one(
    stores: tuple[Store, Store], meeting: Meeting, swapped: bool
) -> None:
    write(stores[0], meeting.before)
    pair = (meeting.other, meeting.one) if swapped else (meeting.one, meeting.other)
    meet(stores, *pair)
    expected = graph_of_one_writer(json.dumps(event).encode() for event in (meeting.before, *pair))
    assert differences(graph(stores[0]), expected) == []
