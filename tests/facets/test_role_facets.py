"""A scenario for each facet of an input and of an output, with the example of the specification where there is one."""

from pathlib import Path
from typing import Any

import pytest

from ingest.facets.facet_type import Entity
from tests.api.graphql.world import nodes, run_id
from tests.facets.told import Catalog, example


def read(catalog: Catalog, fields: str) -> Any:
    """Fields of the input of the run."""
    (found,) = nodes(catalog.run(f"inputs(first: 1) {{ edges {{ node {{ {fields} }} }} }}")["inputs"])
    return found


def written(catalog: Catalog, fields: str) -> Any:
    """Fields of the output of the run."""
    (found,) = nodes(catalog.run(f"outputs(first: 1) {{ edges {{ node {{ {fields} }} }} }}")["outputs"])
    return found


def test_input_dataQualityAssertions__are_of_the_run_and_the_dataset(catalog: Catalog, corpus: Path) -> None:
    facet = example(corpus, "DataQualityAssertionsDatasetFacet/1")
    failing = {"assertion": "row_count", "success": False, "severity": "warn"}
    catalog.tell(Entity.INPUT, "dataQualityAssertions", {"assertions": [*facet["assertions"], failing]})
    own = read(catalog, "assertions { totalCount edges { node { type column status severity } } }")[
        "assertions"
    ]
    assert own["totalCount"] == len(facet["assertions"]) + 1
    assert nodes(own, "type", "column", "status", "severity")[-1] == ("row_count", None, "fail", "warn")
    fields = (
        "failedCount checks(first: 1) { edges { node { check { type status } job { name } run { name } } } }"
    )
    found = catalog.dataset(f"quality {{ {fields} }}", "raw")["quality"]
    assert found["failedCount"] == 1
    assert nodes(found["checks"]) == [
        {
            "check": {"type": "row_count", "status": "fail"},
            "job": {"name": "load"},
            "run": {"name": run_id(1)},
        }
    ]


def test_input_dataQualityMetrics__are_of_the_run_and_the_dataset(catalog: Catalog, corpus: Path) -> None:
    facet = example(corpus, "DataQualityMetricsInputDatasetFacet/1")
    catalog.tell(Entity.INPUT, "dataQualityMetrics", facet)
    fields = """rowCount fileCount lastUpdated columns(first: 3) { edges { node {
        column nullCount distinctCount count sum min max } } }"""
    own = read(catalog, f"metrics {{ {fields} }}")["metrics"]
    assert (own["rowCount"], own["fileCount"]) == (10, 5)
    assert own["lastUpdated"] == "2023-05-30T10:54:22.355067Z"
    assert nodes(own["columns"], "column", "nullCount", "distinctCount", "count", "sum", "min", "max") == [
        ("amount", None, None, 10, 6600, 100, 1500),
        ("counterparty_id", 0, None, None, None, None, None),
        ("user_id", 0, 3, None, None, None, None),
    ]
    found = catalog.dataset(f"quality {{ metrics {{ metrics {{ {fields} }} }} }}", "raw")
    assert found["quality"]["metrics"]["metrics"] == own


def test_input_inputStatistics__are_what_the_run_read(catalog: Catalog) -> None:
    catalog.tell(Entity.INPUT, "inputStatistics", {"rowCount": 10_000_000_000, "size": 7, "fileCount": 1})
    assert read(catalog, "statistics { rowCount bytes fileCount }")["statistics"] == {
        "rowCount": 10_000_000_000,
        "bytes": 7,
        "fileCount": 1,
    }


SUBSETS = (
    ("1", "CompareCondition", "first_name = 'John'"),
    ("2", "BinaryCondition", "first_name = 'John' AND last_name = 'Smith'"),
    (
        "3",
        "LocationCondition",
        "in s3://some/bucket/location1, s3://some/bucket/location2, s3://some/bucket/location3",
    ),
    (
        "4",
        "PartitionCondition",
        "(business_date = '2024-10-15' and country = 'PL') or (business_date = '2024-10-15' and country = 'DE')",
    ),
)


@pytest.mark.parametrize(("name", "kind", "text"), SUBSETS)
def test_input_subset__is_the_part_that_the_run_read(
    catalog: Catalog, corpus: Path, name: str, kind: str, text: str
) -> None:
    catalog.tell(Entity.INPUT, "subset", example(corpus, f"BaseSubsetDatasetFacet/{name}"))
    found = read(catalog, "subset { text condition { __typename } }")["subset"]
    assert found == {"text": text, "condition": {"__typename": kind}}


def test_output_outputStatistics__are_what_the_run_wrote(catalog: Catalog, corpus: Path) -> None:
    catalog.tell(Entity.OUTPUT, "outputStatistics", example(corpus, "OutputStatisticsOutputDatasetFacet/1"))
    assert written(catalog, "statistics { rowCount bytes fileCount }")["statistics"] == {
        "rowCount": 2000,
        "bytes": 2097152,
        "fileCount": 5,
    }


def test_output_subset__is_the_part_that_the_run_wrote(catalog: Catalog, corpus: Path) -> None:
    facet = example(corpus, "BaseSubsetDatasetFacet/1")
    catalog.tell(Entity.OUTPUT, "subset", {"outputCondition": facet["inputCondition"]})
    assert written(catalog, "subset { text }")["subset"] == {"text": "first_name = 'John'"}
