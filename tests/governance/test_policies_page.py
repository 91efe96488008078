"""docs/policies.md: the checks that it shows can be read, and its tables have all that there is."""

import pytest

from catalog.governance.check_reading import read_check
from catalog.governance.rules import RULES
from ingest.descriptors.meshline_policies_schema import definitions, policy
from ingest.descriptors.text import read_parts
from ingest.policies.ready import ready_ids
from ontology.compiler import load_model
from tests.docs.markdown import ROOT, Snippet, snippets, table
from tests.governance.test_ready import policy as policy_of

PAGE = ROOT / "docs" / "policies.md"
CHECKS = [one for one in snippets(PAGE) if one.language == "yaml" and one.text.startswith("check:")]


@pytest.mark.parametrize("snippet", CHECKS, ids=str)
def test_page__shows_checks_that_can_be_read(snippet: Snippet) -> None:
    [part] = read_parts(snippet.text.encode())

    _, faults = read_check(part.value["check"], load_model())

    assert faults == ()


def words(cell: str) -> set[str]:
    return {word.strip(" `") for word in cell.split(",")} - {""}


def test_page__has_every_rule_with_its_parameters() -> None:
    shown = {row[0].strip("`"): words(row[2]) for row in table(PAGE, "Rules over lineage")}

    assert shown == {str(rule): set(kind.by_name) for rule, kind in RULES.items()}


def test_page__has_every_key_of_a_policy_and_of_a_requirement() -> None:
    shown = {word for row in table(PAGE, "What a policy says") for word in words(row[0])}
    parts = {word for row in table(PAGE, "Shapes") for word in words(row[0].replace(" or ", ","))}
    shape = (
        definitions()["shapeCheck"]["properties"].keys() | definitions()["requirement"]["properties"].keys()
    )

    assert shown == policy()["properties"].keys()
    assert parts == shape - {"require"}


def test_page__has_every_ready_policy() -> None:
    shown = {row[0]: row[1:] for row in table(PAGE, "Ready policies")}

    assert shown == {one.id: [str(one.severity), one.title] for one in map(policy_of, ready_ids())}
