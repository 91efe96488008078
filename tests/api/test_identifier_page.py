"""The page of a node: the same facts as links, safe whatever the names."""

import html
import re
from collections.abc import Iterator

import httpx
import pytest

from api.identifiers import HTML
from catalog.identity import DEFAULT_BASE, DatasetId
from ontology.rdf import NS
from tests.api.addresses import (
    MART,
    ODD,
    ORDERS,
    RAW,
    get,
    rows,
    triples,
)
from tests.api.running import Service


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
