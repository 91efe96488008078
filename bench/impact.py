"""What an impact answer takes, through GraphQL over HTTP: of a typical column of a large mesh, and of very many items.

Each change is asked about once, for the service keeps reports; but where it is said, a kept one is.
"""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median_low
from typing import Any

from bench.client import send
from bench.cpu import cpu_s
from bench.errors import BenchFailed
from bench.figures import ImpactRow, LoadRow, percentiles
from bench.graphs import Graph, column_name, dataset_id, hub, mesh
from bench.kept import loaded
from bench.service import Service, serving
from bench.stores import EmptyStore, Stores

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
_WARMING = 5


@dataclass(frozen=True, slots=True)
class ImpactSize:
    """``datasets`` of the mesh, ``asks`` of each question about it, ``readers`` of the one table that all read."""

    datasets: int
    asks: int
    readers: int


QUICK = ImpactSize(2_000, 20, 300)
USUAL = ImpactSize(20_000, 60, 3_333)
FULL = ImpactSize(200_000, 60, 3_333)
"""With 2 million edges between fields. The hub gives some 10,000 items, in all sizes but the quick one."""


def measure_impact(
    stores: Stores, size: ImpactSize, keep: Path | None = None
) -> Iterator[LoadRow | ImpactRow]:
    """For the mesh and for the hub the row of its loading, then those of its questions. ``keep``: the folder in which
    the loaded stores stay, to be asked again. Raises BenchFailed."""
    for graph, questions in ((mesh(size.datasets), _of_mesh(size)), (hub(size.readers), _of_hub())):
        with loaded(stores, graph, keep) as (row, store):
            yield row
            with serving(store.url, store.folder) as service:
                for name, asked in questions:
                    yield _asked(stores.name, graph, name, asked, service, store)


Body = tuple[dict[str, Any], str, int]
"""A change, what is asked of it, and how many items."""


def _of_mesh(size: ImpactSize) -> list[tuple[str, list[Body]]]:
    """Columns of tables in the five lower of the ten levels, each once; first some to warm up."""
    chance = random.Random(_SEED)
    count, tables = size.asks + _WARMING, range(size.datasets // 2)
    drops, types = chance.sample(tables, count), chance.sample(tables, count)
    dropped = [(_dropped(table, chance.randrange(_COLUMNS)), _PAGE, 50) for table in drops]
    retyped = [(_retyped(table, chance.randrange(_COLUMNS)), _PAGE, 50) for table in types]
    return [("drop of a column, first page", dropped), ("retype of a column, first page", retyped)]


def _of_hub() -> list[tuple[str, list[Body]]]:
    """Each column is dropped and retyped in ways of its own, so that no report is asked for twice."""
    kinds = ["INTEGER", "DATE", "BOOLEAN", "DOUBLE", "TIMESTAMP"]
    changes = [_retyped(0, column, kind) for kind in kinds for column in range(3)]
    first = [_dropped(0, 0), *changes[:7]]
    counts = [_dropped(0, 1), *changes[7:14]]
    return [
        ("all that is reached, first page", [(change, _PAGE, 50) for change in first]),
        ("all that is reached, counts", [(change, _COUNTS, 1) for change in counts]),
        ("a report that is kept, first page", [(change, _PAGE, 50) for change in counts[-5:]]),
    ]


def _dropped(table: int, column: int) -> dict[str, Any]:
    return {"dataset": dataset_id(table).key, "drop": [column_name(column)]}


def _retyped(table: int, column: int, kind: str = "INTEGER") -> dict[str, Any]:
    return {"dataset": dataset_id(table).key, "retype": [{"field": column_name(column), "type": kind}]}


def _asked(
    store: str, graph: Graph, name: str, asked: Sequence[Body], service: Service, empty: EmptyStore
) -> ImpactRow:
    """Ask one after the other; the first ones are not counted."""
    warming = _WARMING if len(asked) > 2 * _WARMING else 1
    bodies = [
        json.dumps({"query": _QUERY.format(what), "variables": {"change": change, "first": first}}).encode()
        for change, what, first in asked
    ]
    send(service.url, "/graphql", [bodies[:warming]], clients=1)
    processes = [service.pid, *([] if empty.server_pid is None else [empty.server_pid])]
    before = sum(map(cpu_s, processes))
    sent = send(service.url, "/graphql", [bodies[warming:]], clients=1)
    spent_s = sum(map(cpu_s, processes)) - before
    reports = [_report(answer) for answer in sent.answers]
    p50, p95, _ = percentiles(sent.latencies_s)
    totals = [report["total"] for report in reports]
    return ImpactRow(
        store=store,
        graph=graph.name,
        question=name,
        asks=len(reports),
        items_p50=median_low(totals),
        items_max=max(totals),
        partial=sum(report["coverage"]["status"] != "COMPLETE" for report in reports),
        p50_ms=p50 * 1000,
        p95_ms=p95 * 1000,
        cpu_ms=spent_s * 1000 / len(reports),
    )


def _report(answer: bytes) -> dict[str, Any]:
    told = json.loads(answer)
    if told.get("errors"):
        raise BenchFailed(f"GraphQL answered: {json.dumps(told['errors'])[:500]}")
    found: dict[str, Any] = told["data"]["impact"]
    return found
