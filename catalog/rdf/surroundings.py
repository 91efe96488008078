"""What the standards' profiles say of a page of nodes is told by nodes and edges around it, read set-wise.

A product's datasets are behind its ports, and what it takes from others behind its input ports; the publisher of a
dataset is the owner of the product that exposes it: at most three steps from the page.
"""

from collections.abc import Collection, Iterable, Sequence

from catalog.curated import counting
from catalog.graph import Direction, Edge, Node
from catalog.rdf.selection import Selection, inside
from catalog.store.port import Reader
from ontology.compiler import load_model
from ontology.vocabulary import Label, Rel

PORTS = (Rel.HAS_OUTPUT_PORT, Rel.HAS_INPUT_PORT, Rel.HAS_MANAGEMENT_PORT)
_INTO_PAGE = (*PORTS, Rel.SERVES, Rel.EXPOSES, Rel.CONTAINS, Rel.ALIAS_OF, Rel.HAS_ROLE)
_NEAR = (Rel.OWNED_BY, Rel.SERVES, Rel.RECEIVES)


class Surroundings:
    """The nodes of a page with the edges around them."""

    def __init__(self, reader: Reader, page: Sequence[Node], selection: Selection | None = None) -> None:
        self._reader = reader
        self._selection = selection
        self._leaving: dict[str, dict[str, list[Edge]]] = {}
        self._entering: dict[str, dict[str, list[Edge]]] = {}
        self._nodes = {node.key: node for node in page}
        self._seen: set[str] = set()
        self._read(self._nodes, load_model().relationship_types, _INTO_PAGE)
        names = {e.source for key in self._nodes for e in self.entering(key, Rel.ALIAS_OF)}
        self._nodes.update(reader.nodes(names))
        for into in (PORTS, ()):
            near = self._near()
            self._nodes.update(reader.nodes(near))
            self._read(near, _NEAR, into)

    def node(self, key: str) -> Node | None:
        """A node of the page, or a port or product next to it."""
        return self._nodes.get(key)

    def leading(self, key: str, *types: str) -> list[str]:
        """Where edges of these types lead from a node, each once, in order."""
        return _once(edge.target for edge in counting(self._of(self._leaving, key, types)))

    def coming(self, key: str, *types: str) -> list[str]:
        """Where edges of these types come from to a node, each once, in order."""
        return _once(edge.source for edge in self._of(self._entering, key, types))

    def entering(self, key: str, *types: str) -> list[Edge]:
        """The edges of these types that lead to a node."""
        return self._of(self._entering, key, types)

    def aliases(self, key: str) -> list[str]:
        """The other names of a dataset that are no datasets themselves."""
        names = self.coming(key, Rel.ALIAS_OF)
        return [name for name in names if (node := self.node(name)) and node.label == Label.ALIAS]

    def products(self, key: str) -> list[str]:
        """The products that a port or dataset belongs to."""
        ports = self.coming(key, Rel.SERVES)
        of_ports = (product for port in (key, *ports) for product in self.coming(port, *PORTS))
        return _once((*of_ports, *self.coming(key, Rel.EXPOSES, Rel.CONTAINS)))

    def owners(self, key: str) -> list[str]:
        """Who answers for a thing: its own owners, else those of its products."""
        own = self.leading(key, Rel.OWNED_BY)
        return own or _once(o for product in self.products(key) for o in self.leading(product, Rel.OWNED_BY))

    def _near(self) -> list[str]:
        """The ports and products that were met and not yet looked around at."""
        kinds = _kinds(Label.PORT) | _kinds(Label.DATA_PRODUCT)
        met = {*self._leaving, *self._entering}
        for found in (*self._leaving.values(), *self._entering.values()):
            met.update(
                end for edges in found.values() for edge in edges for end in (edge.source, edge.target)
            )
        return sorted(key for key in met - self._seen if key.partition("/")[0] in kinds)

    def _read(self, keys: Collection[str], out: Collection[str], into: Collection[str]) -> None:
        self._seen.update(keys)
        if not keys:
            return
        leaving = self._reader.edges(keys, tuple(out), Direction.OUT)
        entering = self._reader.edges(keys, tuple(into), Direction.IN) if into else []
        for edge in self._selected(leaving):
            self._leaving.setdefault(edge.source, {}).setdefault(edge.type, []).append(edge)
        for edge in self._selected(entering):
            self._entering.setdefault(edge.target, {}).setdefault(edge.type, []).append(edge)

    def _selected(self, edges: list[Edge]) -> list[Edge]:
        return edges if self._selection is None else inside(self._reader, self._selection, edges)

    def _of(self, ends: dict[str, dict[str, list[Edge]]], key: str, types: Iterable[str]) -> list[Edge]:
        found = ends.get(key, {})
        return [edge for type_ in types for edge in found.get(type_, ())]


def _kinds(label: Label) -> set[str]:
    model = load_model()
    return {model.node(one).kind for one in model.concrete((label,))}


def _once(keys: Iterable[str]) -> list[str]:
    return sorted(set(keys))
