"""What domains offer at their URLs: JSON and RDF, with tags, as of a time, and what is said of what is not there."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from api import offer_queries
from api.offers import Offers
from api.settings import Settings
from catalog.store.memory import MemoryStore
from catalog.store.registry import open_store
from tests.api.graphql.counting import BrokenStore
from tests.api.graphql.described import describe, thing
from tests.api.graphql.mesh import (
    CLEAN,
    CONTRACT,
    EUROPE,
    FINANCE,
    ORDERS,
    OUT,
    REPORTS,
    SALES,
    SCHEMA,
    SLO,
    field,
    mesh,
)
from tests.api.graphql.world import World, at
from tests.api.running import serving

THEN = 8
BASE = "http://mesh.example/id/"
ODD = "https://odd.example/produits/été?x=1"
ODD_KEY = "product/https%3A%2F%2Fodd.example%2Fproduits%2F%C3%A9t%C3%A9%3Fx%3D1"


@pytest.fixture(scope="module")
def http(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    place = tmp_path_factory.mktemp("offers")
    settings = Settings(
        store=f"sqlite:///{place}/mesh.db", port=0, keys_file=place / "keys.json", base_iri=BASE
    )
    store = open_store(settings.store)
    odd = thing(ODD_KEY, "DataProduct", name="Été")
    twins = [thing(f"product/twin{n}", "DataProduct", name="Twin") for n in (1, 2)]
    describe(store, THEN - 1, [thing("product/old", "DataProduct", name="Old")], "old.yaml")
    describe(store, THEN, [], "old.yaml")
    describe(store, THEN, [*mesh(), odd, *twins])
    store.close()
    with serving(settings) as service, service.client() as opened:
        yield opened


def get(http: httpx.Client, path: str, **asked: Any) -> Any:
    answer = http.get(f"/api/v1/{path}", **asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def ref(key: str, name: str) -> dict[str, str]:
    return {"id": BASE + key, "name": name}


def test_domains__are_listed_with_how_many_products_each_has(http: httpx.Client) -> None:
    found = get(http, "domains")
    assert (found["total"], found["next"]) == (3, None)
    assert [(one["id"], one["parent"], one["products"]["totalCount"]) for one in found["domains"]] == [
        (BASE + FINANCE, None, 1),
        (BASE + SALES, None, 0),
        (BASE + EUROPE, ref(SALES, "Sales"), 1),
    ]


def test_domain__says_what_it_offers(http: httpx.Client) -> None:
    found = get(http, "domains/sales-eu")
    (product,) = found["products"]
    assert (found["id"], found["parent"]) == (BASE + EUROPE, ref(SALES, "Sales"))
    assert (product["id"], product["lifecycle"]) == (BASE + ORDERS, "active")
    assert product["owner"]["agent"]["email"] == "orders@example.com"
    assert product["outputPorts"] == [
        {
            **ref(OUT, "clean"),
            "protocol": "SQL",
            "endpoint": "postgres://db.example:5432/db",
            "visibility": "restricted",
        }
    ]
    assert [(one["id"], one["current"]["version"]) for one in found["contracts"]] == [
        (BASE + CONTRACT, "1.10.0")
    ]
    assert found["cut"] == []
    assert get(http, "domains/Sales")["domains"] == [ref(EUROPE, "Sales in Europe")]


def test_products__are_listed_by_domain_owner_and_lifecycle(http: httpx.Client) -> None:
    def ids(query: str) -> list[str]:
        return [one["id"].removeprefix(BASE) for one in get(http, f"products{query}")["products"]]

    assert ids("?domain=sales") == ids("?owner=team/orders") == ids("?lifecycle=active") == [ORDERS]
    assert ids("?lifecycle=active&lifecycle=draft") == [ORDERS, REPORTS]
    assert len(ids("")) == 5


@pytest.mark.parametrize(
    "name", ["orders", "Orders", "product%2Forders", f"{BASE}product/orders".replace("/", "%2F")]
)
def test_product__is_told_under_each_of_its_names(http: httpx.Client, name: str) -> None:
    found = get(http, f"products/{name}")
    (port,) = found["outputPorts"]
    assert (found["id"], found["kind"], found["purpose"]) == (
        BASE + ORDERS,
        "DataProduct",
        "To know what was sold",
    )
    assert (found["keywords"], found["support"]) == (["gold", "sales"], ["#orders"])
    assert [one["role"] for one in found["roles"]] == ["steward"]
    assert port["contracts"][0]["contract"] == ref(CONTRACT, "Orders contract")
    assert port["datasets"] == [{**ref(CLEAN, "clean"), "namespace": "db"}]


def test_product__whose_id_has_slashes_is_named_percent_encoded(http: httpx.Client) -> None:
    sent = ODD_KEY.removeprefix("product/")
    assert get(http, f"products/{sent}")["id"] == BASE + ODD_KEY


def test_status__is_of_the_product_and_of_each_port(http: httpx.Client) -> None:
    found = get(http, "products/orders/status")
    (port,) = found["status"]["ports"]
    assert (found["id"], found["status"]["health"], found["status"]["lastRun"]) == (
        BASE + ORDERS,
        "UNKNOWN",
        None,
    )
    assert (port["port"], [one["objective"]["id"] for one in port["slos"]]) == (
        ref(OUT, "clean"),
        [BASE + SLO],
    )
    assert {one["kind"] for one in found["findings"]} >= {"PORT_WITHOUT_DATA"}


def test_port__says_where_it_is_and_how_to_connect(http: httpx.Client) -> None:
    found = get(http, "products/orders/ports/clean")
    (server,) = found["servers"]
    assert (found["endpoint"], found["product"]["name"]) == ("postgres://db.example:5432/db", "Orders")
    assert (server["platform"], server["host"], server["portNumber"]) == ("postgres", "db.example", 5432)
    assert server["environment"]["name"] == "prod"
    (meant,) = found["binding"]["datasets"]
    assert (meant["dataset"], meant["rule"]) == (ref(CLEAN, "clean"), "DECLARED")
    (taken,) = get(http, "products/reports/ports/orders")["receives"]
    assert (taken["id"], taken["product"]["domain"]) == (BASE + OUT, ref(EUROPE, "Sales in Europe"))


def test_contract__has_versions_and_each_its_schema(http: httpx.Client) -> None:
    found = get(http, "contracts/orders")
    assert found["current"]["version"] == "1.10.0"
    assert sorted(one["version"] for one in found["versions"]) == ["1.10.0", "1.2.0", "2.0.0-rc.1"]
    version = get(http, "contracts/orders/1.10.0")
    (schema,) = version["schemas"]
    assert (schema["id"], [one["name"] for one in schema["fields"]]) == (BASE + SCHEMA, ["email", "id"])
    assert (schema["rules"][0]["metricName"], version["slos"][0]["threshold"]) == ("nullValues", "4")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("products/ordrs", "orders"),
        ("products/orders/ports/claen", "clean, logs"),
        ("domains/sale", "sales"),
        ("contracts/orders/9.9.9", "1.10.0, 1.2.0, 2.0.0-rc.1"),
    ],
)
def test_name_that_is_not_known__is_404_with_near_ones(http: httpx.Client, path: str, said: str) -> None:
    answer = http.get(f"/api/v1/{path}")
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (404, "unknown-node")
    assert said in error["hint"]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("products/Twin", 409, "several-fit"),
        ("products/old", 410, "gone"),
        ("products/orders?asof=now", 400, "bad-parameter"),
        ("products/orders?asOf=yesterday", 400, "bad-parameter"),
        ("products?after=x", 400, "bad-parameter"),
        ("products/orders/port/clean", 404, "not-found"),
        ("products/orders/ports", 404, "not-found"),
        ("domains/a/b", 404, "not-found"),
        ("products/", 404, "not-found"),
    ],
)
def test_request_that_cannot_be_answered__says_why(
    http: httpx.Client, path: str, status: int, code: str
) -> None:
    answer = http.get(f"/api/v1/{path}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_product__as_of_a_time(http: httpx.Client) -> None:
    assert get(http, "products/old", params={"asOf": at(THEN - 1)})["name"] == "Old"
    assert http.get("/api/v1/products/orders", params={"asOf": at(THEN - 1)}).status_code == 404
    found = get(http, "products/orders", params={"asOf": at(THEN)})
    assert found == {**get(http, "products/orders"), "asOf": f"{at(THEN)}"}


@pytest.mark.parametrize(
    "path", ["products/orders", "domains/sales", "contracts/orders", "products/orders/ports/clean"]
)
@pytest.mark.parametrize(
    ("media_type", "form"), [("text/turtle", RdfFormat.TURTLE), ("application/ld+json", RdfFormat.JSON_LD)]
)
def test_rdf__has_the_thing_with_what_belongs_to_it(
    http: httpx.Client, path: str, media_type: str, form: RdfFormat
) -> None:
    answer = http.get(f"/api/v1/{path}", headers={"accept": media_type})
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, media_type)
    subjects = {
        quad.subject.value
        for quad in parse(answer.content, format=form)
        if isinstance(quad.subject, NamedNode)
    }
    found = get(http, path)
    assert {found["id"], BASE + CONTRACT, BASE + SCHEMA, BASE + field("email")} <= subjects


def test_rdf__is_told_of_now_only(http: httpx.Client) -> None:
    headers = {"accept": "text/turtle"}
    answer = http.get("/api/v1/products/orders", params={"asOf": at(THEN)}, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad-parameter")


def test_form_that_there_is_not__is_406(http: httpx.Client) -> None:
    answer = http.get("/api/v1/products/orders", headers={"accept": "text/csv"})
    assert (answer.status_code, answer.headers["vary"]) == (406, "Accept")


@pytest.mark.parametrize("accept", ["application/json", "text/turtle"])
def test_answer__has_a_tag_and_is_not_sent_twice(http: httpx.Client, accept: str) -> None:
    first = http.get("/api/v1/products/orders", headers={"accept": accept})
    again = http.get(
        "/api/v1/products/orders", headers={"accept": accept, "if-none-match": first.headers["etag"]}
    )
    other = http.get(
        "/api/v1/products/reports", headers={"accept": accept, "if-none-match": first.headers["etag"]}
    )
    assert (again.status_code, again.content, other.status_code) == (304, b"", 200)


def test_answer__needs_a_key_that_may_read(tmp_path: Path) -> None:
    from api.keys import KeysFile, Role

    settings = Settings(store=f"sqlite:///{tmp_path}/mesh.db", port=0, keys_file=tmp_path / "keys.json")
    _, emitter = KeysFile(settings.keys_file).add("pipeline", Role.EMITTER)
    _, reader = KeysFile(settings.keys_file).add("people", Role.READER)
    with serving(settings) as service:
        statuses = []
        for token in (None, emitter, reader):
            with service.client(token) as client:
                statuses.append(client.get("/api/v1/products").status_code)
    assert statuses == [401, 403, 200]


QUERIES = {
    name: getattr(offer_queries, name) for name in dir(offer_queries) if name.isupper() and name[0] != "_"
}


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_question__is_within_the_bounds_of_any_other(name: str) -> None:
    (found,) = World(MemoryStore()).ask(QUERIES[name], id="product/x", name="x", first=100).values()
    assert found is None or found["totalCount"] == 0


def test_fault_of_ours__is_not_told_as_one_of_who_asks() -> None:
    store = MemoryStore()
    describe(store, THEN, mesh())

    with pytest.raises(RuntimeError, match="service failed"):
        asyncio.run(Offers(BrokenStore(store), BASE).products(None, {"owner": FINANCE}))
