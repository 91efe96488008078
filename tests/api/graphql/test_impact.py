"""Impact over GraphQL: what may be proposed, what is answered, what it costs the store."""

from collections import Counter
from typing import Any

import pytest

from catalog.store.port import Store
from tests.api.graphql.counting import CountingStore
from tests.api.graphql.world import World, nodes
from tests.mesh.words import (
    Part,
    agreement,
    contract,
    dataset,
    edge,
    mesh,
    node,
    output,
    product,
    properties,
    reads,
    schema_of,
    seen,
    writes,
)

ORDERS, SCHEMA, PORT = dataset("orders"), schema_of("orders", "orders"), "output-port/orders/tables"
VERSION = "contract-version/orders/1.0.0"
MESH: Part = [
    *product("orders", domain="sales", owner="sellers", exposes=["orders"]),
    *output("orders", "tables", serves=["orders"], contract="orders"),
    *contract("orders", {"orders": {}}),
    edge("BOUND_TO", SCHEMA, ORDERS),
    *properties(SCHEMA, id="integer", state="string"),
    *seen("orders", ("id", "INT"), ("state", "TEXT"), ("note", "TEXT")),
    *product("bills", domain="finance", owner="books", exposes=["bills"]),
    *reads("book", "orders"),
    *writes("book", "bills"),
    node("team/finance", "Team", name="Finance", email="fin@example.com"),
    *agreement("a", PORT, "team/finance"),
]
ITEM = """node { key } severity unknown certainty hops reason changed message clauses { contract { key } part message }
  route { source target job kind origins lastSeen transformations { subtype } } routes { steps { target } } allRoutes
  product { key name } domain { name } owners { name contacts node { key } } runs lastUsed status action"""
WHOLE = f"""query ($change: ProposedChange!, $first: Int = 100, $where: ImpactFilter) {{
  impact(change: $change, first: $first, where: $where) {{
    id verdict why semver semverWhy source dataset {{ key }} subjects {{ key }} unread policies total
    changes {{ subject kind said path before after confidence file line note }}
    items {{ totalCount pageInfo {{ hasNextPage }} edges {{ node {{ {ITEM} }} }} }}
    counts {{ severity kind count unknown }}
    facets {{ severity {{ value count worst }} kind {{ value count }} owner {{ value name count }} ownerCount
      product {{ value name count }} domain {{ value name count unknown }} }}
    coverage {{ status }} graphVersion asOf usage {{ since until }} permalink
  }}
}}"""


@pytest.fixture(scope="module")
def world() -> World:
    return World(mesh(MESH))


def ask(world: World, change: dict[str, Any], **variables: Any) -> Any:
    return world.ask(WHOLE, change=change, **variables)["impact"]


def keys(answer: Any) -> set[str]:
    return {item["node"]["key"] for item in nodes(answer["items"])}


def test_impact__tells_the_whole_report(world: World) -> None:
    answer = ask(world, {"dataset": ORDERS, "drop": ["state"]})
    assert (answer["verdict"], answer["semver"]) == ("BLOCK", "major")
    assert answer["why"].startswith("Contract orders 1.0.0 is violated")
    (change,) = answer["changes"]
    assert (change["kind"], change["path"], change["said"]) == ("FIELD_REMOVED", "state", "state is removed")
    found = {item["node"]["key"]: item for item in nodes(answer["items"])}
    assert {PORT, VERSION, SCHEMA, "product/orders", "agreement/a"} <= found.keys()
    (clause,) = found[VERSION]["clauses"]
    assert clause == {
        "contract": {"key": VERSION},
        "part": "orders.state",
        "message": "orders.state is promised and goes away.",
    }
    assert found["agreement/a"]["owners"] == [
        {"name": "Finance", "contacts": ["fin@example.com"], "node": {"key": "team/finance"}}
    ]
    assert found[PORT]["product"] == {"key": "product/orders", "name": "orders"}
    assert found[PORT]["domain"] == {"name": "sales"}
    assert answer["permalink"] == f"/api/v1/impact/{answer['id']}"
    assert answer["total"] == len(found) == sum(one["count"] for one in answer["counts"])


def test_impact__counts_by_owner_product_and_domain(world: World) -> None:
    facets = ask(world, {"dataset": ORDERS, "dropDataset": True})["facets"]
    assert {one["value"] for one in facets["owner"]} == {"team/sellers", "team/books", "team/finance"}
    assert facets["ownerCount"] == 3
    assert {one["name"] for one in facets["domain"]} == {"sales", "finance", None}


def test_impact__lists_only_what_a_filter_asks_for_and_counts_all(world: World) -> None:
    change = {"dataset": ORDERS, "dropDataset": True}
    whole = ask(world, change)
    for where in (
        {"kind": ["Job"]},
        {"owner": ["team/books"]},
        {"domain": ["domain/finance"], "severity": ["STALE"]},
        {"product": ["product/orders"]},
    ):
        part = ask(world, change, where=where)
        assert 0 < part["items"]["totalCount"] < whole["total"]
        assert part["total"] == whole["total"]
        assert keys(part) < keys(whole)
    assert keys(ask(world, change, where={"kind": ["Job"]})) == {"job/airflow/book"}


@pytest.mark.parametrize(
    ("change", "kinds"),
    [
        ({"dataset": ORDERS, "add": [{"field": "more", "type": "INT"}]}, {"FIELD_ADDED"}),
        ({"dataset": ORDERS, "required": ["id"]}, {"FIELD_REQUIRED"}),
        ({"dataset": ORDERS, "nullable": ["id"]}, {"FIELD_NULLABLE"}),
        ({"dataset": ORDERS, "values": ["note"]}, {"VALUES_CHANGED"}),
        ({"dataset": ORDERS, "retype": [{"field": "id", "type": "BIGINT"}]}, {"TYPE_WIDENED"}),
        ({"dataset": ORDERS, "rename": [{"field": "note", "to": "text"}]}, {"FIELD_RENAMED"}),
        ({"dataset": ORDERS, "move": "shop.public.orders2"}, {"DATASET_MOVED"}),
        (
            {
                "changes": [
                    {"subject": ORDERS, "kind": "FIELD_REMOVED", "path": "note"},
                    {"subject": dataset("bills"), "kind": "ROWS_CHANGED"},
                    {"subject": "contract/orders", "kind": "SLO_REMOVED", "note": "latency"},
                ]
            },
            {"FIELD_REMOVED", "ROWS_CHANGED", "SLO_REMOVED"},
        ),
    ],
)
def test_impact__takes_every_form_of_change(world: World, change: dict[str, Any], kinds: set[str]) -> None:
    answer = ask(world, change)
    assert {one["kind"] for one in answer["changes"]} == kinds
    assert "" not in (answer["why"], answer["semverWhy"])


def test_impact__reads_documents(world: World) -> None:
    ddl = {"name": "new.sql", "text": "CREATE TABLE orders (id INT, state TEXT)"}
    answer = ask(world, {"dataset": ORDERS, "documents": [ddl], "dialect": "postgres"})
    assert {(one["kind"], one["path"]) for one in answer["changes"]} == {("FIELD_REMOVED", "note")}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"dataset": ORDERS, "drop": ["nothing"]}, "UNKNOWN_NODE"),
        ({"dataset": "dataset/db/none", "drop": ["x"]}, "UNKNOWN_NODE"),
        ({"changes": [{"subject": "product/none", "kind": "OWNER_CHANGED"}]}, "UNKNOWN_NODE"),
        ({"dataset": ORDERS}, "BAD_USER_INPUT"),
        ({}, "BAD_USER_INPUT"),
        ({"documents": [{"text": "{"}]}, "BAD_USER_INPUT"),
        ({"dataset": ORDERS, "drop": ["note"] * 501}, "BAD_USER_INPUT"),
        ({"dataset": ORDERS, "documents": [{"text": ""}] * 21}, "BAD_USER_INPUT"),
    ],
)
def test_impact__refuses_what_cannot_be_answered(world: World, change: dict[str, Any], code: str) -> None:
    found, message = world.refused(WHOLE, change=change)
    assert found == code
    assert message


def test_report__of_an_id_that_no_one_made_is_null(world: World) -> None:
    assert world.ask('{ impactReport(id: "nothing") { verdict } }') == {"impactReport": None}


def wide(size: int) -> Store:
    """A dataset that many products read, each with a port, an owner and an exposure."""
    parts: list[Part] = [MESH]
    for number in range(size):
        name = f"p{number}"
        parts += [
            product(name, domain=f"d{number}", owner=f"t{number}", exposes=[name]),
            output(name, "out", serves=[name]),
            [*reads(f"j{number}", "orders"), *writes(f"j{number}", name), *seen(name, "id")],
            [node(f"exposure/{name}", "Exposure"), edge("DEPENDS_ON", f"exposure/{name}", dataset(name))],
        ]
    return mesh(*parts)


def asked(size: int) -> Counter[str]:
    store = CountingStore(wide(size))
    answer = ask(World(store), {"dataset": ORDERS, "dropDataset": True}, first=100)
    assert answer["total"] > 4 * size
    return store.asked


def test_impact__asks_as_many_questions_however_many_items_it_lists() -> None:
    assert asked(20) == asked(2)
