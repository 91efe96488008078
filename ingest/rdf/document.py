"""Documents of RDF: bytes to the log entry and what it says.

The content of an entry (``ingest.documents.entry``) is the canonical N-Quads. So a document that comes as Turtle and
again as JSON-LD is one entry, and a later Meshline can read it again.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from catalog.entry import LogEntry, Problem, Status
from catalog.identity import DocumentId
from catalog.statement import NOTHING, Statements
from ingest.documents.entry import document_entry
from ingest.documents.given import NOTHING_GIVEN, Given
from ingest.documents.reading import Reading
from ingest.problems import Code
from ingest.rdf.findings import Note, problems, sentence
from ingest.rdf.interpretation import interpret
from ontology.compiler import load_model
from ontology.errors import RdfError
from ontology.rdf_reading import RdfDocument, RdfLimits, RdfSyntax, read_canonical, read_rdf

MEDIA_TYPE = RdfSyntax.N_QUADS.value
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:[^\s<>\"{}|\\^`]*")


def read_document(
    data: bytes, syntax: RdfSyntax, source: str, limits: RdfLimits | None = None
) -> RdfDocument:
    """The text of a document as statements. Raises RdfError."""
    return read_rdf(data, syntax, base=base_of(source), limits=limits)


def base_of(source: str) -> str:
    """What relative IRIs are resolved against: the source, as a file where it is a path."""
    return source if _ABSOLUTE.fullmatch(source) else f"file:///{quote(source.lstrip('/'))}"


def interpret_document(
    document: RdfDocument,
    source: str,
    *,
    received_ns: int,
    given: Given = NOTHING_GIVEN,
    actor: str | None = None,
) -> Reading:
    """What a document says, and the log entry that it is."""
    entry = document_entry(source, MEDIA_TYPE, document.content, given, received_ns=received_ns, actor=actor)
    about = {} if given.commit is None else given.commit.properties
    found = interpret(document.statements, DocumentId(source), load_model(), MEDIA_TYPE, about)
    undefined = sorted(document.undefined.items(), key=lambda item: (-item[1], item[0]))
    notes = (*found.notes, *(_undefined(key, count) for key, count in undefined))
    told = replace(entry, problems=(*entry.problems, *problems(notes)))
    return Reading(told, found, notes, claims=given.claims)


def interpret_stored_rdf(stored: LogEntry, body: Mapping[str, Any]) -> tuple[LogEntry, Statements]:
    """What the entry of a document says today, ``body``: decoded. One that the ontology of today refuses is kept as
    quarantined."""
    try:
        document = RdfDocument(body["content"], read_canonical(body["content"]))
    except RdfError as error:
        problem = Problem(error.code, "$", error.message)
        return replace(stored, status=Status.QUARANTINED, problems=(problem,)), NOTHING
    reading = interpret_document(
        document,
        body["document"],
        received_ns=stored.received_ns,
        given=Given.read(body),
        actor=stored.actor,
    )
    entry, said = reading.replayed
    if said is NOTHING:
        return entry, said
    undefined = tuple(problem for problem in stored.problems if problem.code == Code.UNDEFINED_KEY)
    return replace(entry, problems=(*entry.problems, *undefined)), said


def _undefined(key: str, count: int) -> Note:
    return Note(Code.UNDEFINED_KEY, key, count, "the JSON", sentence(Code.UNDEFINED_KEY, key, count))
