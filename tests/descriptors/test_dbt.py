"""The manifest of dbt: groups to products, models to schemas, contracts and ports, tests to rules, exposures."""

import copy
import functools
import json
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ingest.descriptors import dbt
from ingest.descriptors.document import interpret_descriptor
from ingest.documents.given import NOTHING_GIVEN
from ontology.shapes import Severity
from tests.descriptors.saying import drafted, edges, properties, told, unmapped
from tests.producers.emporium import RELATIONS, recorded_manifest

SCHEMA = "https://schemas.getdbt.com/dbt/manifest/v12.json"


def manifest(*nodes: dict[str, Any], version: str = SCHEMA, **sections: Any) -> dict[str, Any]:
    """A manifest with these nodes, each by its unique_id."""
    metadata = {"dbt_schema_version": version, "project_name": "shop", "adapter_type": "postgres"}
    return {"metadata": metadata, "nodes": {node["unique_id"]: node for node in nodes}, **sections}


def model(name: str, **more: Any) -> dict[str, Any]:
    """A model of the project."""
    version = f".v{more['version']}" if "version" in more else ""
    return {
        "resource_type": "model",
        "unique_id": f"model.shop.{name}{version}",
        "name": name,
        "package_name": "shop",
        "database": "wh",
        "schema": "main",
        "alias": name,
        "config": {"materialized": "table"},
        **more,
    }


def groups(**owners: dict[str, Any]) -> dict[str, Any]:
    """Groups of the project, by name: what each has."""
    return {
        f"group.shop.{name}": {"name": name, "package_name": "shop", "owner": {"name": name}, **more}
        for name, more in owners.items()
    }


def test_real_manifest__is_a_mesh_of_products_with_ports_and_contracts() -> None:
    found = drafted(recorded_manifest())

    assert not found.faults
    assert edges(
        found, "OWNED_BY", "IN_DOMAIN", "HAS_OUTPUT_PORT", "HAS_INPUT_PORT", "RECEIVES", "GOVERNED_BY"
    ) >= {
        ("OWNED_BY", "product/emporium.sales", "team/sales"),
        ("IN_DOMAIN", "product/emporium.sales", "domain/Sales"),
        ("OWNED_BY", "product/deliveries", "team/logistics"),
        ("IN_DOMAIN", "product/deliveries", "domain/Logistics"),
        ("HAS_OUTPUT_PORT", "product/emporium.sales", "output-port/emporium.sales/orders/1"),
        ("HAS_OUTPUT_PORT", "product/emporium.sales", "output-port/emporium.sales/orders/2"),
        (
            "GOVERNED_BY",
            "output-port/emporium.sales/orders/2",
            "contract-version/dbt/model.emporium.orders/2.0.0",
        ),
        ("HAS_OUTPUT_PORT", "product/deliveries", "output-port/deliveries/shipments"),
        ("HAS_INPUT_PORT", "product/deliveries", "input-port/deliveries/model.emporium.orders.v2"),
        ("RECEIVES", "input-port/deliveries/model.emporium.orders.v2", "output-port/emporium.sales/orders/2"),
        (
            "RECEIVES",
            "input-port/emporium.finance/model.emporium.shipments",
            "output-port/deliveries/shipments",
        ),
    }
    assert edges(found, "CONTAINS") == {
        ("CONTAINS", "product/deliveries", "schema/dbt/model.emporium.customers_served"),
        ("CONTAINS", "product/deliveries", "schema/dbt/model.emporium.orders_to_ship"),
        ("CONTAINS", "product/emporium.finance", "schema/dbt/model.emporium.old_orders"),
        ("CONTAINS", "product/emporium.finance", "schema/dbt/model.emporium.shipped_revenue"),
        ("CONTAINS", "product/emporium.sales", "schema/dbt/model.emporium.stg_customers"),
        ("CONTAINS", "product/emporium.sales", "schema/dbt/model.emporium.stg_orders"),
        ("CONTAINS", "product/emporium.sales", "schema/dbt/seed.emporium.raw_customers"),
        ("CONTAINS", "product/emporium.sales", "schema/dbt/seed.emporium.raw_orders"),
        ("CONTAINS", "product/emporium.sales", "schema/dbt/snapshot.emporium.customers_history"),
    }
    assert edges(found, "DEPENDS_ON") >= {
        ("DEPENDS_ON", "exposure/emporium/churn", "schema/dbt/model.emporium.customers"),
        ("DEPENDS_ON", "schema/dbt/model.emporium.revenue", "schema/dbt/source.emporium.erp.payments"),
        (
            "DEPENDS_ON",
            "input-port/emporium.finance/source.emporium.erp.payments",
            "schema/dbt/source.emporium.erp.payments",
        ),
    }


def test_schemas__have_the_names_under_which_the_tables_lie() -> None:
    found = drafted(recorded_manifest())
    names = {}
    for node in found.statement.nodes:
        said = dict(node.properties)
        if node.label == "Schema" and "physicalName" in said:
            names[said["uniqueId"]] = f"{said['database']}.{said['databaseSchema']}.{said['physicalName']}"
    assert names == RELATIONS
    ephemeral = properties(found, "schema/dbt/model.emporium.stg_customers")
    assert ephemeral["objectType"] == "ephemeral"


def test_versions__are_one_contract_and_end_as_they_say() -> None:
    found = drafted(recorded_manifest())
    first, second = (f"contract-version/dbt/model.emporium.orders/{version}.0.0" for version in (1, 2))

    assert edges(found, "VERSION_OF", "PREVIOUS_VERSION", "HAS_SCHEMA") >= {
        ("VERSION_OF", first, "contract/dbt/model.emporium.orders"),
        ("VERSION_OF", second, "contract/dbt/model.emporium.orders"),
        ("PREVIOUS_VERSION", second, first),
        ("HAS_SCHEMA", first, "schema/dbt/model.emporium.orders.v1"),
        ("HAS_SCHEMA", second, "schema/dbt/model.emporium.orders.v2"),
    }
    assert (properties(found, first)["status"], properties(found, second)["status"]) == (
        "deprecated",
        "active",
    )
    assert properties(found, first)["endOfLife"] == "2027-01-01T00:00:00+00:00"
    assert properties(found, "contract/dbt/model.emporium.orders")["status"] == "active"


@pytest.mark.parametrize(
    ("version", "latest", "semantic", "status"),
    [
        (1, 2, "1.0.0", "active"),
        (3, 2, "3.0.0", "draft"),
        (1.5, 2, "1.5.0", "active"),
        ("2.1.0", 2, "2.1.0", "draft"),
    ],
)
def test_version__of_a_model_is_a_semantic_one(version: Any, latest: Any, semantic: str, status: str) -> None:
    both = [model("orders", version=one, latest_version=latest) for one in (version, latest)]
    found = drafted(manifest(*both))
    said = properties(found, f"contract-version/dbt/model.shop.orders/{semantic}")
    assert (said["version"], said["status"]) == (semantic, status)
    assert not told(found)


def test_columns__have_what_constraints_and_meta_say() -> None:
    columns = {
        "id": {
            "name": "id",
            "data_type": "int",
            "description": "The key.",
            "constraints": [
                {"type": "unique"},
                {"type": "not_null"},
                {"type": "check", "expression": "id > 0"},
            ],
        },
        "mail": {
            "name": "mail",
            "tags": ["pii"],
            "config": {"meta": {"classification": ["personal", "internal"], "colour": "blue"}},
            "meta": {"meshline": {"term": "E-mail address"}},
        },
    }
    node = model("customers", columns=columns, constraints=[{"type": "primary_key", "columns": ["mail"]}])
    found = drafted(manifest(node))
    key, mail = (
        "schema-property/dbt/model.shop.customers/id",
        "schema-property/dbt/model.shop.customers/mail",
    )

    assert properties(found, key) == {
        "constraints": '{"check":"id > 0"}',
        "description": "The key.",
        "name": "id",
        "physicalType": "int",
        "required": True,
        "unique": True,
    }
    assert properties(found, mail) == {"name": "mail", "primaryKey": True, "required": True, "tags": ["pii"]}
    assert edges(found, "CLASSIFIED_AS", "MEANS") == {
        ("CLASSIFIED_AS", mail, "classification/personal"),
        ("CLASSIFIED_AS", mail, "classification/internal"),
        ("MEANS", mail, "term/E-mail%20address"),
    }
    assert unmapped(found) == {"nodes.model.shop.customers.columns.mail.meta.colour"}


def test_checks__are_rules_of_the_column_or_model_they_test() -> None:
    def check(name: str, **more: Any) -> dict[str, Any]:
        return {"resource_type": "test", "unique_id": f"test.shop.{name}", "name": name, **more}

    tested = {"depends_on": {"nodes": ["model.shop.orders"]}}
    orders = model("orders", columns={"id": {"name": "id"}})
    found = drafted(
        manifest(
            orders,
            check("unique_id", test_metadata={"name": "unique"}, column_name="id", **tested),
            check(
                "ranges",
                test_metadata={"name": "range", "namespace": "dbt_utils", "kwargs": {"min": 1}},
                **tested,
            ),
            check("no_debts", raw_code="select 1", config={"severity": "warn"}, **tested),
            check("many", depends_on={"nodes": ["model.shop.orders", "model.shop.other"]}),
        )
    )
    assert edges(found, "HAS_QUALITY_RULE") == {
        (
            "HAS_QUALITY_RULE",
            "schema-property/dbt/model.shop.orders/id",
            "quality-rule/dbt/test.shop.unique_id",
        ),
        ("HAS_QUALITY_RULE", "schema/dbt/model.shop.orders", "quality-rule/dbt/test.shop.ranges"),
        ("HAS_QUALITY_RULE", "schema/dbt/model.shop.orders", "quality-rule/dbt/test.shop.no_debts"),
    }
    assert properties(found, "quality-rule/dbt/test.shop.ranges") == {
        "description": "min: 1",
        "metricName": "dbt_utils.range",
        "name": "ranges",
        "ruleType": "library",
    }
    assert properties(found, "quality-rule/dbt/test.shop.no_debts") == {
        "name": "no_debts",
        "query": "select 1",
        "ruleSeverity": "warn",
        "ruleType": "sql",
    }
    assert unmapped(found) == {"nodes.test.shop.many"}


def test_product__is_the_group_unless_meta_names_another() -> None:
    nodes = [
        model("a", group="sales", access="public"),
        model("b", group="sales", config={"meta": {"data_product": "baskets", "domain": "Web"}}),
        model("c", group="web"),
        model("d"),
    ]
    found = drafted(
        manifest(*nodes, groups=groups(sales={}, web={"config": {"meta": {"data_product": "baskets"}}}))
    )
    assert edges(found, "OWNED_BY", "IN_DOMAIN", "CONTAINS", "HAS_OUTPUT_PORT", "HAS_ROLE") == {
        ("OWNED_BY", "product/shop.sales", "team/sales"),
        ("IN_DOMAIN", "product/shop.sales", "domain/shop"),
        ("HAS_OUTPUT_PORT", "product/shop.sales", "output-port/shop.sales/a"),
        ("OWNED_BY", "product/baskets", "team/web"),
        ("HAS_ROLE", "team/sales", "product/baskets"),
        ("IN_DOMAIN", "product/baskets", "domain/Web"),
        ("CONTAINS", "product/baskets", "schema/dbt/model.shop.b"),
        ("CONTAINS", "product/baskets", "schema/dbt/model.shop.c"),
        ("OWNED_BY", "schema/dbt/model.shop.a", "team/sales"),
        ("OWNED_BY", "schema/dbt/model.shop.b", "team/sales"),
        ("OWNED_BY", "schema/dbt/model.shop.c", "team/web"),
    }


def test_what_is_read_of_others__is_taken_at_an_input_port() -> None:
    nodes = [
        model("inner", group="sales"),
        model(
            "raw",
            group="web",
            depends_on={"nodes": ["model.shop.inner", "source.shop.erp.bills", "model.gone"]},
        ),
    ]
    source = {
        "resource_type": "source",
        "unique_id": "source.shop.erp.bills",
        "name": "bills",
        "package_name": "shop",
        "meta": {"data_product": "billing"},
    }
    found = drafted(
        manifest(*nodes, groups=groups(sales={}, web={}), sources={"source.shop.erp.bills": source})
    )
    assert edges(found, "HAS_INPUT_PORT", "RECEIVES") == {
        ("HAS_INPUT_PORT", "product/shop.web", "input-port/shop.web/model.shop.inner"),
        ("HAS_INPUT_PORT", "product/shop.web", "input-port/shop.web/source.shop.erp.bills"),
    }
    assert edges(found, "DEPENDS_ON") == {
        ("DEPENDS_ON", "schema/dbt/model.shop.raw", "schema/dbt/model.shop.inner"),
        ("DEPENDS_ON", "schema/dbt/model.shop.raw", "schema/dbt/source.shop.erp.bills"),
        ("DEPENDS_ON", "input-port/shop.web/model.shop.inner", "schema/dbt/model.shop.inner"),
        ("DEPENDS_ON", "input-port/shop.web/source.shop.erp.bills", "schema/dbt/source.shop.erp.bills"),
        ("DEPENDS_ON", "input-port/shop.web/source.shop.erp.bills", "product/billing"),
    }


def test_owner_of_an_exposure__is_the_team_with_the_address_or_else_a_person() -> None:
    def exposure(short: str, **owner: str) -> dict[str, Any]:
        return {"name": short, "package_name": "shop", "type": "dashboard", "url": "no page", "owner": owner}

    found = drafted(
        manifest(
            groups=groups(sales={"owner": {"name": "Sales", "email": "sales@example.org"}}),
            exposures={
                "exposure.shop.a": exposure("a", email="sales@example.org"),
                "exposure.shop.b": exposure("b", name="Ada", email="ada@example.org"),
                "exposure.shop.c": exposure("c", name="Ada L.", email="ada@example.org"),
                "exposure.shop.d": exposure("d", name="Sales"),
                "exposure.shop.e": exposure("e", name="Marketing"),
            },
        )
    )
    assert edges(found, "OWNED_BY") - {("OWNED_BY", "product/shop.sales", "team/sales")} == {
        ("OWNED_BY", "exposure/shop/a", "team/sales"),
        ("OWNED_BY", "exposure/shop/b", "person/ada%40example.org"),
        ("OWNED_BY", "exposure/shop/c", "person/ada%40example.org"),
        ("OWNED_BY", "exposure/shop/d", "team/sales"),
        ("OWNED_BY", "exposure/shop/e", "team/Marketing"),
    }
    assert not told(found)
    assert unmapped(found) == {f"exposures.exposure.shop.{name}.url" for name in "abcde"}


def test_old_manifest__is_read_by_what_it_has() -> None:
    orders = model("orders", fqn=["store", "orders"])
    check = {
        "resource_type": "test",
        "unique_id": "test.shop.refs",
        "name": "refs",
        "test_metadata": {"name": "relationships", "kwargs": {"to": "ref('customers')"}},
        "depends_on": {"nodes": ["model.shop.customers", "model.shop.orders"]},
    }
    old = manifest(orders, check, version="https://schemas.getdbt.com/dbt/manifest/v4.json")
    del old["metadata"]["project_name"], old["metadata"]["adapter_type"]
    found = drafted(old)

    assert not found.faults
    assert edges(found) == {
        ("HAS_QUALITY_RULE", "schema/dbt/model.shop.orders", "quality-rule/dbt/test.shop.refs")
    }


def test_newer_manifest__is_read_with_a_warning() -> None:
    found = drafted(manifest(version="https://schemas.getdbt.com/dbt/manifest/v13.json"))
    assert told(found, Severity.WARNING) == [
        (3, "metadata.dbt_schema_version", "Manifests are known up to v12: what is new is not read.")
    ]
    assert not found.kept_out


def test_malformed_manifest__is_told_all_that_is_wrong() -> None:
    node = model("a", columns=["x"], depends_on=3, tags=[1], description=True)
    found = drafted(manifest(node, groups={"group.shop.g": "sales"}, exposures=4))
    assert sorted((path, message) for _, path, message in told(found)) == [
        ("exposures", "This is to be a list or an object, and is a number."),
        ("groups.group.shop.g", 'This is to be an object, and is "sales".'),
        ("nodes.model.shop.a.columns[0]", 'This is to be an object, and is "x".'),
        ("nodes.model.shop.a.depends_on", "This is to be an object, and is a number."),
        ("nodes.model.shop.a.description", "This is to be text, and is true."),
        ("nodes.model.shop.a.tags[0]", "This is to be text, and is a number."),
    ]


def test_what_has_no_place__is_told_by_name() -> None:
    found = drafted(
        manifest(metrics={"metric.shop.revenue": {}}, semantic_models={"semantic_model.shop.x": {}})
    )
    assert unmapped(found) == {"metrics.metric.shop.revenue", "semantic_models.semantic_model.shop.x"}


JUNK: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 0, 1.5, "", "x", [], [[]], {}, {"a": {}}, [None], ["model.shop.a"]]
)


@functools.cache
def small() -> dict[str, Any]:
    """A few things of each kind of the real manifest."""
    whole: dict[str, Any] = json.loads(recorded_manifest())
    few = (
        "model.emporium.orders.v2",
        "model.emporium.revenue",
        "source.emporium.erp.payments",
        "exposure.emporium.churn",
    )
    wanted = (*few, "group.emporium.sales", "test.emporium.unique_orders_v2_order_id.d9621aadd3")
    sections = {
        name: {key: value for key, value in whole[name].items() if key in wanted}
        for name in ("nodes", "sources", "groups", "exposures")
    }
    return {"metadata": whole["metadata"], **sections, "metrics": {"a": {}}}


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_value_anywhere__is_a_fault_at_worst(data: st.DataObject) -> None:
    whole = copy.deepcopy(small())
    inside: Any = whole
    while True:
        steps = list(inside) if isinstance(inside, dict) else list(range(len(inside)))
        step = data.draw(st.sampled_from(steps))
        deeper = isinstance(inside[step], dict | list) and len(inside[step]) > 0
        if deeper and data.draw(st.booleans()):
            inside = inside[step]
            continue
        inside[step] = data.draw(JUNK)
        break
    assume(dbt.matches(whole))
    assert all(fault.message for fault in drafted(whole).faults)


def test_models_of_no_product__are_told_once() -> None:
    nodes = [model("a"), model("b"), model("c", group="sales"), model("d", package_name="installed")]
    found = drafted(manifest(*nodes, groups=groups(sales={})))
    assert [(path, message) for _, path, message in told(found, Severity.WARNING)] == [
        (
            "nodes.model.shop.a",
            "2 models are in no data product, first a: a group, or data_product in meta, would give one.",
        )
    ]
    assert not found.kept_out


def test_meta_of_a_model__names_its_owner_terms_and_the_contract_that_it_keeps() -> None:
    meta = {"owner": "user:ada", "data_contract": "orders-1", "classification": "internal", "term": "Order"}
    node = model("orders", meta=meta, group="sales", access="public")
    found = drafted(manifest(node, groups=groups(sales={})))
    schema = "schema/dbt/model.shop.orders"
    assert edges(found, "HAS_ROLE", "GOVERNED_BY", "CLASSIFIED_AS", "THEME") == {
        ("HAS_ROLE", "person/ada", schema),
        ("GOVERNED_BY", "output-port/shop.sales/orders", "contract/orders-1"),
        ("CLASSIFIED_AS", schema, "classification/internal"),
        ("THEME", schema, "term/Order"),
    }
    assert not found.unmapped


def test_constraints_of_a_model__are_rules_but_for_the_key() -> None:
    constraints = [
        {"type": "primary_key", "columns": ["id"]},
        {"type": "check", "name": "later", "expression": "shipped > placed"},
        {"type": "unique", "columns": ["a", "b"]},
    ]
    found = drafted(manifest(model("orders", constraints=constraints, columns={"id": {"name": "id"}})))
    assert properties(found, "quality-rule/dbt/model.shop.orders/2") == {
        "metricName": "check",
        "name": "later",
        "query": "shipped > placed",
        "ruleType": "constraint",
    }
    assert properties(found, "quality-rule/dbt/model.shop.orders/3")["name"] == "unique: a, b"
    assert edges(found, "HAS_QUALITY_RULE") == {
        ("HAS_QUALITY_RULE", "schema/dbt/model.shop.orders", f"quality-rule/dbt/model.shop.orders/{number}")
        for number in (2, 3)
    }


def test_grants_and_freshness__are_told_as_without_a_place() -> None:
    never = {"warn_after": {"count": None, "period": None}, "filter": None}
    source = {
        "resource_type": "source",
        "unique_id": "source.shop.erp.a",
        "name": "a",
        "package_name": "shop",
    }
    daily = {"warn_after": {"count": 1, "period": "day"}}
    sources = {
        "source.shop.erp.a": {**source, "freshness": daily},
        "source.shop.erp.b": {**source, "unique_id": "source.shop.erp.b", "freshness": never},
    }
    found = drafted(manifest(model("a", config={"grants": {"select": ["reporter"]}}), sources=sources))
    assert unmapped(found) == {"nodes.model.shop.a.config.grants", "sources.source.shop.erp.a.freshness"}


def test_what_has_no_place__is_counted_together_whichever_model_has_it() -> None:
    columns = {name: {"name": name, "meta": {"colour": "blue"}} for name in "xy"}
    nodes = [model(name, meta={"tier": 1, "meshline": {"x": 1}}, columns=columns) for name in "ab"]
    read = interpret_descriptor(
        json.dumps(manifest(*nodes)).encode(), "m.json", NOTHING_GIVEN, received_ns=1, max_bytes=10**6
    )
    assert {(note.term, note.count) for note in read.notes} == {
        ("nodes.*.columns.*.meta.colour", 4),
        ("nodes.*.meta.tier", 2),
        ("nodes.*.meta.meshline.x", 2),
    }
