"""Receipts: what became of every event, and the event as it was stored."""

import re
from typing import Annotated, TypeAlias

import strawberry

from api.graphql import words
from api.graphql.asking import Info
from api.graphql.errors import bad_input
from api.graphql.explain import EventEffects
from api.graphql.paging import After, First, Page, check_first, cursor, edges_and_info, position_of
from api.graphql.scalars import Instant
from api.graphql.words import described
from catalog.entry import EntryKind, LogEntry, Status
from catalog.evidence import entry_of
from catalog.identity import kind_of
from catalog.instant import instant_of
from catalog.receipts import ProblemCount as Counted
from catalog.receipts import ReceiptFilter as Wanted
from catalog.receipts import problem_counts, receipts
from ingest.problems import Code

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
        "CURATION": "What somebody has curated: an owner or a tag, for example.",
        "COMMAND": "A command of an operator: to forget something, for example.",
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

    @described(
        "What the event names as its producer, at most 500 characters of it; null where it names none."
    )
    def producer(self) -> str | None:
        return self.entry.producer

    @described("What it did to the graph, as the histories tell it now.")
    async def effects(self, info: Info) -> EventEffects:
        return EventEffects(found=await info.context.loaders.effects(self.entry))


@strawberry.type(description="How many events of the log have a status.")
class ReceiptCount:
    status: Status = strawberry.field(description="The status.")
    count: int = strawberry.field(description="How many events have it.")


@strawberry.input(description="Which receipts: those that are all of this.")
class ReceiptFilter:
    status: Status | None = strawberry.field(default=None, description="What became of the event.")
    producer: str | None = strawberry.field(
        default=None, description="What it names as its producer, exactly."
    )
    code: str | None = strawberry.field(default=None, description="The code of one of its problems.")
    kind: EntryKind | None = strawberry.field(default=None, description="What the event is.")
    job: strawberry.ID | None = strawberry.field(
        default=None, description="The id or key of the job that it is about."
    )
    dataset: strawberry.ID | None = strawberry.field(
        default=None, description="The id or key of a dataset that it names."
    )
    since: Instant | None = strawberry.field(
        default=None, description="It counts from this instant or later."
    )
    until: Instant | None = strawberry.field(
        default=None, description="It counts from this instant or earlier."
    )
    text: str | None = strawberry.field(
        default=None, description="Its body has this text, in small or large letters."
    )


@strawberry.type(description="How many events from a producer have a problem.")
class ProblemCount:
    producer: str | None = strawberry.field(description="What they name as their producer.")
    code: str = strawberry.field(description="The code of the problem.")
    status: Status = strawberry.field(description="What became of them.")
    lost: bool = strawberry.field(description="Whether a part of them was not applied for it.")
    count: int = strawberry.field(description="How many they are.")

    @classmethod
    def of(cls, counted: Counted) -> "ProblemCount":
        """As the schema shows it."""
        return cls(
            producer=counted.producer,
            code=counted.code,
            status=counted.status,
            lost=counted.lost,
            count=counted.count,
        )


FilterArgument: TypeAlias = Annotated[
    ReceiptFilter | None, strawberry.argument(description="Which receipts; left out: all.")
]


@strawberry.type(description="The events that were kept, but of which nothing was applied.")
class Quarantine:
    @described("How many they are.")
    async def total_count(self, info: Info) -> int:
        counts = await info.context.ask(lambda reader: reader.entry_counts())
        return counts.get(Status.QUARANTINED, 0)

    @described("Why they are there: by producer and problem, the most frequent first.")
    async def reasons(self, info: Info, first: First = 100) -> list[ProblemCount]:
        return await problem_page(info, Status.QUARANTINED, first)

    @described("Their receipts, the latest first.")
    async def receipts(
        self, info: Info, filter: FilterArgument = None, first: First = 20, after: After = None
    ) -> Page[Receipt]:
        return await receipt_page(info, first, after, filter, Status.QUARANTINED)


async def problem_page(info: Info, status: Status | None, first: int) -> list[ProblemCount]:
    """What is wrong with events, by producer and problem."""
    check_first(first)
    found = await info.context.ask(lambda reader: problem_counts(reader, Code, status))
    return [ProblemCount.of(counted) for counted in found[:first]]


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


async def receipt_page(
    info: Info, first: int, after: str | None, wanted: ReceiptFilter | None, status: Status | None
) -> Page[Receipt]:
    """A page of the log, the latest first; where few match it ends early, and its end cursor goes on from there."""
    check_first(first)
    behind = None
    if after is not None:
        _, order_key, hash_ = position_of(after, str, str, str)
        behind = (str(order_key), str(hash_))
    where = _wanted(info, wanted, status)
    if where is None:
        return Page(edges=[], page_info=edges_and_info([], [], False, after)[1])
    found = await info.context.ask(lambda reader: receipts(reader, where, behind, first))
    shown = [Receipt(entry=entry) for entry in found.entries]
    cursors = [cursor("log", entry.order_key, entry.hash) for entry in found.entries]
    edges, page_info = edges_and_info(shown, cursors, found.behind is not None, after)
    if found.behind is not None:
        page_info.end_cursor = cursor("log", *found.behind)
    return Page(edges=edges, page_info=page_info)


def _wanted(info: Info, said: ReceiptFilter | None, status: Status | None) -> Wanted | None:
    """The filter as the catalog takes it; None: nothing can be of two statuses."""
    if said is None:
        return Wanted(status=status)
    if status is not None and said.status not in (None, status):
        return None
    keys = {kind: None if id_ is None else info.context.key(id_) for kind, id_ in _named(said)}
    for kind, key in keys.items():
        if key is not None and kind_of(key) != kind:
            raise bad_input(f"filter.{kind} is no id of a {kind}.")
    return Wanted(
        status=said.status or status,
        producer=said.producer,
        code=said.code,
        kind=said.kind,
        job=keys["job"],
        dataset=keys["dataset"],
        since=said.since,
        until=said.until,
        text=said.text,
    )


def _named(said: ReceiptFilter) -> tuple[tuple[str, str | None], ...]:
    return ("job", said.job), ("dataset", said.dataset)


async def receipt_counts(info: Info) -> list[ReceiptCount]:
    """The log by status."""
    counts = await info.context.ask(lambda reader: reader.entry_counts())
    return [ReceiptCount(status=status, count=counts[status]) for status in Status if status in counts]
