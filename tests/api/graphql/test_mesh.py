"""Domains, products, ports, contracts and people: what GraphQL tells of them, now and then."""

from typing import Any

import pytest

from api.curating import on
from catalog.curation import Aspect
from catalog.curation_changes import setting
from catalog.identity import CurationId
from catalog.store.memory import MemoryStore
from ingest.curator import Wish
from tests.api.graphql import mesh
from tests.api.graphql.counting import CountingStore
from tests.api.graphql.described import describe, edge, thing
from tests.api.graphql.mesh import ANNA, CLEAN, EUROPE, FINANCE, ORDERS, OUT, REPORTS, SALES, TEAM
from tests.api.graphql.world import BASE, World, at, nodes

BEFORE, THEN = 7, 8


@pytest.fixture
def told(every: World) -> World:
    """The shop and a mesh around it, in a store of each kind."""
    describe(every.store, THEN, mesh.mesh())
    return every


@pytest.fixture
def plain(empty: World) -> World:
    """The mesh alone, in memory."""
    describe(empty.store, THEN, mesh.mesh())
    return empty


PRODUCT = """query ($name: String!, $at: DateTime) { product(name: $name, asOf: $at) {
    key name description lifecycle purpose keywords support
    domain { name parent { name } } owner { agent { key ... on Team { email } } origin } owners { totalCount }
    roles(first: 3) { edges { node { role since until agent { name } thing { key } } } }
    terms(first: 3) { edges { node { name description } } }
    classifications(first: 3) { edges { node { derived classification { name level } } } }
    offers { edges { node { key } } } managementPorts { edges { node { name } } } inputPorts { totalCount }
    usedBy { edges { node { name kind } } }
    outputPorts(first: 5) { edges { node { key protocol endpoint visibility product { key }
        datasets(first: 3) { edges { node { key } } }
        schemas(first: 3) { edges { node { name physicalName } } }
        servers(first: 3) { edges { node { host portNumber environment { name } } } }
        receivedBy(first: 3) { edges { node { key product { key } } } }
        agreements(first: 3) { edges { node { status purpose validUntil
            grantedTo(first: 3) { edges { node { key } } } } } }
        contracts(first: 3) { edges { node { name status ... on ContractVersion { version contract { name }
            slos(first: 3) { edges { node { operator threshold unit } } }
            schemas(first: 3) { edges { node { fields(first: 20) { edges { node {
                name type required primaryKey description
                classifications(first: 3) { edges { node { classification { name } } } } } } }
                rules(first: 3) { edges { node { metricName threshold } } }
                datasets(first: 3) { edges { node { key } } } } } } } } } } } } } } }"""


def test_product__is_told_with_all_around_it(told: World) -> None:
    found = told.ask(PRODUCT, name="orders")["product"]
    (port,) = nodes(found.pop("outputPorts"))
    (contract,) = nodes(port.pop("contracts"))
    (schema,) = nodes(contract.pop("schemas"))
    assert found == {
        **{"key": ORDERS, "name": "Orders", "description": "All orders", "lifecycle": "active"},
        **{"purpose": "To know what was sold", "keywords": ["gold", "sales"], "support": ["#orders"]},
        "domain": {"name": "Sales in Europe", "parent": {"name": "Sales"}},
        "owner": {"agent": {"key": TEAM, "email": "orders@example.com"}, "origin": "DECLARED"},
        "owners": {"totalCount": 1},
        "roles": page(
            {
                **{"role": "steward", "since": "2025-01-01", "until": "2027-01-01"},
                **{"agent": {"name": "Anna"}, "thing": {"key": ORDERS}},
            }
        ),
        "terms": page({"name": "Order", "description": "What a customer buys"}),
        "classifications": page({"derived": True, "classification": {"name": "e-mail address", "level": 3}}),
        "offers": page({"key": CLEAN}),
        "managementPorts": page({"name": "logs"}),
        "inputPorts": {"totalCount": 0},
        "usedBy": page({"name": "Board", "kind": "Exposure"}),
    }
    assert port == {
        **{"key": OUT, "protocol": "SQL", "endpoint": "postgres://db.example:5432/db"},
        **{"visibility": "restricted", "product": {"key": ORDERS}, "datasets": page({"key": CLEAN})},
        "schemas": page({"name": "clean", "physicalName": "public.clean"}),
        "servers": page({"host": "db.example", "portNumber": 5432, "environment": {"name": "prod"}}),
        "receivedBy": page({"key": mesh.IN, "product": {"key": REPORTS}}),
        "agreements": page(
            {
                **{"status": "approved", "purpose": "Monthly report", "validUntil": "2027-01-01T00:00:00Z"},
                "grantedTo": page({"key": REPORTS}),
            }
        ),
    }
    assert contract == {
        **{"name": "orders 1.10.0", "status": "active", "version": "1.10.0"},
        "contract": {"name": "Orders contract"},
        "slos": page({"operator": "lteq", "threshold": "4", "unit": "h"}),
    }
    assert nodes(schema["fields"], "name", "type", "required", "primaryKey", "description") == [
        ("email", "string", None, None, "Where to write to"),
        ("id", "integer", True, True, None),
    ]
    assert nodes(nodes(schema["fields"])[0]["classifications"]) == [
        {"classification": {"name": "e-mail address"}}
    ]
    assert schema["rules"] == page({"metricName": "nullValues", "threshold": "0"})
    assert schema["datasets"] == page({"key": CLEAN})


def page(*items: Any) -> dict[str, Any]:
    return {"edges": [{"node": item} for item in items]}


@pytest.mark.parametrize("name", ["orders", "product/orders", f"{BASE}product/orders", "Orders"])
def test_product__is_found_by_id_key_iri_and_name(plain: World, name: str) -> None:
    assert plain.ask(PRODUCT, name=name)["product"]["key"] == ORDERS


def test_product__that_nobody_describes_is_null(plain: World) -> None:
    assert plain.ask(PRODUCT, name="oders") == {"product": None}
    assert plain.ask(PRODUCT, name="sales") == {"product": None}


def test_product__whose_name_several_have_is_to_be_named_by_key(plain: World) -> None:
    twins = [thing(key, "DataProduct", name="Twin") for key in ("product/a", "product/b")]
    describe(plain.store, THEN, twins, "twins.yaml")
    code, message = plain.refused(PRODUCT, name="Twin")
    assert (code, "product/a, product/b" in message) == ("BAD_USER_INPUT", True)


def test_product__of_a_time_is_what_documents_said_then(told: World) -> None:
    first = told.ask(PRODUCT, name="orders")["product"]
    later = [
        thing(
            *(ORDERS, "DataProduct", edge("OWNED_BY", ORDERS, ANNA), edge("IN_DOMAIN", ORDERS, FINANCE)),
            name="Orders",
            lifecycle="retired",
        ),
        thing(ANNA, "Person", name="Anna B."),
        thing(FINANCE, "Domain", name="Money"),
    ]
    describe(told.store, THEN + 1, later)
    now = told.ask(PRODUCT, name="orders")["product"]
    assert (now["lifecycle"], now["domain"]["name"], now["owner"]["agent"]) == (
        *("retired", "Money"),
        {"key": ANNA},
    )
    assert told.ask(PRODUCT, name="orders", at=at(THEN))["product"] == first
    assert told.ask(PRODUCT, name="orders", at=at(BEFORE)) == {"product": None}


def test_domain__lists_its_parts_teams_products_and_contracts(told: World) -> None:
    query = """query ($name: String!) { domain(name: $name) { name notation owner { agent { name } }
        domains { edges { node { key } } } products { edges { node { key } } } teams { edges { node { key } } }
        contracts { edges { node { key current { version } } } } systems { edges { node { key } } } } }"""
    sales = told.ask(query, name="Sales")["domain"]
    assert sales == {
        **{"name": "Sales", "notation": "S", "owner": {"agent": {"name": "Anna"}}},
        **{"domains": page({"key": EUROPE}), "products": page(), "teams": page(), "contracts": page()},
        "systems": page({"key": mesh.SHOP}),
    }
    europe = told.ask(query, name="sales-eu")["domain"]
    assert (europe["products"], europe["teams"]) == (page({"key": ORDERS}), page({"key": TEAM}))
    assert europe["contracts"] == page({"key": mesh.CONTRACT, "current": {"version": "1.10.0"}})


def test_team__and_people_know_what_they_answer_for(told: World) -> None:
    query = """{ team(name: "orders") { email domain { name } parent { name } products { edges { node { key } } }
        owns { totalCount } members { edges { node { role since person { name } } } } }
        node(id: "person/anna%40example.com") { ... on Person { email owns { edges { node { key } } }
            teams { edges { node { team { name } } } } roles { edges { node { thing { name } } } } } } }"""
    found = told.ask(query)
    assert found["team"] == {
        **{"email": "orders@example.com", "domain": {"name": "Sales in Europe"}, "parent": {"name": "Guild"}},
        **{"products": page({"key": ORDERS}), "owns": {"totalCount": 1}},
        "members": page({"role": "lead", "since": "2024-01-01", "person": {"name": "Anna"}}),
    }
    assert found["node"] == {
        **{"email": "anna@example.com", "owns": page({"key": SALES})},
        **{"teams": page({"team": {"name": "Team Orders"}}), "roles": page({"thing": {"name": "Orders"}})},
    }


CONTRACT = """query ($version: String, $at: DateTime) { contract(name: "orders", version: $version, asOf: $at) {
    __typename name status governs { edges { node { key } } }
    ... on DataContract { current { version } versions { totalCount } domain { key } }
    ... on ContractVersion { version } } }"""


def test_contract__has_versions_of_which_the_newest_active_counts(told: World) -> None:
    assert told.ask(CONTRACT)["contract"] == {
        **{"__typename": "DataContract", "name": "Orders contract", "status": "active", "governs": page()},
        **{"current": {"version": "1.10.0"}, "versions": {"totalCount": 3}, "domain": {"key": EUROPE}},
    }
    version = told.ask(CONTRACT, version="1.10.0")["contract"]
    assert (version["__typename"], version["version"], version["governs"]) == (
        *("ContractVersion", "1.10.0"),
        page({"key": OUT}),
    )
    assert told.ask(CONTRACT, version="9.9.9") == {"contract": None}
    assert told.ask(CONTRACT, at=at(BEFORE)) == {"contract": None}


PRODUCTS = """query ($filter: ProductFilter, $first: Int! = 50, $after: String, $at: DateTime) {
    products(filter: $filter, first: $first, after: $after, asOf: $at) { totalCount pageInfo { endCursor hasNextPage }
        edges { node { key } } } }"""


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        ({}, [ORDERS, REPORTS]),
        ({"domain": "finance"}, [REPORTS]),
        ({"domain": "Sales"}, [ORDERS]),
        ({"owner": "orders"}, [ORDERS]),
        ({"lifecycle": ["draft", "retired"]}, [REPORTS]),
        ({"domain": "sales", "lifecycle": ["draft"]}, []),
    ],
)
def test_products__are_listed_by_domain_owner_and_lifecycle(
    plain: World, filter: dict[str, Any], expected: list[str]
) -> None:
    found = plain.ask(PRODUCTS, filter=filter)["products"]
    assert (nodes(found, "key"), found["totalCount"]) == (expected, len(expected))


@pytest.mark.parametrize(
    ("filter", "message"),
    [
        ({"owner": "order"}, "There is no team or person 'order'. Did you mean orders?"),
        ({"domain": "nowhere"}, "There is no domain 'nowhere'."),
        ({"lifecycle": ["bogus"]}, "'bogus' is no lifecycle: they are draft, active, deprecated, retired."),
    ],
)
def test_products__are_not_listed_by_what_there_is_not(
    plain: World, filter: dict[str, Any], message: str
) -> None:
    assert plain.refused(PRODUCTS, filter=filter) == ("BAD_USER_INPUT", message)


def test_products__come_in_pages_and_leave_out_what_is_gone(told: World) -> None:
    first = told.ask(PRODUCTS, first=1)["products"]
    rest = told.ask(PRODUCTS, first=1, after=first["pageInfo"]["endCursor"])["products"]
    assert nodes(first, "key") + nodes(rest, "key") == [ORDERS, REPORTS]
    assert (first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)

    describe(told.store, THEN + 1, [thing(ORDERS, "DataProduct", name="Orders")])
    assert nodes(told.ask(PRODUCTS)["products"], "key") == [ORDERS]
    assert nodes(told.ask(PRODUCTS, at=at(THEN))["products"], "key") == [ORDERS, REPORTS]
    assert nodes(told.ask(PRODUCTS, at=at(BEFORE))["products"], "key") == []


def curate(world: World, subject: str, aspect: Aspect, **value: str) -> None:
    """A person sets something in place."""
    on(world.store).grant(Wish(CurationId(subject, aspect.value), setting(aspect, value)))


def test_curated_owner_and_domain__count_from_both_ends(told: World) -> None:
    curate(told, ORDERS, Aspect.OWNER, agent=ANNA)
    curate(told, ORDERS, Aspect.DOMAIN, domain=FINANCE)
    query = """{ product(name: "orders") { owner { agent { key } origin } domain { key } }
        finance: domain(name: "finance") { products { edges { node { key } } } }
        europe: domain(name: "sales-eu") { products { totalCount } }
        team(name: "orders") { products { totalCount } }
        node(id: "person/anna%40example.com") { ... on Person { products { edges { node { key } } } } }
        byDomain: products(filter: { domain: "sales" }) { totalCount }
        byOwner: products(filter: { owner: "person/anna%40example.com" }) { edges { node { key } } } }"""
    found = told.ask(query)
    assert found["product"] == {
        "owner": {"agent": {"key": ANNA}, "origin": "CURATED"},
        "domain": {"key": FINANCE},
    }
    assert (found["finance"]["products"], found["europe"]["products"]) == (
        *(page({"key": ORDERS}, {"key": REPORTS}), {"totalCount": 0}),
    )
    assert (found["team"]["products"], found["node"]["products"]) == (
        {"totalCount": 0},
        page({"key": ORDERS}),
    )
    assert (found["byDomain"], found["byOwner"]) == ({"totalCount": 0}, page({"key": ORDERS}))


def test_domains__are_listed(plain: World) -> None:
    query = "{ domains { totalCount edges { node { key parent { key } } } } }"
    assert nodes(plain.ask(query)["domains"], "key") == [FINANCE, SALES, EUROPE]


def test_dataset__knows_ports_schemas_and_contracts(told: World) -> None:
    query = """{ dataset(namespace: "db", name: "clean") { ports { edges { node { key product { name } } } }
        schemas { edges { node { key } } } contracts { totalCount } } }"""
    assert told.ask(query)["dataset"] == {
        "ports": page({"key": OUT, "product": {"name": "Orders"}}),
        "schemas": page({"key": mesh.SCHEMA}),
        "contracts": {"totalCount": 0},
    }


WIDE = """query ($first: Int!, $at: DateTime) { products(first: $first, asOf: $at) { edges { node {
    name owner { agent { name } } domain { name } roles(first: 2) { edges { node { agent { name } } } }
    outputPorts(first: 2) { edges { node { name datasets(first: 2) { edges { node { name } } }
        contracts(first: 1) { edges { node { name ... on ContractVersion { contract { name } } } } } } } }
    classifications(first: 2) { edges { node { classification { name } } } } } } } }"""


@pytest.mark.parametrize("then", [None, at(THEN)], ids=["now", "as-of"])
def test_questions__cost_the_store_the_same_for_many_products(then: str | None) -> None:
    store = MemoryStore()
    many = [one for number in range(100) for one in _product(f"{number:03}")]
    describe(store, THEN, [*many, thing("classification/x", "Classification", name="x")])
    asked = []
    for first in (1, 10, 100):
        counting = CountingStore(store)
        found = World(counting).ask(WIDE, first=first, at=then)["products"]
        assert len(found["edges"]) == first
        assert nodes(nodes(found)[0]["outputPorts"])[0]["contracts"]["edges"]
        asked.append(dict(counting.asked))
    assert asked[0] == asked[1] == asked[2]


def _product(number: str) -> list[Any]:
    product, port, team, domain = (
        f"{kind}/{number}" for kind in ("product", "output-port", "team", "domain")
    )
    version, contract, dataset = f"contract-version/{number}/1", f"contract/{number}", f"dataset/db/{number}"
    return [
        thing(
            *(product, "DataProduct", edge("OWNED_BY", product, team), edge("IN_DOMAIN", product, domain)),
            *(edge("HAS_OUTPUT_PORT", product, port), edge("CLASSIFIED_AS", product, "classification/x")),
            name=number,
        ),
        thing(team, "Team", edge("HAS_ROLE", team, product, role="x"), name=number),
        thing(domain, "Domain", name=number),
        thing(
            port, "OutputPort", edge("SERVES", port, dataset), edge("GOVERNED_BY", port, version), name=number
        ),
        thing(
            version, "ContractVersion", edge("VERSION_OF", version, contract), name=number, version="1.0.0"
        ),
        thing(contract, "DataContract", name=number),
        thing(dataset, "Dataset", namespace="db", name=number),
    ]
