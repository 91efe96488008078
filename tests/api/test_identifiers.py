"""``/id/{key}``: a node's IRI answers itself, over real HTTP."""

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import httpx
import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from api.accept import best
from api.identifiers import HTML, JSON, OFFERED, key_in
from api.keys import Role
from api.settings import Settings
from catalog import describe as describe_module
from catalog.describe import describe
from catalog.export import DEFAULT_BASE
from catalog.graph import Edge, Node
from catalog.identity import HASHED, DatasetId, JobId
from catalog.rdf.description import description_triples
from catalog.rdf.export import rdf
from catalog.rdf.profile import Profile
from catalog.rdf.qualified import is_made
from catalog.store.port import ChangeSet, Store
from catalog.store.registry import open_store
from ontology.compiler import load_model
from ontology.rdf import NS, RDF, RDFS, Syntax, document
from ontology.rdf_writing import Form
from tests.api.events import run_event
from tests.api.running import Service, serving
from tests.documents.versions import send, thing, version

TURTLE, N_TRIPLES, JSON_LD = Syntax
DCAT, PROV = "http://www.w3.org/ns/dcat#", "http://www.w3.org/ns/prov#"
FORMATS = {
    TURTLE: RdfFormat.TURTLE,
    N_TRIPLES: RdfFormat.N_TRIPLES,
    JSON_LD: RdfFormat.JSON_LD,
    JSON: RdfFormat.JSON_LD,
}
MART = DatasetId("warehouse", "mart.orders")
RAW = DatasetId("warehouse", "raw.orders")
ORDERS = JobId("jobs", "orders")
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"
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


def test_dataset__answers_its_own_triples_and_its_edges_both_ways(http: httpx.Client) -> None:
    answer = get(http, MART.key)
    iri = DEFAULT_BASE + MART.key

    def link(source: str, rel: str, target: str) -> Triple:
        return DEFAULT_BASE + source, NS + rel, NamedNode(DEFAULT_BASE + target)

    assert answer.status_code == 200
    assert triples(answer) == {
        *(
            (iri, f"{RDF}type", NamedNode(term))
            for term in (f"{NS}Dataset", f"{NS}DatasetName", f"{DCAT}Dataset", f"{PROV}Entity")
        ),
        *((iri, term, Literal(MART.key)) for term in (f"{NS}key", "http://purl.org/dc/terms/identifier")),
        (iri, f"{NS}namespace", Literal("warehouse")),
        (iri, f"{NS}name", Literal("mart.orders")),
        link(MART.key, "hasField", MART.field("id").key),
        link(MART.key, "hasField", MART.field("email_domain").key),
        link(MART.key, "inNamespace", MART.namespace_key),
        link(ORDERS.key, "produces", MART.key),
    }


def test_every_node__says_what_the_export_says_of_it(filled: Service, http: httpx.Client) -> None:
    store = open_store(filled.settings.store)
    with store.read() as reader:
        text = "".join(rdf(reader, Form.TURTLE, Profile.MESH, DEFAULT_BASE))
    store.close()
    quads = parse(text, format=RdfFormat.TURTLE)
    exported: set[Any] = {(q.subject.value, q.predicate.value, q.object) for q in quads}
    subjects = {s for s, _, _ in exported if not is_made(s, DEFAULT_BASE)}
    assert len(subjects) > 8
    relations = {kind.iri for kind in load_model().relationships}
    for iri in subjects:
        answered = triples(get(http, iri.removeprefix(DEFAULT_BASE)))
        entering = {t for t in exported if t[2] == NamedNode(iri) and t[1] in relations}
        made = {s for s, _, _ in answered if is_made(s, DEFAULT_BASE)}
        assert answered == {t for t in exported if t[0] in {iri, *made}} | entering
        assert {t[2].value for t in answered if is_made(t[2].value, DEFAULT_BASE)} <= made


@pytest.mark.parametrize("key", [MART.key, ORDERS.key, RAW.field("email").key, RAW.namespace_key])
def test_all_forms__hold_the_same_triples(http: httpx.Client, key: str) -> None:
    found = [triples(get(http, key, media_type)) for media_type in FORMATS]
    assert found[0]
    assert [one == found[0] for one in found] == [True] * 4


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


def test_json__is_expanded_json_ld_that_names_no_context(http: httpx.Client) -> None:
    answer = get(http, MART.key, JSON)
    found = answer.json()
    assert answer.headers["content-type"] == JSON
    assert not [node for node in found if "@context" in node]
    (mart,) = (node for node in found if node["@id"] == DEFAULT_BASE + MART.key)
    assert mart[f"{NS}name"] == [{"@value": "mart.orders"}]


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("*/*", "text/turtle; charset=utf-8"),
        ("", "text/turtle; charset=utf-8"),
        (BROWSER, "text/html; charset=utf-8"),
        (N_TRIPLES, N_TRIPLES),
        (JSON_LD, JSON_LD),
        ("application/*", N_TRIPLES),
        ("text/*;q=0.1, application/json;q=0.2", JSON),
    ],
)
def test_accept__chooses_the_form(http: httpx.Client, accept: str, content_type: str) -> None:
    answer = get(http, MART.key, accept)
    assert (answer.status_code, answer.headers["content-type"]) == (200, content_type)
    assert answer.headers["vary"] == "Accept"


def test_without_accept__the_answer_is_turtle(http: httpx.Client) -> None:
    request = http.build_request("GET", f"/id/{MART.key}")
    del request.headers["accept"]
    assert http.send(request).headers["content-type"] == "text/turtle; charset=utf-8"


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("text/html;q=0.5, text/turtle;q=0.4", HTML),
        ("text/turtle, text/html", TURTLE),
        ("text/html, text/turtle", TURTLE),
        ("*/*, text/turtle;q=0", N_TRIPLES),
        ("text/*, text/turtle;q=0.1", HTML),
        ("TEXT/HTML ; Q=1.000", HTML),
        (
            'application/ld+json;profile="http://www.w3.org/ns/json-ld#expanded, x";q=0.9, text/html;q=0.8',
            JSON_LD,
        ),
        ("text/html;q=2, application/json;q=0.1", JSON),
        ("text/html;q=nan", None),
        ("text/turtle;q=0", None),
        ("image/png", None),
        ("*/*;q=0", None),
        ('"', None),
        (",;,", None),
    ],
)
def test_best__respects_weights_and_the_most_specific_range(accept: str, chosen: str | None) -> None:
    assert best([accept], OFFERED) == chosen


def test_best__is_quick_on_a_hostile_header() -> None:
    assert best(['\\"' * 20_000 + ";,q=" * 5_000], OFFERED) is None


def test_no_acceptable_form__is_406_with_the_list(http: httpx.Client) -> None:
    answer = get(http, MART.key, "image/png, text/html;q=0")
    assert (answer.status_code, answer.json()["error"]["code"]) == (406, "not-acceptable")
    assert [media_type for media_type in OFFERED if media_type not in answer.json()["error"]["hint"]] == []
    assert answer.headers["vary"] == "Accept"


@pytest.mark.parametrize(
    "key",
    [
        "dataset/warehouse/nothing",
        "dataset/warehouse",
        "",
        "nothing",
        "dataset/warehouse/mart.orders/",
        "%FF/%",
        "%00",
    ],
)
def test_unknown_key__is_404(http: httpx.Client, key: str) -> None:
    answer = get(http, key)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "unknown-node")


def test_thing_that_is_gone__is_410_in_every_form(settings: Settings) -> None:
    store = open_store(settings.store)
    node = Node("team/a", "Team", {"name": "a", "gone": True})
    store.write(lambda transaction: transaction.apply(ChangeSet(nodes={node.key: node})))
    store.close()
    with serving(settings) as service, service.client() as http:
        answers = [get(http, node.key, media_type) for media_type in OFFERED]
    assert {(answer.status_code, answer.json()["error"]["code"]) for answer in answers} == {(410, "gone")}


def test_head__is_get_without_the_body(http: httpx.Client) -> None:
    for media_type in OFFERED:
        got = get(http, MART.key, media_type)
        head = http.head(f"/id/{MART.key}", headers={"accept": media_type})
        assert (head.status_code, head.content) == (200, b"")
        assert {**head.headers, "date": ""} == {**got.headers, "date": ""}


def test_other_methods__are_405(http: httpx.Client) -> None:
    answer = http.post(f"/id/{MART.key}")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


def test_known_tag__is_304_with_the_headers_of_the_answer(http: httpx.Client) -> None:
    full = get(http, MART.key)
    tag = full.headers["etag"]
    assert re.fullmatch(r'"[0-9a-f]{32}"', tag)
    for sent in (tag, f'"other", W/{tag}', "*"):
        answer = get(http, MART.key, **{"if-none-match": sent})
        assert (answer.status_code, answer.content) == (304, b"")
        assert {name: answer.headers[name] for name in ("etag", "vary", "cache-control")} == {
            "etag": tag,
            "vary": "Accept",
            "cache-control": "private, no-cache",
        }
    assert get(http, MART.key, **{"if-none-match": '"other"'}).status_code == 200
    assert get(http, MART.key, HTML, **{"if-none-match": tag}).status_code == 200
    assert get(http, "dataset/warehouse/nothing", **{"if-none-match": "*"}).status_code == 404


def test_tags__differ_by_form_and_stay_while_nothing_changes(http: httpx.Client) -> None:
    tags = [get(http, MART.key, media_type).headers["etag"] for media_type in OFFERED]
    assert len(set(tags)) == len(OFFERED)
    assert tags == [get(http, MART.key, media_type).headers["etag"] for media_type in OFFERED]


def test_tag__changes_with_the_facts(settings: Settings) -> None:
    with serving(settings) as service, service.client() as http:
        http.post("/api/v1/lineage", json=run_event())
        before = get(http, RAW.key).headers["etag"]
        reader = run_event(7, job={"namespace": "jobs", "name": "another"}, outputs=[])
        http.post("/api/v1/lineage", json=reader)
        after = get(http, RAW.key, **{"if-none-match": before})
    assert after.status_code == 200
    assert NamedNode(DEFAULT_BASE + JobId("jobs", "another").key) in {o for _, _, o in triples(after)}


@pytest.mark.parametrize("text", list(ODD.values()), ids=list(ODD))
def test_odd_name__is_found_by_its_iri_in_every_form(odd: Service, text: str) -> None:
    key = DatasetId(text, text).key
    with odd.client() as http:
        answers = [get(http, key, media_type) for media_type in (*FORMATS, HTML)]
        assert [answer.status_code for answer in answers] == [200] * 5
        said = {(p, o) for s, p, o in triples(answers[0]) if s == DEFAULT_BASE + key}
        assert {(f"{NS}name", Literal(text)), (f"{NS}namespace", Literal(text))} <= said
        assert [triples(answer) == triples(answers[0]) for answer in answers[:4]] == [True] * 4
        for link in re.findall(r'href="([^"]*)"', answers[4].text):
            address = answers[4].url.join(html.unescape(link))
            assert http.get(address, headers={"accept": HTML}).status_code == 200


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


@pytest.mark.parametrize(
    "written",
    [
        "dataset/duckdb%3A%2F%2Fshop%2Fa/duckdb%3A%2F%2Fshop%2Fa",
        "dataset/duckdb%3a%2f%2fshop%2fa/duckdb%3A%2F%2Fshop%2Fa",
        "dataset/duckdb:%2F%2Fshop%2Fa/duckdb:%2f%2fshop%2fa",
        "%64ataset/duckdb%3A%2F%2F%73hop%2Fa/duckdb%3A%2F%2Fshop%2F%61",
    ],
)
def test_ways_to_write_an_iri__lead_to_the_same_node(odd: Service, written: str) -> None:
    with odd.client() as http:
        answer = get(http, written)
        assert answer.content == get(http, DatasetId("duckdb://shop/a", "duckdb://shop/a").key).content
    assert answer.status_code == 200


def test_name_of_dots__answers_a_client_that_leaves_the_path_alone(settings: Settings) -> None:
    with serving(settings) as service, service.client() as http:
        http.post("/api/v1/lineage", json=run_event(job={"namespace": "..", "name": "."})).raise_for_status()
        connection = HTTPConnection(service.url.removeprefix("http://"))
        connection.request("GET", f"/id/{JobId('..', '.').key}")
        assert connection.getresponse().status == 200
        connection.close()


def test_encoded_slash__is_no_slash(odd: Service) -> None:
    with odd.client() as http:
        assert get(http, "dataset/duckdb:////shop/a/duckdb:////shop/a").status_code == 404
        assert get(http, "dataset%2Fduckdb%3A%2F%2Fshop%2Fa%2Fduckdb%3A%2F%2Fshop%2Fa").status_code == 404


@pytest.mark.parametrize("text", list(ODD.values()), ids=list(ODD))
def test_key_in__is_the_key_however_it_is_encoded(text: str) -> None:
    key = DatasetId(text, "x").key
    parts = key.split("/")
    fully = "/".join("".join(f"%{byte:02x}" for byte in unquote(part).encode()) for part in parts)
    assert key_in(f"/id/{key}".encode()) == key
    if not parts[1].startswith(HASHED):  # an encoded mark is part of a name, not the mark
        assert key_in(f"/%69%64/{fully}".encode()) == key
    browser = "/".join(quote(unquote(part), safe="!$&'()*+,;=:@") for part in key.split("/"))
    assert key_in(f"/id/{browser}".encode()) == key


def test_base_iri__is_in_the_answer_and_the_links_stay_here(settings: Settings) -> None:
    base = "https://mesh.example.org/catalog/id/"
    with serving(replace(settings, base_iri=base)) as service, service.client() as http:
        http.post("/api/v1/lineage", json=run_event()).raise_for_status()
        subjects = {s for s, _, _ in triples(get(http, MART.key))}
        page = get(http, MART.key, HTML)
    assert subjects == {base + MART.key, base + ORDERS.key}
    assert f"<code>{base}{MART.key}</code>" in page.text
    links = re.findall(r'href="([^"]*)"', page.text)
    assert links
    assert {link[:9] for link in links} == {"../../job", "../../fie", "../../nam"}


def test_reader__may_ask_and_an_emitter_may_not(tokens: dict[Role, str], service: Service) -> None:
    statuses = {}
    for role in (None, *Role):
        with service.client(tokens[role] if role else None) as http:
            statuses[role] = get(http, MART.key).status_code
    assert statuses == {None: 401, Role.EMITTER: 403, Role.READER: 404, Role.EDITOR: 404, Role.ADMIN: 404}


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
