"""Products of Bitol's ODPS: what the graph has of them, and what is refused, as the standard's own schema does."""

import json
from pathlib import Path

from jsonschema import Draft201909Validator

from ingest.descriptors.odps import matches, validator
from ingest.descriptors.text import read_parts
from ontology.shapes import Severity
from tests.descriptors.changes import changes
from tests.descriptors.saying import drafted, edges, properties, told, unmapped

ORDERS = """
apiVersion: v1.0.0
kind: DataProduct
id: orders
name: Orders
version: 2.1.0
status: active
domain: sales
tenant: Shop
tags: [orders]
description: {purpose: To know what was bought, limitations: No refunds, usage: Join by order_id}
authoritativeDefinitions:
- {type: businessDefinition, url: "https://terms.example/order"}
- {type: documentation, url: "https://docs.example/orders"}
- {type: tutorial, url: "https://docs.example/orders/learn"}
inputPorts:
- {name: payments, version: 1.0.0, contractId: payments-contract}
outputPorts:
- {name: table, version: 1.0.0, contractId: orders-contract, type: tables, description: One row each}
- {name: table, version: 2.0.0, contractId: orders-contract, tags: [new]}
- {name: stream, version: 1.0.0, sbom: [{url: "https://sbom.example"}]}
managementPorts:
- {name: health, content: observability, type: rest, url: "https://health.example"}
support:
- {channel: "#orders", url: "https://chat.example/orders", tool: slack, scope: issues, description: Ask}
team:
  name: Order team
  members:
  - {username: ada@example.org, name: Ada, role: owner, dateIn: "2024-01-31"}
  - {username: grace, role: steward, dateOut: "soon"}
customProperties:
- {property: cost, value: 3}
"""


def test_product__is_described_with_owner_domain_and_what_it_is_for() -> None:
    found = drafted(ORDERS)

    assert told(found) == []
    assert properties(found, "product/orders") == {
        "name": "Orders",
        "version": "2.1.0",
        "lifecycle": "active",
        "tenant": "Shop",
        "tags": ["orders"],
        "purpose": "To know what was bought",
        "limitations": "No refunds",
        "usage": "Join by order_id",
        "homepage": "https://docs.example/orders",
        "support": ["#orders (slack, issues) https://chat.example/orders: Ask"],
    }
    assert edges(found, "OWNED_BY", "IN_DOMAIN", "THEME") == {
        ("OWNED_BY", "product/orders", "team/Order%20team"),
        ("IN_DOMAIN", "product/orders", "domain/sales"),
        ("THEME", "product/orders", "term/https%3A%2F%2Fterms.example%2Forder"),
    }


def test_ports__are_known_by_name_and_by_version_where_several_have_the_name() -> None:
    found = drafted(ORDERS)

    contract = "contract-version/orders-contract"
    assert edges(found, "HAS_INPUT_PORT", "HAS_OUTPUT_PORT", "HAS_MANAGEMENT_PORT", "GOVERNED_BY") == {
        ("HAS_INPUT_PORT", "product/orders", "input-port/orders/payments"),
        ("GOVERNED_BY", "input-port/orders/payments", "contract-version/payments-contract/1.0.0"),
        ("HAS_OUTPUT_PORT", "product/orders", "output-port/orders/table/1.0.0"),
        ("HAS_OUTPUT_PORT", "product/orders", "output-port/orders/table/2.0.0"),
        ("HAS_OUTPUT_PORT", "product/orders", "output-port/orders/stream"),
        ("GOVERNED_BY", "output-port/orders/table/1.0.0", f"{contract}/1.0.0"),
        ("GOVERNED_BY", "output-port/orders/table/2.0.0", f"{contract}/2.0.0"),
        ("HAS_MANAGEMENT_PORT", "product/orders", "management-port/orders/health"),
    }
    assert properties(found, "output-port/orders/table/1.0.0") == {
        "name": "table",
        "version": "1.0.0",
        "description": "One row each",
        "protocol": "tables",
    }
    assert properties(found, "management-port/orders/health") == {
        "name": "health",
        "content": "observability",
        "protocol": "rest",
        "endpoint": "https://health.example",
    }


def test_members__have_roles_with_since_and_until() -> None:
    found = drafted(ORDERS)

    about = {
        (str(edge.type), node.key, edge.target, edge.properties)
        for node in found.statement.nodes
        for edge in node.edges
        if node.label == "Person"
    }
    owner = (("role", "owner"), ("since", "2024-01-31T00:00:00Z"))
    steward = (("role", "steward"),)
    assert about == {
        ("HAS_ROLE", "person/ada%40example.org", "product/orders", owner),
        ("MEMBER_OF", "person/ada%40example.org", "team/Order%20team", owner),
        ("HAS_ROLE", "person/grace", "product/orders", steward),
        ("MEMBER_OF", "person/grace", "team/Order%20team", steward),
    }
    assert properties(found, "person/ada%40example.org") == {"name": "Ada", "email": "ada@example.org"}
    [warning] = told(found, Severity.WARNING)
    assert warning[1:] == ("team.members[1].dateOut", "'soon' is no date; it is left out.")


def test_what_has_no_place__is_told() -> None:
    assert unmapped(drafted(ORDERS)) == {
        "authoritativeDefinitions[2]",
        "outputPorts[2].sbom",
        "customProperties[0]",
    }


def test_team_without_a_name__leaves_the_only_owner_accountable() -> None:
    text = ORDERS.replace("  name: Order team\n", "")

    assert edges(drafted(text), "OWNED_BY") == {("OWNED_BY", "product/orders", "person/ada%40example.org")}


def test_status__is_a_lifecycle_where_it_is_one() -> None:
    lifecycles = {
        status: properties(
            drafted(ORDERS.replace("status: active", f"status: {status}")), "product/orders"
        ).get("lifecycle")
        for status in ("proposed", "Draft", "deprecated", "retired", "paused")
    }

    assert lifecycles == {
        "proposed": "draft",
        "Draft": "draft",
        "deprecated": "deprecated",
        "retired": "retired",
        "paused": None,
    }
    assert "status" in unmapped(drafted(ORDERS.replace("status: active", "status: paused")))


def test_wrong_product__is_told_whole_with_lines() -> None:
    found = drafted("""apiVersion: v1.0.0
kind: DataProduct
id: 7
outputPorts:
- name: table
  verson: 1.0
team: {members: [{name: Ada}]}
""")

    assert told(found) == [
        (1, "$", "'status' is missing."),
        (3, "id", "the number 7 is given, text is needed: put it in quotes."),
        (5, "outputPorts[0]", "'version' is missing."),
        (6, "outputPorts[0].verson", "'verson' is not known here. Did you mean version?"),
        (7, "team.members[0]", "'username' is missing."),
    ]
    assert found.statement.nodes == ()


def test_two_ports_with_one_name_and_version__are_a_fault() -> None:
    found = drafted(ORDERS.replace("version: 2.0.0", "version: 1.0.0"))

    assert told(found) == [(20, "outputPorts[1].name", "There are two ports 'table 1.0.0'.")]


def test_other_standards__are_not_taken_for_it() -> None:
    assert not matches({"schema": "https://opendataproducts.org/v4.1", "version": "4.1", "product": {}})
    assert not matches({"kind": "DataContract", "apiVersion": "v3.1.0"})
    assert matches({"apiVersion": "v1.0.0", "outputPorts": []})


def test_rules__judge_as_the_schema_of_the_standard_does(corpus: Path) -> None:
    folder = corpus / "mesh" / "odps-bitol"
    theirs = Draft201909Validator(json.loads((folder / "odps-json-schema-v1.0.0.json").read_text()))
    ours = validator()
    texts = [*(path.read_bytes() for path in sorted(folder.glob("*.yaml"))), ORDERS.encode()]
    judged = {True: 0, False: 0}
    for text in texts:
        [part] = read_parts(text)
        for changed in (part.value, *changes(part.value, (None, 1, "text", [], {}, [1]))):
            verdict = theirs.is_valid(changed)
            assert ours.is_valid(changed) == verdict, changed
            judged[verdict] += 1
    assert min(judged.values()) > 100
