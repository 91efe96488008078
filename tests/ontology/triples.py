"""The RDF of nodes, as the export writes it, for an engine that knows nothing of us. Imports nothing of validation."""

import re
from collections.abc import Collection, Mapping

from rdflib import RDF, XSD, Graph, Literal, URIRef
from rdflib.term import Node

from ontology.model import Datatype, GraphModel, PropertyType

BASE = "http://catalog.example/id/"
KEY = URIRef("https://w3id.org/meshline/ns#key")

ABSOLUTE = re.compile("[A-Za-z][A-Za-z0-9+.-]*:[^ <>]*")
"""An IRI, as far as the tests make texts that are none."""

Single = str | int | bool
Edges = tuple[tuple[str, str, str | None], ...]


def graph_of(
    model: GraphModel, nodes: Collection[tuple[str, str, Mapping[str, Single | Collection[str]], Edges]]
) -> Graph:
    """The triples of nodes, each (key, label, properties, edges)."""
    graph = Graph(bind_namespaces="none")
    for key, label, properties, edges in nodes:
        _typed(graph, model, key, label)
        graph.add((iri(key), KEY, Literal(key)))
        for name, given in properties.items():
            property_ = model.node(label).property_type(name)
            if not property_.internal:
                for value in [given] if isinstance(given, str | int) else given:
                    graph.add((iri(key), URIRef(property_.iri), _object(property_, value)))
        for type_, target, target_label in edges:
            graph.add((iri(key), URIRef(model.relationship(type_).iri), iri(target)))
            if target_label is not None:
                _typed(graph, model, target, target_label)
    return graph


def iri(key: str) -> URIRef:
    """The IRI of a node."""
    return URIRef(BASE + key)


def _typed(graph: Graph, model: GraphModel, key: str, label: str) -> None:
    for above in model.label_path(label):
        graph.add((iri(key), RDF.type, URIRef(model.node(above).iri)))


def _object(property_: PropertyType, value: Single) -> Node:
    if not isinstance(value, str):
        return Literal(value)
    if property_.datatype is Datatype.KEY:
        return iri(value)
    if property_.datatype is Datatype.IRI:
        return URIRef(value) if ABSOLUTE.fullmatch(value) else Literal(value)
    if property_.datatype in (Datatype.DATE_TIME, Datatype.DECIMAL):
        return Literal(value, datatype=XSD[property_.datatype.value])
    return Literal(value)
