"""An impact answer on a terminal: worst first, nothing lost at 80 columns."""

from typing import Any

import pytest

from api.impact_answer import ImpactAnswer, ImpactItem, ImpactProposal
from api.impact_views.grouping import shares, to_do
from api.impact_views.text import impact_lines
from catalog.identity import DatasetId, FieldId, JobId
from catalog.impact.severity import Certainty, Severity, Verdict
from tests.impact_views.answers import answer, change, item, party, step

RAW, MART, REPORT = DatasetId("w", "raw"), DatasetId("w", "mart"), DatasetId("w", "report")
LOAD, ODD = JobId("j", "load").key, JobId("j", "odd").key


def reached(key: str, severity: Severity, why: str, **told: Any) -> ImpactItem:
    return item(key, severity, why, routes=[[step(FieldId(RAW, "email").key, LOAD, key)]], **told)


def said(items: list[ImpactItem], width: int = 80, routes: bool = False, **told: Any) -> str:
    proposal = ImpactProposal(source="flags", changes=[change(RAW)], unread=[])
    found: ImpactAnswer = answer(items, **{"proposal": proposal, **told})
    return "\n".join(line.text for line in impact_lines(found, width, routes=routes))


BROKEN = reached(
    LOAD,
    Severity.BREAKS,
    "copies a column that is gone",
    owners=[party("Team J", "j@x")],
    action="Change it.",
)
STALE = [
    reached(MART.key, Severity.STALE, "is not rebuilt"),
    reached(FieldId(MART, "email").key, Severity.STALE, "is not rebuilt"),
    reached(FieldId(MART, "domain").key, Severity.STALE, "is not rebuilt"),
    reached(REPORT.key, Severity.STALE, "is not rebuilt", hops=2, unknown=True),
]
OPEN = reached(ODD, Severity.UNKNOWN, "has not told")


def test_answer__is_said_worst_first_with_each_reason_once() -> None:
    assert (
        said([BROKEN, *STALE, OPEN], why="1 job breaks; 2 of 6 things are not fully known.")
        == """\
w/raw: drop email
Verdict: REVIEW. Talk to the owners below before you merge.
1 job breaks; 2 of 6 things are not fully known.
1 BREAKS (1 job), 4 STALE (2 datasets, 2 columns), 1 UNKNOWN (1 job)

BREAKS, structural
  copies a column that is gone
    1 hop   job j/load
        raw#email -(DIRECT)-> j/load

STALE, structural
  is not rebuilt
    1 hop   dataset w/mart: #domain, #email
  ? 2 hops  dataset w/report (also UNKNOWN)

UNKNOWN: nobody has told, so ask
  has not told
  ? 1 hop   job j/odd

Who has to act
  Team J <j@x>: 1 BREAKS
      Before this is merged, change job j/load, or agree on a date.
  nobody known: 2 STALE and 1 UNKNOWN
      What is no longer updated goes on by itself when the break is mended.
      Look whether what changes is used, and say so.
      Find out whose these are."""
    )


def test_routes__of_all_are_shown_on_demand() -> None:
    assert said([BROKEN, *STALE]).count("->") == 1
    assert said([BROKEN, *STALE], routes=True).count("->") == 5
    two = reached(LOAD, Severity.BREAKS, "x", all_routes=False)
    assert "        … there are more routes" in said([two], routes=True).splitlines()


def test_dataset__stands_before_its_fields_that_are_better_known() -> None:
    home = reached(MART.key, Severity.STALE, "is not rebuilt", unknown=True)
    lines = said([STALE[1], home]).splitlines()
    end = lines.index("Who has to act") - 1
    assert lines[end - 2 : end] == [
        "  ? 1 hop   dataset w/mart (also UNKNOWN)",
        "    1 hop   column of w/mart: #email",
    ]


def test_lists__are_broken_between_names_only() -> None:
    paths = [f"a_rather_long_name_of_a_column_{number}" for number in range(9)]
    fields = [reached(FieldId(MART, path).key, Severity.STALE, "is not rebuilt") for path in paths]
    lines = said(fields).splitlines()
    assert max(map(len, lines)) <= 80
    assert [word.strip(",") for line in lines for word in line.split() if word.startswith("#")] == [
        f"#{path}" for path in sorted(paths)
    ]


@pytest.mark.parametrize(
    ("verdict", "advice"),
    [
        (Verdict.SAFE, "Nothing that is known breaks"),
        (Verdict.REVIEW, "not all is known"),
        (Verdict.BLOCK, "Do not merge this yet"),
    ],
)
def test_verdict__says_what_to_do(verdict: Verdict, advice: str) -> None:
    assert advice in said([], verdict=verdict).splitlines()[1]


def test_what_is_guessed_or_not_understood__is_said() -> None:
    proposal = ImpactProposal(
        source="x", changes=[change(RAW, confidence=0.8)], unread=["Object o is bound to nothing."]
    )
    lines = said([], proposal=proposal, policies=["No mail leaves sales."]).splitlines()
    assert lines[0] == "w/raw: drop email (a guess, 80% sure)"
    assert lines[2:4] == [
        "Not understood: Object o is bound to nothing.",
        "A policy would be violated: No mail leaves sales.",
    ]


def test_certainty__is_said_with_the_severity() -> None:
    proven = reached(LOAD, Severity.BREAKS, "x", certainty=Certainty.PROVEN)
    asked = reached(ODD, Severity.CHANGES_ROWS, "x", certainty=Certainty.NEEDS_WAREHOUSE)
    assert {"BREAKS, proven", "CHANGES_ROWS, needs warehouse"} <= set(said([proven, asked]).splitlines())


def test_job_that_is_likely_unharmed__is_somebody_s_to_confirm_where_nothing_else_is_open() -> None:
    unproven = item(JobId("jobs", "load").key, Severity.COMPATIBLE, certainty=Certainty.STRUCTURAL)
    [share] = shares(answer([unproven], verdict=Verdict.REVIEW))
    assert to_do(share, str)[:1] == ["Confirm that what changes is not used: that is likely, and not proven."]
    broken = item(JobId("jobs", "other").key, Severity.BREAKS)
    [of_broken] = shares(answer([broken, unproven]))
    assert [one.id for one in of_broken.items] == [broken.id]
    proven = item(JobId("jobs", "load").key, Severity.COMPATIBLE, certainty=Certainty.PROVEN)
    assert shares(answer([proven])) == []
