"""Readers of a part of the lineage: a window of time, one run."""

import pytest

from catalog.errors import InvalidQuery, UnknownNode
from catalog.graph import Direction
from catalog.lineage import walk
from catalog.scopes import RunReader, WindowReader
from catalog.store.memory import MemoryStore
from catalog.store.port import Reader
from ontology.vocabulary import Rel
from tests.convergence.cases import JOB, RUN, A, B, C, D, at, columns, inputs, outputs


@pytest.mark.parametrize(
    ("since", "until", "names"),
    [
        (1, 2, {"a"}),
        (1, 3, {"a", "c"}),
        (4, 5, {"a", "c"}),
        (5, None, {"a", "c"}),
        (6, None, {"a"}),
        (0, 0, set()),
    ],
)
def test_window__has_what_held_at_any_time_in_it(
    store: MemoryStore, since: int, until: int | None, names: set[str]
) -> None:
    with store.read() as reader:
        window = WindowReader(reader, at(since), None if until is None else at(until))

        assert inputs(window) == names


def test_window__does_not_end_before_it_begins(store: MemoryStore) -> None:
    with store.read() as reader, pytest.raises(InvalidQuery):
        WindowReader(reader, at(3), at(2))


def test_walk__of_a_window_reaches_what_no_longer_holds(store: MemoryStore) -> None:
    with store.read() as reader:
        found = walk(WindowReader(reader, at(4), None), [B.key], direction=Direction.IN)

    assert {node.key for node in found.nodes} == {A.key, B.key, C.key, JOB.key}


def told(reader: Reader, *keys: str, direction: Direction = Direction.BOTH) -> set[tuple[str, str, str]]:
    rels = (Rel.CONSUMED_BY, Rel.PRODUCES, Rel.FEEDS)
    return {(edge.type, edge.source, edge.target) for edge in reader.edges(keys, rels, direction)}


def test_run__has_its_own_edges_even_if_it_failed(store: MemoryStore) -> None:
    with store.read() as reader:
        failed = RunReader(reader, RUN[2].key)

        assert (inputs(failed), outputs(failed), inputs(reader)) == ({"d"}, {"b"}, {"a"})
        assert told(failed, D.key, direction=Direction.OUT) == {(Rel.CONSUMED_BY, D.key, JOB.key)}
        assert told(failed, D.key, direction=Direction.IN) == told(failed, A.key) == set()


def test_run__has_its_columns_and_the_fields_of_now(store: MemoryStore) -> None:
    with store.read() as reader:
        first, failed = RunReader(reader, RUN[1].key), RunReader(reader, RUN[2].key)
        fields = {edge.target for edge in first.edges([A.key], (Rel.HAS_FIELD, Rel.FEEDS), Direction.OUT)}

        assert columns(first, B.field("z")) == {str(A.field("x"))}
        assert columns(failed, B.field("z")) == set()
        assert fields == {A.field("x").key, A.field("y").key}


def test_run__must_be_known(store: MemoryStore) -> None:
    with store.read() as reader, pytest.raises(UnknownNode):
        RunReader(reader, RUN[7].key)
