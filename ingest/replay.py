"""Replay: the graph again, from the log alone (design §4: the graph is a pure function of the log)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from catalog.canonical import sha256
from catalog.command import given
from catalog.entry import EntryKind, LogEntry, Problem, Receipt, Status
from catalog.statement import NOTHING, Statements
from catalog.store.port import Reader, Store, batched
from ingest.command import interpret_command
from ingest.curation import interpret_curation
from ingest.documents.stored import interpret_stored
from ingest.errors import Rejected
from ingest.event import recognise
from ingest.pipeline import Projects, apply_or_quarantine
from ingest.problems import Code
from ingest.redaction import EVERYTHING_KEPT
from ingest.snapshot import interpret_snapshot

PAGE = 256


Progress: TypeAlias = Callable[[int], None]
"""Hears how many entries have been replayed."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many entries were interpreted again, and how many of them are quarantined now."""

    entries: int = 0
    quarantined: int = 0

    def __add__(self, other: "Replayed") -> "Replayed":
        return Replayed(self.entries + other.entries, self.quarantined + other.quarantined)


def replay(source: Store, target: Projects, progress: Progress | None = None) -> Replayed:
    """Interpret every log entry of a store again and apply it to another.

    The time of first receipt, the actor and the body are the stored ones. An entry that the catalog fails on is
    quarantined in the target, with the reason, and the replay goes on.
    Raises StoreUnavailable or NotKept; what was applied until then stays, and a second replay completes it.
    """
    return replay_entries(_stored(source), target, progress)


def replay_view(source: Reader, target: Projects, progress: Progress | None = None) -> Replayed:
    """The same for the log as one reader sees it."""
    return replay_entries(_seen(source), target, progress)


def replay_entries(
    entries: Iterable[LogEntry], target: Projects, progress: Progress | None = None
) -> Replayed:
    """Interpret log entries again and apply them."""
    done = Replayed()
    for batch in batched(entries, PAGE):
        said = [interpret_again(entry) for entry in batch]
        for (entry, _), outcome in zip(said, apply_or_quarantine(target, said), strict=True):
            if not isinstance(outcome, Receipt):
                raise outcome
            # A duplicate has the status of its own arrival; what is kept of it was told by its first.
            status = entry.status if outcome.status is Status.DUPLICATE else outcome.status
            done += Replayed(1, int(status is Status.QUARANTINED))
        if progress is not None:
            progress(done.entries)
    return done


def _stored(source: Store) -> Iterator[LogEntry]:
    """All log entries as they took effect, a page at a time: to append to a history costs least.

    Commands come first: what they cover is then never there, so that they have nothing to take back.
    """
    with source.read() as reader:
        yield from sorted(reader.entries({one.hash for one in given(reader)}).values(), key=_order)
    after: tuple[str, str] | None = None
    while True:
        with source.read() as reader:
            page = reader.log_in_order(after, PAGE)
        yield from (entry for entry in page if entry.kind is not EntryKind.COMMAND)
        if len(page) < PAGE:
            return
        after = (page[-1].order_key, page[-1].hash)


def _seen(reader: Reader) -> Iterator[LogEntry]:
    after: tuple[str, str] | None = None
    while page := reader.log_in_order(after, PAGE):
        yield from page
        after = (page[-1].order_key, page[-1].hash)


def _order(entry: LogEntry) -> str:
    return entry.order_key


def interpret_again(stored: LogEntry) -> tuple[LogEntry, Statements]:
    """What a stored entry says today. One that is no event any more is kept as quarantined.

    An entry of which something was forgotten, or never stored, stays what it was, without that.
    """
    if not stored.body:
        return stored, NOTHING
    if stored.kind is EntryKind.DOCUMENT:
        return interpret_stored(stored)
    if stored.kind is EntryKind.CURATION:
        return interpret_curation(stored)
    if stored.kind is EntryKind.COMMAND:
        return interpret_command(stored)
    if stored.kind is EntryKind.UNRECOGNISED:
        return stored, NOTHING
    try:
        entry, statements = _read_again(stored)
    except Rejected as error:
        problem = Problem(error.code, "$", error.message)
        return replace(stored, status=Status.QUARANTINED, problems=(problem,)), NOTHING
    if sha256(stored.body) != stored.hash:
        return stored, statements
    repaired = tuple(problem for problem in stored.problems if problem.code == Code.REPAIRED_JSON)
    return replace(entry, problems=repaired + entry.problems), statements


def _read_again(stored: LogEntry) -> tuple[LogEntry, Statements]:
    if stored.kind is EntryKind.SNAPSHOT:
        return interpret_snapshot(stored.body, stored.received_ns, stored.actor)
    return recognise(
        stored.body,
        received_ns=stored.received_ns,
        actor=stored.actor,
        max_bytes=len(stored.body) * 4 + 1,
        redaction=EVERYTHING_KEPT,
    )
