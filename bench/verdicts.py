"""What it takes to keep verdicts: a first look at a mesh with 50 policies, and then one change of a descriptor."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass

from bench.cpu import cpu_s
from bench.figures import VerdictRow, percentiles
from bench.graphs import SINCE_NS
from bench.stores import Stores
from catalog.changes import note_changes
from catalog.feed.lease import Lease
from catalog.governance.keeping.keeper import POST, Keeper
from catalog.governance.policy import (
    Check,
    Hop,
    LineageCheck,
    Policy,
    Requirement,
    Rule,
    Scope,
    ScopeKind,
    ShapeCheck,
)
from catalog.governance.stored import policy_edges, policy_properties
from catalog.graph import Edge, Node, Scalar
from catalog.identity import DatasetId, JobId, namespace_key
from catalog.store.port import ChangeSet, Store, Transaction, batched
from catalog.store.registry import open_store
from ontology.vocabulary import Label, Origin, Rel

_TOLD_BY = "document/bench"
_NOW_NS = 1_800_000_000_000_000_000
_DATASETS = 20
_DOMAINS = 50
_ONCE = 5_000
Part = Node | Edge


@dataclass(frozen=True, slots=True)
class VerdictSize:
    """``products`` of 20 datasets each, and how many ``changes`` of each sort."""

    products: int
    changes: int


QUICK_VERDICTS = VerdictSize(50, 3)
USUAL_VERDICTS = VerdictSize(1_000, 20)
"""A tenth of the mesh that is aimed at."""


def measure_verdicts(stores: Stores, size: VerdictSize) -> Iterator[VerdictRow]:
    """The row of the first look, then one for each sort of change, in the process of the store. What is asked about all
    of its things again, not too often, is not waited for: how many policies wait is told."""
    graph = f"{size.products:,} products, {size.products * _DATASETS:,} datasets, {len(_POLICIES)} policies"
    with stores.empty() as empty:
        store = open_store(empty.url)
        processes = [os.getpid(), *([] if empty.server_pid is None else [empty.server_pid])]
        try:
            for some in batched(_mesh(size.products), _ONCE):
                store.write(_Writing(some))
            lease = Lease(store, lambda: _NOW_NS, POST)
            lease.hold()
            keeper = Keeper(store, lease, lambda: _NOW_NS, lambda _: nullcontext(None), share=10**9, tick_s=0)
            first = _Watch(processes)
            first.lap(lambda: _settle(keeper))
            yield VerdictRow(stores.name, graph, "first look at everything", 1, *first.figures())
            for name, change in _CHANGES:
                yield VerdictRow(
                    stores.name, graph, name, size.changes, *_changed(store, keeper, change, size, processes)
                )
        finally:
            store.close()


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


# The mesh


def _edge(rel: Rel, source: str, target: str) -> Edge:
    return Edge(rel, source, target, _TOLD_BY, Origin.DECLARED, (), SINCE_NS)


def _table(product: int, number: int) -> DatasetId:
    return DatasetId("bench", f"p{product}_t{number}")


def _product(number: int, **said: Scalar) -> Node:
    return Node(
        f"product/p{number}", Label.DATA_PRODUCT, {"name": f"P{number}", "lifecycle": "active", **said}
    )


def _mesh(products: int) -> Iterator[Part]:
    home = namespace_key("dataset", "bench")
    yield Node(home, Label.NAMESPACE, {"name": "bench", "of": "dataset"})
    for kind, label, number in (("domain", Label.DOMAIN, _DOMAINS), ("team", Label.TEAM, 4 * _DOMAINS)):
        yield from (Node(f"{kind}/{one}", label, {"name": str(one)}) for one in range(number))
    for policy in _POLICIES:
        yield Node(policy.key, Label.GOVERNANCE_POLICY, policy_properties(policy))
        yield from (_edge(Rel(one.type), one.source, one.target) for one in policy_edges(policy))
    for number in range(products):
        yield from _product_parts(number)


def _product_parts(number: int) -> Iterator[Part]:
    key, port, version = (
        f"product/p{number}",
        f"output-port/p{number}/out",
        f"contract-version/c{number}/1.0.0",
    )
    yield _product(number, purpose="It is for the bench.")
    yield Node(port, Label.OUTPUT_PORT, {"name": "out"})
    yield Node(version, Label.CONTRACT_VERSION, {"name": "c", "version": "1.0.0", "status": "active"})
    yield Node(f"contract/c{number}", Label.DATA_CONTRACT, {"name": "c"})
    yield _edge(Rel.IN_DOMAIN, key, f"domain/{number % _DOMAINS}")
    yield _edge(Rel.OWNED_BY, key, f"team/{number % (4 * _DOMAINS)}")
    yield _edge(Rel.HAS_OUTPUT_PORT, key, port)
    yield _edge(Rel.SERVES, port, _table(number, 0).key)
    yield _edge(Rel.GOVERNED_BY, port, version)
    yield _edge(Rel.VERSION_OF, version, f"contract/c{number}")
    for own in range(_DATASETS):
        table = _table(number, own)
        yield Node(table.key, Label.DATASET, {"namespace": table.namespace, "name": table.name})
        yield _edge(Rel.CONTAINS, key, table.key)
        source = _table(number, own + 1) if own < _DATASETS - 1 else _table(max(number - 1, 0), 0)
        job = JobId("bench", f"j{number}_{own}")
        yield Node(job.key, Label.JOB, {"namespace": job.namespace, "name": job.name})
        for rel, ends in ((Rel.CONSUMED_BY, (source.key, job.key)), (Rel.PRODUCES, (job.key, table.key))):
            yield Edge(rel, *ends, job.key, Origin.OBSERVED, (), SINCE_NS)


# The changes


_CHANGES: tuple[tuple[str, Callable[[int], list[Part]]], ...] = (
    ("a product has no purpose any more", lambda number: [_product(number)]),
    ("a second owner", lambda number: [_edge(Rel.OWNED_BY, f"product/p{number}", "team/7")]),
    ("a second domain", lambda number: [_edge(Rel.IN_DOMAIN, f"product/p{number}", "domain/1")]),
    (
        "a version of a contract says less of itself",
        lambda number: [
            Node(
                f"contract-version/c{number}/1.0.0", Label.CONTRACT_VERSION, {"version": "1.0.0", "name": "c"}
            )
        ],
    ),
    (
        "a product has one more dataset",
        lambda number: [_edge(Rel.CONTAINS, f"product/p{number}", _table(number + 1, 3).key)],
    ),
)


# The policies


def _policies() -> Iterator[tuple[str, Check, Scope]]:
    every = Scope()
    domains = [Scope(ScopeKind.DOMAIN, str(number)) for number in range(10)]
    for number in range(10):
        yield f"products-{number}", _shape(Label.DATA_PRODUCT, "OWNED_BY", purpose=True), domains[number]
        yield f"placed-{number}", _shape(Label.DATA_PRODUCT, "IN_DOMAIN"), every
    for number in range(8):
        yield (
            f"ports-{number}",
            _shape(Label.OUTPUT_PORT, "GOVERNED_BY"),
            every if number < 4 else domains[number],
        )
        yield f"contracts-{number}", _shape(Label.CONTRACT_VERSION, "VERSION_OF"), every
    for number in range(6):
        yield (
            f"datasets-{number}",
            _shape(Label.DATASET, "^PRODUCES"),
            every if number < 2 else domains[number],
        )
    for number, (rule, of) in enumerate(_RULES):
        yield f"lineage-{number}", LineageCheck(rule, of), every


_RULES = (
    (Rule.ORPHAN, Label.DATASET),
    (Rule.CROSSING, Label.JOB),
    (Rule.CROSSING, Label.DATA_PRODUCT),
    (Rule.CYCLE, Label.DATA_PRODUCT),
    (Rule.STALE, Label.OUTPUT_PORT),
    (Rule.UNAGREED, Label.DATA_PRODUCT),
    (Rule.DEPRECATED, Label.DATA_PRODUCT),
    (Rule.COMPARE, Label.DATA_PRODUCT),
)


def _shape(of: str, hop: str, *, purpose: bool = False) -> ShapeCheck:
    path = Requirement(path=(Hop(hop.removeprefix("^"), hop.startswith("^")),), minimum=1)
    more = (Requirement(property="purpose", minimum=1),) if purpose else ()
    return ShapeCheck(of, (path, *more))


_POLICIES = [Policy(id_, id_, "team/0", check, scope) for id_, check, scope in _policies()]
