"""RDF text: terms to canonical N-Quads lines, and graphs to Turtle, by pyoxigraph (rdflib is for the ontology only)."""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import TypeAlias

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, serialize

NS = "https://w3id.org/meshline/ns#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
XSD = "http://www.w3.org/2001/XMLSchema#"
TYPE = f"{RDF}type"
JSON = f"{RDF}JSON"
DATE_TIME = f"{XSD}dateTime"

Value: TypeAlias = "Iri | Typed | str | int | bool"


class Iri(str):
    """An IRI, told apart from a literal."""

    __slots__ = ()


class Typed(tuple[str, str]):
    """A literal: (text, datatype IRI)."""

    __slots__ = ()


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
    """One canonical N-Quads line, without its end of line."""
    name = DefaultGraph() if graph is None else NamedNode(graph)
    return f"{Quad(NamedNode(subject), NamedNode(predicate), _term(value), name)} ."


def turtle(triples: Iterable[tuple[str, str, Value]], prefixes: Mapping[str, str]) -> Iterator[str]:
    """Turtle with prefixes; the triples come grouped by subject."""
    built = (Triple(NamedNode(s), NamedNode(p), _term(o)) for s, p, o in triples)
    text = serialize(built, format=RdfFormat.TURTLE, prefixes=dict(prefixes))
    assert text is not None
    yield text.decode()


def document(triples: Iterable[tuple[str, str, Value]], syntax: Syntax, prefixes: Mapping[str, str]) -> bytes:
    """A text of its own, in UTF-8; the triples come grouped by subject. JSON-LD is expanded: it names no context."""
    built = (Triple(NamedNode(s), NamedNode(p), _term(o)) for s, p, o in triples)
    text = serialize(built, format=_FORMATS[syntax], prefixes=dict(prefixes))
    assert text is not None
    return text


def _term(value: Value) -> NamedNode | Literal:
    if isinstance(value, Iri):
        return NamedNode(value)
    if isinstance(value, Typed):
        return Literal(value[0], datatype=NamedNode(value[1]))
    return Literal(value)
