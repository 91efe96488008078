"""Python's garbage collector at rest, while very many objects are made that all stay.

It looks at all objects again and again as they become more: a third of the time of an answer of ten thousand items.
Garbage that only it finds waits so long; what nobody refers to goes at once, as always.
"""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

LONGEST_S = 10.0
"""Where answers overlap for longer, the collector works until none is being made: it must not rest for ever."""


class Rest:
    """How many rest now, of the whole process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._resting = 0
        self._was_on = False
        self._since_s = 0.0

    def begin(self) -> None:
        with self._lock:
            if not self._resting:
                self._was_on, self._since_s = gc.isenabled(), self._clock()
                gc.disable()
            elif self._was_on and self._clock() - self._since_s > LONGEST_S:
                gc.enable()
            self._resting += 1

    def end(self) -> None:
        with self._lock:
            self._resting -= 1
            if not self._resting and self._was_on:
                gc.enable()


_REST = Rest()


@contextmanager
def at_rest() -> Iterator[None]:
    """For what is bounded and soon done. Of several threads the last one wakes the collector, if it was awake."""
    _REST.begin()
    try:
        yield
    finally:
        _REST.end()
