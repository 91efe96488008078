"""Edges as nodes: what a plain triple cannot say of an edge, in a node of its own whose IRI is the edge's.

    <edge/…> a rdf:Statement ; rdf:subject <source> ; rdf:predicate mesh:feeds ; rdf:object <target> ;
        mesh:origin "OBSERVED" ; mesh:via "job/…" ; mesh:directSubtype "IDENTITY" .

An edge has one where it has properties, and where PROV has a qualified form of it (``PATTERNS``): then the node is that
form too. RDF's own vocabulary of statements needs no term of ours and says the same for every relationship.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from catalog.graph import Edge, Node
from catalog.instant import format_instant
from ontology.rdf import DATE_TIME, NS, RDF, TYPE, Iri, Triple, Typed
from ontology.rdf_terms import RdfTerms
from ontology.vocabulary import Rel

PROV = "http://www.w3.org/ns/prov#"
SHARED = ("format", "protocol", "named-role")
"""What several nodes may share."""
MADE = (
    *("edge", "association", "catalog", "distribution", "contact", "scheme", "access-rights", "rule"),
    *SHARED,
)
"""What stands in the place of a kind of node in the IRIs of what is made for nodes."""
STATEMENT = Iri(f"{RDF}Statement")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A standard's qualified form: ``link`` leads from the edge's target to the node, ``other`` on to its source."""

    link: str
    type: Iri
    other: str


_DERIVATION = Pattern(f"{PROV}qualifiedDerivation", Iri(f"{PROV}Derivation"), f"{PROV}entity")
PATTERNS: Mapping[str, Pattern] = {
    Rel.FEEDS: _DERIVATION,
    Rel.HAD_DERIVATION: _DERIVATION,
    Rel.INFLUENCES: Pattern(f"{PROV}qualifiedInfluence", Iri(f"{PROV}EntityInfluence"), f"{PROV}entity"),
    Rel.HAS_ROLE: Pattern(f"{PROV}qualifiedAttribution", Iri(f"{PROV}Attribution"), f"{PROV}agent"),
}
"""One row for each relationship that a standard has a qualified form of."""

AT_TARGET = frozenset((*PATTERNS, Rel.HAS_FIELD))
"""Relationships whose qualified edges are told with their target: a standard has them there, and whether an edge to a
field needs one is seen from the field. All others are told with their source."""


def is_qualified(edge: Edge, target: Node | None, terms: RdfTerms) -> bool:
    """Whether an edge has a node.

    ``target``: for an edge to a field the field, which mostly says what the edge says; then there is none, and a reader
    takes the properties of the edge from the field.
    """
    if edge.type in PATTERNS:
        return True
    if edge.type != Rel.HAS_FIELD or target is None:
        return bool(edge.properties)
    names = terms.edge_properties(edge.type)
    return dict(edge.properties) != {
        name: target.properties[name] for name in names if name in target.properties
    }


def qualified_edges(edges: Iterable[Edge], target: Node | None, terms: RdfTerms) -> list[Edge]:
    """The edges that have a node: where one between two nodes has, each of its type between these has, so that none is
    taken for another."""
    found = list(edges)
    ends = {(e.type, e.source, e.target) for e in found if is_qualified(e, target, terms)}
    return [edge for edge in found if (edge.type, edge.source, edge.target) in ends]


def made(what: str, key: str, base: str) -> Iri:
    """The IRI of something that is made for a node or an edge and is itself no node."""
    return Iri(f"{base}{what}/{key}")


def is_made(iri: str, base: str) -> bool:
    """Whether an IRI is of something made for a node."""
    return iri.startswith(tuple(f"{base}{what}/" for what in MADE))


def is_shared(iri: str, base: str) -> bool:
    """Whether an IRI is of something that is told beside more than one node."""
    return not iri.startswith(base) or iri.startswith(tuple(f"{base}{what}/" for what in SHARED))


def edge_iri(edge: Edge, base: str) -> Iri:
    """The IRI of an edge, the same as in the canonical export."""
    return made("edge", edge.id, base)


def link(edge: Edge, base: str) -> Triple | None:
    """How the target of an edge leads to its node, in the words of a standard."""
    pattern = PATTERNS.get(edge.type)
    return None if pattern is None else (base + edge.target, pattern.link, edge_iri(edge, base))


def qualified(edge: Edge, base: str, terms: RdfTerms) -> Iterator[Triple]:
    """The triples of the node of an edge."""
    subject, source = str(edge_iri(edge, base)), Iri(base + edge.source)
    pattern = PATTERNS.get(edge.type)
    yield subject, TYPE, STATEMENT
    if pattern is not None:
        yield subject, TYPE, pattern.type
        yield subject, pattern.other, source
    yield subject, f"{RDF}subject", source
    yield subject, f"{RDF}predicate", Iri(terms.relationships[edge.type].iri)
    yield subject, f"{RDF}object", Iri(base + edge.target)
    yield subject, f"{NS}origin", edge.origin
    yield subject, f"{NS}via", edge.via
    if edge.valid_from is not None:
        yield subject, f"{PROV}generatedAtTime", Typed((format_instant(edge.valid_from), DATE_TIME))
    known = terms.edge_properties(edge.type)
    for name, value in edge.properties:
        for predicate, written in known[name].values(value, base):
            yield subject, predicate, written
