"""Kept verdicts, read: with up to when they hold, and since when a policy's may be others.

What is told is never more than what was evaluated: a policy that the graph has and that was not asked about all of its
things as it is now is among those not evaluated, and nothing that was kept of it counts.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from catalog.changes import position
from catalog.command import briefly
from catalog.governance.evaluation import rules_of
from catalog.governance.keeping.keeper import FORM, QUIET_NS
from catalog.governance.keeping.rows import (
    BLOCKS,
    EVERYTHING,
    PLAIN,
    STATUSES,
    TALLY,
    TARGET,
    UNKNOWN_POLICY,
    KeptPolicy,
    KeptState,
    Pair,
    Tally,
    Target,
    every,
    open_of,
    policies_of,
    read,
    rows,
    state_of,
)
from catalog.governance.policy import SECOND_NS, Severity, policy_key
from catalog.governance.stored import policy_digest
from catalog.governance.verdict import Compliance, Evaluation, Status, Unevaluated, Verdict
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
    """Of a verdict: its status, when there was one first, since when it says what it says, and what it said before, the
    latest last; nanoseconds, to the second."""

    status: Status
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
        return self.old_since(now_ns) is None

    def old_since(self, now_ns: int) -> int | None:
        """Since when something may be otherwise than it is kept; None: nothing is."""
        is_old = self.behind or now_ns - self.looked_ns > 2 * QUIET_NS
        since = [*self.stale.values(), *([self.looked_ns] if is_old else ())]
        return min(since, default=None)


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


def kept(reader: Reader, only: Collection[str] | None = None, within: str | None = None) -> Kept | None:
    """All that is kept, of all or some policies (ids), of all things or of those that count for a product or domain
    (key); None where nothing is."""
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
    told = list(_verdicts(reader, whole, within))
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


def by_policy(reader: Reader) -> dict[str, tuple[Mapping[Status, int], int | None]]:
    """How many verdicts are kept of each policy (id) that was asked about all of its things as it is now, by status;
    and since when they may be otherwise."""
    state = _state(reader)
    if state is None:
        return {}
    known = policies_of(reader)
    whole = [
        policy.id
        for policy in rules_of(reader).policies
        if policy.id in known and known[policy.id].is_whole and known[policy.id].text == policy_digest(policy)
    ]
    told = counts(reader, [policy_key(id_) for id_ in whole])
    return {id_: (told.get(policy_key(id_), {}), known[id_].stale_since_ns) for id_ in whole}


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


def _verdicts(
    reader: Reader, whole: Mapping[str, KeptPolicy], within: str | None
) -> Iterator[tuple[Verdict, Pair]]:
    full = {
        (id_, row.sort): read(row.value, Verdict)
        for id_ in whole
        for page in every(reader, open_of(id_))
        for row in page
    }
    for page in every(reader, TARGET):
        for row in page:
            target = read(row.value, Target)
            for id_, pair in target.pairs.items():
                if id_ in whole and (within is None or within in target.homes):
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
    return Times(STATUSES[pair.code], pair.first * SECOND_NS, pair.since * SECOND_NS, past)


@dataclass(frozen=True, slots=True)
class Day:
    """How many verdicts there were at the end of a day (UTC, YYYY-MM-DD) on which that changed, by status; how many of
    those that fail block; and how many policies were not evaluated as such."""

    day: str
    counts: Mapping[Status, int]
    blocking: int
    open: int = 0

    @property
    def state(self) -> Compliance:
        """What they came to: what was not evaluated is never compliant."""
        if self.counts.get(Status.FAIL):
            return Compliance.NOT_COMPLIANT
        known = not self.open and not self.counts.get(Status.NOT_EVALUATED) and any(self.counts.values())
        return Compliance.COMPLIANT if known else Compliance.UNKNOWN


def days(reader: Reader, of: str = EVERYTHING) -> list[Day]:
    """The days of a product, domain or policy (key), or of all, the latest last."""
    found = rows(reader, TALLY, {of, EVERYTHING}, Tally)
    unknown = {day: counts.get(UNKNOWN_POLICY, 0) for day, counts in found.get(EVERYTHING, Tally()).days}
    return [_day(day, counts, unknown) for day, counts in found.get(of, Tally()).days]


def counts(reader: Reader, of: Collection[str]) -> dict[str, Mapping[Status, int]]:
    """How many verdicts are kept by status, of products, domains and policies (keys) of which any are."""
    return {key: _by_status(one.counts) for key, one in rows(reader, TALLY, of, Tally).items()}


def _day(day: str, counts: Mapping[str, int], unknown: Mapping[str, int]) -> Day:
    before = max((one for one in unknown if one <= day), default=None)
    return Day(day, _by_status(counts), counts.get(BLOCKS, 0), 0 if before is None else unknown[before])


def _by_status(counts: Mapping[str, int]) -> dict[Status, int]:
    found: Counter[Status] = Counter()
    for code, number in counts.items():
        if code != UNKNOWN_POLICY:
            found[STATUSES[code]] += number
    return {status: found[status] for status in Status if found[status]}


def times(reader: Reader, keys: Collection[str]) -> dict[tuple[str, str], Times]:
    """The times of all verdicts on things, by policy (id) and thing: one question."""
    found = rows(reader, TARGET, keys, Target)
    return {(id_, key): times_of(pair) for key, one in found.items() for id_, pair in one.pairs.items()}
