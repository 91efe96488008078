"""What enters the parts of nodes, of a reader that reads edges: for stores that have no shorter way to tell it."""

from collections import defaultdict
from collections.abc import Collection
from typing import TypeAlias

from catalog.graph import Direction, Edge, Node
from catalog.store.port import At, Entering, Reader

Place: TypeAlias = tuple[str | None, str]


def entering_by_edges(
    reader: Reader, wholes: Collection[str], part: str, type_: str, at: At
) -> list[Entering]:
    """As the port's ``entering``: of all these edges."""
    parts = reader.edges(wholes, (part,), Direction.OUT, at)
    edges = reader.edges({one.target for one in parts}, (type_,), Direction.IN, at) if parts else []
    nodes = reader.nodes({key for edge in (*parts, *edges) for key in (edge.source, edge.target)})
    into: dict[str, list[Edge]] = defaultdict(list)
    for edge in edges:
        into[edge.target].append(edge)
    found: dict[tuple[str, Place | None, Place, str | None, str | None], Entering] = {}
    for one in parts:
        told = [
            Entering(one.source, edge.source, one.target, edge.via, edge.origin) for edge in into[one.target]
        ]
        for entering in told or [Entering(one.source, None, one.target, None, None)]:
            far = None if entering.source is None else _place(nodes, entering.source)
            near = _place(nodes, entering.target)
            group = (entering.whole, far, near, entering.via, entering.origin)
            found[group] = _least(found.get(group, entering), entering)
    return list(found.values())


def _place(nodes: dict[str, Node], key: str) -> Place:
    dataset = nodes[key].properties.get("dataset") if key in nodes else None
    return dataset if isinstance(dataset, str) else None, key[: key.rfind("/") + 1]


def _least(one: Entering, other: Entering) -> Entering:
    source = None if one.source is None or other.source is None else min(one.source, other.source)
    return one._replace(source=source, target=min(one.target, other.target))
