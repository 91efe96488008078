"""Models of a dbt manifest: schemas, versions of contracts, columns, and tests as rules."""

from typing import Any

import pytest

from tests.descriptors.dbt_manifests import manifest, model
from tests.descriptors.saying import drafted, edges, properties, told, unmapped
from tests.producers.emporium import RELATIONS, recorded_manifest


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
