"""Log entries and their receipts: what was accepted, when, and what became of it.

The graph is a pure function of the set of log entries (design §4).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class EntryKind(StrEnum):
    """What a log entry is. OpenLineage events are told apart by shape; the others say what they are."""

    RUN_EVENT = "RunEvent"
    JOB_EVENT = "JobEvent"
    DATASET_EVENT = "DatasetEvent"
    DOCUMENT = "Document"
    SNAPSHOT = "Snapshot"
    COMMAND = "Command"
    CURATION = "Curation"
    UNRECOGNISED = "Unrecognised"


class Status(StrEnum):
    """What became of an entry. Received = applied + partial + quarantined + duplicate + rejected."""

    APPLIED = "applied"
    PARTIAL = "partial"
    QUARANTINED = "quarantined"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing set aside or assumed: what (``code``), where (JSON path), why.

    ``lost`` tells if a part was not applied.
    """

    code: str
    path: str
    message: str
    lost: bool = True


MAX_PRODUCER = 500


@dataclass(frozen=True, slots=True)
class LogEntry:
    """An accepted event, document, curation or command as stored: identity is the SHA-256 of its canonical JSON.

    ``received_ns`` is the time of first receipt. ``order_key`` sorts as (effective time, rank, hash). ``producer`` is
    what the event names as its producer, at most MAX_PRODUCER characters of it: stores index it.
    """

    hash: str
    kind: EntryKind
    order_key: str
    received_ns: int
    body: str
    status: Status = Status.APPLIED
    problems: tuple[Problem, ...] = ()
    actor: str | None = None
    producer: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer for one event of one request. ``took``: of a command that takes away, how much, by what it counts (see
    ``catalog.taken``); of several that were applied at once the last one tells it."""

    hash: str
    kind: EntryKind
    status: Status
    problems: tuple[Problem, ...] = field(default=())
    took: Mapping[str, int] | None = None
