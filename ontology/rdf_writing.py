"""Long RDF texts, page by page: what is written of a page is forgotten before the next one.

A page is a list of triples in which those of one subject stand together. All pages of one text share its prefixes or
its context, which stand once, at its start. The text is the same whatever the sizes of the pages, but where the triples
of one subject are parted over two of them: it is then begun again.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from itertools import groupby, islice
from operator import itemgetter
from typing import Any, TypeAlias

from pyoxigraph import RdfFormat, parse, serialize

from ontology.json_ld_context import IRI, JsonLdContext
from ontology.prefixes import PREFIXES, compact
from ontology.rdf import TYPE, XSD, Iri, Triple, Typed, Value, built

Pages: TypeAlias = Iterable[list[Triple]]
_LINES = 5_000
MAX_EXACT = 2**53
"""Greater integers are not exact in every reader of JSON."""


class Form(StrEnum):
    """A way to write a long text."""

    TURTLE = "turtle"
    TRIG = "trig"
    NQUADS = "nquads"
    JSON_LD = "jsonld"


def texts(pages: Pages, form: Form, context: JsonLdContext) -> Iterator[str]:
    """The pages as one text, in pieces. TriG has all in the default graph."""
    if form is Form.JSON_LD:
        return _json_ld(pages, context)
    if form is Form.NQUADS:
        return (_serialized(page, RdfFormat.N_QUADS) for page in pages)
    turtle = (_serialized(page, RdfFormat.TURTLE, context.prefixes) for page in pages)
    return _with_prefixes(turtle, context.prefixes)


def trig_texts(lines: Iterable[str]) -> Iterator[str]:
    """Canonical N-Quads as TriG, in pieces; ``lines`` have their ends."""
    rest = iter(lines)
    batches = iter(lambda: "".join(islice(rest, _LINES)), "")
    quads = (parse(text, format=RdfFormat.N_QUADS) for text in batches)
    trig = (serialize(some, format=RdfFormat.TRIG, prefixes=PREFIXES) for some in quads)
    return _with_prefixes((text.decode() for text in trig if text is not None), PREFIXES)


def _serialized(page: Iterable[Triple], form: RdfFormat, prefixes: Mapping[str, str] | None = None) -> str:
    text = serialize(built(page), format=form, prefixes=None if prefixes is None else dict(prefixes))
    assert text is not None
    return text.decode()


def _with_prefixes(texts: Iterable[str], prefixes: Mapping[str, str]) -> Iterator[str]:
    """The prefixes once: each text begins with them."""
    yield "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes.items())
    for text in texts:
        start = 0
        while text.startswith("@prefix ", start):
            start = text.index("\n", start) + 1
        yield text[start:]


def _json_ld(pages: Pages, context: JsonLdContext) -> Iterator[str]:
    yield f'{{"@context": {json.dumps(context.value, indent=1)},\n"@graph": ['
    between = "\n"
    for page in pages:
        nodes = [_node(subject, list(of), context) for subject, of in groupby(page, key=itemgetter(0))]
        if nodes:
            yield between + ",\n".join(nodes)
            between = ",\n"
    yield "\n]}\n"


def _node(subject: str, triples: list[Triple], context: JsonLdContext) -> str:
    """A node object, a line for each of its keys."""
    found: dict[str, list[Any]] = {"@id": [subject]}
    for _, predicate, value in triples:
        if predicate == TYPE:
            found.setdefault("@type", []).append(
                context.classes.get(str(value)) or compact(str(value), context.prefixes)
            )
        else:
            key = context.names.get(predicate) or compact(predicate, context.prefixes)
            found.setdefault(key, []).append(_json(value, context.coerced.get(predicate, "")))
    lines = (
        f"{json.dumps(key)}: {json.dumps(values if key == '@type' else _plain(values), ensure_ascii=False)}"
        for key, values in found.items()
    )
    return "{" + ",\n ".join(lines) + "}"


def _plain(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


def _json(value: Value, coerced: str) -> Any:
    """A value as JSON-LD has it where plain texts stand for ``coerced``."""
    if isinstance(value, Iri):
        return str(value) if coerced == IRI else {"@id": value}
    if isinstance(value, Typed):
        text, datatype = value
        return text if coerced == datatype else {"@value": text, "@type": datatype}
    if coerced or (isinstance(value, int) and abs(value) > MAX_EXACT):
        return {"@value": value} if coerced else {"@value": str(value), "@type": f"{XSD}integer"}
    return value
