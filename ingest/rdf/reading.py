"""What the parts of the reading of one document share."""

from collections.abc import Container, Iterable
from dataclasses import dataclass, field

from catalog.identity import DocumentId
from ingest.rdf.findings import Findings
from ingest.rdf.graph import Fact, Graph, Thing
from ingest.rdf.keys import Identity, Keys
from ingest.rdf.kinds import Kinds
from ingest.rdf.standards import BESIDE_OURS, QUALIFIED_ASSOCIATION
from ontology.model import GraphModel
from ontology.rdf_reading import Object, Text


@dataclass(frozen=True, slots=True)
class Reading:
    """One document under way: its statements, the labels and keys of its things, what was found.

    ``implied``: statements in the words of standards that one of ours says already.
    """

    document: DocumentId
    graph: Graph
    model: GraphModel
    kinds: Kinds
    keys: Keys
    findings: Findings
    implied: set[tuple[Object, str, Object]] = field(default_factory=set)

    def identity(self, thing: Thing) -> Identity | None:
        """The identity of a thing that has a label."""
        return self.keys.of(thing) if thing in self.kinds.labels else None

    def unsaid(self, facts: Iterable[Fact]) -> list[Fact]:
        """Those that ours do not say already."""
        return [fact for fact in facts if (fact.subject, fact.predicate, fact.object) not in self.implied]


def implied(graph: Graph, model: GraphModel, ours: Container[Thing]) -> set[tuple[Object, str, Object]]:
    """What our exports write in the words of standards beside our own. ``ours``: things that have our keys."""
    found: set[tuple[Object, str, Object]] = set()
    for fact in graph.facts:
        if fact.predicate in BESIDE_OURS and fact.subject in ours:
            found.add((fact.subject, fact.predicate, fact.object))
            if fact.predicate == QUALIFIED_ASSOCIATION and not isinstance(fact.object, Text):
                found |= {(one.subject, one.predicate, one.object) for one in graph.of(fact.object)}
        relationship = model.relationship_by_iri(fact.predicate)
        property_ = model.property_by_iri(fact.predicate)
        if relationship is not None:
            found |= {(fact.subject, term, fact.object) for term in relationship.exported_as}
            if relationship.exported_inverse is not None:
                found.add((fact.object, relationship.exported_inverse, fact.subject))
        elif property_ is not None:
            found |= {(fact.subject, term, fact.object) for term in property_.exported_as}
    return found
