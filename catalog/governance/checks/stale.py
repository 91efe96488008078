"""The rule ``stale``: data is older than a contract promises, or than a policy allows.

Data is as old as the end of the last run that succeeded of a job that writes it; of several datasets of a port the
stalest counts. Where nothing is promised and nothing is allowed nothing is too old. Where no run that succeeded is
known, or a promise is not understood, it is not known.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from catalog.coverage import spoken
from catalog.duration import duration_s
from catalog.governance.checks.ground import Ground
from catalog.governance.checks.outcome import HOLDS, NotEvaluated, Outcome, Outcomes, unknown
from catalog.governance.checks.promises import Limit, promised
from catalog.governance.policy import SECOND_NS, LineageCheck
from catalog.governance.verdict import Step
from catalog.graph import Direction, Node
from catalog.instant import format_instant
from catalog.mesh.runs import LastRuns, RunSeen, joined, last_runs
from catalog.mesh.slo import compare, spoken_age
from catalog.store.port import batched

_PAGE = 500
"""Datasets whose jobs' runs are read at once."""


@dataclass(frozen=True, slots=True)
class _Age:
    """The last success of the stalest of some datasets, and which; ``run`` None: none is known."""

    run: RunSeen | None
    dataset: str | None


def judge(ground: Ground, check: LineageCheck, targets: Mapping[str, Node]) -> Outcomes:
    """What runs say of the data of ports or datasets. Raises NotEvaluated."""
    if ground.gap is not None:
        raise NotEvaluated(ground.gap)
    allowed = _allowed(check)
    limits = {key: [*allowed, *promised(ground, key)] for key in targets}
    found: dict[str, Outcome] = {key: HOLDS for key, told in limits.items() if not told}
    asked = {key: _datasets(ground, key) for key in targets if key not in found}
    ages = _ages(ground, {dataset for datasets in asked.values() for dataset in datasets})
    for key, datasets in asked.items():
        found[key] = _outcome(ground.now_ns, key, limits[key], _stalest(datasets, ages))
    return found


def _allowed(check: LineageCheck) -> list[Limit]:
    given = check.told.get("maxAge")
    if given is None:
        return []
    seconds = duration_s(str(given))
    if seconds is None:
        raise NotEvaluated(f"The age {given!r} is no length of time that is understood.")
    return [Limit(None, "lteq", Decimal(seconds), f"The policy allows {given}.")]


def _datasets(ground: Ground, key: str) -> tuple[str, ...]:
    """The datasets of a port, or the dataset itself."""
    binding = ground.mesh.bindings.get(key)
    return (key,) if binding is None else tuple(one.dataset for one in binding.counting)


def _ages(ground: Ground, datasets: Iterable[str]) -> dict[str, RunSeen]:
    """The last success of the jobs that write each dataset; of those of which one is known."""
    found: dict[str, RunSeen] = {}
    classes = ground.view.classes
    for keys in batched(sorted(datasets), _PAGE):
        classes.close_datasets(keys)
        names = {key: classes.name(key) for key in keys}
        writers: dict[str, set[str]] = {name: set() for name in names.values()}
        for edge in ground.view.writes(set(names.values()), Direction.IN):
            writers[classes.name(edge.target)].add(edge.source)
        runs = last_runs(ground.reader, {job for jobs in writers.values() for job in jobs}, ground.at)
        for key, name in names.items():
            last: LastRuns = joined([runs[job] for job in writers[name] if job in runs])
            if last.success is not None:
                found[key] = last.success
    return found


def _stalest(datasets: tuple[str, ...], ages: Mapping[str, RunSeen]) -> _Age:
    missing = next((one for one in datasets if one not in ages), None)
    if missing is not None or not datasets:
        return _Age(None, missing)
    oldest = min(datasets, key=lambda one: (_end(ages[one]), one))
    return _Age(ages[oldest], oldest)


def _outcome(now_ns: int, key: str, limits: list[Limit], age: _Age) -> Outcome:
    if age.run is None or age.dataset is None:
        what = "what it gives" if age.dataset is None else spoken(age.dataset)
        return unknown(f"The age of {what} is not known: no job that writes it is known to have succeeded.")
    end = _end(age.run)
    age_s = Decimal(max(0, now_ns - end)) / SECOND_NS
    steps = (
        Step(f"The last success of {spoken(age.run.job)} ended at {format_instant(end)}.", age.run.run),
        Step(f"It writes {spoken(age.dataset)}, which is {spoken_age(age_s)} old.", age.dataset),
    )
    met = {limit: _met(age_s, limit) for limit in limits}
    until = min((time for limit in limits for time in _changes(end, limit) if time > now_ns), default=None)
    for limit in limits:
        if met[limit] is False:
            message = f"{spoken(key)} is stale: its data is {spoken_age(age_s)} old. {limit.text}"
            return Outcome(False, message, (*steps, Step(limit.text, limit.key)), until)
    puzzling = next((limit for limit in limits if met[limit] is None), None)
    if puzzling is not None:
        return Outcome(None, f"What is promised is not understood. {puzzling.text}", steps, until)
    return Outcome(True, until_ns=until)


def _met(age_s: Decimal, limit: Limit) -> bool | None:
    return None if limit.seconds is None else compare(age_s, limit.operator, limit.seconds)


def _changes(end: int, limit: Limit) -> tuple[int, ...]:
    """When the age comes to a limit, and when it passes it."""
    if limit.seconds is None:
        return ()
    at = end + int(limit.seconds * SECOND_NS)
    return (at, at + 1)


def _end(run: RunSeen) -> int:
    return run.ended_at or run.started_at
