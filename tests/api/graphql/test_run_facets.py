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


def compare(field: str, value: str) -> dict[str, Any]:
    sides = {"left": {"type": "field", "field": field}, "right": {"type": "literal", "value": value}}
    return {"type": "compare", "comparison": "EQUAL", **sides}


def assertion(type_: str, success: bool) -> dict[str, Any]:
    return facet({"assertions": [{"assertion": type_, "success": success}]})


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
