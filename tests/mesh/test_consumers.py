"""Answers about a product ask as many questions however much there is of it; who consumes it."""

import pytest

from catalog.mesh.consumers import Consumer, consumers
from catalog.mesh.finding import FindingFilter
from catalog.mesh.findings.evaluation import evaluate
from catalog.mesh.mesh import Mesh, read_mesh
from catalog.store.port import Store
from tests.lineage.build import CountingReader
from tests.mesh.words import (
    Part,
    Said,
    agreement,
    contract,
    dataset,
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

ORDERS = "product/orders"
MOST = 56
"""Questions about the product of ``wide``, where one dataset of no product lies between products."""
FULL: Said = {"platform": "postgres", "database": "shop", "databaseSchema": "public"}
OFFER: Part = [
    *product("orders", contains=["inside"], exposes=["orders"]),
    *output("orders", "tables", ["orders"]),
    *writes("load", "orders"),
    *reads("load", "inside"),
]


def asked(mesh_: Mesh) -> tuple[Consumer, ...]:
    products = (ORDERS,)
    return consumers(mesh_, products, mesh_.graph(products), mesh_.statuses(products))[ORDERS]


def of(store: Store) -> list[Consumer]:
    """The consumers of the product."""
    with store.read() as reader:
        return [*asked(read_mesh(reader))]


def test_consumer__is_a_product_that_reads_or_says_so() -> None:
    taker: Part = [*product("bills", exposes=["bills"]), *reads("book", "orders"), *writes("book", "bills")]
    declaring: Part = [*product("plans"), *input_("plans", "in", receives="orders/tables")]
    assert of(mesh(OFFER, taker, declaring)) == [
        Consumer("product/bills", (dataset("orders"),), False),
        Consumer("product/plans", (), True),
    ]


def test_consumer__is_a_job_of_no_product_that_passes_nothing_on() -> None:
    passing: Part = [*product("bills", exposes=["bills"]), *reads("book", "orders"), *writes("book", "bills")]
    looking: Part = [*reads("look", "orders"), *reads("peep", "inside")]
    assert [one.key for one in of(mesh(OFFER, passing, looking))] == ["product/bills", job("look")]


def test_consumer__is_whom_an_agreement_in_force_allows() -> None:
    granted: Part = [
        node("team/fin", "Team"),
        *agreement("a", "output-port/orders/tables", "team/fin"),
        node("team/old", "Team"),
        *agreement("b", ORDERS, "team/old", "revoked"),
    ]
    assert of(mesh(OFFER, granted)) == [Consumer("team/fin", (), True)]


def wide(size: int) -> Store:
    """A product with many ports, each under a contract with many objects and fields, read by many products."""
    parts: list[Part] = [product("orders", domain="sales", owner="orders", contains=["inside"])]
    for number in range(size):
        name = f"orders{number}"
        parts += [
            contract(name, {name: FULL}, {"platform": "postgres", "host": "db"}),
            properties(schema_of(name, name), **{f"p{place}": "string" for place in range(min(size, 10))}),
            output("orders", name, contract=name, visibility="restricted"),
            seen(name, *(f"p{place}" for place in range(min(size, 10)))),
            [*reads(f"load{number}", f"raw{number}"), *writes(f"load{number}", name)],
            product(f"up{number}", exposes=[f"raw{number}"]),
            product(f"down{number}", owner=f"team{number}", exposes=[f"made{number}"]),
            [*reads(f"stage{number}", name), *writes(f"stage{number}", f"staged{number}")],
            [*reads(f"make{number}", f"staged{number}"), *writes(f"make{number}", f"made{number}")],
            agreement(f"a{number}", f"output-port/orders/{name}", f"product/down{number}"),
        ]
    return mesh(*parts)


def questions(store: Store) -> int:
    with store.read() as reader:
        counting = CountingReader(reader)
        found = read_mesh(counting)  # type: ignore[arg-type]
        assert found.statuses((ORDERS,))
        assert len(evaluate(found, FindingFilter(product=ORDERS))) > 2
        assert asked(found)
    return counting.questions


@pytest.mark.parametrize("size", [10, 100])
def test_answers__ask_as_many_questions_however_much_there_is(size: int) -> None:
    assert questions(wide(size)) == questions(wide(1)) <= MOST
