"""Facets of which members become properties of a dataset or job: as the examples of the specification have them."""

from typing import Any

import pytest

from catalog.canonical import encode
from catalog.values import decode_hierarchy
from ingest.facets.hierarchy import read_hierarchy
from ingest.facets.registry import DATASET_FACETS, JOB_FACETS
from ingest.problems import Problems

LEVELS = {"hierarchy": [{"type": "DATABASE", "name": "shop"}, {"type": "TABLE", "name": "orders"}]}


def values(
    types: Any, key: str, facet: dict[str, Any], problems: Problems | None = None
) -> dict[str, str | None]:
    read = types[key].read
    assert read is not None
    return dict(read(facet, "$.f", problems or Problems()))


@pytest.mark.parametrize(
    ("key", "facet", "expected"),
    [
        ("datasetType", {"datasetType": "VIEW"}, {"datasetType": "VIEW", "subType": None}),
        ("version", {"datasetVersion": "v1"}, {"datasetVersion": "v1"}),
        (
            "dataSource",
            {"name": "pg", "uri": "postgres://db"},
            {"dataSource": "pg", "dataSourceUri": "postgres://db"},
        ),
        ("storage", {"storageLayer": "delta"}, {"storageLayer": "delta", "fileFormat": None}),
    ],
)
def test_dataset_facet__gives_its_members_and_ends_those_it_lacks(
    key: str, facet: dict[str, Any], expected: dict[str, Any]
) -> None:
    told = {name: None if value is None else encode(value) for name, value in expected.items()}
    assert values(DATASET_FACETS, key, facet) == told


def test_job_type__has_the_emission_pattern() -> None:
    facet = {
        "processingType": "STREAMING",
        "integration": "FLINK",
        "emissionPattern": {"eventTrigger": "PERIODIC", "windowDuration": 300},
    }
    assert values(JOB_FACETS, "jobType", facet) == {
        "processingType": '"STREAMING"',
        "integration": '"FLINK"',
        "jobType": None,
        "eventTrigger": '"PERIODIC"',
        "eventContentMode": None,
        "windowDuration": "300",
    }


@pytest.mark.parametrize("odd", ["7", 7.5, True, 2**63, [7]])
def test_number__that_is_none_is_a_problem_and_says_nothing(odd: Any) -> None:
    problems = Problems()
    assert "windowDuration" not in values(
        JOB_FACETS, "jobType", {"emissionPattern": {"windowDuration": odd}}, problems
    )
    assert [problem.path for problem in problems.found] == ["$.f.emissionPattern.windowDuration"]


def test_hierarchy__keeps_the_order_of_its_levels() -> None:
    text = read_hierarchy(LEVELS, "$.f", Problems())["hierarchy"]
    assert text is not None
    assert [(level.type, level.name) for level in decode_hierarchy(text)] == [
        ("DATABASE", "shop"),
        ("TABLE", "orders"),
    ]


@pytest.mark.parametrize("odd", ["shop", [{"type": "DATABASE"}], [*LEVELS["hierarchy"], 7]])
def test_hierarchy__with_a_level_that_cannot_be_read_says_nothing(odd: Any) -> None:
    problems = Problems()
    assert read_hierarchy({"hierarchy": odd}, "$.f", problems) == {}
    assert problems.lost
