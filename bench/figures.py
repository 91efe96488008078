"""The rows of the report, each measured in this run."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import quantiles


@dataclass(frozen=True, slots=True)
class IngestRow:
    """One phase of one ingest case. CPU is of the time from the first request until all lineage of SQL was derived,
    which was ``derived_s`` after the last answer.

    What is of the store is of the database server's process: None where there is none, or none of ours. Further events,
    ``reads``, were asked for as soon as they were acknowledged: ``readable`` is the time from sending such an event
    until the answer that showed it had come.
    """

    store: str
    workload: str
    endpoint: str
    clients: int
    phase: str
    events: int
    event_bytes: int
    events_per_s: float
    request_p50_ms: float
    request_p95_ms: float
    request_p99_ms: float
    derived_s: float
    reads: int
    readable_p50_ms: float | None
    readable_p95_ms: float | None
    readable_p99_ms: float | None
    service_cpu_ms: float
    store_cpu_ms: float | None
    client_cpu_ms: float
    client_busy: float
    """CPU seconds of the client for each second of the phase: near 1, the client is what is measured."""
    service_peak_mib: float
    store_peak_mib: float | None
    disk_bytes: float | None
    """By which the store's files grew, for each event; None where that cannot be told."""

    @property
    def cpu_ms(self) -> float:
        """CPU per event of the service and, where known, of the database server."""
        return self.service_cpu_ms + (self.store_cpu_ms or 0.0)

    @property
    def case(self) -> tuple[str, str, str, int]:
        """What the phases of one case share."""
        return (self.store, self.workload, self.endpoint, self.clients)


@dataclass(frozen=True, slots=True)
class MemoryRow:
    """After so many events in all: speed since the row before, memory now and at most, bytes on disk per event."""

    store: str
    events: int
    events_per_s: float
    service_mib: float
    service_peak_mib: float
    store_mib: float | None
    disk_bytes: float | None


@dataclass(frozen=True, slots=True)
class LoadRow:
    """Writing one generated graph through the store port."""

    store: str
    graph: str
    nodes: int
    edges: int
    edges_per_s: float


@dataclass(frozen=True, slots=True)
class WalkRow:
    """One question, asked of several starts. ``depth`` None walks to the end."""

    store: str
    graph: str
    way: str
    question: str
    depth: int | None
    asks: int
    answer_p50: int
    answer_max: int
    p50_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class ImpactRow:
    """One kind of change, asked about through GraphQL. ``items``: in the whole answer, whatever page is given;
    ``partial``: answers that say that they do not know all; ``cpu_ms``: of the service and the server of the store, for
    one answer."""

    store: str
    graph: str
    question: str
    asks: int
    items_p50: int
    items_max: int
    partial: int
    p50_ms: float
    p95_ms: float
    cpu_ms: float


@dataclass(frozen=True, slots=True)
class VerdictRow:
    """Keeping verdicts where something has changed, ``times`` in a row, in the process of the store: until what the
    change can affect is asked again and written. ``cpu_ms``: of that process and the server of the store, for one."""

    store: str
    graph: str
    change: str
    times: int
    p50_ms: float
    p95_ms: float
    cpu_ms: float


@dataclass(frozen=True, slots=True)
class GovernanceRow:
    """One question about classes of data or policies, asked in the process of the store. ``found``: columns that are of
    the class, or verdicts; ``cpu_ms``: of that process and the server of the store, for one answer."""

    store: str
    graph: str
    question: str
    asks: int
    found: int
    p50_ms: float
    p95_ms: float
    cpu_ms: float


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One export to a file, by a process of its own. ``lines``: in N-Quads one for each statement."""

    store: str
    graph: str
    form: str
    profile: str
    lines: int
    megabytes: float
    seconds: float
    cpu_s: float
    peak_mib: float


def percentiles(values: Sequence[float]) -> tuple[float, float, float]:
    """The 50th, the 95th and the 99th percentile."""
    if len(values) == 1:
        return values[0], values[0], values[0]
    cuts = quantiles(values, n=100, method="inclusive")
    return cuts[49], cuts[94], cuts[98]
