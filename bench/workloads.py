"""The workloads of the ingest part: which events are sent, in which phases, in which ways."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from bench.workload import (
    FLOOD,
    HUB,
    ONE_JOB,
    SMALL,
    SMALL_ONCE,
    WIDE,
    Shape,
    flood,
    layers,
    run_events,
    runs,
)

CORPUS = Path(__file__).parents[2] / "shared" / "corpus" / "openlineage"
"""Real events beside the project; without the folder they are left out."""
Units: TypeAlias = list[list[bytes]]
NEW = frozenset({"applied"})
REAL = frozenset({"applied", "partial", "quarantined", "duplicate"})
KNOWN = frozenset({"duplicate"})


@dataclass(frozen=True, slots=True)
class Way:
    """One by one over so many connections, or in batches."""

    clients: int
    batched: bool = False


ALL_WAYS = (Way(1), Way(4), Way(16), Way(1, batched=True))


@dataclass(frozen=True, slots=True)
class IngestSize:
    """How much is sent. ``warm_jobs`` are sent unmeasured, first.

    ``small`` and ``wide`` are sent in ``ways``, the others in ``other_ways``. ``layers``: (how many, jobs in each). A
    workload of size 0 is left out.
    """

    small_jobs: int
    wide_jobs: int
    warm_jobs: int
    layers: tuple[int, int] = (20, 50)
    consumers: int = 1_000
    repeats: int = 200
    flood: int = 10_000
    corpus: int = 10_000
    """Real events, at most."""
    ways: tuple[Way, ...] = ALL_WAYS
    other_ways: tuple[Way, ...] = ALL_WAYS


QUICK = IngestSize(
    small_jobs=100,
    wide_jobs=20,
    warm_jobs=5,
    layers=(5, 20),
    consumers=100,
    repeats=50,
    flood=500,
    corpus=100,
    other_ways=(Way(16),),
)
USUAL = IngestSize(small_jobs=1000, wide_jobs=200, warm_jobs=50)


@dataclass(frozen=True, slots=True)
class Phase:
    """What is sent, and the only statuses that its events may get."""

    name: str
    units: Callable[[], Units]
    expected: frozenset[str] = NEW


@dataclass(frozen=True, slots=True)
class Workload:
    """Events of one kind. ``exact``: after each event its run is in just the state that the event says."""

    name: str
    ways: tuple[Way, ...]
    phases: tuple[Phase, ...]
    warm_up: Callable[[], Units]
    exact: bool = True


def workloads(size: IngestSize) -> Iterator[Workload]:
    """All workloads for one kind of store."""
    depth, width = size.layers
    rest = size.other_ways
    yield _twice(SMALL, size.small_jobs, size.warm_jobs, size.ways)
    yield _twice(WIDE, size.wide_jobs, size.warm_jobs, size.ways)
    yield _twice(SMALL_ONCE, 2 * size.small_jobs, size.warm_jobs, rest)
    if depth * width:
        yield _twice(layers(width), depth * width, size.warm_jobs, rest, f"layered {depth}x{width}")
    if size.consumers:
        yield _twice(HUB, size.consumers, size.warm_jobs, rest, f"hub {size.consumers:,}")
    if size.repeats:
        yield _repeats(size, rest)
    if size.flood:
        yield _flood(size, rest)
    if size.corpus and CORPUS.is_dir():
        yield _corpus(size.corpus, rest)


def _twice(shape: Shape, jobs: int, warm_jobs: int, ways: tuple[Way, ...], name: str = "") -> Workload:
    """Jobs that nobody has heard of, then another run of each."""

    def warm_up() -> Units:
        others = range(jobs, jobs + warm_jobs)
        return [unit for run in range(2) for unit in runs(shape, others, run)]

    return Workload(
        name or shape.name,
        ways,
        tuple(Phase(said, _Runs(shape, jobs, run)) for run, said in enumerate(("first", "repeat"))),
        warm_up,
    )


@dataclass(frozen=True, slots=True)
class _Runs:
    """One run of each job."""

    shape: Shape
    jobs: int
    run: int

    def __call__(self) -> Units:
        return runs(self.shape, range(self.jobs), self.run)


def _repeats(size: IngestSize, ways: tuple[Way, ...]) -> Workload:
    """So many runs of one job, after a first one."""

    def units() -> Units:
        return [run_events(ONE_JOB, 0, run) for run in range(1, size.repeats + 1)]

    return Workload(
        f"{size.repeats} runs of one job",
        ways,
        (Phase("repeat", units),),
        lambda: runs(ONE_JOB, range(size.warm_jobs), 0),
    )


def _flood(size: IngestSize, ways: tuple[Way, ...]) -> Workload:
    """So many RUNNING events of one run."""

    later = range(size.flood, size.flood + size.warm_jobs)
    phases = (Phase("flood", lambda: flood(range(size.flood))),)
    return Workload(f"{size.flood:,} {FLOOD.types[0]} of a run", ways, phases, lambda: flood(later))


def _corpus(most: int, ways: tuple[Way, ...]) -> Workload:
    """Real events, each run's in their order; then all of them once more."""

    units = corpus_units(most)
    phases = (Phase("first", lambda: units, REAL), Phase("again", lambda: units, KNOWN))
    return Workload("corpus", ways, phases, lambda: runs(SMALL, range(5), 0), exact=False)


def corpus_units(most: int) -> Units:
    """The first events of the corpus by their run, or one by one where they have none, in the order of their files."""
    found: dict[str, list[bytes]] = defaultdict(list)
    for path in sorted(CORPUS.rglob("*.json"))[:most]:
        body = path.read_bytes()
        found[json.loads(body).get("run", {}).get("runId", str(path))].append(body)
    return list(found.values())
