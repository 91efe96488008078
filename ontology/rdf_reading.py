"""RDF documents: bytes to statements and their canonical N-Quads, by pyoxigraph; nothing is ever fetched.

Turtle, TriG, N-Triples, N-Quads and JSON-LD (``ontology.json_ld``) of one graph give the same canonical text: the
sorted N-Quads of RDFC-1.0, in which blank nodes are named by what is said of them.
"""

import io
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
)

from ontology.blank_nodes import check_tellable
from ontology.errors import MalformedRdf, RdfTooLarge, UnsupportedRdf
from ontology.json_ld import UNDEFINED, JsonLd, read_json_ld
from ontology.rdf import Iri

MAX_DOCUMENT_BYTES = 64 * 1024 * 1024
"""Default bound of the text of a document."""
MAX_DOCUMENT_QUADS = 200_000
"""Default bound of the statements of a document: all of them are held at once, to be named and checked together."""


class RdfSyntax(StrEnum):
    """How a document is written, by its media type."""

    TURTLE = "text/turtle"
    TRIG = "application/trig"
    N_TRIPLES = "application/n-triples"
    N_QUADS = "application/n-quads"
    JSON_LD = "application/ld+json"


_FORMATS = {
    RdfSyntax.TURTLE: RdfFormat.TURTLE,
    RdfSyntax.TRIG: RdfFormat.TRIG,
    RdfSyntax.N_TRIPLES: RdfFormat.N_TRIPLES,
    RdfSyntax.N_QUADS: RdfFormat.N_QUADS,
    RdfSyntax.JSON_LD: RdfFormat.JSON_LD,
}


class Blank(str):
    """A blank node by its canonical label, without ``_:``."""

    __slots__ = ()


class Text(NamedTuple):
    """A literal: its text, the IRI of its datatype, and its language ("" without one)."""

    value: str
    datatype: str
    language: str = ""


Subject: TypeAlias = Iri | Blank
Object: TypeAlias = Iri | Blank | Text


class Statement(NamedTuple):
    """One statement; ``graph`` is the name of its graph, None for the default graph."""

    subject: Subject
    predicate: Iri
    object: Object
    graph: Subject | None = None


@dataclass(frozen=True, slots=True)
class RdfLimits:
    """Bounds of one document: bytes of its text (after contexts are put in), statements."""

    bytes: int = MAX_DOCUMENT_BYTES
    quads: int = MAX_DOCUMENT_QUADS


@dataclass(frozen=True, slots=True)
class RdfDocument:
    """What a document says.

    ``content``: canonical N-Quads, sorted, each line with its end. ``statements``: the same, in the same order.
    ``undefined``: keys of JSON-LD that no context defines, so that they say nothing in RDF, with their counts.
    """

    content: str
    statements: tuple[Statement, ...]
    undefined: Mapping[str, int] = field(default_factory=dict)


def read_rdf(data: bytes, syntax: RdfSyntax, *, base: str, limits: RdfLimits | None = None) -> RdfDocument:
    """Read a document; relative IRIs are resolved against ``base``, an absolute IRI.

    Raises MalformedRdf (with line and column where they are known), RemoteContext, RdfTooLarge, UnsupportedRdf,
    TangledRdf.
    """
    bounds = limits or RdfLimits()
    if len(data) > bounds.bytes:
        raise RdfTooLarge(f"The document has more than {bounds.bytes:,} bytes.")
    if syntax is RdfSyntax.JSON_LD:
        prepared = read_json_ld(data, bounds.bytes)
        found = _parse_json_ld(prepared, base, bounds)
        undefined = _undefined(prepared, base, bounds)
    else:
        found = _parse(data.removeprefix(BOM_UTF8), syntax, base, bounds, placed=True)
        undefined = {}
    return _canonical(found, undefined)


def read_canonical(content: str) -> tuple[Statement, ...]:
    """The statements of canonical N-Quads, as ``RdfDocument.content`` has them; blank nodes keep their labels.

    Raises MalformedRdf.
    """
    bounds = RdfLimits(bytes=len(content), quads=len(content))
    return tuple(map(_statement, _parse(content.encode(), RdfSyntax.N_QUADS, None, bounds, placed=True)))


def _parse(
    data: bytes, syntax: RdfSyntax, base: str | None, limits: RdfLimits, *, placed: bool
) -> list[Quad]:
    """The quads of a text, as a stream up to the bound. ``placed``: lines and columns of errors are the sender's."""
    found: list[Quad] = []
    try:
        for quad in parse(io.BytesIO(data), format=_FORMATS[syntax], base_iri=base):
            found.append(quad)
            if len(found) > limits.quads:
                raise RdfTooLarge(f"The document has more than {limits.quads:,} statements.")
    except SyntaxError as error:
        raise _malformed(error, placed=placed) from error
    except ValueError as error:  # what pyoxigraph calls a base that is no IRI
        raise MalformedRdf(str(error)) from error
    return found


def _malformed(error: SyntaxError, *, placed: bool) -> MalformedRdf:
    """The error in our words: the place once, in the fields, and not in pyoxigraph's sentence too."""
    said = str(error.msg)
    if said.startswith("Parser error at ") and ": " in said:
        said = said.partition(": ")[2]
    said = said if said.endswith((".", "!", "?")) else f"{said}."
    if not placed:
        return MalformedRdf(said)
    return MalformedRdf(said, line=error.lineno, column=error.offset)


def _parse_json_ld(prepared: JsonLd, base: str, limits: RdfLimits) -> list[Quad]:
    try:
        return _parse(prepared.text, RdfSyntax.JSON_LD, base, limits, placed=False)
    except MalformedRdf as error:
        if prepared.two_ids is not None and error.message.startswith("@id is defined twice"):
            raise prepared.two_ids from error
        raise


def _undefined(prepared: JsonLd, base: str, limits: RdfLimits) -> dict[str, int]:
    """The keys that no context defines: those that get an IRI only where all undefined ones do."""
    try:
        marked = _parse(prepared.marked, RdfSyntax.JSON_LD, base, limits, placed=False)
    except (MalformedRdf, RdfTooLarge):  # read on its own it was well-formed, so this tells nothing about it
        return {}
    keys = (quad.predicate.value for quad in marked)
    return dict(Counter(key.removeprefix(UNDEFINED) for key in keys if key.startswith(UNDEFINED)))


def _canonical(quads: Sequence[Quad], undefined: Mapping[str, int]) -> RdfDocument:
    if any(isinstance(quad.object, Triple) for quad in quads):
        raise UnsupportedRdf("The document has a triple term (RDF 1.2), which is not read here.")
    lines = {f"{quad} .\n": quad for quad in (_named(quads) if any(map(_has_blank, quads)) else quads)}
    ordered = sorted(lines)
    return RdfDocument("".join(ordered), tuple(_statement(lines[line]) for line in ordered), undefined)


def _named(quads: Iterable[Quad]) -> Dataset:
    """The quads with canonical names for their blank nodes."""
    dataset = Dataset(quads)
    check_tellable(dataset)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def _has_blank(quad: Quad) -> bool:
    return any(isinstance(term, BlankNode) for term in (quad.subject, quad.object, quad.graph_name))


def _statement(quad: Quad) -> Statement:
    graph = quad.graph_name
    return Statement(
        _resource(quad.subject),
        Iri(quad.predicate.value),
        _object(quad.object),
        None if isinstance(graph, DefaultGraph) else _resource(graph),
    )


def _resource(term: NamedNode | BlankNode | Triple) -> Subject:
    if isinstance(term, NamedNode):
        return Iri(term.value)
    if isinstance(term, BlankNode):
        return Blank(term.value)
    raise UnsupportedRdf("The document has a triple term (RDF 1.2), which is not read here.")


def _object(term: NamedNode | BlankNode | Literal | Triple) -> Object:
    if isinstance(term, Literal):
        return Text(term.value, term.datatype.value, term.language or "")
    return _resource(term)
