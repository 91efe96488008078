"""What an impact answer takes, through GraphQL over HTTP: of a typical column of a large mesh, of one of
many products that change meanwhile, and of very many items.

Each change is asked about once, for the service keeps reports; but where it is said, a kept one is.
"""

import json
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from statistics import median_low
from typing import Any

from bench.client import send
from bench.cpu import cpu_s
from bench.errors import BenchFailed
from bench.figures import ImpactRow, LoadRow, percentiles
from bench.governed import TABLES, declare, governed, product_key
from bench.graphs import Graph, column_name, dataset_id, hub, mesh
from bench.kept import loaded
from bench.service import Service, serving
from bench.stores import EmptyStore, Stores
from catalog.changes import note_changes, position
from catalog.graph import Node
from catalog.store.port import ChangeSet, Store, Transaction
from catalog.store.registry import open_store

_SEED = 20_261_122
_COLUMNS = 5
_PAGE = """
  verdict why total coverage { status }
  items { edges { node { severity certainty reason hops node { id } routes { steps { source job target } } } } }
"""
_COUNTS = """
  verdict total counts { severity kind count } coverage { status }
"""
_QUERY = "query($change: ProposedChange!, $first: Int!) {{ impact(change: $change, first: $first) {{ {} }} }}"


@dataclass(frozen=True, slots=True)
class ImpactSize:
    """``datasets`` of the mesh, ``asks`` of each question about it, after so many others to warm up (a server that was
    just started compiles what it does often); ``readers`` of the one table that all read; ``products`` of another mesh,
    of twenty tables each."""

    datasets: int
    asks: int
    warming: int
    readers: int
    products: int


QUICK = ImpactSize(2_000, 20, 5, 300, 50)
USUAL = ImpactSize(20_000, 60, 60, 3_333, 1_000)
FULL = ImpactSize(200_000, 60, 300, 3_333, 10_000)
"""With 2 million edges between fields. The hub gives some 10,000 items, in all sizes but the quick one."""


def measure_impact(
    stores: Stores, size: ImpactSize, keep: Path | None = None
) -> Iterator[LoadRow | ImpactRow]:
    """For each graph the row of its loading, then those of its questions. ``keep``: the folder in which
    the loaded stores stay, to be asked again. Raises BenchFailed."""
    graphs = [
        (mesh(size.datasets), _of_mesh(size), 0),
        (governed(size.products), _of_products(size), size.products),
        (hub(size.readers), _of_hub(), 0),
    ]
    for graph, questions, products in graphs:
        with loaded(stores, graph, keep) as (row, store):
            yield row
            if products:
                with _opened(store) as opened:
                    declare(opened, products)
            with serving(store.url, store.folder) as service:
                for question in questions:
                    yield _asked(stores.name, graph, question, service, store)


Body = tuple[dict[str, Any], str, int]
"""A change, what is asked of it, and how many items."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked one after the other; the ``warming`` first ones are not counted. ``changing``: before each
    of them a product changes."""

    name: str
    asked: Sequence[Body]
    warming: int = 1
    changing: bool = False


def _of_mesh(size: ImpactSize) -> list[Question]:
    """Columns of tables in the five lower of the ten levels, each once; first some to warm up."""
    chance = random.Random(_SEED)
    count, tables = size.asks + size.warming, range(size.datasets // 2)
    drops, types = chance.sample(tables, count), chance.sample(tables, count)
    dropped = [(_dropped(table, chance.randrange(_COLUMNS)), _PAGE, 50) for table in drops]
    retyped = [(_retyped(table, chance.randrange(_COLUMNS)), _PAGE, 50) for table in types]
    return [
        Question("drop of a column, first page", dropped, size.warming),
        Question("retype of a column, first page", retyped, size.warming),
    ]


def _of_products(size: ImpactSize) -> list[Question]:
    """Columns of tables of the last tenth of products, so that what depends on them is a part of the mesh."""
    chance, count = random.Random(_SEED), size.asks // 2
    tables = range(size.products * TABLES * 9 // 10, size.products * TABLES)
    dropped = [
        (_dropped(table, chance.randrange(_COLUMNS)), _PAGE, 50)
        for table in chance.sample(tables, min(len(tables), 3 * count))
    ]
    name = "drop of a column of a product, first page"
    return [
        Question(name, dropped[count:], len(dropped) - 2 * count),
        Question(f"{name}, another has changed", dropped[: count + 1], changing=True),
    ]


def _of_hub() -> list[Question]:
    """Each column is dropped and retyped in ways of its own, so that no report is asked for twice."""
    kinds = ["INTEGER", "DATE", "BOOLEAN", "DOUBLE", "TIMESTAMP"]
    changes = [_retyped(0, column, kind) for kind in kinds for column in range(3)]
    first = [_dropped(0, 0), *changes[:7]]
    counts = [_dropped(0, 1), *changes[7:14]]
    return [
        Question("all that is reached, first page", [(change, _PAGE, 50) for change in first]),
        Question("all that is reached, counts", [(change, _COUNTS, 1) for change in counts]),
        Question("a report that is kept, first page", [(change, _PAGE, 50) for change in counts[-5:]]),
    ]


def _dropped(table: int, column: int) -> dict[str, Any]:
    return {"dataset": dataset_id(table).key, "drop": [column_name(column)]}


def _retyped(table: int, column: int, kind: str = "INTEGER") -> dict[str, Any]:
    return {"dataset": dataset_id(table).key, "retype": [{"field": column_name(column), "type": kind}]}


def _asked(store: str, graph: Graph, question: Question, service: Service, empty: EmptyStore) -> ImpactRow:
    bodies = [
        json.dumps({"query": _QUERY.format(what), "variables": {"change": change, "first": first}}).encode()
        for change, what, first in question.asked
    ]
    send(service.url, "/graphql", [bodies[: question.warming]], clients=1)
    processes = [service.pid, *([] if empty.server_pid is None else [empty.server_pid])]
    latencies_s: list[float] = []
    reports: list[dict[str, Any]] = []
    spent_s = 0.0
    counted = bodies[question.warming :]
    with _opened(empty) if question.changing else nullcontext() as opened:
        for part in [[body] for body in counted] if opened is not None else [counted]:
            if opened is not None:
                opened.write(_change_product)
            before = sum(map(cpu_s, processes))
            sent = send(service.url, "/graphql", [part], clients=1)
            spent_s += sum(map(cpu_s, processes)) - before
            latencies_s += sent.latencies_s
            reports += map(_report, sent.answers)
    p50, p95, _ = percentiles(latencies_s)
    totals = [report["total"] for report in reports]
    return ImpactRow(
        store=store,
        graph=graph.name,
        question=question.name,
        asks=len(reports),
        items_p50=median_low(totals),
        items_max=max(totals),
        partial=sum(report["coverage"]["status"] != "COMPLETE" for report in reports),
        p50_ms=p50 * 1000,
        p95_ms=p95 * 1000,
        cpu_ms=spent_s * 1000 / len(reports),
    )


@contextmanager
def _opened(store: EmptyStore) -> Iterator[Store]:
    opened = open_store(store.url)
    try:
        yield opened
    finally:
        opened.close()


def _change_product(transaction: Transaction) -> None:
    """A product gets another purpose, as a document that is sent again with other words would do it."""
    [product] = transaction.nodes([product_key(0)]).values()
    version = position(transaction).version
    changed = Node(product.key, product.label, {**product.properties, "purpose": f"Purpose {version}."})
    transaction.apply(ChangeSet({product.key: changed}))
    note_changes(transaction, [product.key])


def _report(answer: bytes) -> dict[str, Any]:
    told = json.loads(answer)
    if told.get("errors"):
        raise BenchFailed(f"GraphQL answered: {json.dumps(told['errors'])[:500]}")
    found: dict[str, Any] = told["data"]["impact"]
    return found
