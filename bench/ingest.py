"""Ingest over HTTP: events per second and CPU per event, for first sightings and for repeats.

Each case has a store and a service of its own. Its first phase sends the events of one run of jobs that nobody has
heard of; its second, *repeat*, those of another run of the same jobs, with the same facets.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.client import send
from bench.cpu import cpu_s
from bench.errors import BenchFailed
from bench.figures import IngestRow, percentiles
from bench.service import Service, serving
from bench.stores import EmptyStore, Stores
from bench.workload import SMALL, SMALL_ONCE, WIDE, Shape, batches, runs

PATH = "/api/v1/lineage"
BATCH_PATH = "/api/v1/lineage/batch"
BATCH_EVENTS = 100
PHASES = ("first", "repeat")


@dataclass(frozen=True, slots=True)
class IngestSize:
    """How much is sent; each job has two events, of ``small once`` one. ``warm_jobs`` are sent unmeasured, first."""

    small_jobs: int
    wide_jobs: int
    warm_jobs: int
    clients: tuple[int, ...] = (1, 4, 16)


QUICK = IngestSize(small_jobs=150, wide_jobs=50, warm_jobs=10)
USUAL = IngestSize(small_jobs=1000, wide_jobs=200, warm_jobs=50)


@dataclass(frozen=True, slots=True)
class Case:
    """One shape of events, sent one by one or in batches."""

    shape: Shape
    jobs: int
    clients: int
    batched: bool = False

    @property
    def endpoint(self) -> str:
        """How the report calls it."""
        return f"batch of {BATCH_EVENTS}" if self.batched else "one event"


def cases(size: IngestSize) -> list[Case]:
    """All cases for one kind of store."""
    sized = ((SMALL, size.small_jobs), (WIDE, size.wide_jobs))
    once = (SMALL_ONCE, 2 * size.small_jobs)
    alone = [Case(shape, jobs, clients) for shape, jobs in (*sized, once) for clients in size.clients]
    return alone + [Case(shape, jobs, clients=1, batched=True) for shape, jobs in (*sized, once)]


def measure_ingest(stores: Stores, size: IngestSize) -> Iterator[IngestRow]:
    """The rows of every case, as they are measured. Raises BenchFailed."""
    for case in cases(size):
        with stores.empty() as store, serving(store.url, store.folder) as service:
            _warm_up(service, case, size.warm_jobs)
            for run, phase in enumerate(PHASES):
                yield _measure_phase(stores.name, store, service, case, phase, run)


def _warm_up(service: Service, case: Case, jobs: int) -> None:
    """Both phases, with jobs of their own."""
    for run in range(len(PHASES)):
        send(service.url, PATH, runs(case.shape, range(case.jobs, case.jobs + jobs), run), clients=1)


def _measure_phase(
    store_name: str, store: EmptyStore, service: Service, case: Case, phase: str, run: int
) -> IngestRow:
    pairs = runs(case.shape, range(case.jobs), run)
    events = [event for pair in pairs for event in pair]
    path, units = (BATCH_PATH, batches(pairs, BATCH_EVENTS)) if case.batched else (PATH, pairs)
    before = _cpu(service, store)
    sent = send(service.url, path, units, case.clients)
    service_cpu, store_cpu = (
        None if begin is None or end is None else (end - begin) * 1000 / len(events)
        for begin, end in zip(before, _cpu(service, store), strict=True)
    )
    _check_applied(sent.answers, len(events))
    p50, p95 = percentiles(sent.latencies_s)
    return IngestRow(
        store=store_name,
        workload=case.shape.name,
        endpoint=case.endpoint,
        clients=case.clients,
        phase=phase,
        events=len(events),
        event_bytes=sum(map(len, events)) // len(events),
        events_per_s=len(events) / sent.wall_s,
        request_p50_ms=p50 * 1000,
        request_p95_ms=p95 * 1000,
        service_cpu_ms=service_cpu or 0.0,
        store_cpu_ms=store_cpu,
        client_cpu_ms=sent.cpu_s * 1000 / len(events),
        client_busy=sent.cpu_s / sent.wall_s,
    )


def _cpu(service: Service, store: EmptyStore) -> tuple[float, float | None]:
    return cpu_s(service.pid), None if store.server_pid is None else cpu_s(store.server_pid)


def _check_applied(answers: Sequence[bytes], events: int) -> None:
    """Every event must have been applied whole, as new: a duplicate would cost less. Raises BenchFailed."""
    found = [json.loads(answer) for answer in answers]
    receipts = [receipt for answer in found for receipt in answer.get("receipts", [answer])]
    applied = sum(receipt is not None and receipt["status"] == "applied" for receipt in receipts)
    if applied != events:
        raise BenchFailed(
            f"Of {events} events {applied} were applied; the first answer was {answers[0]!r:.500}"
        )
