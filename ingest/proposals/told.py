"""Declared things with their edges, as a document or the graph tells them: so both are read by the same words."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from catalog.graph import Direction, Edge, Node, Property
from catalog.identity import ResourceId
from catalog.impact.change import Place
from catalog.mesh.declared import Declared
from catalog.store.port import Reader
from ingest.descriptors.draft import Drafted
from ontology.vocabulary import Origin, Rel

_OF_SCHEMAS = (Rel.HAS_PROPERTY, Rel.HAS_QUALITY_RULE, Rel.CLASSIFIED_AS, Rel.THEME)
_OF_PROPERTIES = (Rel.HAS_QUALITY_RULE, Rel.CLASSIFIED_AS, Rel.MEANS)


@dataclass(slots=True)
class Told:
    """``nodes`` by key, ``edges`` by their source; ``places``: where a document says a thing, a property or an edge.
    ``values``: those that rules of quality allow, by schema property."""

    nodes: dict[str, Node] = field(default_factory=dict)
    edges: dict[str, list[Edge]] = field(default_factory=lambda: defaultdict(list))
    places: dict[tuple[str, ...], Place] = field(default_factory=dict)
    values: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, *labels: str) -> list[Node]:
        """The things with one of these labels, by key; those that are only named are left out."""
        return sorted((node for node in self.nodes.values() if node.label in labels), key=lambda one: one.key)

    def out(self, key: str, *rels: Rel) -> list[Edge]:
        """The edges of these types that leave a thing."""
        return [edge for edge in self.edges.get(key, ()) if edge.type in rels]

    def targets(self, key: str, *rels: Rel) -> frozenset[str]:
        """What they lead to."""
        return frozenset(edge.target for edge in self.out(key, *rels))

    def text(self, key: str, name: str) -> str | None:
        """A property of a thing as text."""
        found = self.value(key, name)
        if found is None or found == "":
            return None
        return ", ".join(found) if isinstance(found, list) else str(found)

    def value(self, key: str, name: str) -> Property | None:
        """A property of a thing as it is."""
        node = self.nodes.get(key)
        return None if node is None else node.properties.get(name)

    def place(self, key: str, name: str | None = None) -> Place | None:
        """Where a property, else the thing, is said."""
        found = None if name is None else self.places.get((key, name))
        return found or self.places.get((key,))


def names_in(key: str) -> tuple[str, ...]:
    """The parts of the name of a thing: ``("orders", "1.0.0", "order")`` of a schema of a contract."""
    try:
        return ResourceId.parse(key).parts
    except ValueError:
        return tuple(unquote(part) for part in key.split("/")[1:])


def of_document(drafted: Drafted, file: str) -> Told:
    """What a document says."""
    told = Told()
    for one in drafted.statement.nodes:
        if not one.stub:
            told.nodes[one.key] = Node(one.key, one.label, dict(one.properties))
        for spec in one.edges:
            told.edges[spec.source].append(
                Edge(
                    spec.type,
                    spec.source,
                    spec.target,
                    f"document/{file}",
                    Origin.DECLARED,
                    spec.properties,
                    0,
                )
            )
    told.places.update({(key,): Place(file, at.line) for key, at in drafted.nodes.items()})
    told.places.update({named: Place(file, at.line) for named, at in drafted.properties.items()})
    return told


def together(parts: Iterable[Told]) -> Told:
    """What several documents say."""
    found = Told()
    for part in parts:
        found.nodes.update(part.nodes)
        found.places.update(part.places)
        found.values.update(part.values)
        for source, edges in part.edges.items():
            found.edges[source] += edges
    return found


def of_graph(declared: Declared, schemas: Collection[str]) -> Told:
    """What the graph has, with the properties and rules of these schemas: at most four further questions."""
    told = Told()
    told.nodes.update({key: node for key, node in declared.nodes.items() if declared.is_described(key)})
    for key in declared.nodes:
        told.edges[key] += declared.out(key, *Rel)
    properties = _add(declared, told, schemas, _OF_SCHEMAS)
    _add(declared, told, properties, _OF_PROPERTIES)
    return told


def _add(declared: Declared, told: Told, keys: Collection[str], rels: Collection[Rel]) -> set[str]:
    """Add the edges that leave things, and what they lead to; the keys of that."""
    reader: Reader = declared.reader
    edges = reader.edges(keys, rels, Direction.OUT, declared.at) if keys else []
    known: Mapping[str, Node] = declared.known({edge.target for edge in edges}) if edges else {}
    told.nodes.update(known)
    for key in keys:
        told.edges[key] = [edge for edge in told.edges[key] if edge.type not in rels]
    for edge in edges:
        told.edges[edge.source].append(edge)
    return {edge.target for edge in edges}
