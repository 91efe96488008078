"""What the bench sends and loads: events, batches, graphs, each of the shape that it is called by."""

import json
from pathlib import Path

import pytest

from bench.graphs import Graph, change_sets, diamond, layered, scattered
from bench.workload import (
    FLOOD,
    HUB,
    ONE_JOB,
    SMALL,
    SMALL_ONCE,
    WIDE,
    Shape,
    batches,
    flood,
    layers,
    run_events,
    runs,
)
from bench.workloads import CORPUS, IngestSize, corpus_units, workloads
from catalog.entry import Status
from ingest.event import recognise

NOW_NS = 1_800_000_000_000_000_000


def test_workloads__are_all_sent_in_every_way() -> None:
    every = list(workloads(IngestSize(1, 1, 1, corpus=0)))
    assert [workload.name for workload in every] == [
        *("small", "wide", "small once", "layered 20x50", "hub 1,000"),
        *("200 runs of one job", "10,000 RUNNING of a run"),
    ]
    assert [(way.clients, way.batched) for workload in every for way in workload.ways] == (
        [(1, False), (4, False), (16, False), (1, True)] * len(every)
    )
    events = [sum(map(len, phase.units())) for workload in every for phase in workload.phases]
    assert events == [2, 2, 2, 2, 2, 2, 2000, 2000, 2000, 2000, 400, 10_000]


@pytest.mark.parametrize(
    "shape", [SMALL, SMALL_ONCE, WIDE, HUB, ONE_JOB, FLOOD, layers(3)], ids=lambda shape: shape.name
)
def test_workload__is_applied_whole_and_repeats_its_facets(shape: Shape) -> None:
    first, repeat = (recognise(run_events(shape, 7, run)[0], received_ns=NOW_NS) for run in (0, 1))
    assert (first[0].status, repeat[0].status) == (Status.APPLIED, Status.APPLIED)
    assert first[0].hash != repeat[0].hash
    assert first[1].datasets == repeat[1].datasets
    assert first[1].job == repeat[1].job


def test_flood__is_of_one_run_and_no_event_is_another() -> None:
    events = [json.loads(event) for unit in flood(range(5)) for event in unit]
    assert len({event["eventTime"] for event in events}) == 5
    assert {(event["run"]["runId"], event["eventType"]) for event in events} == {
        (events[0]["run"]["runId"], "RUNNING")
    }


def test_layers__read_what_the_layer_before_writes() -> None:
    jobs = [json.loads(run_events(layers(3), job, 0)[0]) for job in range(9)]
    written = [{output["name"] for output in job["outputs"]} for job in jobs]
    for number, job in enumerate(jobs[3:], start=3):
        before = set().union(*written[number // 3 * 3 - 3 : number // 3 * 3])
        assert {table["name"] for table in job["inputs"]} < before
    assert len(set().union(*written)) == 9


def test_consumers__all_read_the_hub() -> None:
    jobs = [json.loads(run_events(HUB, job, 0)[0]) for job in range(3)]
    assert {table["name"] for job in jobs for table in job["inputs"]} == {"hub.hub"}
    assert len({table["name"] for job in jobs for table in job["outputs"]}) == 3


def test_corpus__is_sent_whole_each_run_in_its_order(corpus: Path) -> None:
    units = corpus_units(10_000)
    assert corpus / "openlineage" == CORPUS
    assert sum(map(len, units)) == len(list(CORPUS.rglob("*.json"))) > len(units)
    assert [workload.name for workload in workloads(IngestSize(1, 1, 1))][-1] == "corpus"


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
