"""The graph model: what the ontology says of nodes, relationships and their properties, as frozen values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TypeVar

from ontology.errors import UnknownTerm
from ontology.shapes import NodeShape


class Datatype(StrEnum):
    """The datatype of a property, by its name in XML Schema.

    The stores keep all as text but INTEGER and BOOLEAN. IRI (an IRI) and KEY (the key of a node) are nodes in RDF.
    """

    STRING = "string"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE_TIME = "dateTime"
    IRI = "anyURI"
    KEY = "key"


class Index(StrEnum):
    """How the stores index a property."""

    NONE = "none"
    RANGE = "range"
    FULLTEXT = "fulltext"
    UNIQUE = "unique"


@dataclass(frozen=True, slots=True)
class PropertyType:
    """A property of a node or of a relationship.

    ``many``: the value is a list. ``closed_list``: the values that the standard allows, in order; empty: any;
    ``meanings``: what each of them says.
    ``searchable``: its words belong in the search text of the node. ``internal``: never shown or exported.
    ``aligned_to``: the standards' terms that say (nearly) the same; ``exported_as``: those written beside ours.
    """

    name: str
    iri: str
    datatype: Datatype
    definition: str
    many: bool = False
    index: Index = Index.NONE
    closed_list: tuple[str, ...] = ()
    searchable: bool = False
    internal: bool = False
    aligned_to: tuple[str, ...] = ()
    exported_as: tuple[str, ...] = ()
    meanings: tuple[str, ...] = ()

    def lists(self, value: str) -> bool:
        """Whether the standard's list has the value. Ingest keeps and flags a value that it does not have."""
        return not self.closed_list or value in self.closed_list


@dataclass(frozen=True)
class NodeType:
    """A kind of node. ``properties`` includes those of its super-labels; ``super_label``: None at the top.

    ``kind``: the first part of its keys, empty where it is ``abstract`` (nodes carry the label only beside another);
    ``order``: its place among the labels of one kind. ``exported_types``: the standards' classes written beside
    ours, with those of its super-labels; ``aligned_to``: these of its own, and close ones.
    """

    label: str
    iri: str
    definition: str
    properties: tuple[PropertyType, ...]
    aligned_to: tuple[str, ...] = ()
    super_label: str | None = None
    kind: str = ""
    abstract: bool = False
    order: int = 0
    exported_types: tuple[str, ...] = ()

    @cached_property
    def by_name(self) -> Mapping[str, PropertyType]:
        """The properties by name."""
        return {property_.name: property_ for property_ in self.properties}

    def property_type(self, name: str) -> PropertyType:
        """The property of that name. Raises UnknownTerm."""
        return _term(f"property of {self.label}", name, self.by_name)


@dataclass(frozen=True)
class RelationshipType:
    """A kind of relationship, from any of ``sources`` to any of ``targets`` (labels, or labels above).

    ``exported_as``: the standards' terms written beside ours; ``exported_inverse``: the one written in the other
    direction; ``aligned_to``: all that say (nearly) the same in this direction.
    """

    type: str
    iri: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    definition: str
    properties: tuple[PropertyType, ...]
    aligned_to: tuple[str, ...] = ()
    exported_as: tuple[str, ...] = ()
    exported_inverse: str | None = None

    @cached_property
    def by_name(self) -> Mapping[str, PropertyType]:
        """The properties by name."""
        return {property_.name: property_ for property_ in self.properties}

    def property_type(self, name: str) -> PropertyType:
        """The property of that name. Raises UnknownTerm."""
        return _term(f"property of {self.type}", name, self.by_name)


@dataclass(frozen=True)
class GraphModel:
    """The compiled ontology. Every look-up is one in a dict.

    ``digest``: the SHA-256 of its sorted statements. ``shapes``: those with target classes, by IRI. ``extensions``:
    the digests of the files that extend ours, sorted; how they are cut into files makes no other model.
    """

    nodes: tuple[NodeType, ...]
    relationships: tuple[RelationshipType, ...]
    version: str
    digest: str
    shapes: tuple[NodeShape, ...] = ()
    extensions: tuple[str, ...] = field(default=(), compare=False)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """All labels, sorted."""
        return tuple(node.label for node in self.nodes)

    @cached_property
    def concrete_labels(self) -> tuple[str, ...]:
        """The labels that a node can have as its own, sorted."""
        return tuple(node.label for node in self.nodes if not node.abstract)

    @cached_property
    def relationship_types(self) -> tuple[str, ...]:
        """All relationship types, sorted."""
        return tuple(relationship.type for relationship in self.relationships)

    def node(self, label: str) -> NodeType:
        """The kind of node with the label. Raises UnknownTerm."""
        return _term("label", label, self._nodes)

    def relationship(self, type_: str) -> RelationshipType:
        """The kind of relationship with the type. Raises UnknownTerm."""
        return _term("relationship type", type_, self._relationships)

    def node_by_iri(self, iri: str) -> NodeType | None:
        """The kind of node whose class has the IRI."""
        return self._nodes_by_iri.get(iri)

    def relationship_by_iri(self, iri: str) -> RelationshipType | None:
        """The kind of relationship with the IRI."""
        return self._relationships_by_iri.get(iri)

    def property_by_iri(self, iri: str) -> PropertyType | None:
        """The property, of nodes or of relationships, with the IRI."""
        return self._properties_by_iri.get(iri)

    def labels_of_kind(self, kind: str) -> tuple[str, ...]:
        """The labels whose nodes have keys of that kind, the main one first. Raises UnknownTerm."""
        return _term("kind of key", kind, self._kinds)

    def label_of_kind(self, kind: str) -> str:
        """The label that a key of that kind stands for when nothing else is said. Raises UnknownTerm."""
        return self.labels_of_kind(kind)[0]

    def label_path(self, label: str) -> tuple[str, ...]:
        """The label and its super-labels, the most general first: all the labels that such a node carries."""
        return _term("label", label, self._paths)

    def sublabels(self, label: str) -> tuple[str, ...]:
        """The label and all labels below it, sorted."""
        return _term("label", label, self._sublabels)

    def concrete(self, labels: Iterable[str]) -> tuple[str, ...]:
        """The labels of these and below them that a node can have as its own, sorted. Raises UnknownTerm."""
        asked = tuple(labels)
        if asked not in self._concrete:
            found = {below for label in asked for below in self.sublabels(label)}
            self._concrete[asked] = tuple(sorted(label for label in found if not self.node(label).abstract))
        return self._concrete[asked]

    @cached_property
    def _concrete(self) -> dict[tuple[str, ...], tuple[str, ...]]:
        """What was asked for: there are few labels, and the same are asked for again and again."""
        return {}

    def own_properties(self, label: str) -> tuple[PropertyType, ...]:
        """The properties of the label that its super-label does not have."""
        node = self.node(label)
        inherited = () if node.super_label is None else self.node(node.super_label).properties
        return tuple(property_ for property_ in node.properties if property_ not in inherited)

    @cached_property
    def _nodes(self) -> Mapping[str, NodeType]:
        return {node.label: node for node in self.nodes}

    @cached_property
    def _relationships(self) -> Mapping[str, RelationshipType]:
        return {relationship.type: relationship for relationship in self.relationships}

    @cached_property
    def _nodes_by_iri(self) -> Mapping[str, NodeType]:
        return {node.iri: node for node in self.nodes}

    @cached_property
    def _relationships_by_iri(self) -> Mapping[str, RelationshipType]:
        return {relationship.iri: relationship for relationship in self.relationships}

    @cached_property
    def _properties_by_iri(self) -> Mapping[str, PropertyType]:
        bearers: tuple[NodeType | RelationshipType, ...] = (*self.nodes, *self.relationships)
        return {property_.iri: property_ for bearer in bearers for property_ in bearer.properties}

    @cached_property
    def _kinds(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[NodeType]] = {}
        for node in sorted(self.nodes, key=lambda node: (node.order, node.label)):
            if not node.abstract:
                found.setdefault(node.kind, []).append(node)
        return {kind: tuple(node.label for node in nodes) for kind, nodes in found.items()}

    @cached_property
    def _paths(self) -> Mapping[str, tuple[str, ...]]:
        return {node.label: self._path(node) for node in self.nodes}

    def _path(self, node: NodeType) -> tuple[str, ...]:
        above = () if node.super_label is None else self._path(self.node(node.super_label))
        return (*above, node.label)

    @cached_property
    def _sublabels(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {label: [] for label in self.labels}
        for label, path in self._paths.items():
            for above in path:
                found[above].append(label)
        return {label: tuple(sorted(below)) for label, below in found.items()}


T = TypeVar("T")


def _term(kind: str, name: str, known: Mapping[str, T]) -> T:
    found = known.get(name)
    if found is None:
        raise UnknownTerm(kind, name, known)
    return found
