"""Documents of RDF: bytes to the log entry and what it says.

The body of an entry is canonical JSON ``{"document", "mediaType", "at"?, "content"}``: the source, how the content is
written (always N-Quads), the time that the sender gives it, and the canonical N-Quads. So a document that comes as
Turtle and again as JSON-LD is one entry, and a later Meshline can read it again.
"""

import re
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from catalog.canonical import encode, plain, sha256
from catalog.entry import EntryKind, LogEntry, Problem, Status
from catalog.identity import DocumentId
from catalog.instant import effective_instant, format_instant, order_key, parse_instant
from catalog.statement import NOTHING, STATIC_RANK, Statements
from ingest.problems import Code
from ingest.rdf.findings import Note, problems, sentence
from ingest.rdf.interpretation import Interpretation, interpret
from ontology.compiler import load_model
from ontology.errors import RdfError
from ontology.rdf_reading import RdfDocument, RdfLimits, RdfSyntax, read_canonical, read_rdf
from ontology.validation import keeps_out

MEDIA_TYPE = RdfSyntax.N_QUADS.value
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:[^\s<>\"{}|\\^`]*")


@dataclass(frozen=True, slots=True)
class Reading:
    """A document that was read: the entry that it would be, what it says, and what came of reading it."""

    entry: LogEntry
    interpretation: Interpretation
    notes: tuple[Note, ...]

    @property
    def kept_out(self) -> bool:
        """Whether it breaks rules in a way that forbids to apply it."""
        return keeps_out(self.interpretation.violations)

    @property
    def source(self) -> str:
        """Where the document comes from."""
        return self.interpretation.statement.document.source

    @property
    def statements(self) -> Statements:
        """What it says, as the catalog takes it."""
        return Statements(document=self.interpretation.statement)


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
    at_ns: int | None = None,
    actor: str | None = None,
) -> Reading:
    """What a document says, and the log entry that it is. ``at_ns``: the time that the sender gives it."""
    at = {} if at_ns is None else {"at": format_instant(at_ns)}
    body = encode({"document": source, "mediaType": MEDIA_TYPE, "content": document.content, **at})
    found = interpret(document.statements, DocumentId(source), load_model(), MEDIA_TYPE)
    undefined = sorted(document.undefined.items(), key=lambda item: (-item[1], item[0]))
    notes = (*found.notes, *(_undefined(key, count) for key, count in undefined))
    effective = received_ns if at_ns is None else effective_instant(at_ns, received_ns)
    entry = _entry(body, effective, received_ns, actor)
    future = () if at_ns in (None, effective) else (_future(at["at"]),)
    return Reading(replace(entry, problems=(*future, *problems(notes))), found, notes)


def interpret_stored(stored: LogEntry) -> tuple[LogEntry, Statements]:
    """What the entry of a document says today. One that the ontology of today refuses is kept as quarantined."""
    body: dict[str, Any] = plain(stored.body)
    at = body.get("at")
    try:
        document = RdfDocument(body["content"], read_canonical(body["content"]))
    except RdfError as error:
        return replace(
            stored, status=Status.QUARANTINED, problems=(Problem(error.code, "$", error.message),)
        ), NOTHING
    at_ns = None if at is None else parse_instant(at).ns
    reading = interpret_document(
        document, body["document"], received_ns=stored.received_ns, at_ns=at_ns, actor=stored.actor
    )
    if reading.kept_out:
        broken = reading.interpretation.violations
        found = tuple(Problem(Code.VIOLATION, one.path or "$", one.message) for one in broken)
        return replace(reading.entry, status=Status.QUARANTINED, problems=found), NOTHING
    undefined = tuple(problem for problem in stored.problems if problem.code == Code.UNDEFINED_KEY)
    return replace(reading.entry, problems=(*reading.entry.problems, *undefined)), reading.statements


def _entry(body: str, effective_ns: int, received_ns: int, actor: str | None) -> LogEntry:
    hash_ = sha256(body)
    key = order_key(effective_ns, STATIC_RANK, hash_)
    return LogEntry(hash_, EntryKind.DOCUMENT, key, received_ns, body, actor=actor)


def _undefined(key: str, count: int) -> Note:
    return Note(Code.UNDEFINED_KEY, key, count, "the JSON", sentence(Code.UNDEFINED_KEY, key, count))


def _future(at: str) -> Problem:
    message = f"The time {at} lies in the future: the time of receipt counts."
    return Problem(Code.EVENT_TIME_FUTURE, "$.at", message, lost=False)
