"""What enters the parts of nodes, of a reader that reads edges: for stores that have no shorter way to tell it."""

from collections import defaultdict
from collections.abc import Collection

from catalog.graph import Direction, Edge, Node
from catalog.store.port import At, Entering, Reader


def entering_by_edges(
    reader: Reader, wholes: Collection[str], part: str, type_: str, at: At
) -> list[Entering]:
    """As the port's ``entering``: of all these edges."""
    parts = reader.edges(wholes, (part,), Direction.OUT, at)
    edges = reader.edges({one.target for one in parts}, (type_,), Direction.IN, at) if parts else []
    nodes = reader.nodes({edge.source for edge in edges})
    into: dict[str, list[Edge]] = defaultdict(list)
    for edge in edges:
        into[edge.target].append(edge)
    found: dict[tuple[str, str | None, str | None, str | None], Entering] = {}
    for one in parts:
        for edge in into[one.target]:
            group = (one.source, _place(nodes.get(edge.source), edge.source), edge.via, edge.origin)
            least = min(edge.source, (found[group].source if group in found else None) or edge.source)
            found[group] = Entering(one.source, least, edge.via, edge.origin)
        if not into[one.target]:
            found[one.source, None, None, None] = Entering(one.source, None, None, None)
    return list(found.values())


def _place(node: Node | None, key: str) -> str:
    dataset = None if node is None else node.properties.get("dataset")
    return dataset if isinstance(dataset, str) else key
