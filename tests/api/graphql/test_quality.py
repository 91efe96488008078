"""The quality of what runs read and wrote: figures, checks, parts; the newest of each dataset."""

from typing import Any

from tests.api.graphql.world import World, at, dataset, facet, load, nodes, run_event, run_id

RUN = "query ($id: String!) { run(id: $id) { %s } }"


def told(world: World, fields: str, number: int = 1) -> Any:
    return world.ask(RUN % fields, id=run_id(number))["run"]


METRICS = {
    "rowCount": 5_000_000_000,
    "bytes": 12,
    "lastUpdated": "2026-01-01T00:00:00Z",
    "columnMetrics": {"id": {"nullCount": 0, "sum": 1.5, "quantiles": {"0.5": 2}}},
}
ASSERTIONS = {
    "assertions": [
        {"assertion": "not_null", "column": "id", "success": True},
        {"assertion": "row_count", "success": False, "severity": "warn"},
    ]
}


def compare(field: str, value: str) -> dict[str, Any]:
    sides = {"left": {"type": "field", "field": field}, "right": {"type": "literal", "value": value}}
    return {"type": "compare", "comparison": "EQUAL", **sides}


def load_one(world: World) -> None:
    """A run that reads and writes with all facets of inputs and outputs."""
    where = {"type": "binary", "left": compare("a", "1"), "right": compare("b", "2"), "operator": "OR"}
    read = dataset("raw") | {
        "inputFacets": {
            "inputStatistics": facet({"rowCount": 5_000_000_000, "size": 10, "fileCount": 2}),
            "dataQualityMetrics": facet(METRICS),
            "dataQualityAssertions": facet(ASSERTIONS),
            "subset": facet({"inputCondition": where}),
        }
    }
    places = {"type": "location", "locations": ["s3://a"]}
    written = dataset("clean") | {
        "outputFacets": {
            "outputStatistics": facet({"rowCount": 3}),
            "subset": facet({"outputCondition": places}),
        }
    }
    load(world.store, run_event(1, "COMPLETE", 1, "load", [read], [written]))


def test_input__has_figures(every: World) -> None:
    load_one(every)
    fields = """inputs(first: 2) { edges { node { statistics { rowCount bytes fileCount }
        metrics { rowCount bytes fileCount lastUpdated columns(first: 5) { edges { node { column nullCount
            distinctCount sum count min max quantiles { edges { node { quantile value } } } } } } } } } }"""
    (raw,) = nodes(told(every, fields)["inputs"])
    assert raw["statistics"] == {"rowCount": 5_000_000_000, "bytes": 10, "fileCount": 2}
    (column,) = nodes(raw["metrics"].pop("columns"))
    assert raw["metrics"] == {
        "rowCount": 5_000_000_000,
        "bytes": 12,
        "fileCount": None,
        "lastUpdated": "2026-01-01T00:00:00Z",
    }
    assert nodes(column.pop("quantiles")) == [{"quantile": "0.5", "value": 2}]
    assert {name: value for name, value in column.items() if value is not None} == {
        "column": "id",
        "nullCount": 0,
        "sum": 1.5,
    }


def test_input__has_checks_and_the_part_that_was_read(every: World) -> None:
    load_one(every)
    fields = """inputs(first: 2) { edges { node { assertions { edges { node { type column status severity } } }
        subset { text condition { __typename ... on BinaryCondition { operator
            left { ... on CompareCondition { left { field literal } comparison right { field literal } } }
            right { __typename } } } } } } }"""
    (raw,) = nodes(told(every, fields)["inputs"])
    assert nodes(raw["assertions"], "type", "column", "status", "severity") == [
        ("not_null", "id", "pass", None),
        ("row_count", None, "fail", "warn"),
    ]
    assert raw["subset"] == {
        "text": "a = '1' OR b = '2'",
        "condition": {
            "__typename": "BinaryCondition",
            "operator": "OR",
            "left": {
                "left": {"field": "a", "literal": None},
                "comparison": "EQUAL",
                "right": {"field": None, "literal": "1"},
            },
            "right": {"__typename": "CompareCondition"},
        },
    }


def test_output__has_figures_and_the_part_that_was_written(every: World) -> None:
    load_one(every)
    fields = """outputs(first: 2) { edges { node { statistics { rowCount bytes } metrics { bytes }
        assertions { totalCount }
        subset { text condition { ... on LocationCondition { locations locationCount } } } } } }"""
    assert nodes(told(every, fields)["outputs"]) == [
        {
            "statistics": {"rowCount": 3, "bytes": None},
            "metrics": None,
            "assertions": {"totalCount": 0},
            "subset": {"text": "in s3://a", "condition": {"locations": ["s3://a"], "locationCount": 1}},
        }
    ]


def test_subset_of_partitions__lists_their_dimensions(empty: World) -> None:
    parts = {"type": "partition", "partitions": [{"identifier": "x", "dimensions": {"day": "1", "at": "PL"}}]}
    read = dataset("raw") | {"inputFacets": {"subset": facet({"inputCondition": parts})}}
    load(empty.store, run_event(1, "COMPLETE", 1, "load", [read]))
    fields = """inputs(first: 1) { edges { node { subset { condition { ... on PartitionCondition {
        partitions { edges { node { identifier dimensions { name value } } } } } } } } } }"""
    (found,) = nodes(told(empty, fields)["inputs"])
    assert nodes(found["subset"]["condition"]["partitions"]) == [
        {"identifier": "x", "dimensions": [{"name": "at", "value": "PL"}, {"name": "day", "value": "1"}]}
    ]


# Quality of datasets

QUALITY = """query ($t: DateTime) { dataset(namespace: "db", name: "raw") { quality(asOf: $t) {
    failedCount
    metrics { since lastSeen run { name } metrics { rowCount } }
    checks { edges { node { check { type status column } job { name } run { name } since lastSeen } } } } } }"""


def quality(world: World, then: str | None = None) -> Any:
    return world.ask(QUALITY, t=then)["dataset"]["quality"]


def checks(world: World, then: str | None = None) -> list[tuple[str, str, str, str]]:
    """(type, status, job, run) of the checks of ``raw``."""
    return [
        (one["check"]["type"], one["check"]["status"], one["job"]["name"], one["run"]["name"][-1])
        for one in nodes(quality(world, then)["checks"])
    ]


def assertion(type_: str, success: bool) -> dict[str, Any]:
    return facet({"assertions": [{"assertion": type_, "success": success}]})


def checking(
    hour: float, number: int, job: str, *, place: str = "inputFacets", **facets: Any
) -> dict[str, Any]:
    read = {"namespace": "db", "name": "raw", place: facets}
    return run_event(hour, "COMPLETE", number, job, [read])


def test_quality__is_what_each_job_found_last(every: World) -> None:
    load(
        every.store,
        checking(1, 1, "unique", dataQualityAssertions=assertion("unique", True)),
        checking(2, 2, "rows", dataQualityAssertions=assertion("rows", False), place="facets"),
        checking(3, 3, "unique", dataQualityAssertions=assertion("unique", False)),
        checking(4, 4, "unique", dataQualityAssertions=assertion("unique", False)),
    )
    assert checks(every) == [("rows", "fail", "rows", "2"), ("unique", "fail", "unique", "4")]
    assert checks(every, at(2.5)) == [("rows", "fail", "rows", "2"), ("unique", "pass", "unique", "1")]
    assert quality(every)["failedCount"] == 2
    last = nodes(quality(every)["checks"])[1]
    assert (last["since"], last["lastSeen"]) == (at(3), at(4))


def test_quality__sent_in_both_places_is_one(empty: World) -> None:
    both = {"facets": {"dataQualityAssertions": assertion("unique", True)}}
    event = checking(1, 1, "unique", dataQualityAssertions=assertion("unique", True))
    event["inputs"][0] |= both
    load(empty.store, event)
    assert checks(empty) == [("unique", "pass", "unique", "1")]


def test_figures__are_the_newest_of_whichever_job(empty: World) -> None:
    load(
        empty.store,
        checking(1, 1, "one", dataQualityMetrics=facet({"rowCount": 1, "columnMetrics": {}})),
        checking(2, 2, "two", place="facets", dataQualityMetrics=facet({"rowCount": 2, "columnMetrics": {}})),
        run_event(3, "COMPLETE", 3, "three", [dataset("raw")]),
    )
    found = quality(empty)["metrics"]
    assert (found["metrics"], found["run"], found["lastSeen"]) == (
        {"rowCount": 2},
        {"name": run_id(2)},
        at(2),
    )


def test_quality__told_without_a_run_has_none(empty: World) -> None:
    load(empty.store, checking(1, 1, "one", dataQualityMetrics=facet({"rowCount": 1, "columnMetrics": {}})))
    static = {
        "eventTime": at(2),
        "producer": "urn:test",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/DatasetEvent",
        "dataset": dataset(
            "raw",
            dataQualityMetrics={"rowCount": 2, "columnMetrics": {}},
            dataQualityAssertions={"assertions": [{"assertion": "unique", "success": True}]},
        ),
    }
    load(empty.store, static)
    found = quality(empty)
    assert (found["metrics"]["metrics"], found["metrics"]["run"]) == ({"rowCount": 2}, None)
    assert [(one["job"], one["run"]) for one in nodes(found["checks"])] == [(None, None)]


def test_quality__taken_back_is_gone(empty: World) -> None:
    load(empty.store, checking(1, 1, "one", place="facets", dataQualityMetrics=facet({"columnMetrics": {}})))
    gone = {"_deleted": True}
    load(
        empty.store,
        checking(2, 2, "one", place="facets", dataQualityMetrics=gone, dataQualityAssertions=gone),
    )
    assert quality(empty)["metrics"] is None
    assert quality(empty, at(1.5))["metrics"] is not None


# What it costs
