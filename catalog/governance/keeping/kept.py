"""Kept verdicts, read: with up to when they hold, and since when a policy's may be others.

What is told is never more than what was evaluated: a policy that the graph has and that was not asked about all of its
things as it is now is among those not evaluated, and nothing that was kept of it counts.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from catalog.changes import position
from catalog.command import briefly
from catalog.governance.evaluation import rules_of
from catalog.governance.keeping.keeper import FORM, QUIET_NS
from catalog.governance.keeping.rows import (
    PLAIN,
    STATUSES,
    TARGET,
    KeptPolicy,
    KeptState,
    Pair,
    Target,
    every,
    open_of,
    policies_of,
    read,
    rows,
    state_of,
)
from catalog.governance.policy import SECOND_NS, Severity
from catalog.governance.stored import policy_digest
from catalog.governance.verdict import Evaluation, Status, Unevaluated, Verdict
from catalog.store.port import Reader

NOT_YET = "It has not been evaluated yet."
"""Of a policy that is new, or was changed since."""


@dataclass(frozen=True, slots=True)
class Past:
    """A status that a verdict had, and since when (nanoseconds)."""

    status: Status
    since_ns: int


@dataclass(frozen=True, slots=True)
class Times:
    """Of a verdict: when there was one first, since when it says what it says, and what it said before, the latest
    last; nanoseconds, to the second."""

    first_ns: int
    since_ns: int
    past: tuple[Past, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """Up to where kept verdicts hold. ``looked_ns``: when all was looked at last; ``behind``: how many changes of the
    graph have come since that were not looked at; ``stale``: policies (ids) whose verdicts may be others, and since
    when."""

    looked_ns: int
    behind: int
    stale: Mapping[str, int] = field(default_factory=dict)

    def is_current(self, now_ns: int) -> bool:
        """Whether what is kept is what a full evaluation would say."""
        return not self.behind and not self.stale and now_ns - self.looked_ns <= 2 * QUIET_NS


@dataclass(frozen=True, slots=True)
class Kept:
    """Kept verdicts as an evaluation at the time when they were looked at last, with their times."""

    evaluation: Evaluation
    standing: Standing
    times: Mapping[tuple[str, str], Times]


def standing(reader: Reader) -> Standing | None:
    """Up to where what is kept holds; None where nothing is."""
    state = _state(reader)
    return None if state is None else _standing(reader, state, policies_of(reader))


def kept(reader: Reader, only: Collection[str] | None = None) -> Kept | None:
    """All that is kept, of all or some policies (ids); None where nothing is."""
    state = _state(reader)
    if state is None:
        return None
    known = policies_of(reader)
    rules = rules_of(reader, only=only)
    whole = {
        policy.id: known[policy.id]
        for policy in rules.policies
        if policy.id in known and known[policy.id].is_whole and known[policy.id].text == policy_digest(policy)
    }
    told = list(_verdicts(reader, whole))
    verdicts = sorted((verdict for verdict, _ in told), key=lambda one: (one.policy, one.target))
    reasons = {(one.policy, one.reason) for one in rules.unread}
    reasons |= {(policy.id, NOT_YET) for policy in rules.policies if policy.id not in whole}
    reasons |= {(id_, reason) for id_, row in whole.items() for reason in row.reasons}
    for one in verdicts:  # the first of each policy
        if one.status is Status.NOT_EVALUATED and not any(id_ == one.policy for id_, _ in reasons):
            reasons.add((one.policy, one.message))
    unevaluated = tuple(Unevaluated(*one) for one in sorted(reasons))
    return Kept(
        Evaluation(tuple(verdicts), state.time_ns, None, unevaluated),
        _standing(reader, state, known),
        {(verdict.policy, verdict.target): times_of(pair) for verdict, pair in told},
    )


def _state(reader: Reader) -> KeptState | None:
    state = state_of(reader)
    if state is None or state.made != FORM or state.commands != len(briefly(reader)):
        return None  # what is kept is of before a command of an operator, or made otherwise
    return state


def _standing(reader: Reader, state: KeptState, known: Mapping[str, KeptPolicy]) -> Standing:
    at = position(reader)
    behind = abs(at.version - state.version) or int(at.mark != state.mark)
    stale = {id_: row.stale_since_ns for id_, row in known.items() if row.stale_since_ns is not None}
    return Standing(state.time_ns, behind, stale)


def _verdicts(reader: Reader, whole: Mapping[str, KeptPolicy]) -> Iterator[tuple[Verdict, Pair]]:
    full = {
        (id_, row.sort): read(row.value, Verdict)
        for id_ in whole
        for page in every(reader, open_of(id_))
        for row in page
    }
    for page in every(reader, TARGET):
        for row in page:
            for id_, pair in read(row.value, Target).pairs.items():
                if id_ in whole:
                    yield _verdict(whole[id_], id_, row.sort, pair, full), pair


def _verdict(
    policy: KeptPolicy, id_: str, key: str, pair: Pair, full: Mapping[tuple[str, str], Verdict]
) -> Verdict:
    if pair.code == PLAIN:
        return Verdict(id_, key, Status.PASS, Severity(policy.severity), until_ns=policy.until_ns)
    missing = Verdict(
        id_, key, Status.NOT_EVALUATED, Severity(policy.severity), "What was kept of it is lost."
    )
    found = full.get((id_, key), missing)
    return found if found.status is STATUSES[pair.code] else missing


def times_of(pair: Pair) -> Times:
    """The times of a verdict."""
    past = tuple(Past(STATUSES[code], since * SECOND_NS) for since, code in pair.past)
    return Times(pair.first * SECOND_NS, pair.since * SECOND_NS, past)


def times(reader: Reader, keys: Collection[str]) -> dict[tuple[str, str], Times]:
    """The times of all verdicts on things, by policy (id) and thing: one question."""
    found = rows(reader, TARGET, keys, Target)
    return {(id_, key): times_of(pair) for key, one in found.items() for id_, pair in one.pairs.items()}
