"""Facets of the inputs and outputs of a run: checks, figures, and the part of a dataset that was read or written."""

from typing import Any

import pytest

from ingest.facets.checks import Check, read_assertions
from ingest.facets.quality import ColumnMetrics, Metrics, Statistics, read_metrics, read_statistics
from ingest.facets.subset import (
    MAX_CONDITIONS,
    Both,
    Comparison,
    Condition,
    Locations,
    Operand,
    Partition,
    Partitions,
    read_input_subset,
    read_output_subset,
    spelled,
)
from ingest.problems import Problems


def subset(condition: Any) -> tuple[Condition | None, list[tuple[str, str]]]:
    problems = Problems()
    found = read_input_subset({"inputCondition": condition}, "$", problems)
    return found, [(one.code, one.path) for one in problems.listed()]


def compare(field: str, value: str, comparison: str = "EQUAL") -> dict[str, Any]:
    left, right = {"type": "field", "field": field}, {"type": "literal", "value": value}
    return {"type": "compare", "left": left, "right": right, "comparison": comparison}


def both(left: Any, right: Any, operator: str = "AND") -> dict[str, Any]:
    return {"type": "binary", "left": left, "right": right, "operator": operator}


def test_assertions__may_fail_though_they_only_warn() -> None:
    facet = {
        "assertions": [
            {"assertion": "not_null", "column": "id", "success": True, "severity": "error"},
            {"assertion": "row_count", "column": "", "success": False, "severity": "warn", "name": "rows"},
        ]
    }
    assert read_assertions(facet, "$", Problems()) == (
        Check(None, "not_null", "pass", "id", "error"),
        Check("rows", "row_count", "fail", None, "warn"),
    )


def test_assertion_without_result__has_no_status() -> None:
    problems = Problems()
    (check,) = read_assertions({"assertions": [{"assertion": "unique", "success": "yes"}]}, "$", problems)
    assert (check.type, check.status) == ("unique", None)
    assert [(one.code, one.path, one.lost) for one in problems.listed()] == [
        ("facet-content", "$.assertions[0].success", True)
    ]


def test_metrics__are_of_the_dataset_and_its_columns() -> None:
    facet = {
        "rowCount": 10,
        "bytes": 2_000,
        "fileCount": 5,
        "lastUpdated": "2023-05-30T10:54:22.355067+02:00",
        "columnMetrics": {
            "b": {"sum": 1.5, "count": 10, "min": -1, "max": 2.5, "quantiles": {"0.5": 1, "0.25": 0.5}},
            "a": {"nullCount": 0, "distinctCount": 3},
        },
    }
    assert read_metrics(facet, "$", Problems()) == Metrics(
        *(10, 2_000, 5, "2023-05-30T08:54:22.355067Z"),
        (
            ColumnMetrics("a", 0, 3),
            ColumnMetrics("b", None, None, 1.5, 10, -1, 2.5, (("0.25", 0.5), ("0.5", 1))),
        ),
    )


def test_metrics__lose_only_what_cannot_be_read() -> None:
    problems = Problems()
    facet = {"rowCount": True, "columnMetrics": {"a": 3, "b": {"nullCount": 1, "sum": "many"}}}
    assert read_metrics(facet, "$", problems) == Metrics(columns=(ColumnMetrics("b", 1),))
    assert [(one.path, one.lost) for one in problems.listed()] == [
        ("$.columnMetrics.a", True),
        ("$.columnMetrics.b.sum", True),
        ("$.rowCount", True),
    ]


def test_statistics__are_rows_bytes_and_files() -> None:
    assert read_statistics({"rowCount": 10, "size": 99, "fileCount": 2}, "$", Problems()) == Statistics(
        10, 99, 2
    )


def test_subset__is_a_tree_of_conditions() -> None:
    found, problems = subset(both(compare("a", "1"), both(compare("b", "2"), compare("c", "it's"), "or")))
    b = Comparison(Operand("b"), "EQUAL", Operand(literal="2"))
    c = Comparison(Operand("c"), "EQUAL", Operand(literal="it's"))
    assert found == Both(Comparison(Operand("a"), "EQUAL", Operand(literal="1")), "AND", Both(b, "OR", c))
    assert spelled(found) == "a = '1' AND (b = '2' OR c = 'it''s')"
    assert problems == []


def test_subset__of_locations_and_partitions() -> None:
    places, _ = subset({"type": "location", "locations": ["s3://a", "s3://b"]})
    assert places == Locations(("s3://a", "s3://b"))
    dimensions = {"day": "2024-10-15", "country": "PL", "n": 1.5}
    parts, problems = subset(
        {"type": "partition", "partitions": [{"identifier": "x", "dimensions": dimensions}]}
    )
    assert parts == Partitions((Partition("x", (("country", "PL"), ("day", "2024-10-15"), ("n", "1.5"))),))
    assert problems == []
    assert places is not None
    assert parts is not None
    assert spelled(places) == "in s3://a, s3://b"
    assert spelled(parts) == "(country = 'PL' and day = '2024-10-15' and n = '1.5')"


def test_subset__of_an_output_has_another_key() -> None:
    problems = Problems()
    found = read_output_subset({"outputCondition": compare("a", "1", "LESS_THAN")}, "$", problems)
    assert found is not None
    assert spelled(found) == "a < '1'"
    assert read_output_subset({"inputCondition": compare("a", "1")}, "$", problems) is None
    assert [one.path for one in problems.listed()] == ["$.outputCondition"]


@pytest.mark.parametrize(
    ("condition", "where"),
    [
        ({"type": "magic"}, ""),
        (both(compare("a", "1"), {"type": "magic"}), ".right"),
        (both(compare("a", "1"), compare("b", "2"), "XOR"), ""),
        ({**compare("a", "1"), "left": {"type": "call"}}, ".left"),
        ({**compare("a", "1"), "right": {"type": "literal"}}, ".right.value"),
        ("all", ""),
    ],
)
def test_subset__of_which_a_part_is_not_understood_is_not_read_at_all(condition: Any, where: str) -> None:
    found, problems = subset(condition)
    assert found is None
    assert [path for _, path in problems] == [f"$.inputCondition{where}"]


def test_subset__is_bounded() -> None:
    condition = compare("a", "1")
    for _ in range(10):
        condition = both(condition, condition)
    found, problems = subset(condition)
    assert MAX_CONDITIONS < 2**11 - 1
    assert (found, problems) == (None, [("facet-content", "$.inputCondition")])
