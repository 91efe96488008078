"""Where ``meshline ingest`` sends events: a store, or a running service; either gives one outcome for each."""

import time
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import Future
from typing import TypeAlias

import msgspec

from api.client import ServiceClient
from api.errors import ServiceError
from api.receipts import EventReceipt, event_receipt
from catalog.entry import LogEntry, Receipt, Status
from catalog.projection import Projection
from catalog.store.port import Store, batched
from ingest.derivation.settle import settle
from ingest.errors import Rejected
from ingest.event import recognise
from ingest.files import Found
from ingest.pipeline import Ingest, Limits
from ingest.redaction import DEFAULT, Redaction
from ingest.replay import interpret_again

Sent: TypeAlias = tuple[Found, EventReceipt | Rejected]
"""An event and what became of it."""

_WINDOW = 2
"""Batches that are under way at once: one is written while the next is read."""
_PATIENCE_S = 60
_MAX_POST_BYTES = 16 * 1024 * 1024

_any = msgspec.json.Decoder(msgspec.Raw)


def into_store(
    store: Store,
    events: Iterable[Found],
    batch: int,
    actor: str | None = None,
    redaction: Redaction = DEFAULT,
) -> Iterator[Sent]:
    """Apply events to a store, ``batch`` to a transaction, and derive lineage from their SQL at the end.

    Raises StoreUnavailable; what was yielded is kept.
    """
    ingest = Ingest(
        Projection(store, interpret_again),
        limits=Limits(batch_entries=batch, waiting_entries=batch * _WINDOW + 1),
        redaction=redaction,
    )
    waiting: deque[tuple[Found, Future[Receipt]]] = deque()
    try:
        for found in events:
            try:
                waiting.append((found, ingest.receive(found.data, actor)))
            except Rejected as error:
                yield found, error
            if len(waiting) >= batch * _WINDOW:
                yield from _committed(waiting, batch)
        yield from _committed(waiting, len(waiting))
    finally:
        ingest.close()
    settle(store)


def nowhere(
    store: Store | None, events: Iterable[Found], batch: int, redaction: Redaction = DEFAULT
) -> Iterator[Sent]:
    """What would become of events, and change nothing. ``store``: where they would go; None: it is not there yet.

    Each is recognised, and looked for in the log and among those before it. What only the applying of an event would
    show (the catalog fails on it) is not told.
    """
    known: set[bytes] = set()
    for some in batched(events, batch):
        said: list[tuple[Found, LogEntry | Rejected]] = []
        for found in some:
            try:
                entry, _ = recognise(found.data, received_ns=time.time_ns(), redaction=redaction)
            except Rejected as error:
                said.append((found, error))
            else:
                said.append((found, entry))
        hashes = [one.hash for _, one in said if isinstance(one, LogEntry)]
        stored = _stored(store, hashes)
        for found, one in said:
            if isinstance(one, Rejected):
                yield found, one
                continue
            digest = bytes.fromhex(one.hash)
            status = Status.DUPLICATE if one.hash in stored or digest in known else one.status
            known.add(digest)
            yield found, EventReceipt(status, one.hash, one.kind, one.problems)


def _stored(store: Store | None, hashes: list[str]) -> Collection[str]:
    if store is None:
        return ()
    with store.read() as reader:
        return reader.entries(hashes).keys()


def _committed(waiting: deque[tuple[Found, Future[Receipt]]], count: int) -> Iterator[Sent]:
    for _ in range(count):
        found, future = waiting.popleft()
        yield found, event_receipt(future.result())


def to_service(client: ServiceClient, events: Iterable[Found], batch: int) -> Iterator[Sent]:
    """Post events to a service, at most ``batch`` to a request. Raises ServiceError.

    What is not strict JSON would spoil the list of a batch, so it is posted alone.
    """
    for some in batched(events, batch):
        strict = [found for found in some if _is_strict(found.data)]
        for part in _of_bounded_size(strict):
            yield from _posted(client, part)
        for found in some:
            if not _is_strict(found.data):
                yield found, _posted_alone(client, found.data)


def _is_strict(data: bytes) -> bool:
    try:
        _any.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def _of_bounded_size(events: list[Found]) -> Iterator[list[Found]]:
    part: list[Found] = []
    size = 0
    for found in events:
        if part and size + len(found.data) > _MAX_POST_BYTES:
            yield part
            part, size = [], 0
        part.append(found)
        size += len(found.data)
    if part:
        yield part


def _posted(client: ServiceClient, events: list[Found]) -> Iterator[Sent]:
    """Post until each event is kept or rejected for ever; those that may succeed later are sent again."""
    deadline = time.monotonic() + _PATIENCE_S
    while events:
        answer = client.post_batch([found.data for found in events])
        failed = {event.index: event for event in answer.failed_events}
        again: list[Found] = []
        for index, (found, receipt) in enumerate(zip(events, answer.receipts, strict=True)):
            if receipt is not None:
                yield found, receipt
            elif failed[index].retriable:
                again.append(found)
            else:
                yield found, _rejected(failed[index].code, failed[index].reason)
        events = again
        if events and time.monotonic() > deadline:
            raise ServiceError(f"{client.url} could not keep {len(events)} events.", "Send the same later.")


def _posted_alone(client: ServiceClient, data: bytes) -> EventReceipt | Rejected:
    try:
        return client.post_event(data)
    except ServiceError as error:
        if error.status in (400, 413):
            return _rejected(error.code, error.message)
        raise


def _rejected(code: str, message: str) -> Rejected:
    rejected = Rejected(message, "")
    rejected.code = code
    return rejected
