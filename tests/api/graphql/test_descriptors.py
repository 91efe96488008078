"""From a Turtle document to GraphQL: what is posted is answered by kind, found, and gone when it is left out."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.settings import Settings
from tests.api.graphql.world import nodes
from tests.api.running import serving

PREFIXES = """
@prefix mesh: <https://w3id.org/meshline/ns#> .
@prefix dct: <http://purl.org/dc/terms/> .
"""
SALES = """
<urn:ex:orders> a mesh:DataProduct ; mesh:name "Orders" ; mesh:lifecycle "active" ;
    mesh:inDomain <urn:ex:sales> ; mesh:ownedBy <urn:ex:team> .
<urn:ex:sales> a mesh:Domain ; mesh:name "Sales" .
<urn:ex:team> a mesh:Team ; mesh:name "Team Orders" .
"""
QUERY = """query ($text: String!) { search(text: $text, filter: { kinds: ["DataProduct"] }) { edges { node {
    kind name gone properties { name values }
    relations(direction: OUT) { edges { node { type node { name kind } via { name kind } } } }
    documents { edges { node { source } } } } } } }"""


@pytest.fixture
def http(tmp_path: Path) -> Iterator[httpx.Client]:
    settings = Settings(store=f"sqlite:///{tmp_path}/mesh.db", port=0, keys_file=tmp_path / "keys.json")
    with serving(settings) as service, service.client() as opened:
        yield opened


def post(http: httpx.Client, turtle: str, at: str) -> int:
    asked = {"source": "https://git.example/mesh.ttl", "at": at}
    headers = {"content-type": "text/turtle"}
    answer = http.post("/api/v1/descriptors", params=asked, content=PREFIXES + turtle, headers=headers)
    return answer.status_code


def ask(http: httpx.Client, query: str, **variables: Any) -> Any:
    answer = http.post("/graphql", json={"query": query, "variables": variables}).json()
    assert "errors" not in answer
    return answer["data"]


def test_posted_document__is_answered_by_kind_until_it_is_left_out(http: httpx.Client) -> None:
    assert post(http, SALES, "2026-01-01T00:00:00Z") == 201
    (product,) = nodes(ask(http, QUERY, text="orders")["search"])
    assert (product["kind"], product["name"], product["gone"]) == ("DataProduct", "Orders", False)
    assert {"name": "lifecycle", "values": ["active"]} in product["properties"]
    assert [(one["type"], one["node"]["name"]) for one in nodes(product["relations"])] == [
        ("IN_DOMAIN", "Sales"),
        ("OWNED_BY", "Team Orders"),
    ]
    assert {one["via"]["kind"] for one in nodes(product["relations"])} == {"Document"}
    assert nodes(product["documents"], "source") == ["https://git.example/mesh.ttl"]

    kinds = {one["kind"]: one["count"] for one in ask(http, "{ kinds { kind count } }")["kinds"]}
    assert (kinds["DataProduct"], kinds["Domain"], kinds["Agent"]) == (1, 1, 1)

    left = '<urn:ex:sales> a mesh:Domain ; mesh:name "Sales" .'
    assert post(http, left, "2026-01-02T00:00:00Z") == 201
    assert nodes(ask(http, QUERY, text="orders")["search"]) == []
    (gone,) = nodes(
        ask(http, '{ resources(kind: "DataProduct") { edges { node { name gone } } } }')["resources"]
    )
    assert gone == {"name": "Orders", "gone": True}
