"""Dead letters: what came over a source that cannot be told "no", and is no event. It is kept, in quarantine."""

import base64

from catalog.canonical import encode, plain, sha256
from catalog.entry import EntryKind, LogEntry, Problem, Status
from catalog.instant import order_key
from catalog.statement import STATIC_RANK
from ingest.errors import Rejected
from ingest.secrets import hide


def dead_letter(
    data: bytes, source: str, error: Rejected, *, received_ns: int, actor: str | None = None
) -> LogEntry:
    """The log entry of bytes that no event could be read from.

    Its body is ``{"source", "text"}``, or ``"base64"`` where the bytes are no UTF-8. ``source`` names where they came
    from (topic, partition and offset), so that the same delivery twice is one entry. User info in URIs is taken out
    of a text, behind the hash, as it is of events.
    """
    try:
        text = data.decode()
        sent, kept = {"text": text}, {"text": hide(text)}
    except UnicodeDecodeError:
        sent = kept = {"base64": base64.b64encode(data).decode()}
    entry_hash = sha256(encode({"source": source, **sent}))
    body = encode({"source": source, **kept})
    return LogEntry(
        hash=entry_hash,
        kind=EntryKind.UNRECOGNISED,
        order_key=order_key(received_ns, STATIC_RANK, entry_hash),
        received_ns=received_ns,
        body=body,
        status=Status.QUARANTINED,
        problems=(Problem(error.code, "$", error.message),),
        actor=actor,
    )


def content_of(entry: LogEntry) -> bytes:
    """The bytes as they are kept. Raises KeyError for an entry that is no dead letter."""
    body = plain(entry.body)
    return base64.b64decode(body["base64"]) if "base64" in body else str(body["text"]).encode()
