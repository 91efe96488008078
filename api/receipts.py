"""Answers to events over HTTP, one shape for the endpoint that writes them and the client that reads them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from catalog.entry import EntryKind, Problem, Receipt, Status
from catalog.errors import StoreUnavailable
from ingest.errors import Rejected, Unavailable

Outcome: TypeAlias = Receipt | Rejected | Unavailable | StoreUnavailable
"""What became of one event that was handed to the ingest."""


@dataclass(frozen=True, slots=True)
class EventReceipt:
    """What became of one event, its hash in the log, and what was set aside or assumed."""

    status: Status
    hash: str
    kind: EntryKind
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class CommandReceipt(EventReceipt):
    """What became of a command. ``took``: what one to forget or to retain took away, by kind of node, ``values`` (of
    facets, schemas, lineage), ``entries`` of the log and, of these, ``bodies``; None: it is no such command."""

    took: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a command would take away, as ``CommandReceipt`` counts it."""

    takes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class FailedEvent:
    """An event of a batch that was not kept; ``retriable`` when sending it again may succeed."""

    index: int
    reason: str
    retriable: bool
    code: str = "rejected"


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts of a batch: received = successful + failed, failed = retriable + non_retriable."""

    received: int
    successful: int
    failed: int
    retriable: int
    non_retriable: int


@dataclass(frozen=True, slots=True)
class BatchAnswer:
    """The spec's answer to a batch, with a receipt for each event in its order (None: it failed)."""

    status: str
    summary: Summary
    failed_events: list[FailedEvent]
    receipts: list[EventReceipt | None] = field(default_factory=list)


def event_receipt(receipt: Receipt) -> EventReceipt:
    """The receipt as it is answered."""
    return EventReceipt(receipt.status, receipt.hash, receipt.kind, receipt.problems)


def command_receipt(receipt: Receipt) -> CommandReceipt:
    """The receipt of a command as it is answered."""
    return CommandReceipt(receipt.status, receipt.hash, receipt.kind, receipt.problems, receipt.took)


def batch_answer(outcomes: Sequence[Outcome]) -> BatchAnswer:
    """The answer to a batch from what became of its events, in their order."""
    failed = [
        FailedEvent(index, str(outcome), not isinstance(outcome, Rejected), outcome.code)
        for index, outcome in enumerate(outcomes)
        if not isinstance(outcome, Receipt)
    ]
    retriable = sum(event.retriable for event in failed)
    received = len(outcomes)
    summary = Summary(received, received - len(failed), len(failed), retriable, len(failed) - retriable)
    receipts = [event_receipt(outcome) if isinstance(outcome, Receipt) else None for outcome in outcomes]
    return BatchAnswer("partial_success" if failed else "success", summary, failed, receipts)
