"""A scenario for each facet of a run, with the example of the specification where there is one."""

from pathlib import Path

from ingest.facets.facet_type import Entity
from tests.api.graphql.world import at, load, nodes, run_id
from tests.facets.told import JOB, RUN, Catalog, event, example, problems

PARENT = "f99310b4-3c3c-1a1a-2b2b-c1b95c24ff11"


def test_parent__leads_to_the_run_that_started_it(catalog: Catalog, corpus: Path) -> None:
    catalog.tell(Entity.RUN, "parent", example(corpus, "ParentRunFacet/1"))
    found = catalog.run("parent { name inferred job { name namespace } } root { name }")
    assert found == {
        "parent": {"name": PARENT, "inferred": True, "job": {"name": "dbt-job-name", "namespace": "dbt"}},
        "root": {"name": PARENT},
    }


def test_parent__with_root_and_forwarded_facets_leads_to_both(catalog: Catalog, corpus: Path) -> None:
    facet = example(corpus, "ParentRunFacet/2")
    catalog.tell(Entity.RUN, "parent", facet)
    found = catalog.run("root { name job { name } } forwardedFacets { edges { node { of key value } } }")
    assert found["root"] == {
        "name": facet["root"]["run"]["runId"],
        "job": {"name": facet["root"]["job"]["name"]},
    }
    forwarded = {(one["of"], one["key"]): one["value"] for one in nodes(found["forwardedFacets"])}
    sent = {
        (of, key): value
        for of, owner in (
            ("run", facet["run"]),
            ("job", facet["job"]),
            ("root run", facet["root"]["run"]),
            ("root job", facet["root"]["job"]),
        )
        for key, value in owner.get("facets", {}).items()
    }
    assert forwarded == sent
    assert len(sent) > 1


def test_jobDependencies__are_control_flow_and_never_lineage(catalog: Catalog) -> None:
    facet = {
        "upstream": [
            {"job": {"namespace": "etl", "name": "first"}, "sequence_trigger_rule": "FINISH_TO_START"}
        ],
        "downstream": [{"job": {"namespace": "etl", "name": "last"}, "run": {"runId": run_id(7)}}],
        "trigger_rule": "ALL_SUCCESS",
    }
    catalog.tell(Entity.RUN, "jobDependencies", facet)
    assert catalog.relations(JOB, "PRECEDES") == {
        ("IN", "job/etl/first", (("sequenceRule", "FINISH_TO_START"), ("triggerRule", "ALL_SUCCESS"))),
        ("OUT", "job/etl/last", ()),
    }
    walked = (
        'query { lineage(of: ["job/etl/load"], level: JOB, direction: BOTH) { nodes { node { name } } } }'
    )
    assert [one["node"]["name"] for one in catalog.ask(walked)["lineage"]["nodes"]] == ["load"]


def test_nominalTime__is_the_interval_of_the_run(catalog: Catalog, corpus: Path) -> None:
    catalog.tell(Entity.RUN, "nominalTime", example(corpus, "NominalTimeRunFacet/1"))
    assert catalog.run("nominalStart nominalEnd") == {
        "nominalStart": "2020-01-01T04:00:00.001Z",
        "nominalEnd": "2020-01-02T04:00:00.001Z",
    }


def test_errorMessage__says_why_the_run_failed(catalog: Catalog, corpus: Path) -> None:
    facet = example(corpus, "ErrorMessageRunFacet/1")
    catalog.tell(Entity.RUN, "errorMessage", facet)
    assert catalog.run("errorMessage programmingLanguage") == {
        "errorMessage": "failed",
        "programmingLanguage": "JAVA",
    }
    (kept,) = nodes(catalog.run('facets(key: "errorMessage") { edges { node { value } } }')["facets"])
    assert kept["value"]["stackTrace"] == "<stack_trace>"


def test_processing_engine__says_what_ran_it(catalog: Catalog, corpus: Path) -> None:
    catalog.tell(Entity.RUN, "processing_engine", example(corpus, "ProcessingEngineRunFacet/1"))
    assert catalog.run("engine engineVersion openlineageAdapterVersion") == {
        "engine": "Airflow",
        "engineVersion": "2.5.0",
        "openlineageAdapterVersion": "0.29.2",
    }


def test_externalQuery__names_the_query_elsewhere(catalog: Catalog, corpus: Path) -> None:
    facet = example(corpus, "ExternalQueryRunFacet/1")
    catalog.tell(Entity.RUN, "externalQuery", facet)
    assert catalog.run("externalQueryId externalQuerySource") == {
        "externalQueryId": facet["externalQueryId"],
        "externalQuerySource": "bigquery",
    }


def test_extractionError__is_told_with_lineage_and_impact(catalog: Catalog, corpus: Path) -> None:
    catalog.tell(Entity.RUN, "extractionError", example(corpus, "ExtractionErrorRunFacet/1"))
    found = catalog.run("state extractionError { totalTasks failedTasks errors { edges { node { task } } } }")
    assert found["state"] == "COMPLETE"
    assert found["extractionError"]["totalTasks"] == found["extractionError"]["failedTasks"] == 1
    assert nodes(found["extractionError"]["errors"]) == [{"task": "DROP POLICY IF EXISTS name ON table_name"}]
    coverage = "coverage { status reasons { code nodes message } }"
    walked = catalog.ask(f'query {{ lineage(of: ["dataset/db/raw"]) {{ {coverage} }} }}')["lineage"]
    (reason,) = walked["coverage"]["reasons"]
    assert (walked["coverage"]["status"], reason["code"]) == ("PARTIAL", "EXTRACTION_ERROR")
    assert (
        reason["message"]
        == "The producer could not read 1 of 1 tasks of job etl/load: lineage may be missing."
    )
    change = '{ dataset: "dataset/db/raw", dropDataset: true }'
    answer = catalog.ask(f"query {{ impact(change: {change}) {{ verdict {coverage} }} }}")["impact"]
    assert "EXTRACTION_ERROR" in {one["code"] for one in answer["coverage"]["reasons"]}
    assert answer["verdict"] == "REVIEW"


def test_tags__of_a_run_have_value_and_source(catalog: Catalog, corpus: Path) -> None:
    catalog.tell(Entity.RUN, "tags", example(corpus, "TagsRunFacet/1"))
    found = nodes(
        catalog.run("tags { edges { node { key value source } } }")["tags"], "key", "value", "source"
    )
    assert found == [("test_tag", "test_value", "test_source"), ("test_tag2", "test_value2", None)]


def test_test__says_how_each_test_ended(catalog: Catalog) -> None:
    tests = [{"name": "rows", "status": "fail", "severity": "warn"}, {"name": "ids", "status": "pass"}]
    catalog.tell(Entity.RUN, "test", {"tests": tests})
    found = catalog.run("state tests { edges { node { name status severity } } }")
    assert found["state"] == "COMPLETE"
    assert nodes(found["tests"], "name", "status", "severity") == [
        ("rows", "fail", "warn"),
        ("ids", "pass", None),
    ]


def test_environmentVariables__have_names_but_no_values(catalog: Catalog, corpus: Path) -> None:
    """Values may be secrets: they are not kept unless it is configured, and the receipt says so."""
    facet = example(corpus, "EnvironmentVariablesRunFacet/1")
    told = event(Entity.RUN, "environmentVariables", facet)
    assert problems(told) == [("redacted", "$.run.facets.environmentVariables")]
    load(catalog.store, told)
    variables = nodes(
        catalog.run("environmentVariables { edges { node { key value } } }")["environmentVariables"]
    )
    assert [one["key"] for one in variables] == ["JAVA_HOME", "PATH"]
    assert "java-11" not in str(variables)


def test_executionParameters__are_what_the_job_was_started_with(catalog: Catalog) -> None:
    parameters = [{"key": "day", "name": "Day", "description": "Which day", "value": "2026-01-01"}]
    catalog.tell(Entity.RUN, "executionParameters", {"parameters": parameters})
    found = nodes(catalog.run("parameters { edges { node { key name description value } } }")["parameters"])
    assert found == parameters


def test_run_facets__are_those_of_the_newest_event_and_cannot_be_deleted(catalog: Catalog) -> None:
    one = event(Entity.RUN, "nominalTime", {"nominalStartTime": at(0)})
    late = {**event(Entity.RUN, "nominalTime", {"nominalStartTime": at(5)}), "eventTime": at(0.5)}
    gone = event(Entity.RUN, "nominalTime", {"_deleted": True, "nominalStartTime": at(2)}) | {
        "eventTime": at(3)
    }
    catalog.send(one).send(late)
    assert catalog.properties(RUN)["nominalStart"] == at(0)
    catalog.send(gone)
    assert catalog.properties(RUN)["nominalStart"] == at(2)
