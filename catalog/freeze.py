"""The freeze of a store: while its graph is made anew in place, nobody else writes to it; reads go on.

It is one record. Every transaction that writes takes the lock of the graph's version at its end and looks there
(``catalog.changes.note_changes``): so once the record is committed, nothing of another writer is under way any more.

A freeze that is only *comparing* has changed nothing: when its owner dies, it ends with its time. One that is
*applying* lasts until a replay has completed, for the graph is half made anew.
"""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from catalog.errors import Frozen
from catalog.store.port import ChangeSet, Reader, Space, Store, Transaction

LEASE_NS = 60 * 10**9
"""A freeze that is comparing ends so long after its owner was last heard."""

ADDRESS = ("graph", "freeze")
LOCK = "~graph/version"
"""Locked last, and its key sorts behind all others: who holds it waits for nobody else."""


@dataclass(frozen=True, slots=True)
class _Record:
    owner: str
    until_ns: int
    applying: bool


def refuse_frozen(reader: Reader, now_ns: int) -> None:
    """Raises Frozen where another process makes the graph anew. Who is to write holds the lock."""
    record = _read(reader)
    if record is None:
        return
    if record.applying:
        raise Frozen("The graph of the store is being made anew, or that was interrupted.")
    if now_ns < record.until_ns:
        raise Frozen("The graph of the store is being made anew.")


class Freeze:
    """The freeze of one store by this process. ``thaw`` ends it."""

    def __init__(self, store: Store, clock: Callable[[], int]) -> None:
        """Freeze the store; what another process had begun to apply is taken over.

        Raises Frozen while another process is at it.
        """
        self._store = store
        self._clock = clock
        self._owner = secrets.token_hex(8)
        self._renewed_ns = clock()
        self.applying = store.write(self._take)

    def _take(self, transaction: Transaction) -> bool:
        transaction.lock((LOCK,))
        record = _read(transaction)
        if record is not None and self._clock() < record.until_ns:
            raise Frozen("Another process makes the graph of the store anew.")
        applying = record is not None and record.applying
        self._put(transaction, applying)
        return applying

    def renew(self) -> None:
        """Tell that this process lives; at most every third of the lease something is written."""
        if self._clock() - self._renewed_ns > LEASE_NS // 3:
            self._store.write(self.hold)

    def hold(self, transaction: Transaction, *, applying: bool | None = None) -> None:
        """Keep the freeze in a transaction of its owner. Raises Frozen where it was lost."""
        transaction.lock((LOCK,))
        record = _read(transaction)
        if record is None or record.owner != self._owner:
            raise Frozen("The freeze of the store was lost to another process.")
        self.applying = self.applying if applying is None else applying
        self._put(transaction, self.applying)

    def thaw(self) -> None:
        """Let others write again."""
        self._store.write(self._end)

    def _end(self, transaction: Transaction) -> None:
        self.hold(transaction)
        transaction.apply(ChangeSet(records={(Space.STATE, *ADDRESS): None}))

    def _put(self, transaction: Transaction, applying: bool) -> None:
        self._renewed_ns = self._clock()
        text = json.dumps([self._owner, self._renewed_ns + LEASE_NS, applying])
        transaction.apply(ChangeSet(records={(Space.STATE, *ADDRESS): text}))


def _read(reader: Reader) -> _Record | None:
    text = reader.records(Space.STATE, (ADDRESS,)).get(ADDRESS)
    return None if text is None else _Record(*json.loads(text))
