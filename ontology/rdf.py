"""RDF text: terms to canonical N-Quads lines, and graphs to Turtle, by pyoxigraph (rdflib is for the ontology only)."""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import TypeAlias

from pyoxigraph import Literal, NamedNode, RdfFormat, serialize
from pyoxigraph import Triple as Built

NS = "https://w3id.org/meshline/ns#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
XSD = "http://www.w3.org/2001/XMLSchema#"
TYPE = f"{RDF}type"
JSON = f"{RDF}JSON"
DATE_TIME = f"{XSD}dateTime"


class Iri(str):
    """An IRI, told apart from a literal."""

    __slots__ = ()


class Typed(tuple[str, str]):
    """A literal: (text, datatype IRI)."""

    __slots__ = ()


Value: TypeAlias = Iri | Typed | str | int | bool
Triple: TypeAlias = tuple[str, str, Value]
"""Subject and predicate are IRIs."""


class Syntax(StrEnum):
    """A way to write triples, by its media type."""

    TURTLE = "text/turtle"
    N_TRIPLES = "application/n-triples"
    JSON_LD = "application/ld+json"


_FORMATS = {
    Syntax.TURTLE: RdfFormat.TURTLE,
    Syntax.N_TRIPLES: RdfFormat.N_TRIPLES,
    Syntax.JSON_LD: RdfFormat.JSON_LD,
}


def quad(subject: str, predicate: str, value: Value, graph: str | None = None) -> str:
    """One canonical N-Quads line, without its end of line. Raises ValueError for an IRI that is none.

    Put together here: to build the quad and to write that takes ten times as long, and an export is many quads.
    """
    name = "" if graph is None else f" {NamedNode(graph)}"
    return f"{NamedNode(subject)} {NamedNode(predicate)} {_term(value)}{name} ."


def document(triples: Iterable[Triple], syntax: Syntax, prefixes: Mapping[str, str]) -> bytes:
    """A text of its own, in UTF-8; the triples come grouped by subject. JSON-LD is expanded: it names no context."""
    text = serialize(built(triples), format=_FORMATS[syntax], prefixes=dict(prefixes))
    assert text is not None
    return text


def built(triples: Iterable[Triple]) -> Iterator[Built]:
    """The triples as pyoxigraph has them. Subjects and predicates come again and again: each is made once in a row."""
    predicates: dict[str, NamedNode] = {}
    subject, node = "", None
    for s, p, o in triples:
        if node is None or s != subject:
            subject, node = s, NamedNode(s)
        predicate = predicates.get(p)
        if predicate is None:
            predicate = predicates[p] = NamedNode(p)
        yield Built(node, predicate, _term(o))


def term_text(value: Value) -> str:
    """A term as Turtle has it, without prefixes. Raises ValueError for an IRI that is none."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else str(_term(value))


def terms(triples: Iterable[Triple]) -> Iterator[str]:
    """The IRIs that triples name behind their subjects: predicates, objects, datatypes."""
    for _, predicate, value in triples:
        yield predicate
        if isinstance(value, Iri):
            yield value
        elif isinstance(value, Typed):
            yield value[1]


def is_iri(text: str) -> bool:
    """Whether a text is an absolute IRI (RFC 3987)."""
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


def _term(value: Value) -> NamedNode | Literal:
    if isinstance(value, Iri):
        return NamedNode(value)
    if isinstance(value, Typed):
        return Literal(value[0], datatype=NamedNode(value[1]))
    return Literal(value)
