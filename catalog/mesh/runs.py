"""The last runs of jobs as of an instant: how each stood then."""

from collections.abc import Collection
from dataclasses import dataclass

from catalog import state
from catalog.fold.runs import RunState
from catalog.instant import instant_of
from catalog.store.port import Reader

RUNS_READ = 50
"""The latest runs of a job that are looked at. A success before them is not found."""
SUCCESS = "COMPLETE"
FAILURES = frozenset(("FAIL", "ABORT"))


@dataclass(frozen=True, slots=True)
class RunSeen:
    """A run (key) of a job as it stood at the instant: START, RUNNING, COMPLETE, FAIL, ABORT, or None: not told."""

    run: str
    job: str
    state: str | None
    started_at: int
    ended_at: int | None


@dataclass(frozen=True, slots=True)
class LastRuns:
    """The latest run of a job (or of several), and the latest that succeeded among those looked at.

    ``failing_since``: the end of the first failure after the last success, while no success has followed.
    """

    last: RunSeen | None = None
    success: RunSeen | None = None
    failing_since: int | None = None


def last_runs(reader: Reader, jobs: Collection[str], at: int | None) -> dict[str, LastRuns]:
    """The last runs of each job that has any: two questions."""
    if not jobs:
        return {}
    found = state.runs_of(reader, jobs, limit=RUNS_READ, at=at)
    runs = {run for rows in found.values() for _, run in rows}
    states = state.run_states(reader, runs) if runs else {}
    answers: dict[str, LastRuns] = {}
    for job, rows in found.items():
        seen = [_seen(job, run, states[run], at) for _, run in rows if run in states]
        if seen:
            answers[job] = _last(seen)
    return answers


def joined(found: Collection[LastRuns]) -> LastRuns:
    """The same of several jobs together: the latest of each."""
    lasts = [one.last for one in found if one.last is not None]
    successes = [one.success for one in found if one.success is not None]
    failing = [one.failing_since for one in found if one.failing_since is not None]
    return LastRuns(
        max(lasts, key=_when, default=None),
        max(successes, key=_when, default=None),
        min(failing, default=None),
    )


def _seen(job: str, run: str, told: RunState, at: int | None) -> RunSeen:
    part = told.parts.get(job)
    terminal = (part.terminal if part is not None else None) or told.terminal
    ended = None if terminal is None else instant_of(terminal[1])
    if ended is not None and (at is None or ended <= at):
        return RunSeen(run, job, terminal[0] if terminal else None, told.started_at, ended)
    active = told.active
    return RunSeen(run, job, active[0] if active else None, told.started_at, None)


def _last(seen: list[RunSeen]) -> LastRuns:
    """``seen``: the latest begin first."""
    success = next((one for one in seen if one.state == SUCCESS), None)
    failures: list[RunSeen] = []
    for one in seen:
        if one.state == SUCCESS:
            break
        if one.state in FAILURES:
            failures.append(one)
    since = min((one.ended_at or one.started_at for one in failures), default=None)
    return LastRuns(seen[0], success, since)


def _when(run: RunSeen) -> tuple[int, str]:
    return (run.ended_at or run.started_at, run.run)
