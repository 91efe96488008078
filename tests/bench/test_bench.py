"""The bench runs and reports what it measured. How fast anything is, no test asks."""

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from bench.client import send
from bench.errors import BenchFailed
from bench.evaluation import EvaluationSize, measure_evaluation
from bench.figures import (
    ExportRow,
    GovernanceRow,
    ImpactRow,
    IngestRow,
    LoadRow,
    MemoryRow,
    WalkRow,
    percentiles,
)
from bench.governance import GovernanceSize, measure_governance
from bench.governed import policies
from bench.graphs import hub
from bench.impact import ImpactSize, measure_impact
from bench.ingest import measure_ingest
from bench.kept import WRITTEN, loaded
from bench.machine import this_machine
from bench.memory import MemorySize, measure_memory
from bench.rdf_export import CASES, ExportSize, measure_exports
from bench.reading import question_after
from bench.report import Engine, Report, ratios_of
from bench.service import serving
from bench.stores import SqliteStores
from bench.tables import BEGIN, END, show, write_markdown
from bench.verdicts import VerdictSize, measure_verdicts
from bench.walk import WalkSize, measure_walks
from bench.workload import SMALL, run_events
from bench.workloads import IngestSize, Way
from catalog.graph import Direction
from catalog.store.port import NodeFilter
from catalog.store.registry import open_store
from ontology.vocabulary import Rel

TINY = IngestSize(
    small_jobs=3,
    wide_jobs=2,
    warm_jobs=1,
    layers=(0, 0),
    consumers=0,
    repeats=3,
    flood=4,
    corpus=0,
    ways=(Way(2),),
    other_ways=(Way(1, batched=True),),
)


@pytest.fixture(scope="module")
def ingest_rows() -> list[IngestRow]:
    return list(measure_ingest(SqliteStores(), TINY))


@pytest.fixture(scope="module")
def memory_rows() -> list[MemoryRow]:
    return list(measure_memory(SqliteStores(), MemorySize((20, 30), jobs=1)))


@pytest.fixture(scope="module")
def walk_rows() -> list[LoadRow | WalkRow]:
    return list(measure_walks(SqliteStores(), WalkSize((hub(3),), asks=2, patience_s=60)))


@pytest.fixture(scope="module")
def governance_rows() -> list[LoadRow | GovernanceRow]:
    return list(measure_governance(SqliteStores(), GovernanceSize(layers=1, asks=2)))


@pytest.fixture(scope="module")
def impact_rows() -> list[LoadRow | ImpactRow]:
    return list(
        measure_impact(SqliteStores(), ImpactSize(datasets=60, asks=4, warming=2, readers=4, products=4))
    )


@pytest.fixture(scope="module")
def export_rows() -> list[LoadRow | ExportRow]:
    return list(measure_exports(SqliteStores(), ExportSize(20, CASES[:3])))


def test_ingest__measures_every_case_in_every_phase(ingest_rows: list[IngestRow]) -> None:
    measured = [
        (row.workload, row.endpoint, row.clients, row.phase, row.events, row.store) for row in ingest_rows
    ]
    alone, batch = ("one event", 2), ("batch of 100", 1)
    assert measured == [
        ("small", *alone, "first", 4, "sqlite"),
        ("small", *alone, "repeat", 4, "sqlite"),
        ("wide", *alone, "first", 2, "sqlite"),
        ("wide", *alone, "repeat", 2, "sqlite"),
        ("small once", *batch, "first", 5, "sqlite"),
        ("small once", *batch, "repeat", 5, "sqlite"),
        ("3 runs of one job", *batch, "repeat", 4, "sqlite"),
        ("4 RUNNING of a run", *batch, "flood", 3, "sqlite"),
    ]


def test_ingest__tells_when_an_event_was_acknowledged_and_read_back(ingest_rows: list[IngestRow]) -> None:
    for row in ingest_rows:
        assert row.events_per_s > 0
        assert row.request_p99_ms >= row.request_p95_ms >= row.request_p50_ms > 0
        assert row.reads == (1 if row.endpoint == "batch of 100" else 2)
        assert row.derived_s >= 0
        assert row.readable_p50_ms is not None
        assert row.readable_p50_ms > 0
        assert row.service_peak_mib > 10
        assert row.disk_bytes is not None
        assert (row.store_cpu_ms, row.store_peak_mib) == (None, None)


def test_memory__is_told_at_each_mark(memory_rows: list[MemoryRow]) -> None:
    assert [row.events for row in memory_rows] == [20, 40]  # a step is 20 events
    assert all(row.service_peak_mib >= row.service_mib > 10 for row in memory_rows)
    assert [row.disk_bytes is not None for row in memory_rows] == [False, True]


@pytest.mark.parametrize("state", ["START", "COMPLETE"])
def test_event_that_cannot_be_read_back__ends_the_measurement(state: str) -> None:
    start, complete = run_events(SMALL, 1, 0)
    question = question_after(b"[%b,%b]" % (complete, start), exact=True)
    assert question is not None
    shown = json.dumps({"data": {"run": {"state": state}}}).encode()
    assert question.is_shown_by(shown) == (state == "START")
    assert not question.is_shown_by(b'{"data": {"run": null}}')


def test_event_without_a_run__is_not_asked_for() -> None:
    assert question_after(b'{"eventTime": "2024-05-01T10:00:00Z", "dataset": {}}', exact=True) is None


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


def test_impact__of_each_question_is_measured_whole(impact_rows: list[LoadRow | ImpactRow]) -> None:
    loads = [row for row in impact_rows if isinstance(row, LoadRow)]
    assert [(row.graph, row.edges) for row in loads] == [
        ("mesh 60", 60 * 5 + 54 * (2 + 1 + 10)),
        ("4 products, 80 tables", 80 * 5 + 79 + (4 * 37 + 5) * (1 + 5)),
        ("hub 4", 5 * 3 + 4 * (1 + 1 + 3)),
    ]
    rows = [row for row in impact_rows if isinstance(row, ImpactRow)]
    assert [(row.graph, row.partial) for row in rows] == [
        *[("mesh 60", 0), ("mesh 60", 0)],
        *[("4 products, 80 tables", 0), ("4 products, 80 tables", 0)],
        *[("hub 4", 0), ("hub 4", 0), ("hub 4", 0)],
    ]
    first, counts, again = (row.items_p50 for row in rows[4:])
    assert first == counts == again == 3 * 4  # of each reader: it, what it writes, and the field
    assert all(row.asks > 1 and row.p95_ms >= row.p50_ms > 0 for row in rows)


def test_verdicts__are_kept_after_each_change() -> None:
    rows = list(measure_verdicts(SqliteStores(), VerdictSize(products=3, changes=2)))
    assert [row.times for row in rows] == [1, 2, 2, 2, 2, 2, 2]
    assert {row.graph for row in rows} == {"3 products, 60 tables, 50 policies"}
    assert all(0 < row.p50_ms <= row.p95_ms for row in rows)


def test_governance__follows_a_class_on_and_back(governance_rows: list[LoadRow | GovernanceRow]) -> None:
    rows = [row for row in governance_rows if isinstance(row, GovernanceRow)]
    follows, _, layer = rows
    assert follows.found == layer.found > 0
    assert all(row.asks == 2 and row.p95_ms >= row.p50_ms > 0 for row in rows)


def test_evaluation__judges_everything_that_fifty_policies_speak_of() -> None:
    loading, row = measure_evaluation(SqliteStores(), EvaluationSize(2))
    assert isinstance(loading, LoadRow)
    assert isinstance(row, GovernanceRow)
    datasets = [one for one in policies() if one.of == "Dataset"]
    assert len(policies()) == 50
    assert row.found > len(datasets) * 2 * 20
    assert row.p50_ms > 0 < row.cpu_ms


def test_kept_store__is_not_loaded_again(tmp_path: Path) -> None:
    stores, graph = SqliteStores(), hub(2)
    with loaded(stores, graph, tmp_path) as (row, store):
        (folder,) = tmp_path.iterdir()
        assert (row.edges, store.folder) == (19, folder)
    (folder / WRITTEN).write_text((folder / WRITTEN).read_text().replace("19", "91"))
    with loaded(stores, graph, tmp_path) as (row, store):
        assert row.edges == 91
        assert _edges(store.url) == 19


def test_kept_store__that_was_not_loaded_whole_is_made_anew(tmp_path: Path) -> None:
    stores, graph = SqliteStores(), hub(2)
    with loaded(stores, hub(2), tmp_path):
        (folder,) = tmp_path.iterdir()
    (folder / WRITTEN).unlink()
    (folder / "mesh.db").write_text("broken off")
    with loaded(stores, graph, tmp_path) as (row, store):
        assert (row.edges, _edges(store.url)) == (19, 19)


def _edges(url: str) -> int:
    store = open_store(url)
    try:
        with store.read() as reader:
            keys = [node.key for node in reader.page(NodeFilter(("Dataset", "Job", "Field")), None, 100)]
            return len(reader.edges(keys, tuple(Rel), Direction.OUT))
    finally:
        store.close()


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
    memory_rows: list[MemoryRow],
    walk_rows: list[LoadRow | WalkRow],
    impact_rows: list[LoadRow | ImpactRow],
    governance_rows: list[LoadRow | GovernanceRow],
    export_rows: list[LoadRow | ExportRow],
) -> None:
    report = Report(this_machine(), "python -m bench", [Engine("sqlite", "SQLite", "durable")], ingest_rows)
    report.memory = memory_rows
    report.loads = [row for row in walk_rows if isinstance(row, LoadRow)]
    report.walks = [row for row in walk_rows if isinstance(row, WalkRow)]
    report.impacts = [row for row in impact_rows if isinstance(row, ImpactRow)]
    report.governance = [row for row in governance_rows if isinstance(row, GovernanceRow)]
    report.exports = [row for row in export_rows if isinstance(row, ExportRow)]
    output = io.StringIO()
    show(report, Console(file=output, width=200))
    text = output.getvalue()
    assert report.machine.line() in text.replace("\n", " ")
    assert text.count("│ sqlite") == (
        2 * len(ingest_rows)
        + len(ratios_of(ingest_rows))
        + len(memory_rows)
        + len(walk_rows)
        + len(report.impacts)
        + len(report.governance)
        + len(report.exports)
    )
    assert len(report.json()["ratios"]) == len(ratios_of(ingest_rows)) <= len(ingest_rows) // 2
    assert json.loads(json.dumps(report.json())).keys() == {
        *(
            "machine",
            "command",
            "engines",
            "ingest",
            "memory",
            "loads",
            "walks",
            "impacts",
            "governance",
            "verdicts",
            "exports",
            "ratios",
        )
    }


def test_markdown__is_written_between_its_marks_and_again(
    ingest_rows: list[IngestRow], memory_rows: list[MemoryRow], tmp_path: Path
) -> None:
    engine = Engine("sqlite", "SQLite 3", "committed")
    report = Report(this_machine(), "python -m bench", [engine], ingest_rows, memory_rows)
    page = tmp_path / "performance.md"
    ours, others = BEGIN.format("sqlite"), BEGIN.format("other")
    page.write_text(f"# Title\n\n{ours}\nold\n{END}\n\n{others}\nkept\n{END}\n\nThe end.\n")
    write_markdown(report, page)
    text = page.read_text()
    write_markdown(report, page)
    assert page.read_text() == text
    assert text.startswith(f"# Title\n\n{ours}\n\n- Machine: ")
    assert text.endswith(f"|\n\n{END}\n\n{others}\nkept\n{END}\n\nThe end.\n")
    assert "old" not in text
    assert text.count("\n| sqlite |") == (
        2 * len(ingest_rows) + len(ratios_of(ingest_rows)) + len(memory_rows)
    )


def test_walks__are_asked_at_least_once_and_no_longer_than_the_patience_lasts() -> None:
    rows = list(measure_walks(SqliteStores(), WalkSize((hub(1),), asks=9, patience_s=0)))
    assert {row.asks for row in rows if isinstance(row, WalkRow)} == {1}


def test_send__fails_at_an_answer_that_is_no_success(tmp_path: Path) -> None:
    with (
        serving(f"sqlite:///{tmp_path}/mesh.db", tmp_path) as service,
        pytest.raises(BenchFailed, match="400"),
    ):
        send(service.url, "/api/v1/lineage", [[b"no event"]], clients=1)


def test_percentiles__are_of_the_values_themselves() -> None:
    assert percentiles([float(value) for value in range(101)]) == (50.0, 95.0, 99.0)
    assert percentiles([7.0]) == (7.0, 7.0, 7.0)
