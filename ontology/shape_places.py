"""Whether shapes and vocabulary agree: a shape that asks for what the vocabulary rules out could never be met."""

from collections.abc import Iterable, Iterator

from rdflib import URIRef

from ontology.model import Datatype, GraphModel, PropertyType, RelationshipType
from ontology.rdf import TYPE as RDF_TYPE
from ontology.rdf import XSD
from ontology.reader import TermReader
from ontology.shapes import (
    ClassIs,
    Closed,
    Constraint,
    DatatypeIs,
    HasValue,
    In,
    KindIs,
    Limit,
    MaxCount,
    MaxLength,
    MinCount,
    MinLength,
    NodeKind,
    Path,
    Pattern,
)

_NODES = (Datatype.IRI, Datatype.KEY)
_OF_TEXTS = (DatatypeIs, In, HasValue, Pattern, MinLength, MaxLength, Limit)


class Places:
    """The places of the graph that shapes speak of. What does not fit goes to the problems of the term reader."""

    def __init__(self, model: GraphModel, read: TermReader) -> None:
        self._model = model
        self._read = read

    def is_class(self, iri: str) -> bool:
        """Whether the IRI is that of a class."""
        return self._model.node_by_iri(iri) is not None

    def labels(self, iri: URIRef, targets: Iterable[URIRef]) -> tuple[str, ...]:
        """The labels of target classes."""
        found = []
        for target in targets:
            node = self._model.node_by_iri(str(target))
            if node is None:
                self._read.report(
                    iri, f"has {self._read.name(target)} as a target, which is no class of the graph"
                )
            else:
                found.append(node.label)
        return tuple(found)

    def check(
        self, iri: URIRef, path: Path, labels: tuple[str, ...], constraints: tuple[Constraint, ...]
    ) -> None:
        """Whether nodes of the labels have something at the path, and may have what the constraints ask of it."""
        for label in labels:
            property_ = None if path.inverse else self._property(label, path.iri)
            relationship = self._model.relationship_by_iri(path.iri)
            if property_ is not None:
                problems = self._of_property(property_, constraints)
            elif relationship is not None and self._bears(label, relationship, path.inverse):
                problems = self._of_relationship(relationship, path, constraints)
            else:
                way = "leads to no" if path.inverse else "is no property or relationship of"
                problems = iter([f"has the path {self._name(path.iri)}, which {way} {label}"])
            for problem in problems:
                self._read.report(iri, problem)

    def _property(self, label: str, iri: str) -> PropertyType | None:
        properties = self._model.node(label).properties
        return next((property_ for property_ in properties if property_.iri == iri), None)

    def _bears(self, label: str, relationship: RelationshipType, inverse: bool) -> bool:
        ends = relationship.targets if inverse else relationship.sources
        return any(end in self._model.label_path(label) for end in ends)

    def check_nodes(self, iri: URIRef, constraints: tuple[Constraint, ...]) -> None:
        """Whether nodes by themselves may have what the constraints ask of them."""
        for constraint in constraints:
            if isinstance(constraint, MinCount | MaxCount):
                self._read.report(
                    iri, f"asks {type(constraint).__name__} of nodes, which only has a sense of a path"
                )
            if isinstance(constraint, Closed) and RDF_TYPE not in constraint.allowed:
                self._read.report(iri, "is closed and does not ignore rdf:type, which every node has")
            for problem in self._of_values(constraint, "nodes", of_keys=True):
                self._read.report(iri, problem)

    # What a property or a relationship rules out

    def _of_property(self, property_: PropertyType, constraints: tuple[Constraint, ...]) -> Iterator[str]:
        said = self._name(property_.iri)
        for constraint in constraints:
            match constraint:
                case DatatypeIs(iri) if iri != f"{XSD}{property_.datatype}":
                    yield f"asks for the datatype {self._name(iri)}, but {said} has {_datatype(property_)}"
                case KindIs(kind) if not _allows(kind, property_.datatype in _NODES):
                    yield f"asks for sh:{kind}, but {said} has {_datatype(property_)}"
                case ClassIs() if property_.datatype is not Datatype.KEY:
                    yield f"asks for a class, but {said} has {_datatype(property_)}"
                case MinCount(count) if count > 1 and not property_.many:
                    yield f"asks for {count} values, but {said} has one at most"
                case MaxCount(count) if count != 1 and not property_.many:
                    yield f"allows {count} values, but {said} has one at most"
                case MaxCount(count) if count < 2 and property_.many:
                    yield f"allows {count} value, but {said} has many"
                case In(values) if property_.closed_list and not set(values) <= set(property_.closed_list):
                    others = sorted(str(value) for value in set(values) - set(property_.closed_list))
                    yield f"lists {', '.join(others)}, which the closed list of {said} has not"
                case _:
                    yield from self._of_values(constraint, said, property_.datatype is Datatype.KEY)

    def _of_relationship(
        self, relationship: RelationshipType, path: Path, constraints: tuple[Constraint, ...]
    ) -> Iterator[str]:
        said = self._name(relationship.iri)
        ends = relationship.sources if path.inverse else relationship.targets
        possible = {label for end in ends for label in self._model.sublabels(end)}
        for constraint in constraints:
            match constraint:
                case KindIs(kind) if not _allows(kind, of_nodes=True):
                    yield f"asks for sh:{kind}, but {said} leads to nodes"
                case ClassIs(iri):
                    node = self._model.node_by_iri(iri)
                    if node is None or not possible.intersection(self._model.sublabels(node.label)):
                        yield f"asks for the class {self._name(iri)}, to which {said} never leads"
                case _:
                    yield from self._of_values(constraint, said, of_keys=True)

    def _of_values(self, constraint: Constraint, said: str, of_keys: bool) -> Iterator[str]:
        if of_keys and isinstance(constraint, _OF_TEXTS):
            kind = type(constraint).__name__
            yield f"asks {kind} of {said}, but the IRIs of nodes depend on where the service runs"

    def _name(self, iri: str) -> str:
        return self._read.name(URIRef(iri))


def _allows(kind: NodeKind, of_nodes: bool) -> bool:
    return ("IRI" if of_nodes else "Literal") in kind


def _datatype(property_: PropertyType) -> str:
    if property_.datatype is Datatype.IRI:
        return "IRIs"
    return "keys of nodes" if property_.datatype is Datatype.KEY else f"xsd:{property_.datatype}"
