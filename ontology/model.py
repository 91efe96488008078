"""The graph model: what the ontology says of nodes, relationships and their properties, as frozen values."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from ontology.errors import UnknownTerm


class Datatype(StrEnum):
    """The datatype of a property, by its name in XML Schema."""

    STRING = "string"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DATE_TIME = "dateTime"


class Index(StrEnum):
    """How the stores index a property."""

    NONE = "none"
    RANGE = "range"
    FULLTEXT = "fulltext"
    UNIQUE = "unique"


@dataclass(frozen=True, slots=True)
class PropertyType:
    """A property of a node or of a relationship.

    ``many``: the value is a list. ``closed_list``: the values that the standard allows, in order; empty: any.
    ``searchable``: its words belong in the search text of the node. ``internal``: never shown or exported.
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

    def lists(self, value: str) -> bool:
        """Whether the standard's list has the value. Ingest keeps and flags a value that it does not have."""
        return not self.closed_list or value in self.closed_list


@dataclass(frozen=True, slots=True)
class NodeType:
    """A kind of node. ``properties`` includes those of its super-labels; ``super_label``: None at the top."""

    label: str
    iri: str
    definition: str
    properties: tuple[PropertyType, ...]
    aligned_to: tuple[str, ...] = ()
    super_label: str | None = None

    def property_type(self, name: str) -> PropertyType:
        """The property of that name. Raises UnknownTerm."""
        return _property(f"property of {self.label}", name, self.properties)


@dataclass(frozen=True, slots=True)
class RelationshipType:
    """A kind of relationship, from any of ``sources`` to any of ``targets`` (labels).

    ``inverse_of``: a standard's term that says the same in the other direction; ``aligned_to``: in this one.
    """

    type: str
    iri: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    definition: str
    properties: tuple[PropertyType, ...]
    inverse_of: str | None = None
    aligned_to: tuple[str, ...] = ()

    def property_type(self, name: str) -> PropertyType:
        """The property of that name. Raises UnknownTerm."""
        return _property(f"property of {self.type}", name, self.properties)


@dataclass(frozen=True, slots=True)
class GraphModel:
    """The compiled ontology. ``digest`` is the SHA-256 of its sorted N-Triples."""

    nodes: tuple[NodeType, ...]
    relationships: tuple[RelationshipType, ...]
    version: str
    digest: str

    @property
    def labels(self) -> tuple[str, ...]:
        """All labels, sorted."""
        return tuple(node.label for node in self.nodes)

    @property
    def relationship_types(self) -> tuple[str, ...]:
        """All relationship types, sorted."""
        return tuple(relationship.type for relationship in self.relationships)

    def node(self, label: str) -> NodeType:
        """The kind of node with the label. Raises UnknownTerm."""
        for node in self.nodes:
            if node.label == label:
                return node
        raise UnknownTerm("label", label, self.labels)

    def relationship(self, type_: str) -> RelationshipType:
        """The kind of relationship with the type. Raises UnknownTerm."""
        for relationship in self.relationships:
            if relationship.type == type_:
                return relationship
        raise UnknownTerm("relationship type", type_, self.relationship_types)

    def label_path(self, label: str) -> tuple[str, ...]:
        """The label and its super-labels, the most general first: all the labels that such a node carries."""
        super_label = self.node(label).super_label
        return (label,) if super_label is None else (*self.label_path(super_label), label)

    def sublabels(self, label: str) -> tuple[str, ...]:
        """The label and all labels below it, sorted."""
        self.node(label)
        return tuple(other for other in self.labels if label in self.label_path(other))

    def own_properties(self, label: str) -> tuple[PropertyType, ...]:
        """The properties of the label that its super-label does not have."""
        node = self.node(label)
        inherited = () if node.super_label is None else self.node(node.super_label).properties
        return tuple(property_ for property_ in node.properties if property_ not in inherited)


def _property(kind: str, name: str, properties: Iterable[PropertyType]) -> PropertyType:
    by_name = {property_.name: property_ for property_ in properties}
    if name not in by_name:
        raise UnknownTerm(kind, name, by_name)
    return by_name[name]
