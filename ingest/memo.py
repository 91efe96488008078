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

MAX_TEXT = 65_536
"""Longer facets are read anew; they are rare and would fill the memory."""


class Memo(Generic[T]):
    """The latest ``size`` values by key. Safe to share between threads."""

    def __init__(self, size: int = 5_000) -> None:
        self._size = size
        self._known: OrderedDict[Hashable, T] = OrderedDict()
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
        if trial.found or len(text) > MAX_TEXT:
            return read(problems)
        with self._lock:
            self._known[whole] = value
            if len(self._known) > self._size:
                self._known.popitem(last=False)
        return value
