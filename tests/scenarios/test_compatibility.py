"""The consumer scenarios of the OpenLineage compatibility suite, through HTTP, against the table of facts §4.

Stricter than the suite: sent in the order of the files, doubled, reversed, mixed and as batches, they are one graph.
"""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from api.settings import Settings
from catalog.canonical import plain
from catalog.export import nquads
from catalog.graph import Direction
from catalog.lineage import walk
from catalog.store.port import NodeFilter, Reader
from catalog.store.registry import open_store
from ontology.vocabulary import Label
from tests.api.running import serving

FOLDER = "openlineage/OpenLineage+compatibility-tests/consumer/scenarios"
ONE, BATCH = "/api/v1/lineage", "/api/v1/lineage/batch"


class Counts(NamedTuple):
    """A row of the table: what events name, each once; placeholders of parents are not counted."""

    events: int
    runs: int
    jobs: int
    datasets: int
    edges: int
    column_facets: int


EXPECTED = {
    "CLL": Counts(9, 4, 4, 3, 2, 4),
    "simple_run_event": Counts(1, 1, 1, 2, 1, 0),
    "spark_dataproc_bigquery_shakespare": Counts(12, 3, 3, 2, 1, 5),
}


def bodies(corpus: Path, scenario: str) -> list[bytes]:
    """The events of a scenario, in the order of their file names."""
    return [path.read_bytes() for path in sorted((corpus / FOLDER / scenario).glob("*.json"))]


def one_by_one(http: httpx.Client, events: list[bytes]) -> None:
    for event in events:
        answer = http.post(ONE, content=event, headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()["status"]) in {(201, "applied"), (201, "duplicate")}


def doubled(http: httpx.Client, events: list[bytes]) -> None:
    one_by_one(http, [event for event in events for _ in range(2)])


def backwards(http: httpx.Client, events: list[bytes]) -> None:
    one_by_one(http, events[::-1])


def mixed(http: httpx.Client, events: list[bytes]) -> None:
    one_by_one(http, random.Random(7).sample(events, len(events)))


def as_batches(http: httpx.Client, events: list[bytes]) -> None:
    for batch in (events[: len(events) // 2], events):
        if batch:
            answer = http.post(BATCH, json=[json.loads(event) for event in batch])
            assert answer.status_code in (200, 204)


WAYS = [one_by_one, doubled, backwards, mixed, as_batches]


@pytest.mark.parametrize("scenario", EXPECTED)
def test_scenario__is_one_graph_however_it_is_sent(corpus: Path, scenario: str, tmp_path: Path) -> None:
    exports = set()
    for send in WAYS:
        store = f"sqlite:///{tmp_path}/{send.__name__}.db"
        _serve(store, tmp_path, send, bodies(corpus, scenario))
        opened = open_store(store)
        with opened.read() as reader:
            assert _counts(reader) == EXPECTED[scenario]
            exports.add("\n".join(nquads(reader)))
        opened.close()
    assert len(exports) == 1


def _serve(
    store: str, folder: Path, send: Callable[[httpx.Client, list[bytes]], None], events: list[bytes]
) -> None:
    settings = Settings(store=store, port=0, keys_file=folder / "keys.json")
    with serving(settings) as service, service.client() as http:
        send(http, events)


def _counts(reader: Reader) -> Counts:
    entries = reader.log(None, 100)
    found = {
        label: reader.page(NodeFilter((label,)), None, 500) for label in (Label.RUN, Label.JOB, Label.DATASET)
    }
    own = {label: [n for n in nodes if "inferred" not in n.properties] for label, nodes in found.items()}
    datasets = [node.key for node in own[Label.DATASET]]
    edges = {
        (key, node.key)
        for key in datasets
        for node in walk(reader, [key], direction=Direction.OUT, depth=1).nodes
        if node.hops == 1 and node.key.startswith("dataset/")
    }
    facets = [facet for entry in entries for facet in _column_facets(plain(entry.body))]
    runs, jobs, _ = (len(nodes) for nodes in own.values())
    return Counts(len(entries), runs, jobs, len(datasets), len(edges), len(facets))


def _column_facets(event: dict[str, Any]) -> list[Any]:
    outputs = event.get("outputs") or []
    return [one["facets"]["columnLineage"] for one in outputs if "columnLineage" in (one.get("facets") or {})]


def test_scenario_of_spark__tells_its_columns(corpus: Path, tmp_path: Path) -> None:
    """The columns of the union of a run's events are in the graph, none of them of a dataset that no event names."""
    store = f"sqlite:///{tmp_path}/columns.db"
    _serve(store, tmp_path, one_by_one, bodies(corpus, "CLL"))
    opened = open_store(store)
    with opened.read() as reader:
        fields = reader.page(NodeFilter((Label.FIELD,)), None, 500)
        edges = reader.edges([n.key for n in fields], ("FEEDS", "INFLUENCES"), Direction.OUT)
        assert edges
        assert reader.count(NodeFilter((Label.DATASET_REFERENCE,))) == 0
    opened.close()
