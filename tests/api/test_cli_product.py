"""``meshline product`` and ``products``: the same from a store and from a service, for people and for programs."""

from pathlib import Path
from typing import Any

import pytest

from api import exit_codes
from api.settings import Settings
from catalog.store.registry import open_store
from tests.api.asking import Cli, ask
from tests.api.graphql.described import describe
from tests.api.graphql.mesh import ORDERS, REPORTS, mesh
from tests.api.graphql.world import SHOP, at, load
from tests.api.running import Service

THEN = 8


@pytest.fixture
def told(settings: Settings) -> str:
    """A store with the shop and its mesh; the service has the same."""
    store = open_store(settings.store)
    load(store, *SHOP)
    describe(store, THEN, mesh())
    store.close()
    return settings.store


def test_product__is_a_page_for_people(cli: Cli, told: str) -> None:
    code, out, err = cli("product", "orders", "--store", told, "--as-of", at(THEN))
    assert (code, err) == (exit_codes.OK, "")
    for said in (
        *(
            "Orders (active, product/orders)",
            "All orders",
            "Team Orders <orders@example.com>",
            "steward       Anna",
        ),
        *("postgres://db.example:5432/db", "Orders contract 1.10.0 active", "HEALTHY", "Where to write to"),
        *(
            "e-mail address",
            "Gives data to",
            "Reports",
            "declared and observed",
            "Used by",
            "Board",
            "schema-drift",
        ),
    ):
        assert said in out


def test_product__as_json_is_all_of_it(cli: Cli, told: str) -> None:
    found = ask(cli, "product", "orders", "--store", told)
    assert (found["key"], found["cut"]) == (ORDERS, [])
    (port,) = found["outputPorts"]
    assert port["binding"]["datasets"][0]["dataset"]["name"] == "clean"
    assert [one["kind"] for one in found["findings"]] == ["SCHEMA_DRIFT"]


def test_products__are_listed_by_filters(cli: Cli, told: str) -> None:
    def keys(*asked: str) -> list[str]:
        return [one["key"] for one in ask(cli, "products", "--store", told, *asked)["products"]]

    assert keys() == [ORDERS, REPORTS]
    assert (
        keys("--domain", "sales")
        == keys("--owner", "team/orders")
        == keys("--lifecycle", "active")
        == [ORDERS]
    )
    assert keys("--as-of", at(THEN - 1)) == []
    code, out, _ = cli("products", "--store", told, "--first", "1")
    assert code == exit_codes.OK
    assert "Sales in Europe" in out
    assert "1 of 2" in out
    assert cli("products", "--store", told, "--lifecycle", "retired")[1] == "There is no such product.\n"
    code, out, err = cli("products", "--store", told, "--owner", "nobody")
    assert (code, out) == (exit_codes.COULD_NOT, "")
    assert err == "Error: There is no team or person 'nobody'.\n"


def test_answers__are_the_same_from_a_service(cli: Cli, told: str, service: Service) -> None:
    for question in (
        ["product", "orders", "--as-of", at(THEN)],
        ["products"],
        ["products", "--domain", "finance"],
    ):
        local, remote = (ask(cli, *question, *where) for where in (["--store", told], ["--url", service.url]))
        assert plain(local) == plain(remote)


@pytest.mark.parametrize("name", ["orders", "Orders", "product/orders", "db/clean"])
def test_lineage__of_a_product_by_its_name(cli: Cli, told: str, service: Service, name: str) -> None:
    for where in (["--store", told], ["--url", service.url]):
        found = ask(cli, "lineage", name, "--level", "product", *where)
        assert [(one["id"], one["hops"]) for one in found["nodes"]] == [(ORDERS, 0), (REPORTS, 1)]
    assert "  product reports\n" in cli("lineage", name, "--level", "product", "--store", told)[1]
    domains = ask(cli, "lineage", "sales-eu", "--level", "domain", "--store", told)
    assert [one["id"] for one in domains["nodes"]] == ["domain/sales-eu", "domain/finance"]


def plain(found: Any) -> Any:
    """An answer without the base IRI of its ids, which is the service's."""
    if isinstance(found, dict):
        return {name: plain(value) for name, value in found.items() if name != "id"}
    return [plain(one) for one in found] if isinstance(found, list) else found


@pytest.mark.parametrize("where", ["store", "url"])
def test_product__that_there_is_not_is_told(cli: Cli, told: str, service: Service, where: str) -> None:
    place = told if where == "store" else service.url
    code, _, err = cli("product", "nope", f"--{where}", place)
    assert (code, "no product 'nope'" in err, "meshline products" in err) == (
        exit_codes.COULD_NOT,
        True,
        True,
    )


def test_products__of_a_store_that_is_not_there_are_not_asked(cli: Cli, tmp_path: Path) -> None:
    code, _, err = cli("products", "--store", f"sqlite:///{tmp_path}/none.db")
    assert (code, "There is no store" in err) == (exit_codes.COULD_NOT, True)
