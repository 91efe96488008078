"""What it takes to keep verdicts: a first look at a mesh with 50 policies, and then one change of a descriptor."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from bench.cpu import cpu_s
from bench.figures import VerdictRow, percentiles
from bench.governed import DOMAINS, TABLES, TEAMS, declared, governed, policies
from bench.graphs import SINCE_NS, dataset_id
from bench.kept import loaded
from bench.stores import Stores
from catalog.changes import note_changes
from catalog.feed.lease import Lease
from catalog.governance.keeping.keeper import POST, Keeper
from catalog.governance.keeping.rows import STATE, KeptState, write
from catalog.governance.stored import policy_edges, policy_properties
from catalog.graph import Edge, Node
from catalog.identity import ResourceId
from catalog.store.port import ChangeSet, Space, Store, Transaction
from catalog.store.registry import open_store
from ontology.vocabulary import Label, Origin, Rel

_NOW_NS = 1_800_000_000_000_000_000
Part = Node | Edge


@dataclass(frozen=True, slots=True)
class VerdictSize:
    """``products`` of 20 tables each, and how many ``changes`` of each sort."""

    products: int
    changes: int


QUICK_VERDICTS = VerdictSize(50, 3)
USUAL_VERDICTS = VerdictSize(1_000, 20)
FULL_VERDICTS = VerdictSize(10_000, 20)
"""With 200,000 tables."""


def measure_verdicts(stores: Stores, size: VerdictSize, keep: Path | None = None) -> Iterator[VerdictRow]:
    """The row of the first look, then one for each sort of change, in the process of the store. What is asked about all
    of its things again, not too often, is not waited for. ``keep``: the folder in which the loaded store stays.

    Raises BenchFailed.
    """
    graph = f"{size.products:,} products, {size.products * TABLES:,} tables, {len(policies())} policies"
    with loaded(stores, governed(size.products), keep) as (_, kept):
        store = open_store(kept.url)
        processes = [os.getpid(), *([] if kept.server_pid is None else [kept.server_pid])]
        mark = f"{time.time_ns():x}"
        try:
            _declare(store, size)
            keeper = Keeper(store, _lease(store), lambda: _NOW_NS, lambda _: nullcontext(None), 10**9, 0)
            first = _Watch(processes)
            first.lap(lambda: _settle(keeper))
            yield VerdictRow(stores.name, graph, "first look at everything", 1, *first.figures())
            for name, change in _CHANGES:
                figures = _changed(store, keeper, lambda number, c=change: c(number, mark), size, processes)  # type: ignore[misc]
                yield VerdictRow(stores.name, graph, name, size.changes, *figures)
        finally:
            if keep is not None:
                _undo(store, size, mark)
            store.close()


def _lease(store: Store) -> Lease:
    lease = Lease(store, time.time_ns, POST)
    lease.hold()
    return lease


def _declare(store: Store, size: VerdictSize) -> None:
    for changes in declared(size.products):
        store.write(_Writing([*(one for one in changes.nodes.values() if one), *changes.edges.values()]))
    rules = policies()
    nodes = [Node(one.key, Label.GOVERNANCE_POLICY, policy_properties(one)) for one in rules]
    told = [edge for one in rules for edge in policy_edges(one)]
    with store.read() as reader:
        there = reader.nodes({one.target for one in told})
    edges = [_edge(Rel(one.type), one.source, one.target, "") for one in told if one.target in there]
    store.write(_Writing([*nodes, *edges]))


def _undo(store: Store, size: VerdictSize, mark: str) -> None:
    """Leave a store that is kept as it was, and let nothing count that is kept of its verdicts."""
    parts = [
        part for number in range(size.changes) for _, change in _CHANGES for part in change(number, mark)
    ]
    edges = {one.id: one for one in parts if isinstance(one, Edge)}
    ports = {one.key: None for one in parts if isinstance(one, Node) and one.label == Label.OUTPUT_PORT}
    state = {(Space.VERDICT, STATE, STATE): write(KeptState(0, "", "", 0))}
    store.write(lambda transaction: transaction.apply(ChangeSet(ports, records=state, dropped=edges)))


def _settle(keeper: Keeper) -> None:
    while keeper.step():
        pass


def _changed(
    store: Store,
    keeper: Keeper,
    change: Callable[[int], list[Part]],
    size: VerdictSize,
    processes: Sequence[int],
) -> tuple[float, float, float]:
    watch = _Watch(processes)
    for number in range(size.changes):
        store.write(_Writing(change(number)))
        watch.lap(lambda: _settle(keeper))
    return watch.figures()


class _Watch:
    """Takes the time of laps, and what processors do meanwhile."""

    def __init__(self, processes: Sequence[int]) -> None:
        self._processes = processes
        self._laps_s: list[float] = []
        self._spent_s = 0.0

    def lap(self, work: Callable[[], None]) -> None:
        begin, before = time.perf_counter(), sum(map(cpu_s, self._processes))
        work()
        self._laps_s.append(time.perf_counter() - begin)
        self._spent_s += sum(map(cpu_s, self._processes)) - before

    def figures(self) -> tuple[float, float, float]:
        """p50, p95 and CPU of a lap, in ms."""
        p50, p95, _ = percentiles(self._laps_s) if len(self._laps_s) > 1 else (self._laps_s * 3)
        return p50 * 1000, p95 * 1000, self._spent_s * 1000 / len(self._laps_s)


class _Writing:
    """One transaction that writes and notes what it touched."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._nodes = {one.key: one for one in parts if isinstance(one, Node)}
        self._edges = {one.id: one for one in parts if isinstance(one, Edge)}

    def __call__(self, transaction: Transaction) -> None:
        transaction.apply(ChangeSet(nodes=dict(self._nodes), edges=self._edges))
        ends = {key for one in self._edges.values() for key in (one.source, one.target)}
        note_changes(transaction, {*self._nodes, *ends})


def _edge(rel: Rel, source: str, target: str, mark: str) -> Edge:
    return Edge(rel, source, target, f"document/bench{mark}", Origin.DECLARED, (), SINCE_NS)


def _key(kind: str, number: int, *parts: str) -> str:
    return ResourceId(kind, (f"p{number:05}", *parts)).key


# The changes: none is made twice, by whatever run (``mark``)


def _purpose(number: int, mark: str) -> list[Part]:
    said = {"name": f"p{number:05}", "lifecycle": "active", "summary": mark}
    return [Node(_key("product", number), Label.DATA_PRODUCT, said)]


def _owner(number: int, mark: str) -> list[Part]:
    other = ResourceId("team", (f"t{(number + 7) % TEAMS:03}",)).key
    return [_edge(Rel.OWNED_BY, _key("product", number), other, mark)]


def _domain(number: int, mark: str) -> list[Part]:
    other = ResourceId("domain", (f"d{(number + 7) % DOMAINS:03}",)).key
    return [_edge(Rel.IN_DOMAIN, _key("product", number), other, mark)]


def _version(number: int, mark: str) -> list[Part]:
    said = {"name": f"p{number:05}", "version": "1.0.0", "description": mark}
    return [Node(_key("contract-version", number + 1, "1.0.0"), Label.CONTRACT_VERSION, said)]


def _dataset(number: int, mark: str) -> list[Part]:
    return [_edge(Rel.CONTAINS, _key("product", number), dataset_id((number + 1) * TABLES + 3).key, mark)]


def _port(number: int, mark: str) -> list[Part]:
    port = _key("output-port", number, mark)
    return [
        Node(port, Label.OUTPUT_PORT, {"name": mark}),
        _edge(Rel.HAS_OUTPUT_PORT, _key("product", number), port, mark),
        _edge(Rel.SERVES, port, dataset_id(number * TABLES + 5).key, mark),
    ]


_CHANGES: tuple[tuple[str, Callable[[int, str], list[Part]]], ...] = (
    ("a product has no purpose any more", _purpose),
    ("a second owner", _owner),
    ("a second domain", _domain),
    ("a version of a contract says something else", _version),
    ("a product has one more dataset", _dataset),
    ("a new output port", _port),
)
