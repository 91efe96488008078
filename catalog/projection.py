"""The projection: applies a batch of log entries to a store in one transaction (design §4).

Reads what the entries touch (after locking it), folds, writes once. Any split of a set of entries into batches, in any
order and with any repetition, leaves the same graph.
"""

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from catalog.bodies import gone, late
from catalog.changes import note_changes
from catalog.command import Command, briefly, marked
from catalog.derivation.causes import note_forgotten, note_retold
from catalog.entry import LogEntry, Receipt, Status
from catalog.erasure import erase
from catalog.fold.batch import fold_batch
from catalog.fold.known import Said as Said  # who applies entries imports it from here
from catalog.fold.touched import touched
from catalog.fold.workspace import Workspace
from catalog.forget import FORGET
from catalog.forgetting import ReadAgain, forgets
from catalog.identity import kind_of
from catalog.orders import Orders
from catalog.retaining import retain
from catalog.retention import RETAIN, retains
from catalog.store.overlay import Overlay
from catalog.store.port import ChangeSet, Reader, Space, Store, Transaction
from catalog.taken import Taken

_GATE = "!commands/"
GATES = 64
"""Every batch locks one of so many gates, a command all of them: no batch that has not seen the command comes after it,
and batches of several processes seldom wait for each other. Their keys sort before all others, so that they are taken
first."""
GATE_KEYS = tuple(f"{_GATE}{number}" for number in range(GATES))
KNOWN_BLOBS = 50_000
"""How many digests of stored values a process remembers, so that repeats are not written again."""


class _Rehearsed(Exception):
    """Rolls a transaction back, when what it would do is known."""

    def __init__(self, taken: Taken) -> None:
        self.taken = taken


@dataclass(frozen=True, slots=True)
class _Applied:
    receipts: list[Receipt]
    blobs: set[str]
    taken: Taken


class Projection:
    """Applies entries to one store. Thread-safe as far as the store is."""

    def __init__(self, store: Store, read_again: ReadAgain | None = None) -> None:
        """``read_again``: how stored entries are read, for commands that take back what they said."""
        self._store = store
        self._read_again = read_again
        self._gate = f"{_GATE}{secrets.randbelow(GATES)}"
        self._known_blobs: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()

    def apply(self, batch: Sequence[Said]) -> list[Receipt]:
        """Apply entries in one transaction; one receipt each, in their order.

        Raises StoreUnavailable, or Refused for an entry with a guard (which comes alone), and then nothing was applied.
        """
        applied = self._store.write(self._work(batch))
        with self._lock:
            for digest in applied.blobs:
                self._known_blobs[digest] = None
                self._known_blobs.move_to_end(digest)
            while len(self._known_blobs) > KNOWN_BLOBS:
                self._known_blobs.popitem(last=False)
        return applied.receipts

    def rehearse(self, said: Said) -> Taken:
        """What a command would take away; nothing is changed."""

        def work(transaction: Transaction) -> Taken:
            workspace = Workspace(transaction, self._known_blobs)
            raise _Rehearsed(_apply(workspace, [said], self._read_again, GATE_KEYS).taken)

        try:
            return self._store.write(work)
        except _Rehearsed as rehearsed:
            return rehearsed.taken

    def check(self, said: Said) -> None:
        """Whether an entry would be taken now, as far as its guard decides that; nothing is changed. Raises Refused."""
        entry, statements = said

        def work(transaction: Transaction) -> None:
            if statements.guard is not None and not transaction.entries({entry.hash}):
                statements.guard(Workspace(transaction, self._known_blobs), entry, statements)
            raise _Rehearsed(Taken())

        with suppress(_Rehearsed):
            self._store.write(work)

    def _work(self, batch: Sequence[Said]) -> Callable[[Transaction], _Applied]:
        """What is done in the transaction of a batch."""

        def work(transaction: Transaction) -> _Applied:
            workspace = Workspace(transaction, self._known_blobs)
            commanded = any(said.command is not None for _, said in batch)
            return _apply(workspace, batch, self._read_again, GATE_KEYS if commanded else (self._gate,))

        return work


def ahead(reader: Reader, batch: Sequence[Said], read_again: ReadAgain | None = None) -> Overlay:
    """What a store would be after these entries, all read through one reader of it; nothing is changed, and no guard is
    asked. Raises Frozen."""
    overlay = Overlay(reader)
    _apply(Workspace(overlay), batch, read_again, GATE_KEYS[:1])
    return overlay


def _apply(
    work: Workspace, batch: Sequence[Said], read_again: ReadAgain | None, gates: Collection[str]
) -> _Applied:
    transaction = work.transaction
    work.lock({*gates, *touched(batch)})
    stored = transaction.entries({entry.hash for entry, _ in batch})
    receipts: list[Receipt] = []
    taken = Taken()
    fresh: dict[str, Said] = {}
    for entry, said in batch:
        duplicate = entry.hash in stored or entry.hash in fresh
        status = Status.DUPLICATE if duplicate else entry.status
        receipts.append(Receipt(entry.hash, entry.kind, status, entry.problems))
        if not duplicate:
            fresh[entry.hash] = (entry, said)
    for entry, said in fresh.values():
        if said.guard is not None:
            said.guard(work, entry, said)
    if fresh:
        come = [said.command for _, said in fresh.values() if said.command is not None]
        commands = [*briefly(transaction), *come]
        orders = Orders.of(commands)
        if come:
            work.records.update([marked(commands)])
        orders.ask(transaction, [(entry.order_key, said) for entry, said in fresh.values()])
        left = [
            (late(entry, said, orders, read_again), orders.left(entry, said, read_again))
            for entry, said in fresh.values()
        ]
        fold_batch(work, left, orders.horizon)
        if orders.forgets:
            note_retold(work, [key for key in touched(batch) if kind_of(key) == "job"])
        transaction.apply(work.changes())
        if come:
            taken = _take_back(Workspace(transaction, work.known_blobs), come, orders, read_again)
            receipts = _with_counts(receipts, come, taken)
        # Last: commands to forget take back what whole bodies say.
        _empty_late_bodies(work, [entry for entry, _ in left], orders, read_again)
        note_changes(transaction, work.touched_nodes() | taken.touched)
    elif not batch:  # somebody asks whether the store takes transactions
        note_changes(transaction, ())
    return _Applied(receipts, work.interned, taken)


def _empty_late_bodies(
    work: Workspace, fresh: Collection[LogEntry], orders: Orders, read_again: ReadAgain | None
) -> None:
    """Bodies behind the horizon of retention: of new entries, and of those whose last observation these replace."""
    if not orders.horizon or read_again is None:
        return
    places = {entry.order_key for entry in fresh if entry.order_key < orders.horizon}
    if places:
        places |= {
            at for (space, _, at), text in work.records.items() if space is Space.SIGHTING and not text
        }
        entries = list(work.transaction.entries_at(places).values())
        work.transaction.apply(ChangeSet(rewritten=gone(work.transaction, entries, orders, read_again)))


def _with_counts(receipts: Sequence[Receipt], come: Sequence[Command], taken: Taken) -> list[Receipt]:
    """The last of the commands that take away says how much went."""
    taking = [one.hash for one in come if one.name in (FORGET, RETAIN)]
    return [replace(one, took=taken.counts) if taking and one.hash == taking[-1] else one for one in receipts]


def _take_back(
    work: Workspace, come: Sequence[Command], orders: Orders, read_again: ReadAgain | None
) -> Taken:
    """Take back what commands cover that was there before them.

    All other writers wait: see GATES.
    """
    fresh, taken = forgets(come), Taken()
    if not fresh and not retains(come):
        return taken
    if read_again is None:
        raise ValueError("this projection cannot read entries again, and so take nothing back")
    if fresh:
        erase(work.transaction, fresh, orders, read_again, taken)
        note_forgotten(work, [one.scope for one in fresh])
        work.transaction.apply(work.changes())
    if retains(come):
        retain(work.transaction, orders, read_again, taken)
    return taken
