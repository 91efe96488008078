"""What is said of a node: the same on each store, bounded, and what is gone."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pyoxigraph import parse

from api.identifiers import HTML, OFFERED
from api.settings import Settings
from catalog import describe as describe_module
from catalog.describe import describe
from catalog.graph import Edge, Node
from catalog.identity import DEFAULT_BASE, DatasetId, JobId
from catalog.rdf.description import description_triples
from catalog.store.port import ChangeSet, Store
from catalog.store.registry import open_store
from ontology.rdf import NS, RDFS, Syntax, document
from tests.api.addresses import FORMATS, ORDERS, get, rows, triples
from tests.api.events import run_event
from tests.api.running import Service, serving
from tests.documents.versions import send, thing, version


@pytest.fixture
def http(filled: Service) -> Iterator[httpx.Client]:
    with filled.client() as client:
        yield client


def test_thing_that_is_gone__is_410_in_every_form(settings: Settings) -> None:
    store = open_store(settings.store)
    node = Node("team/a", "Team", {"name": "a", "gone": True})
    store.write(lambda transaction: transaction.apply(ChangeSet(nodes={node.key: node})))
    store.close()
    with serving(settings) as service, service.client() as http:
        answers = [get(http, node.key, media_type) for media_type in OFFERED]
    assert {(answer.status_code, answer.json()["error"]["code"]) for answer in answers} == {(410, "gone")}


@pytest.fixture(params=["memory", "sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """One of the three stores, with a job of many runs, a namespace of many datasets and one of many columns."""
    urls = {"memory": "memory:", "sqlite": f"sqlite:///{tmp_path}/graph.db"}
    opened = open_store(urls.get(request.param) or request.getfixturevalue("neo4j_url"))
    nodes, edges = hub()
    changes = ChangeSet(nodes={n.key: n for n in nodes}, edges={e.id: e for e in edges})
    opened.write(lambda transaction: transaction.apply(changes))
    yield opened
    opened.close()


def hub() -> tuple[list[Node], list[Edge]]:
    """Namespace ``big`` has four datasets; the first has four fields, read by a job in a namespace of the same name."""
    datasets = [DatasetId("big", f"d{n}") for n in range(4)]
    job = JobId("big", "d0")
    fields = [datasets[0].field(f"f{n}") for n in range(4)]
    nodes = [Node(d.key, "Dataset", {"namespace": "big", "name": d.name, "searchText": ""}) for d in datasets]
    nodes += [Node(f.key, "Field", {"name": f.path, "dataset": f.dataset.key}) for f in fields]
    nodes += [
        Node(job.key, "Job", {"namespace": "big", "name": "d0", "searchText": ""}),
        Node(job.namespace_key, "Namespace", {"name": "big", "of": "job"}),
        Node(datasets[0].namespace_key, "Namespace", {"name": "big", "of": "dataset"}),
    ]
    edges = [Edge("IN_NAMESPACE", d.key, d.namespace_key, d.key, "OBSERVED") for d in datasets]
    edges += [Edge("HAS_FIELD", datasets[0].key, f.key, datasets[0].key, "OBSERVED") for f in fields]
    edges += [Edge("CONSUMED_BY", d.key, job.key, job.key, "OBSERVED", (), 1) for d in datasets]
    edges += [
        Edge("IN_NAMESPACE", job.key, job.namespace_key, job.key, "OBSERVED"),
        Edge("CONSUMED_BY", datasets[0].key, job.key, job.key, "DECLARED", (), 1),
        Edge("PRODUCES", job.key, datasets[3].key, job.key, "OBSERVED", (), 1, 5),
    ]
    return nodes, edges


def test_description__is_the_same_on_each_store(store: Store) -> None:
    nodes, edges = hub()
    with store.read() as reader:
        for node in nodes:
            found = describe(reader, node.key)
            assert found is not None
            assert found.node == node
            now = [edge for edge in edges if edge.valid_to is None]
            leaving = {(edge.type, edge.target) for edge in now if edge.source == node.key}
            entering = {(edge.type, edge.source) for edge in now if edge.target == node.key}
            assert [(link.type, link.key) for link in found.leaving.links] == sorted(leaving)
            assert [(link.type, link.key) for link in found.entering.links] == sorted(entering)
            assert (found.leaving.cut, found.entering.cut) == (False, False)
        assert describe(reader, "dataset/big/nothing") is None


def test_description__is_cut_and_says_so(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(describe_module, "LIMIT", 3)
    dataset, job = DatasetId("big", "d0"), JobId("big", "d0")
    with store.read() as reader:
        fields, members, read = (
            describe(reader, key) for key in (dataset.key, dataset.namespace_key, job.key)
        )
    assert fields is not None
    assert members is not None
    assert read is not None
    assert (fields.leaving.cut, fields.entering.cut) == (True, False)
    assert (members.entering.cut, [link.key for link in members.entering.links]) == (
        True,
        [DatasetId("big", f"d{n}").key for n in range(3)],
    )
    assert (read.entering.cut, len(read.entering.links)) == (True, 3)
    said = description_triples(members, DEFAULT_BASE)
    iri = DEFAULT_BASE + dataset.namespace_key
    note = "This answer is cut: it has 1,000 incoming edges, and there are more."
    assert said[-2:] == [(f"{iri}?answer", f"{RDFS}comment", note), (f"{iri}?answer", f"{RDFS}seeAlso", iri)]
    for syntax in Syntax:
        assert len(list(parse(document(said, syntax, {}), format=FORMATS[syntax]))) == len(said)


def test_job_with_many_runs__shows_the_latest(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(describe_module, "LIMIT", 3)
    with serving(settings) as service, service.client() as http:
        for number in range(6):
            event = run_event(number, eventTime=f"2024-05-0{number + 1}T10:00:00Z", inputs=[])
            http.post("/api/v1/lineage", json=event).raise_for_status()
        turtle, page = get(http, ORDERS.key), get(http, ORDERS.key, HTML)
    runs = {s.rpartition("-")[2][-1] for s, p, _ in triples(turtle) if p == f"{NS}ofJob"}
    assert runs == {"4", "5", "6"}
    assert len(rows(page, "incoming")) == 3
    assert "This answer is cut" in page.text
    assert "?answer" not in page.text


def test_described_thing__is_410_when_a_version_leaves_it_out_and_200_when_one_has_it_again(
    settings: Settings,
) -> None:
    product = "product/sales"
    store = open_store(settings.store)
    statuses, bodies = [], []
    with serving(settings) as service, service.client() as http:
        for minute, nodes in ((1, [thing(product, name="Sales")]), (2, []), (3, [thing(product)])):
            send(store, [version("a.ttl", minute, *nodes)])
            answer = get(http, product)
            statuses.append(answer.status_code)
            bodies.append(answer.text)
    store.close()
    assert statuses == [200, 410, 200]
    assert "a.ttl left it out at 2024-05-01T10:02:00Z." in bodies[1]
