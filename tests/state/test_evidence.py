"""Who told an edge last: a run, or an entry of the log."""

import pytest

from catalog.errors import UnknownNode
from catalog.evidence import Moment, Sight, entry_of, entry_prefix, last_sights, run_sight
from catalog.graph import Direction
from catalog.identity import DatasetId
from catalog.lineage import walk
from catalog.scopes import WindowReader
from catalog.store.memory import MemoryStore
from catalog.store.port import Reader
from tests.convergence.cases import JOB, RUN, A, B, C, D, at, dataset_event, from_column
from tests.convergence.observed import send


def sights(reader: Reader, moment: Moment) -> dict[tuple[str, str], Sight]:
    """The last telling of each edge that leads to B, by its ends."""
    scope = reader if moment.since is None else WindowReader(reader, moment.since, moment.at)
    found = walk(scope, [B.key], direction=Direction.IN, at=moment.at)
    same = {alias: node.key for node in found.nodes for alias in node.aliases}
    told = last_sights(reader, found.edges, same, moment)
    return {(edge.source, edge.target): sight for edge, sight in told.items()}


def by_run(number: int, minute: int) -> Sight:
    return Sight(at(minute), run=RUN[number].key)


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        (Moment(), {A: by_run(4, 6)}),
        (Moment(at=at(2)), {A: by_run(1, 1)}),
        (Moment(at=at(4)), {A: by_run(3, 3), C: by_run(3, 3)}),
        (Moment(since=at(4)), {A: by_run(4, 6), C: by_run(3, 3)}),
    ],
)
def test_run__that_told_an_edge_last_is_named(
    store: MemoryStore, moment: Moment, told: dict[DatasetId, Sight]
) -> None:
    with store.read() as reader:
        found = sights(reader, moment)

    assert {source: sight for (source, target), sight in found.items() if target == JOB.key} == {
        source.key: sight for source, sight in told.items()
    }


def test_entry__that_declared_an_edge_is_named(store: MemoryStore) -> None:
    receipts = send(store, [[dataset_event(9, B, columnLineage=from_column(D, "x", "y"))]])
    with store.read() as reader:
        sight = sights(reader, Moment())[D.key, B.key]
        entry = entry_of(reader, entry_prefix(sight.entry or ""))

    assert (sight.at, sight.run) == (at(9), None)
    assert entry is not None
    assert entry.hash == receipts[0].hash


def test_entry__of_an_unknown_beginning_is_none(store: MemoryStore) -> None:
    with store.read() as reader:
        assert entry_of(reader, "0" * 32) is None


def test_run_sight__is_the_last_event_of_the_run(store: MemoryStore) -> None:
    with store.read() as reader:
        assert run_sight(reader, RUN[2].key) == by_run(2, 2)
        with pytest.raises(UnknownNode):
            run_sight(reader, RUN[7].key)
