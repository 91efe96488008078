"""What is kept of a policy or a thing: its verdicts with what they were before, and what they came to day by day."""

from api.policies.answers import DayAnswer, HistoryAnswer, PastAnswer, VerdictPastAnswer
from api.policies.verdicts import Asked, Source, verdicts_of
from catalog.governance.evaluation import EVERYWHERE
from catalog.governance.keeping.kept import Day, Times, days
from catalog.governance.policy import policy_key
from catalog.governance.verdict import Status, Verdict
from catalog.instant import format_instant
from catalog.store.port import Reader


def history_of(reader: Reader, of: str, first: int, base: str) -> HistoryAnswer:
    """What is kept of a policy (id) or thing (key). Raises UnknownNode where nothing is kept."""
    is_thing = "/" in of
    told = verdicts_of(reader, Asked(None if is_thing else (of,), EVERYWHERE, None, Source.KEPT), base)
    listed = [
        _past(one, told.times[one.policy, one.target])
        for one in told.evaluation.verdicts
        if not is_thing or one.target == of
    ]
    listed.sort(key=lambda one: (one.since or "", one.policy, one.target), reverse=True)
    stale = told.stale_since_ns
    return HistoryAnswer(
        of=of,
        evaluated_as_of=format_instant(told.looked_ns),
        stale_since=None if stale is None else format_instant(stale),
        verdicts=listed[:first],
        days=[_day(one) for one in days(reader, of if is_thing else policy_key(of))[-first:]],
    )


def _past(one: Verdict, times: Times) -> VerdictPastAnswer:
    return VerdictPastAnswer(
        policy=one.policy,
        target=one.target,
        status=one.status,
        first_seen=format_instant(times.first_ns),
        since=format_instant(times.since_ns),
        past=[PastAnswer(status=was.status, since=format_instant(was.since_ns)) for was in times.past[::-1]],
    )


def _day(day: Day) -> DayAnswer:
    return DayAnswer(
        day=day.day,
        state=day.state,
        by_status={status.value: day.counts.get(status, 0) for status in Status},
        blocking=day.blocking,
        not_evaluated=day.open,
    )
