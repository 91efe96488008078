"""The page of a node: the same facts as links, safe whatever the names."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from api.identifiers import HTML, JSON
from api.settings import Settings
from catalog.export import DEFAULT_BASE
from catalog.graph import Edge, Node
from catalog.identity import DatasetId, JobId
from catalog.store.port import ChangeSet, Store
from catalog.store.registry import open_store
from ontology.rdf import NS, Syntax
from tests.api.events import run_event
from tests.api.running import Service, serving

TURTLE, N_TRIPLES, JSON_LD = Syntax
FORMATS = {
    TURTLE: RdfFormat.TURTLE,
    N_TRIPLES: RdfFormat.N_TRIPLES,
    JSON_LD: RdfFormat.JSON_LD,
    JSON: RdfFormat.JSON_LD,
}
MART = DatasetId("warehouse", "mart.orders")
RAW = DatasetId("warehouse", "raw.orders")
ORDERS = JobId("jobs", "orders")
ODD = {
    "scheme and slashes": "duckdb://shop/a",
    "percent": "100%25 %zz %",
    "unicode": "naïve 数据 \U0001f600 e\u0301",
    "unit separator": "a\x1fb",
    "line ends": "a\nb\r\n",
    "only a line end": "\n",
    "markup": "<script>alert(1)</script>&amp;\"'",
    "turned around": "\u202eabc\u202c",
    "reserved": "a?b#c;d=e&f+g@h:i!$'()*,[]",
    "not reserved": "A-Z_a.z~9",
    "hashed": "long " * 1000,
    "slash at the end": "a/",
    "quotes": '"""\\ \\u0041',
}
Triple = tuple[str, str, NamedNode | Literal]


def triples(answer: httpx.Response) -> set[Triple]:
    """The triples of an answer, by the media type that it says it has."""
    media_type = answer.headers["content-type"].partition(";")[0]
    quads = parse(answer.content, format=FORMATS[media_type])
    return {(q.subject.value, q.predicate.value, q.object) for q in quads}


def get(http: httpx.Client, key: str, accept: str = "*/*", **headers: str) -> httpx.Response:
    return http.get(f"/id/{key}", headers={"accept": accept, **headers})


def rows(answer: httpx.Response, table: str) -> set[tuple[str, str]]:
    """Predicate and text, or address for a link, of the rows of a table of the page."""
    found = re.search(rf'<table id="{table}">(.*?)</table>', answer.text, re.DOTALL)
    pattern = r'<th title="([^"]*)">.*?</th><td>(?:\w+ <a href="([^"]*)">|<(?:bdi|code)>(.*?)</(?:bdi|code)>)'
    cells = re.findall(pattern, found[1] if found else "", re.DOTALL)
    return {(html.unescape(p), html.unescape(link or text)) for p, link, text in cells}


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service whose datasets, namespaces and jobs have odd names."""
    folder = tmp_path_factory.mktemp("odd")
    settings = Settings(store=f"sqlite:///{folder}/mesh.db", port=0, keys_file=folder / "keys.json")
    with serving(settings) as running, running.client() as http:
        for number, text in enumerate(ODD.values()):
            event = run_event(number, job={"namespace": text, "name": text}, inputs=[])
            event["outputs"] = [{"namespace": text, "name": text}]
            http.post("/api/v1/lineage", json=event).raise_for_status()
        yield running


@pytest.fixture
def http(filled: Service) -> Iterator[httpx.Client]:
    with filled.client() as client:
        yield client


def test_page__holds_the_same_facts_as_links(http: httpx.Client) -> None:
    for key in (MART.key, ORDERS.key, RAW.field("email").key):
        said, shown = triples(get(http, key)), get(http, key, HTML)
        iri, up = DEFAULT_BASE + key, "../" * key.count("/")
        nodes = {(p, o.value) for s, p, o in said if s == iri and o.value.startswith(DEFAULT_BASE)}
        assert rows(shown, "outgoing") == {(p, up + o.removeprefix(DEFAULT_BASE)) for p, o in nodes}
        assert rows(shown, "incoming") == {
            (p, up + s.removeprefix(DEFAULT_BASE)) for s, p, o in said if s != iri
        }
        own = {(p, o.value) for s, p, o in said if s == iri} - nodes
        short = {(p, o.replace(NS, "mesh:")) for p, o in own}
        assert rows(shown, "about") == short


def test_links_of_the_page__lead_to_pages(filled: Service, http: httpx.Client) -> None:
    page = get(http, ORDERS.key, HTML)
    links = [html.unescape(link) for link in re.findall(r'href="([^"]*)"', page.text)]
    assert len(links) == 5  # one read, one written, two runs, the namespace
    for link in links:
        assert http.get(page.url.join(link), headers={"accept": HTML}).status_code == 200


def test_page__runs_and_fetches_nothing_whatever_the_names(odd: Service) -> None:
    text = ODD["markup"]
    with odd.client() as http:
        answer = get(http, DatasetId(text, text).key, HTML)
    assert "<script" not in answer.text
    assert html.escape(text) in answer.text
    assert set(re.findall(r"<(\w+)", answer.text)) <= {
        *("html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "code", "strong", "bdi", "a"),
        *("table", "tr", "th", "td"),
    }
    assert set(re.findall(r" (src|on\w+|style|http-equiv|srcset)=", answer.text)) == set()
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_page__writes_out_what_a_page_cannot_hold(odd: Service) -> None:
    with odd.client() as http:
        control = get(http, DatasetId(ODD["unit separator"], ODD["unit separator"]).key, HTML).text
        turned = get(http, DatasetId(ODD["turned around"], ODD["turned around"]).key, HTML).text
    assert "a\\u001fb" in control
    assert "\x1f" not in control
    assert "\\u202eabc\\u202c" in turned
    assert "\u202e" not in turned


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
