"""What a store says made it."""

from hashlib import sha256
from typing import Any

import pytest

from catalog.canonical import encode
from catalog.errors import NamingChanged, NewerOntology, OntologyChanged, ReplayNeeded
from catalog.graph import Direction
from catalog.store.mark import PROJECTION, StoreMark
from catalog.store.memory import MemoryStore
from catalog.store.port import ALL_TIME, NodeFilter
from ontology.compiler import load_model
from tests.api.graphql.world import SHOP, load

MODEL = load_model()
MADE_BY_2 = "bd926ab47baef0e35ec8232d4c58cfd505fcc060e0908e696c9f37701ff4dfc4"
"""Projection 1 makes the same of the shop, which has neither owners nor tags."""
OURS = StoreMark("0.10.0", "d" * 64, 3)


def graph_of_the_shop() -> str:
    """A digest of all nodes and edges that a fixed set of events makes."""
    store = MemoryStore()
    load(store, *SHOP)
    with store.read() as reader:
        nodes = reader.page(NodeFilter(MODEL.concrete_labels), None, 1000)
        edges = reader.edges([n.key for n in nodes], MODEL.relationship_types, Direction.OUT, ALL_TIME)
    rows: list[Any] = [[n.key, n.label, sorted(n.properties.items())] for n in nodes]
    rows += [[e.id, e.valid_to] for e in edges]
    return sha256(encode(rows).encode()).hexdigest()


def test_projection__is_raised_when_the_same_events_make_another_graph() -> None:
    """When this fails, stores of before hold another graph than a replay makes: raise PROJECTION, then the digest."""
    assert (PROJECTION, graph_of_the_shop()) == (2, MADE_BY_2)


def test_mark__of_the_same_ontology_is_taken() -> None:
    OURS.require(OURS)
    StoreMark.of(MODEL).require(StoreMark.of(MODEL))


@pytest.mark.parametrize(
    ("made", "error", "said"),
    [
        (StoreMark("0.9.0", "d" * 64, 3), OntologyChanged, "meshline migrate"),
        (StoreMark("0.10.0", "e" * 64, 3), OntologyChanged, "(eeeeeeee)"),
        (StoreMark("0.10.0", "e" * 64, 3, ("x",)), OntologyChanged, "with 1 extension"),
        (StoreMark("0.10.0", "e" * 64, 2), OntologyChanged, "meshline migrate"),
        (StoreMark("0.11.0", "d" * 64, 3), NewerOntology, "newer Meshline"),
        (StoreMark("0.9.0", "d" * 64, 4), NewerOntology, "projection 4"),
        (StoreMark("0.10.0", "d" * 64, 2), ReplayNeeded, "meshline migrate"),
        (StoreMark("0.10.0", "d" * 64, 3, (), "e" * 64), NamingChanged, "rules eeeeeeee"),
    ],
)
def test_mark__of_another_is_refused_with_what_to_do(
    made: StoreMark, error: type[Exception], said: str
) -> None:
    with pytest.raises(error) as caught:
        made.require(OURS)
    assert said in str(caught.value)
