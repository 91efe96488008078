"""Memory and disk while events keep coming: does the service grow with what it has taken?"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bench.client import send
from bench.cpu import forget_peak, memory_mib, peak_memory_kib
from bench.figures import MemoryRow
from bench.ingest import KIB_A_MIB, PATH
from bench.service import Service, serving
from bench.stores import EmptyStore, Stores
from bench.workload import SMALL, runs

RUNS = 10
"""Of each job: nine in ten runs repeat what the first told."""
CLIENTS = 16


@dataclass(frozen=True, slots=True)
class MemorySize:
    """A row after each of these numbers of events; so many jobs are new in each step."""

    marks: tuple[int, ...]
    jobs: int

    @property
    def step(self) -> int:
        """How many events are sent at once, and then made anew."""
        return self.jobs * RUNS * len(SMALL.types)


QUICK = MemorySize((200, 400, 800), jobs=10)
USUAL = MemorySize((10_000, 50_000, 100_000), jobs=100)


def measure_memory(stores: Stores, size: MemorySize) -> Iterator[MemoryRow]:
    """A row at each mark, of one service on one store; the last with the disk. Raises BenchFailed."""
    with stores.empty() as store:
        with serving(store.url, store.folder) as service:
            *rows, last = _rows(stores.name, store, service, size)
        yield from rows
        yield replace(last, disk_bytes=store.closed_bytes and store.closed_bytes() / last.events)


def _rows(store_name: str, store: EmptyStore, service: Service, size: MemorySize) -> Iterator[MemoryRow]:
    sent = steps = 0
    for mark in size.marks:
        forget_peak(service.pid)
        spent_s, before = 0.0, sent
        while sent < mark:
            spent_s += _step(service, steps, size.jobs)
            sent, steps = sent + size.step, steps + 1
        yield MemoryRow(
            store=store_name,
            events=sent,
            events_per_s=(sent - before) / spent_s,
            service_mib=memory_mib(service.pid),
            service_peak_mib=peak_memory_kib(service.pid) / KIB_A_MIB,
            store_mib=None if store.server_pid is None else memory_mib(store.server_pid),
            disk_bytes=None,
        )


def _step(service: Service, number: int, jobs: int) -> float:
    units = [
        unit for run in range(RUNS) for unit in runs(SMALL, range(number * jobs, (number + 1) * jobs), run)
    ]
    return send(service.url, PATH, units, CLIENTS).wall_s
