"""From dataset events with column lineage to a walk between datasets: what the fold keeps, the walk finds."""

from catalog.graph import Direction
from catalog.lineage import walk
from catalog.store.memory import MemoryStore
from catalog.store.port import ALL_TIME, Reader
from ontology.vocabulary import Label, Rel
from tests.convergence.cases import A, B, C, at, dataset_event, from_column
from tests.convergence.observed import send

TWO_COLUMNS_OF_A = {
    "fields": {
        "x": {"inputFields": [{"namespace": "db", "name": "a", "field": name} for name in ("p", "q")]},
        "y": {"inputFields": [{"namespace": "db", "name": "b", "field": "x"}]},
    }
}
EVENTS = [
    dataset_event(1, B, columnLineage=TWO_COLUMNS_OF_A),
    dataset_event(2, C, columnLineage=from_column(B, "x", "z")),
    dataset_event(5, B, columnLineage={"_deleted": True}),
]


def derivations(reader: Reader) -> set[tuple[str, str, str, str, int | None, int | None]]:
    edges = reader.edges((A.key, B.key, C.key), (Rel.HAD_DERIVATION,), Direction.BOTH, ALL_TIME)
    return {(e.source, e.target, e.via, e.origin, e.valid_from, e.valid_to) for e in edges}


def test_derivation__is_one_for_each_source_and_ends_with_what_told_it() -> None:
    store = MemoryStore()
    send(store, [EVENTS])
    with store.read() as reader:
        assert derivations(reader) == {
            (A.key, B.key, B.key, "DECLARED", at(1), at(5)),
            (B.key, B.key, B.key, "DECLARED", at(1), at(5)),
            (B.key, C.key, C.key, "DECLARED", at(2), None),
        }
        assert reader.nodes([A.key])[A.key].label == Label.DATASET_REFERENCE


def test_walk__follows_derivations_that_held_then() -> None:
    store = MemoryStore()
    send(store, [EVENTS])
    with store.read() as reader:
        then = walk(reader, [A.key], direction=Direction.OUT, at=at(3))
        now = walk(reader, [A.key], direction=Direction.OUT)
    assert [(node.key, node.hops) for node in then.nodes] == [(A.key, 0), (B.key, 1), (C.key, 2)]
    assert [node.key for node in now.nodes] == [A.key]
