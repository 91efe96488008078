"""Our own descriptors: a mesh from nothing, every key of the schema has a place, and what is wrong is told."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from catalog.governance.rules import RULES
from ingest.descriptors.draft import Drafted, Place
from ingest.descriptors.meshline_schema import schema
from ingest.descriptors.reading import read_descriptor
from ingest.descriptors.text import read_parts
from ontology.shapes import Severity
from ontology.vocabulary import Rel
from tests.descriptors.test_meshline_policies import POLICIES

MESH = """
meshline: 1
title: The shop
domains:
  - {id: commerce, name: Commerce, description: All that sells, notation: C}
  - id: sales
    parent: commerce
    owner: {person: grace}
    roles: [{team: governance, role: advisor}]
teams:
  - id: orders
    name: Order team
    description: Those who take orders
    domain: sales
    parent: shop
    email: orders@shop.example
    homepage: https://shop.example/orders
    members:
      - {person: ada, role: engineer, since: 2024-02-01, until: 2025-01-31}
people:
  - {id: ada, name: Ada L., description: An engineer, email: ada@shop.example, homepage: "https://ada.example"}
classifications:
  - {id: confidential, name: Confidential, level: 2, broader: internal, notation: c, synonyms: [secret]}
  - {id: email, description: How to write to somebody, personalData: true}
terms:
  - {id: order, description: What is asked for, broader: deal, owner: orders, notation: o, synonyms: [purchase],
     homepage: "https://shop.example/terms/order"}
environments:
  - {id: prod, notation: p, namespaces: ["postgres://db:5432"]}
platforms:
  - {id: warehouse, technology: PostgreSQL, homepage: "https://db.example", namespaces: ["postgres://db:5432"]}
products:
  - id: orders
    name: Orders
    description: Every order
    domain: sales
    owner: orders
    roles: [{person: ada, role: steward, since: "2024-02-01T10:00:00+01:00"}]
    lifecycle: active
    purpose: One truth
    limitations: No returns
    usage: Read it
    version: "2"
    homepage: https://shop.example/products/orders
    support: ["#orders"]
    tags: [gold]
    terms: [order]
    classifications: [confidential]
    inputs:
      - name: customers
        description: Who orders
        tags: [raw]
        from: {product: crm, port: main}
        contract: {id: customers}
    outputs:
      - name: table
        description: One row each
        tags: [sql]
        datasets: [{namespace: "postgres://db:5432", name: shop.sales.orders}]
        contract: {id: orders, version: 2.0.0}
        visibility: restricted
        protocol: SQL
        endpoint: "postgres://db:5432/shop"
        format: rows
        version: "2"
        environment: prod
        owner: orders
    management:
      - {name: health, content: observability, protocol: HTTP, endpoint: "https://shop.example/health",
         datasets: [{namespace: "postgres://db:5432", name: shop.sales.log}]}
    datasets: [{namespace: "postgres://db:5432", name: shop.sales.raw}]
    jobs: [{namespace: shop, name: build}]
contracts:
  - id: orders
    name: Orders
    domain: sales
    owner: orders
    roles: [{person: ada, role: approver}]
    status: active
    tags: [gold]
    support: ["#orders"]
    homepage: https://shop.example/contracts/orders
    versions:
      - version: 2.0.0
        previous: 1.4.2
        name: Orders, second
        description: With totals
        status: active
        purpose: To bill
        limitations: none
        usage: Read it
        price: "0"
        endOfSupport: 2027-01-01
        endOfLife: 2028-01-01
        tags: [v2]
        support: ["#orders"]
        objectives:
          - {metric: freshness, name: Fresh, description: By morning, operator: lteq, threshold: 24, unit: h,
             element: orders, schedule: daily, driver: operational}
        rules:
          - {name: all, type: sql, query: select 1, severity: error, schedule: daily, description: All of it}
        schema:
          - name: orders
            title: The orders
            description: One row each
            physicalName: sales.orders
            type: table
            dataset: {namespace: "postgres://db:5432", name: shop.sales.orders}
            tags: [t]
            classifications: [confidential]
            terms: [order]
            rules: [{name: some, metric: rowCount, operator: gt, threshold: 0, dimension: completeness, unit: rows}]
            fields:
              - name: id
                title: Number
                description: Of the order
                type: integer
                physicalType: bigint
                physicalName: order_id
                format: int64
                required: true
                unique: true
                primaryKey: true
                criticalDataElement: false
                tags: [k]
                terms: [order]
              - name: buyer
                fields: [{name: email, type: string, classifications: [email], rules: [{name: filled}]}]
agreements:
  - id: billing
    name: Billing reads orders
    description: For the invoices
    status: approved
    purpose: billing
    from: {product: orders}
    to: {team: billing}
    covers: [{product: orders, port: table}, {product: orders},
             {dataset: {namespace: "postgres://db:5432", name: shop.sales.orders}}]
    validFrom: 2026-01-01
    validUntil: 2026-12-31
"""
HEAD = "meshline: 1\n"
LEFT_TO_RULES = {name for kind in RULES.values() for name in kind.by_name}
"""What each rule over lineage may be told, its own tests say."""


def drafted(text: str) -> Drafted:
    return read_descriptor(text.encode(), "mesh.yaml").drafted


def wrong(text: str) -> list[tuple[str, int | None, str]]:
    """What keeps a descriptor out: path, line, message."""
    found = drafted(HEAD + text).faults
    return [(one.path, one.line, one.message) for one in found if one.severity is Severity.VIOLATION]


@pytest.fixture(scope="module")
def mesh() -> Drafted:
    return drafted(MESH)


def said(mesh: Drafted, key: str) -> dict[str, Any]:
    [node] = [node for node in mesh.statement.nodes if node.key == key]
    return dict(node.properties)


def edges(mesh: Drafted, rel: Rel) -> set[tuple[Any, ...]]:
    return {
        (edge.source, edge.target, *dict(edge.properties).values())
        for node in mesh.statement.nodes
        for edge in node.edges
        if edge.type == rel
    }


def test_mesh__is_read_whole(mesh: Drafted) -> None:
    assert [one for one in mesh.faults if one.severity is Severity.VIOLATION] == []
    assert mesh.unmapped == ()
    assert mesh.nodes["product/orders"] == Place("products[0]", 33)
    assert ("title", "The shop") in mesh.statement.properties


def test_mesh__uses_every_key_of_the_schema() -> None:
    given = {
        key for text in (MESH, POLICIES) for part in read_parts(text.encode()) for key in _given(part.value)
    }

    assert sorted(_keys(schema(), schema()) - given - LEFT_TO_RULES) == []


def _keys(part: Mapping[str, Any], whole: Mapping[str, Any], seen: tuple[str, ...] = ()) -> set[str]:
    """The keys that a schema knows."""
    name = part.get("$ref", "").removeprefix("#/$defs/")
    if name:
        return set() if name in seen else _keys(whole["$defs"][name], whole, (*seen, name))
    found = set(part.get("properties", ()))
    inner = [
        *part.get("properties", {}).values(),
        *part.get("anyOf", ()),
        *([part["then"]] if "then" in part else []),
    ]
    inner += [part["items"]] if "items" in part else []
    return found.union(*(_keys(one, whole, seen) for one in inner))


def _given(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _given(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _given(inner)


def test_product__has_owner_domain_ports_and_what_is_inside(mesh: Drafted) -> None:
    orders, raw = (
        "dataset/postgres%3A%2F%2Fdb%3A5432/shop.sales.orders",
        "dataset/postgres%3A%2F%2Fdb%3A5432/shop.sales.raw",
    )

    assert said(mesh, "product/orders")["lifecycle"] == "active"
    assert ("product/orders", "team/orders") in edges(mesh, Rel.OWNED_BY)
    assert ("product/orders", "domain/sales") in edges(mesh, Rel.IN_DOMAIN)
    assert edges(mesh, Rel.HAS_OUTPUT_PORT) == {("product/orders", "output-port/orders/table")}
    assert ("output-port/orders/table", orders) in edges(mesh, Rel.SERVES)
    assert edges(mesh, Rel.CONTAINS) == {("product/orders", raw), ("product/orders", "job/shop/build")}
    assert edges(mesh, Rel.RECEIVES) == {("input-port/orders/customers", "output-port/crm/main")}
    assert edges(mesh, Rel.GOVERNED_BY) == {
        ("input-port/orders/customers", "contract/customers"),
        ("output-port/orders/table", "contract-version/orders/2.0.0"),
    }
    assert ("person/ada", "product/orders", "steward", "2024-02-01T09:00:00Z") in edges(mesh, Rel.HAS_ROLE)


def test_member__is_one_until_the_end_of_the_day(mesh: Drafted) -> None:
    assert edges(mesh, Rel.MEMBER_OF) == {
        ("person/ada", "team/orders", "engineer", "2024-02-01T00:00:00Z", "2025-02-01T00:00:00Z")
    }
    assert said(mesh, "agreement/billing")["validUntil"] == "2027-01-01T00:00:00Z"


def test_schema__has_its_fields_in_order_with_paths_of_those_within(mesh: Drafted) -> None:
    schema_key, field = "schema/orders/2.0.0/orders", "schema-property/orders/2.0.0/orders"

    assert edges(mesh, Rel.HAS_PROPERTY) == {
        (schema_key, f"{field}/id", 1),
        (schema_key, f"{field}/buyer", 2),
        (schema_key, f"{field}/buyer.email", 1),
    }
    assert (f"{field}/buyer.email", "personal-data/email") in edges(mesh, Rel.CLASSIFIED_AS)
    assert said(mesh, f"{field}/id")["primaryKey"] is True
    assert said(mesh, "slo/orders/2.0.0/freshness/orders")["threshold"] == "24"


@pytest.mark.parametrize(
    ("text", "path", "line", "message"),
    [
        ("produkts: []", "produkts", 2, "'produkts' is not known here. Did you mean products?"),
        (
            "products:\n  - id: a\n    onwer: t",
            "products[0].onwer",
            4,
            "'onwer' is not known here. Did you mean owner?",
        ),
        ("products:\n  - name: a", "products[0]", 3, "'id' is missing."),
        (
            "products:\n  - id: a\n    lifecycle: actve",
            "products[0].lifecycle",
            4,
            "'actve' is none of draft, active, deprecated, retired. Did you mean active?",
        ),
        (
            "contracts:\n  - id: a\n    versions: [{version: 1.0}]",
            "contracts[0].versions[0].version",
            4,
            "the number 1.0 is given, text is needed: put it in quotes.",
        ),
        (
            "teams: [{id: a, members: [{person: b, since: 2024-13-01}]}]",
            "teams[0].members[0].since",
            2,
            "No day and no time: '2024-13-01' (month must be in 1..12).",
        ),
        (
            "teams: [{id: a, members: [{person: b, since: 2026-03-01, until: 2026-01-01}]}]",
            "teams[0].members[0].until",
            2,
            "It would end, 2026-01-01, before it begins, 2026-03-01.",
        ),
        ("teams: [{id: a}, {id: a}]", "teams[1].id", 2, "'a' is there already: teams[0]."),
        (
            "products: [{id: a, outputs: [{name: p}, {name: p}]}]",
            "products[0].outputs[1].name",
            2,
            "'p' is there already: a port has a name of its own.",
        ),
        (
            "products: [{id: a, roles: [{role: steward}]}]",
            "products[0].roles[0]",
            2,
            "One of these is needed: person, team.",
        ),
    ],
)
def test_fault__is_told_with_path_and_line(text: str, path: str, line: int, message: str) -> None:
    assert wrong(text) == [(path, line, message)]


def test_faults__are_told_all_at_once() -> None:
    found = wrong("products:\n  - id: a\n    colour: red\n  - nam: b\nteams: 1\n")

    assert [path for path, _, _ in found] == ["products[0].colour", "products[1]", "products[1].nam", "teams"]
