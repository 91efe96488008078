"""What becomes of events, from the thread that stores them to the event loop that answers."""

import asyncio
from collections import deque
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")


class Outcomes:
    """Hands futures of other threads to one event loop, all that are done at one wake-up.

    A commit settles many events at once. Woken for each alone (``asyncio.wrap_future``), the loop takes turns with the
    thread that settles them, which costs more than answering.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._done: deque[tuple[asyncio.Future[Any], Future[Any]]] = deque()
        self._woken = False

    def of(self, future: "Future[T]") -> "asyncio.Future[T]":
        """What to await: the result of a future, or what it raises.

        Who stops waiting (its sender hung up) does not cancel it: what was received is stored.
        """
        waiting: asyncio.Future[T] = self._loop.create_future()
        future.add_done_callback(lambda done: self._put(waiting, done))
        return waiting

    def _put(self, waiting: "asyncio.Future[T]", done: "Future[T]") -> None:
        self._done.append((waiting, done))  # before the flag is looked at: a wake-up that is due finds it
        if not self._woken and not self._loop.is_closed():
            self._woken = True
            self._loop.call_soon_threadsafe(self._hand_over)

    def _hand_over(self) -> None:
        self._woken = False
        while self._done:
            waiting, done = self._done.popleft()
            if waiting.done():  # nobody waits any more
                continue
            error = done.exception()
            if error is None:
                waiting.set_result(done.result())
            else:
                waiting.set_exception(error)
