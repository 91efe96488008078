"""The hub: tells those who listen in this process when the feed has something new.

One look at the store serves them all; what is new each reads for itself, from where it stands. So nothing waits in
memory for one that is slow, and nobody waits for another.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass

from anyio.to_thread import run_sync

from api.errors import HttpError, try_again
from api.metrics import Metrics
from catalog.errors import StoreUnavailable
from catalog.feed.beginning import begun
from catalog.feed.change import Change, ChangeFilter
from catalog.feed.log import Stretch, event, state, taken
from catalog.store.port import Store

log = logging.getLogger("meshline.feed")

MOST_LISTENERS = 100
PAUSE_S = 0.3
PAUSE_AFTER_FAILURE_S = 5.0
AT_ONCE = 200
"""Changes that are looked through together."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody begins to listen: behind this number. ``missed``: the feed no longer has what came behind the id
    that was asked for, or never had it."""

    number: int
    missed: bool = False


class ChangeHub:
    """For the listeners of one service, in its event loop. ``end`` may be called from any thread."""

    def __init__(self, store: Store, metrics: Metrics, pause_s: float = PAUSE_S) -> None:
        self._store = store
        self._metrics = metrics
        self._pause_s = pause_s
        self._loop = asyncio.get_running_loop()
        self._listeners = 0
        self._last = 0
        self._ended = False
        self._tick = asyncio.Event()
        self._watching: asyncio.Task[None] | None = None

    def enter(self) -> None:
        """One listener more. Raises HttpError: 503."""
        if self._ended or self._listeners >= MOST_LISTENERS:
            message = f"{self._listeners} clients listen already, or the service stops."
            raise try_again("too-many-listeners", message, "Listen again later.")
        self._listeners += 1
        self._metrics.listening(self._listeners)
        if self._watching is None or self._watching.done():
            self._watching = asyncio.create_task(self._watch())

    def leave(self) -> None:
        """One listener less."""
        self._listeners -= 1
        self._metrics.listening(self._listeners)

    def end(self) -> None:
        """Let all who listen go: the service stops."""
        with contextlib.suppress(RuntimeError):  # the loop has ended before us
            self._loop.call_soon_threadsafe(self._end)

    @property
    def ended(self) -> bool:
        """Whether the service stops."""
        return self._ended

    def _end(self) -> None:
        self._ended = True
        self._tick.set()

    async def place(self, after: str | None) -> Place:
        """The place behind the change of an id; without one, behind all there are. Raises HttpError (400) for what is
        no id."""
        return await run_sync(self._place, after)

    def _place(self, after: str | None) -> Place:
        known = begun(self._store)
        if after is None:
            return Place(known.last)
        number = _number(after)
        with self._store.read() as reader:
            found = event(reader, number)
        if found is not None and found.id == after:
            return Place(number)
        return Place(known.last, missed=True)

    async def listen(self, where: ChangeFilter, place: Place) -> AsyncIterator[Change]:
        """The changes behind a place that a filter takes, as they come; ends when the service stops."""
        position = place.number
        while not self._ended:
            last = self._last  # of before: whatever the feed had then is seen by the look
            try:
                found = await run_sync(self._taken, where, position)
            except StoreUnavailable:  # ``_watch`` says so in the log
                await asyncio.sleep(PAUSE_AFTER_FAILURE_S)
                continue
            for change in found.changes:
                yield change
            if found.until == position:
                position = max(position, last)  # what is not kept any more is passed over
                await self._news(position)
            else:
                position = found.until

    def _taken(self, where: ChangeFilter, position: int) -> Stretch:
        with self._store.read() as reader:
            return taken(reader, where, position, AT_ONCE)

    async def _news(self, position: int) -> None:
        while not self._ended and self._last <= position:
            await self._tick.wait()

    async def _watch(self) -> None:
        """Look whether the feed has grown, as long as anybody listens."""
        while self._listeners and not self._ended:
            pause_s = self._pause_s
            try:
                last = await run_sync(self._look)
            except StoreUnavailable as error:
                log.warning("who listens to changes waits for the store: %s", error)
                pause_s, last = PAUSE_AFTER_FAILURE_S, self._last
            if last != self._last:
                self._last = last
                told, self._tick = self._tick, asyncio.Event()
                told.set()
            await asyncio.sleep(pause_s)

    def _look(self) -> int:
        with self._store.read() as reader:
            known = state(reader)
        return 0 if known is None else known.last


def _number(id_: str) -> int:
    try:
        return int(id_.partition("-")[0], 16)
    except ValueError as error:
        message = f"{id_[:60]!r} is no id of a change."
        raise HttpError(400, "bad-parameter", message, "Name the id of the last event that came.") from error
