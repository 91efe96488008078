"""The store port: small and set-wise (design §2). No adapter knows what lineage, impact or a timeline is.

A store holds three things:

- the **graph**: nodes by key, edges by id;
- the **log**: the accepted entries with their bodies and receipts;
- **records**: the bookkeeping of the folds, addressed by (space, partition, sort), a text each.

Reads see committed data. ``write`` runs a function in one transaction; the function may run more than once
(Neo4j retries deadlocks), so it must have no effects outside the transaction it is given.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, Protocol, TypeAlias, TypeVar

from catalog.entry import LogEntry, Status
from catalog.graph import Direction, Edge, Node


class Space(StrEnum):
    """The kinds of record."""

    STATE = "state"  # partition: entity key, sort: kind of history ("" or "runs") — fold state of a dataset, job or run
    SIGHTING = "sighting"  # partition: entity key, sort: order key — the observations of a history
    JOB_RUN = "job_run"  # partition: job key, sort: begin + run — the runs that make the lineage of a job
    RUN_ORDER = "run_order"  # partition: job key, sort: begin + run — all runs of a job; value: run key
    STRETCH = "stretch"  # partition: entity key|kind, sort: order key that closed it + space + value key
    BLOB = "blob"  # partition: digest, sort: "" — interned values
    COMMAND = "command"  # partition: "commands", sort: order key — the operators' commands (catalog.command)
    DERIVE = "derive"  # what derived lineage depends on, and what is to be computed anew: catalog.derivation
    CHANGE = "change"  # partition: "graph", sort: graph version — the journal of catalog.changes
    FACET = (
        "facet"  # partition: kind/facet key, sort: entity key — what has a facet (catalog.fold.facet_places)
    )
    CURATION = "curation"  # partition: "all", sort: order key — the versions of curations; value: key of the curation
    PROBLEM = "problem"  # partition: code, sort: order key — the entries with a problem (catalog.receipts)
    FEED = "feed"  # partition: kind of record, sort: its name — events of change and who gets them (catalog.feed)
    VERDICT = "verdict"  # partition: kind of record, sort: its name — catalog.governance.keeping


ALL_CURATIONS = "all"
"""The partition of ``Space.CURATION``."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Record:
    """One bookkeeping row."""

    space: Space
    partition: str
    sort: str
    value: str


@dataclass(frozen=True, slots=True)
class Range:
    """A slice of one partition: low <= sort < high (None: unbounded)."""

    partition: str
    low: str | None = None
    high: str | None = None


@dataclass(frozen=True, slots=True)
class AllTime:
    """Asks ``edges`` for every stretch, ended or not."""


ALL_TIME = AllTime()
NOW = None
"""Asks ``edges`` for the stretches that have not ended."""

At: TypeAlias = int | AllTime | None


@dataclass(frozen=True, slots=True)
class NodeFilter:
    """Which nodes to list or count: of one of the labels, and equal in every named property."""

    labels: tuple[str, ...]
    equals: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which log entries: of a status, of a producer; None: of any."""

    status: Status | None = None
    producer: str | None = None


EVERY_ENTRY = LogFilter()


class Entering(NamedTuple):
    """Edges that enter parts of a node (``whole``): all that come from one place, of one history.

    Nodes with the same ``dataset`` are at one place, one without is a place of its own. ``source``: the least of the
    keys there that an edge leaves. Without a source: there are parts that nothing enters.
    """

    whole: str
    source: str | None
    via: str | None
    origin: str | None


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What one transaction writes. ``nodes``: key → the node, or None to delete it with its edges.

    ``edges``: id → the edge to write (new or with a new end). ``dropped``: id → the edge to delete, whatever its end is
    now; one that is not there is no error.
    ``records``: (space, partition, sort) → value, or None to delete it. ``entries``: new log entries; an entry whose
    hash is already there is left as it is. ``rewritten``: entries that are there, each in place of the one with its
    hash; one that is not there is not added.
    """

    nodes: Mapping[str, Node | None] = field(default_factory=dict)
    edges: Mapping[str, Edge] = field(default_factory=dict)
    records: Mapping[tuple[Space, str, str], str | None] = field(default_factory=dict)
    entries: Sequence[LogEntry] = ()
    rewritten: Sequence[LogEntry] = ()
    dropped: Mapping[str, Edge] = field(default_factory=dict)


class Reader(Protocol):
    """Set-wise questions. Every list is bounded by its arguments."""

    def nodes(self, keys: Collection[str]) -> dict[str, Node]:
        """The nodes that exist, by key."""

    def edges(
        self, frontier: Collection[str], types: Collection[str], direction: Direction, at: At = NOW
    ) -> list[Edge]:
        """Edges of the types that leave (OUT), enter (IN) or touch (BOTH) any key of the frontier, sorted by
        (type, source, target, id). An edge between two keys of the frontier comes once."""

    def entering(self, wholes: Collection[str], part: str, type_: str, at: At = NOW) -> list[Entering]:
        """What enters the parts of nodes by edges of one type, each once, in no order; the parts are what edges of the
        type ``part`` lead to. A node without parts is not among it."""

    def edges_told_by(
        self, via: str, origin: str, since: int, types: Collection[str] | None = None
    ) -> list[Edge]:
        """Edges of one history that have not ended before ``since`` (valid_to is None or >= since).

        ``types``: those that are asked for; None: all.
        """

    def page(self, where: NodeFilter, after: str | None, limit: int) -> list[Node]:
        """Nodes in key order behind the key ``after``."""

    def count(self, where: NodeFilter) -> int:
        """How many nodes ``page`` would list in all."""

    def search(self, tokens: Sequence[str], where: NodeFilter, limit: int) -> list[Node]:
        """At most ``limit`` nodes in key order whose ``searchText`` has, for each token, a word that begins with it.
        What has no ``searchText`` is never found, by no token either."""

    def search_counts(self, tokens: Sequence[str], where: NodeFilter) -> dict[tuple[str, str], int]:
        """How many nodes match in all, by (label, namespace)."""

    def records(self, space: Space, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
        """Records by (partition, sort)."""

    def scan(
        self, space: Space, ranges: Collection[Range], *, reverse: bool = False, limit: int | None = None
    ) -> list[Record]:
        """Records of the ranges, sorted by (partition, sort); ``limit`` counts for each range; ``reverse`` takes the
        last ones first (still partition by partition, ascending)."""

    def walk(self, space: Space, after: tuple[str, str] | None, limit: int) -> list[Record]:
        """Records of a whole space by (partition, sort) behind such a pair."""

    def entries(self, hashes: Collection[str]) -> dict[str, LogEntry]:
        """Log entries by full hash."""

    def entries_at(self, order_keys: Collection[str]) -> dict[str, LogEntry]:
        """Log entries by order key, which no two of them share."""

    def log(self, after: str | None, limit: int) -> list[LogEntry]:
        """Log entries in hash order behind the hash ``after``."""

    def log_in_order(
        self,
        after: tuple[str, str] | None,
        limit: int,
        where: LogFilter = EVERY_ENTRY,
        *,
        reverse: bool = False,
    ) -> list[LogEntry]:
        """Log entries by (order key, hash) behind the pair ``after``: as their events took effect. ``reverse``: the
        last ones first, before the pair."""

    def entry_counts(self) -> dict[Status, int]:
        """How many entries the log holds, by status."""


class Transaction(Reader, Protocol):
    """A reader that sees its own writes."""

    def lock(self, keys: Collection[str]) -> None:
        """Hold these entity keys against other writers until the end; taken in key order. Reads that decide a write
        come after it."""

    def apply(self, changes: ChangeSet) -> None:
        """Write a change set."""


class Store(Protocol):
    """One store. ``open_store`` (catalog.store.registry) makes one from a URL."""

    def read(self) -> AbstractContextManager[Reader]:
        """A consistent view, where the store can give one, for the length of the context."""

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Run ``work`` in one transaction and commit it. Raises StoreUnavailable when the store is away; nothing is
        half-applied."""

    def ping(self) -> None:
        """Raises StoreUnavailable when the store does not answer."""

    def close(self) -> None:
        """Give back connections."""


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of at most ``size`` items."""
    batch: list[T] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
