"""``/id/{key}``: a node's IRI answers itself, over real HTTP."""

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote, unquote

import httpx
import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from api.identifiers import HTML, JSON, key_in
from api.settings import Settings
from catalog.identity import DEFAULT_BASE, HASHED, DatasetId, JobId
from catalog.rdf.export import rdf
from catalog.rdf.profile import Profile
from catalog.rdf.qualified import is_made
from catalog.store.registry import open_store
from ontology.compiler import load_model
from ontology.rdf import NS, RDF
from ontology.rdf_writing import Form
from tests.api.addresses import (
    DCAT,
    FORMATS,
    MART,
    ODD,
    ORDERS,
    PROV,
    RAW,
    Triple,
    get,
    triples,
)
from tests.api.events import run_event
from tests.api.running import Service, serving


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


def test_json__is_expanded_json_ld_that_names_no_context(http: httpx.Client) -> None:
    answer = get(http, MART.key, JSON)
    found = answer.json()
    assert answer.headers["content-type"] == JSON
    assert not [node for node in found if "@context" in node]
    (mart,) = (node for node in found if node["@id"] == DEFAULT_BASE + MART.key)
    assert mart[f"{NS}name"] == [{"@value": "mart.orders"}]


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
