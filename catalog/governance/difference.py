"""What is different between a graph and what it would be: nodes and edges as they are now, with and without changes."""

from dataclasses import dataclass
from functools import cached_property

from catalog.graph import Direction, EdgeSpec, Node
from catalog.identity import kind_of
from catalog.store.overlay import Overlay
from ontology.vocabulary import Rel

_EVERY = tuple(Rel)


@dataclass(frozen=True)
class Difference:
    """``nodes``: keys of those that come, go, or have other properties; ``existing``: keys of those that come or go.
    ``properties``: names of the properties that differ. ``edges``: those that come or go, without who tells them."""

    nodes: frozenset[str]
    existing: frozenset[str]
    properties: frozenset[str]
    edges: frozenset[EdgeSpec]

    @cached_property
    def types(self) -> frozenset[str]:
        """The types of the edges."""
        return frozenset(edge.type for edge in self.edges)

    @cached_property
    def ends(self) -> frozenset[str]:
        """The ends of the edges."""
        return frozenset(end for edge in self.edges for end in (edge.source, edge.target))

    @cached_property
    def kinds(self) -> frozenset[str]:
        """The kinds of the nodes."""
        return frozenset(map(kind_of, self.nodes))

    @property
    def is_empty(self) -> bool:
        """Whether nothing is different."""
        return not self.nodes and not self.edges


def difference(overlay: Overlay) -> Difference:
    """What an overlay changes of the reader below, as of now: four questions."""
    below, above = overlay.base, overlay
    keys = overlay.touched_nodes
    before, after = _there(below.nodes(keys)), _there(above.nodes(keys))
    nodes = {key for key in keys if before.get(key) != after.get(key)}
    gone, sources, types = overlay.hidden, overlay.touched_sources, overlay.touched_types
    edges: set[tuple[EdgeSpec, str, str]] = set()
    for reader in (below, above):
        found = reader.edges(sources, types, Direction.OUT) if sources else []
        found += below.edges(gone, _EVERY, Direction.BOTH) if gone and reader is below else []
        edges ^= {(edge.spec, edge.via, edge.origin) for edge in found}
    return Difference(
        frozenset(nodes),
        frozenset(key for key in nodes if key not in before or key not in after),
        frozenset(name for key in nodes for name in differing(before.get(key), after.get(key))),
        frozenset(spec for spec, _, _ in edges),
    )


def _there(found: dict[str, Node]) -> dict[str, Node]:
    return {key: node for key, node in found.items() if node.properties.get("gone") is not True}


def differing(before: Node | None, after: Node | None) -> set[str]:
    """The names of the properties that differ."""
    one = {} if before is None else before.properties
    other = {} if after is None else after.properties
    return {name for name in (*one, *other) if one.get(name) != other.get(name)}
