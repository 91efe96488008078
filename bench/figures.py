"""The rows of the report, each measured in this run."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import quantiles


@dataclass(frozen=True, slots=True)
class IngestRow:
    """One phase of one ingest case. CPU is of the time between the first request and the last answer.

    ``store_cpu_ms`` is that of the database server's process: None where there is none, or none of ours.
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
    service_cpu_ms: float
    store_cpu_ms: float | None
    client_cpu_ms: float
    client_busy: float
    """CPU seconds of the client for each second of the phase: near 1, the client is what is measured."""

    @property
    def cpu_ms(self) -> float:
        """CPU per event of the service and, where known, of the database server."""
        return self.service_cpu_ms + (self.store_cpu_ms or 0.0)

    @property
    def case(self) -> tuple[str, str, str, int]:
        """What the phases of one case share."""
        return (self.store, self.workload, self.endpoint, self.clients)


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


def percentiles(values: Sequence[float]) -> tuple[float, float]:
    """The 50th and the 95th percentile."""
    if len(values) == 1:
        return values[0], values[0]
    cuts = quantiles(values, n=20, method="inclusive")
    return cuts[9], cuts[18]
