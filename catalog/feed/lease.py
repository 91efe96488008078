"""Leases: of several processes on one store, one follows the graph and sends to webhooks, and one keeps verdicts.

It says so in a record, anew while it lives. What it writes meanwhile it writes only while the lease is its own, so that
one that was held up for long does no harm.
"""

import json
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass

from catalog.feed.log import LOCK
from catalog.store.port import ChangeSet, Reader, Space, Store, Transaction

LEASE_NS = 10 * 10**9
"""So long after it was last heard of, another process takes over."""


@dataclass(frozen=True, slots=True)
class Post:
    """What one process at a time does. ``lock``: what is held while something is written for it; ``space`` and
    ``address``: of the record of who does it."""

    lock: str = LOCK
    space: Space = Space.FEED
    address: tuple[str, str] = ("feed", "lease")


FEED = Post()


class LeaseLost(Exception):
    """Another process has taken over."""


class Lease:
    """The lease of one post on one store, for one process; safe for several threads."""

    def __init__(self, store: Store, clock: Callable[[], int], post: Post = FEED) -> None:
        self._post = post
        self._store = store
        self._clock = clock
        self._owner = secrets.token_hex(8)
        self._renewed_ns = 0
        self._taking = threading.Lock()

    def hold(self) -> bool:
        """Take the lease or keep it: whether it is ours. Something is written every third of its time at most."""
        with self._taking:
            return self._hold()

    def _hold(self) -> bool:
        now = self._clock()
        if now - self._renewed_ns < LEASE_NS // 3:
            return True
        with self._store.read() as reader:
            owner, until = self._read(reader)
        if owner not in (self._owner, "") and now < until:
            return False
        return self._store.write(self._take)

    def _take(self, transaction: Transaction) -> bool:
        transaction.lock((self._post.lock,))
        now = self._clock()
        owner, until = self._read(transaction)
        if owner not in (self._owner, "") and now < until:
            return False
        text = json.dumps([self._owner, now + LEASE_NS])
        transaction.apply(ChangeSet(records={(self._post.space, *self._post.address): text}))
        self._renewed_ns = now
        return True

    def require(self, transaction: Transaction) -> None:
        """Raises LeaseLost. Who must not meet another process at all holds the lock of the feed."""
        if self._read(transaction)[0] != self._owner:
            self._renewed_ns = 0
            raise LeaseLost

    def give_back(self) -> None:
        """Let another process take over at once."""
        self._renewed_ns = 0
        self._store.write(self._end)

    def _end(self, transaction: Transaction) -> None:
        transaction.lock((self._post.lock,))
        if self._read(transaction)[0] == self._owner:
            transaction.apply(ChangeSet(records={(self._post.space, *self._post.address): None}))

    def _read(self, reader: Reader) -> tuple[str, int]:
        """Who has it, and until when; "": nobody."""
        address = self._post.address
        text = reader.records(self._post.space, (address,)).get(address)
        if text is None:
            return "", 0
        owner, until = json.loads(text)
        return owner, until
