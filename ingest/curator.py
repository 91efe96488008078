"""Curating: one person changes one aspect of one thing, if nobody has changed it meanwhile.

What is to be said follows from what is said now (to confirm a binding keeps the others), so it is read first. That it
still is so when it is written is checked there, behind the lock (``catalog.guard``): a change that was overtaken is
made anew, or refused where the caller named the version that it is for.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from catalog.curated import Curated, curated
from catalog.curation import Value
from catalog.curation_changes import NewValue
from catalog.curation_check import check_edges
from catalog.entry import LogEntry, Receipt
from catalog.errors import Conflict, Overtaken, StoreUnavailable, UnknownNode
from catalog.fold.workspace import Workspace
from catalog.identity import CurationId
from catalog.statement import Statements
from catalog.store.port import Store
from ingest.curation import Said, curation_entry

MAX_ATTEMPTS = 20
"""So often a change is made anew before it is given up: then very many change the same at once."""

Keep: TypeAlias = Callable[[Said], Receipt]
"""Stores an entry. Raises Overtaken for one whose guard says so, StoreUnavailable, or an Unavailable of ingest."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A change that somebody asks for. ``if_version``: only where that is the version now. ``makes``: its subject need
    not be there."""

    curation: CurationId
    value: NewValue
    actor: str | None = None
    why: str | None = None
    if_version: str | None = None
    makes: bool = False


@dataclass(frozen=True, slots=True)
class Granted:
    """What became of a wish: the version in force; ``changed``: whether it is a new one."""

    curated: Curated
    changed: bool


class Curator:
    """Changes curations of one store. Thread-safe."""

    def __init__(self, store: Store, keep: Keep, clock: Callable[[], int] = time.time_ns) -> None:
        self._store = store
        self._keep = keep
        self._clock = clock

    def grant(self, wish: Wish) -> Granted:
        """Do what a wish asks for. What is so already changes nothing.

        Raises Conflict, UnknownNode, InvalidCuration, StoreUnavailable, or an Unavailable of ingest.
        """
        for _ in range(MAX_ATTEMPTS):
            now, value = self._asked(wish)
            if value == now.value:
                return Granted(now, changed=False)
            entry, statements = self._said(wish, value, now)
            try:
                self._keep((entry, replace(statements, guard=_StillThe(now))))
            except Overtaken:
                continue
            found = Curated(wish.curation, value, entry.order_key, wish.actor, wish.why)
            return Granted(found, changed=True)
        raise StoreUnavailable("Too many change this at once.", "Try again later.")

    def _asked(self, wish: Wish) -> tuple[Curated, Value | None]:
        """The version in force, and the value that is to be."""
        with self._store.read() as reader:
            now = curated(reader, [wish.curation])[wish.curation]
            if wish.if_version is not None and wish.if_version != now.version:
                raise Conflict(now)
            subject = wish.curation.subject
            node = reader.nodes([subject]).get(subject)
            if not wish.makes and (node is None or node.properties.get("gone") is True):
                raise UnknownNode(f"Nothing has the key {subject}.")
            value = wish.value(reader, now)
            check_edges(reader, wish.curation, now.value, value)
        return now, value

    def _said(self, wish: Wish, value: Value | None, now: Curated) -> Said:
        received_ns = self._clock()
        at_ns = received_ns if now.at is None else max(received_ns, now.at + 1)
        return curation_entry(
            wish.curation, value, at_ns=at_ns, received_ns=received_ns, actor=wish.actor, why=wish.why
        )


@dataclass(frozen=True, slots=True)
class _StillThe:
    """The guard of a change: the version that it was made for is still in force."""

    version: Curated

    def __call__(self, work: Workspace, entry: LogEntry, said: Statements) -> None:
        now = curated(work.transaction, [self.version.curation])[self.version.curation]
        if now.order != self.version.order:
            raise Overtaken(f"Somebody has changed the {now.curation} meanwhile.")
