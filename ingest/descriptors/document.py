"""Descriptors as documents: bytes to the log entry and what it says.

The content of an entry (``ingest.documents.entry``) is the text as it came, with ``\\n`` for line ends: so a checkout
with others is the same entry, and the line of each fact is found again. What is stored is read again as it is.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from catalog.entry import LogEntry, Problem, Status
from catalog.identity import DocumentId
from catalog.statement import NOTHING, Statements
from ingest.descriptors.draft import Fault, Unmapped
from ingest.descriptors.reading import MEDIA_TYPE, Descriptor, read_descriptor
from ingest.documents.entry import document_entry
from ingest.documents.given import Given
from ingest.documents.reading import Broken, Interpretation, Reading
from ingest.errors import Rejected
from ingest.problems import Code
from ingest.rdf.findings import Note, problems
from ontology.validation import Violation

_POSITION = re.compile(r"\[\d+\]")
_PART = re.compile(r"part \d+: ")


def interpret_descriptor(
    data: bytes, source: str, given: Given, *, received_ns: int, max_bytes: int, actor: str | None = None
) -> Reading:
    """What a descriptor says, and the log entry that it is. Raises MalformedDescriptor, TooLarge, UnknownFormat."""
    text = _text(data)
    read = read_descriptor(text.encode() if text is not None else data, source, max_bytes=max_bytes)
    entry = document_entry(source, MEDIA_TYPE, text or "", given, received_ns=received_ns, actor=actor)
    return _reading(read, source, given, entry)


def interpret_stored_descriptor(stored: LogEntry, body: Mapping[str, Any]) -> tuple[LogEntry, Statements]:
    """What the entry of a descriptor says today, ``body``: decoded. One that is refused now is kept as quarantined."""
    try:
        return reread(stored, body).replayed
    except Rejected as error:
        problem = Problem(error.code, "$", error.message)
        return replace(stored, status=Status.QUARANTINED, problems=(problem,)), NOTHING


def reread(stored: LogEntry, body: Mapping[str, Any]) -> Reading:
    """A stored descriptor, read again. Raises MalformedDescriptor, TooLarge, UnknownFormat."""
    source, content, given = body["document"], str(body["content"]), Given.read(body)
    data = content.encode()
    read = read_descriptor(data, source, max_bytes=len(data))
    entry = document_entry(
        source, MEDIA_TYPE, content, given, received_ns=stored.received_ns, actor=stored.actor
    )
    return _reading(read, source, given, entry)


def _text(data: bytes) -> str | None:
    """The text as it is kept; None for what is no text, which reading refuses."""
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return None


def _reading(read: Descriptor, source: str, given: Given, entry: LogEntry) -> Reading:
    drafted = read.drafted
    about = {**dict(drafted.statement.properties), **(given.commit.properties if given.commit else {})}
    statement = replace(drafted.statement, properties=tuple(sorted(about.items())))
    notes = tuple(_notes(drafted.unmapped))
    key = DocumentId(source).key
    found = Interpretation(statement, notes, tuple(_violation(key, one) for one in drafted.faults))
    return Reading(
        replace(entry, problems=(*entry.problems, *problems(notes))),
        found,
        notes,
        broken=tuple(_broken(key, source, one) for one in drafted.faults),
        formats=read.formats,
        claims=given.claims,
        lines={node: place.line for node, place in drafted.nodes.items()},
    )


def _notes(unmapped: Iterable[Unmapped]) -> Iterable[Note]:
    """What has no place in the graph, by where it stands whatever part and position; the most frequent first."""
    groups: dict[tuple[str, str], list[Unmapped]] = {}
    for one in unmapped:
        alike = one.like or _POSITION.sub("[]", _PART.sub("", one.path, count=1))
        groups.setdefault((alike, one.why), []).append(one)
    for (path, why), found in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])):
        reason = f" ({why})" if why else ""
        message = f"{len(found)} {path} {'has' if len(found) == 1 else 'have'} no place in the graph{reason}."
        yield Note(Code.UNMAPPED, path, len(found), found[0].path, message, found[0].line)


def _violation(key: str, fault: Fault) -> Violation:
    return Violation(
        fault.about or key, "", fault.rule or "", fault.path, None, fault.message, fault.severity
    )


def _broken(key: str, source: str, fault: Fault) -> Broken:
    return Broken(key, source, fault.path, None, "", "", str(fault.severity), fault.message, fault.line)
