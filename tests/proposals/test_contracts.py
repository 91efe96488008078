"""Contracts and products as a proposal: new against old, and against the graph."""

import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from catalog.identity import DatasetId
from catalog.impact.change import Place
from ingest.descriptors.text import read_parts
from ingest.errors import BrokenDocument, EmptyChange, ImproperProposal, UnboundContract, WrongDocument
from tests.proposals.words import NS, brief, dataset, propose, shop

CONTRACT = """
apiVersion: v3.1.0
kind: DataContract
id: order-book
version: 1.0.0
status: active
domain: sales
team: {name: Book team}
servers:
  - {server: prod, type: postgres, host: pg, port: 5432, database: shop, schema: sales}
schema:
  - name: order
    physicalName: orders
    properties:
      - {name: order_id, logicalType: integer, physicalType: integer, primaryKey: true, required: true}
      - {name: customer, logicalType: string, physicalType: varchar(20), classification: internal}
      - name: total
        logicalType: number
        physicalType: decimal(10,2)
        description: What is to be paid
        logicalTypeOptions: {minimum: 0, maximum: 1000}
        quality:
          - {name: few nulls, metric: nullValues, mustBeLessThan: 10}
          - {name: known, metric: invalidValues, arguments: {validValues: [1, 2]}, mustBe: 0}
      - {name: placed_at, logicalType: timestamp, physicalType: timestamp}
slaProperties:
  - {property: latency, value: 4, unit: h}
  - {property: availability, value: 99.9, unit: percent}
"""
PRODUCT = """
apiVersion: v1.0.0
kind: DataProduct
id: order-book
status: active
team: {name: Book team}
outputPorts:
  - {name: table, version: 1.0.0, contractId: order-book}
  - {name: extract, version: 1.0.0, contractId: order-book}
"""
CHANGES: list[tuple[str, str, list[tuple[str, str | None, str | None, str | None]]]] = [
    (
        "- {name: placed_at, logicalType: timestamp, physicalType: timestamp}",
        "",
        [("FIELD_REMOVED", "placed_at", "timestamp", None)],
    ),
    ("physicalType: integer", "physicalType: bigint", [("TYPE_WIDENED", "order_id", "integer", "bigint")]),
    ("varchar(20)", "varchar(10)", [("TYPE_NARROWED", "customer", "varchar(20)", "varchar(10)")]),
    (", required: true", ", required: false", []),
    ("primaryKey: true, ", "", [("KEY_CHANGED", "order_id", "yes", "no")]),
    (
        "classification: internal",
        "classification: restricted",
        [("CLASSIFICATION_RAISED", "customer", "internal", "restricted")],
    ),
    (
        "classification: internal",
        "classification: public",
        [("CLASSIFICATION_LOWERED", "customer", "internal", "public")],
    ),
    (
        "What is to be paid",
        "Without tax",
        [("MEANING_CHANGED", "total", "What is to be paid", "Without tax")],
    ),
    ("maximum: 1000", "maximum: 100", [("CONSTRAINT_TIGHTENED", "total", "1000", "100")]),
    ("minimum: 0, ", "", [("CONSTRAINT_RELAXED", "total", "0", None)]),
    ("mustBeLessThan: 10", "mustBeLessThan: 50", [("CONSTRAINT_RELAXED", "total", "10", "50")]),
    ("value: 4, unit: h", "value: 60, unit: m", [("SLO_TIGHTENED", None, "4 h", "60 m")]),
    ("value: 4, unit: h", "value: 1, unit: d", [("SLO_RELAXED", None, "4 h", "1 d")]),
    ("value: 99.9", "value: 99", [("SLO_RELAXED", None, "99.9 percent", "99 percent")]),
    ("  - {property: latency, value: 4, unit: h}\n", "", [("SLO_REMOVED", None, "4 h", None)]),
    ("validValues: [1, 2]", "validValues: [1, 2, 3]", [("ENUM_VALUE_ADDED", "total", None, "3")]),
    ("validValues: [1, 2]", "validValues: [2]", [("ENUM_VALUE_REMOVED", "total", "1", None)]),
    ("version: 1.0.0", "version: 1.1.0", [("CONTRACT_CHANGED", None, "1.0.0", "1.1.0")]),
    ("status: active", "status: deprecated", [("CONTRACT_CHANGED", None, "active", "deprecated")]),
    ("Book team", "Night team", [("OWNER_CHANGED", None, "Book team", "Night team")]),
    ("name: customer,", "name: customer_name,", [("FIELD_RENAMED", "customer", "customer", "customer_name")]),
]


@pytest.mark.parametrize(("old", "new", "wanted"), CHANGES, ids=[f"{old}->{new}" for old, new, _ in CHANGES])
@pytest.mark.parametrize("against", ["base", "graph"])
def test_contract__tells_each_change(against: str, old: str, new: str, wanted: list[Any]) -> None:
    assert old in CONTRACT
    head = CONTRACT.replace(old, new, 1)
    store = shop(CONTRACT) if against == "graph" else shop()
    base = [CONTRACT] if against == "base" else []
    if not wanted:
        with pytest.raises(EmptyChange):
            propose(store, head, base=base)
        return
    found = propose(store, head, base=base)
    assert brief(found) == wanted
    of_contract = against == "graph" and found.changes[0].path is None
    assert found.changes[0].subject == ("contract/order-book" if of_contract else dataset("orders"))
    assert found.contracts == ("contract/order-book",)
    assert found.unread == ()


def test_contract__of_what_is_in_the_graph_is_an_empty_change() -> None:
    with pytest.raises(EmptyChange, match=r"order-book 1.0.0 \(against 1.0.0\) says what is there already"):
        propose(shop(CONTRACT), CONTRACT)


def test_contract__tells_the_line_of_a_change() -> None:
    found = propose(shop(), CONTRACT.replace("varchar(20)", "text"), base=[CONTRACT])
    assert [one.place for one in found.changes] == [Place("new-0", 16)]


def test_contract__without_a_version_before_is_compared_with_what_is_seen() -> None:
    head = CONTRACT.replace("varchar(20)", "bigint").replace("name: placed_at", "name: sent_on_day")
    found = propose(shop(), head)
    assert brief(found) == [
        ("TYPE_INCOMPATIBLE", "customer", "varchar(20)", "bigint"),
        ("FIELD_REMOVED", "placed_at", "timestamp", None),
        ("FIELD_ADDED", "sent_on_day", None, "timestamp"),
    ]
    assert {one.subject for one in found.changes} == {dataset("orders")}


def test_contract__of_which_a_server_moves_moves_its_datasets() -> None:
    found = propose(shop(CONTRACT), CONTRACT.replace("database: shop", "database: archive"))
    moved = DatasetId(NS, "archive.sales.orders").key
    assert [(one.subject, one.kind, one.after) for one in found.changes] == [
        (dataset("orders"), "DATASET_MOVED", moved)
    ]


def test_contract__that_loses_an_object_removes_its_dataset() -> None:
    more = CONTRACT.replace(
        "slaProperties",
        "  - name: customers\n    properties: [{name: id, logicalType: integer}]\nslaProperties",
    )
    found = propose(shop(), CONTRACT, base=[more])
    assert [(one.subject, one.kind) for one in found.changes] == [(dataset("customers"), "DATASET_REMOVED")]


def test_contract__of_which_one_object_is_bound_to_nothing_says_so() -> None:
    more = CONTRACT.replace(
        "slaProperties", "  - name: ghosts\n    properties: [{name: id, logicalType: integer}]\nslaProperties"
    )
    found = propose(shop(CONTRACT), more.replace("varchar(20)", "text"))
    assert brief(found) == [("TYPE_WIDENED", "customer", "varchar(20)", "text")]
    assert found.unread == (f"The object ghosts: No pipeline has told of {NS}/shop.sales.ghosts.",)


@pytest.mark.parametrize("host", ["elsewhere", ""])
def test_contract__bound_to_nothing_is_refused(host: str) -> None:
    head = CONTRACT.replace("host: pg", f"host: {host}" if host else "host: '?'")
    with pytest.raises(UnboundContract, match="No object of the contract contract/order-book is bound"):
        propose(shop(), head)


def test_contract__of_one_object_is_of_the_dataset_that_is_named() -> None:
    head = CONTRACT.replace("host: pg", "host: elsewhere").replace("varchar(20)", "text")
    found = propose(shop(), head, dataset="shop.sales.orders")
    assert [(one.subject, one.path) for one in found.changes] == [(dataset("orders"), "customer")]


@pytest.mark.parametrize(
    ("head", "error", "said"),
    [
        (CONTRACT.replace("logicalType: number", "logicalType: nubmer"), BrokenDocument, "line 18: .*nubmer"),
        (CONTRACT.replace("kind: DataContract", "kind: [DataContract"), BrokenDocument, "new-0: line"),
        (
            "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: x}\nspec: {type: team, children: []}\n",
            WrongDocument,
            "says nothing of data",
        ),
        ("just: a mapping\n", WrongDocument, "which says nothing of a change"),
        ("", ImproperProposal, "empty"),
    ],
)
def test_document__that_is_no_proposal_is_refused(head: str, error: type[Exception], said: str) -> None:
    with pytest.raises(error) as raised:
        propose(shop(), head)
    assert re.search(said, str(raised.value))


def test_contract__and_its_product_come_in_any_order() -> None:
    store = shop(CONTRACT, PRODUCT)
    heads = [
        CONTRACT.replace("varchar(20)", "text"),
        PRODUCT.replace(
            "version: 1.0.0, contractId: order-book}\n  -", "version: 2.0.0, contractId: order-book}\n  -"
        ),
    ]
    there, back = propose(store, *heads), propose(store, *reversed(heads))
    assert brief(there) == brief(back)
    assert there.unread == back.unread == ()


def test_product__tells_ports_that_go() -> None:
    head = PRODUCT.replace("  - {name: extract, version: 1.0.0, contractId: order-book}\n", "")
    found = propose(shop(CONTRACT, PRODUCT), head)
    assert [(one.subject, one.kind) for one in found.changes] == [
        ("output-port/order-book/extract", "PORT_REMOVED")
    ]


CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "mesh" / "odcs"
LARGEST = CORPUS / "postgresql-adventureworks-contract.odcs.yaml"


def bound(document: dict[str, Any]) -> dict[str, Any]:
    """A contract whose first object is the orders of the shop, by its own word."""
    found = deepcopy(document)
    first = found["schema"][0]
    own = [
        {"property": "openLineageNamespace", "value": NS},
        {"property": "openLineageName", "value": "shop.sales.orders"},
    ]
    first["customProperties"] = own
    return found


@pytest.mark.skipif(not LARGEST.is_file(), reason="the corpus of contracts is not here")
def test_corpus__contract_differs_from_itself_in_nothing_and_mutated_in_what_was_changed() -> None:
    [part] = read_parts(LARGEST.read_bytes())
    old = bound(part.value)
    store = shop()
    with pytest.raises(EmptyChange):
        propose(store, old, base=[old])
    new = deepcopy(old)
    columns = new["schema"][0]["properties"]
    gone = columns.pop(1)["name"]
    retyped = columns[-1]
    retyped.update(logicalType="boolean", physicalType="boolean")
    found = propose(store, new, base=[old])
    assert {(str(one.kind), one.path) for one in found.changes} == {
        ("FIELD_REMOVED", gone),
        ("TYPE_INCOMPATIBLE", retyped["name"]),
    }
    assert {one.subject for one in found.changes} == {dataset("orders")}
    assert found.unread == ()


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of contracts is not here")
@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.odcs.yaml")), ids=lambda path: path.name)
def test_corpus__each_contract_differs_from_itself_in_nothing(path: Path) -> None:
    [part] = read_parts(path.read_bytes())
    contract = bound(part.value) if part.value.get("schema") else part.value
    with pytest.raises((EmptyChange, BrokenDocument, UnboundContract, ImproperProposal)) as raised:
        propose(shop(), contract, base=[contract])
    assert (
        not part.value.get("schema")
        or raised.type in (EmptyChange, BrokenDocument)
        or "bound" in str(raised.value)
    )
