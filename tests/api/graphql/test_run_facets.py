"""What runs, their inputs and outputs tell in facets, as typed answers; control flow; the quality of datasets."""

from typing import Any

import pytest

from catalog.store.memory import MemoryStore
from tests.api.graphql.counting import CountingStore
from tests.api.graphql.world import World, at, dataset, facet, load, nodes, parent, run_event, run_id

RUN = "query ($id: String!) { run(id: $id) { %s } }"


def told(world: World, fields: str, number: int = 1) -> Any:
    return world.ask(RUN % fields, id=run_id(number))["run"]


def sent(world: World, **facets: Any) -> World:
    load(world.store, run_event(1, "COMPLETE", 1, "load", [dataset("raw")], **facets))
    return world


def test_run__has_the_properties_of_its_facets(every: World) -> None:
    sent(
        every,
        nominalTime={"nominalStartTime": "2026-01-01T02:00:00+02:00", "nominalEndTime": "2026-01-02"},
        errorMessage={"message": "no", "programmingLanguage": "SQL"},
        processing_engine={"name": "Spark", "version": "3.5", "openlineageAdapterVersion": "1.5"},
        externalQuery={"externalQueryId": "q1", "source": "bigquery"},
    )
    fields = """nominalStart nominalEnd errorMessage programmingLanguage engine engineVersion
        openlineageAdapterVersion externalQueryId externalQuerySource"""
    assert told(every, fields) == {
        "nominalStart": "2026-01-01T00:00:00Z",
        "nominalEnd": "2026-01-02T00:00:00Z",
        "errorMessage": "no",
        "programmingLanguage": "SQL",
        "engine": "Spark",
        "engineVersion": "3.5",
        "openlineageAdapterVersion": "1.5",
        "externalQueryId": "q1",
        "externalQuerySource": "bigquery",
    }


def test_run__without_facets_has_none_of_it(shop: World) -> None:
    lists = ["tags", "tests", "parameters", "environmentVariables", "dependencies", "forwardedFacets"]
    found = told(
        shop, "engine extractionError { failedTasks } " + " ".join(f"{n} {{ totalCount }}" for n in lists)
    )
    assert found == {
        "engine": None,
        "extractionError": None,
        **{key: {"totalCount": 0} for key in lists},
    }


def test_lists_of_a_run__are_pages_in_their_order(empty: World) -> None:
    sent(
        empty,
        tags={"tags": [{"key": "b", "value": "1", "source": "USER"}, {"key": "a", "value": "2"}]},
        executionParameters={
            "parameters": [{"key": "day", "name": "Day", "description": "Which", "value": "7"}]
        },
        environmentVariables={"environmentVariables": [{"name": "LANG", "value": "C"}]},
        test={"tests": [{"name": "rows", "status": "fail", "severity": "warn", "params": {"n": [1.5]}}]},
    )
    found = told(
        empty,
        """tags { edges { node { key value source } } }
        parameters { edges { node { key name description value } } }
        environmentVariables { edges { node { key } } }
        tests { edges { node { name status severity type params } } }""",
    )
    assert nodes(found["tags"], "key", "value", "source") == [("b", "1", "USER"), ("a", "2", None)]
    assert nodes(found["parameters"], "key", "name", "description", "value") == [("day", "Day", "Which", "7")]
    assert nodes(found["environmentVariables"], "key") == ["LANG"]
    assert nodes(found["tests"], "name", "status", "severity", "type", "params") == [
        ("rows", "fail", "warn", None, {"n": [1.5]})
    ]
    first = told(empty, "tags(first: 1) { edges { node { key } } pageInfo { endCursor } }")["tags"]
    cursor = first["pageInfo"]["endCursor"]
    (second,) = nodes(
        told(empty, f'tags(first: 1, after: "{cursor}") {{ edges {{ node {{ key }} }} }}')["tags"]
    )
    assert second == {"key": "a"}


def test_extraction_error__says_what_could_not_be_read(empty: World) -> None:
    sent(
        empty,
        extractionError={
            "totalTasks": 2,
            "failedTasks": 1,
            "errors": [{"errorMessage": "?", "task": "DROP POLICY", "taskNumber": 1}],
        },
    )
    fields = "extractionError { totalTasks failedTasks errors { edges { node { message task number } } } }"
    found = told(empty, f"{fields} job {{ unreadTasks }}")
    assert found["extractionError"]["totalTasks"] == 2
    assert nodes(found["extractionError"]["errors"], "message", "task", "number") == [("?", "DROP POLICY", 1)]
    assert found["job"] == {"unreadTasks": 1}


def test_unread_tasks__are_those_of_the_last_run(empty: World) -> None:
    sent(empty, extractionError={"totalTasks": 2, "failedTasks": 1, "errors": []})
    load(empty.store, run_event(2, "COMPLETE", 2, "load", [dataset("raw")]))
    query = 'query ($t: DateTime) { job(namespace: "etl", name: "load") { unreadTasks(asOf: $t) } }'
    assert empty.ask(query)["job"] == {"unreadTasks": None}
    assert empty.ask(query, t=at(1.5))["job"] == {"unreadTasks": 1}


# Control flow

WAITS = {
    "upstream": [
        {
            "job": {"namespace": "etl", "name": "extract"},
            "run": {"runId": run_id(9)},
            "dependency_type": "DIRECT_INVOCATION",
            "sequence_trigger_rule": "FINISH_TO_START",
            "status_trigger_rule": "EXECUTE_ON_SUCCESS",
        }
    ],
    "downstream": [{"job": {"namespace": "etl", "name": "publish"}}],
    "trigger_rule": "ALL_SUCCESS",
}
BESIDE = """query ($name: String!, $t: DateTime) { job(namespace: "etl", name: $name) {
    precedes(asOf: $t) { totalCount edges { node { job { name inferred } toldBy { name } sequenceRule validTo } } }
    precededBy(asOf: $t) { edges { node {
        job { name } dependencyType sequenceRule statusRule triggerRule validFrom } } } } }"""


def test_jobs__wait_for_each_other_without_data(every: World) -> None:
    sent(every, jobDependencies=WAITS)
    job = every.ask(BESIDE, name="load")["job"]
    assert nodes(job["precedes"]) == [
        {
            "job": {"name": "publish", "inferred": True},
            "toldBy": {"name": "load"},
            "sequenceRule": None,
            "validTo": None,
        }
    ]
    assert nodes(job["precededBy"]) == [
        {
            "job": {"name": "extract"},
            "dependencyType": "DIRECT_INVOCATION",
            "sequenceRule": "FINISH_TO_START",
            "statusRule": "EXECUTE_ON_SUCCESS",
            "triggerRule": "ALL_SUCCESS",
            "validFrom": at(0.9),
        }
    ]
    lineage = (
        'query { lineage(of: ["job/etl/extract"], level: JOB) { nodes { node { name } } edges { kind } } }'
    )
    assert every.ask(lineage)["lineage"] == {"nodes": [{"node": {"name": "extract"}}], "edges": []}


def test_precedence__ends_when_a_later_run_tells_another(empty: World) -> None:
    sent(empty, jobDependencies=WAITS)
    load(empty.store, run_event(2, "COMPLETE", 2, "load", jobDependencies={"upstream": []}))
    now, then = empty.ask(BESIDE, name="load")["job"], empty.ask(BESIDE, name="load", t=at(1.5))["job"]
    assert (now["precedes"]["totalCount"], then["precedes"]["totalCount"]) == (0, 1)
    assert [one["validTo"] for one in nodes(then["precedes"])] == [at(2)]


def test_precedence__told_by_both_jobs_is_told_twice(empty: World) -> None:
    sent(empty, jobDependencies=WAITS)
    back = {"downstream": [{"job": {"namespace": "etl", "name": "load"}}]}
    load(empty.store, run_event(1, "COMPLETE", 9, "extract", jobDependencies=back))
    found = nodes(empty.ask(BESIDE, name="extract")["job"]["precedes"])
    assert [(one["job"]["name"], one["toldBy"]["name"]) for one in found] == [
        ("load", "extract"),
        ("load", "load"),
    ]


def test_dependencies_of_a_run__name_the_other_run(empty: World) -> None:
    sent(empty, jobDependencies=WAITS)
    load(empty.store, run_event(0.5, "COMPLETE", 9, "extract"))
    fields = (
        "dependencies { edges { node { upstream jobName runId job { name } run { state } statusRule } } }"
    )
    assert nodes(told(empty, fields)["dependencies"]) == [
        {
            "upstream": True,
            "jobName": "etl/extract",
            "runId": run_id(9),
            "job": {"name": "extract"},
            "run": {"state": "COMPLETE"},
            "statusRule": "EXECUTE_ON_SUCCESS",
        },
        {
            "upstream": False,
            "jobName": "etl/publish",
            "runId": None,
            "job": {"name": "publish"},
            "run": None,
            "statusRule": None,
        },
    ]


# The hierarchy of runs


def test_root__is_climbed_to_where_no_facet_names_it(empty: World) -> None:
    load(
        empty.store,
        run_event(1, "COMPLETE", 1, "query", parent=parent(2, "task")),
        run_event(1, "COMPLETE", 2, "task", parent=parent(3, "dag")),
        run_event(1, "COMPLETE", 3, "dag"),
    )
    assert [told(empty, "root { name }", number)["root"] for number in (1, 2, 3)] == [
        {"name": run_id(3)},
        {"name": run_id(3)},
        None,
    ]


def test_root__that_a_parent_names_is_that_of_its_children(empty: World) -> None:
    whole = {**parent(3, "dag"), "root": parent(4, "all")}
    load(
        empty.store,
        run_event(1, "COMPLETE", 1, "query", parent=parent(2, "task")),
        run_event(1, "COMPLETE", 2, "task", parent=whole),
    )
    assert told(empty, "root { name }")["root"] == {"name": run_id(4)}


def test_parents_in_a_circle__have_no_root(empty: World) -> None:
    load(
        empty.store,
        run_event(1, "COMPLETE", 1, "query", parent=parent(2, "task")),
        run_event(1, "COMPLETE", 2, "task", parent=parent(1, "query")),
    )
    assert told(empty, "root { name } parent { parent { name } }") == {
        "root": None,
        "parent": {"parent": {"name": run_id(1)}},
    }


def test_forwarded_facets__stand_with_the_child_alone(empty: World) -> None:
    held = {"run": {"runId": run_id(2), "facets": {"nominalTime": facet({"nominalStartTime": at(0)})}}}
    job = {"namespace": "etl", "name": "dag", "facets": {"jobType": facet({"processingType": "BATCH"})}}
    root = {
        "run": {"runId": run_id(3)},
        "job": {**job, "name": "all", "facets": {"ownership": {"owners": []}}},
    }
    sent(empty, parent={**held, "job": job, "root": root})
    found = told(
        empty, "forwardedFacets { edges { node { of key value } } } parent { nominalStart job { jobType } }"
    )
    assert nodes(found["forwardedFacets"], "of", "key") == [
        ("run", "nominalTime"),
        ("job", "jobType"),
        ("root job", "ownership"),
    ]
    assert nodes(found["forwardedFacets"])[2]["value"] == {"owners": []}
    assert found["parent"] == {"nominalStart": None, "job": {"jobType": None}}


# Inputs and outputs


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


def test_inputs_and_outputs__have_figures_checks_and_parts(every: World) -> None:
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
    load(every.store, run_event(1, "COMPLETE", 1, "load", [read], [written]))
    found = told(
        every,
        """inputs(first: 2) { edges { node {
            statistics { rowCount bytes fileCount }
            metrics { rowCount bytes fileCount lastUpdated
                columns(first: 5) { edges { node { column nullCount distinctCount
                sum count min max quantiles { edges { node { quantile value } } } } } } }
            assertions { edges { node { type column status severity } } }
            subset { text condition { __typename ... on BinaryCondition { operator
                left { ... on CompareCondition { left { field literal } comparison right { field literal } } }
                right { __typename } } } }
        } } }
        outputs(first: 2) { edges { node { statistics { rowCount bytes } metrics { bytes } assertions { totalCount }
            subset { text condition { ... on LocationCondition { locations locationCount } } } } } }""",
    )
    (raw,) = nodes(found["inputs"])
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
    assert nodes(found["outputs"]) == [
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

COSTLY = """query ($first: Int!) { jobs(first: $first) { edges { node {
    precedes(first: 2) { edges { node { job { name } toldBy { name } } } } precededBy(first: 2) { totalCount }
    unreadTasks
    inputs(first: 1) { edges { node { ... on Dataset { quality { failedCount metrics { run { name } }
        checks(first: 2) { edges { node { job { name } run { name } } } } } } } } }
    runs(first: 2) { edges { node { engine root { name } extractionError { failedTasks } tags(first: 2) { totalCount }
        tests(first: 2) { totalCount } dependencies(first: 2) { edges { node { job { name } run { name } } } }
        inputs(first: 1) { edges { node { statistics { rowCount } subset { text } metrics { rowCount }
            assertions(first: 1) { totalCount } } } } } } } } } } }"""


@pytest.fixture(scope="module")
def wide() -> MemoryStore:
    """Sixty jobs, each with two runs that tell all kinds of facets."""
    store = MemoryStore()
    for number in range(60):
        read = dataset(f"in{number}") | {
            "inputFacets": {
                "inputStatistics": facet({"rowCount": number}),
                "dataQualityMetrics": facet({"rowCount": number, "columnMetrics": {}}),
                "dataQualityAssertions": assertion(f"a{number}", True),
                "subset": facet({"inputCondition": compare("n", str(number))}),
            }
        }
        other = {"namespace": "etl", "name": f"after{number}"}
        facets: dict[str, Any] = {
            "parent": parent(500 + number, f"dag{number}"),
            "tags": {"tags": [{"key": "n", "value": str(number)}]},
            "test": {"tests": [{"name": f"t{number}", "status": "pass"}]},
            "extractionError": {"totalTasks": 2, "failedTasks": 1, "errors": []},
            "jobDependencies": {"downstream": [{"job": other, "run": {"runId": run_id(900 + number)}}]},
        }
        load(
            store,
            *(run_event(1, "COMPLETE", n, f"job{number}", [read], **facets) for n in (number, 100 + number)),
        )
    return store


def test_store_questions__do_not_grow_with_jobs_and_runs(wide: MemoryStore) -> None:
    counts = []
    for first in (1, 10, 60):
        counting = CountingStore(wide)
        World(counting).ask(COSTLY, first=first)
        counts.append(counting.asked)
    assert counts[0] == counts[1] == counts[2]
