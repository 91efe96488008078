"""The pipeline: events in, receipts out, many events to a transaction.

Callers recognise events in their own threads; one writer thread commits whatever waits, so that the cost of a
commit is shared (group commit). A receipt means that the event and its effects are committed.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Protocol

from catalog.entry import LogEntry, Problem, Receipt, Status
from catalog.errors import StoreUnavailable
from catalog.statement import NOTHING, Statements
from ingest.counts import Counts
from ingest.decode import MAX_EVENT_BYTES
from ingest.errors import Closing, NotKept, Overloaded, Rejected
from ingest.event import recognise
from ingest.problems import Code

log = logging.getLogger(__name__)


class Projects(Protocol):
    """What the pipeline writes to: ``catalog.projection.Projection``."""

    def apply(self, batch: Sequence[tuple[LogEntry, Statements]]) -> list[Receipt]:
        """Apply entries in one transaction; one receipt each, in their order. Raises StoreUnavailable."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of the pipeline. Sizes are of canonical text; a single event may exceed ``batch_bytes``."""

    event_bytes: int = MAX_EVENT_BYTES
    batch_entries: int = 256
    batch_bytes: int = 8 * 1024 * 1024
    waiting_entries: int = 10_000
    waiting_bytes: int = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Waiting:
    entry: LogEntry
    statements: Statements
    future: Future[Receipt]


class Ingest:
    """Accepts events from any thread and commits them in groups from its own. Close it to drain it."""

    def __init__(
        self,
        projection: Projects,
        *,
        clock: Callable[[], int] = time.time_ns,
        limits: Limits | None = None,
        counts: Counts | None = None,
    ) -> None:
        self.counts = counts or Counts()
        self.limits = limits or Limits()
        self._projection = projection
        self._clock = clock
        self._queue: deque[_Waiting] = deque()
        self._queued_bytes = 0
        self._changed = threading.Condition()
        self._closing = False
        self._writer = threading.Thread(target=self._write, name="meshline-ingest", daemon=True)
        self._writer.start()

    def receive(self, data: bytes | str, actor: str | None = None) -> Future[Receipt]:
        """Recognise an event and queue it; the future has its receipt once it is committed.

        Raises Rejected (4xx; counted), Overloaded or Closing (503). The future raises StoreUnavailable or
        NotKept (503).
        """
        try:
            said = recognise(data, received_ns=self._clock(), actor=actor, max_bytes=self.limits.event_bytes)
        except Rejected:
            self.counts.reject()
            raise
        return self.submit(*said)

    def submit(self, entry: LogEntry, statements: Statements) -> Future[Receipt]:
        """Queue a recognised event. Raises Overloaded, Closing."""
        waiting = _Waiting(entry, statements, Future())
        with self._changed:
            if self._closing:
                raise Closing("The service is stopping.")
            if self._is_full(len(entry.body)):
                raise Overloaded(f"{len(self._queue)} events wait to be stored.")
            self._queue.append(waiting)
            self._queued_bytes += len(entry.body)
            self._changed.notify()
        return waiting.future

    @property
    def depth(self) -> int:
        """How many events wait now."""
        return len(self._queue)

    def close(self) -> None:
        """Accept nothing more, commit what waits, and stop."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._writer.join()

    def _is_full(self, size: int) -> bool:
        too_many = len(self._queue) >= self.limits.waiting_entries
        return too_many or (bool(self._queue) and self._queued_bytes + size > self.limits.waiting_bytes)

    def _write(self) -> None:
        while batch := self._next_batch():
            for waiting in batch:
                waiting.future.set_running_or_notify_cancel()  # from here on the caller cannot cancel
            self._commit(batch)

    def _next_batch(self) -> list[_Waiting]:
        """What waits, up to the bounds of a batch; empty only when the pipeline is closed and drained."""
        with self._changed:
            while not self._queue and not self._closing:
                self._changed.wait()
            batch: list[_Waiting] = []
            size = 0
            while self._queue and len(batch) < self.limits.batch_entries:
                size += len(self._queue[0].entry.body)
                if batch and size > self.limits.batch_bytes:
                    break
                batch.append(self._queue.popleft())
            self._queued_bytes -= sum(len(waiting.entry.body) for waiting in batch)
            return batch

    def _commit(self, batch: list[_Waiting]) -> None:
        try:
            receipts = self._projection.apply([(waiting.entry, waiting.statements) for waiting in batch])
        except StoreUnavailable as error:
            log.warning("%d events were not stored: %s", len(batch), error)
            for waiting in batch:
                _fail(waiting, error)
        except Exception:  # whatever one event breaks must break that event alone
            self._commit_apart(batch)
        else:
            for waiting, receipt in zip(batch, receipts, strict=True):
                self._succeed(waiting, receipt)

    def _commit_apart(self, batch: list[_Waiting]) -> None:
        """After a batch failed: one event to a transaction; the one that fails alone is the poison."""
        if len(batch) > 1:
            log.exception("A batch of %d events failed; they are stored one by one.", len(batch))
            for waiting in batch:
                self._commit([waiting])
        else:
            log.exception("The event %s cannot be applied; it is quarantined.", batch[0].entry.hash)
            self._quarantine(batch[0])

    def _quarantine(self, poison: _Waiting) -> None:
        message = "The catalog failed on this event; the service's log has the cause under the event's hash."
        problem = Problem(Code.APPLY_FAILED, "$", message)
        problems = (*poison.entry.problems, problem)
        entry = replace(poison.entry, status=Status.QUARANTINED, problems=problems)
        try:
            [receipt] = self._projection.apply([(entry, NOTHING)])
        except StoreUnavailable as error:
            _fail(poison, error)
        except Exception:  # the writer thread must live
            log.exception("The event %s cannot even be quarantined.", entry.hash)
            _fail(poison, NotKept(f"The event {entry.hash} could not be stored."))
        else:
            self._succeed(poison, receipt)

    def _succeed(self, waiting: _Waiting, receipt: Receipt) -> None:
        self.counts.keep(receipt.status)
        if not waiting.future.cancelled():
            waiting.future.set_result(receipt)


def _fail(waiting: _Waiting, error: Exception) -> None:
    if not waiting.future.cancelled():
        waiting.future.set_exception(error)
