"""What is around a page of things, read hop by hop: each question once for all of them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache

from catalog.curated import SINGLE, counting
from catalog.governance.policy import Hop
from catalog.governance.things import is_sure, nodes_at
from catalog.graph import Direction, Edge, Node, Property
from catalog.store.port import Reader
from ontology.compiler import load_model
from ontology.model import PropertyType
from ontology.rdf import Value
from ontology.validation import term

_NOTHING: frozenset[str] = frozenset()


class World:
    """Nodes and edges near some nodes as of one instant. What is asked for must have been loaded before."""

    def __init__(self, reader: Reader, at: int | None, nodes: Iterable[Node] = ()) -> None:
        self._reader = reader
        self._at = at
        self._nodes: dict[str, Node | None] = {node.key: node for node in nodes}
        self._edges: dict[Hop, dict[str, list[Edge]]] = defaultdict(dict)
        self._ends: dict[Hop, dict[str, frozenset[str]]] = defaultdict(dict)

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
        ends = self._ends[hop]
        for key in fresh:
            edges = known[key]
            ends[key] = frozenset(far(edge, hop) for edge in edges) if edges else _NOTHING

    def ends_of(self, keys: Collection[str], path: Sequence[Hop]) -> Mapping[str, Collection[str]]:
        """By key what a path of hops from it leads to."""
        first = self._ends[path[0]]
        if len(path) == 1:
            return {key: first[key] for key in keys}
        found: dict[str, Collection[str]] = {}
        for key in keys:
            here: Collection[str] = first[key]
            for hop in path[1:]:
                here = self.ends(here, hop)
            found[key] = here
        return found

    def ends(self, keys: Iterable[str], hop: Hop) -> set[str]:
        """What a hop from these keys leads to."""
        known = self._ends[hop]
        return set[str]().union(*(known[key] for key in keys))

    def node(self, key: str) -> Node | None:
        """The node, None where there is none."""
        return self._nodes[key]

    def edges(self, key: str, hop: Hop) -> list[Edge]:
        """The edges of a hop from a key."""
        return self._edges[hop][key]

    def given(self, key: str, name: str) -> Property | None:
        """A property as the store has it; None: there is none of that name."""
        node = self._nodes[key]
        if node is None or property_of(node.label, name) is None:
            return None
        return key if name == "key" else node.properties.get(name)

    def is_known(self, key: str, name: str) -> bool:
        """Whether the values of a property are known for the instant."""
        if self._at is None:
            return True
        node = self._nodes[key]
        return node is None or property_of(node.label, name) is None or is_sure(key, name, node, self._at)

    def values(self, key: str, name: str) -> list[Value] | None:
        """The values of a property, as RDF has them; None where they are not known for the instant."""
        if not self.is_known(key, name):
            return None
        node, given = self._nodes[key], self.given(key, name)
        kind = None if node is None else property_of(node.label, name)
        if given is None or kind is None:
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
