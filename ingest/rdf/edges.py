"""The edges that a document tells: by our own relationships, plain and qualified, and by the words of the standards."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from catalog.graph import EdgeSpec, Scalar
from ingest.rdf.findings import Component, local, near
from ingest.rdf.graph import Fact, Thing
from ingest.rdf.kinds import STATEMENT, ends
from ingest.rdf.properties import Said
from ingest.rdf.reading import Reading
from ingest.rdf.standards import (
    AGENT,
    HAD_ROLE,
    QUALIFIED_ATTRIBUTION,
    Link,
)
from ingest.rdf.values import last_segment, scalar
from ontology.model import Datatype, PropertyType, RelationshipType
from ontology.rdf import NS, RDF, TYPE, Iri
from ontology.rdf_reading import Text
from ontology.vocabulary import Rel

BOOKKEEPING = frozenset(("edgeId", "origin", "via", "validFrom", "validTo"))
"""Properties of edges that follow from who says them and when."""
_SUBJECT, _PREDICATE, _OBJECT = (Iri(RDF + part) for part in ("subject", "predicate", "object"))
_TYPES = {Datatype.INTEGER: int, Datatype.BOOLEAN: bool}

Properties: TypeAlias = tuple[tuple[str, Scalar], ...]


class Edges:
    """Finds the edges of one document. ``said``: the properties of a thing, where it has some."""

    def __init__(self, reading: Reading, said: Callable[[Thing], Said]) -> None:
        self._reading = reading
        self._said = said
        self._qualified: set[tuple[Thing, str, Thing]] = set()

    def found(self) -> Iterator[EdgeSpec]:
        """All edges; one may come more than once."""
        yield from self._told_by_statements()
        for fact in self._reading.graph.facts:
            relationship = self._reading.model.relationship_by_iri(fact.predicate)
            if relationship is not None:
                yield from self._own(fact, relationship)
            elif fact.predicate == QUALIFIED_ATTRIBUTION and not isinstance(fact.object, Text):
                if self._reading.unsaid([fact]):
                    yield from self._attribution(fact, fact.object)
            elif not isinstance(fact.object, Text):
                yield from self._foreign(fact)

    def edge(self, rel: str, source: Thing, target: Thing, properties: Properties = ()) -> Iterator[EdgeSpec]:
        """The edge between two things, where both can be named."""
        one, other = self._reading.identity(source), self._reading.identity(target)
        if one is not None and other is not None:
            yield EdgeSpec(str(rel), one.key, other.key, properties)

    # Our own words

    def _told_by_statements(self) -> Iterator[EdgeSpec]:
        """Edges with properties: each is a statement of its own (``rdf:Statement``)."""
        graph = self._reading.graph
        for statement in graph.subjects:
            if STATEMENT not in graph.types(statement):
                continue
            triple = [next(graph.things(statement, part), None) for part in (_SUBJECT, _PREDICATE, _OBJECT)]
            source, predicate, target = triple
            relationship = None if predicate is None else self._reading.model.relationship_by_iri(predicate)
            if source is None or target is None or relationship is None:
                continue  # a statement about something else: it is counted as not understood
            facts = graph.of(statement)
            self._reading.findings.understand(fact for fact in facts if not self._is_ours(fact.predicate))
            self._reading.findings.understand(fact for fact in graph.to(statement))
            self._qualified.add((source, relationship.iri, target))
            properties = self._edge_properties(facts, relationship)
            if self._ends_fit(source, relationship, target, statement):
                yield from self.edge(relationship.type, source, target, properties)

    def _is_ours(self, predicate: Iri) -> bool:
        return predicate.startswith(NS) or self._reading.model.property_by_iri(predicate) is not None

    def _edge_properties(self, facts: list[Fact], relationship: RelationshipType) -> Properties:
        by_iri = {property_.iri: property_ for property_ in relationship.properties}
        found: dict[str, Scalar] = {}
        for fact in facts:
            property_ = by_iri.get(fact.predicate)
            if property_ is not None and property_.name not in BOOKKEEPING:
                found[property_.name] = self._edge_value(fact, property_)
            elif property_ is None and fact.predicate.startswith(NS):
                message = (
                    f"{local(relationship.iri)} has no {local(fact.predicate)}.{near(fact.predicate, by_iri)}"
                )
                self._violate(fact, Component.CLOSED, message)
        return tuple(sorted(found.items()))

    def _edge_value(self, fact: Fact, property_: PropertyType) -> Scalar:
        value = scalar(fact.object)
        if type(value) is not _TYPES.get(property_.datatype, str):
            message = (
                f"{local(fact.predicate)} {value!r} is not of the datatype xsd:{property_.datatype.value}."
            )
            self._violate(fact, Component.DATATYPE, message)
        return value

    def _own(self, fact: Fact, relationship: RelationshipType) -> Iterator[EdgeSpec]:
        self._reading.findings.understand([fact])
        if isinstance(fact.object, Text):
            message = f"{local(fact.predicate)} leads to a thing, and {fact.object.value[:100]!r} is a text."
            self._violate(fact, Component.NODE_KIND, message)
        elif (fact.subject, relationship.iri, fact.object) not in self._qualified and self._ends_fit(
            fact.subject, relationship, fact.object, fact.subject
        ):
            properties = (
                self._of_target(fact.object, relationship) if relationship.type == Rel.HAS_FIELD else ()
            )
            yield from self.edge(relationship.type, fact.subject, fact.object, properties)

    def _of_target(self, target: Thing, relationship: RelationshipType) -> Properties:
        """What the edge to a field says is mostly what the field says of itself."""
        said = self._said(target)
        names = sorted(set(relationship.by_name).intersection(said) - BOOKKEEPING)
        return tuple((name, value) for name in names if not isinstance(value := said[name], list))

    def _ends_fit(self, source: Thing, relationship: RelationshipType, target: Thing, focus: Thing) -> bool:
        """Whether a relationship may start at its source; which its target may be is for validation to say."""
        kinds = self._reading.kinds
        if source not in kinds.labels:
            self._violate_end(focus, relationship, source)
        elif not kinds.fits(source, relationship.sources):
            message = f"A {kinds.labels[source]} has no {local(relationship.iri)}."
            self._reading.findings.violate(source, Component.CLOSED, relationship.iri, str(target), message)
        elif target not in kinds.labels:
            self._violate_end(focus, relationship, target)
        else:
            return True
        return False

    def _violate_end(self, focus: Thing, relationship: RelationshipType, end: Thing) -> None:
        message = f"What {end} is, the document does not say: give it a class of the ontology."
        self._reading.findings.violate(focus, Component.CLASS, relationship.iri, str(end), message)

    def _violate(self, fact: Fact, component: Component, message: str) -> None:
        value = str(scalar(fact.object))
        self._reading.findings.violate(fact.subject, component, fact.predicate, value, message)

    # The words of the standards

    def _foreign(self, fact: Fact) -> Iterator[EdgeSpec]:
        link = self._reading.kinds.link(fact)
        if link is None or not self._reading.unsaid([fact]):
            return
        self._reading.findings.understand([fact])
        source, target = ends(fact, link)
        yield from self.edge(link.rel, source, target, _role(link))

    def _attribution(self, fact: Fact, attribution: Thing) -> Iterator[EdgeSpec]:
        """An agent with a role, as DCAT and PROV say it."""
        graph, kinds = self._reading.graph, self._reading.kinds
        agents = graph.of(attribution, AGENT)
        if STATEMENT in graph.types(attribution) or not kinds.fits(fact.subject, _with_role(self._reading)):
            return
        roles = graph.of(attribution, HAD_ROLE)
        for agent in agents:
            if not isinstance(agent.object, Text) and agent.object in kinds.labels:
                self._reading.findings.understand([fact, agent, *roles, *graph.of(attribution, Iri(TYPE))])
                words = [last_segment(str(scalar(role.object))) for role in roles] or [""]
                for word in words:
                    yield from self.edge(
                        Rel.HAS_ROLE, agent.object, fact.subject, (("role", word),) if word else ()
                    )


def _role(link: Link) -> Properties:
    return () if link.role is None else (("role", link.role),)


def _with_role(reading: Reading) -> tuple[str, ...]:
    return reading.model.relationship(Rel.HAS_ROLE).targets
