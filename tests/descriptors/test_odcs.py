"""Contracts of ODCS 3: what the graph has of them."""

from tests.descriptors.odcs_contracts import bound, minimal
from tests.descriptors.saying import drafted, edges, properties, told, unmapped

ORDERS = """
apiVersion: v3.1.0
kind: DataContract
id: orders
name: Orders
version: 1.2.0
status: active
tenant: Shop
domain: sales
dataProduct: Order book
tags: [b, a]
description: {purpose: To bill, limitations: No refunds, usage: By day}
price: {priceAmount: 9.95, priceCurrency: EUR, priceUnit: month}
support: [{channel: "#orders", tool: slack}]
team:
  name: Order team
  description: They answer
  members:
  - {username: ada, name: Ada, role: Owner, dateIn: 2024-01-31, dateOut: 2025-02-01T12:00:00+01:00}
roles: [{role: reader, access: read}]
servers:
- {server: prod, type: postgres, host: pg, port: 5432, database: shop, schema: sales, environment: production}
schema:
- name: orders
  physicalName: orders_v1
  physicalType: table
  businessName: All orders
  description: One row each
  tags: [core]
  authoritativeDefinitions:
  - {type: businessDefinition, url: "https://terms.example/order"}
  - {type: implementation, url: "https://code.example/orders.sql"}
  quality:
  - {metric: rowCount, mustBeBetween: [1, 9.5], dimension: completeness, severity: error, schedule: "0 6 * * *"}
  - {type: sql, name: no gaps, query: SELECT 1, mustBe: 0}
  properties:
  - name: id
    physicalName: order_id
    logicalType: integer
    physicalType: bigint
    logicalTypeOptions: {minimum: 1, format: i64}
    primaryKey: true
    primaryKeyPosition: 1
    required: true
    unique: true
    criticalDataElement: true
    businessName: Number
    classification: internal
    tags: [key]
    partitioned: true
    partitionKeyPosition: 1
    relationships: [{to: customers.id}]
    transformSourceObjects: [customers, elsewhere]
    transformLogic: SELECT 1
    authoritativeDefinitions: [{type: business definition, url: "https://terms.example/number"}]
    quality: [{id: unique-id, type: custom, engine: soda, implementation: {type: duplicates}}]
  - name: lines
    logicalType: array
    items:
      logicalType: object
      properties:
      - {name: price, logicalType: number}
      - {name: marks, logicalType: map, map: {key: {logicalType: string}, value: {logicalType: date}}}
  - name: address
    logicalType: object
    properties: [{name: city}]
- name: customers
slaProperties:
- {property: latency, value: 4, unit: h, element: orders.id, driver: operational}
- {property: latency, value: 8, unit: h, element: orders.id, driver: analytics}
- {property: availability, value: "99.9", unit: percent}
- {property: endOfLife, value: "2030-01-01"}
- {property: throughput, value: null}
customProperties: [{property: cost, value: 3}]
contractCreatedTs: 2024-01-01T00:00:00Z
"""


CONTRACT = "contract/orders"


VERSION = "contract-version/orders/1.2.0"


TABLE = "schema/orders/1.2.0/orders"


COLUMN = "schema-property/orders/1.2.0/orders"


RULE = "quality-rule/orders/1.2.0/orders"


SLO = "slo/orders/1.2.0"


def test_contract__has_a_version_a_domain_and_an_owner() -> None:
    found = drafted(ORDERS)

    shared = {
        "tags": ["a", "b"],
        "tenant": "Shop",
        "dataProductName": "Order book",
        "support": ["#orders (slack)"],
    }
    assert told(found) == []
    assert properties(found, CONTRACT) == {"name": "Orders", **shared}
    assert properties(found, VERSION) == {
        "name": "Orders 1.2.0",
        "version": "1.2.0",
        "status": "active",
        "purpose": "To bill",
        "limitations": "No refunds",
        "usage": "By day",
        "price": "9.95 EUR per month",
        "endOfLife": "2030-01-01",
        **shared,
    }
    assert edges(found, "VERSION_OF", "IN_DOMAIN", "OWNED_BY", "HAS_SCHEMA") == {
        ("VERSION_OF", VERSION, CONTRACT),
        ("IN_DOMAIN", CONTRACT, "domain/sales"),
        ("OWNED_BY", CONTRACT, "team/Order%20team"),
        ("HAS_SCHEMA", VERSION, TABLE),
        ("HAS_SCHEMA", VERSION, "schema/orders/1.2.0/customers"),
    }


def test_members__belong_to_the_team_and_have_roles_for_a_time() -> None:
    found = drafted(ORDERS)

    [person] = [node for node in found.statement.nodes if node.key == "person/ada"]
    about = (("role", "Owner"), ("since", "2024-01-31T00:00:00Z"), ("until", "2025-02-01T11:00:00Z"))
    assert {(str(edge.type), edge.target, edge.properties) for edge in person.edges} == {
        ("MEMBER_OF", "team/Order%20team", about),
        ("HAS_ROLE", CONTRACT, about),
    }


def test_team_of_version_3_0__is_a_list_whose_only_owner_is_accountable() -> None:
    people = "team: [{username: ada, role: Owner}, {username: eve, role: owner, dateOut: 2024-01-01}]"
    found = drafted(minimal(people, version="v3.0.2"))

    assert told(found) == []
    assert edges(found, "OWNED_BY") == {("OWNED_BY", "contract/c", "person/ada")}
    assert edges(found, "HAS_ROLE") == {
        ("HAS_ROLE", "person/ada", "contract/c"),
        ("HAS_ROLE", "person/eve", "contract/c"),
    }


def test_two_owners__leave_nobody_accountable() -> None:
    found = drafted(minimal("team: [{username: ada, role: owner}, {username: eve, role: owner}]"))

    assert edges(found, "OWNED_BY") == set()


def test_server__is_a_node_and_says_which_dataset_an_object_is() -> None:
    found = drafted(ORDERS)

    assert properties(found, "server/orders/1.2.0/prod") == {
        "name": "prod",
        "platform": "postgres",
        "host": "pg",
        "portNumber": 5432,
        "database": "shop",
        "databaseSchema": "sales",
    }
    assert edges(found, "HAS_SERVER", "IN_ENVIRONMENT", "BOUND_TO") == {
        ("HAS_SERVER", VERSION, "server/orders/1.2.0/prod"),
        ("IN_ENVIRONMENT", "server/orders/1.2.0/prod", "environment/production"),
        ("BOUND_TO", TABLE, "dataset/postgres%3A%2F%2Fpg%3A5432/shop.sales.orders_v1"),
        (
            "BOUND_TO",
            "schema/orders/1.2.0/customers",
            "dataset/postgres%3A%2F%2Fpg%3A5432/shop.sales.customers",
        ),
    }
    assert bound(found, TABLE) == {
        "dataset/postgres%3A%2F%2Fpg%3A5432/shop.sales.orders_v1": {
            "rule": "server",
            "confidence": "1.0",
            "server": "prod",
        }
    }


def test_object__has_what_is_told_of_it_and_where_it_lies() -> None:
    found = drafted(ORDERS)

    assert properties(found, TABLE) == {
        "name": "orders",
        "physicalName": "orders_v1",
        "objectType": "table",
        "title": "All orders",
        "description": "One row each",
        "tags": ["core"],
        "platform": "postgres",
        "database": "shop",
        "databaseSchema": "sales",
    }
    assert edges(found, "THEME", "DEPENDS_ON") == {
        ("THEME", TABLE, "term/https%3A%2F%2Fterms.example%2Forder"),
        ("DEPENDS_ON", TABLE, "schema/orders/1.2.0/customers"),
    }


def test_property__has_its_types_keys_and_constraints() -> None:
    found = drafted(ORDERS)

    assert properties(found, f"{COLUMN}/id") == {
        "name": "id",
        "physicalName": "order_id",
        "type": "integer",
        "physicalType": "bigint",
        "format": "i64",
        "constraints": '{"minimum":1,"partitionKeyPosition":1,"partitioned":true,"primaryKeyPosition":1,'
        '"references":["customers.id"]}',
        "primaryKey": True,
        "required": True,
        "unique": True,
        "criticalDataElement": True,
        "title": "Number",
        "tags": ["key"],
        "transformLogic": "SELECT 1",
    }
    assert edges(found, "CLASSIFIED_AS", "MEANS") == {
        ("CLASSIFIED_AS", f"{COLUMN}/id", "classification/internal"),
        ("MEANS", f"{COLUMN}/id", "term/https%3A%2F%2Fterms.example%2Fnumber"),
    }


def test_nested_properties__have_paths_as_openlineage_flattens_them() -> None:
    found = drafted(ORDERS)

    [table] = [node for node in found.statement.nodes if node.key == TABLE]
    ordinals = {
        edge.target.rpartition("/")[2]: dict(edge.properties)["ordinal"]
        for edge in table.edges
        if edge.type == "HAS_PROPERTY"
    }
    assert sorted(ordinals, key=lambda path: int(ordinals[path])) == [
        "id",
        "lines",
        "lines._element",
        "lines._element.price",
        "lines._element.marks",
        "lines._element.marks.key",
        "lines._element.marks.value",
        "address",
        "address.city",
    ]
    assert properties(found, f"{COLUMN}/lines._element.price") == {
        "name": "lines._element.price",
        "type": "number",
    }


def test_quality__is_rules_on_objects_and_properties() -> None:
    found = drafted(ORDERS)

    assert edges(found, "HAS_QUALITY_RULE") == {
        ("HAS_QUALITY_RULE", TABLE, f"{RULE}/1"),
        ("HAS_QUALITY_RULE", TABLE, f"{RULE}/no%20gaps"),
        ("HAS_QUALITY_RULE", f"{COLUMN}/id", f"{RULE}/id/unique-id"),
    }
    assert properties(found, f"{RULE}/1") == {
        "name": "rowCount",
        "ruleType": "library",
        "metricName": "rowCount",
        "operator": "between",
        "threshold": "[1,9.5]",
        "dimension": "completeness",
        "ruleSeverity": "error",
        "schedule": "0 6 * * *",
    }
    assert properties(found, f"{RULE}/no%20gaps") == {
        "name": "no gaps",
        "ruleType": "sql",
        "query": "SELECT 1",
        "operator": "eq",
        "threshold": "0",
    }
    assert properties(found, f"{RULE}/id/unique-id") == {
        "name": "unique-id",
        "ruleType": "custom",
        "query": '{"type":"duplicates"}',
    }


def test_service_levels__are_objectives_on_metrics() -> None:
    found = drafted(ORDERS)

    assert properties(found, f"{SLO}/latency/orders.id") == {
        "name": "latency",
        "operator": "lteq",
        "threshold": "4",
        "unit": "h",
        "element": "orders.id",
        "driver": "operational",
    }
    assert properties(found, f"{SLO}/latency/orders.id/2")["driver"] == "analytics"
    assert properties(found, f"{SLO}/availability") == {
        "name": "availability",
        "operator": "gteq",
        "threshold": "99.9",
        "unit": "percent",
    }
    assert properties(found, f"{SLO}/endOfLife") == {"name": "endOfLife", "threshold": "2030-01-01"}
    assert edges(found, "ON_METRIC") == {
        ("ON_METRIC", f"{SLO}/latency/orders.id", "metric/latency"),
        ("ON_METRIC", f"{SLO}/latency/orders.id/2", "metric/latency"),
        ("ON_METRIC", f"{SLO}/availability", "metric/availability"),
        ("ON_METRIC", f"{SLO}/endOfLife", "metric/endOfLife"),
    }


def test_what_has_no_place__is_told() -> None:
    assert unmapped(drafted(ORDERS)) == {
        "roles",
        "schema[0].authoritativeDefinitions[1]",
        "schema[0].properties[0].transformSourceObjects",
        "schema[0].properties[0].quality[0].engine",
        "slaProperties[4]",
        "customProperties[0]",
        "contractCreatedTs",
    }


def test_facts__have_the_lines_where_they_are_said() -> None:
    found = drafted(ORDERS)

    lines = ORDERS.splitlines()
    place = found.properties[f"{COLUMN}/id", "physicalName"]
    assert lines[(place.line or 0) - 1].strip() == "physicalName: order_id"
    assert place.path == "schema[0].properties[0].physicalName"
    owned = found.edges["OWNED_BY", CONTRACT, "team/Order%20team"]
    assert lines[(owned.line or 0) - 1].strip() == "name: Order team"
