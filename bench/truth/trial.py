"""One project on trial: events in, every change predicted, then made, then compared; by at most two processes."""

import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import duckdb

from bench.truth.built import Built, Job
from bench.truth.laboratory import Laboratory
from bench.truth.mutation import Kind, Mutation, mutations
from bench.truth.outcome import Outcome, Truth
from bench.truth.prediction import UNLISTED, Mode, Prediction, Predictor, Said, ingest
from bench.truth.scoring import Unit

PROCESSES = 2
_SAME = Outcome((Truth.SAME,))


@dataclass(frozen=True, slots=True)
class Told:
    """A build whose events are in a store."""

    built: Built
    store: str

    @property
    def name(self) -> str:
        """Of the project, and whether schemas were told."""
        return f"{self.built.name}, schemas {'known' if self.built.known else 'unknown'}"


@dataclass(frozen=True, slots=True)
class Question:
    """How many of the changes are asked: of these kinds, by these modes, every ``part``-th one."""

    modes: tuple[Mode, ...] = (Mode.ALL,)
    kinds: frozenset[Kind] = frozenset(Kind)
    part: int = 1


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of one project: its units by mode, how many changes were made, and what could not be counted."""

    name: str
    built: Built
    units: Mapping[Mode, Sequence[Unit]]
    changes: int
    impossible: int
    failing: Mapping[str, str]
    unlike: frozenset[str]


def told(built: Built, store: str) -> Told:
    """Give the events of a build to a store. Raises BenchFailed."""
    with tempfile.TemporaryDirectory() as folder:
        ingest(built, store, Path(folder))
    return Told(built, store)


def try_project(builds: Sequence[Told], question: Question) -> list[Trial]:
    """Predict every change from each of the builds of one project, then make it, once for all of them."""
    with ProcessPoolExecutor(PROCESSES) as pool:
        work = [pool.submit(_try_part, builds, question, number) for number in range(PROCESSES)]
        parts = [one.result() for one in work]
    return [_joined([part[place] for part in parts]) for place in range(len(builds))]


def _joined(parts: Sequence[Trial]) -> Trial:
    one = parts[0]
    return Trial(
        one.name,
        one.built,
        {mode: [unit for part in parts for unit in part.units[mode]] for mode in one.units},
        sum(part.changes for part in parts),
        sum(part.impossible for part in parts),
        one.failing,
        one.unlike,
    )


def _try_part(builds: Sequence[Told], question: Question, number: int) -> list[Trial]:
    laboratory = Laboratory(builds[0].built)
    step = question.part * PROCESSES
    every = [
        mutation
        for relation, columns in laboratory.relations().items()
        for mutation in mutations(relation, columns)
        if mutation.kind in question.kinds
    ][number * question.part :: step]
    predicted = [
        {mode: _predict(one, mode, every) for mode in question.modes} for one in builds
    ]  # all of them before anything is changed
    made = [_made(laboratory, mutation) for mutation in every]
    done = [place for place, outcomes in enumerate(made) if outcomes is not None]
    found = []
    for one, answers in zip(builds, predicted, strict=True):
        units = {
            mode: [
                unit
                for place in done
                for unit in _units(one, laboratory, every[place], made[place] or {}, answers[mode][place])
            ]
            for mode in question.modes
        }
        out = len(every) - len(done)
        unlike = frozenset(laboratory.unlike)
        found.append(Trial(one.name, one.built, units, len(done), out, laboratory.failing, unlike))
    return found


def _made(laboratory: Laboratory, mutation: Mutation) -> dict[str, Outcome] | None:
    try:
        return laboratory.experiment(mutation)
    except duckdb.Error:
        return None


def _predict(one: Told, mode: Mode, every: Sequence[Mutation]) -> list[Prediction]:
    with closing(Predictor(one.store, mode)) as predictor:
        return [predictor.predict(one.built.dataset(mutation.relation), mutation) for mutation in every]


def _units(
    one: Told,
    laboratory: Laboratory,
    mutation: Mutation,
    outcomes: Mapping[str, Outcome],
    prediction: Prediction,
) -> list[Unit]:
    """Of every job of which an event tells and that runs by itself: those behind the change, and false alarms."""
    found = []
    for job in one.built.jobs:
        if not job.told or job.name in laboratory.failing:
            continue
        if prediction.error and job.name not in outcomes:
            continue  # the lack of an answer concerns the jobs behind the change
        behind = job.name in outcomes
        said = prediction.of(job.key)
        if behind or said.severity not in (UNLISTED, "PASSES_THROUGH"):
            found.append(
                _unit(
                    one.name, mutation, job, outcomes.get(job.name, _SAME), said, prediction.verdict, behind
                )
            )
    return found


def _unit(
    project: str, mutation: Mutation, job: Job, outcome: Outcome, said: Said, verdict: str, behind: bool
) -> Unit:
    return Unit(
        project,
        mutation.kind,
        mutation.name,
        job.name,
        outcome.found,
        outcome.message,
        said.severity,
        said.certainty,
        said.reason,
        verdict,
        behind,
    )
