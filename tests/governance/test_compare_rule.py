"""The rule ``compare``: versions of contracts, datasets against their contracts, products against those they read."""

import pytest

from catalog.governance.policy import Rule
from catalog.governance.verdict import Status, Verdict
from catalog.graph import Property
from catalog.store.port import Store
from tests.governance.words import judged, rule, statuses
from tests.mesh.words import (
    Part,
    alias,
    contract,
    dataset,
    edge,
    input_,
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

PASS, FAIL, NOT_EVALUATED = Status.PASS, Status.FAIL, Status.NOT_EVALUATED
VERSIONS = rule(Rule.COMPARE, "DataContract")
DATASETS = rule(Rule.COMPARE, "Dataset")
PRODUCTS = rule(Rule.COMPARE, "DataProduct")


def version(number: str, status: str = "active", /, **fields: dict[str, Property]) -> Part:
    """A version of the contract ``orders`` with a schema of these fields."""
    key, schema = f"contract-version/orders/{number}", f"schema/orders/{number}/orders"
    parts: Part = [
        node("contract/orders", "DataContract"),
        node(key, "ContractVersion", version=number, status=status),
        edge("VERSION_OF", key, "contract/orders"),
        node(schema, "Schema", name="orders"),
        edge("HAS_SCHEMA", key, schema),
    ]
    for path, said in fields.items():
        one = f"schema-property/orders/{number}/orders/{path}"
        parts += [node(one, "SchemaProperty", **{"name": path, **said}), edge("HAS_PROPERTY", schema, one)]
    return parts


def contract_verdict(*parts: Part) -> Verdict:
    [one] = judged(mesh(*parts), VERSIONS).verdicts
    return one


BIG: dict[str, Property] = {"physicalType": "BIGINT"}


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ({"id": BIG}, {}, "orders.id is no longer promised."),
        ({"id": BIG}, {"key": BIG}, "orders.id is no longer promised."),
        ({"id": BIG}, {"id": {"physicalType": "INTEGER"}}, "orders.id was BIGINT and is INTEGER."),
        ({"id": {"type": "integer"}}, {"id": {"type": "string"}}, "orders.id was integer and is string."),
        ({"id": {"required": True}}, {"id": {"required": False}}, "orders.id may be empty now."),
        ({"id": {"unique": True}}, {"id": {}}, "orders.id may repeat now."),
        ({"id": {"primaryKey": True}}, {"id": {}}, "orders.id is no part of the key any more."),
    ],
)
def test_compare__fails_a_minor_version_that_breaks_the_one_before(
    before: dict[str, dict[str, Property]], after: dict[str, dict[str, Property]], says: str
) -> None:
    one = contract_verdict(version("1.0.0", "deprecated", **before), version("1.1.0", **after))
    assert one.status is FAIL
    assert one.message == f"Version 1.1.0 breaks what 1.0.0 promised, and is no new major: {says}"
    assert [step.key for step in one.explanation][:2] == [
        "contract-version/orders/1.1.0",
        "contract-version/orders/1.0.0",
    ]
    major = contract_verdict(version("1.0.0", "deprecated", **before), version("2.0.0", **after))
    assert major.status is PASS


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"id": BIG}, {"ID": BIG, "more": BIG}),
        ({"id": {"physicalType": "INTEGER"}}, {"id": BIG}),
        ({"id": {"required": False}}, {"id": {"required": True}}),
    ],
)
def test_compare__passes_what_keeps_what_was_promised(
    before: dict[str, dict[str, Property]], after: dict[str, dict[str, Property]]
) -> None:
    assert contract_verdict(version("1.0.0", **before), version("1.1.0", **after)).status is PASS


def test_compare__looks_only_at_versions_that_bind_and_at_what_they_name_as_the_one_before() -> None:
    first, draft = version("1.0.0", id=BIG), version("1.1.0", "draft")
    assert contract_verdict(first, draft).status is PASS
    retired = version("1.1.0", "retired")
    assert contract_verdict(first, retired, version("1.2.0", id=BIG)).status is PASS
    named = edge("PREVIOUS_VERSION", "contract-version/orders/1.2.0", "contract-version/orders/1.0.0")
    assert contract_verdict(first, retired, version("1.2.0"), [named]).status is FAIL


def test_compare__does_not_know_of_versions_that_have_no_major() -> None:
    one = contract_verdict(version("spring", id=BIG), version("summer"))
    assert (one.status, one.message.endswith("the major of spring or summer cannot be told.")) == (
        NOT_EVALUATED,
        True,
    )


PROMISED: Part = [
    *contract("orders", {"orders": {}}),
    *properties(schema_of("orders", "orders"), id="integer", total="number"),
    edge("BOUND_TO", schema_of("orders", "orders"), dataset("orders")),
]


def test_compare__fails_a_dataset_that_lacks_what_its_contract_promises() -> None:
    keeps = mesh(PROMISED, seen("orders", ("id", "bigint"), ("total", "decimal"), "more"), seen("bare"))
    assert statuses(judged(keeps, DATASETS)) == {dataset("orders"): PASS, dataset("bare"): PASS}
    [one] = judged(mesh(PROMISED, seen("orders", ("id", "text"))), DATASETS).verdicts
    assert one.status is FAIL
    assert "total is promised and not there. And 1 more." in one.message
    assert {step.edge.type for step in one.explanation if step.edge} == {"HAS_PROPERTY", "HAS_FIELD"}


def test_compare__says_the_same_of_a_dataset_under_each_of_its_names() -> None:
    opened = mesh(PROMISED, seen("orders", ("id", "text")), seen("orders_v"), alias("orders_v", of="orders"))
    assert statuses(judged(opened, DATASETS)) == {dataset("orders"): FAIL, dataset("orders_v"): FAIL}


def test_compare__does_not_know_of_a_dataset_whose_schema_nobody_has_seen() -> None:
    assert statuses(judged(mesh(PROMISED, seen("orders")), DATASETS)) == {dataset("orders"): NOT_EVALUATED}


def fresh(of: str, threshold: str, operator: str = "lteq") -> Part:
    slo = f"slo/{of}/fresh"
    return [
        *product(of, exposes=[of]),
        *output(of, "table", [of]),
        node(
            slo, "ServiceLevelObjective", name="freshness", threshold=threshold, unit="h", operator=operator
        ),
        edge("HAS_SLO", f"output-port/{of}/table", slo),
    ]


FLOW: Part = [*writes("load", "orders"), *reads("book", "orders"), *writes("book", "revenue")]
REVENUE = "product/revenue"


def product_status(*parts: Part) -> Verdict:
    return next(one for one in judged(mesh(*parts), PRODUCTS).verdicts if one.target == REVENUE)


@pytest.mark.parametrize(
    ("own", "source", "status"),
    [("24", "12", PASS), ("24", "24", PASS), ("12", "24", FAIL), ("soon", "24", NOT_EVALUATED),
     ("12", "soon", NOT_EVALUATED)],
)  # fmt: skip
def test_compare__of_products_fails_who_promises_fresher_data_than_it_is_given(
    own: str, source: str, status: Status
) -> None:
    assert product_status(fresh("orders", source), fresh("revenue", own), FLOW).status is status


def test_compare__of_products_shows_both_promises_and_the_way() -> None:
    one = product_status(fresh("orders", "24"), fresh("revenue", "12"), FLOW)
    assert one.message == (
        "Product 'revenue' promises fresher data than it is given: output-port 'orders/table' promises less."
    )
    assert [step.key for step in one.explanation][:2] == ["slo/revenue/fresh", "slo/orders/fresh"]
    assert [step.edge.type for step in one.explanation if step.edge] == ["CONSUMED_BY", "PRODUCES"]


SILENT: Part = [*product("orders", exposes=["orders"]), *output("orders", "table", ["orders"])]


def test_compare__of_products_fails_who_reads_what_promises_nothing_only_if_that_is_asked() -> None:
    assert product_status(SILENT, fresh("revenue", "12"), FLOW).status is PASS

    asked = rule(Rule.COMPARE, "DataProduct", unpromised=True)
    found = judged(mesh(SILENT, fresh("revenue", "12"), FLOW), asked).verdicts
    (failed,) = [one for one in found if one.status is not PASS]

    assert (failed.target, failed.status) == (REVENUE, FAIL)
    assert failed.message == (
        "Product 'revenue' promises how fresh its data is, and output-port 'orders/table', which it reads, "
        "promises nothing of that."
    )
    quiet = mesh(SILENT, [*product("revenue", exposes=["revenue"])], FLOW)
    assert set(statuses(judged(quiet, asked)).values()) == {PASS}


def test_compare__of_products_tells_a_broken_promise_before_a_missing_one() -> None:
    asked = rule(Rule.COMPARE, "DataProduct", unpromised=True)
    more: Part = [
        *product("more", exposes=["more"]),
        *output("more", "table", ["more"]),
        *reads("book", "more"),
    ]
    found = judged(mesh(more, fresh("orders", "24"), fresh("revenue", "12"), FLOW), asked)
    (failed,) = [one for one in found.verdicts if one.status is FAIL]
    assert failed.message.endswith("output-port 'orders/table' promises less.")


def test_compare__of_products_counts_what_is_declared() -> None:
    declared = input_("revenue", "orders", receives="orders/table")
    assert product_status(fresh("orders", "24"), fresh("revenue", "12"), declared).status is FAIL
    assert product_status(fresh("orders", "24"), fresh("revenue", "12")).status is PASS
    least = fresh("revenue", "12", operator="gteq")
    assert product_status(fresh("orders", "24"), least, FLOW).status is PASS


def test_compare__is_not_known_where_the_mesh_is_not_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.mesh.declared.MAX_THINGS", 1)
    opened: Store = mesh(fresh("orders", "12"), fresh("revenue", "24"), FLOW, PROMISED)
    for policy in (VERSIONS, DATASETS, PRODUCTS):
        assert set(statuses(judged(opened, policy)).values()) == {NOT_EVALUATED}
