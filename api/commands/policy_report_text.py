"""The report on policies as Markdown for people, and as CSV for tables. Names in it do nothing but show."""

import csv
import io
from collections.abc import Iterable, Iterator

from api.commands.policy_text import spoken_state, sum_line
from api.impact_views.csv_table import cell as csv_cell
from api.impact_views.markdown_text import code, prose
from api.policies.report import ReportAnswer, ScoreAnswer
from catalog.coverage import spoken
from catalog.governance.verdict import Status

_HEADS = {
    Status.PASS: "pass",
    Status.FAIL: "fail",
    Status.GRACE: "grace",
    Status.WAIVED: "waived",
    Status.NOT_EVALUATED: "not evaluated",
}
_COUNTED = (
    "Passing is how many of all verdicts are PASS, rounded down; what is waived, has grace or was not evaluated does "
    "not pass. Something complies only where nothing fails and everything was evaluated."
)


def report_csv(answer: ReportAnswer) -> str:
    """A row for the mesh, then for each product, domain and policy."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(
        ["by", "of", "state", "total", *(one.value.lower() for one in Status), "blocking", "passing"]
    )
    check = answer.check
    whole = ScoreAnswer(
        of="",
        state=check.state,
        total=check.total,
        by_status=check.by_status,
        blocking=check.blocking,
        passing=answer.passing,
    )
    for by, scores in (
        ("mesh", [whole]),
        ("product", answer.products),
        ("domain", answer.domains),
        ("policy", answer.policies),
    ):
        for one in scores:
            counts = [one.by_status[status] for status in Status]
            passing = "" if one.passing is None else one.passing
            rows.writerow([by, csv_cell(one.of), one.state, one.total, *counts, one.blocking, passing])
    return out.getvalue()


def report_markdown(answer: ReportAnswer) -> str:
    """A page: the sum, a table for each way of counting, and what does not hold."""
    return "\n".join((*_page(answer), ""))


def _page(answer: ReportAnswer) -> Iterator[str]:
    check = answer.check
    yield f"# Policies: {spoken_state(check.state)}"
    yield ""
    yield sum_line(check) if check.as_of is None else f"As of {check.as_of}: {sum_line(check)}"
    yield ""
    yield _COUNTED
    for title, scores in (
        ("Products", answer.products),
        ("Domains", answer.domains),
        ("Policies", answer.policies),
    ):
        if scores:
            yield from ("", f"## {title}", "", *_table(scores))
    if check.items:
        yield from ("", "## What does not pass", "", *_failures(answer))
    if check.not_evaluated:
        yield from ("", "## What was not evaluated", "")
        yield from (f"- {code(one.policy)}: {prose(one.reason)}" for one in check.not_evaluated)


def _table(scores: Iterable[ScoreAnswer]) -> Iterator[str]:
    heads = ("", "state", "passing", *list(_HEADS.values())[1:], "blocking")
    yield f"| {' | '.join(heads)} |"
    yield f"|{' --- |' * len(heads)}"
    for one in scores:
        share = "" if one.passing is None else f" ({one.passing} %)"
        counts = [str(one.by_status[status]) for status in list(_HEADS)[1:]]
        told = f"{one.by_status[Status.PASS]} of {one.total}{share}"
        name = spoken(one.of) if "/" in one.of else one.of
        cells = (code(name), spoken_state(one.state), told, *counts, str(one.blocking))
        yield f"| {' | '.join(cells)} |"


def _failures(answer: ReportAnswer) -> Iterator[str]:
    yield "| status | severity | policy | of | what is wrong |"
    yield "| --- | --- | --- | --- | --- |"
    for one in answer.check.items:
        until = "" if one.until is None else f" until {one.until}"
        cells = (
            f"{one.status}{until}",
            one.severity,
            code(one.policy),
            code(spoken(one.target)),
            prose(one.message),
        )
        yield f"| {' | '.join(cells)} |"
