"""Who evaluates all policies for an answer: this process, and beside it a second one where that is worth its start."""

import logging
import threading
import time

from api.policies.half_process import HalfProcess
from catalog.changes import position
from catalog.governance.checks.ground import Ground
from catalog.governance.evaluation import EVERYWHERE, Rules, evaluate_rules
from catalog.governance.halves import halved, questions, whole
from catalog.governance.policy import Scope
from catalog.governance.verdict import Evaluation

logger = logging.getLogger("meshline.governance")

WORTH = 200_000
"""From so many verdicts on: a second process is up after a second, and reads what is declared once more."""
PATIENCE_S = 60.0
PATIENCE = 3
"""For the other half it is waited so long, and so many times what this one took: it may stand still."""


class Evaluator:
    """Evaluates in two processes what is large, in a store that another process can open.

    Safe to share between threads: of several evaluations at a time one has a second process.
    """

    def __init__(self, url: str | None = None, worth: int = WORTH) -> None:
        """``url``: of the store of which all readers are; None: no other process can see it, as in memory."""
        self._url = url
        self._worth = worth
        self._beside = threading.Lock()

    def evaluate(self, ground: Ground, rules: Rules, within: Scope = EVERYWHERE) -> Evaluation:
        """As ``evaluate_rules``: the same verdicts. Raises StoreError."""
        once, shapes = halved(rules)
        url = self._url
        fits = url is not None and within == EVERYWHERE and once.policies and shapes.policies
        if url is None or not fits or questions(ground.reader, rules) < self._worth:
            return evaluate_rules(ground, rules, within)
        if not self._beside.acquire(blocking=False):
            return evaluate_rules(ground, rules, within)
        try:
            return _in_two(url, ground, once, shapes)
        finally:
            self._beside.release()


def _in_two(url: str, ground: Ground, once: Rules, shapes: Rules) -> Evaluation:
    """Both halves of one version of the graph; what the second process did not tell of it is evaluated here."""
    seen, begun_s = position(ground.reader), time.monotonic()
    try:
        process = HalfProcess(url, shapes, seen, ground.at, ground.now_ns)
    except OSError as error:  # no room for another process
        logger.warning("no second process for an evaluation: %s", error)
        return whole(evaluate_rules(ground, once), evaluate_rules(ground, shapes))
    with process:
        own = evaluate_rules(ground, once)
        other = process.evaluation(max(PATIENCE_S, PATIENCE * (time.monotonic() - begun_s)))
    if other is None or position(ground.reader) != seen:
        other = evaluate_rules(ground, shapes)
    return whole(own, other)


ALONE = Evaluator()
"""Evaluates in this process."""
