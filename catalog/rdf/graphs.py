"""The graph as it is now as named graphs, one for each node: what a copy that answers SPARQL is made of."""

from collections.abc import Collection, Iterator, Sequence

from catalog.graph import Node
from catalog.rdf.profile import Profile, triples_of
from catalog.store.port import NodeFilter, Reader, Store
from ontology.compiler import load_model
from ontology.sparql import named_graph

PAGE = 500


def graphs_of(reader: Reader, keys: Collection[str], base: str) -> bytes:
    """N-Quads of the graphs of these nodes; a node that is not there has none. Ask for a page at a time."""
    return _nquads(reader, list(reader.nodes(keys).values()), base)


def all_graphs(store: Store, base: str) -> Iterator[bytes]:
    """N-Quads of all nodes, page by page, each page read by itself: nothing is held for long."""
    for label in load_model().concrete_labels:
        after: str | None = None
        while True:
            with store.read() as reader:
                nodes = reader.page(NodeFilter((label,)), after, PAGE)
                found = _nquads(reader, [node for node in nodes if node.label == label], base)
            if not nodes:
                break
            yield found
            after = nodes[-1].key


def _nquads(reader: Reader, nodes: Sequence[Node], base: str) -> bytes:
    told = triples_of(reader, nodes, Profile.MESH, base)
    return "".join(named_graph(base + key, triples) for key, triples in told).encode()
