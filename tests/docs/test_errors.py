"""docs/errors.md has a heading for every code that a reader can meet, and for no other."""

import ast
from collections.abc import Iterator

import api.app  # and with it every module that has errors of its own
import api.errors
import catalog.errors
import ingest.errors
import ontology.errors
from api.graphql.errors import Code as GraphqlCode
from ingest.problems import Code as ProblemCode
from tests.docs.markdown import ROOT, headings

ROOTS = (
    api.errors.ApiError,
    catalog.errors.CatalogError,
    ingest.errors.IngestError,
    ontology.errors.ModelError,
)
TAKES_CODE = {"HttpError": 1, "try_again": 0, "print_error": 0, "Unread": 0}
"""Calls that name a code as a literal, and the place of the argument."""
CHAPTERS = {
    "Errors",
    "Settings and commands",
    "Stores",
    "Events that are not kept",
    "Documents that are not kept",
    "Proposed changes that are not answered",
    "Answers of the service",
    "SPARQL",
    "Problems of an event",
    "GraphQL",
    "Ontology",
}


def _classes(root: type[Exception]) -> Iterator[type[Exception]]:
    yield root
    for below in root.__subclasses__():
        yield from _classes(below)


def _codes_in_calls() -> Iterator[str]:
    for path in (ROOT / "api").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
                continue
            place = TAKES_CODE.get(call.func.id, len(call.args))
            if place < len(call.args) and isinstance(call.args[place], ast.Constant):
                yield str(ast.literal_eval(call.args[place]))


def _codes() -> set[str]:
    of_classes = {
        code
        for root in ROOTS
        for cls in _classes(root)
        if cls.__module__.partition(".")[0] != "tests" and isinstance(code := getattr(cls, "code", None), str)
    }
    framework = {"not-found", "method-not-allowed", "http"}
    return of_classes | framework | {*_codes_in_calls(), *ProblemCode, *GraphqlCode}


def test_errors_page__has_a_heading_for_each_code_and_no_other() -> None:
    assert set(headings(ROOT / "docs" / "errors.md")) - CHAPTERS == {str(code) for code in _codes()}


def test_codes__of_the_framework_answers_are_those_of_the_app() -> None:
    from api.app import _FRAMEWORK

    assert {code for code, _, _ in _FRAMEWORK.values()} == {"not-found", "method-not-allowed"}
