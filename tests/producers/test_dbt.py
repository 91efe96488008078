"""openlineage-dbt on a DuckDB project of our own: what it sends is whole, and what it leaves out its SQL tells."""

import shutil
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from catalog.store.registry import open_store
from tests.api.running import Service
from tests.producers import emporium
from tests.producers.binding import bound, decoys, truth
from tests.producers.conftest import Ask
from tests.producers.environment import HERE, environment, run

pytestmark = [pytest.mark.producers]
STORES = [pytest.param("sqlite", id="sqlite"), pytest.param("neo4j", id="neo4j", marks=pytest.mark.neo4j)]
SETTLES_S = 30
"""What SQL tells is derived beside the events; on a loaded machine that takes some seconds."""

JOBS = """{ jobs(first: 50) { edges { node { name } } } receiptCounts { status count } }"""
LINEAGE = """query ($of: [ID!]!) {
  lineage(of: $of, direction: UPSTREAM, level: FIELD) { edges { source target kind } }
}"""
SQL = """query ($name: String!) {
  job(namespace: "dbt", name: $name) {
    sqlLineage { status tables(first: 10) { edges { node { name rule dataset { name } } } } }
  }
}"""


def build(service: Service, tmp_path: Path) -> None:
    """One ``dbt build`` that emits to the service."""
    folder = tmp_path / "shop"
    shutil.copytree(HERE / "dbt" / "shop", folder)
    variables = {"SHOP_DB": str(tmp_path / "shop.duckdb"), "OPENLINEAGE_URL": service.url}
    said = run(environment("dbt"), ["dbt-ol", "build", "--profiles-dir", "."], folder, **variables)
    assert "Emitted 10 OpenLineage events" in said


def field_of(key: str) -> str:
    """``shop.main.stg_orders/amount`` of a field."""
    return "/".join(key.split("/")[-2:])


def upstream(ask: Ask, tmp_path: Path, field: str) -> set[tuple[str, str, str | None]]:
    """The edges that lead to a field."""
    namespace = f"duckdb://{tmp_path}/shop.duckdb".replace("/", "%2F").replace(":", "%3A")
    found = ask(LINEAGE, of=[f"field/{namespace}/{field}"])["lineage"]["edges"]
    return {(field_of(edge["source"]), field_of(edge["target"]), edge["kind"]) for edge in found}


def settled(ask: Ask) -> None:
    """Wait until the SQL of every model is read."""
    names = [
        f"shop.main.shop.{name}.build.run" for name in ("stg_orders", "stg_customers", "customer_orders")
    ]
    deadline = time.monotonic() + SETTLES_S
    while any(ask(SQL, name=name)["job"]["sqlLineage"]["status"] != "COMPLETE" for name in names):
        assert time.monotonic() < deadline, [ask(SQL, name=name) for name in names]
        time.sleep(0.2)


@pytest.mark.parametrize("service", STORES, indirect=True)
def test_dbt_build__is_kept_whole(service: Service, ask: Ask, tmp_path: Path) -> None:
    build(service, tmp_path)
    found: dict[str, Any] = ask(JOBS)
    assert found["receiptCounts"] == [{"status": "APPLIED", "count": 10}]
    names = {edge["node"]["name"] for edge in found["jobs"]["edges"]}
    assert {
        "dbt-run-shop",
        "shop.main.shop.stg_orders.build.run",
        "shop.main.shop.stg_customers.build.run",
        "shop.main.shop.customer_orders.build.run",
        "shop.main.shop.customer_orders.build.test",
    } <= names


@pytest.mark.parametrize("service", STORES, indirect=True)
def test_dbt_columns__are_followed_to_the_seeds_through_the_sql(
    service: Service, ask: Ask, tmp_path: Path
) -> None:
    """dbt names no seed as an input and has no columnLineage for a model that ends in ``select * from cte``."""
    build(service, tmp_path)
    settled(ask)
    edges = upstream(ask, tmp_path, "shop.main.customer_orders/total")
    assert {
        (source, target)
        for source, target, kind in edges
        if kind == "DIRECT"
        and target.startswith(("shop.main.customer_orders/", "shop.main.stg_orders/amount"))
    } == {
        ("shop.main.stg_orders/amount", "shop.main.customer_orders/total"),
        ("shop.main.raw_orders/cents", "shop.main.stg_orders/amount"),
    }
    assert {
        source
        for source, target, kind in edges
        if kind == "INDIRECT" and target == "shop.main.customer_orders/total"
    } == {
        "shop.main.stg_orders/status",
        "shop.main.stg_orders/customer_id",
        "shop.main.stg_customers/customer_id",
        "shop.main.stg_customers/name",
    }


@pytest.mark.parametrize("service", STORES, indirect=True)
def test_models_of_a_manifest__are_bound_to_what_the_build_made(service: Service, tmp_path: Path) -> None:
    """The manifest and the events of one real build, a copy of nothing, and decoys of the same names."""
    place = tmp_path / "warehouse"
    place.mkdir()
    manifest = emporium.build(place, OPENLINEAGE_URL=service.url)
    here = emporium.namespace(place)
    with service.client() as client:
        answer = client.post("/api/v1/lineage/batch", json=decoys(here))
        assert answer.json()["summary"]["failed"] == 0
        answer = client.post(
            "/api/v1/descriptors?source=manifest.json",
            content=manifest.read_bytes(),
            headers={"Content-Type": "application/json"},
        )
        assert answer.status_code == 201, answer.text
    with closing(open_store(service.settings.store)) as store:
        found, real = bound(store), truth(here)
    right = {thing for thing in found if found[thing] == real.get(thing)}
    recall = len(right) / len(real)
    print(f"dbt models bound: precision {len(right) / len(found):.2f}, recall {recall:.2f} of {len(real)}")
    assert found.items() <= real.items()
    assert recall == 1.0
