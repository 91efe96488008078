"""Checks and their results: the ``test`` run facet (1-0-1) and ``dataQualityAssertions`` of datasets (1-1-0)."""

from dataclasses import dataclass
from typing import Any

from catalog.canonical import encode
from ingest.facets.members import Members
from ingest.problems import Problems

PASS, FAIL = "pass", "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """One check: of what kind, of which column (None: of the whole), and what came of it.

    ``status`` is pass, fail or skip. It says nothing of ``severity``: a check may fail that only warns. ``params`` is
    canonical JSON.
    """

    name: str | None
    type: str | None
    status: str | None
    column: str | None = None
    severity: str | None = None
    description: str | None = None
    expected: str | None = None
    actual: str | None = None
    content: str | None = None
    content_type: str | None = None
    params: str | None = None


def read_tests(facet: dict[str, Any], path: str, problems: Problems) -> tuple[Check, ...]:
    """The tests that a run executed. A status is kept in lower case."""
    found = []
    for test in Members(facet, path, problems).objects("tests", required=True):
        status = test.text("status", required=True)
        name, type_ = test.text("name", required=True), test.text("type")
        found.append(_check(test, name, type_, None if status is None else status.lower()))
    return tuple(found)


def read_assertions(facet: dict[str, Any], path: str, problems: Problems) -> tuple[Check, ...]:
    """The assertions about a dataset."""
    found = []
    for assertion in Members(facet, path, problems).objects("assertions", required=True):
        success = assertion.truth("success", required=True)
        status = None if success is None else PASS if success else FAIL
        name, type_ = assertion.text("name"), assertion.text("assertion", required=True)
        found.append(_check(assertion, name, type_, status, assertion.text("column") or None))
    return tuple(found)


def _check(
    members: Members, name: str | None, type_: str | None, status: str | None, column: str | None = None
) -> Check:
    params = members.object("params")
    return Check(
        name,
        type_,
        status,
        column,
        members.text("severity"),
        members.text("description"),
        members.text("expected"),
        members.text("actual"),
        members.text("content"),
        members.text("contentType"),
        None if params is None else encode(params.owner),
    )
