"""Reading N-Quads as our own canonical export writes them: lines to values, by pyoxigraph.

No blank nodes, no language tags: an export has none. Other RDF is read by ``ontology.rdf_reading``.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, Literal, NamedNode, RdfFormat, parse

from ontology.rdf import XSD, Iri, Typed, Value

_PLACE = re.compile(r"^Parser error at line \d+ (between )?")
_STRING, _INTEGER, _BOOLEAN = f"{XSD}string", f"{XSD}integer", f"{XSD}boolean"


class NotQuads(ValueError):
    """A line that is no N-Quads, or none that an export writes. ``row`` counts from 0 within the lines given."""

    def __init__(self, row: int, message: str) -> None:
        super().__init__(message)
        self.row = row


@dataclass(frozen=True, slots=True)
class Row:
    """One quad. ``graph`` None: the default graph."""

    subject: str
    predicate: str
    value: Value
    graph: str | None = None


def rows(lines: Sequence[str]) -> Iterator[Row]:
    """The quad of each line; one for one. Raises NotQuads."""
    found = -1
    try:
        for found, quad in enumerate(parse("\n".join(lines).encode(), RdfFormat.N_QUADS)):
            if not isinstance(quad.subject, NamedNode):
                raise NotQuads(found, "a blank node, which no export has")
            graph = None if isinstance(quad.graph_name, DefaultGraph) else quad.graph_name.value
            yield Row(quad.subject.value, quad.predicate.value, _value(quad.object, found), graph)
    except SyntaxError as error:
        row = found + 1 if error.lineno is None else error.lineno - 1
        raise NotQuads(row, f"not N-Quads: {_PLACE.sub('', error.msg)}") from error
    if found + 1 != len(lines):
        raise NotQuads(len(lines) - 1, "a line that holds no quad, or more than one")


def _value(term: object, row: int) -> Value:
    if isinstance(term, NamedNode):
        return Iri(term.value)
    if not isinstance(term, Literal) or term.language is not None:
        raise NotQuads(row, "a blank node or a text with a language, which no export has")
    datatype = term.datatype.value
    if datatype == _STRING:
        return term.value
    if datatype == _INTEGER and term.value.removeprefix("-").isdecimal():
        return int(term.value)
    if datatype == _BOOLEAN and term.value in ("true", "false"):
        return term.value == "true"
    return Typed((term.value, datatype))
