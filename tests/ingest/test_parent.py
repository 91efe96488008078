"""The parent run facet, its root, and the key it had before 1.0."""

from typing import Any

import pytest

from catalog.entry import LogEntry, Status
from catalog.identity import JobId, RunId
from catalog.statement import RunRef, RunStatement
from tests.ingest.build import PARENT_ID, ROOT_ID, RUN_ID, problems, read, run_event

JOB = {"namespace": "jobs", "name": "dag"}
PARENT = {"run": {"runId": PARENT_ID}, "job": JOB}
ROOT = {"run": {"runId": ROOT_ID}, "job": {"namespace": "jobs", "name": "all"}}
AT = "$.run.facets.parent"


def read_run(**facets: Any) -> tuple[RunStatement, LogEntry]:
    entry, said = read(run_event(run={"runId": RUN_ID, "facets": facets}))
    assert said.run is not None
    return said.run, entry


def test_parent_and_root__are_named() -> None:
    run, entry = read_run(parent={**PARENT, "root": ROOT})
    assert run.parent == RunRef(RunId(PARENT_ID), JobId("jobs", "dag"))
    assert run.root == RunRef(RunId(ROOT_ID), JobId("jobs", "all"))
    assert entry.problems == ()


def test_parent_run__is_the_legacy_key() -> None:
    run, _ = read_run(parentRun={**PARENT, "run": {"runId": "manual__2022"}})
    assert run.parent == RunRef(RunId("manual__2022"), JobId("jobs", "dag"))


def test_parent__counts_before_parent_run() -> None:
    run, entry = read_run(parentRun={**PARENT, "run": {"runId": "other"}}, parent=PARENT)
    assert run.parent == RunRef(RunId(PARENT_ID), JobId("jobs", "dag"))
    assert problems(entry) == [("repeated", "$.run.facets.parentRun", False)]


def test_parent_run_id__is_canonical() -> None:
    run, _ = read_run(parent={**PARENT, "run": {"runId": PARENT_ID.upper()}})
    assert run.parent == RunRef(RunId(PARENT_ID), JobId("jobs", "dag"))


@pytest.mark.parametrize("run_ref", [None, {}, {"runId": None}, {"runId": ""}, "text"])
def test_parent_without_run__is_told_and_kept_as_facet(run_ref: Any) -> None:
    run, entry = read_run(parent={"run": run_ref, "job": JOB})
    assert run.parent is None
    assert "parent" in run.facets
    assert problems(entry) == [("parent", f"{AT}.run", True)]
    assert entry.status is Status.PARTIAL


@pytest.mark.parametrize(("job", "lost"), [(None, False), ({}, True), ({"name": "x"}, True), ("x", True)])
def test_parent_without_job__is_a_run_of_unknown_job(job: Any, lost: bool) -> None:
    run, entry = read_run(parent={"run": {"runId": PARENT_ID}, "job": job})
    assert run.parent == RunRef(RunId(PARENT_ID), None)
    assert problems(entry) == [("parent", f"{AT}.job", lost)]


def test_self_parent__is_not_linked() -> None:
    run, entry = read_run(parent={**PARENT, "run": {"runId": RUN_ID.upper()}, "root": ROOT})
    assert run.parent is None
    assert run.root is not None
    assert problems(entry) == [("parent", AT, True)]


def test_self_root__is_not_linked() -> None:
    run, entry = read_run(parent={**PARENT, "root": {**ROOT, "run": {"runId": RUN_ID}}})
    assert (run.parent is None, run.root) == (False, None)
    assert problems(entry) == [("parent", f"{AT}.root", False)]


def test_odd_root__does_not_harm_the_parent() -> None:
    run, entry = read_run(parent={**PARENT, "root": "x"})
    assert run.parent is not None
    assert problems(entry) == [("parent", f"{AT}.root", True)]


def test_parent_of_wrong_type__is_told() -> None:
    run, entry = read_run(parent="x")
    assert run.parent is None
    assert ("parent", AT, True) in problems(entry)
