"""Stored documents, read again."""

from dataclasses import replace
from typing import Any

from catalog.canonical import plain
from catalog.entry import LogEntry, Status
from catalog.statement import NOTHING, Statements
from ingest.descriptors.document import interpret_stored_descriptor
from ingest.descriptors.reading import MEDIA_TYPE
from ingest.documents.refused import is_refused
from ingest.rdf.document import interpret_stored_rdf


def interpret_stored(stored: LogEntry) -> tuple[LogEntry, Statements]:
    """What the entry of a document says today. One that is refused today is kept as quarantined."""
    body: dict[str, Any] = plain(stored.body)
    if is_refused(body):
        return replace(stored, status=Status.QUARANTINED), NOTHING
    if body["mediaType"] == MEDIA_TYPE:
        return interpret_stored_descriptor(stored, body)
    return interpret_stored_rdf(stored, body)
