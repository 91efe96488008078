"""Jobs that wait for each other, and runs above runs."""

from typing import Any

from tests.api.graphql.world import World, at, dataset, facet, load, nodes, parent, run_event, run_id

RUN = "query ($id: String!) { run(id: $id) { %s } }"


def told(world: World, fields: str, number: int = 1) -> Any:
    return world.ask(RUN % fields, id=run_id(number))["run"]


def sent(world: World, **facets: Any) -> World:
    load(world.store, run_event(1, "COMPLETE", 1, "load", [dataset("raw")], **facets))
    return world


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
