"""Who may use the RDF store: many queries at a time, or one who wants it alone (to change it)."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Gate:
    """Waiting is bounded; who wants the store alone goes before queries that come later."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._alone = False

    @contextmanager
    def shared(self, timeout_s: float) -> Iterator[bool]:
        """Be one of many; whether that was possible in time."""
        with self._changed:
            entered = self._changed.wait_for(lambda: not self._alone, timeout_s)
            self._inside += entered
        try:
            yield entered
        finally:
            with self._changed:
                self._inside -= entered
                self._changed.notify_all()

    @contextmanager
    def alone(self, timeout_s: float) -> Iterator[bool]:
        """Be the only one; whether that was possible in time."""
        deadline = time.monotonic() + timeout_s
        with self._changed:
            mine = self._changed.wait_for(lambda: not self._alone, timeout_s)
            if mine:
                self._alone = True
        entered = False
        try:
            with self._changed:
                left_s = max(0.0, deadline - time.monotonic())
                entered = mine and self._changed.wait_for(lambda: not self._inside, left_s)
            yield entered
        finally:
            if mine:
                with self._changed:
                    self._alone = False
                    self._changed.notify_all()
