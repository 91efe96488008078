"""What must hold of a store whatever happened to it: nothing acknowledged is lost, the graph is that of the log."""

import json
from collections.abc import Collection, Iterable, Iterator

from catalog.export import nquads
from catalog.projection import Projection
from catalog.store.memory import MemoryStore
from catalog.store.port import Store
from catalog.store.registry import open_store
from ingest.derivation.settle import settle
from ingest.event import recognise
from ingest.replay import replay
from tests.faults.events import Event

RECEIVED_NS = 1_800_000_000_000_000_000
PAGE = 500


def graph(store: Store) -> list[str]:
    """The canonical export."""
    with store.read() as reader:
        return list(nquads(reader))


def replayed(store: Store) -> list[str]:
    """The canonical export of what a replay of the store's log makes of an empty store, and of what follows from it."""
    fresh = MemoryStore()
    replay(store, Projection(fresh))
    settle(fresh)
    return graph(fresh)


def graph_of_one_writer(bodies: Iterable[bytes]) -> list[str]:
    """The canonical export after one writer applied all events, one by one."""
    store = MemoryStore()
    projection = Projection(store)
    for body in bodies:
        projection.apply([recognise(body, received_ns=RECEIVED_NS)])
    return graph(store)


def text_of(event: Event) -> str:
    """One text for one event, however it was sent or stored."""
    return json.dumps(event, sort_keys=True)


def logged(store: Store) -> Iterator[str]:
    """The text of every event in the log."""
    after: str | None = None
    while True:
        with store.read() as reader:
            page = reader.log(after, PAGE)
        yield from (text_of(json.loads(entry.body)) for entry in page)
        if len(page) < PAGE:
            return
        after = page[-1].hash


def differences(found: list[str], expected: list[str]) -> list[str]:
    """The first lines that one export has and the other has not; empty when the two are byte-identical."""
    if found == expected:
        return []
    here, there = set(found), set(expected)
    lines = [f"+ {line}" for line in found if line not in there]
    lines += [f"- {line}" for line in expected if line not in here]
    return lines[:20] or ["the same lines in another order"]


def check_store(url: str, acknowledged: Collection[str], sent: Collection[str]) -> None:
    """Nothing acknowledged is lost, nothing that nobody sent is there, nothing is half-applied."""
    store = open_store(url)
    try:
        log = list(logged(store))
        assert len(log) == len(set(log)), "an event is in the log twice"
        assert sorted(set(acknowledged) - set(log)) == [], "acknowledged events are lost"
        assert sorted(set(log) - set(sent)) == [], "the log has events that nobody sent"
        assert differences(graph(store), replayed(store)) == []
    finally:
        store.close()
