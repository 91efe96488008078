"""A contract with servers in several environments: what its ports serve is what lies in production."""

import pytest

from catalog.mesh.finding import FindingKind
from catalog.mesh.findings.evaluation import evaluate
from catalog.mesh.mesh import Mesh, read_mesh
from catalog.store.port import Store
from tests.mesh.words import (
    Part,
    contract,
    dataset,
    edge,
    mesh,
    node,
    output,
    product,
    properties,
    schema_of,
    seen,
    writes,
)

ORDERS, PORT = schema_of("orders", "orders"), "output-port/orders/table"
DEV = "postgres://dev:5432:shop.public.orders"


def server(name: str, environment: str | None) -> Part:
    version, key = "contract-version/orders/1.0.0", f"server/orders/1.0.0/{name}"
    parts: Part = [node(key, "Server", name=name), edge("HAS_SERVER", version, key)]
    if environment is not None:
        word = f"environment/{environment}"
        parts += [node(word, "Environment"), edge("IN_ENVIRONMENT", key, word)]
    return parts


def orders(**environments: str | None) -> Store:
    """A contract on two servers; in dev its table is another."""
    return mesh(
        contract("orders", {"orders": {}}),
        *(server(name, word) for name, word in environments.items()),
        product("orders"),
        output("orders", "table", contract="orders"),
        [
            edge("BOUND_TO", ORDERS, dataset("orders"), server="main"),
            edge("BOUND_TO", ORDERS, dataset(DEV), server="other"),
        ],
        properties(ORDERS, id="integer"),
        seen("orders", ("id", "bigint")),
        seen(DEV, ("id", "text")),
        writes("load", "orders"),
    )


def read(store: Store) -> Mesh:
    return read_mesh(store.read().__enter__(), now_ns=1)


def kinds(found: Mesh) -> list[FindingKind]:
    return [one.kind for one in evaluate(found)]


@pytest.mark.parametrize("word", ["prod", "Production", "PRD", "live"])
def test_port__serves_what_lies_in_production(word: str) -> None:
    found = read(orders(main=word, other="dev"))
    assert [one.dataset for one in found.bindings[PORT].bound] == [dataset("orders")]
    assert {one.dataset: one.aside for one in found.bindings[ORDERS].bound} == {
        dataset("orders"): False,
        dataset(DEV): True,
    }
    assert found.members.datasets("product/orders") == [dataset("orders")]


def test_findings__are_not_of_copies_beside_production() -> None:
    assert kinds(read(orders(main="prod", other="dev"))) == [FindingKind.PRODUCT_WITHOUT_RUNS]


@pytest.mark.parametrize("words", [("eu", "us"), ("dev", "test"), ("prod", None), (None, None)])
def test_servers__count_all_where_nothing_says_which_is_beside_production(
    words: tuple[str | None, str | None],
) -> None:
    found = read(orders(main=words[0], other=words[1]))
    assert len(found.bindings[PORT].bound) == 2
    assert FindingKind.SCHEMA_DRIFT in kinds(found)


def test_port__is_bound_to_nothing_where_only_copies_are_known() -> None:
    store = mesh(
        contract("orders", {"orders": {}}),
        *(server("main", "prod"), server("other", "dev")),
        product("orders"),
        output("orders", "table", contract="orders"),
        [edge("BOUND_TO", ORDERS, dataset(DEV), server="other")],
    )
    binding = read(store).bindings[PORT]
    assert (binding.bound, binding.reason) == (
        (),
        "Its contract has a server in production, and only what lies on others is known.",
    )


def test_one_dataset__that_both_servers_name_counts() -> None:
    store = mesh(
        contract("orders", {"orders": {}}),
        *(server("main", "prod"), server("other", "dev")),
        [
            edge("BOUND_TO", ORDERS, dataset("orders"), server="other"),
            edge("BOUND_TO", ORDERS, dataset("orders"), server="main"),
        ],
    )
    (one,) = read(store).bindings[ORDERS].bound
    assert not one.aside
