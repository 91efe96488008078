"""Findings: each kind has a cause, and goes with it."""

from collections.abc import Sequence

import pytest

from catalog.graph import Edge, Node
from catalog.mesh.finding import Finding, FindingFilter, FindingKind, FindingSeverity
from catalog.mesh.findings.evaluation import evaluate
from catalog.mesh.mesh import read_mesh
from catalog.store.memory import MemoryStore
from catalog.store.port import Store
from tests.mesh.words import (
    DECLARING,
    Part,
    Said,
    agreement,
    contract,
    dataset,
    edge,
    identity,
    input_,
    job,
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

NOW = 1_800_000_000_000_000_000
ORDERS, REVENUE = "product/orders", "product/revenue"
FULL: Said = {"platform": "postgres", "database": "shop", "databaseSchema": "public"}

GIVER: Part = [
    *product("orders", domain="sales", owner="orders", exposes=["orders"], contains=["raw"]),
    *output("orders", "tables", ["orders"]),
    *writes("load", "orders", "raw"),
]
TAKER: Part = [
    *product("revenue", domain="finance", owner="finance", exposes=["revenue"]),
    *reads("book", "orders", since=7),
    *writes("book", "revenue", since=5),
]
PORT: Part = input_("revenue", "orders", receives="orders/tables")


def field(of: str, path: str) -> str:
    return identity(of).field(path).key


def found(store: Store, kind: FindingKind, where: FindingFilter | None = None) -> list[Finding]:
    with store.read() as reader:
        told = evaluate(read_mesh(reader, now_ns=NOW), where or FindingFilter())
    return [one for one in told if one.kind is kind]


def only(store: Store, kind: FindingKind) -> Finding:
    (one,) = found(store, kind)
    return one


def test_undeclared_input__is_lineage_without_an_input_port() -> None:
    one = only(mesh(GIVER, TAKER), FindingKind.UNDECLARED_INPUT)
    assert (one.subject, one.product, one.domain) == (REVENUE, REVENUE, "domain/finance")
    assert (one.concerns, one.tell) == ((ORDERS,), ("team/finance", "team/orders"))
    assert one.since == 7
    assert one.evidence[0].keys == (dataset("orders"), job("book"), dataset("revenue"))
    assert one.evidence[0].documents == ()


def test_undeclared_input__names_the_fields_that_are_taken() -> None:
    fields: Part = [
        *seen("orders", "id", "total", "note"),
        *seen("revenue", "day"),
        Edge("FEEDS", field("orders", "total"), field("revenue", "day"), job("book"), "OBSERVED"),
        Edge("USED_BY", field("orders", "id"), job("book"), job("book"), "PARSED"),
        Edge("USED_BY", field("orders", "note"), job("other"), job("other"), "PARSED"),
    ]
    one = only(mesh(GIVER, TAKER, fields), FindingKind.UNDECLARED_INPUT)
    assert one.evidence[-1].text.endswith("orders it takes id, total.")
    assert one.evidence[-1].keys == (field("orders", "id"), field("orders", "total"))


def test_undeclared_input__goes_with_an_input_port() -> None:
    assert found(mesh(GIVER, TAKER, PORT), FindingKind.UNDECLARED_INPUT) == []


def test_undeclared_input__goes_when_the_job_no_longer_reads() -> None:
    ended = [*product("revenue", exposes=["revenue"]), *reads("book", "orders", since=7, until=9)]
    assert found(mesh(GIVER, ended, writes("book", "revenue")), FindingKind.UNDECLARED_INPUT) == []


def test_undeclared_input__is_of_a_dataset_that_only_another_port_gives() -> None:
    other: Part = [*output("orders", "more", ["items"]), *reads("book", "items", since=9)]
    one = only(mesh(GIVER, TAKER, PORT, other), FindingKind.UNDECLARED_INPUT)
    assert (one.evidence[0].keys[0], one.since) == (dataset("items"), 9)
    both: Part = input_("revenue", "items", receives="orders/more")
    assert found(mesh(GIVER, TAKER, PORT, other, both), FindingKind.UNDECLARED_INPUT) == []


def test_undeclared_input__is_not_told_where_a_port_that_is_received_may_be_the_one() -> None:
    other: Part = [*output("orders", "more", ["items"]), *reads("book", "items")]
    unbound: Part = [*output("orders", "open"), *input_("revenue", "open", receives="orders/open")]
    assert found(mesh(GIVER, TAKER, PORT, other, unbound), FindingKind.UNDECLARED_INPUT) == []


def test_internal_read__is_of_a_dataset_that_is_not_offered() -> None:
    one = only(mesh(GIVER, TAKER, PORT, reads("book", "raw", since=8)), FindingKind.INTERNAL_READ)
    assert (one.subject, one.product, one.since) == (dataset("raw"), REVENUE, 8)
    assert found(mesh(GIVER, TAKER, PORT), FindingKind.INTERNAL_READ) == []


def test_internal_read__is_none_by_the_product_itself() -> None:
    assert found(mesh(GIVER, reads("load", "raw")), FindingKind.INTERNAL_READ) == []


def test_port_without_data__is_bound_to_nothing() -> None:
    one = only(
        mesh(product("orders", owner="orders"), output("orders", "tables")), FindingKind.PORT_WITHOUT_DATA
    )
    assert (one.subject, one.tell) == ("output-port/orders/tables", ("team/orders",))
    assert "Nothing says which dataset it serves" in one.message


def test_port_without_data__is_bound_to_what_nothing_writes() -> None:
    store = mesh(product("orders"), output("orders", "tables", ["orders"]))
    assert "Nothing is seen to write" in only(store, FindingKind.PORT_WITHOUT_DATA).message
    assert found(mesh(GIVER), FindingKind.PORT_WITHOUT_DATA) == []


def test_port_without_data__says_since_when_nothing_writes_any_more() -> None:
    store = mesh(
        product("orders"), output("orders", "tables", ["orders"]), writes("load", "orders", until=40)
    )
    one = only(store, FindingKind.PORT_WITHOUT_DATA)
    assert (one.severity, one.since) == (FindingSeverity.ERROR, 40)


def test_port_without_data__lists_what_several_may_be_meant() -> None:
    store = mesh(
        contract("orders", {"orders": FULL}),
        product("orders"),
        output("orders", "tables", contract="orders"),
        writes("load", "orders", "postgres://other:5432:shop.public.orders"),
    )
    one = only(store, FindingKind.PORT_WITHOUT_DATA)
    assert "may be any of several datasets" in one.message
    assert [proof.keys for proof in one.evidence[1:]] == [
        (dataset("orders"),),
        (dataset("postgres://other:5432:shop.public.orders"),),
    ]


@pytest.mark.parametrize("lifecycle", ["draft", "retired"])
def test_port_without_data__is_expected_of_what_is_not_offered(lifecycle: str) -> None:
    store = mesh(product("orders", lifecycle=lifecycle), output("orders", "tables"))
    assert found(store, FindingKind.PORT_WITHOUT_DATA) == []
    assert found(store, FindingKind.PRODUCT_WITHOUT_RUNS) == []


def test_product_without_runs__has_no_run_of_a_job_that_writes_its_data() -> None:
    one = only(mesh(GIVER), FindingKind.PRODUCT_WITHOUT_RUNS)
    assert one.message == "Nothing is seen to run for product 'orders'. None of its 1 jobs has a run."


def drifting(*fields: str | tuple[str, str], **promised: str) -> Store:
    schema = schema_of("orders", "orders")
    return mesh(
        contract("orders", {"orders": FULL}),
        properties(schema, **promised),
        product("orders", owner="orders"),
        output("orders", "tables", contract="orders"),
        seen("orders", *fields),
    )


def drift(store: Store) -> list[tuple[FindingSeverity, list[str]]]:
    return [
        (one.severity, [proof.text for proof in one.evidence[:-1]])
        for one in found(store, FindingKind.SCHEMA_DRIFT)
    ]


def test_schema_drift__is_a_field_that_is_missing() -> None:
    store = drifting("id", id="string", total="number")
    assert drift(store) == [(FindingSeverity.ERROR, ["total is promised and not there."])]
    assert only(store, FindingKind.SCHEMA_DRIFT).tell == ("team/orders",)


def test_schema_drift__is_a_field_that_is_extra() -> None:
    assert drift(drifting("id", "note", id="string")) == [
        (FindingSeverity.INFO, ["note is there and not promised."])
    ]


def test_schema_drift__is_a_field_of_another_type() -> None:
    assert drift(drifting(("id", "bigint"), id="string")) == [
        (FindingSeverity.ERROR, ["id is promised as string and is bigint."])
    ]


@pytest.mark.parametrize(
    ("promised", "seen_"),
    [
        ("integer", "BIGINT"),
        ("number", "decimal(10,2)"),
        ("string", "character varying(20)"),
        ("timestamp", "TIMESTAMP WITH TIME ZONE"),
        ("date", "DATE"),
        ("object", "STRUCT<a int>"),
        ("array", "text[]"),
        ("string", "geography"),
    ],
)
def test_schema_drift__is_not_another_name_of_a_type(promised: str, seen_: str) -> None:
    assert drift(drifting(("id", seen_), id=promised)) == []


def test_schema_drift__is_a_scale_where_a_whole_number_is_promised() -> None:
    assert drift(drifting(("id", "decimal(10,2)"), id="integer")) != []
    assert drift(drifting(("id", "decimal(10,0)"), id="integer")) == []


def test_schema_drift__takes_no_notice_of_case() -> None:
    assert drift(drifting("ID", id="string")) == []


def test_schema_drift__is_not_told_where_no_schema_was_seen() -> None:
    store = mesh(
        contract("orders", {"orders": FULL}),
        properties(schema_of("orders", "orders"), id="string"),
        writes("load", "orders"),
    )
    assert drift(store) == []


RESTRICTED: Part = [
    *product("orders", domain="sales", owner="orders", exposes=["other"]),
    *output("orders", "tables", ["orders"], visibility="restricted"),
    *writes("load", "orders"),
]
ALLOWED = agreement("a", "output-port/orders/tables", REVENUE)


def test_use_without_agreement__is_of_a_port_that_asks_for_one() -> None:
    one = only(mesh(RESTRICTED, TAKER), FindingKind.USE_WITHOUT_AGREEMENT)
    assert (one.subject, one.product, one.since) == ("output-port/orders/tables", REVENUE, 7)
    assert found(mesh(RESTRICTED, TAKER, ALLOWED), FindingKind.USE_WITHOUT_AGREEMENT) == []


@pytest.mark.parametrize(
    ("status", "said", "word"),
    [
        ("pending", {}, "pending"),
        ("revoked", {}, "revoked"),
        ("expired", {}, "expired"),
        ("approved", {"validUntil": "2027-01-14"}, "over"),
        ("approved", {"validFrom": "2027-02-01T00:00:00Z"}, "not yet"),
    ],
)
def test_use_without_agreement__says_how_the_agreement_stands(status: str, said: Said, word: str) -> None:
    told = agreement("a", "output-port/orders/tables", REVENUE, status, **said)
    one = only(mesh(RESTRICTED, TAKER, told), FindingKind.USE_WITHOUT_AGREEMENT)
    assert one.message.endswith(f": 'a' is {word}.")


def test_agreement__that_ends_on_a_day_holds_all_that_day() -> None:
    told = agreement("a", "output-port/orders/tables", REVENUE, validUntil="2027-01-15")
    assert found(mesh(RESTRICTED, TAKER, told), FindingKind.USE_WITHOUT_AGREEMENT) == []


def test_agreement__with_the_owner_of_the_product_or_about_the_product_counts() -> None:
    for told in (
        agreement("a", "output-port/orders/tables", "team/finance"),
        agreement("a", ORDERS, REVENUE),
        agreement("a", dataset("orders"), REVENUE),
    ):
        assert found(mesh(RESTRICTED, TAKER, told), FindingKind.USE_WITHOUT_AGREEMENT) == []


def test_use_without_agreement__is_none_of_an_open_port() -> None:
    assert found(mesh(GIVER, TAKER), FindingKind.USE_WITHOUT_AGREEMENT) == []


def test_use_without_agreement__is_none_between_products_of_one_owner() -> None:
    own = [edge("OWNED_BY", REVENUE, "team/orders")]
    taker = [*product("revenue", exposes=["revenue"]), *reads("book", "orders"), *writes("book", "revenue")]
    assert found(mesh(RESTRICTED, taker, own), FindingKind.USE_WITHOUT_AGREEMENT) == []


def test_agreement_without_use__is_in_force_and_nothing_flows() -> None:
    idle = [*product("revenue", owner="finance", exposes=["revenue"])]
    one = only(mesh(RESTRICTED, idle, ALLOWED), FindingKind.AGREEMENT_WITHOUT_USE)
    assert (one.subject, one.severity) == ("agreement/a", FindingSeverity.INFO)
    assert one.tell == ("team/finance", "team/orders")
    assert found(mesh(RESTRICTED, TAKER, ALLOWED), FindingKind.AGREEMENT_WITHOUT_USE) == []


def test_agreement_without_use__is_not_asked_of_one_that_is_not_in_force() -> None:
    told = agreement("a", "output-port/orders/tables", REVENUE, "pending")
    idle = product("revenue", exposes=["revenue"])
    assert found(mesh(RESTRICTED, idle, told), FindingKind.AGREEMENT_WITHOUT_USE) == []


def test_ownership_conflict__is_a_dataset_of_two_products() -> None:
    store = mesh(product("a", owner="a", exposes=["orders"]), product("b", owner="b", contains=["orders"]))
    one = only(store, FindingKind.OWNERSHIP_CONFLICT)
    assert (one.subject, one.tell) == (dataset("orders"), ("team/a", "team/b"))


def test_ownership_conflict__is_a_product_with_two_owners() -> None:
    two: Part = [node("team/x", "Team"), edge("OWNED_BY", ORDERS, "team/x")]
    one = only(mesh(GIVER, two), FindingKind.OWNERSHIP_CONFLICT)
    assert one.message == "product 'orders' has several owners: team 'orders' and team 'x'."


def test_ownership_conflict__ends_where_a_person_decides() -> None:
    two: Part = [edge("OWNED_BY", ORDERS, "team/x", origin="CURATED"), node("team/x", "Team")]
    assert found(mesh(GIVER, two), FindingKind.OWNERSHIP_CONFLICT) == []


def test_contract_version_unknown__is_one_that_nobody_describes() -> None:
    store = mesh(product("orders"), output("orders", "tables", ["orders"], contract="orders"))
    one = only(store, FindingKind.CONTRACT_VERSION_UNKNOWN)
    assert one.evidence[0].documents == (DECLARING,)
    assert (one.subject, one.evidence[0].keys[1]) == (
        "output-port/orders/tables",
        "contract-version/orders/1.0.0",
    )
    known = mesh(
        contract("orders", {}), product("orders"), output("orders", "tables", ["orders"], contract="orders")
    )
    assert found(known, FindingKind.CONTRACT_VERSION_UNKNOWN) == []


WORLD: Sequence[Sequence[Node | Edge]] = (
    *(GIVER, TAKER, ALLOWED),
    output("orders", "secret", ["raw"], visibility="private"),
    reads("book", "raw"),
    product("idle", owner="idle"),
    output("idle", "nothing", contract="unknown"),
    agreement("b", "output-port/orders/secret", "product/idle"),
    product("twin", exposes=["orders"]),
)


def test_finding__keeps_its_id_while_its_cause_stays() -> None:
    def ids(*more: Part) -> set[str]:
        with mesh(*WORLD, *more).read() as reader:
            return {one.id for one in evaluate(read_mesh(reader, now_ns=NOW))}

    assert len(ids()) >= 8
    assert ids() == ids() == ids(reads("book", "orders"), reads("other", "orders"))


@pytest.mark.parametrize("name", ["orders", "revenue", "idle", "twin"])
def test_findings__of_a_product_are_those_of_all_that_are_about_it(name: str) -> None:
    where = FindingFilter(product=f"product/{name}")
    with mesh(*WORLD).read() as reader:
        whole = evaluate(read_mesh(reader, now_ns=NOW))
        part = evaluate(read_mesh(reader, now_ns=NOW), where)
    assert part == [one for one in whole if where.accepts(one)] != []


def test_findings__are_filtered_by_domain_kind_and_severity() -> None:
    with mesh(*WORLD).read() as reader:
        read = read_mesh(reader, now_ns=NOW)
        whole = evaluate(read)
        by_domain = evaluate(read, FindingFilter(domain="domain/finance"))
        by_kind = evaluate(read, FindingFilter(kinds=(FindingKind.UNDECLARED_INPUT,)))
        errors = evaluate(read, FindingFilter(severity=FindingSeverity.ERROR))
    assert by_domain == [one for one in whole if one.domain == "domain/finance"] != []
    assert by_kind == [one for one in whole if one.kind is FindingKind.UNDECLARED_INPUT] != []
    assert errors == [one for one in whole if one.severity is FindingSeverity.ERROR]


def test_findings__of_nothing_are_none() -> None:
    with MemoryStore().read() as reader:
        assert evaluate(read_mesh(reader)) == []
