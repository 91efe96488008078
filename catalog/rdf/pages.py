"""The nodes of the graph in the order of every export: label by label, then by key."""

from collections.abc import Iterable, Iterator

from catalog.graph import Node
from catalog.store.port import NodeFilter, Reader
from ontology.compiler import load_model

PAGE = 500


def pages(reader: Reader, labels: Iterable[str] | None = None, size: int = PAGE) -> Iterator[list[Node]]:
    """All nodes, or those of some labels, key by key within each label."""
    for label in load_model().concrete_labels if labels is None else labels:
        after: str | None = None
        while found := reader.page(NodeFilter((label,)), after, size):
            yield [node for node in found if node.label == label]  # some stores find sublabels too
            after = found[-1].key
