"""All who write take locks in one order, so that two that meet wait for each other and never in a ring.

On Neo4j a transaction that waits in a ring is ended and begins again: here each attempt is counted. SQLite gives the
file to one writer at a time.
"""

import json
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar, cast

import pytest

from catalog.projection import Projection
from catalog.store.port import Store, Transaction
from catalog.store.registry import open_store
from ingest.derivation.settle import settle
from ingest.event import recognise
from tests.faults.events import FACET, SPEC, Event, run_id
from tests.faults.truth import RECEIVED_NS, differences, graph, graph_of_one_writer
from tests.neo4j.server import Neo4j

ROUNDS = 12
PATIENCE_S = 120
T = TypeVar("T")


class Counting:
    """A store that counts its transactions and the attempts that they took."""

    def __init__(self, store: Store) -> None:
        self.transactions = self.attempts = 0
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def write(self, work: Callable[[Transaction], T]) -> T:
        def counted(transaction: Transaction) -> T:
            self.attempts += 1
            return work(transaction)

        self.transactions += 1
        return self._store.write(counted)


@pytest.fixture
def stores(neo4j_server: Neo4j, neo4j_url: str) -> Iterator[tuple[Counting, Counting]]:
    """Two writers' connections to one empty store."""
    one, other = open_store(neo4j_url), open_store(neo4j_url)
    yield Counting(one), Counting(other)
    one.close()
    other.close()


def copying(number: int, source: str, target: str, job: str, query: str | None = None) -> Event:
    """A run that makes one dataset from another, both in buckets whose names have other normal forms."""
    fields = {"schema": {**FACET, "fields": [{"name": "c", "type": "int"}]}}
    sql = {} if query is None else {"sql": {**FACET, "query": query}}
    namespace = "s3a://lake" if query is None else "duckdb://shop"
    return {
        "eventTime": f"2024-05-01T10:{number // 60:02}:{number % 60:02}Z",
        "eventType": "COMPLETE",
        "producer": "https://example.org/faults",
        "schemaURL": f"{SPEC}RunEvent",
        "run": {"runId": run_id(number)},
        "job": {"namespace": "jobs", "name": job, "facets": sql},
        "inputs": [{"namespace": namespace, "name": source, "facets": fields}],
        "outputs": [{"namespace": namespace, "name": target, "facets": fields}],
    }


def send(store: Counting, events: Sequence[Event], size: int = 3) -> None:
    """Apply events as one process does, a few at a time."""
    projection = Projection(cast(Store, store))
    for first in range(0, len(events), size):
        batch = [
            recognise(json.dumps(event), received_ns=RECEIVED_NS) for event in events[first : first + size]
        ]
        projection.apply(batch)


def together(*works: Callable[[], object]) -> None:
    """Run all at the same time."""
    begin = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        begin.wait(PATIENCE_S)
        work()

    with ThreadPoolExecutor(len(works)) as threads:
        for future in [threads.submit(run, work) for work in works]:
            future.result(PATIENCE_S)


def retries(stores: Sequence[Counting]) -> int:
    assert all(store.transactions for store in stores)
    return sum(store.attempts - store.transactions for store in stores)


def test_two_writers__of_the_same_datasets_never_wait_in_a_ring(stores: tuple[Counting, Counting]) -> None:
    tables = [f"t{number % 5}" for number in range(3 * ROUNDS + 1)]
    one = [copying(n, tables[n], tables[n + 1], f"j{n % 7}") for n in range(3 * ROUNDS)]
    other = [copying(100 + n, tables[n + 1], tables[n], f"j{n % 6}") for n in reversed(range(3 * ROUNDS))]
    together(lambda: send(stores[0], one), lambda: send(stores[1], other))
    assert retries(stores) == 0
    expected = graph_of_one_writer(json.dumps(event).encode() for event in (*one, *other))
    assert differences(graph(cast(Store, stores[0])), expected) == []


class Noting:
    """A store that notes what its transactions lock, call by call, each key once."""

    def __init__(self, store: Store) -> None:
        self.locked: list[list[set[str]]] = []
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def write(self, work: Callable[[Transaction], T]) -> T:
        calls: list[set[str]] = []
        self.locked.append(calls)
        return self._store.write(lambda transaction: work(cast(Transaction, _Noting(transaction, calls))))


class _Noting:
    def __init__(self, transaction: Transaction, calls: list[set[str]]) -> None:
        self._transaction = transaction
        self._calls = calls

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transaction, name)

    def lock(self, keys: Collection[str]) -> None:
        self._calls.append(set(keys).difference(*self._calls))
        self._transaction.lock(keys)


def entities(keys: Collection[str]) -> set[str]:
    return {key for key in keys if key.startswith(("dataset/", "job/", "run/"))}


SQL = copying(1, "db.main.raw", "db.main.mart", "load", "SELECT c FROM raw JOIN other ON true")
LINKED = copying(2, "raw", "mart", "copy")


@pytest.mark.parametrize("event", [SQL, LINKED], ids=["sql", "normal forms"])
def test_transactions__lock_all_entities_that_they_name_at_once(
    event: Event,
) -> None:
    store = Noting(open_store("memory:"))
    send(cast(Counting, store), [event])
    settle(cast(Store, store))
    assert len(store.locked) > (1 if event is SQL else 0)
    for first, *later in store.locked:
        assert len(entities(first)) >= 3
        assert [entities(call) for call in later if entities(call)] == []
        assert later[-1] == {"~graph/version"}
