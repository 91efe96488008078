"""Verdicts for an answer: those that are kept, where they hold now or where that is asked for, else evaluated anew."""

import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from api.policies.evaluator import ALONE, Evaluator
from api.policies.queries import open_queries
from catalog.errors import UnknownNode
from catalog.governance.checks.ground import Ground
from catalog.governance.evaluation import rules_of
from catalog.governance.keeping.kept import Standing, Times, kept, standing, times
from catalog.governance.policy import Scope
from catalog.governance.verdict import Evaluation, Verdict
from catalog.store.port import Reader


class Source(StrEnum):
    """CURRENT: as it is now, kept or evaluated; KEPT: what is kept, also where that may be otherwise by now."""

    CURRENT = "CURRENT"
    KEPT = "KEPT"


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which policies (ids; None: all), in which part of the mesh, as of when (nanoseconds; None: now)."""

    only: Collection[str] | None
    within: Scope
    at: int | None = None
    source: Source = Source.CURRENT


@dataclass(frozen=True, slots=True)
class Told:
    """``looked_ns``: when they were evaluated, or looked at last; ``standing``: up to where they hold, None: they were
    evaluated for this answer. ``times``: by policy and thing, of those that were kept."""

    evaluation: Evaluation
    looked_ns: int
    standing: Standing | None = None
    times: Mapping[tuple[str, str], Times] = field(default_factory=dict)

    @property
    def stale_since_ns(self) -> int | None:
        """Since when some of it may be otherwise; None: nothing is."""
        return None if self.standing is None else self.standing.old_since(time.time_ns())


def verdicts_of(reader: Reader, asked: Asked, base: str, evaluator: Evaluator = ALONE) -> Told:
    """The verdicts. Raises UnknownNode where kept ones are asked for and none are, and StoreError."""
    now_ns = time.time_ns()
    if asked.source is Source.KEPT and asked.at is not None:
        raise UnknownNode("Of a time past no verdicts are kept.", "Ask for one of both.")
    if asked.at is None:
        known = standing(reader)
        if known is not None and (asked.source is Source.KEPT or known.is_current(now_ns)):
            found = kept(reader, asked.only, asked.within.key)
            if found is not None:
                return Told(found.evaluation, found.standing.looked_ns, found.standing, found.times)
        if asked.source is Source.KEPT:
            hint = "`meshline serve` keeps them; without that they are evaluated when they are asked for."
            raise UnknownNode("No verdicts are kept in this store.", hint)
    then_ns = now_ns if asked.at is None else asked.at
    with open_queries(reader, base, asked.at) as queries:
        ground = Ground(reader, asked.at, then_ns, queries)
        found_ = evaluator.evaluate(ground, rules_of(reader, asked.at, asked.only), asked.within)
    return Told(found_, then_ns)


def times_of(reader: Reader, told: Told, verdicts: Iterable[Verdict]) -> Mapping[tuple[str, str], Times]:
    """The times of some of the verdicts, as far as they are kept."""
    if told.times or told.evaluation.at is not None:
        return told.times
    return times(reader, {one.target for one in verdicts})
