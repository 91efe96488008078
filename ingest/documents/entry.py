"""The log entry of a document.

Its body is canonical JSON ``{"document", "mediaType", "content", "at"?, "commit"?, "takeOver"?, "retire"?}``: the
source, how the content is written, the content, and what came with it (``ingest.documents.given``).
"""

from catalog.canonical import encode, sha256
from catalog.entry import EntryKind, LogEntry, Problem
from catalog.instant import effective_instant, format_instant, order_key
from catalog.statement import STATIC_RANK
from ingest.documents.given import Given
from ingest.problems import Code


def document_entry(
    source: str, media_type: str, content: str, given: Given, *, received_ns: int, actor: str | None
) -> LogEntry:
    """The entry, with the problem that its time lies in the future where it does."""
    body = encode({"document": source, "mediaType": media_type, "content": content, **given.said})
    hash_ = sha256(body)
    effective = received_ns if given.at_ns is None else effective_instant(given.at_ns, received_ns)
    key = order_key(effective, STATIC_RANK, hash_)
    future = () if given.at_ns in (None, effective) else (_future(given.at_ns),)
    return LogEntry(hash_, EntryKind.DOCUMENT, key, received_ns, body, problems=future, actor=actor)


def _future(at_ns: int) -> Problem:
    message = f"The time {format_instant(at_ns)} lies in the future: the time of receipt counts."
    return Problem(Code.EVENT_TIME_FUTURE, "$.at", message, lost=False)
