"""The products of a dbt project: what flows between them is what they declare, and nothing is found wrong."""

import json
from typing import Any

from catalog.mesh.finding import FindingKind
from catalog.mesh.findings.evaluation import findings
from catalog.mesh.mesh import read_mesh
from catalog.store.port import Store
from tests.producers.binding import manifest, mesh
from tests.producers.emporium import recorded_events, recorded_manifest

FLOWS = {
    ("product/deliveries", "product/emporium.finance", True, True),
    ("product/emporium.sales", "product/deliveries", True, True),
    ("product/emporium.sales", "product/emporium.finance", True, True),
}


def flows(store: Store) -> set[tuple[str, str, bool, bool]]:
    """(from, to, observed, declared)."""
    with store.read() as reader:
        edges = read_mesh(reader).graph().edges
    return {(edge.source, edge.target, edge.is_observed, edge.is_declared) for edge in edges}


def kinds(store: Store) -> list[FindingKind]:
    """Of what is found, but that two jobs read the first version of the orders, which the project deprecates."""
    with store.read() as reader:
        found = [one.kind for one in findings(reader)]
    assert found.count(FindingKind.DEPRECATED_IN_USE) == 2
    return [kind for kind in found if kind is not FindingKind.DEPRECATED_IN_USE]


def whole() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(recorded_manifest())
    return found


def test_products__flow_as_they_declare_and_nothing_is_wrong() -> None:
    for build in ("prod", "logs"):
        store = mesh(recorded_events(build), manifest())
        assert flows(store) == FLOWS
        assert kinds(store) == []


def test_model_that_is_not_public__is_a_declared_input_and_an_internal_read() -> None:
    changed = whole()
    changed["nodes"]["model.emporium.shipments"]["access"] = "protected"
    store = mesh(recorded_events("prod"), manifest(changed))
    assert flows(store) == FLOWS
    assert kinds(store) == [FindingKind.INTERNAL_READ]


def test_read_that_the_project_no_longer_states__is_an_undeclared_input() -> None:
    changed = whole()
    revenue = changed["nodes"]["model.emporium.revenue"]["depends_on"]
    revenue["nodes"] = [one for one in revenue["nodes"] if "orders" not in one]
    store = mesh(recorded_events("prod"), manifest(changed))
    assert flows(store) == {
        *(flow for flow in FLOWS if flow[:2] != ("product/emporium.sales", "product/emporium.finance")),
        ("product/emporium.sales", "product/emporium.finance", True, False),
    }
    assert kinds(store) == [FindingKind.UNDECLARED_INPUT]


def test_source_of_one_project__is_the_model_of_another() -> None:
    """The other project has a manifest of its own, and knows only where the table lies."""
    other = {
        "metadata": {**whole()["metadata"], "project_name": "reports"},
        "groups": {"group.reports.kpi": {"name": "kpi", "package_name": "reports", "owner": {"name": "KPI"}}},
        "sources": {
            "source.reports.shop.orders": {
                "resource_type": "source",
                "unique_id": "source.reports.shop.orders",
                "name": "orders",
                "package_name": "reports",
                "database": "emporium",
                "schema": "sales",
                "identifier": "orders_v2",
            }
        },
        "nodes": {
            "model.reports.kpis": {
                "resource_type": "model",
                "unique_id": "model.reports.kpis",
                "name": "kpis",
                "package_name": "reports",
                "group": "kpi",
                "depends_on": {"nodes": ["source.reports.shop.orders"]},
            }
        },
    }
    store = mesh(recorded_events("prod"), manifest(), manifest(other, "reports/manifest.json"))
    with store.read() as reader:
        (edge,) = [one for one in read_mesh(reader).graph().edges if one.target == "product/reports.kpi"]
    assert (edge.source, edge.is_observed) == ("product/emporium.sales", False)
    assert {one.output_port for one in edge.declared} == {"output-port/emporium.sales/orders/2"}
