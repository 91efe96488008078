"""Ingest over HTTP: events per second, time until an event is acknowledged and can be read, CPU, memory and disk.

Each case has a store and a service of its own and sends one workload in one way, phase by phase.
"""

import json
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.client import Sent, send
from bench.cpu import cpu_s, forget_peak, peak_memory_kib
from bench.errors import BenchFailed
from bench.figures import IngestRow, percentiles
from bench.reading import Question, question_after
from bench.service import Service, metrics_of, serving
from bench.stores import EmptyStore, Stores
from bench.workload import batches
from bench.workloads import IngestSize, Phase, Units, Way, Workload, workloads

PATH = "/api/v1/lineage"
BATCH_PATH = "/api/v1/lineage/batch"
BATCH_EVENTS = 100
KIB_A_MIB = 1024
DERIVED_TIMEOUT_S = 600
DERIVED_POLL_S = 0.1
_NONE_WAITS = re.compile(rb"^meshline_derivation_jobs 0\.0$", re.MULTILINE)


def endpoint(way: Way) -> str:
    """How the report calls a way of sending."""
    return f"batch of {BATCH_EVENTS}" if way.batched else "one event"


def measure_ingest(stores: Stores, size: IngestSize) -> Iterator[IngestRow]:
    """The rows of every case, as they are measured. Raises BenchFailed."""
    for workload in workloads(size):
        for way in workload.ways:
            with stores.empty() as store, serving(store.url, store.folder) as service:
                send(service.url, PATH, workload.warm_up(), clients=1)
                for phase in workload.phases:
                    yield _measure(stores.name, store, service, workload, phase, way)


def _measure(
    store_name: str,
    store: EmptyStore,
    service: Service,
    workload: Workload,
    phase: Phase,
    way: Way,
) -> IngestRow:
    units, others = _parts(phase.units())
    events = [event for unit in units for event in unit]
    path, bodies = _requests(way, units)
    disk = store.open_bytes and store.open_bytes()
    usage = _Usage(service, store)
    sent = send(service.url, path, bodies, way.clients)
    derived_s = _until_derived(service.url)
    used = usage.since()
    _check(sent.answers, len(events), phase)
    grown = None if store.open_bytes is None or disk is None else (store.open_bytes() - disk) / len(events)
    asked = send(service.url, *_requests(way, others), way.clients, _Asks(workload.exact))
    _check(asked.answers, sum(map(len, others)), phase)
    p50, p95, p99 = percentiles(sent.latencies_s)
    readable = _milliseconds(asked)
    return IngestRow(
        store=store_name,
        workload=workload.name,
        endpoint=endpoint(way),
        clients=way.clients,
        phase=phase.name,
        events=len(events),
        event_bytes=sum(map(len, events)) // len(events),
        events_per_s=len(events) / sent.wall_s,
        request_p50_ms=p50 * 1000,
        request_p95_ms=p95 * 1000,
        request_p99_ms=p99 * 1000,
        derived_s=derived_s,
        reads=len(asked.readable_s),
        readable_p50_ms=readable[0],
        readable_p95_ms=readable[1],
        readable_p99_ms=readable[2],
        service_cpu_ms=used.service_cpu_s * 1000 / len(events),
        store_cpu_ms=None if used.store_cpu_s is None else used.store_cpu_s * 1000 / len(events),
        client_cpu_ms=sent.cpu_s * 1000 / len(events),
        client_busy=sent.cpu_s / sent.wall_s,
        service_peak_mib=used.service_peak_mib,
        store_peak_mib=used.store_peak_mib,
        disk_bytes=grown,
    )


def _parts(units: Units) -> tuple[Units, Units]:
    """What is measured, and the last fifth of it, which is then sent apart: each of its events is read back.

    Questions cost more than events: among them they would be what is measured.
    """
    cut = len(units) - max(1, len(units) // 5)
    return units[:cut], units[cut:]


def _requests(way: Way, units: Units) -> tuple[str, Units]:
    return (BATCH_PATH, batches(units, BATCH_EVENTS)) if way.batched else (PATH, units)


def _until_derived(url: str) -> float:
    """Wait until no job waits for the lineage of its SQL; seconds. Raises BenchFailed."""
    begin = time.monotonic()
    while not _NONE_WAITS.search(metrics_of(url)):
        if time.monotonic() - begin > DERIVED_TIMEOUT_S:
            raise BenchFailed("The lineage of SQL is not derived.")
        time.sleep(DERIVED_POLL_S)
    return time.monotonic() - begin


@dataclass(frozen=True, slots=True)
class _Used:
    """CPU seconds and most memory of the service and, where there is one of ours, of the database server."""

    service_cpu_s: float
    store_cpu_s: float | None
    service_peak_mib: float
    store_peak_mib: float | None


class _Usage:
    """What the processes use from now on."""

    def __init__(self, service: Service, store: EmptyStore) -> None:
        self._pids = (service.pid, store.server_pid)
        for pid in self._pids:
            if pid is not None:
                forget_peak(pid)
        self._begin_s = [None if pid is None else cpu_s(pid) for pid in self._pids]

    def since(self) -> _Used:
        """Until now."""
        spent = [
            None if pid is None or begin is None else cpu_s(pid) - begin
            for pid, begin in zip(self._pids, self._begin_s, strict=True)
        ]
        peaks = [None if pid is None else peak_memory_kib(pid) / KIB_A_MIB for pid in self._pids]
        return _Used(spent[0] or 0.0, spent[1], peaks[0] or 0.0, peaks[1])


@dataclass(frozen=True, slots=True)
class _Asks:
    """Asks after every request."""

    exact: bool

    def __call__(self, number: int, body: bytes) -> Question | None:
        return question_after(body, exact=self.exact)


def _milliseconds(sent: Sent) -> tuple[float, float, float] | tuple[None, None, None]:
    if not sent.readable_s:
        return None, None, None
    p50, p95, p99 = percentiles(sent.readable_s)
    return p50 * 1000, p95 * 1000, p99 * 1000


def _check(answers: Sequence[bytes], events: int, phase: Phase) -> None:
    """Every event must have become what the phase is about: a duplicate would cost less. Raises BenchFailed."""
    found = [json.loads(answer) for answer in answers]
    receipts = [receipt for answer in found for receipt in answer.get("receipts", [answer])]
    statuses = Counter(receipt["status"] if receipt else "rejected" for receipt in receipts)
    if len(receipts) != events or not statuses.keys() <= phase.expected:
        raise BenchFailed(
            f"Of {events} events of phase {phase.name}: {dict(statuses)}; first: {answers[0]!r:.500}"
        )
