"""What a new class of data takes: all that follows from it, and of one column where its classes come from."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bench.cpu import cpu_s
from bench.errors import BenchFailed
from bench.figures import GovernanceRow, LoadRow, percentiles
from bench.graphs import SINCE_NS, column_name, dataset_id, layered
from bench.stores import Stores
from bench.walk import load
from catalog.governance.propagation import propagate, standings
from catalog.governance.sayings import Sayings
from catalog.graph import Edge, Node
from catalog.lineage_view import View
from catalog.mesh.mesh import Mesh
from catalog.store.port import ChangeSet, Reader, Store
from catalog.store.registry import open_store
from ontology.vocabulary import Label, Origin, Rel

EMAIL = "personal-data/email"
_WIDTH = 100


@dataclass(frozen=True, slots=True)
class GovernanceSize:
    """Layers of 100 tables of 5 columns, each from the same of two tables of the layer before; ``asks`` of each
    question."""

    layers: int
    asks: int


QUICK = GovernanceSize(6, 5)
USUAL = GovernanceSize(26, 20)
"""The class of one table comes to more than 10,000 columns."""


def measure_governance(stores: Stores, size: GovernanceSize) -> Iterator[LoadRow | GovernanceRow]:
    """The row of the loading, then those of the questions; each is asked with a mesh that is read anew, in the process
    of the store. Raises BenchFailed."""
    graph = layered(size.layers, _WIDTH)
    with stores.empty() as empty:
        store = open_store(empty.url)
        try:
            yield load(stores.name, store, graph)
            store.write(lambda transaction: transaction.apply(_classified()))
            processes = [os.getpid(), *([] if empty.server_pid is None else [empty.server_pid])]
            for name, question in _questions(size.layers):
                row = _asked(store, question, size.asks, processes)
                yield GovernanceRow(stores.name, graph.name, name, size.asks, *row)
        finally:
            store.close()


Question = Callable[[Reader], int]


def _questions(layers: int) -> list[tuple[str, Question]]:
    """The names of questions, and what gives how many columns they find."""
    last = [dataset_id(layers * _WIDTH + number) for number in range(_WIDTH)]
    columns = [table.field(column_name(column)).key for table in last for column in range(5)]
    return [
        ("a new class of one table: all that follows", _follows),
        ("classes of one column", lambda reader: _stands(reader, columns[:1])),
        ("classes of a layer of tables", lambda reader: _stands(reader, columns)),
    ]


def _classified() -> ChangeSet:
    """That the first table holds e-mail addresses."""
    ends = (dataset_id(0).key, EMAIL)
    told = Edge(Rel.CLASSIFIED_AS, *ends, "document/bench", Origin.DECLARED, (), SINCE_NS)
    node = Node(EMAIL, Label.PERSONAL_DATA_CATEGORY, {"name": "email", "level": 2})
    return ChangeSet({EMAIL: node}, {told.id: told})


def _asked(
    store: Store, question: Question, asks: int, processes: Sequence[int]
) -> tuple[int, float, float, float]:
    """What is found, p50, p95 and CPU in ms; the first ask warms up."""
    latencies_s: list[float] = []
    found, before = 0, 0.0
    for ask in range(asks + 1):
        if ask == 1:
            before = sum(map(cpu_s, processes))
        begin = time.perf_counter()
        with store.read() as reader:
            found = question(reader)
        latencies_s.append(time.perf_counter() - begin)
    spent_s = sum(map(cpu_s, processes)) - before
    p50, p95, _ = percentiles(latencies_s[1:])
    return found, p50 * 1000, p95 * 1000, spent_s * 1000 / asks


def _follows(reader: Reader) -> int:
    """The columns that come to be of the class, each with its route."""
    view = View(reader, None)
    found = propagate(view, Sayings(view, Mesh(reader)), [EMAIL])
    if found.unknown:
        raise BenchFailed(f"Not all was followed: {found.unknown[0].message}")
    return sum(1 for _ in found.derived())


def _stands(reader: Reader, fields: list[str]) -> int:
    """Of these columns those that are of the class."""
    view = View(reader, None)
    found = standings(view, Sayings(view, Mesh(reader)), fields)
    return sum(1 for one in found.values() if one.values)
