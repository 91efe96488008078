"""What facets were read as, remembered: producers send the same schema and lineage with every run.

Reading is a pure function of the facet's text, so a hit gives the very value again. Only what was read without a
problem is remembered, because problems name places in their own event.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from ingest.problems import Problems

T = TypeVar("T")

MAX_CHARS = 3 * 1024 * 1024
"""Texts that one memo remembers, together; their values take some five times that: what some 1,500 jobs say."""
MAX_TEXT = 64 * 1024
"""Longer facets are read anew; they are rare and would push out the others."""


class Memo(Generic[T]):
    """The latest values by key and text, bounded by the length of the texts. Safe to share between threads."""

    def __init__(self, max_chars: int = MAX_CHARS) -> None:
        self._max_chars = max_chars
        self._chars = 0
        self._known: OrderedDict[tuple[Hashable, str], T] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, key: Hashable, text: str, read: Callable[[Problems], T], problems: Problems) -> T:
        """The value of a facet's text, read by ``read`` where it is not remembered."""
        whole = (key, text)
        with self._lock:
            if whole in self._known:
                self._known.move_to_end(whole)
                return self._known[whole]
        trial = Problems()
        value = read(trial)
        if trial.found:
            return read(problems)
        if len(text) <= MAX_TEXT:
            self._remember(whole, value)
        return value

    def _remember(self, whole: tuple[Hashable, str], value: T) -> None:
        with self._lock:
            if whole not in self._known:
                self._chars += len(whole[1])
            self._known[whole] = value
            while self._chars > self._max_chars:
                (_, text), _ = self._known.popitem(last=False)
                self._chars -= len(text)
