"""The pipeline: events in, receipts out, many events to a transaction.

Callers recognise events in their own threads; one writer thread commits whatever waits, so that the cost of a
commit is shared (group commit). A receipt means that the event and its effects are committed.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias

from catalog.entry import LogEntry, Problem, Receipt, Status
from catalog.errors import Refused, StoreUnavailable
from catalog.statement import NOTHING, Statements
from ingest.counts import Counts
from ingest.decode import MAX_EVENT_BYTES
from ingest.errors import Closing, NotKept, Overloaded, Rejected
from ingest.event import recognise
from ingest.problems import Code
from ingest.redaction import DEFAULT, Redaction

log = logging.getLogger(__name__)


Said: TypeAlias = tuple[LogEntry, Statements]
Outcome: TypeAlias = Receipt | StoreUnavailable | NotKept | Refused
"""What became of an event: its receipt, or why nothing of it was stored."""

MAX_REFUSALS = 12
"""After this many a batch is given up: enough to find one event in 256 that is too much for the store."""


class Projects(Protocol):
    """What the pipeline writes to: ``catalog.projection.Projection``."""

    def apply(self, batch: Sequence[Said]) -> list[Receipt]:
        """Apply entries in one transaction; one receipt each, in their order. Raises StoreUnavailable.

        An empty batch asks whether the store takes a transaction now.
        """


def apply_or_quarantine(projection: Projects, batch: Sequence[Said]) -> list[Outcome]:
    """Apply entries, in one transaction if they can be; what became of each, in their order.

    What one entry breaks breaks that entry alone: a batch that fails is tried again in halves, down to the entry
    that fails by itself, the poison, which is quarantined with the reason. A batch that the store refuses
    (StoreUnavailable, or too little memory) may be too much for it, and is halved too; never is an entry
    quarantined for that. When the store takes no transaction at all, or has refused MAX_REFUSALS times,
    the rest fails at once.
    """
    outcomes = _Attempts(projection).store(batch)
    failures = [outcome for outcome in outcomes if not isinstance(outcome, Receipt | Refused)]
    if failures:
        log.warning("%d of %d events were not stored: %s", len(failures), len(batch), failures[-1])
    return outcomes


class _Attempts:
    """The attempts to store one batch, and what the store refused of them."""

    def __init__(self, projection: Projects) -> None:
        self._projection = projection
        self._refusals: list[StoreUnavailable] = []
        self._in_doubt = False  # the latest attempt was refused: is the store away, or was it too much?
        self._away = False

    def store(self, batch: Sequence[Said]) -> list[Outcome]:
        """What became of each entry."""
        if self._is_away():
            return [self._refusals[-1]] * len(batch)
        if len(batch) > 1 and any(said.guard is not None for _, said in batch):
            return [outcome for part in _parts(batch) for outcome in self.store(part)]
        tried = self._apply(batch)
        if isinstance(tried, list):
            return [*tried]
        if len(batch) > 1:
            log.warning("A batch of %d events failed; it is tried in halves: %r", len(batch), tried)
            middle = len(batch) // 2
            return self.store(batch[:middle]) + self.store(batch[middle:])
        if isinstance(tried, StoreUnavailable | Refused):
            return [tried]
        return [self._quarantine(batch[0][0], tried)]

    def _is_away(self) -> bool:
        if self._in_doubt and not self._away:
            self._in_doubt = False
            self._away = len(self._refusals) >= MAX_REFUSALS or not isinstance(self._apply([]), list)
        return self._away

    def _apply(self, batch: Sequence[Said]) -> list[Receipt] | Exception:
        try:
            return self._projection.apply(batch)
        except MemoryError:
            refusal = StoreUnavailable("Too little memory to store this now.", "Send it again later.")
        except StoreUnavailable as error:
            refusal = error
        except Refused as error:
            return error
        except Exception as error:  # whatever one event breaks must break that event alone
            return error
        self._refusals.append(refusal)
        self._in_doubt = True
        return refusal

    def _quarantine(self, entry: LogEntry, cause: Exception) -> Outcome:
        log.error("The event %s cannot be applied; it is quarantined.", entry.hash, exc_info=cause)
        message = f"The catalog failed on this event ({type(cause).__name__}); the log has more."
        problems = (*entry.problems, Problem(Code.APPLY_FAILED, "$", message))
        tried = self._apply([(replace(entry, status=Status.QUARANTINED, problems=problems), NOTHING)])
        if isinstance(tried, list):
            return tried[0]
        if isinstance(tried, StoreUnavailable):
            return tried
        log.error("The event %s cannot even be quarantined.", entry.hash, exc_info=tried)
        return NotKept(f"The event {entry.hash} could not be stored.")


def _parts(batch: Sequence[Said]) -> Iterator[Sequence[Said]]:
    """Those with a guard alone, each after what came before it is written; the others together."""
    start = 0
    for place, (_, said) in enumerate(batch):
        if said.guard is not None:
            if start < place:
                yield batch[start:place]
            yield batch[place : place + 1]
            start = place + 1
    if start < len(batch):
        yield batch[start:]


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
        redaction: Redaction = DEFAULT,
    ) -> None:
        self.counts = counts or Counts()
        self.limits = limits or Limits()
        self._projection = projection
        self._clock = clock
        self._redaction = redaction
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
            said = self.recognise(data, self._clock(), actor)
        except Rejected:
            self.counts.reject()
            raise
        return self.submit(*said)

    def recognise(self, data: bytes | str, received_ns: int, actor: str | None = None) -> Said:
        """The log entry of an event and what it says, by the bounds and the redaction set here. Raises Rejected."""
        return recognise(
            data,
            received_ns=received_ns,
            actor=actor,
            max_bytes=self.limits.event_bytes,
            redaction=self._redaction,
        )

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
        outcomes = apply_or_quarantine(
            self._projection, [(waiting.entry, waiting.statements) for waiting in batch]
        )
        for waiting, outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, Receipt):
                self._succeed(waiting, outcome)
            else:
                _fail(waiting, outcome)

    def _succeed(self, waiting: _Waiting, receipt: Receipt) -> None:
        self.counts.keep(receipt.status)
        if not waiting.future.cancelled():
            waiting.future.set_result(receipt)


def _fail(waiting: _Waiting, error: Exception) -> None:
    if not waiting.future.cancelled():
        waiting.future.set_exception(error)
