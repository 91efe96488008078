"""Where a run stands among the runs of a job, and what it contributes there: what changes when its state does."""

from dataclasses import dataclass

from catalog.fold.history import Observation
from catalog.fold.runs import RunState, observation, position
from catalog.fold.workspace import Workspace
from catalog.store.port import Space


@dataclass(frozen=True, slots=True)
class Standing:
    """``place``: its position; ``observation``: what it contributes. Both None: it is not a run of the job."""

    place: str | None = None
    observation: Observation | None = None


def standing(run: RunState | None, job: str) -> Standing:
    """How a run stands among the runs of a job."""
    if run is None or job not in run.parts:
        return Standing()
    return Standing(position(run, job), observation(run, job))


def order_run(work: Workspace, job: str, run: str, before: str | None, after: str | None) -> None:
    """Keep the list of a job's runs in order of their begin."""
    if before == after:
        return
    if before is not None:
        work.records[Space.RUN_ORDER, job, before] = None
    if after is not None:
        work.records[Space.RUN_ORDER, job, after] = run


def note_change(
    changes: dict[str, Observation | None], before: Observation | None, after: Observation | None
) -> None:
    """Note what becomes of an observation."""
    if before == after:
        return
    if before is not None:
        changes[before.at] = None
    if after is not None:
        changes[after.at] = after
