"""Meshes to export: one with everything that the ontology knows, put straight into a store."""

from collections.abc import Iterable

from catalog.graph import Edge, Node, Property, Scalar
from catalog.store.memory import MemoryStore
from catalog.store.port import ChangeSet, Store
from ontology.compiler import load_model
from ontology.model import Datatype, PropertyType

BASE = "https://mesh.example.org/id/"
SINCE_NS = 1_700_000_000_000_000_000
ODD = 'a "quoted" \\ line\nend, 数据 \U0001f600, <tag>, @prefix x: <y> .'


def stored(nodes: Iterable[Node], edges: Iterable[Edge] = (), store: Store | None = None) -> Store:
    """A store that holds these; in memory unless one is given."""
    opened = store or MemoryStore()
    changes = ChangeSet({node.key: node for node in nodes}, {edge.id: edge for edge in edges})
    opened.write(lambda transaction: transaction.apply(changes))
    return opened


def everything() -> tuple[list[Node], list[Edge]]:
    """A node of each label with all its properties, and an edge of each type between each pair of labels it may join,
    once without and once with all its properties."""
    model = load_model()
    nodes = {label: _node(label) for label in model.concrete_labels}
    edges = []
    for kind in model.relationships:
        attributes = ("edgeId", "origin", "via", "validFrom", "validTo")
        properties = tuple(
            sorted((p.name, _scalar(p, ODD)) for p in kind.properties if p.name not in attributes)
        )
        for source in model.concrete(kind.sources):
            for target in model.concrete(kind.targets):
                ends = kind.type, nodes[source].key, nodes[target].key
                edges.append(Edge(*ends, nodes[source].key, "DECLARED", (), SINCE_NS))
                if properties:
                    edges.append(Edge(*ends, nodes[source].key, "OBSERVED", properties))
    return list(nodes.values()), edges


def _node(label: str) -> Node:
    kind = load_model().node(label)
    properties: dict[str, Property] = {}
    for property_ in kind.properties:
        if property_.name not in ("key", "gone") and not property_.internal:
            one = _scalar(property_, f"{label} {ODD}")
            properties[property_.name] = [str(one), f"{one}/2"] if property_.many else one
    return Node(f"{kind.kind}/{label.lower()}/a%2Fb", label, properties)


def _scalar(property_: PropertyType, text: str) -> Scalar:
    if property_.closed_list:
        return property_.closed_list[-1]
    values: dict[Datatype, Scalar] = {
        Datatype.INTEGER: 7,
        Datatype.BOOLEAN: True,
        Datatype.DECIMAL: "0.30",
        Datatype.DATE_TIME: "2024-05-01T10:00:00.25Z",
        Datatype.IRI: "https://example.org/é?a=b#c",
        Datatype.KEY: "dataset/dataset/a%2Fb",
    }
    return values.get(property_.datatype, text)


def sparse() -> tuple[list[Node], list[Edge]]:
    """A node of each label of which nothing is known but what its key says."""
    model = load_model()
    kinds = (model.node(label) for label in model.concrete_labels)
    return [Node(f"{kind.kind}/{kind.label.lower()}/x", kind.label, {"inferred": True}) for kind in kinds], []
