"""Prometheus metrics of one application, in a registry of its own."""

from collections.abc import Callable, Iterable, Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from catalog.derivation.marks import marked
from catalog.entry import LogEntry, Receipt, Status
from catalog.errors import StoreError, StoreUnavailable
from catalog.feed.log import state
from catalog.feed.webhook import Standing, webhooks
from catalog.statement import Statements
from catalog.store.port import Store
from ingest.counts import Counts
from ingest.pipeline import Projects

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_OUTCOMES = {True: "taken", False: "refused"}
_SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500)


class Metrics:
    """What one service counts. Labels take values from closed lists only: a sender cannot grow them."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Histogram(
            "meshline_request_seconds",
            "Time to answer a request",
            ["method", "route", "status"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._batches = Histogram(
            "meshline_batch_events", "Events of one transaction", buckets=_SIZES, registry=self.registry
        )
        self._store_errors = Counter(
            "meshline_store_errors", "Times the store did not answer", registry=self.registry
        )
        self._deliveries = Counter(
            "meshline_webhook_requests",
            "Requests to webhooks, by whether the receiver took the change",
            ["outcome"],
            registry=self.registry,
        )
        for outcome in _OUTCOMES.values():
            self._deliveries.labels(outcome)
        self._listeners = Gauge(
            "meshline_change_listeners", "Clients that listen to changes", registry=self.registry
        )
        self._queue = Gauge("meshline_queue_events", "Events waiting for the store", registry=self.registry)

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answered request; ``route`` is the pattern, not the path."""
        known = method if method in _METHODS else "other"
        self._requests.labels(known, route, str(status)).observe(seconds)

    def batch(self, events: int) -> None:
        """Count one committed transaction."""
        self._batches.observe(events)

    def delivery(self, *, taken: bool) -> None:
        """Count a request to a webhook."""
        self._deliveries.labels(_OUTCOMES[taken]).inc()

    def listening(self, count: int) -> None:
        """Say how many clients listen to changes."""
        self._listeners.set(count)

    def store_error(self) -> None:
        """Count a time the store did not answer."""
        self._store_errors.inc()

    def watch(self, store: Store, counts: Counts, waiting: Callable[[], int]) -> None:
        """Read the counts of events, the size of the log and the length of the queue at each scrape."""
        self._queue.set_function(waiting)
        self.registry.register(_Events(counts))
        self.registry.register(_StoreState(store, self))
        self.registry.register(_FeedState(store, self))

    def text(self) -> bytes:
        """The exposition, text format 0.0.4. Asks the store: call it in a thread."""
        return generate_latest(self.registry)


class MeasuredProjection:
    """A projection whose transactions are counted."""

    def __init__(self, projection: Projects, metrics: Metrics) -> None:
        self._projection = projection
        self._metrics = metrics

    def apply(self, batch: Sequence[tuple[LogEntry, Statements]]) -> list[Receipt]:
        """Apply entries in one transaction. Raises StoreUnavailable."""
        try:
            receipts = self._projection.apply(batch)
        except StoreUnavailable:
            self._metrics.store_error()
            raise
        self._metrics.batch(len(batch))
        return receipts


class _Events(Collector):
    """Events received, by what became of them."""

    def __init__(self, counts: Counts) -> None:
        self._counts = counts

    def collect(self) -> Iterable[Metric]:
        family = CounterMetricFamily(
            "meshline_events", "Events received, by what became of them", labels=["status"]
        )
        counted = self._counts.now()
        for status in (*Status, "rejected"):
            family.add_metric([status], getattr(counted, status))
        return [family]


_MOST_WAITING = 10_000
"""More jobs than this are not counted."""


class _StoreState(Collector):
    """The log's size by status, and how many jobs wait for lineage from SQL; left out while the store is away."""

    def __init__(self, store: Store, metrics: Metrics) -> None:
        self._store = store
        self._metrics = metrics

    def describe(self) -> Iterable[Metric]:
        """Without this the registry would ask the store when it is registered."""
        return self._families()

    def collect(self) -> Iterable[Metric]:
        try:
            with self._store.read() as reader:
                counts = reader.entry_counts()
                waiting = len(marked(reader, _MOST_WAITING))
        except StoreError:
            self._metrics.store_error()
            return []
        entries, derivation = self._families()
        for status in Status:
            entries.add_metric([status], counts.get(status, 0))
        derivation.add_metric([], waiting)
        return [entries, derivation]

    @staticmethod
    def _families() -> tuple[GaugeMetricFamily, GaugeMetricFamily]:
        waiting = f"Jobs that wait for lineage from their SQL, at most {_MOST_WAITING:,}"
        return (
            GaugeMetricFamily("meshline_log_entries", "Entries of the log, by status", labels=["status"]),
            GaugeMetricFamily("meshline_derivation_jobs", waiting),
        )


class _FeedState(Collector):
    """How many webhooks there are, and how many changes the one has still to get that is furthest behind."""

    def __init__(self, store: Store, metrics: Metrics) -> None:
        self._store = store
        self._metrics = metrics

    def describe(self) -> Iterable[Metric]:
        """Without this the registry would ask the store when it is registered."""
        return self._families()

    def collect(self) -> Iterable[Metric]:
        try:
            with self._store.read() as reader:
                known, found = state(reader), webhooks(reader)
        except StoreError:
            self._metrics.store_error()
            return []
        standing, behind = self._families()
        for one in Standing:
            standing.add_metric([one], sum(webhook.standing is one for webhook in found))
        last = 0 if known is None else known.last
        behind.add_metric([], max((last - webhook.position for webhook in found), default=0))
        return [standing, behind]

    @staticmethod
    def _families() -> tuple[GaugeMetricFamily, GaugeMetricFamily]:
        return (
            GaugeMetricFamily("meshline_webhooks", "Webhooks, by standing", labels=["standing"]),
            GaugeMetricFamily("meshline_webhook_behind", "Changes that the slowest webhook is behind"),
        )
