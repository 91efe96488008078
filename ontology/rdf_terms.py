"""How labels, properties and relationships are written in RDF: our own terms, and beside them those of the standards
that the ontology puts above ours (``rdfs:subClassOf``, ``rdfs:subPropertyOf``, ``mesh:inverseOf``)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from ontology.compiler import load_model
from ontology.model import Datatype, GraphModel, PropertyType, RelationshipType
from ontology.rdf import XSD, Iri, Typed, Value, is_iri

Scalar: TypeAlias = str | int | bool


@dataclass(frozen=True, slots=True)
class PropertyTerms:
    """The predicates of a property, ours first, and the datatype of its values."""

    predicates: tuple[str, ...]
    datatype: Datatype

    def values(self, stored: Scalar | list[str], base: str) -> Iterator[tuple[str, Value]]:
        """(predicate, value) for each predicate and each value."""
        for single in stored if isinstance(stored, list) else (stored,):
            value = written(single, self.datatype, base)
            for predicate in self.predicates:
                yield predicate, value


@dataclass(frozen=True, slots=True)
class RelationshipTerms:
    """The predicates of a relationship from source to target, ours first; ``inverse``: from target to source."""

    iri: str
    predicates: tuple[str, ...]
    inverse: tuple[str, ...]


class RdfTerms:
    """The terms of one model, each worked out when it is first asked for."""

    def __init__(self, model: GraphModel) -> None:
        self.model = model
        self.relationships = {kind.type: _relationship(kind) for kind in model.relationships}
        self._types: dict[str, tuple[Iri, ...]] = {}
        self._properties: dict[str, dict[str, PropertyTerms]] = {}
        self._edge_properties: dict[str, dict[str, PropertyTerms]] = {}

    def types(self, label: str) -> tuple[Iri, ...]:
        """The classes of a node: its own, those of ours above it but the topmost, and the standards' above them."""
        if label not in self._types:
            _, *path = self.model.label_path(label)
            own = [self.model.node(one).iri for one in reversed(path)]
            self._types[label] = tuple(map(Iri, (*own, *self.model.node(label).exported_types)))
        return self._types[label]

    def properties(self, label: str) -> dict[str, PropertyTerms]:
        """The properties of a label that are written, in their order."""
        if label not in self._properties:
            self._properties[label] = _properties(self.model.node(label).properties)
        return self._properties[label]

    def edge_properties(self, type_: str) -> dict[str, PropertyTerms]:
        """The properties of a relationship that are written, in their order."""
        if type_ not in self._edge_properties:
            self._edge_properties[type_] = _properties(self.model.relationship(type_).properties)
        return self._edge_properties[type_]


def rdf_terms() -> RdfTerms:
    """The terms of the model of this process."""
    return _terms(load_model().digest)


@lru_cache(maxsize=2)
def _terms(digest: str) -> RdfTerms:
    """Remembered by the digest of the model: the model itself is slow to compare."""
    return RdfTerms(load_model())


def written(value: Scalar, datatype: Datatype, base: str) -> Value:
    """A value as RDF has it. Text that is to be an IRI and is none, as producers may send it, stays text."""
    if datatype in (Datatype.DATE_TIME, Datatype.DECIMAL):
        return Typed((str(value), f"{XSD}{datatype.value}"))
    if datatype is Datatype.KEY:
        return Iri(f"{base}{value}")
    if datatype is Datatype.IRI and is_iri(str(value)):
        return Iri(value)
    return value


def _properties(kinds: Iterable[PropertyType]) -> dict[str, PropertyTerms]:
    return {
        kind.name: PropertyTerms((kind.iri, *kind.exported_as), kind.datatype)
        for kind in kinds
        if not kind.internal
    }


def _relationship(kind: RelationshipType) -> RelationshipTerms:
    inverse = () if kind.exported_inverse is None else (kind.exported_inverse,)
    return RelationshipTerms(kind.iri, (kind.iri, *kind.exported_as), inverse)
