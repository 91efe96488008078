"""A scenario for each facet of a dataset, with the example of the specification where there is one."""

from pathlib import Path
from typing import Any

import pytest

from ingest.facets.facet_type import Entity
from tests.api.graphql.world import nodes, run_id
from tests.facets.told import OUTPUT, Catalog, dataset_event, example


def test_schema__has_nested_fields_by_path(catalog: Catalog, corpus: Path) -> None:
    catalog.tell(Entity.DATASET, "schema", example(corpus, "SchemaDatasetFacet/1"))
    fields = nodes(catalog.dataset("fields { edges { node { name type } } }")["fields"], "name", "type")
    assert set(fields) >= {("user_id", "int64"), ("currency", "object"), ("phones._element", "string")}
    assert {"phones", "phones._element", "addresses", "addresses.type"} <= {name for name, _ in fields}


def test_columnLineage__is_between_fields_with_every_transformation(catalog: Catalog, corpus: Path) -> None:
    catalog.tell(Entity.DATASET, "columnLineage", example(corpus, "ColumnLineageDatasetFacet/1"))
    name = catalog.relations("field/db/clean/NAME", "FEEDS", "INFLUENCES")
    joined = (("description", "ON (DISCOUNTS.CUSTOMERS_ID=CUSTOMERS.ID)"), ("subtype", "JOIN"))
    assert name == {
        ("IN", "field/SnowflakeOpenLineage/CUSTOMERS/NAME", (("subtype", "IDENTITY"),)),
        ("IN", "field/SnowflakeOpenLineage/CUSTOMERS/ID", joined),
        ("IN", "field/SnowflakeOpenLineage/DISCOUNTS/CUSTOMERS_ID", joined),
    }


def test_lineage__of_a_dataset_is_derivation_without_a_job(catalog: Catalog, corpus: Path) -> None:
    catalog.send(dataset_event("lineage", example(corpus, "LineageFacet/dataset-to-dataset")))
    customers = "postgresql%3A%2F%2Fwarehouse%3A5432/public.customers"
    assert {other for _, other, _ in catalog.relations(OUTPUT, "HAD_DERIVATION")} == {f"dataset/{customers}"}
    fed = catalog.relations("field/db/clean/customer_id", "FEEDS")
    assert {other for _, other, _ in fed} == {f"field/{customers}/id"}


def test_symlinks__are_further_names(catalog: Catalog, corpus: Path) -> None:
    catalog.tell(Entity.DATASET, "symlinks", example(corpus, "SymlinksDatasetFacet/1"))
    (alias,) = nodes(
        catalog.dataset("aliases { edges { node { namespace name resolved { name } } } }")["aliases"]
    )
    assert alias == {
        "namespace": "/tmp/alter_test",
        "name": "default.alter_table_test_new",
        "resolved": {"name": "clean"},
    }


def test_ownership__of_a_dataset_leads_to_its_owner(catalog: Catalog, corpus: Path) -> None:
    catalog.tell(Entity.DATASET, "ownership", example(corpus, "OwnershipDatasetFacet/1"))
    assert catalog.relations(OUTPUT, "OWNED_BY") == {("OUT", "team/owner", ())}


def test_tags__of_a_dataset_may_be_of_a_field(catalog: Catalog, corpus: Path) -> None:
    catalog.tell(Entity.DATASET, "tags", example(corpus, "TagsDatasetFacet/1"))
    assert catalog.relations(OUTPUT, "TAGGED") == {("OUT", "tag/test_tag2", (("value", "test_value2"),))}
    assert catalog.relations("field/db/clean/email", "TAGGED") == {
        ("OUT", "tag/test_tag", (("source", "test_source"), ("value", "test_value")))
    }


def test_lifecycleStateChange__of_a_rename_leads_to_the_new_name(catalog: Catalog, corpus: Path) -> None:
    catalog.tell(
        Entity.DATASET, "lifecycleStateChange", example(corpus, "LifecycleStateChangeDatasetFacet/1")
    )
    old = "dataset/file/%2Ftmp%2Falter_test%2Falter_table_test"
    assert {other for _, other, _ in catalog.relations(OUTPUT, "RENAMED_TO")} == {old}
    assert "droppedAt" in catalog.properties(old)


PROPERTIES: list[tuple[str, str | None, dict[str, Any], dict[str, Any]]] = [
    (
        "hierarchy",
        "HierarchyDatasetFacet/1",
        {},
        {"hierarchy": "DATABASE my_db / SCHEMA my_schema / TABLE my_table"},
    ),
    (
        "catalog",
        None,
        {"framework": "iceberg", "type": "hive", "name": "prod", "warehouseUri": "s3://w", "source": "spark"},
        {
            "catalog": "prod",
            "catalogType": "hive",
            "catalogFramework": "iceberg",
            "warehouseUri": "s3://w",
            "catalogSource": "spark",
        },
    ),
    ("datasetType", "DatasetTypeDatasetFacet/1", {}, {"datasetType": "VIEW", "subType": "MATERIALIZED"}),
    ("version", "DatasetVersionDatasetFacet/1", {}, {"datasetVersion": "2"}),
    (
        "dataSource",
        "DatasourceDatasetFacet/1",
        {},
        {"dataSource": "datasource_one", "dataSourceUri": "https://some.location.com/datsource/one"},
    ),
    ("storage", "StorageDatasetFacet/1", {}, {"storageLayer": "delta", "fileFormat": "parquet"}),
    (
        "documentation",
        "DocumentationDatasetFacet/1",
        {},
        {"description": "Some dataset description"},
    ),
]


@pytest.mark.parametrize(
    ("key", "name", "facet", "expected"), PROPERTIES, ids=[key for key, *_ in PROPERTIES]
)
def test_properties__of_the_dataset(
    catalog: Catalog,
    corpus: Path,
    key: str,
    name: str | None,
    facet: dict[str, Any],
    expected: dict[str, Any],
) -> None:
    catalog.tell(Entity.DATASET, key, {**(example(corpus, name) if name else {}), **facet})
    found = catalog.properties(OUTPUT)
    assert {name: found.get(name) for name in expected} == expected


def test_dataQualityMetrics__of_a_dataset_are_its_quality(catalog: Catalog, corpus: Path) -> None:
    facet = example(corpus, "DataQualityMetricsDatasetFacet/1")
    catalog.tell(Entity.DATASET, "dataQualityMetrics", facet)
    fields = "metrics { rowCount columns { edges { node { column nullCount } } } } run { name }"
    found = catalog.dataset(f"quality {{ metrics {{ {fields} }} }}")["quality"]["metrics"]
    assert (found["metrics"]["rowCount"], found["run"]) == (facet.get("rowCount"), {"name": run_id(1)})
    assert {one["column"] for one in nodes(found["metrics"]["columns"])} == facet["columnMetrics"].keys()


def test_dataQualityAssertions__among_the_facets_of_a_dataset_are_its_quality(
    catalog: Catalog, corpus: Path
) -> None:
    """Where the specification does not have them, but dbt does."""
    facet = example(corpus, "DataQualityAssertionsDatasetFacet/1")
    catalog.tell(Entity.DATASET, "dataQualityAssertions", facet)
    found = catalog.dataset("quality { failedCount checks { totalCount } }")["quality"]
    assert found == {"failedCount": 0, "checks": {"totalCount": len(facet["assertions"])}}
