"""The graph as it was: what had been told by an instant, folded anew into a store in memory.

The graph is a function of what was observed, so that of a time past is the fold of what was observed until then.
"""

from collections.abc import Collection, Iterator

from catalog.derivation.settlement import take_over
from catalog.forgetting import ReadAgain
from catalog.graph import Edge
from catalog.identity import DOCUMENT_KINDS
from catalog.past.derived import derived_then, names_of
from catalog.past.facts import facts_then
from catalog.past.runs import runs_then
from catalog.projection import Projection, Said
from catalog.rdf.pages import pages
from catalog.store.memory import MemoryStore
from catalog.store.port import NodeFilter, Reader, Store, batched
from ontology.compiler import load_model

MOST_NODES = 50_000
"""A larger graph is not made or copied for the questions of one call."""
_BATCH = 256


class TooMuch(Exception):
    """The graph is larger than what is folded anew."""


def past(reader: Reader, at: int, read_again: ReadAgain) -> Store:
    """The graph as of ``at`` (nanoseconds), as a store that has it as its graph of now. Raises TooMuch, StoreError."""
    if reader.count(NodeFilter(tuple(load_model().concrete_labels))) > MOST_NODES:
        raise TooMuch(f"Of a graph of more than {MOST_NODES:,} nodes none of a time past is made.")
    store = MemoryStore()
    projection = Projection(store, read_again)
    for said in batched(_told(reader, at, read_again), _BATCH):
        projection.apply(said)
    for nodes in pages(reader, [*_labels("dataset"), *_labels("field")]):
        _take_over(store, reader, derived_then(reader, nodes, at))
    return store


def _told(reader: Reader, at: int, read_again: ReadAgain) -> Iterator[Said]:
    """What had been told by then; runs last, in the order in which they began: to append to a history costs least."""
    for kind in ("dataset", "job", *sorted(DOCUMENT_KINDS)):
        for nodes in pages(reader, _labels(kind)):
            yield from facts_then(reader, nodes, at)
    for nodes in pages(reader, _labels("run")):
        yield from runs_then(reader, nodes, at, read_again)


def _labels(kind: str) -> list[str]:
    """The labels of nodes with a kind of key."""
    model = load_model()
    return [label for label in model.concrete_labels if model.node(label).kind == kind]


def _take_over(store: Store, reader: Reader, edges: Collection[Edge]) -> None:
    if edges:
        names = names_of(reader, edges)
        store.write(lambda transaction: take_over(transaction, edges, names))
