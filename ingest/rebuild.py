"""Verify and rebuild: a store is compared with what a replay of its log makes, and brought in line with it in place.

The replay goes into an empty store beside the live one. Then both are read in the same order, and what differs is told
(``verify``) or written to the live store (``rebuild``). Memory is bounded by a page of each; readers of the live store
go on all the while, and so do its writers until the comparing begins: from there on they are told to try again.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from catalog.changes import Position, position, take_version
from catalog.derivation.marks import is_settled
from catalog.difference import Difference, Part, differences
from catalog.entry import LogEntry
from catalog.errors import StoreUnavailable
from catalog.freeze import Freeze
from catalog.graph import Edge, Node
from catalog.projection import Projection
from catalog.store.port import ChangeSet, Reader, Record, Space, Store, Transaction, batched
from ingest.derivation.settle import settle
from ingest.replay import PAGE, Progress, Replayed, interpret_again, replay, replay_entries, replay_view

CHUNK = 20_000
"""Differences that one transaction writes. Where there are more, readers may meet a graph that is half made anew."""
ROUNDS = 3
SHOWN = 100


@dataclass(slots=True)
class Compared:
    """What became of a comparison. ``counts``: how many things differ; ``first``: the first SHOWN of them."""

    replayed: Replayed
    counts: Counter[Part] = field(default_factory=Counter)
    first: list[Difference] = field(default_factory=list)

    @property
    def is_same(self) -> bool:
        return not self.counts

    def note(self, difference: Difference) -> None:
        """Count a difference."""
        self.counts[difference.part] += 1
        if len(self.first) < SHOWN:
            self.first.append(difference)


def verify(live: Store, scratch: Store, progress: Progress | None = None) -> Compared:
    """Compare a store with a replay of its log into ``scratch``, an empty store.

    Changes nothing of ``live``, but that what waits to be derived is derived first.
    Where a store gives no view that stands still and is written to meanwhile, what came is caught up with, at most
    ROUNDS times. Raises StoreUnavailable when it never stood still.
    """
    target = Projection(scratch, interpret_again)
    done = Replayed()
    for number in range(ROUNDS):
        settle(live)
        with live.read() as reader:
            if not number:
                done = replay_view(reader, target, progress)
            before = _standing(reader)
            done += _catch_up(reader, scratch, target)
            settle(scratch)
            if not is_settled(reader):
                continue
            found = Compared(done)
            with scratch.read() as wanted:
                for difference in differences(reader, wanted):
                    found.note(difference)
            if found.is_same or _standing(reader) == before:
                return found
    raise StoreUnavailable("The store was written to all the time.", "Verify it when it is quiet.")


def rebuild(
    live: Store, scratch: Store, clock: Callable[[], int], progress: Progress | None = None
) -> Compared:
    """Make the graph of a store anew in place, from a replay of its log into ``scratch``, an empty store.

    Interrupted, it is to be run again: a store whose graph is half made anew takes no events until then.
    Raises StoreUnavailable, NotKept, and Frozen while another process does the same.
    """
    # What waits to be derived in the live store is not: it could not be while that is half made anew.
    target = Projection(scratch, interpret_again)
    done = replay(live, target, progress)
    with live.read() as reader:
        done += _catch_up(reader, scratch, target)
    settle(scratch)
    freeze = Freeze(live, clock)
    complete = False
    try:
        with live.read() as reader:
            done += _catch_up(reader, scratch, target)
        settle(scratch)
        found = Compared(done)
        with scratch.read() as wanted:
            _apply(live, wanted, freeze, found)
        complete = True
    finally:
        if complete or not freeze.applying:
            freeze.thaw()
    return found


def _apply(live: Store, wanted: Reader, freeze: Freeze, found: Compared) -> None:
    """Write what differs. A chunk is read in whole before it is written; what is written lies behind the reading."""
    with live.read() as reader:
        for chunk in batched(_renewing(differences(reader, wanted), freeze), CHUNK):
            for difference in chunk:
                found.note(difference)
            whole = len(chunk) < CHUNK and found.counts.total() == len(chunk)
            live.write(_Writing(chunk, freeze, applying=not whole))


def _renewing(found: Iterable[Difference], freeze: Freeze) -> Iterator[Difference]:
    for difference in found:
        freeze.renew()
        yield difference


@dataclass(frozen=True, slots=True)
class _Writing:
    """One transaction; may run more than once. ``applying``: it is not the only one."""

    chunk: list[Difference]
    freeze: Freeze
    applying: bool

    def __call__(self, transaction: Transaction) -> None:
        self.freeze.hold(transaction, applying=self.applying)
        transaction.apply(change_set(self.chunk))
        touched = {key for one in self.chunk for key in _touched(one)}
        if touched:
            take_version(transaction, touched)


def change_set(chunk: Iterable[Difference]) -> ChangeSet:
    """What makes the differences go."""
    nodes: dict[str, Node | None] = {}
    edges: dict[str, Edge] = {}
    dropped: dict[str, Edge] = {}
    records: dict[tuple[Space, str, str], str | None] = {}
    rewritten: list[LogEntry] = []
    for one in chunk:
        match one.want or one.have:
            case Node(key):
                nodes[key] = one.want if isinstance(one.want, Node) else None
            case Edge() as edge:
                (edges if one.want is not None else dropped)[edge.id] = edge
            case Record(space, partition, sort):
                records[space, partition, sort] = one.want.value if isinstance(one.want, Record) else None
            case LogEntry() as entry if one.want is not None:
                rewritten.append(entry)
    return ChangeSet(nodes, edges, records, rewritten=rewritten, dropped=dropped)


def _touched(one: Difference) -> tuple[str, ...]:
    match one.want or one.have:
        case Node(key):
            return (key,)
        case Edge(_, source, target):
            return (source, target)
    return ()


Standing: TypeAlias = tuple[Position, int]


def _standing(reader: Reader) -> Standing:
    """Another one after whatever is written, but for receipts and bookkeeping."""
    return position(reader), sum(reader.entry_counts().values())


def _catch_up(reader: Reader, scratch: Store, target: Projection) -> Replayed:
    """Replay what came since. Reads the log only where it is longer than that of the scratch."""
    with scratch.read() as known:
        behind = sum(reader.entry_counts().values()) - sum(known.entry_counts().values())
    return replay_entries(_missing(reader, scratch), target) if behind else Replayed()


def _missing(reader: Reader, scratch: Store) -> Iterator[LogEntry]:
    after: str | None = None
    while page := reader.log(after, PAGE):
        with scratch.read() as known:
            found = known.entries([entry.hash for entry in page])
        yield from (entry for entry in page if entry.hash not in found)
        after = page[-1].hash
