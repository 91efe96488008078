"""Compiles the Turtle of the ontology into a ``GraphModel``, once; nothing else reads RDF to know the graph.

The ontology is itself checked here: everything that is wrong with it is gathered into one ``OntologyError``.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path

from rdflib import OWL, RDF, RDFS, SKOS, XSD, Graph, URIRef
from rdflib.term import Node

from ontology.errors import OntologyError
from ontology.extension import Extension, conflicts, merged, read_extensions
from ontology.model import Datatype, GraphModel, Index, NodeType, PropertyType, RelationshipType
from ontology.reader import MESH, TermReader
from ontology.shape_graph import blank_problems, report_unknown_features, statements
from ontology.shape_reader import ShapeReader
from ontology.turtle import empty_graph, read_turtle

KIND = re.compile(r"[a-z]+(-[a-z]+)*")
LABEL = re.compile(r"[A-Z][A-Za-z0-9]*")
RELATIONSHIP_TYPE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
CARDINALITY = re.compile("one|many")
PROPERTY_NAME = re.compile(r"[a-z][A-Za-z0-9]*")
INDEX = MESH["index"]  # MESH.index is the method of str
DATATYPES = {
    XSD[datatype.value]: datatype for datatype in Datatype if datatype not in (Datatype.IRI, Datatype.KEY)
}


_extensions: list[Extension] = []
"""Those of this process."""


def configure_model(paths: Iterable[Path]) -> GraphModel:
    """Make the model of this process that of our ontology and the extensions in these files, and give it.

    Called once, before anything is read or written. Raises OntologyError with all that is wrong, by file; the
    model is then what it was.
    """
    extensions = read_extensions(paths)
    model = compile_extended(extensions)
    _extensions[:] = extensions
    load_model.cache_clear()
    return model


@cache
def load_model() -> GraphModel:
    """The model of this process; compiled on the first call."""
    return compile_extended(_extensions)


def shipped() -> tuple[str, str]:
    """The Turtle of the vocabulary and of the shapes."""
    vocabulary, shapes = (files("ontology").joinpath(name) for name in ("mesh.ttl", "shapes.ttl"))
    return vocabulary.read_text(encoding="utf-8"), shapes.read_text(encoding="utf-8")


def compile_turtle(*turtles: str) -> GraphModel:
    """Compile an ontology, of one text or several. Raises OntologyError with all that is wrong with it."""
    return _Compiler(_joined(turtles), {}).model()


def compile_extended(extensions: Sequence[Extension]) -> GraphModel:
    """Compile our ontology with extensions. Raises OntologyError with all that is wrong with them, by file."""
    graph = _joined(shipped())
    model = _Compiler(graph, merged(graph, extensions)).model()
    return replace(model, extensions=tuple(sorted(_digest(read_turtle(one.turtle)) for one in extensions)))


def _joined(turtles: Iterable[str]) -> Graph:
    graph = empty_graph()
    for turtle in turtles:
        read_turtle(turtle, graph)
    return graph


class _Compiler:
    """One compilation: the terms of the graph by kind, and the reader that gathers the problems.

    ``origins``: the file of each term of an extension.
    """

    def __init__(self, graph: Graph, origins: Mapping[Node, str]) -> None:
        self.graph = graph
        self.origins = origins
        self.read = TermReader(graph, origins)
        self.classes = tuple(self.read.subjects(MESH.label))
        self.relationships = tuple(self.read.subjects(MESH.relationshipType))
        self.placed = frozenset((*self.classes, *self.relationships))
        self.properties = {iri: self._property(iri) for iri in self.read.subjects(MESH.propertyName)}
        self._bearers = {
            predicate: {own: frozenset(graph.objects(own, predicate)) for own in self.properties}
            for predicate in (MESH.propertyOf, MESH.edgePropertyOf)
        }

    def model(self) -> GraphModel:
        nodes = [self._node(iri) for iri in self.classes]
        relationships = [self._relationship(iri) for iri in self.relationships]
        version = self._version()
        self._check_terms()
        self._check_unique("label", {URIRef(node.iri): node.label for node in nodes})
        self._check_unique("relationship type", {URIRef(r.iri): r.type for r in relationships})
        self._raise_problems()
        model = GraphModel(
            nodes=tuple(sorted(nodes, key=lambda node: node.label)),
            relationships=tuple(sorted(relationships, key=lambda relationship: relationship.type)),
            version=version,
            digest=_digest(self.graph),
        )
        self.read.problems += conflicts(model, self.origins)
        shapes = ShapeReader(self.graph, self.read, model).shapes()
        self._raise_problems()
        return replace(model, shapes=shapes)

    def _raise_problems(self) -> None:
        """Shapes are read when the vocabulary is right: what is wrong there would be told again by each shape."""
        if self.read.problems:
            raise OntologyError(sorted(set(self.read.problems)))

    # Kinds of node, relationship and property

    def _node(self, iri: URIRef) -> NodeType:
        above = self._above(iri, RDFS.subClassOf, top=MESH.Resource)
        supers = [other for other in self.read.iris(iri, RDFS.subClassOf) if other in self.classes]
        if len(supers) > 1:
            self.read.report(
                iri, f"has several superclasses with a label: {', '.join(map(self.read.name, supers))}"
            )
        kind, abstract = self.read.optional_text(iri, MESH.kind), self.read.flag(iri, MESH.abstract)
        if bool(kind) == abstract:
            self.read.report(iri, f"needs either a {self.read.name(MESH.kind)} or to be abstract, not both")
        if kind and not KIND.fullmatch(kind):
            self.read.report(iri, f"has {kind!r} as {self.read.name(MESH.kind)}, which is not {KIND.pattern}")
        return NodeType(
            label=self.read.matching_text(iri, MESH.label, LABEL),
            iri=str(iri),
            definition=self.read.definition(iri),
            properties=self._properties_of(iri, above, MESH.propertyOf),
            aligned_to=self._alignments(iri, above, RDFS.subClassOf),
            super_label=self._label(supers[0]) if supers else None,
            kind=kind,
            abstract=abstract,
            order=self.read.order(iri),
            exported_types=self._standards((iri, *above), RDFS.subClassOf),
        )

    def _relationship(self, iri: URIRef) -> RelationshipType:
        above = self._above(iri, RDFS.subPropertyOf, top=MESH.relationship)
        inverse = self.read.optional_iri(iri, MESH.inverseOf)
        other_way = inverse or self.read.optional_iri(iri, MESH.closeToInverseOf)
        return RelationshipType(
            type=self.read.matching_text(iri, MESH.relationshipType, RELATIONSHIP_TYPE),
            iri=str(iri),
            sources=self._endpoints(iri, MESH.source),
            targets=self._endpoints(iri, MESH.target),
            definition=self.read.definition(iri),
            properties=self._properties_of(iri, above, MESH.edgePropertyOf),
            aligned_to=self._alignments(iri, above, RDFS.subPropertyOf, required=other_way is None),
            exported_as=self._standards((iri, *above), RDFS.subPropertyOf),
            exported_inverse=None if inverse is None else str(inverse),
        )

    def _property(self, iri: URIRef) -> PropertyType:
        name = self.read.matching_text(iri, MESH.propertyName, PROPERTY_NAME)
        closed_list = self._closed_list(iri)
        return PropertyType(
            name=name,
            iri=str(iri),
            datatype=self._datatype(iri),
            definition=self.read.definition(iri),
            many=self.read.matching_text(iri, MESH.cardinality, CARDINALITY) == "many",
            index=Index(self.read.choice(iri, INDEX, ("unique", "range", "fulltext")) or Index.NONE),
            closed_list=tuple(closed_list),
            meanings=tuple(closed_list.values()),
            searchable=self.read.flag(iri, MESH.searchable),
            internal=self.read.flag(iri, MESH.internal),
            aligned_to=self._alignments(iri, [], RDFS.subPropertyOf, required=False),
            exported_as=self._standards((iri,), RDFS.subPropertyOf),
        )

    # Parts of them

    def _label(self, iri: URIRef) -> str:
        return str(self.graph.value(iri, MESH.label, any=True))

    def _datatype(self, iri: URIRef) -> Datatype:
        range_ = self.read.optional_iri(iri, RDFS.range)
        if (iri, RDF.type, OWL.ObjectProperty) in self.graph:
            return self._node_datatype(iri, range_)
        if range_ is None or range_ not in DATATYPES:
            known = ", ".join(self.read.name(datatype) for datatype in DATATYPES)
            given = "no datatype" if range_ is None else f"the datatype {self.read.name(range_)}"
            self.read.report(iri, f"has {given}; its {self.read.name(RDFS.range)} must be one of {known}")
            return Datatype.STRING
        return DATATYPES[range_]

    def _node_datatype(self, iri: URIRef, range_: URIRef | None) -> Datatype:
        """That of a property whose value is a node in RDF: any IRI, or a node of the graph by its key."""
        if range_ == RDFS.Resource:
            return Datatype.IRI
        if range_ is None or range_ not in self.classes:
            self.read.report(
                iri,
                f"is an owl:ObjectProperty; its {self.read.name(RDFS.range)} must be a class of the graph, "
                f"or {self.read.name(RDFS.Resource)} for any IRI",
            )
        return Datatype.KEY

    def _closed_list(self, iri: URIRef) -> dict[str, str]:
        """Notation → definition, in order."""
        scheme = self.read.optional_iri(iri, MESH.closedList)
        if scheme is None:
            return {}
        self.read.definition(scheme)
        concepts = sorted(self.read.subjects(SKOS.inScheme, scheme), key=self.read.order)
        values = [
            (self.read.text(concept, SKOS.notation), self.read.definition(concept)) for concept in concepts
        ]
        if not values:
            self.read.report(iri, f"has the closed list {self.read.name(scheme)}, which is empty")
        if len(values) != len(dict(values)):
            self.read.report(scheme, "has the same skos:notation twice")
        return dict(values)

    def _endpoints(self, iri: URIRef, predicate: URIRef) -> tuple[str, ...]:
        endpoints = self.read.iris(iri, predicate)
        if not endpoints:
            self.read.report(iri, f"has no {self.read.name(predicate)}")
        self._check_known(iri, predicate, endpoints, self.classes)
        return tuple(sorted(self._label(endpoint) for endpoint in endpoints))

    def _properties_of(self, iri: URIRef, above: list[URIRef], predicate: URIRef) -> tuple[PropertyType, ...]:
        """Its properties and the inherited ones, in ``sh:order``. Two of one name are a problem."""
        bearers = {iri, *above}
        found = [own for own, those in self._bearers[predicate].items() if not bearers.isdisjoint(those)]
        found.sort(key=lambda own: (self.read.order(own), self.properties[own].name))
        properties = tuple(self.properties[own] for own in found)
        names = [property_.name for property_ in properties]
        for name in sorted({name for name in names if names.count(name) > 1}):
            added = [own for own in found if own in self.origins and self.properties[own].name == name]
            for own in added:
                self.read.report(own, f"has the name {name!r} of another property of {self.read.name(iri)}")
            if not added:
                self.read.report(iri, f"has several properties named {name!r}")
        return properties

    def _above(self, iri: URIRef, predicate: URIRef, top: URIRef) -> list[URIRef]:
        """All terms above a term. One that is above itself, or that is not below the top, is a problem."""
        _, *above = (
            term for term in self.graph.transitive_objects(iri, predicate) if isinstance(term, URIRef)
        )
        if any(iri in self.graph.objects(term, predicate) for term in (iri, *above)):
            self.read.report(iri, f"is above itself by {self.read.name(predicate)}")
        if top not in (iri, *above):
            self.read.report(iri, f"is not below {self.read.name(top)} by {self.read.name(predicate)}")
        return above

    def _alignments(
        self, iri: URIRef, above: list[URIRef], predicate: URIRef, *, required: bool = True
    ) -> tuple[str, ...]:
        """The terms of other vocabularies that it specialises or closely matches; those of extensions need none."""
        found = [*self.read.iris(iri, predicate), *self.read.iris(iri, SKOS.closeMatch)]
        aligned = sorted({str(term) for term in found if term not in MESH and term not in self.placed})
        required = required and iri not in self.origins
        if required and not aligned and not self._standards(above, predicate):
            self.read.report(
                iri, f"is aligned to no standard by {self.read.name(predicate)} or skos:closeMatch"
            )
        return tuple(aligned)

    def _standards(self, terms: Iterable[URIRef], predicate: URIRef) -> tuple[str, ...]:
        """The terms of other vocabularies right above any of these."""
        found = {str(above) for term in terms for above in self.read.iris(term, predicate)}
        return tuple(
            sorted(iri for iri in found if URIRef(iri) not in MESH and URIRef(iri) not in self.placed)
        )

    def _version(self) -> str:
        headers = [iri for iri in self.read.subjects(RDF.type, OWL.Ontology) if iri not in self.origins]
        if len(headers) != 1:
            self.read.problems.append(f"There are {len(headers)} terms of type owl:Ontology, not one")
            return ""
        return self.read.text(headers[0], OWL.versionInfo)

    # Checks over all terms

    def _check_terms(self) -> None:
        """Every term of ours is declared and defined, and has a place in the graph if its kind needs one."""
        self.read.problems += blank_problems(self.graph)
        report_unknown_features(self.graph, self.read)
        used = {term for triple in self.graph for term in triple if isinstance(term, URIRef)}
        for term in filter(MESH.__contains__, used):
            if (term, RDF.type, None) in self.graph:
                self.read.definition(term)
            else:
                self.read.report(term, "is used but not declared")
        self._check_placed((OWL.Class,), MESH.label, exempt=())
        relations = set(self.relationships) | {MESH.relationship}
        for term in sorted(relations.intersection(self.properties)):
            self.read.report(term, "is both a relationship and a property")
        self._check_placed(
            (OWL.ObjectProperty,), MESH.relationshipType, exempt=set(self.properties) | relations
        )
        self._check_placed((OWL.DatatypeProperty, OWL.ObjectProperty), MESH.propertyName, exempt=relations)
        for iri in self.properties:
            self._check_bearers(iri)

    def _check_placed(self, kinds: Sequence[URIRef], predicate: URIRef, exempt: Iterable[URIRef]) -> None:
        declared = {term for kind in kinds for term in self.read.subjects(RDF.type, kind)}
        placed = set(self.read.subjects(predicate))
        for term in declared - placed - set(exempt):
            self.read.report(term, f"has no {self.read.name(predicate)}")
        for term in placed - declared:
            of_type = " or ".join(self.read.name(kind) for kind in kinds)
            self.read.report(term, f"has a {self.read.name(predicate)} but is not of type {of_type}")

    def _check_bearers(self, iri: URIRef) -> None:
        nodes = self.read.iris(iri, MESH.propertyOf)
        edges = self.read.iris(iri, MESH.edgePropertyOf)
        if not nodes and not edges:
            self.read.report(
                iri,
                f"has neither {self.read.name(MESH.propertyOf)} nor {self.read.name(MESH.edgePropertyOf)}",
            )
        if edges and self.properties[iri].index is Index.FULLTEXT:
            self.read.report(iri, "has a full-text index, but full-text search finds no relationships")
        self._check_known(iri, MESH.propertyOf, nodes, self.classes)
        self._check_known(iri, MESH.edgePropertyOf, edges, (MESH.relationship, *self.relationships))

    def _check_known(
        self, iri: URIRef, predicate: URIRef, named: Iterable[URIRef], known: Iterable[URIRef]
    ) -> None:
        for term in sorted(set(named) - set(known)):
            self.read.report(
                iri,
                f"has {self.read.name(term)} as {self.read.name(predicate)}, which has no place in the graph",
            )

    def _check_unique(self, kind: str, names: Mapping[URIRef, str]) -> None:
        listed = [name for name in names.values() if name]
        for name in {name for name in listed if listed.count(name) > 1}:
            added = [term for term, other in names.items() if other == name and term in self.origins]
            for term in added:
                self.read.report(term, f"has the {kind} {name}, which another term has")
            if not added:
                self.read.problems.append(f"Several terms have the {kind} {name}")


def _digest(graph: Graph) -> str:
    """SHA-256 of the sorted statements: the same for every way of writing the same ones."""
    return hashlib.sha256("\n".join(sorted(statements(graph))).encode()).hexdigest()
