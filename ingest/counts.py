"""Counts of what became of events: they always add up, because received is their sum."""

import threading
from collections import Counter
from dataclasses import dataclass

from catalog.entry import Status


@dataclass(frozen=True, slots=True)
class Counted:
    """A consistent view of the counts.

    An event that was answered with "not now" (503) is not received: nothing became of it; it is sent again.
    """

    applied: int = 0
    partial: int = 0
    quarantined: int = 0
    duplicate: int = 0
    rejected: int = 0

    @property
    def received(self) -> int:
        return self.applied + self.partial + self.quarantined + self.duplicate + self.rejected


class Counts:
    """Thread-safe counters of outcomes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: Counter[Status] = Counter()
        self._rejected = 0

    def keep(self, status: Status) -> None:
        """One more event was kept, or known already."""
        with self._lock:
            self._kept[status] += 1

    def reject(self) -> None:
        """One more event was rejected: nothing of it was kept."""
        with self._lock:
            self._rejected += 1

    def now(self) -> Counted:
        with self._lock:
            return Counted(**{status.value: self._kept[status] for status in Status}, rejected=self._rejected)
