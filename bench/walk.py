"""Walks on generated graphs: what lineage and impact take, in the process of the store and through GraphQL."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median_low
from typing import Any, Protocol

from bench.client import send
from bench.errors import BenchFailed
from bench.figures import LoadRow, WalkRow, percentiles
from bench.graphs import Graph, change_sets, column_name, dataset_id, diamond, hub, layered, scattered
from bench.service import serving
from bench.stores import Stores
from catalog.graph import Direction
from catalog.impact.change import Change, ChangeKind, Proposal
from catalog.impact.evaluation import impact
from catalog.lineage import Level, walk
from catalog.store.port import ChangeSet, Reader, Store, Transaction
from catalog.store.registry import open_store

DEPTHS = (1, 3, None)
COLUMN = column_name(0)
"""The column that field lineage starts from and that impact drops."""

_LINEAGE = """query($of: [ID!]!, $depth: Int, $level: Level!) {
  lineage(of: $of, depth: $depth, level: $level) {
    nodeCount nodes(first: 50) { hops node { id } } coverage { status }
  }
}"""
_IMPACT = """query($change: ProposedChange!) {
  impact(change: $change, first: 50) {
    verdict counts { count } items { edges { node { severity hops node { id } } } }
  }
}"""


@dataclass(frozen=True, slots=True)
class WalkSize:
    """Which graphs, and how often each question is asked: ``asks`` times, or fewer once ``patience_s`` are spent."""

    graphs: tuple[Graph, ...]
    asks: int
    patience_s: float


def quick() -> WalkSize:
    """Small graphs, few asks."""
    return WalkSize((layered(20, 50), diamond(21, 10), hub(499), scattered(2_000)), asks=20, patience_s=5)


def usual() -> WalkSize:
    """The hub has a closure of 9,999 nodes: itself, its readers and what they write."""
    return WalkSize(
        (layered(20, 50), diamond(21, 10), hub(4_999), scattered(20_000)), asks=100, patience_s=20
    )


def full() -> WalkSize:
    """With 200,000 datasets and 2 million edges."""
    return WalkSize(
        (layered(20, 50), diamond(21, 10), hub(4_999), scattered(200_000)), asks=100, patience_s=20
    )


class Question(Protocol):
    """Something to ask of a table, in both ways; the answer is how many nodes were found."""

    @property
    def name(self) -> str:
        """How the report calls it."""

    @property
    def depth(self) -> int | None:
        """How many hops; None to the end."""

    def ask(self, reader: Reader, table: int) -> int:
        """In process."""

    def query(self, table: int) -> dict[str, Any]:
        """The GraphQL request."""

    def found(self, data: dict[str, Any]) -> int:
        """The answer to it."""


@dataclass(frozen=True, slots=True)
class LineageQuestion:
    """Downstream lineage."""

    level: Level
    depth: int | None

    @property
    def name(self) -> str:
        return f"lineage, {self.level.lower()}s"

    def ask(self, reader: Reader, table: int) -> int:
        found = walk(
            reader, [self._start(table)], direction=Direction.OUT, level=self.level, depth=self.depth
        )
        return len(found.nodes)

    def query(self, table: int) -> dict[str, Any]:
        variables = {"of": [self._start(table)], "depth": self.depth, "level": self.level}
        return {"query": _LINEAGE, "variables": variables}

    def found(self, data: dict[str, Any]) -> int:
        count: int = data["lineage"]["nodeCount"]
        return count

    def _start(self, table: int) -> str:
        dataset = dataset_id(table)
        return dataset.field(COLUMN).key if self.level is Level.FIELD else dataset.key


@dataclass(frozen=True, slots=True)
class ImpactQuestion:
    """What dropping a column breaks."""

    name = "impact of a drop"
    depth = None

    def ask(self, reader: Reader, table: int) -> int:
        change = Change(dataset_id(table).key, ChangeKind.FIELD_REMOVED, COLUMN)
        return len(impact(reader, Proposal((change,))).items)

    def query(self, table: int) -> dict[str, Any]:
        change = {"dataset": dataset_id(table).key, "drop": [COLUMN]}
        return {"query": _IMPACT, "variables": {"change": change}}

    def found(self, data: dict[str, Any]) -> int:
        return sum(count["count"] for count in data["impact"]["counts"])


QUESTIONS: tuple[Question, ...] = (
    *(LineageQuestion(level, depth) for level in (Level.DATASET, Level.FIELD) for depth in DEPTHS),
    ImpactQuestion(),
)


def measure_walks(stores: Stores, size: WalkSize) -> Iterator[LoadRow | WalkRow]:
    """For each graph the row of its loading, then those of its questions. Raises BenchFailed."""
    for graph in size.graphs:
        with stores.empty() as empty:
            store = open_store(empty.url)
            try:
                yield load(stores.name, store, graph)
                rows = [_in_process(stores.name, store, graph, question, size) for question in QUESTIONS]
            finally:
                store.close()
            yield from rows
            with serving(empty.url, empty.folder) as service:
                for question, row in zip(QUESTIONS, rows, strict=True):
                    yield _through_graphql(stores.name, service.url, graph, question, row.asks)


def load(store_name: str, store: Store, graph: Graph) -> LoadRow:
    """Write a graph through the store port."""
    nodes = edges = 0
    spent_s = 0.0
    for changes in change_sets(graph):
        begin = time.perf_counter()
        store.write(_Apply(changes))
        spent_s += time.perf_counter() - begin
        nodes, edges = nodes + len(changes.nodes), edges + len(changes.edges)
    return LoadRow(store_name, graph.name, nodes, edges, edges / spent_s)


@dataclass(frozen=True, slots=True)
class _Apply:
    changes: ChangeSet

    def __call__(self, transaction: Transaction) -> None:
        transaction.apply(self.changes)


def _starts(graph: Graph, asks: int) -> list[int]:
    return [graph.starts[number % len(graph.starts)] for number in range(asks)]


def _in_process(store_name: str, store: Store, graph: Graph, question: Question, size: WalkSize) -> WalkRow:
    latencies_s: list[float] = []
    answers: list[int] = []
    for table in (graph.starts[0], *_starts(graph, size.asks)):
        if len(latencies_s) > 1 and sum(latencies_s) > size.patience_s:
            break
        begin = time.perf_counter()
        with store.read() as reader:
            answers.append(question.ask(reader, table))
        latencies_s.append(time.perf_counter() - begin)
    return _row((store_name, graph.name, "in process"), question, latencies_s[1:], answers[1:])


def _through_graphql(store_name: str, url: str, graph: Graph, question: Question, asks: int) -> WalkRow:
    tables = (graph.starts[0], *_starts(graph, asks))
    bodies = [json.dumps(question.query(table)).encode() for table in tables]
    sent = send(url, "/graphql", [bodies], clients=1)
    answers = [json.loads(answer) for answer in sent.answers]
    for answer in answers:
        if answer.get("errors"):
            raise BenchFailed(f"GraphQL answered: {json.dumps(answer['errors'])[:500]}")
    found = [question.found(answer["data"]) for answer in answers]
    return _row((store_name, graph.name, "GraphQL"), question, sent.latencies_s[1:], found[1:])


def _row(
    place: tuple[str, str, str], question: Question, latencies_s: list[float], answers: list[int]
) -> WalkRow:
    p50, p95, _ = percentiles(latencies_s)
    return WalkRow(
        *place,
        question=question.name,
        depth=question.depth,
        asks=len(latencies_s),
        answer_p50=median_low(answers),
        answer_max=max(answers),
        p50_ms=p50 * 1000,
        p95_ms=p95 * 1000,
    )
