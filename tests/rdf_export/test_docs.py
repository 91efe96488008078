"""The tables of docs/export.md hold what the code does."""

import re
from pathlib import Path

from catalog.rdf.catalogue import labels
from catalog.rdf.products import STATUSES
from catalog.rdf.profile import Profile
from catalog.rdf.qualified import MADE, PATTERNS
from ontology.compiler import load_model
from ontology.prefixes import compact
from ontology.rdf_writing import Form

PAGE = (Path(__file__).parents[2] / "docs" / "export.md").read_text(encoding="utf-8")


def table(heading: str) -> list[list[str]]:
    """The rows of the table whose first column has the heading, without backticks."""
    found = re.search(rf"^\| {heading} \|.*\n\|[-| ]*\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    assert found is not None
    return [
        [cell.strip() for cell in row.strip("|").split("|")] for row in found[1].replace("`", "").splitlines()
    ]


def test_edges_as_nodes__are_those_of_the_code() -> None:
    rows = {
        rel: [compact(pattern.link), compact(pattern.type), compact(pattern.other)]
        for rel, pattern in PATTERNS.items()
    }
    assert {rel: rest for rel, *rest in table("relationship")} == rows


def test_labels_of_the_catalogues__are_those_of_the_code() -> None:
    assert sorted(label for row in table("label") for label in row[0].split(", ")) == list(labels())


def test_lifecycle__is_that_of_the_code() -> None:
    assert {ours: theirs.split(",")[0] for ours, theirs in table("lifecycle")} == STATUSES


def test_profiles_and_forms__are_those_of_the_code() -> None:
    assert [row[0].removesuffix(" (default)") for row in table("`--profile`")] == list(Profile)
    named = {name.removesuffix(" (default)") for row in table("`--format`") for name in row[0].split(", ")}
    assert named == set(Form)


def test_what_is_made_for_nodes__has_no_word_of_a_kind_of_node() -> None:
    assert {node.kind for node in load_model().nodes}.isdisjoint(MADE)
