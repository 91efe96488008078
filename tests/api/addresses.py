"""Addresses of nodes, and how their answers are read."""

import html
import re

import httpx
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from api.identifiers import JSON
from catalog.identity import DatasetId, JobId
from ontology.rdf import Syntax

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


BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"


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
