"""``meshline impact``: one answer whoever is asked, in every form, and an exit code that is never wrongly safe."""

import csv
import io
import json
import re
from pathlib import Path

import pytest

from api import exit_codes
from tests.api.asking import Cli, ask, fill
from tests.api.events import body, run_event
from tests.api.running import Service

DROP = ("impact", "raw.orders", "--drop", "email")
FORMS = ("text", "markdown", "json", "sarif", "csv", "html")
_OF_THE_GRAPH = re.compile(
    r'graph ?version"?:? \d+|(?:report `|Report <code>|"report": "|"id": ")[0-9a-f]{32,64}', re.I
)
"""The version of the graph, and the id of a report, which is of a version: a restored graph has its own."""


def bare(text: str) -> str:
    return _OF_THE_GRAPH.sub("", text)


_LINKS = (
    (re.compile(r'"permalink": "[^"]*"'), '"permalink": null'),
    (re.compile(r"(; |: see the )\[full report\]\([^)\s]*\)"), ""),
    (re.compile(r'<p><a href="[^"]*">Full report</a></p>\n'), ""),
    (re.compile(r',\s*"properties": \{\s*"report": "http[^"]*"\s*\}'), ""),
)


def unlinked(text: str) -> str:
    """Without the links to reports, which only a service keeps."""
    for pattern, other in _LINKS:
        text = pattern.sub(other, text)
    return text


@pytest.fixture(scope="module")
def exported(filled: Service, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The graph of the service as a file."""
    from api.program import run

    path = tmp_path_factory.mktemp("exported") / "graph.nq"
    assert run(["export", "--store", filled.settings.store, "--output", str(path)]) == 0
    return str(path)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["mart.orders", "--drop", "id"], exit_codes.OK),
        (["raw.orders", "--drop", "email"], exit_codes.REVIEW),
        (["raw.orders"], exit_codes.COULD_NOT),
        (["raw.orders", "--drop", "nothing"], exit_codes.COULD_NOT),
        (["raw.orders", "--rename", "email"], exit_codes.COULD_NOT),
        (["raw.orders", "--retype", "=INT"], exit_codes.COULD_NOT),
        (["raw.orders", "--retype", "email=varchar"], exit_codes.COULD_NOT),
        (["raw.orders", "--retype", "email=INT"], exit_codes.REVIEW),
        (["raw.orders", "--drop", "email", "--rename", "email=mail"], exit_codes.COULD_NOT),
        (["raw.orders", "--drop", "email", "--drop-dataset"], exit_codes.COULD_NOT),
        (["raw.orders", "--wrong"], exit_codes.COULD_NOT),
        (["raw.orders", "--drop", "email", "--first", "x"], exit_codes.COULD_NOT),
        (["raw.orders", "--drop", "email", "--format", "pdf"], exit_codes.COULD_NOT),
        (["raw.orders", "--drop", "email", "--json", "--format", "csv"], exit_codes.COULD_NOT),
        (["raw.orders", "--drop", "email", "--as-of", "x"], exit_codes.COULD_NOT),
        (["raw.orders", "--drop", "email", "--origins", "x"], exit_codes.COULD_NOT),
        (["nothing", "--drop", "email"], exit_codes.COULD_NOT),
        (["jobs/orders", "--drop", "email"], exit_codes.COULD_NOT),
        ([], exit_codes.COULD_NOT),
    ],
)
def test_impact__exits_with_its_verdict(cli: Cli, filled: Service, arguments: list[str], code: int) -> None:
    assert cli("impact", *arguments, "--store", filled.settings.store)[0] == code


@pytest.mark.parametrize(("fail_on", "code"), [("review", 2), ("block", 0), ("never", 0)])
def test_fail_on__chooses_which_verdicts_are_told_by_the_exit_code(
    cli: Cli, filled: Service, fail_on: str, code: int
) -> None:
    found, out, _ = cli(*DROP, "--fail-on", fail_on, "--store", filled.settings.store)
    assert (found, "Verdict: REVIEW" in out) == (code, True)


@pytest.mark.parametrize("fail_on", ["review", "block", "never"])
@pytest.mark.parametrize(
    "arguments",
    [
        ["nothing", "--drop", "x", "--store", "{store}"],
        ["raw.orders", "--drop", "nothing", "--store", "{store}"],
        ["raw.orders", "--drop", "email", "--url", "http://127.0.0.1:9"],
        ["raw.orders", "--drop", "email", "--store", "sqlite:///none.db"],
        ["raw.orders", "--drop", "email", "--against", "none.nq"],
        ["raw.orders", "--drop", "email", "--against", "http://127.0.0.1:9"],
        ["raw.orders", "--drop", "email", "--against", "none.nq", "--store", "{store}"],
        ["raw.orders", "--store", "{store}"],
        ["raw.orders", "--drop", "email", "--store", "{store}", "--output", "none/x"],
    ],
)
def test_what_cannot_be_decided__is_3_whatever_fails(
    cli: Cli, filled: Service, fail_on: str, arguments: list[str]
) -> None:
    asked = [one.format(store=filled.settings.store) for one in arguments]
    code, out, err = cli("impact", *asked, "--fail-on", fail_on)
    assert (code, out, bool(err)) == (exit_codes.COULD_NOT, "", True)


@pytest.mark.parametrize("form", FORMS)
def test_answer__is_the_same_of_a_store_a_service_and_an_exported_graph(
    cli: Cli, filled: Service, exported: str, form: str
) -> None:
    call = (*DROP, "--format", form)
    code, of_store, _ = cli(*call, "--store", filled.settings.store)
    assert (code, of_store != "") == (2, True)
    for option in ("--url", "--against"):
        of_service = cli(*call, option, filled.url)
        assert (of_service[0], unlinked(of_service[1])) == (code, of_store)
        linked = form not in ("text", "csv")
        assert (f"{filled.url}/api/v1/impact/" in of_service[1]) == linked
    assert cli(*call, "--against", filled.settings.store)[:2] == (code, of_store)
    from_file = cli(*call, "--against", exported)
    assert (from_file[0], bare(from_file[1])) == (code, bare(of_store))


def test_stored_proposal__is_asked_for_by_its_id_and_gives_the_answer_of_its_change(
    cli: Cli, filled: Service
) -> None:
    assert cli("proposal", "create", *DROP[1:], "--id", "pr-7", "--store", filled.settings.store)[0] == 2
    code, of_change, _ = cli(*DROP, "--json", "--store", filled.settings.store)
    for option, where in (("--store", filled.settings.store), ("--url", filled.url)):
        found = cli("impact", "--proposal", "pr-7", "--json", option, where)
        assert (found[0], json.loads(found[1])["items"]) == (code, json.loads(of_change)["items"])


@pytest.mark.parametrize(
    "arguments", [["--proposal", "nope"], ["raw.orders", "--drop", "email", "--proposal", "pr-7"]]
)
def test_stored_proposal__that_is_not_known_or_not_alone_is_refused(
    cli: Cli, filled: Service, arguments: list[str]
) -> None:
    for where in (("--store", filled.settings.store), ("--url", filled.url)):
        code, out, err = cli("impact", *arguments, *where)
        assert (code, out, bool(err)) == (exit_codes.COULD_NOT, "", True)


def test_dataset__is_found_in_another_case_where_only_one_has_the_name(cli: Cli, filled: Service) -> None:
    for where in (("--store", filled.settings.store), ("--url", filled.url)):
        found = cli("impact", "RAW.Orders", *DROP[2:], *where)
        assert bare(found[1]) == bare(cli(*DROP, *where)[1])


def test_next_version__is_told_only_where_a_contract_is(cli: Cli, filled: Service) -> None:
    assert "Next version" not in cli(*DROP, "--store", filled.settings.store)[1]


def test_move__is_told_by_names(cli: Cli, filled: Service) -> None:
    told = cli("impact", "raw.orders", "--move", "raw.orders2", "--store", filled.settings.store)[1]
    assert told.splitlines()[0].endswith("address: warehouse/raw.orders to warehouse/raw.orders2")


def test_statements_that_change_no_table__are_answered_with_what_to_give(
    cli: Cli, filled: Service, tmp_path: Path
) -> None:
    (tmp_path / "x.sql").write_text("DELETE FROM raw.orders;")
    _, _, err = cli("impact", "--ddl", str(tmp_path / "x.sql"), "--store", filled.settings.store)
    assert "Give the statements that create, alter, rename or drop tables" in err


def test_deprecation__of_an_unknown_column_is_refused_and_of_a_past_day_is_told(
    cli: Cli, filled: Service
) -> None:
    store = ("--store", filled.settings.store)
    code, _, err = cli("deprecate", "raw.orders", "--field", "nope", *store)
    assert (code, "has no column 'nope'" in err) == (exit_codes.COULD_NOT, True)
    _, out, _ = cli("deprecate", "raw.orders", "--removal", "2020-01-01", *store)
    assert "That day has come" in out


def test_exported_graph__is_told_with_its_age_and_left_as_it_is(cli: Cli, exported: str) -> None:
    before = Path(exported).read_bytes()
    _, _, err = cli(*DROP, "--against", exported)
    assert re.fullmatch(r"Asked of .*graph\.nq, whose newest entry is \d+ days old \(2024-\S+Z\)\.\n", err)
    assert Path(exported).read_bytes() == before


def test_file_that_is_no_whole_export__is_refused(cli: Cli, exported: str, tmp_path: Path) -> None:
    cut, other = tmp_path / "cut.nq", tmp_path / "other.nq"
    cut.write_bytes(Path(exported).read_bytes()[:-200])
    other.write_text("<a> <b> <c> .\n")
    for path in (cut, other, tmp_path):
        code, out, err = cli(*DROP, "--against", str(path))
        assert (code, out, bool(err)) == (3, "", True), path


def test_impact__has_this_shape(cli: Cli, filled: Service) -> None:
    said = ask(cli, *DROP, "--store", filled.settings.store)
    assert said == json.loads(cli(*DROP, "--format", "json", "--store", filled.settings.store)[1])
    assert said["format"] == "meshline-impact-report/1"
    assert said["counts"] == [
        {"severity": "BREAKS", "kind": "Job", "count": 1, "unknown": 0},
        {"severity": "STALE", "kind": "Dataset", "count": 1, "unknown": 0},
        {"severity": "STALE", "kind": "Field", "count": 1, "unknown": 0},
    ]
    [change] = said["proposal"]["changes"]
    assert (change["subject"], change["path"], said["verdict"]) == (
        "dataset/warehouse/raw.orders",
        "email",
        "REVIEW",
    )
    [job] = [item for item in said["items"] if item["kind"] == "Job"]
    assert (job["id"], job["severity"]) == ("job/jobs/orders", "BREAKS")
    assert [(step["source"], step["job"], step["use"]) for step in job["routes"][0]] == [
        ("field/warehouse/raw.orders/email", "job/jobs/orders", "DIRECT")
    ]


@pytest.mark.parametrize("form", FORMS)
def test_output__goes_into_the_file_that_is_named(
    cli: Cli, filled: Service, tmp_path: Path, form: str
) -> None:
    call = (*DROP, "--format", form, "--store", filled.settings.store)
    code, out, err = cli(*call, "--output", "answer")
    assert (code, out, err) == (2, "", "")
    written = (tmp_path / "answer").read_bytes().decode()
    if form != "text":
        assert written == cli(*call)[1]
    assert "mart.orders" in written


def test_filters__choose_what_is_listed_and_not_what_is_counted(cli: Cli, filled: Service) -> None:
    for target in (("--store", filled.settings.store), ("--url", filled.url)):
        code, out, _ = cli(*DROP, "--format", "csv", "--severity", "breaks", *target)
        assert [row["severity"] for row in csv.DictReader(io.StringIO(out))] == ["BREAKS"]
        said = json.loads(cli(*DROP, "--json", "--severity", "COMPATIBLE", *target)[1])
        assert (code, said["verdict"], said["total"], said["items"]) == (2, "REVIEW", 3, [])
        assert json.loads(cli(*DROP, "--json", "--owner", "team/none", *target)[1])["items"] == []


def test_origins_and_time__choose_which_lineage_is_followed(cli: Cli, filled: Service) -> None:
    for target in (("--store", filled.settings.store), ("--url", filled.url)):
        observed = json.loads(cli(*DROP, "--json", "--origins", "observed", *target)[1])
        assert observed["total"] == 3
        declared = json.loads(cli(*DROP, "--json", "--origins", "DECLARED", *target)[1])
        assert declared["total"] == 0
        then = json.loads(cli(*DROP, "--json", "--as-of", "2024-05-02", *target)[1])
        assert (then["asOf"], then["total"]) == ("2024-05-02T00:00:00Z", 3)


def test_answer__of_an_empty_past_is_not_safe(cli: Cli, filled: Service) -> None:
    code, out, _ = cli(*DROP, "--as-of", "2020-01-01", "--store", filled.settings.store)
    assert (code, "SAFE" in out) != (0, True)
    assert code in (2, 3)


def test_first__lists_less_and_says_so_in_every_form(cli: Cli, filled: Service) -> None:
    for form, said in (("text", "… and 2 more"), ("markdown", "… and 2 more"), ("html", "… and 2 more")):
        assert said in cli(*DROP, "--first", "1", "--format", form, "--store", filled.settings.store)[1]


def test_names__stay_in_their_places(cli: Cli, service: Service, event_file: str) -> None:
    fill(service)
    evil = "jobs|`@all`<b>\n=1"
    event = run_event(3, job={"namespace": "jobs", "name": evil})
    Path(event_file).write_bytes(body(event))
    store = ("--store", service.settings.store)
    assert cli("ingest", event_file, *store)[0] == 0
    markdown = cli(*DROP, "--format", "markdown", *store)[1]
    assert "<code>jobs&#47;jobs&#124;&#96;&#64;all&#96;&#60;b&#62;&#92;n&#61;1</code>" in markdown
    assert "<b>" not in cli(*DROP, "--format", "html", *store)[1]
