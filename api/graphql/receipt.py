"""Receipts: what became of every event, and the event as it was stored."""

import re

import strawberry

from api.graphql import words
from api.graphql.asking import Info
from api.graphql.errors import bad_input
from api.graphql.paging import First, Page, check_first, cursor, edges_and_info, key_after
from api.graphql.scalars import Instant
from api.graphql.words import described
from catalog.entry import EntryKind, LogEntry, Status
from catalog.evidence import entry_of
from catalog.instant import instant_of

_HASH = re.compile(r"[0-9a-f]{32,64}")

words.describe(
    EntryKind,
    "What a log entry is.",
    {
        "RUN_EVENT": "A run event: a run of a job changed its state or told something.",
        "JOB_EVENT": "A job event: lineage and facts of a job, without a run.",
        "DATASET_EVENT": "A dataset event: facts of a dataset, without a job.",
        "DOCUMENT": "A document: descriptions of things by people.",
        "SNAPSHOT": "A part of an export of another store, read back.",
        "UNRECOGNISED": "None of these; kept in quarantine.",
    },
)
words.describe(
    Status,
    "What became of an event.",
    {
        "APPLIED": "All of it was applied.",
        "PARTIAL": "It was applied, but for the parts that its problems name.",
        "QUARANTINED": "It was kept; nothing of it was applied.",
        "DUPLICATE": "It was there before; nothing changed. Answered to the sender, never stored.",
    },
)


@strawberry.type(description="One thing of an event that was set aside or assumed.")
class Problem:
    code: str = strawberry.field(description="What is wrong, for programs.")
    path: str = strawberry.field(description="Where in the event: a JSON path.")
    message: str = strawberry.field(description="What is wrong and what was done, for people.")
    lost: bool = strawberry.field(description="Whether a part of the event was not applied for it.")


@strawberry.type(description="What became of one event. Every event that was received has one.")
class Receipt:
    entry: strawberry.Private[LogEntry]

    @described("The SHA-256 of the event's canonical JSON: its identity in the log.")
    def hash(self) -> str:
        return self.entry.hash

    @described("What the event is.")
    def kind(self) -> EntryKind:
        return self.entry.kind

    @described("What became of it.")
    def status(self) -> Status:
        return self.entry.status

    @described("What was set aside or assumed.")
    def problems(self, first: First = 100) -> list[Problem]:
        return [
            Problem(code=one.code, path=one.path, message=one.message, lost=one.lost)
            for one in self.entry.problems[: check_first(first)]
        ]

    @described("How many problems it has.")
    def problem_count(self) -> int:
        return len(self.entry.problems)

    @described("The event as stored: its canonical JSON text.")
    def body(self) -> str:
        return self.entry.body

    @described("When it was first received.")
    def received_at(self) -> Instant:
        return Instant(self.entry.received_ns)

    @described("The time it counts from: its eventTime, but not later than five minutes after its receipt.")
    def effective_at(self) -> Instant:
        return Instant(instant_of(self.entry.order_key))

    @described("Who sent it; null where the service did not know.")
    def actor(self) -> str | None:
        return self.entry.actor


@strawberry.type(description="How many events of the log have a status.")
class ReceiptCount:
    status: Status = strawberry.field(description="The status.")
    count: int = strawberry.field(description="How many events have it.")


async def find_receipt(info: Info, hash_: str) -> Receipt | None:
    """The receipt of a full hash, or of the beginning of one that evidence names."""
    wanted = hash_.lower()
    if not _HASH.fullmatch(wanted):
        raise bad_input("hash has from 32 to 64 hex digits.")
    if len(wanted) == 64:
        entry = await info.context.loaders.entry(wanted)
    else:
        entry = await info.context.ask(lambda reader: entry_of(reader, wanted))
    return None if entry is None else Receipt(entry=entry)


async def receipt_page(info: Info, first: int, after: str | None, status: Status | None) -> Page[Receipt]:
    """A page of the log, by hash."""
    check_first(first)
    behind = key_after(after)
    found = await info.context.ask(lambda reader: reader.log(behind, first + 1, status))
    receipts = [Receipt(entry=entry) for entry in found[:first]]
    cursors = [cursor(receipt.entry.hash) for receipt in receipts]
    edges, page_info = edges_and_info(receipts, cursors, len(found) > first, after)
    return Page(edges=edges, page_info=page_info)


async def receipt_counts(info: Info) -> list[ReceiptCount]:
    """The log by status."""
    counts = await info.context.ask(lambda reader: reader.entry_counts())
    return [ReceiptCount(status=status, count=counts[status]) for status in Status if status in counts]
