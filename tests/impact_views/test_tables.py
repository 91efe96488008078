"""CSV, SARIF and HTML: they are what their formats say, and whatever a name is, it is read back as it is."""

import csv
import io
import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings

from api.commands.output import visible
from api.impact_answer import ImpactAnswer, ImpactProposal
from api.impact_views.csv_table import COLUMNS, cell, csv_text
from api.impact_views.formats import Format, rendered
from api.impact_views.html_page import html_page
from api.impact_views.sarif import sarif
from catalog.identity import DatasetId, JobId
from catalog.impact.severity import Severity, Verdict
from tests.impact_views.answers import RAW, answer, answers, change, item, party

LOAD = JobId("jobs", "load").key


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


@settings(max_examples=30, deadline=None)
@given(answers())
def test_csv__has_a_line_for_each_thing_and_reads_back(found: ImpactAnswer) -> None:
    text = csv_text(found)
    assert text.count("\r\n") == len(found.items) + 1
    assert text.replace("\r\n", "").isprintable()
    read = table(text)
    assert [row["name"].removeprefix("'") for row in read] == [
        visible(one.name).removeprefix("'") for one in found.items
    ]
    assert [row["severity"] for row in read] == [one.severity for one in found.items]
    cells = [value for row in read for value in row.values()]
    assert not [value for value in cells if value.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert all(set(row) == set(COLUMNS) for row in read)


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@a", "\t=1"])
def test_csv__never_holds_a_formula(name: str) -> None:
    assert cell(name) == f"'{visible(name)}"


def test_csv__tells_owners_contacts_and_what_to_do() -> None:
    [row] = table(
        csv_text(answer([item(LOAD, Severity.BREAKS, owners=[party("A", "a@x"), party("B")], action="Act.")]))
    )
    assert (row["owners"], row["contacts"], row["action"], row["unknown"]) == ("A; B", "a@x", "Act.", "no")


LEVELS = {"error", "warning", "note", "none"}


def check_sarif(log: Any) -> None:
    """What the standard demands of the members that are used here."""
    assert set(log) <= {"version", "runs", "$schema"}
    assert log["version"] == "2.1.0"
    for run in log["runs"]:
        rules = run["tool"]["driver"]["rules"]
        assert run["tool"]["driver"]["name"]
        assert len({rule["id"] for rule in rules}) == len(rules)
        assert all(rule["defaultConfiguration"]["level"] in LEVELS for rule in rules)
        assert run["columnKind"] in {"utf16CodeUnits", "unicodeCodePoints"}
        for invocation in run["invocations"]:
            assert isinstance(invocation["executionSuccessful"], bool)
            for note in invocation["toolExecutionNotifications"]:
                assert (note["level"] in LEVELS, bool(note["message"]["text"] is not None)) == (True, True)
        for result in run["results"]:
            assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
            assert result["level"] in LEVELS
            check_message(result["message"]["text"])
            assert all(isinstance(value, str) for value in result["partialFingerprints"].values())
            for location in result["locations"]:
                check_place(location["physicalLocation"])


def check_message(text: str) -> None:
    assert text
    bare = re.sub(r"\\[\\\[\]]", "", text)
    assert not re.search(r"[\[\]\\]", bare)
    assert not re.search(r"[{}]", bare.replace("{{", "").replace("}}", ""))


def check_place(place: dict[str, Any]) -> None:
    uri = place["artifactLocation"]["uri"]
    assert re.fullmatch(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+", uri)
    assert not re.search(r"%(?![0-9A-F]{2})", uri)
    assert ("uriBaseId" in place["artifactLocation"]) != uri.startswith("file://")
    assert place.get("region", {"startLine": 1})["startLine"] >= 1


@settings(max_examples=30, deadline=None)
@given(answers())
def test_sarif__keeps_the_rules_of_its_standard(found: ImpactAnswer) -> None:
    log = json.loads(sarif(found))
    check_sarif(log)
    [run] = log["runs"]
    assert [one["properties"]["item"] for one in run["results"]] == [one.id for one in found.items]
    assert run["properties"]["verdict"] == found.verdict


def test_sarif__stands_at_the_line_that_says_the_change_that_is_used() -> None:
    proposal = ImpactProposal(
        source="contracts",
        changes=[
            change(path="email", file="contracts/raw orders.yaml", line=7),
            change(path="other", file="b.yaml", line=9),
            change(DatasetId("w", "x"), "y", file="/abs/c.sql"),
        ],
        unread=["x"],
    )
    used = item(LOAD, Severity.BREAKS, changed=[RAW.field("email").key])
    whole = item(JobId("jobs", "odd").key, Severity.UNKNOWN, changed=[])
    [run] = json.loads(sarif(answer([used, whole], proposal=proposal)))["runs"]
    first, second = run["results"]
    assert [one["physicalLocation"] for one in first["locations"]] == [
        {
            "artifactLocation": {"uri": "contracts/raw%20orders.yaml", "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": 7},
        }
    ]
    assert (first["level"], second["level"]) == ("error", "warning")
    assert [one["physicalLocation"]["artifactLocation"]["uri"] for one in second["locations"]] == [
        "contracts/raw%20orders.yaml",
        "b.yaml",
        "file:///abs/c.sql",
    ]


def test_sarif__has_one_fingerprint_for_one_finding_whatever_else_is_known() -> None:
    def prints(*items: Any, **told: Any) -> list[Any]:
        [run] = json.loads(sarif(answer(list(items), **told)))["runs"]
        return [one["partialFingerprints"] for one in run["results"]]

    broken = item(LOAD, Severity.BREAKS)
    [alone] = prints(broken)
    assert prints(broken, item(JobId("jobs", "z").key, Severity.STALE), graph_version=999)[0] == alone
    assert prints(item(LOAD, Severity.STALE)) != [alone]


class _Page(HTMLParser):
    """Which tags stand open, what text there is, what the page would load."""

    VOID = frozenset({"meta", "br"})

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.stack: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in self.VOID:
            self.stack.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


KNOWN_TAGS = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "main",
        "section",
        "footer",
        "h1",
        "h2",
        "p",
        "a",
        "span",
    ),
    *(
        "strong",
        "code",
        "br",
        "ul",
        "li",
        "dl",
        "dt",
        "dd",
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    ),
}


@settings(max_examples=30, deadline=None)
@given(answers())
def test_html__is_well_formed_loads_nothing_and_shows_every_name(found: ImpactAnswer) -> None:
    text = html_page(found)
    page = _Page(text)
    assert page.stack == []
    assert set(page.tags) <= KNOWN_TAGS
    assert {name for name, _ in page.attributes} <= {
        "lang",
        "charset",
        "http-equiv",
        "content",
        "name",
        "class",
        "scope",
        "href",
    }
    assert [value for name, value in page.attributes if name == "href"] == (
        [found.permalink] if found.permalink else []
    )
    assert {visible(one.name) for one in found.items} <= set(page.words)
    assert "default-src 'none'" in text


def test_html__can_be_read_by_its_structure() -> None:
    found = answer([item(LOAD, Severity.BREAKS, owners=[party("A", "a@x")])], verdict=Verdict.BLOCK)
    text = html_page(found)
    page = _Page(text)
    assert page.tags.count("h1") == page.tags.count("main") == page.tags.count("title") == 1
    assert page.tags.count("caption") == page.tags.count("table") == 2
    assert text.count('scope="col"') == page.tags.count("th")
    assert text.startswith('<!doctype html>\n<html lang="en">')


def test_json__is_the_answer_itself() -> None:
    found = answer([item(LOAD, Severity.BREAKS)])
    told = json.loads(rendered(found, Format.JSON))
    assert (told["verdict"], told["items"][0]["id"], told["graphVersion"]) == ("REVIEW", LOAD, 112)
