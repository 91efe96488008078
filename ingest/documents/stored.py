"""Stored documents, read again."""

from typing import Any

from catalog.canonical import plain
from catalog.entry import LogEntry
from catalog.statement import Statements
from ingest.descriptors.document import interpret_stored_descriptor
from ingest.descriptors.reading import MEDIA_TYPE
from ingest.rdf.document import interpret_stored_rdf


def interpret_stored(stored: LogEntry) -> tuple[LogEntry, Statements]:
    """What the entry of a document says today. One that is refused today is kept as quarantined."""
    body: dict[str, Any] = plain(stored.body)
    if body["mediaType"] == MEDIA_TYPE:
        return interpret_stored_descriptor(stored, body)
    return interpret_stored_rdf(stored, body)
