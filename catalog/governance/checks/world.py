"""What is around a page of things, read hop by hop: each question once for all of them."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import lru_cache

from catalog.curated import SINGLE, counting
from catalog.governance.policy import Hop
from catalog.governance.things import is_sure, nodes_at
from catalog.graph import Direction, Edge, Node
from catalog.store.port import Reader
from ontology.compiler import load_model
from ontology.model import PropertyType
from ontology.rdf import Value
from ontology.validation import term


class World:
    """Nodes and edges near some nodes as of one instant. What is asked for must have been loaded before."""

    def __init__(self, reader: Reader, at: int | None, nodes: Iterable[Node] = ()) -> None:
        self._reader = reader
        self._at = at
        self._nodes: dict[str, Node | None] = {node.key: node for node in nodes}
        self._edges: dict[Hop, dict[str, list[Edge]]] = defaultdict(dict)

    def load_nodes(self, keys: Collection[str]) -> None:
        """Read the nodes."""
        fresh = [key for key in keys if key not in self._nodes]
        found = nodes_at(self._reader, fresh, self._at)
        self._nodes.update({key: found.get(key) for key in fresh})

    def load_edges(self, keys: Collection[str], hop: Hop) -> None:
        """Read the edges of a hop from these keys."""
        known = self._edges[hop]
        fresh = [key for key in keys if key not in known]
        known.update({key: [] for key in fresh})
        for edge in self._read(fresh, hop):
            known[edge.target if hop.inverse else edge.source].append(edge)

    def ends(self, keys: Iterable[str], hop: Hop) -> set[str]:
        """What a hop from these keys leads to."""
        known = self._edges[hop]
        if hop.inverse:
            return {edge.source for key in keys for edge in known[key]}
        return {edge.target for key in keys for edge in known[key]}

    def node(self, key: str) -> Node | None:
        """The node, None where there is none."""
        return self._nodes[key]

    def edges(self, key: str, hop: Hop) -> list[Edge]:
        """The edges of a hop from a key."""
        return self._edges[hop][key]

    def number(self, key: str, name: str) -> int | None:
        """How many values ``values`` gives."""
        node = self._nodes[key]
        if node is None or property_of(node.label, name) is None:
            return 0
        if self._at is not None and not is_sure(key, name, node, self._at):
            return None
        given = key if name == "key" else node.properties.get(name)
        return 0 if given is None else 1 if isinstance(given, str | int) else len(given)

    def values(self, key: str, name: str) -> list[Value] | None:
        """The values of a property, as RDF has them; None where they are not known for the instant."""
        node = self._nodes[key]
        if node is None:
            return []
        kind = property_of(node.label, name)
        if kind is None:
            return []
        if self._at is not None and not is_sure(key, name, node, self._at):
            return None
        given = node.key if name == "key" else node.properties.get(name)
        if given is None:
            return []
        return [term(kind, value) for value in ([given] if isinstance(given, str | int) else given)]

    def _read(self, keys: Collection[str], hop: Hop) -> list[Edge]:
        if not keys:
            return []
        rels = (hop.relationship,)
        if not hop.inverse:
            return counting(self._reader.edges(keys, rels, Direction.OUT, self._at))
        entering = self._reader.edges(keys, rels, Direction.IN, self._at)
        if hop.relationship not in SINGLE or not entering:
            return entering
        # Whether one counts is seen beside the others of its source.
        wanted = set(keys)
        leaving = self._reader.edges({edge.source for edge in entering}, rels, Direction.OUT, self._at)
        return [edge for edge in counting(leaving) if edge.target in wanted]


@lru_cache(1024)
def property_of(label: str, name: str) -> PropertyType | None:
    """The property of a label that policies may ask of; None: it has none of that name."""
    kind = load_model().node(label).by_name.get(name)
    return None if kind is None or kind.internal else kind


def far(edge: Edge, hop: Hop) -> str:
    """Where a hop over an edge leads to."""
    return edge.source if hop.inverse else edge.target
