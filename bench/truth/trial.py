"""One project on trial: events in, every change predicted, then made, then compared; by at most two processes."""

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

import duckdb

from bench.truth.built import Built
from bench.truth.laboratory import Laboratory
from bench.truth.mutation import Kind, Mutation, mutations
from bench.truth.outcome import Outcome, Truth
from bench.truth.prediction import UNLISTED, Mode, Prediction, Predictor, ingest
from bench.truth.record import Made, Record, Telling, telling
from bench.truth.scoring import Unit

PROCESSES = 2
_SAME = Outcome((Truth.SAME,))
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Question:
    """Which of the changes are asked: of these kinds, every ``part``-th one; and from what."""

    modes: tuple[Mode, ...] = (Mode.ALL,)
    kinds: frozenset[Kind] = frozenset(Kind)
    part: int = 1


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of one telling of a project: its units by mode."""

    record: Record
    telling: Telling
    units: Mapping[Mode, Sequence[Unit]]

    @property
    def name(self) -> str:
        return self.telling.name


def try_project(builds: Sequence[Built], stores: Sequence[str], question: Question) -> list[Trial]:
    """Predict every change from each build of one project, and only then make it, once for all of them."""
    laboratory = Laboratory(builds[0])
    every = [
        mutation
        for relation, columns in laboratory.relations().items()
        if laboratory.downstream(relation)
        for mutation in mutations(relation, columns)
        if mutation.kind in question.kinds
    ][:: question.part]
    tellings = tuple(telling(built, laboratory.failing) for built in builds)
    answers = [_answers(one, store, question, every) for one, store in zip(tellings, stores, strict=True)]
    done = _in_parts(every, partial(_make, builds[0]))
    made = tuple(
        Made(one, outcomes) for one, outcomes in zip(every, done, strict=True) if outcomes is not None
    )
    record = Record(
        tellings,
        made,
        len(every) - len(made),
        _left_out(builds[0], laboratory.failing),
        tuple(sorted(laboratory.unlike)),
    )
    return [_trial(record, one, answer) for one, answer in zip(tellings, answers, strict=True)]


def try_record(record: Record, stores: Sequence[str], question: Question) -> list[Trial]:
    """Predict what was tried before."""
    chosen = [one for one in record.changes if one.mutation.kind in question.kinds][:: question.part]
    record = replace(record, changes=tuple(chosen))
    every = [one.mutation for one in record.changes]
    return [
        _trial(record, one, _answers(one, store, question, every))
        for one, store in zip(record.tellings, stores, strict=True)
    ]


def _left_out(built: Built, failing: Mapping[str, str]) -> dict[str, str]:
    untold = {job.name: "no event tells of it" for job in built.jobs if not job.told}
    return {**built.left_out, **untold, **dict.fromkeys(failing, "does not run again")}


Answers = dict[Mode, dict[Mutation, Prediction]]


def _answers(one: Telling, store: str, question: Question, every: Sequence[Mutation]) -> Answers:
    """What is said of each change, from a store that is given the events first."""
    if not question.modes:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        ingest(one.project, one.events, store, Path(folder))
    return {
        mode: dict(zip(every, _in_parts(every, partial(_predict, one, store, mode)), strict=True))
        for mode in question.modes
    }


def _in_parts(every: Sequence[Mutation], work: Callable[[Sequence[Mutation]], Sequence[T]]) -> list[T]:
    """Work shared by the processes; the results in order. They start afresh: copies of threads may hang."""
    parts = [every[number::PROCESSES] for number in range(PROCESSES)]
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        done = [pool.submit(work, part) for part in parts]
        results = [iter(one.result()) for one in done]
    return [next(results[place % PROCESSES]) for place in range(len(every))]


def _make(built: Built, every: Sequence[Mutation]) -> list[Mapping[str, Outcome] | None]:
    laboratory = Laboratory(built)
    found: list[Mapping[str, Outcome] | None] = []
    for mutation in every:
        try:
            found.append(laboratory.experiment(mutation))
        except duckdb.Error:
            found.append(None)
    return found


def _predict(one: Telling, store: str, mode: Mode, every: Sequence[Mutation]) -> list[Prediction]:
    with closing(Predictor(store, mode)) as predictor:
        return [predictor.predict(one.dataset(mutation.relation), mutation) for mutation in every]


def _trial(record: Record, one: Telling, answers: Answers) -> Trial:
    units = {
        mode: [unit for made in record.changes for unit in _units(one, made, said[made.mutation])]
        for mode, said in answers.items()
    }
    return Trial(record, one, units)


def _units(one: Telling, made: Made, prediction: Prediction) -> Iterable[Unit]:
    """Of every job of which an event tells and that runs by itself: those behind the change, and false alarms."""
    for name, key in one.jobs.items():
        behind = name in made.outcomes
        if not behind and (prediction.error or prediction.of(key).severity in (UNLISTED, "PASSES_THROUGH")):
            continue
        said, outcome = prediction.of(key), made.outcomes.get(name, _SAME)
        yield Unit(
            one.name,
            made.mutation.kind,
            made.mutation.name,
            name,
            outcome.found,
            outcome.message,
            said.severity,
            said.certainty,
            said.reason,
            prediction.verdict,
            behind,
        )
