"""Queries of policies: a SPARQL SELECT over the RDF view of the graph, asked once for all things in scope."""

from collections.abc import Collection, Mapping, Sequence

from catalog.governance.checks.ground import Ground, QueryFailed
from catalog.governance.checks.outcome import HOLDS, NotEvaluated, Outcome, Outcomes
from catalog.governance.policy import QueryCheck
from catalog.governance.verdict import Step

MAX_STEPS = 20
THIS, MESSAGE = "this", "message"


def judge(ground: Ground, check: QueryCheck, targets: Collection[str]) -> Outcomes:
    """What the query says of each target: what it gives as ``?this`` fails. Raises NotEvaluated."""
    if ground.queries is None:
        raise NotEvaluated("Nobody answers queries here.")
    if ground.queries.at != ground.at:
        raise NotEvaluated("Who answers queries here has the graph of another time.")
    try:
        rows = ground.queries.select(check.select, check.budget_s)
    except QueryFailed as error:
        raise NotEvaluated(error.reason) from error
    by_target: dict[str, list[Mapping[str, str]]] = {}
    for row in rows:
        by_target.setdefault(_this(row, ground.queries.base), []).append(row)
    return {key: _failed(key, by_target[key]) if key in by_target else HOLDS for key in targets}


def _this(row: Mapping[str, str], base: str) -> str:
    """The key of what a row is about. A row that names nothing may be about anything."""
    found = row.get(THIS)
    if found is None or not found.startswith(base):
        raise NotEvaluated(f"The query gives a ?this that is no thing of the graph: {found or 'nothing'}.")
    return found.removeprefix(base)


def _failed(key: str, rows: Sequence[Mapping[str, str]]) -> Outcome:
    message = next((row[MESSAGE] for row in rows if row.get(MESSAGE)), "It is among what the query gives.")
    steps = [Step(_shown(row) or "The query gives it.", key) for row in rows[:MAX_STEPS]]
    return Outcome(False, message, tuple(steps))


def _shown(row: Mapping[str, str]) -> str:
    return ", ".join(
        f"{name} = {value}" for name, value in sorted(row.items()) if name not in (THIS, MESSAGE)
    )
