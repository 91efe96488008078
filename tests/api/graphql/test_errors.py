"""Errors have a code, say what to do, and show nothing of our insides."""

import logging

import pytest

from catalog.store.memory import MemoryStore
from tests.api.graphql.counting import AwayStore, BrokenStore
from tests.api.graphql.world import BASE, World


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ dataset(", "PARSE_FAILED"),
        ("", "BAD_USER_INPUT"),
        ("{ nothing }", "VALIDATION_FAILED"),
        ('{ dataset(namespace: "db") { id } }', "VALIDATION_FAILED"),
        ("query ($n: Int!) { datasets(first: $n) { totalCount } }", "BAD_USER_INPUT"),
        ("mutation { nothing }", "BAD_USER_INPUT"),
        ('{ receipt(hash: "../etc") { hash } }', "BAD_USER_INPUT"),
        ('{ impact(change: {dataset: "dataset/db/raw", drop: ["nope"]}) { verdict } }', "UNKNOWN_NODE"),
        ('{ impact(change: {dataset: "dataset/db/raw"}) { verdict } }', "BAD_USER_INPUT"),
        ('{ impact(change: {dataset: "job/etl/load", drop: ["a"]}) { verdict } }', "UNKNOWN_NODE"),
    ],
)
def test_errors__have_a_code(shop: World, query: str, code: str) -> None:
    assert shop.refused(query)[0] == code


def test_several_operations__are_not_answered_without_a_name(shop: World) -> None:
    assert shop.refused("query A { jobs { totalCount } } query B { __typename }") == (
        "BAD_USER_INPUT",
        "The document has several operations (A, B); say which in operationName.",
    )


def test_error_of_the_catalog__has_its_hint_and_place(shop: World) -> None:
    (error,) = shop.answer('{ impact(change: {dataset: "dataset/db/raw", drop: ["i"]}) { verdict } }').errors

    assert error["message"] == "db/raw has no field i."
    assert error["extensions"] == {"code": "UNKNOWN_NODE", "hint": "Did you mean id?"}
    assert error["path"] == ["impact"]
    assert error["locations"] == [{"line": 1, "column": 3}]


@pytest.mark.parametrize(
    "field",
    [
        'node(id: "dataset/db/none") { id }',
        'node(id: "%s") { id }',
        'node(id: "http://elsewhere.example/id/dataset/db/raw") { id }',
        'dataset(namespace: "db", name: "none") { id }',
        'dataset(namespace: "db", name: "cte") { id }',
        'job(namespace: "etl", name: "none") { id }',
        'run(id: "none") { id }',
        'run(id: "run/a/b/c") { id }',
        f'receipt(hash: "{"0" * 64}") {{ hash }}',
        f'receipt(hash: "{"0" * 32}") {{ hash }}',
    ],
)
def test_what_is_not_there__is_null(shop: World, field: str) -> None:
    assert list(shop.ask(f"{{ {field} }}").values()) == [None]


def test_nodes__keep_their_order_and_leave_gaps(shop: World) -> None:
    found = shop.ask(
        "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }",
        ids=["job/etl/load", "nothing", f"{BASE}dataset/db/raw"],
    )["nodes"]

    assert found == [{"id": f"{BASE}job/etl/load"}, None, {"id": f"{BASE}dataset/db/raw"}]


def test_a_name_of_a_dataset__finds_it(shop: World) -> None:
    assert shop.ask('{ dataset(namespace: "file", name: "raw.csv") { name } }') == {
        "dataset": {"name": "raw"}
    }


def test_store_away__is_said_without_its_address(caplog: pytest.LogCaptureFixture) -> None:
    found = World(AwayStore(MemoryStore())).answer('{ node(id: "x") { id } jobs { totalCount } }')

    assert found.unavailable
    assert {error["extensions"]["code"] for error in found.errors} == {"STORE_UNAVAILABLE"}
    assert "secret-host" not in str(found.body())
    assert "secret-host" in caplog.text


def test_fault_of_ours__is_masked_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        found = World(BrokenStore(MemoryStore())).answer('{ node(id: "x") { id } }')

    (error,) = found.errors
    assert error["extensions"] == {"code": "INTERNAL"}
    assert not found.unavailable
    assert "hunter2" not in str(found.body())
    assert "hunter2" in caplog.text
