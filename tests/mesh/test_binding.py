"""Schemas and ports are bound to datasets by stated rules; what is in doubt is suggested and never bound."""

import pytest

from catalog.mesh.binding import Binding, BindingRule, BindingStatus
from catalog.mesh.mesh import read_mesh
from catalog.store.port import Store
from tests.mesh.words import (
    Part,
    Said,
    alias,
    contract,
    dataset,
    edge,
    mesh,
    output,
    product,
    schema_of,
    seen,
    writes,
)

ORDERS = schema_of("orders", "orders")
PORT = "output-port/orders/tables"
FULL: Said = {"platform": "postgres", "database": "shop", "databaseSchema": "public"}
ELSEWHERE = "postgres://other:5432:shop.public.orders"


def bindings(store: Store) -> dict[str, Binding]:
    with store.read() as reader:
        return read_mesh(reader).bindings


def bound(store: Store, thing: str = ORDERS) -> tuple[list[str], BindingRule | None]:
    found = bindings(store)[thing]
    return [one.dataset for one in found.bound], found.rule


def orders(**said: str) -> Part:
    """A contract with one object, and a port that it governs."""
    return [
        *contract("orders", {"orders": {**FULL, **said}}),
        *product("orders"),
        *output("orders", "tables", contract="orders"),
    ]


def test_full_name__binds_in_the_only_namespace_that_has_it() -> None:
    store = mesh(orders(), writes("load", "orders"))
    assert bound(store) == ([dataset("orders")], BindingRule.FULL_NAME)


def test_port__is_bound_through_the_schema_of_its_contract() -> None:
    store = mesh(orders(), writes("load", "orders"))
    (one,) = bindings(store)[PORT].bound
    assert (one.dataset, one.through) == (dataset("orders"), ORDERS)


def test_full_name__in_two_namespaces_is_suggested_and_not_bound() -> None:
    store = mesh(orders(), writes("load", "orders", ELSEWHERE))
    found = bindings(store)[ORDERS]
    assert (found.status, found.dataset) == (BindingStatus.AMBIGUOUS, None)
    assert [one.dataset for one in found.suggestions] == sorted([dataset("orders"), dataset(ELSEWHERE)])


def test_full_name__in_two_namespaces_of_one_dataset_is_bound() -> None:
    store = mesh(orders(), writes("load", "orders"), alias(ELSEWHERE, "orders"))
    found = bindings(store)[ORDERS]
    assert (found.status, set(found.bound[0].names)) == (
        BindingStatus.BOUND,
        {dataset("orders"), dataset(ELSEWHERE)},
    )


def test_full_name__of_another_platform_does_not_fit() -> None:
    store = mesh(orders(), writes("load", "snowflake://acme:shop.public.orders"))
    assert bound(store) == ([], None)


@pytest.mark.parametrize(
    "decoy",
    [
        "postgres://db:5432:shop.internal.orders",
        "postgres://db:5432:archive.public.orders",
        "postgres://db:5432:shop.public.Orders",
        "postgres://db:5432:shop.public.orders_v2",
        "postgres://db:5432:orders",
    ],
)
def test_full_name__is_not_that_of_a_decoy(decoy: str) -> None:
    store = mesh(orders(), writes("load", decoy))
    assert bound(store) == ([], None)
    assert "shop.public.orders" in bindings(store)[ORDERS].reason


def test_full_name__that_lacks_a_part_is_never_bound() -> None:
    store = mesh(contract("orders", {"orders": {"platform": "postgres"}}), writes("load", "orders"))
    assert bound(store) == ([], None)


def test_full_name__is_completed_by_the_server_of_the_contract() -> None:
    server = {"platform": "postgres", "database": "shop", "databaseSchema": "public"}
    store = mesh(contract("orders", {"orders": {}}, server), writes("load", "orders"))
    assert bound(store) == ([dataset("orders")], BindingRule.FULL_NAME)


def test_host__of_the_server_decides_between_namespaces() -> None:
    server = {"platform": "postgres", "database": "shop", "databaseSchema": "public", "host": "other"}
    store = mesh(contract("orders", {"orders": {}}, server), writes("load", "orders", ELSEWHERE))
    assert bound(store) == ([dataset(ELSEWHERE)], BindingRule.FULL_NAME)


def test_host__that_no_namespace_names_leaves_it_unbound() -> None:
    server = {"platform": "postgres", "database": "shop", "databaseSchema": "public", "host": "d"}
    store = mesh(contract("orders", {"orders": {}}, server), writes("load", "orders"))
    assert bound(store) == ([], None)


def test_case__is_that_of_the_platform_where_a_name_is_written_without_care_for_it() -> None:
    said = {"platform": "snowflake", "database": "shop", "databaseSchema": "public"}
    upper = "snowflake://acme:SHOP.PUBLIC.ORDERS"
    store = mesh(contract("orders", {"orders": said}), writes("load", upper))
    assert bound(store) == ([dataset(upper)], BindingRule.FULL_NAME)


def test_case__as_written_comes_before_that_of_the_platform() -> None:
    said = {"platform": "snowflake", "database": "shop", "databaseSchema": "public"}
    lower, upper = "snowflake://acme:shop.public.orders", "snowflake://acme:SHOP.PUBLIC.ORDERS"
    store = mesh(contract("orders", {"orders": said}), writes("load", lower, upper))
    assert bound(store) == ([dataset(lower)], BindingRule.FULL_NAME)


def test_document__that_names_a_dataset_is_believed_before_names() -> None:
    told = [edge("BOUND_TO", ORDERS, dataset(ELSEWHERE), rule="server", server="prod")]
    store = mesh(orders(), writes("load", "orders"), told)
    assert bound(store) == ([dataset(ELSEWHERE)], BindingRule.DECLARED)


def test_person__is_believed_before_documents() -> None:
    told = [
        edge("BOUND_TO", ORDERS, dataset(ELSEWHERE), rule="server"),
        edge("BOUND_TO", ORDERS, dataset("orders"), origin="CURATED"),
    ]
    assert bound(mesh(orders(), told)) == ([dataset("orders")], BindingRule.CURATED)


def test_rejected__is_not_bound_by_any_rule() -> None:
    rejected = [edge("NOT_BOUND_TO", ORDERS, dataset("orders"), origin="CURATED")]
    store = mesh(orders(), writes("load", "orders"), rejected)
    assert bound(store) == ([], None)
    told = [edge("BOUND_TO", ORDERS, dataset("orders"), rule="server")]
    assert bound(mesh(orders(), writes("load", "orders"), rejected, told)) == ([], None)


def test_rejected__leaves_the_other_of_two_that_fit() -> None:
    rejected = [edge("NOT_BOUND_TO", ORDERS, dataset(ELSEWHERE), origin="CURATED")]
    store = mesh(orders(), writes("load", "orders", ELSEWHERE), rejected)
    assert bound(store) == ([dataset("orders")], BindingRule.FULL_NAME)


def test_port__that_serves_one_dataset_of_the_name_binds_the_schema_of_its_contract() -> None:
    store = mesh(
        contract("orders", {"orders": {}, "returns": {}}),
        product("orders"),
        output("orders", "tables", ["orders", "customers"], contract="orders"),
    )
    assert bound(store) == ([dataset("orders")], BindingRule.PORT)
    assert bound(store, schema_of("orders", "returns")) == ([], None)


def test_reference__that_only_a_document_names_does_not_count_as_observed() -> None:
    store = mesh(orders(), product("other", exposes=["orders"]))
    assert bound(store) == ([], None)


def test_schema__that_a_port_offers_binds_the_port() -> None:
    store = mesh(
        contract("orders", {"orders": FULL}),
        product("orders"),
        output("orders", "tables", [ORDERS]),
        seen("orders", "id"),
    )
    assert [one.dataset for one in bindings(store)[PORT].bound] == [dataset("orders")]


def test_ephemeral_model__has_no_dataset() -> None:
    store = mesh(orders(objectType="ephemeral"), writes("load", "orders"))
    assert bindings(store)[ORDERS].reason == "It is ephemeral: it has no dataset."
