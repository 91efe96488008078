"""The rules over lineage, by name; one that is not built for a label says so."""

from collections.abc import Callable, Mapping

from catalog.governance.checks import (
    compare,
    crossing,
    cycle,
    deprecated,
    orphan,
    propagate,
    reach,
    stale,
    unagreed,
)
from catalog.governance.checks.ground import Ground
from catalog.governance.checks.outcome import NotEvaluated, Outcomes
from catalog.governance.policy import LineageCheck, Rule
from catalog.graph import Node

_RULES: Mapping[Rule, Callable[[Ground, LineageCheck, Mapping[str, Node]], Outcomes]] = {
    Rule.COMPARE: compare.judge,
    Rule.CROSSING: crossing.judge,
    Rule.CYCLE: cycle.judge,
    Rule.DEPRECATED: deprecated.judge,
    Rule.ORPHAN: orphan.judge,
    Rule.PROPAGATE: propagate.judge,
    Rule.REACH: reach.judge,
    Rule.STALE: stale.judge,
    Rule.UNAGREED: unagreed.judge,
}


def judge(ground: Ground, check: LineageCheck, targets: Mapping[str, Node]) -> Outcomes:
    """What a rule says of each target (by key). Raises NotEvaluated."""
    rule = _RULES.get(check.rule)
    if rule is None:
        raise NotEvaluated(f"The rule {check.rule} is not evaluated yet.")
    return rule(ground, check, targets)
