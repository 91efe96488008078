"""The last evaluations of one service: kept for a while, so that the next page of one, or what is counted of it by
product and then by domain, evaluates nothing anew."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from api.policies.evaluator import ALONE, Evaluator
from api.policies.verdicts import Asked, Told, verdicts_of
from catalog.changes import position
from catalog.governance.compliance import tally
from catalog.store.port import Reader

MAX_KEPT = 2
"""Each may have a verdict for every thing of a mesh."""
FRESH_S = 60
"""For so long a question is answered with what was evaluated, while the graph is the same and no time has ended
meanwhile that a verdict hangs on."""


@dataclass(frozen=True, slots=True)
class _Made:
    told: Told
    made_s: float
    until_ns: int | None


class RecentVerdicts:
    """Safe to share between threads."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        now_ns: Callable[[], int] = time.time_ns,
        evaluator: Evaluator = ALONE,
    ) -> None:
        self.evaluator = evaluator
        self._clock = clock
        self._now_ns = now_ns
        self._lock = threading.Lock()
        self._made: OrderedDict[Hashable, _Made] = OrderedDict()

    def told(self, reader: Reader, asked: Asked, base: str) -> Told:
        """As ``verdicts_of``, of the graph as the reader sees it."""
        only = None if asked.only is None else frozenset(asked.only)
        key = (position(reader), only, asked.within, asked.at, asked.source)
        with self._lock:
            known = self._made.get(key)
        if known is not None and self._holds(known):
            return known.told
        found = verdicts_of(reader, asked, base, self.evaluator)
        if found.standing is None:  # else it is kept in the store
            self._keep(key, found)
        return found

    def _holds(self, made: _Made) -> bool:
        ended = (
            made.until_ns is not None and made.told.evaluation.at is None and made.until_ns <= self._now_ns()
        )
        return not ended and self._clock() - made.made_s < FRESH_S

    def _keep(self, key: Hashable, found: Told) -> None:
        until_ns = tally(found.evaluation.verdicts).until_ns
        with self._lock:
            self._made[key] = _Made(found, self._clock(), until_ns)
            self._made.move_to_end(key)
            while len(self._made) > MAX_KEPT:
                self._made.popitem(last=False)
