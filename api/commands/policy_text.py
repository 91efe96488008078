"""Policies and verdicts in lines for people."""

from collections.abc import Iterable, Iterator

from api.policies.answers import CheckAnswer, HistoryAnswer, PolicyAnswer, VerdictAnswer, WaiverAnswer
from catalog.coverage import spoken
from catalog.governance.verdict import Status

Line = tuple[str, str | None]
"""A line and its style."""

_STYLES = {"FAIL": "red", "GRACE": "yellow", "NOT_EVALUATED": "magenta", "WAIVED": "yellow", "PASS": "green"}


def check_lines(answer: CheckAnswer, *, kept: bool = False) -> Iterator[Line]:
    """The verdicts that are listed, what was not evaluated, and the sum. ``kept``: with since when that is so."""
    for one in answer.items:
        yield from verdict_lines(one)
        if kept and one.since is not None:
            yield f"  Since {one.since}", None
        yield "", None
    shown = {(one.policy, one.message) for one in answer.items}
    for told in answer.not_evaluated:
        if (told.policy, told.reason) in shown:
            continue
        yield f"NOT EVALUATED  {told.policy}: {told.reason}", _STYLES["NOT_EVALUATED"]
    yield sum_line(answer), None
    if kept:
        yield _kept(answer.evaluated_as_of, answer.stale_since), None
    if answer.rehearsal is not None:
        yield answer.rehearsal, None


def _kept(looked: str | None, stale: str | None) -> str:
    old = "" if stale is None else f" Since {stale} some of it may be otherwise."
    return f"As kept, looked at last at {looked}.{old}"


def kept_counts(one: PolicyAnswer) -> str:
    """How many verdicts of a policy are kept, those that pass last."""
    if one.kept is None:
        return ""
    order = [*(status for status in Status if status is not Status.PASS), Status.PASS]
    told = ", ".join(f"{one.kept[status]} {status}" for status in order if one.kept[status]) or "none"
    return told if one.stale_since is None else f"{told} (may be old)"


def history_lines(found: HistoryAnswer) -> Iterator[Line]:
    """What is kept of a thing or policy."""
    if not found.verdicts:
        yield f"No verdicts of {found.of} are kept.", None
    for one in found.verdicts:
        yield f"{one.status}  {one.policy}  {one.target}  since {one.since}", _STYLES[one.status]
        for was in one.past:
            yield f"  {was.status} since {was.since}", None
    if found.days:
        yield "", None
    for day in found.days:
        counts = ", ".join(f"{day.by_status[one]} {one}" for one in Status if day.by_status[one]) or "none"
        open_ = f", {day.not_evaluated} policies not evaluated" if day.not_evaluated else ""
        yield f"{day.day}  {day.state.replace('_', ' ').lower()}: {counts}{open_}", None
    yield _kept(found.evaluated_as_of, found.stale_since), None


def sum_line(answer: CheckAnswer) -> str:
    """How many verdicts there are of each status, and what all of them come to."""
    if not answer.total:
        return "No policy says anything of anything that is asked about: nothing is known."
    counts = ", ".join(f"{answer.by_status[one]} {one}" for one in Status if answer.by_status[one])
    blocking = f", {answer.blocking} of them block" if answer.blocking else ""
    verdicts = f"{answer.total} verdict{'' if answer.total == 1 else 's'}"
    return f"{verdicts}: {counts}{blocking}. All in all: {spoken_state(answer.state)}."


def spoken_state(state: str) -> str:
    """What verdicts come to, in words."""
    return "not known" if state == "UNKNOWN" else state.replace("_", " ").lower()


def verdict_lines(one: VerdictAnswer) -> Iterator[Line]:
    until = "" if one.until is None else f"  until {one.until}"
    yield f"{one.status}  {one.severity}  {one.policy}{until}", _STYLES[one.status]
    yield f"  {spoken(one.target)} ({one.target.partition('/')[0]})", None
    if one.message:
        yield f"  {one.message}", None
    if one.remediation and one.status != Status.PASS:
        yield f"  To do: {one.remediation}", None
    if one.tell:
        yield f"  Tell: {', '.join(one.tell)}", None


def explained(one: VerdictAnswer) -> Iterator[Line]:
    """A verdict with all its steps."""
    yield from verdict_lines(one)
    yield f"  Verdict {one.id}", None
    if one.explanation:
        yield "  Because:", None
    for number, step in enumerate(one.explanation, start=1):
        told = "" if step.told_by is None else f"  (told by {spoken(step.told_by)})"
        yield f"    {number}. {step.text}{told}", None


def policy_lines(one: PolicyAnswer, waivers: Iterable[WaiverAnswer]) -> Iterator[str]:
    """A policy with its waivers."""
    yield f"{one.id}: {one.title}"
    if one.problem is not None:
        yield f"  It cannot be followed: {one.problem}"
        return
    said = {
        "Why": one.why,
        "Of": f"{one.of}, {one.scope}",
        "Severity": one.severity + ("" if one.enabled else ", a draft that is not followed"),
        "Owner": one.owner,
        "Counts from": one.effective_from,
        "Without grace from": one.binding_from if one.binding_from != one.effective_from else None,
        "Tightens": one.tightens,
        "Check": one.check,
        "To do": one.remediation,
    }
    yield from (f"  {name}: {value}" for name, value in said.items() if value)
    for waiver in waivers:
        why = f" ({waiver.why})" if waiver.why else ""
        yield f"  Waiver {waiver.id} of {waiver.target or 'something'} until {waiver.expires_at}: {waiver.state}{why}"
