"""The bench runs and reports what it measured. How fast anything is, no test asks."""

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from bench.client import send
from bench.errors import BenchFailed
from bench.figures import ExportRow, IngestRow, LoadRow, WalkRow, percentiles
from bench.graphs import Graph, change_sets, diamond, hub, layered, scattered
from bench.ingest import IngestSize, measure_ingest
from bench.machine import this_machine
from bench.rdf_export import CASES, ExportSize, measure_exports
from bench.report import Engine, Report, ratios_of, show
from bench.service import serving
from bench.stores import SqliteStores
from bench.walk import WalkSize, measure_walks
from bench.workload import SMALL, SMALL_ONCE, WIDE, Shape, batches, run_events, runs
from catalog.entry import Status
from ingest.event import recognise

NOW_NS = 1_800_000_000_000_000_000
TINY = IngestSize(small_jobs=2, wide_jobs=1, warm_jobs=1, clients=(2,))


@pytest.fixture(scope="module")
def ingest_rows() -> list[IngestRow]:
    return list(measure_ingest(SqliteStores(), TINY))


@pytest.fixture(scope="module")
def walk_rows() -> list[LoadRow | WalkRow]:
    return list(measure_walks(SqliteStores(), WalkSize((hub(3),), asks=2, patience_s=60)))


@pytest.fixture(scope="module")
def export_rows() -> list[LoadRow | ExportRow]:
    return list(measure_exports(SqliteStores(), ExportSize(20, CASES[:3])))


def test_ingest__measures_every_case_first_and_as_a_repeat(ingest_rows: list[IngestRow]) -> None:
    measured = {
        (row.workload, row.endpoint, row.clients, row.phase, row.events, row.store) for row in ingest_rows
    }
    sent = [("one event", 2), ("batch of 100", 1)]
    assert measured == {
        (workload, endpoint, clients, phase, events, "sqlite")
        for workload, events in (("small", 4), ("wide", 2), ("small once", 4))
        for endpoint, clients in sent
        for phase in ("first", "repeat")
    }
    assert len(ingest_rows) == len(measured)
    assert all(row.events_per_s > 0 and row.request_p95_ms >= row.request_p50_ms for row in ingest_rows)
    assert {row.store_cpu_ms for row in ingest_rows} == {None}


def test_walks__find_the_same_in_process_and_through_graphql(walk_rows: list[LoadRow | WalkRow]) -> None:
    loads = [row for row in walk_rows if isinstance(row, LoadRow)]
    walks = [row for row in walk_rows if isinstance(row, WalkRow)]
    assert [(row.graph, row.nodes, row.edges) for row in loads] == [("hub 3", 19, 27)]
    expected = {
        **{("lineage, datasets", depth): (7, 7) for depth in (1, 3, None)},
        **{("lineage, fields", depth): (4, 4) for depth in (1, 3, None)},
        ("impact of a drop", None): (9, 9),
    }
    for way in ("in process", "GraphQL"):
        asked = [row for row in walks if row.way == way]
        assert {(row.question, row.depth): (row.answer_p50, row.answer_max) for row in asked} == expected
    assert len(walks) == 2 * len(expected)


def test_exports__are_of_every_case_and_of_the_whole_graph(export_rows: list[LoadRow | ExportRow]) -> None:
    [loaded] = (row for row in export_rows if isinstance(row, LoadRow))
    assert (loaded.graph, loaded.nodes, loaded.edges) == (
        "catalogue 20",
        20 * 16 + 18,
        20 * 15 + 18 * (1 + 1 + 3),
    )
    rows = [row for row in export_rows if isinstance(row, ExportRow)]
    assert [(row.form, row.profile) for row in rows] == [(f, p or "with history") for f, p in CASES[:3]]
    assert all(row.lines > loaded.nodes and row.seconds > row.cpu_s / 4 and row.peak_mib > 10 for row in rows)


def test_report__shows_every_row_and_the_ratio_of_each_case(
    ingest_rows: list[IngestRow],
    walk_rows: list[LoadRow | WalkRow],
    export_rows: list[LoadRow | ExportRow],
) -> None:
    report = Report(this_machine(), "python -m bench", [Engine("sqlite", "SQLite", "durable")], ingest_rows)
    report.loads = [row for row in walk_rows if isinstance(row, LoadRow)]
    report.walks = [row for row in walk_rows if isinstance(row, WalkRow)]
    report.exports = [row for row in export_rows if isinstance(row, ExportRow)]
    output = io.StringIO()
    show(report, Console(file=output, width=200))
    text = output.getvalue()
    assert report.machine.line() in text.replace("\n", " ")
    assert text.count("│ sqlite") == (
        len(ingest_rows) + len(ratios_of(ingest_rows)) + len(walk_rows) + len(report.exports)
    )
    assert len(report.json()["ratios"]) == len(ratios_of(ingest_rows)) <= len(ingest_rows) // 2
    assert json.loads(json.dumps(report.json())).keys() == {
        *("machine", "command", "engines", "ingest", "loads", "walks", "exports", "ratios")
    }


def test_walks__are_asked_at_least_once_and_no_longer_than_the_patience_lasts() -> None:
    rows = list(measure_walks(SqliteStores(), WalkSize((hub(1),), asks=9, patience_s=0)))
    assert {row.asks for row in rows if isinstance(row, WalkRow)} == {1}


@pytest.mark.parametrize("shape", [SMALL, SMALL_ONCE, WIDE], ids=lambda shape: shape.name)
def test_workload__is_applied_whole_and_repeats_its_facets(shape: Shape) -> None:
    first, repeat = (recognise(run_events(shape, 7, run)[0], received_ns=NOW_NS) for run in (0, 1))
    assert (first[0].status, repeat[0].status) == (Status.APPLIED, Status.APPLIED)
    assert first[0].hash != repeat[0].hash
    assert first[1].datasets == repeat[1].datasets
    assert first[1].job == repeat[1].job


def test_batches__hold_every_event_once_in_order() -> None:
    pairs = runs(SMALL, range(3), run=0)
    bodies = [body for unit in batches(pairs, 4) for body in unit]
    assert [len(json.loads(body)) for body in bodies] == [4, 2]
    sent = [event for body in bodies for event in json.loads(body)]
    assert sent == [json.loads(event) for pair in pairs for event in pair]


@pytest.mark.parametrize(
    ("graph", "edges"),
    [
        (layered(2, 3), 9 * 5 + 6 * (2 + 1 + 10)),
        (diamond(3, 4), 3 * 4 + 2 * (1 + 1 + 16)),
        (scattered(100), 10 * 3 + 90 * 10),
    ],
    ids=lambda value: value.name if isinstance(value, Graph) else "",
)
def test_graph__has_the_edges_that_its_shape_says(graph: Graph, edges: int) -> None:
    assert len([edge for changes in change_sets(graph) for edge in changes.edges]) == edges


def test_send__fails_at_an_answer_that_is_no_success(tmp_path: Path) -> None:
    with (
        serving(f"sqlite:///{tmp_path}/mesh.db", tmp_path) as service,
        pytest.raises(BenchFailed, match="400"),
    ):
        send(service.url, "/api/v1/lineage", [[b"no event"]], clients=1)


def test_percentiles__are_of_the_values_themselves() -> None:
    assert percentiles([float(value) for value in range(101)]) == (50.0, 95.0)
    assert percentiles([7.0]) == (7.0, 7.0)
