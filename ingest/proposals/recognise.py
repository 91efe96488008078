"""Documents of a proposal: what each is, by what it says and never by its name, and what all of them change."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from catalog.coverage import spoken
from ingest.descriptors.format import FORMATS
from ingest.descriptors.text import Part, read_parts
from ingest.errors import BrokenDocument, ImproperProposal, MalformedDescriptor, WrongDocument
from ingest.proposals import events, facets, json_schema
from ingest.proposals.columns import untyped
from ingest.proposals.descriptors import is_manifest, read_manifest_documents, read_mesh_documents
from ingest.proposals.differences import differences
from ingest.proposals.documents import Document, Given, GivenDocument, Wanted
from ingest.proposals.gathered import Gathered
from ingest.proposals.known import Known
from ingest.proposals.shape import Shape
from ingest.proposals.tables import NOT_WHOLE, read_tables

SQL, EVENTS, MANIFEST, DESCRIPTOR = "SQL", "OpenLineage events", "dbt manifest", "contract or product"
JSON_SCHEMA, FACET = "JSON Schema", "schema facet"
_COMMENT = re.compile(r"\A(?:\s|--[^\n]*(?:\n|\Z)|/\*.*?\*/|;)+", re.DOTALL)
_STATEMENT = re.compile(
    r"(?:create|alter|drop|comment\s+on|rename|use|set|begin|start|grant|with|select|insert|update|delete|merge|exec|go)\b(?!\s*:)",
    re.IGNORECASE,
)


_FITS = {
    Wanted.DDL: (SQL,),
    Wanted.CONTRACT: (DESCRIPTOR,),
    Wanted.MANIFEST: (MANIFEST,),
    Wanted.SCHEMA: (JSON_SCHEMA, FACET),
    Wanted.EVENTS: (EVENTS,),
}
"""What a document has to be where it is said what it is meant to be."""


def recognised(given: GivenDocument) -> Document:
    """What a document is. Raises WrongDocument, BrokenDocument, TooLarge."""
    found = _recognised(given)
    if given.wanted is not None and found.kind not in _FITS[given.wanted]:
        wanted = " or ".join(_FITS[given.wanted])
        raise WrongDocument(f"{given.name}: this is {found.kind}; wanted is {wanted}.")
    return found


def _recognised(given: GivenDocument) -> Document:
    if _STATEMENT.match(_COMMENT.sub("", given.text)):
        return Document(given, SQL)
    if events.matches(given.text):
        return Document(given, EVENTS)
    parts = _parts(given)
    values = [part.value for part in parts]
    if not values:
        raise WrongDocument(f"{given.name} is empty.")
    tests: Sequence[tuple[str, Callable[[Any], bool]]] = (
        (MANIFEST, is_manifest),
        (DESCRIPTOR, lambda value: isinstance(value, dict) and any(one.matches(value) for one in FORMATS)),
        (JSON_SCHEMA, json_schema.matches),
        (FACET, facets.matches),
    )
    for kind, matches in tests:
        if all(map(matches, values)):
            return Document(given, kind, parts)
    shown = values[0]
    about = (
        f"a mapping with {', '.join(map(str, list(shown)[:6]))}"
        if isinstance(shown, dict)
        else f"{shown!r:.60}"
    )
    raise WrongDocument(f"{given.name} is {about}, which says nothing of a change.")


def _parts(given: GivenDocument) -> list[Part]:
    try:
        return read_parts(given.text.encode("utf-8", "surrogatepass"))
    except MalformedDescriptor as error:
        line = "" if error.line is None else f" line {error.line}:"
        raise BrokenDocument(f"{given.name}:{line} {error.message}") from error


def read_documents(known: Known, given: Given, dataset: str | None) -> Gathered:
    """What all documents change together. Raises ImproperProposal."""
    listed = [recognised(one) for one in given.documents]
    found = Gathered()
    for document in listed:
        if document.kind == SQL and not document.given.base:
            text, name = document.given.text, document.given.name
            found.add(read_tables(known, text, name, dataset, given.dialect))
    manifests = [one for one in listed if one.kind == MANIFEST]
    new = [one for one in manifests if not one.given.base]
    if new:
        found.add(read_manifest_documents(known, given, new, [one for one in manifests if one.given.base]))
    found.add(_builds(known, [one.given for one in listed if one.kind == EVENTS]))
    contracts = [one for one in listed if one.kind == DESCRIPTOR]
    heads = [one.given for one in contracts if not one.given.base]
    if heads:
        bases = [one.given for one in contracts if one.given.base]
        found.add(read_mesh_documents(known, heads, bases, dataset))
    found.add(_schemas(known, [one for one in listed if one.kind in (JSON_SCHEMA, FACET)], dataset))
    found.descriptors += [*(one.given for one in new), *heads]
    found.unread += _idle_bases(listed)
    return found


def _idle_bases(listed: Sequence[Document]) -> list[str]:
    """What is said of bases that nothing is compared with: what they have and the new state lacks is not seen."""
    schemas = (JSON_SCHEMA, FACET)
    heads = {JSON_SCHEMA if one.kind in schemas else one.kind for one in listed if not one.given.base}
    return [
        f"{one.given.name}: nothing is compared with this {one.kind}."
        for one in listed
        if one.given.base
        and (one.kind == SQL or (JSON_SCHEMA if one.kind in schemas else one.kind) not in heads)
    ]


def _builds(known: Known, documents: Sequence[GivenDocument]) -> Gathered:
    """Builds against the first base that is given, else the graph."""
    base = next((events.read_build(one.text, one.name) for one in documents if one.base), None)
    found = Gathered()
    for one in documents:
        if not one.base:
            found.add(events.build_changes(known, base, events.read_build(one.text, one.name), one.name))
    return found


def _schemas(known: Known, documents: Sequence[Document], dataset: str | None) -> Gathered:
    """Schemas that say nothing of what they are of: the new one against the old one that is given, else the graph's."""
    found = Gathered()
    heads = [one for one in documents if not one.given.base]
    bases = [one for one in documents if one.given.base]
    if not heads:
        return found
    if dataset is None:
        raise ImproperProposal(
            f"{heads[0].given.name} does not say which dataset it is of.", "Name the dataset as well."
        )
    if len(heads) > 1 or len(bases) > 1:
        raise ImproperProposal("Several schemas of one dataset are given.", "Give one, and at most one base.")
    after = _shape(heads[0], found.unread)
    if bases:
        before = _shape(bases[0], [])
    else:
        before = known.shape(dataset)
        if not before.whole:
            found.unread.append(NOT_WHOLE.format(spoken(dataset)))
        found.unread += untyped(dataset, before, after)
    found.changes += differences(dataset, before, after, fold=False)
    found.sources.append(f"{heads[0].kind} {heads[0].given.name}")
    return found


def _shape(document: Document, unread: list[str]) -> Shape:
    part, name = document.parts[0], document.given.name
    if document.kind == FACET:
        return facets.read_facet(part.value, name, part.line())
    return json_schema.read_json_schema(part, name, unread)
