"""Statements name the relationship types that a store has written; what others wrote is found all the same."""

from collections.abc import Iterator

import pytest

from catalog.graph import Direction, Edge, Node
from catalog.store.neo4j import Neo4jStore
from catalog.store.port import ALL_TIME, ChangeSet

NODES = [Node("dataset/n/a", "Dataset"), Node("dataset/n/b", "Dataset")]
TYPES = ("FEEDS", "HAS_ROLE", "INFLUENCES")
EDGES = [Edge(type_, NODES[0].key, NODES[1].key, "job/n/j", "OBSERVED") for type_ in TYPES]


@pytest.fixture
def other_store(neo4j_store: Neo4jStore, neo4j_url: str) -> Iterator[Neo4jStore]:
    """Another store on the same database, in which all the edges were written by the first."""
    _apply(neo4j_store, ChangeSet({node.key: node for node in NODES}, {edge.id: edge for edge in EDGES}))
    store = Neo4jStore(neo4j_url)
    yield store
    store.close()


def test_edges__written_by_another_store_are_deleted(other_store: Neo4jStore) -> None:
    _apply(other_store, ChangeSet(dropped={edge.id: edge for edge in EDGES[:2]}))
    assert _edges(other_store) == [EDGES[2]]


def test_edges__are_deleted_whether_of_a_type_of_ones_own_or_not(other_store: Neo4jStore) -> None:
    _apply(other_store, ChangeSet(edges={EDGES[0].id: EDGES[0]}))
    _apply(other_store, ChangeSet(dropped={edge.id: edge for edge in EDGES[::2]}))
    assert _edges(other_store) == [EDGES[1]]


def test_edges__written_by_another_store_are_ended(other_store: Neo4jStore) -> None:
    edge = EDGES[1]
    ended = Edge(edge.type, edge.source, edge.target, edge.via, edge.origin, valid_to=9)
    assert ended.id == edge.id
    _apply(other_store, ChangeSet(edges={ended.id: ended}))
    assert _edges(other_store) == [EDGES[0], ended, EDGES[2]]


def _apply(store: Neo4jStore, changes: ChangeSet) -> None:
    store.write(lambda transaction: transaction.apply(changes))


def _edges(store: Neo4jStore) -> list[Edge]:
    with store.read() as reader:
        return reader.edges([NODES[0].key], TYPES, Direction.OUT, ALL_TIME)
