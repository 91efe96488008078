"""A streaming run that tells of itself again and again costs its log entries alone, whatever facets it sends."""

import json

from catalog import state
from catalog.graph import Direction
from catalog.projection import Projection
from catalog.store.memory import MemoryStore
from catalog.store.port import ALL_TIME, NodeFilter
from ingest.event import recognise
from ontology.compiler import load_model
from tests.api.graphql.world import RECEIVED_NS, facet, run_id
from tests.facets.told import JOB, RUN

MODEL = load_model()


def running(second: int) -> bytes:
    """One of many RUNNING events: other figures each time, the rest as before."""
    events = {
        "eventType": "RUNNING",
        "eventTime": f"2026-01-01T00:{second // 60:02}:{second % 60:02}Z",
        "producer": "urn:test",
        "schemaURL": "urn:test",
        "run": {
            "runId": run_id(1),
            "facets": {
                "nominalTime": facet({"nominalStartTime": "2026-01-01T00:00:00Z"}),
                "processing_engine": facet({"name": "Flink", "version": "2"}),
                "extractionError": facet({"totalTasks": 2, "failedTasks": 1, "errors": []}),
                "jobDependencies": facet({"upstream": [{"job": {"namespace": "etl", "name": "first"}}]}),
            },
        },
        "job": {"namespace": "etl", "name": "load"},
        "inputs": [{"namespace": "db", "name": "raw"}],
        "outputs": [
            {
                "namespace": "db",
                "name": "clean",
                "outputFacets": {"outputStatistics": facet({"rowCount": second})},
            }
        ],
    }
    return json.dumps(events).encode()


def sizes(store: MemoryStore) -> tuple[int, int, int, int]:
    """How many nodes, edges of all times, and characters of what is kept of the run and of its job's lineage."""
    with store.read() as reader:
        keys = [node.key for node in reader.page(NodeFilter(MODEL.concrete_labels), None, 1_000)]
        edges = reader.edges(keys, MODEL.relationship_types, Direction.OUT, ALL_TIME)
        run = state.run_state(reader, RUN)
        (fold,) = state.lineage_folds(reader, [JOB]).values()
    return len(keys), len(edges), len(run.told), len(fold.open) + len(fold.stretches)


def test_flood__adds_no_node_and_no_edge() -> None:
    store = MemoryStore()
    projection = Projection(store)
    found = []
    for first in (0, 1, 10, 200):
        seconds = range(first, first * 2 or 1)
        projection.apply([recognise(running(second), received_ns=RECEIVED_NS) for second in seconds])
        found.append(sizes(store))
    assert len(set(found)) == 1
    nodes, edges, told, observations = found[0]
    assert (told, observations) == (3, 1)
    assert nodes > 4
    assert edges > 4
