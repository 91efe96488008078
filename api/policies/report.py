"""The report on policies: what they come to for the mesh, and for each product, domain and policy.

The arithmetic is counting: of so many verdicts so many are of each status. Nothing is weighed.
"""

from collections.abc import Iterable

from api.answers import Answer
from api.policies.answers import CheckAnswer
from catalog.governance.compliance import By, Row
from catalog.governance.verdict import Status


class ScoreAnswer(Answer, frozen=True):
    """What verdicts come to for a product or domain (its id) or a policy. ``passing``: of a hundred, rounded down; None
    where there is none."""

    of: str
    state: str
    total: int
    by_status: dict[str, int]
    blocking: int
    passing: int | None = None


class ReportAnswer(Answer, frozen=True):
    """``check``: the whole mesh, with all that is not as it should be."""

    check: CheckAnswer
    passing: int | None
    products: list[ScoreAnswer]
    domains: list[ScoreAnswer]
    policies: list[ScoreAnswer]


def passing(by_status: dict[str, int], total: int) -> int | None:
    """How many of a hundred pass, rounded down: a hundred only where all do. What is waived or not known does not."""
    return 100 * by_status[Status.PASS] // total if total else None


def score(of: str, state: str, by_status: dict[str, int], blocking: int) -> ScoreAnswer:
    """A score, of counts."""
    total = sum(by_status.values())
    return ScoreAnswer(
        of=of,
        state=state,
        total=total,
        by_status=by_status,
        blocking=blocking,
        passing=passing(by_status, total),
    )


def scores(rows: Iterable[Row]) -> list[ScoreAnswer]:
    """The rows of an evaluation as scores."""
    return [
        score(
            row.of, row.state, {one.value: row.told.counts.get(one, 0) for one in Status}, row.told.blocking
        )
        for row in rows
    ]


def report_answer(check: CheckAnswer, by: dict[By, list[ScoreAnswer]], *, part: bool) -> ReportAnswer:
    """The report of what was counted. ``part``: of a part of the mesh, whose other parts are then not listed."""
    if part:
        by = {one: [told for told in scores_ if told.total] for one, scores_ in by.items()}
    return ReportAnswer(
        check=check,
        passing=passing(check.by_status, check.total),
        products=by[By.PRODUCT],
        domains=by[By.DOMAIN],
        policies=by[By.POLICY],
    )
