"""Turtle to an rdflib graph. pyoxigraph reads it, ten times faster than rdflib, and says where it is wrong."""

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse
from rdflib import XSD, BNode, Graph, URIRef
from rdflib import Literal as Text
from rdflib.term import Node

from ontology.errors import OntologyError


def empty_graph() -> Graph:
    """A graph without statements, in a store that keeps no contexts: to ask and fill it takes half as long."""
    return Graph(store="SimpleMemory", bind_namespaces="none")


def read_turtle(turtle: str, into: Graph | None = None, name: str = "") -> Graph:
    """The graph of a text, or one with the text added. Raises OntologyError, which calls the text by ``name``."""
    graph = empty_graph() if into is None else into
    blanks: dict[str, BNode] = {}
    named: dict[str, URIRef] = {}
    try:
        quads = parse(turtle.encode(errors="surrogatepass"), format=RdfFormat.TURTLE)
        for quad in quads:
            subject, predicate, value = (
                _term(term, blanks, named) for term in (quad.subject, quad.predicate, quad.object)
            )
            graph.add((subject, predicate, value))
    except (SyntaxError, ValueError) as error:
        prefix = f"{name}: " if name else ""
        raise OntologyError([f"{prefix}It is not Turtle: {error}"]) from error
    for prefix, namespace in quads.prefixes.items():
        graph.bind(prefix, namespace, override=False)
    return graph


def _term(
    term: NamedNode | BlankNode | Literal | Triple, blanks: dict[str, BNode], named: dict[str, URIRef]
) -> Node:
    if isinstance(term, NamedNode):
        found = named.get(term.value)
        if (
            found is None
        ):  # most are predicates and classes that come again and again, and rdflib checks each it makes
            found = named[term.value] = URIRef(term.value)
        return found
    if isinstance(term, BlankNode):
        return blanks.setdefault(term.value, BNode())
    if isinstance(term, Literal):
        plain = term.language is not None or term.datatype.value == str(XSD.string)
        return Text(term.value, lang=term.language, datatype=None if plain else URIRef(term.datatype.value))
    raise ValueError("triple terms have no place in an ontology")
