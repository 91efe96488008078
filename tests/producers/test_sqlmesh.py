"""SQLMesh's OpenLineage integration on a project of our own: its names are quoted on one side only."""

import shutil
from pathlib import Path

import pytest

from tests.api.running import Service
from tests.producers.conftest import Ask
from tests.producers.environment import HERE, environment, run

pytestmark = [pytest.mark.producers]
STORES = [pytest.param("sqlite", id="sqlite"), pytest.param("neo4j", id="neo4j", marks=pytest.mark.neo4j)]

QUOTE = "%22"
"""A dataset is shown by the name that was used last: here the quoted one of the input that reads it."""
UPSTREAM = """{
  lineage(of: ["dataset/shop/shop.shop.totals"], direction: UPSTREAM) { nodes { node { id __typename } hops } }
  columns: lineage(of: ["field/shop/shop.shop.totals/total"], direction: UPSTREAM, level: FIELD) {
    edges { source target }
  }
  receiptCounts { status count }
}"""


@pytest.mark.parametrize("service", STORES, indirect=True)
def test_chain__is_joined_over_quoted_and_unquoted_names(service: Service, ask: Ask, tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    shutil.copytree(HERE / "sqlmesh" / "shop", folder)
    variables = {"SHOP_DB": str(tmp_path / "shop.duckdb"), "OPENLINEAGE_URL": service.url}
    run(environment("sqlmesh"), ["sqlmesh", "plan", "--auto-apply", "--no-prompts"], folder, **variables)
    found = ask(UPSTREAM)
    assert sum(count["count"] for count in found["receiptCounts"]) == 6
    assert {count["status"] for count in found["receiptCounts"]} <= {"APPLIED", "PARTIAL"}
    datasets = {
        node["node"]["id"].split("/")[-1].replace(QUOTE, ""): node["hops"]
        for node in found["lineage"]["nodes"]
        if node["node"]["__typename"] != "Job"
    }
    assert datasets == {"shop.shop.totals": 0, "shop.shop.stg_orders": 1, "shop.shop.raw_orders": 2}
    edges = {
        tuple("/".join(edge[end].split("/")[-2:]).replace(QUOTE, "") for end in ("source", "target"))
        for edge in found["columns"]["edges"]
    }
    assert {
        ("shop.shop.stg_orders/amount", "shop.shop.totals/total"),
        ("shop.shop.raw_orders/cents", "shop.shop.stg_orders/amount"),
    } <= edges
