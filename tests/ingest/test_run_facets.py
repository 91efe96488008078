"""Facets of a run: what becomes a property, what belongs to the lineage of its job, and what cannot be read."""

from typing import Any

import pytest

from catalog.canonical import plain
from catalog.identity import JobId, RunId
from catalog.statement import DEPENDENCIES, GAP, Dependency, RunStatement
from catalog.values import decode_dependencies
from ingest.facets.checks import Check, read_tests
from ingest.facets.dependencies import read_run_dependencies
from ingest.facets.extraction_error import ExtractionFailure, read_extraction_error
from ingest.facets.parameters import (
    Parameter,
    read_environment_variables,
    read_execution_parameters,
    read_run_tags,
)
from ingest.facets.run_properties import MAX_MESSAGE
from ingest.problems import Problems
from tests.ingest.build import PARENT_ID, RUN_ID, problems, read, run_event


def told(**facets: Any) -> RunStatement:
    _, said = read(run_event(run={"runId": RUN_ID, "facets": facets}))
    assert said.run is not None
    return said.run


def troubles(**facets: Any) -> list[tuple[str, str, bool]]:
    entry, _ = read(run_event(run={"runId": RUN_ID, "facets": facets}))
    return [(code, path.removeprefix("$.run.facets."), lost) for code, path, lost in problems(entry)]


PROPERTIES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (
        "nominalTime",
        {"nominalStartTime": "2020-12-17T05:00:00.5+02:00", "nominalEndTime": "2020-12-18T03:00:00Z"},
        {"nominalStart": "2020-12-17T03:00:00.500Z", "nominalEnd": "2020-12-18T03:00:00Z"},
    ),
    (
        "errorMessage",
        {"message": "no", "programmingLanguage": "JAVA", "stackTrace": "at A.java:3"},
        {"errorMessage": "no", "programmingLanguage": "JAVA"},
    ),
    (
        "processing_engine",
        {"version": "2.5.0", "name": "Airflow", "openlineageAdapterVersion": "0.19.0"},
        {"engine": "Airflow", "engineVersion": "2.5.0", "openlineageAdapterVersion": "0.19.0"},
    ),
    (
        "externalQuery",
        {"externalQueryId": "q1", "source": "bigquery"},
        {"externalQueryId": "q1", "externalQuerySource": "bigquery"},
    ),
    (
        "extractionError",
        {"totalTasks": 3, "failedTasks": 1, "errors": [{"errorMessage": "?"}]},
        {"totalTasks": 3, "failedTasks": 1},
    ),
]


@pytest.mark.parametrize(("key", "facet", "expected"), PROPERTIES, ids=[key for key, _, _ in PROPERTIES])
def test_facet__gives_the_run_properties(key: str, facet: dict[str, Any], expected: dict[str, Any]) -> None:
    assert {name: plain(text) for name, text in told(**{key: facet}).properties.items()} == {key: expected}
    assert troubles(**{key: facet}) == []


def test_unknown_facet__gives_no_properties_and_is_kept() -> None:
    run = told(custom={"a": 1}, tags={"tags": []})
    assert (run.properties, run.values) == ({}, {})
    assert run.facets == {"custom": '{"a":1}', "tags": '{"tags":[]}'}


def test_facet_that_has_none__still_replaces_older_properties() -> None:
    assert told(nominalTime={}, errorMessage=None).properties == {"nominalTime": "{}", "errorMessage": "{}"}
    assert troubles(nominalTime={}) == [("facet-assumed", "nominalTime.nominalStartTime", False)]
    assert troubles(nominalTime=None) == [("facet-type", "nominalTime", False)]


def test_deletion__means_nothing_of_a_run() -> None:
    facet = {"_deleted": True, "version": "1"}
    assert told(processing_engine=facet).properties == {"processing_engine": '{"engineVersion":"1"}'}


def test_long_error_message__is_cut_in_the_property_alone() -> None:
    run = told(errorMessage={"message": "x" * 5_000, "programmingLanguage": "PYTHON"})
    kept = plain(run.properties["errorMessage"])["errorMessage"]
    assert kept == "x" * (MAX_MESSAGE - 1) + "…"
    assert "x" * 5_000 in run.facets["errorMessage"]


def test_time_without_zone__counts_as_utc_and_is_noted() -> None:
    facet = {"nominalStartTime": "2020-12-17T03:00:00"}
    assert plain(told(nominalTime=facet).properties["nominalTime"]) == {
        "nominalStart": "2020-12-17T03:00:00Z"
    }
    assert troubles(nominalTime=facet) == [("facet-assumed", "nominalTime.nominalStartTime", False)]


@pytest.mark.parametrize(
    ("facets", "expected"),
    [
        (
            {"nominalTime": {"nominalStartTime": "soon"}},
            ("facet-content", "nominalTime.nominalStartTime", True),
        ),
        (
            {"processing_engine": {"version": {}}},
            ("facet-content", "processing_engine.version", True),
        ),
        (
            {"processing_engine": {"version": 3.5}},
            ("facet-assumed", "processing_engine.version", False),
        ),
        ({"test": {"tests": {}}}, ("facet-content", "test.tests", True)),
        ({"test": {"tests": [3]}}, ("facet-content", "test.tests[0]", True)),
        ({"tags": {"tags": [{"key": "k", "value": []}]}}, ("facet-content", "tags.tags[0].value", True)),
        ({"executionParameters": "none"}, ("facet-type", "executionParameters", True)),
        ({"jobDependencies": {"upstream": [{}]}}, ("facet-content", "jobDependencies.upstream[0]", True)),
        (
            {"extractionError": {"totalTasks": 1.5, "failedTasks": 0, "errors": []}},
            ("facet-content", "extractionError.totalTasks", True),
        ),
    ],
)
def test_odd_content__is_told_and_the_facet_kept(
    facets: dict[str, Any], expected: tuple[str, str, bool]
) -> None:
    assert troubles(**facets) == [expected]
    assert told(**facets).facets.keys() == facets.keys()


def test_number_as_text_is_a_number() -> None:
    facet = {"totalTasks": "3", "failedTasks": "1", "errors": []}
    assert plain(told(extractionError=facet).properties["extractionError"]) == {
        "failedTasks": 1,
        "totalTasks": 3,
    }


# Extraction errors


def test_extraction_error__is_a_gap_in_the_lineage_of_the_job() -> None:
    facet = {"totalTasks": 3, "failedTasks": 2, "errors": [{"errorMessage": "?"}]}
    assert plain(told(extractionError=facet).values[GAP]) == {"failedTasks": 2, "totalTasks": 3}


def test_extraction_error_without_counts__has_as_many_as_it_lists() -> None:
    facet = {"errors": [{"errorMessage": "?"}, {"errorMessage": "!"}]}
    assert plain(told(extractionError=facet).values[GAP]) == {"failedTasks": 2}


def test_extraction_without_errors__is_no_gap() -> None:
    assert told(extractionError={"totalTasks": 3, "failedTasks": 0, "errors": []}).values == {GAP: "{}"}


def test_extraction_error__lists_what_could_not_be_read() -> None:
    facet = {"errors": [{"errorMessage": "?", "task": "DROP POLICY", "taskNumber": 0, "stackTrace": "at"}]}
    assert read_extraction_error(facet, "$", Problems()).failures == (
        ExtractionFailure("?", "DROP POLICY", 0, "at"),
    )


# Dependencies


DEPENDENCY = {
    "upstream": [
        {
            "job": {"namespace": "jobs", "name": "first"},
            "run": {"runId": PARENT_ID},
            "dependency_type": "DIRECT_INVOCATION",
            "sequence_trigger_rule": "FINISH_TO_START",
            "status_trigger_rule": "EXECUTE_ON_SUCCESS",
        }
    ],
    "downstream": [{"job": {"namespace": "jobs", "name": "last"}}],
    "trigger_rule": "ALL_SUCCESS",
}
FIRST = Dependency(
    JobId("jobs", "first"),
    True,
    "DIRECT_INVOCATION",
    "FINISH_TO_START",
    "EXECUTE_ON_SUCCESS",
    "ALL_SUCCESS",
)
LAST = Dependency(JobId("jobs", "last"), False)


def test_dependencies__are_of_the_job_without_its_runs() -> None:
    assert set(decode_dependencies(told(jobDependencies=DEPENDENCY).values[DEPENDENCIES])) == {FIRST, LAST}


def test_dependencies__of_the_run_name_the_other_run() -> None:
    found = read_run_dependencies(DEPENDENCY, "$", Problems())
    assert [(one.dependency, one.run) for one in found] == [(FIRST, RunId(PARENT_ID)), (LAST, None)]


def test_dependencies__that_are_empty_replace_older_ones() -> None:
    assert told(jobDependencies={}).values == {DEPENDENCIES: "[]"}


# Lists


def test_tests__say_how_each_ended() -> None:
    facet = {
        "tests": [
            {"name": "fresh", "status": "PASS"},
            {
                "name": "rows",
                "status": "fail",
                "severity": "warn",
                "type": "row_count",
                "description": "enough rows",
                "expected": ">0",
                "actual": "0",
                "content": "select 1",
                "contentType": "sql",
                "params": {"b": 1.50, "a": [None]},
            },
        ]
    }
    assert read_tests(facet, "$", Problems()) == (
        Check("fresh", None, "pass"),
        Check(
            *("rows", "row_count", "fail", None, "warn", "enough rows", ">0", "0", "select 1", "sql"),
            '{"a":[null],"b":1.5}',
        ),
    )


def test_tags__have_a_source() -> None:
    facet = {"tags": [{"key": "env", "value": "prod", "source": "USER"}, {"key": "k", "value": "v"}]}
    assert read_run_tags(facet, "$", Problems()) == (
        Parameter("env", "prod", source="USER"),
        Parameter("k", "v"),
    )


def test_environment_and_parameters__are_named_values() -> None:
    variables = {"environmentVariables": [{"name": "HOME", "value": "/root"}]}
    assert read_environment_variables(variables, "$", Problems()) == (Parameter("HOME", "/root"),)
    parameters = {"parameters": [{"key": "d", "name": "Day", "description": "Which", "value": "1"}]}
    assert read_execution_parameters(parameters, "$", Problems()) == (Parameter("d", "1", "Day", "Which"),)
