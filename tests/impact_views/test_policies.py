"""What policies would say of a change, in every form of a report."""

import json

import pytest
from msgspec.structs import replace

from api.impact_answer import ImpactAnswer, ImpactPolicyUnknown, ImpactPolicyVerdict, Named
from api.impact_views.formats import Format, rendered
from api.impact_views.policies import policy_sentences
from api.impact_views.text import impact_text
from tests.impact_views.answers import answer, party

FAILS = ImpactPolicyVerdict(
    policy=Named(id="policy/owned", name="Products have an owner"),
    severity="block",
    status="FAIL",
    target=Named(id="product/orders", name="orders"),
    message="orders has no OWNED_BY.",
    remediation="Name an owner.",
    explanation=[],
    owners=[party("Team Sales")],
    waiver=None,
    until=None,
)
WAIVED = replace(FAILS, status="WAIVED", waiver="w", until="2035-01-01T00:00:00Z")
OPEN = replace(FAILS, status="NOT_EVALUATED", message="Nobody answers queries here.")
SAID = {
    "FAIL": "orders would violate the policy owned, 'Products have an owner', (block): "
    "orders has no OWNED_BY. Name an owner. Owner: Team Sales.",
    "WAIVED": "which the waiver w allows until 2035-01-01T00:00:00Z: orders has no OWNED_BY.",
    "NOT_EVALUATED": "Whether orders violates the policy owned, 'Products have an owner', (block) is not known: "
    "Nobody answers queries here.",
}


def judged(*verdicts: ImpactPolicyVerdict) -> ImpactAnswer:
    return replace(answer([]), policy_verdicts=list(verdicts))


@pytest.mark.parametrize("verdict", [FAILS, WAIVED, OPEN], ids=lambda one: one.status)
def test_sentence__says_what_whom_and_what_to_do(verdict: ImpactPolicyVerdict) -> None:
    [said] = policy_sentences(judged(verdict))
    assert SAID[verdict.status] in said


def test_policy_that_is_not_evaluated__is_told_once() -> None:
    unknown = ImpactPolicyUnknown(policy=FAILS.policy, reason="Its scope is gone.")
    told = [*policy_sentences(replace(judged(), policies_not_evaluated=[unknown]))]
    assert told == [
        "Whether the policy owned, 'Products have an owner', is violated is not known: Its scope is gone."
    ]
    assert len([*policy_sentences(replace(judged(OPEN), policies_not_evaluated=[unknown]))]) == 1


@pytest.mark.parametrize("form", [Format.TEXT, Format.MARKDOWN, Format.HTML, Format.SARIF, Format.JSON])
def test_every_form__tells_the_policy_and_what_to_do(form: Format) -> None:
    made = judged(FAILS)
    shown = impact_text(made, 200) if form is Format.TEXT else rendered(made, form)
    assert "owned" in shown
    assert "Name an owner." in shown


def test_sarif__has_a_result_of_the_policy_and_a_waived_one_is_suppressed() -> None:
    [run] = json.loads(rendered(judged(FAILS, WAIVED), Format.SARIF))["runs"]
    first, second = run["results"]
    assert (first["ruleId"], first["level"], "suppressions" in first) == ("policy/owned", "error", False)
    assert second["suppressions"] == [{"kind": "external", "justification": "waiver w"}]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]].count("policy/owned") == 1
