"""What documents say will go away, and is read nevertheless: by contracts that are deprecated, and by products."""

from typing import Any

from catalog.graph import Node, Property
from catalog.instant import parse_instant
from catalog.mesh.finding import Finding, FindingKind, FindingSeverity
from catalog.mesh.findings.evaluation import evaluate
from catalog.mesh.mesh import read_mesh
from tests.mesh.words import Part, contract, dataset, mesh, output, product, reads, seen, writes

SERVER: dict[str, Property] = {"platform": "postgres", "database": "shop", "databaseSchema": "public"}
NOW_NS = parse_instant("2027-01-15T00:00:00Z").ns
READ: Part = [
    *seen("orders", "id"),
    *writes("load", "orders"),
    *reads("book", "orders"),
    *writes("book", "rev"),
]


def promised(name: str, **said: Any) -> Part:
    """A contract of the orders, whose version says this."""
    parts = contract(name, {"orders": {}}, SERVER)
    return [
        Node(part.key, part.label, {**part.properties, **said})
        if isinstance(part, Node) and part.label == "ContractVersion"
        else part
        for part in parts
    ]


def in_use(*parts: Part) -> list[Finding]:
    with mesh(READ, *parts).read() as reader:
        found = evaluate(read_mesh(reader, now_ns=NOW_NS))
    return [one for one in found if one.kind is FindingKind.DEPRECATED_IN_USE]


def test_dataset_of_a_deprecated_contract__warns_who_reads_it_until_its_day_has_come() -> None:
    [soon] = in_use(promised("orders", status="deprecated", endOfLife="2027-02-01"))
    assert (soon.severity, dataset("orders") in soon.subject) == (FindingSeverity.WARN, True)
    assert "may be gone from 2027-02-01 on" in soon.message
    [late] = in_use(promised("orders", status="deprecated", endOfLife="2027-01-01"))
    assert late.severity is FindingSeverity.ERROR


def test_dataset_of_a_deprecated_contract__goes_on_where_another_contract_promises_it() -> None:
    assert in_use(promised("orders", status="deprecated"), promised("other", status="active")) == []
    assert in_use(promised("orders", status="active")) == []


def test_dataset_of_a_deprecated_product__warns_who_reads_it() -> None:
    [one] = in_use(product("orders", lifecycle="deprecated"), output("orders", "tables", ["orders"]))
    assert "product orders, which gives it, is deprecated" in one.message
    assert in_use(product("orders", lifecycle="active"), output("orders", "tables", ["orders"])) == []
