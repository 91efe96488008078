"""The page of a product has all that a consumer asks, in as many questions however much there is of it."""

import pytest

from catalog.mesh.finding import FindingKind
from catalog.mesh.mesh import read_mesh
from catalog.mesh.page import ProductPage
from catalog.mesh.page_reading import product_page
from catalog.mesh.status import Health
from catalog.store.memory import MemoryStore
from catalog.store.port import Store
from tests.lineage.build import CountingReader
from tests.mesh.words import (
    Part,
    Said,
    agreement,
    contract,
    dataset,
    edge,
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

MOST = 50
"""Questions of the page of ``wide``, where one dataset of no product lies between products."""
FULL: Said = {"platform": "postgres", "database": "shop", "databaseSchema": "public"}
SCHEMA = schema_of("orders", "orders")


def shop() -> Store:
    return mesh(
        product("raw", domain="sales", owner="sources", exposes=["raw"]),
        product("orders", domain="sales", owner="orders", contains=["stage"]),
        input_("orders", "raw", receives="raw/all"),
        contract("orders", {"orders": FULL}, {"platform": "postgres", "host": "db"}),
        properties(SCHEMA, id="string", total="number"),
        output("orders", "tables", contract="orders", visibility="restricted"),
        product("revenue", domain="finance", owner="finance", exposes=["revenue"]),
        agreement("a", "output-port/orders/tables", "product/revenue"),
        seen("orders", "id", ("total", "bigint")),
        [*reads("load", "raw"), *writes("load", "orders", "stage")],
        [*reads("book", "orders"), *writes("book", "revenue"), *reads("look", "orders")],
        [
            node("person/ada", "Person"),
            edge("HAS_ROLE", "person/ada", "product/orders", role="steward"),
            node("term/order", "GlossaryTerm"),
            edge("MEANS", f"schema-property/{SCHEMA.partition('/')[2]}/id", "term/order"),
            edge("CLASSIFIED_AS", f"field/{dataset('orders').partition('/')[2]}/id", "classification/pii"),
            node("classification/pii", "Classification"),
            node("domain/shop", "Domain"),
            edge("PART_OF", "domain/sales", "domain/shop"),
        ],
    )


def page(store: Store, name: str = "orders") -> ProductPage:
    with store.read() as reader:
        found = product_page(read_mesh(reader), f"product/{name}")
    assert found is not None
    return found


def test_page__has_what_a_consumer_asks() -> None:
    found = page(shop())
    assert [one.key for one in found.domains] == ["domain/sales", "domain/shop"]
    assert [one.key for one in found.owners] == ["team/orders"]
    assert [(one.agent, one.role) for one in found.roles] == [("person/ada", "steward")]
    (port,) = found.outputs
    assert port.datasets == (dataset("orders"),)
    (governing,) = port.contracts
    assert (governing.version.key, [one.key for one in governing.servers]) == (
        "contract-version/orders/1.0.0",
        ["server/orders/1.0.0/main"],
    )
    (schema,) = governing.schemas
    assert [(one.node.properties["name"], one.terms) for one in schema.properties] == [
        ("id", ("term/order",)),
        ("total", ()),
    ]
    (offered,) = found.datasets
    assert [(one.node.properties["name"], one.classifications) for one in offered.fields] == [
        ("id", ("classification/pii",)),
        ("total", ()),
    ]
    assert [edge.source for edge in found.upstream] == ["product/raw"]
    assert [edge.target for edge in found.downstream] == ["product/revenue"]
    assert [(one.key, one.datasets) for one in found.consumers] == [
        ("product/revenue", (dataset("orders"),)),
        (job("look"), (dataset("orders"),)),
    ]
    assert [one.key for one in found.agreements] == ["agreement/a"]
    assert found.status.health is Health.UNKNOWN
    assert {one.kind for one in found.findings} == {
        FindingKind.PRODUCT_WITHOUT_RUNS,
        FindingKind.UNDECLARED_INPUT,
    }
    assert not found.cut


def test_page__of_what_is_no_product_is_none() -> None:
    with shop().read() as reader:
        assert product_page(read_mesh(reader), "product/other") is None
        assert product_page(read_mesh(reader), "domain/sales") is None
    with MemoryStore().read() as reader:
        assert product_page(read_mesh(reader), "product/orders") is None


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
        found = product_page(read_mesh(counting), "product/orders")  # type: ignore[arg-type]
    assert found is not None
    return counting.questions


@pytest.mark.parametrize("size", [10, 100])
def test_page__asks_as_many_questions_however_much_there_is(size: int) -> None:
    assert questions(wide(size)) == questions(wide(1)) <= MOST
