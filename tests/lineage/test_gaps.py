"""What a producer could not read: answers about lineage and impact say so, as of the time asked for."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from catalog.coverage import CoverageStatus, Reason, ReasonCode
from catalog.graph import Direction, Edge
from catalog.identity import DatasetId, JobId
from catalog.impact.evaluation import impact
from catalog.impact.severity import Verdict
from catalog.lineage import Level, walk
from catalog.projection import Projection
from catalog.store.memory import MemoryStore
from catalog.store.port import Store
from ingest.event import recognise
from tests.impact.words import drop, proposed
from tests.lineage.build import dataset, feeds, field, graph, has, job, reads, writes

CHAIN = [
    *has("raw", "a"),
    *reads("load", "raw"),
    *writes("load", "clean"),
    *has("clean", "a"),
    *feeds("load", "raw.a", "clean.a", "IDENTITY"),
    *reads("report", "clean"),
    *writes("report", "sums"),
    *has("sums", "b"),
    *feeds("report", "clean.a", "sums.b", "AGGREGATION"),
]


def gap(name: str, failed: int = 1, total: int | None = 3, valid_to: int | None = None) -> Edge:
    told = (("failedTasks", failed), *(() if total is None else (("totalTasks", total),)))
    return Edge("LINEAGE_GAP", job(name), job(name), job(name), "OBSERVED", told, None, valid_to)


REASON = Reason(
    ReasonCode.EXTRACTION_ERROR,
    (job("load"),),
    "The producer could not read 1 of 3 tasks of job n/load: lineage may be missing.",
)


def reasons(
    store: Store, root: str, direction: Direction = Direction.OUT, **asked: Any
) -> tuple[Reason, ...]:
    with store.read() as reader:
        found = walk(reader, [root], direction=direction, **asked).coverage
    assert found.status is (CoverageStatus.PARTIAL if found.reasons else CoverageStatus.COMPLETE)
    return found.reasons


@pytest.mark.parametrize(
    ("root", "direction", "level"),
    [
        (dataset("raw"), Direction.OUT, Level.DATASET),
        (dataset("sums"), Direction.IN, Level.DATASET),
        (dataset("raw"), Direction.OUT, Level.JOB),
        (job("load"), Direction.BOTH, Level.JOB),
        (field("raw.a"), Direction.OUT, Level.FIELD),
        (field("sums.b"), Direction.IN, Level.FIELD),
    ],
)
def test_lineage__says_what_the_producer_of_a_job_could_not_read(
    root: str, direction: Direction, level: Level
) -> None:
    assert reasons(graph(CHAIN), root, direction, level=level) == ()
    assert reasons(graph(CHAIN, [gap("load")]), root, direction, level=level) == (REASON,)


def test_gap_of_a_job_elsewhere__is_not_told() -> None:
    store = graph(CHAIN, [gap("load")])
    assert reasons(store, dataset("clean")) == ()
    assert [one.code for one in reasons(store, dataset("raw"), depth=0)] == [ReasonCode.DEPTH]


def test_gap__of_a_job_that_reads_another_field_is_told() -> None:
    """It may use this field in what could not be read."""
    others = [*has("raw", "z"), *reads("other", "raw"), *writes("other", "side"), *has("side", "z")]
    others += feeds("other", "raw.z", "side.z")
    (reason,) = reasons(graph(CHAIN, others, [gap("other")]), field("raw.a"), level=Level.FIELD)
    assert reason.keys == (job("other"),)


def test_gap__holds_as_long_as_its_run_is_the_last() -> None:
    store = graph(CHAIN, [gap("load", valid_to=100)])
    assert reasons(store, dataset("raw"), at=99) == (REASON,)
    assert reasons(store, dataset("raw"), at=100) == ()


def test_gap_without_a_total__is_counted_alone() -> None:
    (reason,) = reasons(graph(CHAIN, [gap("load", 2, None)]), dataset("raw"))
    assert reason.message == "The producer could not read 2 tasks of job n/load: lineage may be missing."


def test_impact__is_to_be_reviewed_where_a_reader_could_not_be_read() -> None:
    """The reader names no column that is dropped; but what could not be read may."""
    edges = [*has("raw", "a", "z"), *reads("load", "raw"), *writes("load", "clean"), *has("clean", "a")]
    edges += feeds("load", "raw.a", "clean.a", "IDENTITY")
    change = proposed(dataset("raw"), drop("z"))
    with graph(edges).read() as reader:
        known = impact(reader, change)
    with graph(edges, [gap("load")]).read() as reader:
        unknown = impact(reader, change)
    assert known.coverage.reasons == ()
    assert unknown.coverage.reasons == (REASON,)
    assert (unknown.verdict, unknown.coverage.status) == (Verdict.REVIEW, CoverageStatus.PARTIAL)


# From events


def sent(*runs: tuple[int, str, Mapping[str, Any]]) -> Store:
    """Runs of the job ``load`` (minute, type, facets), in a store in memory."""
    store = MemoryStore()
    names = {"namespace": "n"}
    for minute, type_, facets in runs:
        event = {
            "eventTime": f"2026-01-01T00:{minute:02}:00Z",
            "eventType": type_,
            "producer": "urn:test",
            "schemaURL": "urn:test",
            "run": {"runId": f"00000000-0000-4000-8000-{minute:012}", "facets": facets},
            "job": {**names, "name": "load"},
            "inputs": [{**names, "name": "raw"}],
            "outputs": [{**names, "name": "clean"}],
        }
        said = recognise(json.dumps(event), received_ns=1_800_000_000_000_000_000)
        Projection(store).apply([said])
    return store


ERROR = {"extractionError": {"totalTasks": 3, "failedTasks": 1, "errors": [{"errorMessage": "?"}]}}


def test_extraction_error__is_told_until_a_run_without_one_completes() -> None:
    raw = DatasetId("n", "raw").key
    assert reasons(sent((1, "COMPLETE", ERROR)), raw) == (REASON,)
    assert reasons(sent((1, "COMPLETE", ERROR), (2, "START", {})), raw) == (REASON,)
    assert reasons(sent((1, "COMPLETE", ERROR), (2, "FAIL", {})), raw) == (REASON,)
    assert reasons(sent((1, "COMPLETE", ERROR), (2, "COMPLETE", {})), raw) == ()


def test_extraction_error__of_a_failed_run_says_nothing_of_the_job() -> None:
    assert reasons(sent((1, "COMPLETE", {}), (2, "FAIL", ERROR)), DatasetId("n", "raw").key) == ()


def test_extraction_error__lets_the_lineage_that_was_read_stand() -> None:
    store = sent((1, "COMPLETE", ERROR))
    with store.read() as reader:
        found = walk(reader, [DatasetId("n", "raw").key], direction=Direction.OUT)
    assert {node.key for node in found.nodes} >= {JobId("n", "load").key, DatasetId("n", "clean").key}
