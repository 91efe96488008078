"""The error tree, its texts and its hints."""

import inspect
import re

from ontology import errors
from ontology.errors import ModelError, OntologyError, UnknownTerm

CLASSES = [value for _, value in inspect.getmembers(errors, inspect.isclass) if issubclass(value, ModelError)]


def test_errors__are_all_drawn_in_the_docstring() -> None:
    drawn = re.findall(r"^ *[│├└─ ]*(\w+)(?:  |$)", str(errors.__doc__), re.MULTILINE)
    assert sorted(drawn) == sorted(error.__name__ for error in CLASSES)


def test_errors__have_different_codes() -> None:
    assert len({error.code for error in CLASSES}) == len(CLASSES) > 3


def test_ontology_error__says_every_problem_and_what_to_do() -> None:
    error = OntologyError(["mesh:A has no label", "mesh:B has no label"])
    assert error.problems == ("mesh:A has no label", "mesh:B has no label")
    assert str(error) == (
        "The ontology has 2 problems:\n  - mesh:A has no label\n  - mesh:B has no label\n"
        " Correct the Turtle file and start again."
    )


def test_unknown_term__hints_at_near_names_whatever_their_case() -> None:
    error = UnknownTerm("label", "dataSets", ["Dataset", "Job", "Run"])
    assert str(error) == "The ontology has no label 'dataSets'. Did you mean Dataset?"


def test_unknown_term__lists_all_names_when_none_is_near() -> None:
    assert UnknownTerm("label", "Xyzzy", ["Job", "Run"]).hint == "It has Job, Run."


def test_unknown_term__says_so_when_there_are_no_names() -> None:
    assert UnknownTerm("property of Thing", "x", []).hint == "It has none."
