"""The command line: shapes of ``--json``, exit codes, errors; the same answers from a store and from a service."""

import gzip
import io
import json
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from api import exit_codes
from api.keys import KeysFile, Role
from api.server import listen
from api.target import is_same_store
from catalog.store.mark import PROJECTION
from catalog.store.sqlite import SqliteStore
from tests.api.asking import Cli, ask, fill
from tests.api.events import body, run_event, schema
from tests.api.running import Service

MAIN = "from api.cli import main; main()"
ROOT = Path(__file__).parents[2]


# ingest


def test_ingest__reports_what_became_of_each_event(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "events"
    folder.mkdir()
    (folder / "a.json").write_bytes(body([run_event(1), run_event(2)]))
    (folder / "b.ndjson.gz").write_bytes(
        gzip.compress(body(run_event(1)) + b"\n" + body(run_event(3, run={})))
    )
    (folder / "c.json").write_bytes(b'{"no": "event"}')
    (folder / "notes.txt").write_text("no event")
    code, out, _ = cli("ingest", str(folder), "--json")
    said = json.loads(out)
    rejection = said.pop("rejections")[0]
    [loss] = said.pop("losses")
    assert (loss["source"], loss["status"], loss["problems"]) == (
        f"{folder}/b.ndjson.gz:2",
        "partial",
        ["run", "run-id"],
    )
    assert len(loss["hash"]) == 64
    assert said == {
        "received": 5,
        "applied": 2,
        "partial": 1,
        "quarantined": 0,
        "duplicate": 1,
        "rejected": 1,
        "problems": {"run": 1, "run-id": 1},
        "lost": {"run": 1, "run-id": 1},
        "passedOver": [str(folder / "notes.txt")],
    }
    assert (rejection["source"], rejection["code"]) == (f"{folder}/c.json", "not-an-event")
    assert code == exit_codes.REJECTED


def test_ingest__names_what_was_not_applied_in_whole(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "odd.ndjson"
    path.write_bytes(b"\n".join(body(run_event(number, run={}, note=number)) for number in range(22)))
    code, out, _ = cli("ingest", str(path))
    assert code == 0
    assert [line.split() for line in out.splitlines() if line.startswith("run ")] == [["run", "22", "22"]]
    losses = [line.replace(", ", ",").split() for line in out.splitlines() if line.startswith(str(path))]
    assert [(where, what, lost) for where, what, lost, _ in losses] == [
        (f"{path}:{number}", "partial", "run,run-id") for number in range(1, 21)
    ]
    assert "… and 2 more (--json lists all)." in out
    again = ask(cli, "ingest", str(path))["losses"]
    assert [loss["hash"] for loss in again[:20]] == [hash_ for *_, hash_ in losses]
    assert len(again) == 22


def test_ingest__of_good_events_exits_0_and_shows_a_table(cli: Cli, event_file: str) -> None:
    code, out, _ = cli("ingest", event_file)
    assert code == 0
    assert [line.split() for line in out.splitlines() if line.startswith(("applied", "received"))] == [
        ["applied", "2"],
        ["received", "2"],
    ]


def test_ingest__reads_standard_input(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(body(run_event(1)) + b"\n" + body(run_event(2))))
    monkeypatch.setattr(sys, "stdin", stream)
    assert ask(cli, "ingest", "-")["applied"] == 2


def test_ingest__in_batches_of_one_gives_the_same(cli: Cli, event_file: str) -> None:
    assert ask(cli, "ingest", event_file, "--batch", "1")["applied"] == 2
    assert ask(cli, "ingest", event_file, "--batch", "5000")["duplicate"] == 2


def test_ingest_to_a_service__gives_the_same_report(cli: Cli, tmp_path: Path, service: Service) -> None:
    path = tmp_path / "mixed.ndjson"
    odd = [body(run_event(1)), b"{", body(run_event(2, note=float("nan"))), body(run_event(1)), b"{}"]
    path.write_bytes(b"\n".join(odd))
    reports = []
    for target in (["--url", service.url], ["--store", f"sqlite:///{tmp_path}/other.db"]):
        code, out, _ = cli("ingest", str(path), *target, "--json")
        assert code == exit_codes.REJECTED
        report = json.loads(out)
        report["rejections"] = sorted((item["source"], item["code"]) for item in report["rejections"])
        reports.append(report)
    assert reports[0] == reports[1]
    assert reports[0]["received"] == 5


def test_ingest_of_a_path_that_is_not_there__exits_3(cli: Cli, tmp_path: Path) -> None:
    code, _, err = cli("ingest", "nowhere.json")
    assert code == 3
    assert "There is no nowhere.json." in err
    assert not (tmp_path / "meshline.db").exists()


# questions


QUESTIONS = [
    ["search", "orders"],
    ["search", "orders", "--kind", "job", "--first", "1"],
    ["search", "orders", "--kind", "PIPELINE", "--kind", "DataProduct"],
    ["search", "mail", "--namespace", "warehouse"],
    ["search", "nothing"],
    ["lineage", "raw.orders"],
    ["lineage", "warehouse/mart.orders", "--upstream"],
    ["lineage", "warehouse/raw.orders#email", "--level", "field"],
    ["lineage", "dataset/warehouse/raw.orders", "--upstream", "--downstream", "--depth", "1"],
    ["lineage", "jobs/orders", "--level", "job"],
    ["lineage", "raw.orders", "--as-of", "2020-01-01"],
    ["lineage", "raw.orders#email", "--level", "field", "--as-of", "2020-01-01", "--edges"],
    ["lineage", "jobs/orders", "--as-of", "2024-05-02", "--edges"],
    ["lineage", "orders"],
    ["lineage", "orders#email"],
    ["lineage", "raw.orders#nothing"],
    ["impact", "raw.orders#email", "--drop", "email"],
    ["impact", "jobs/orders", "--drop", "email"],
    ["impact", "raw.orders", "--retype", "email=INT", "--routes"],
    ["impact", "raw.orders", "--drop", "email"],
    ["impact", "warehouse/raw.orders", "--rename", "id=key", "--retype", "email=INT", "--first", "2"],
    ["impact", "mart.orders", "--drop-dataset"],
    ["lineage", "nowhere"],
    ["impact", "raw.orders", "--drop", "nothing"],
]


@pytest.mark.parametrize("question", QUESTIONS, ids=" ".join)
@pytest.mark.parametrize("form", [[], ["--json"]], ids=["table", "json"])
def test_question__has_one_answer_from_the_store_and_from_the_service(
    cli: Cli, filled: Service, question: list[str], form: list[str]
) -> None:
    from_service = cli(*question, *form, "--url", filled.url)
    from_store = cli(*question, *form, "--store", filled.settings.store)
    assert from_service == from_store
    assert bool(from_service[1]) != bool(from_service[2])


def test_search__has_this_shape(cli: Cli, filled: Service) -> None:
    said = ask(cli, "search", "mart", "--store", filled.settings.store)
    assert said == {
        "text": "mart",
        "total": 1,
        "items": [
            {
                "id": "dataset/warehouse/mart.orders",
                "kind": "Dataset",
                "namespace": "warehouse",
                "name": "mart.orders",
                "description": None,
            }
        ],
    }


def test_lineage__has_this_shape(cli: Cli, filled: Service) -> None:
    said = ask(cli, "lineage", "raw.orders#email", "--level", "FIELD", "--store", filled.settings.store)
    source, target = "field/warehouse/raw.orders/email", "field/warehouse/mart.orders/email_domain"
    assert said == {
        "of": [source],
        "direction": "DOWNSTREAM",
        "level": "FIELD",
        "asOf": None,
        "nodes": [
            {"id": source, "kind": "Field", "name": "warehouse/raw.orders#email", "hops": 0},
            {"id": target, "kind": "Field", "name": "warehouse/mart.orders#email_domain", "hops": 1},
        ],
        "edges": [
            {
                "source": source,
                "target": target,
                "job": "job/jobs/orders",
                "use": "DIRECT",
                "subtypes": [],
                "origins": ["OBSERVED"],
            }
        ],
        "coverage": {"status": "COMPLETE", "reasons": [], "nodes": 2, "edges": said["coverage"]["edges"]},
    }


def test_impact__has_this_shape(cli: Cli, filled: Service) -> None:
    said = ask(cli, "impact", "raw.orders", "--drop", "email", "--store", filled.settings.store)
    assert said.keys() == {"dataset", "changes", "verdict", "total", "counts", "items", "coverage"}
    assert said["counts"] == [
        {"severity": "BREAKS", "kind": "Job", "count": 1, "unknown": 0},
        {"severity": "STALE", "kind": "Dataset", "count": 1, "unknown": 0},
        {"severity": "STALE", "kind": "Field", "count": 1, "unknown": 0},
    ]
    assert (said["dataset"], said["changes"], said["verdict"]) == (
        "dataset/warehouse/raw.orders",
        ["drop email"],
        "REVIEW",
    )
    assert {item["id"]: item["severity"] for item in said["items"]}["job/jobs/orders"] == "BREAKS"
    [job] = [item for item in said["items"] if item["kind"] == "Job"]
    assert job["route"] == [
        {
            "source": "field/warehouse/raw.orders/email",
            "job": "job/jobs/orders",
            "target": "job/jobs/orders",
            "use": "DIRECT",
        }
    ]


def test_lineage_diff__is_the_same_of_a_store_and_of_its_service(
    cli: Cli, service: Service, event_file: str
) -> None:
    fill(service)
    later = run_event(
        3, eventTime="2024-05-02T10:00:00Z", inputs=[{"namespace": "warehouse", "name": "other"}]
    )
    later["outputs"][0]["facets"] = schema("id", "domain")
    Path(event_file).write_bytes(body(later))
    store = service.settings.store
    assert cli("ingest", event_file, "--store", store)[0] == 0
    arguments = ("lineage", "mart.orders", "--upstream", "--diff", "2024-05-01T12:00:00Z", "now")

    found = ask(cli, *arguments, "--store", store)

    assert found == ask(cli, *arguments, "--url", service.url)
    assert [(one["change"], one["source"]) for one in found["edges"]] == [
        ("CAME", "dataset/warehouse/other"),
        ("WENT", "dataset/warehouse/raw.orders"),
    ]
    assert [(one["change"], one["name"]) for one in found["fields"]] == [
        ("CAME", "domain"),
        ("WENT", "email_domain"),
    ]
    _, out, _ = cli(*arguments, "--store", store)
    assert out.splitlines() == [
        "Upstream of warehouse/mart.orders from 2024-05-01T12:00:00Z to now",
        "Edges",
        "  + warehouse/other -> jobs/orders",
        "  - warehouse/raw.orders -> jobs/orders",
        "Fields",
        "  + warehouse/mart.orders#domain",
        "  - warehouse/mart.orders#email_domain",
        "Facets",
        "  ~ warehouse/mart.orders schema",
        "",
        "Coverage before: COMPLETE",
        "",
        "Coverage after: COMPLETE",
    ]
    day = ("--diff", "2025-01-01", "2025-01-02")
    assert "Nothing changed." in cli("lineage", "other", *day, "--store", store)[1]


def test_lineage_diff__says_that_nothing_was_known_at_one_of_its_times(cli: Cli, filled: Service) -> None:
    arguments = ("lineage", "mart.orders", "--diff", "2020-01-01", "now")
    found = ask(cli, *arguments, "--store", filled.settings.store)
    assert found == ask(cli, *arguments, "--url", filled.url)
    before, after = found["coverageBefore"], found["coverageAfter"]
    assert (before["status"], [one["code"] for one in before["reasons"]]) == ("UNKNOWN", ["NOT_YET_KNOWN"])
    assert (after["status"], after["reasons"]) == ("COMPLETE", [])
    lines = cli(*arguments, "--store", filled.settings.store)[1].splitlines()
    assert lines[-4:] == [
        "Coverage before: UNKNOWN",
        "  warehouse/mart.orders was not known then: no event until 2020-01-01T00:00:00Z names it.",
        "",
        "Coverage after: COMPLETE",
    ]


@pytest.mark.parametrize(
    "times",
    [
        ("now", "2024-05-01T12:00:00Z"),
        ("2024-05-02", "2024-05-01"),
        ("x", "now"),
        ("2024-05-01", "2200-01-01"),
    ],
)
def test_lineage_diff__refuses_times_that_make_no_sense(
    cli: Cli, filled: Service, times: tuple[str, str]
) -> None:
    code, _, err = cli("lineage", "mart.orders", "--diff", *times, "--store", filled.settings.store)
    assert (code, "--diff" in err) == (3, True)


def test_explain__leads_from_an_event_to_what_it_did_and_back(cli: Cli, filled: Service) -> None:
    store = ("--store", filled.settings.store)
    thing = ask(cli, "explain", "mart.orders", *store)
    assert ([one["key"] for one in thing["facets"]], len(thing["latest"])) == (["columnLineage", "schema"], 2)
    hash_ = thing["latest"][-1]["hash"]

    event = ask(cli, "explain", hash_, *store)
    assert event == ask(cli, "explain", hash_[:32], *store)
    assert {one["type"] for one in event["edges"]} >= {"CONSUMED_BY", "PRODUCES", "FEEDS"}

    edge = ask(cli, "explain", "raw.orders#email", "mart.orders#email_domain", *store)["edges"][0]
    [evidence] = [one for one in edge["tellings"][0]["evidence"] if one["hash"] == hash_]
    assert evidence["facet"]["key"] == "columnLineage"

    [value] = ask(cli, "explain", "raw.orders", "--facet", "schema", *store)["values"]
    assert {one["facet"]["key"] for one in value["evidence"]} == {"schema"}


def test_explain__says_it_in_words(cli: Cli, filled: Service) -> None:
    store = ("--store", filled.settings.store)
    latest = ask(cli, "explain", "mart.orders", *store)["latest"]

    _, out, _ = cli("explain", latest[-1]["hash"], *store)
    assert {"Nodes: 4 came", "  + warehouse/mart.orders"} <= set(out.splitlines())
    _, out, _ = cli("explain", "raw.orders", "mart.orders", *store)
    assert out.splitlines()[0] == "warehouse/raw.orders -> warehouse/mart.orders"
    assert "  told in 2 runs from 2024-05-01T10:00:00Z to 2024-05-01T10:00:00Z" in out.splitlines()
    _, out, _ = cli("explain", "raw.orders", "--facet", "ownership", *store)
    assert out.splitlines()[1] == "  No event has sent it."
    _, out, _ = cli("explain", "mart.orders", "raw.orders", *store)
    assert out.splitlines()[1] == "  No edge leads there, directly or through one job."


def test_explain__refuses_an_edge_with_a_facet(cli: Cli, filled: Service) -> None:
    code, _, err = cli(
        "explain", "raw.orders", "mart.orders", "--facet", "schema", "--store", filled.settings.store
    )
    assert (code, "An edge has no facet." in err) == (3, True)


def test_ingest_dry_run__tells_what_would_become_of_events_and_stores_nothing(
    cli: Cli, event_file: str, tmp_path: Path
) -> None:
    mixed = tmp_path / "mixed.ndjson"
    odd = {**run_event(3), "eventTime": "yesterday"}
    mixed.write_bytes(
        b"\n".join([body(run_event(1)), body(run_event(2)), body(run_event(2)), body(odd), b"{}"])
    )
    url = f"sqlite:///{tmp_path}/new.db"

    code, out, _ = cli("ingest", str(mixed), "--dry-run", "--store", url, "--json")

    found = json.loads(out)
    assert (code, found["received"], found["applied"], found["duplicate"]) == (1, 5, 2, 1)
    assert (found["quarantined"], found["rejected"]) == (1, 1)
    assert not (tmp_path / "new.db").exists()

    assert cli("ingest", event_file, "--store", url)[0] == 0
    before = cli("export", "--store", url)[1]
    code, out, _ = cli("ingest", str(mixed), "--dry-run", "--store", url)
    assert out.splitlines()[0] == "A dry run: nothing was stored."
    assert ["duplicate", "3"] in [line.split() for line in out.splitlines()]
    assert cli("export", "--store", url)[1] == before
    assert cli("ingest", str(mixed), "--dry-run", "--url", "http://127.0.0.1:1")[0] == 3


def test_import_of_an_export__tells_what_it_would_do_and_takes_no_time(
    cli: Cli, filled: Service, tmp_path: Path
) -> None:
    export, new = tmp_path / "graph.nq", f"sqlite:///{tmp_path}/new.db"
    assert cli("export", "--out", str(export), "--store", filled.settings.store)[0] == 0
    code, out, _ = cli("import", str(export), "--dry-run", "--store", new)
    assert (code, out.splitlines()[1]) == (0, "  5 would be applied, 0 are known already")
    assert not (tmp_path / "new.db").exists()
    assert cli("import", str(export), "--store", new)[0] == 0
    _, out, _ = cli("import", str(export), "--dry-run", "--store", new)
    assert out.splitlines()[1] == "  0 would be applied, 5 are known already"
    code, out, _ = cli("import", str(export), "--at", "2026-01-01", "--store", new)
    assert (code, out.splitlines()[1]) == (
        1,
        "  A canonical export has the times of its history. Leave out --at.",
    )


def test_lineage_of_several__starts_from_all(cli: Cli, filled: Service) -> None:
    said = ask(cli, "lineage", "raw.orders", "mart.orders", "--store", filled.settings.store)
    assert [node["id"] for node in said["nodes"] if node["hops"] == 0] == [
        "dataset/warehouse/mart.orders",
        "dataset/warehouse/raw.orders",
    ]


def test_name_that_two_things_have__is_refused_with_both(cli: Cli, service: Service, event_file: str) -> None:
    fill(service)
    Path(event_file).write_bytes(body(run_event(3, outputs=[{"namespace": "lake", "name": "mart.orders"}])))
    store = service.settings.store
    assert cli("ingest", event_file, "--store", store)[0] == 0
    code, _, err = cli("lineage", "mart.orders", "--store", store)
    assert code == 3
    assert "dataset/lake/mart.orders, dataset/warehouse/mart.orders" in err
    assert cli("lineage", "lake/mart.orders", "--store", store)[0] == 0


# impact's exit code states the verdict


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
        (["nothing", "--drop", "email"], exit_codes.COULD_NOT),
        (["jobs/orders", "--drop", "email"], exit_codes.COULD_NOT),
        ([], exit_codes.COULD_NOT),
    ],
)
def test_impact__exits_with_its_verdict(cli: Cli, filled: Service, arguments: list[str], code: int) -> None:
    assert cli("impact", *arguments, "--store", filled.settings.store)[0] == code


def test_crash__is_never_a_verdict(cli: Cli, filled: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr("api.local.impact", broken)
    code, out, err = cli("impact", "raw.orders", "--drop", "email", "--store", filled.settings.store)
    assert (code, out) == (3, "")
    assert err == "Error: RuntimeError: a fault This is a fault of Meshline.\n"


def test_debug__shows_the_trace(cli: Cli) -> None:
    _, _, err = cli("--debug", "search", "x", "--store", "nothing:x")
    assert "Traceback" in err
    assert "UnknownStoreUrl" in err


# errors


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["search", "x"], "usage"),
        (["search", "x", "--store", "nothing:x"], "unknown-store-url"),
        (["search", "x", "--store", "sqlite:///here.db", "--url", "http://127.0.0.1:1"], "usage"),
        (["search", "x", "--url", "nothing"], "usage"),
        (["search", "x", "--url", "http://127.0.0.1:1"], "service"),
        (["lineage", "x", "--depth", "-1"], "usage"),
        (["lineage", "x", "--as-of", "yesterday"], "usage"),
        (["unknown"], "usage"),
        (["replay", "--to", "sqlite:///meshline.db"], "usage"),
        (["key", "revoke", "nothing"], "usage"),
        (["serve", "--port", "99999"], "invalid-settings"),
        (["serve", "--host", "0.0.0.0"], "no-keys"),
        (["serve", "--store", "nothing:x"], "unknown-store-url"),
        (["demo", "--serve", "--url", "http://127.0.0.1:1"], "usage"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else value,
)
def test_error__is_one_line_with_a_hint(cli: Cli, arguments: list[str], code: str) -> None:
    status, out, err = cli(*arguments)
    assert (status, out) == (3, "")
    assert err.startswith("Error: ")
    assert err.count("\n") == 1
    assert "Traceback" not in err
    status, out, err = cli(*arguments, "--json")
    error = json.loads(err)["error"]
    assert (status, out, error.keys()) == (3, "", {"code", "message", "hint"})
    assert error["code"] in (code, "usage")  # serve has no --json, and says so as JSON


def test_store_that_does_not_answer__is_told_in_one_line(tmp_path: Path) -> None:
    with listen("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-c",
        MAIN,
        "search",
        "x",
        "--store",
        f"neo4j://a:b@127.0.0.1:{port}",
        "--json",
    ]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (3, "")
    assert json.loads(ended.stderr)["error"]["code"] == "store-unavailable"


def test_taken_port__is_told(cli: Cli) -> None:
    with listen("127.0.0.1", 0) as taken:
        port = str(taken.getsockname()[1])
        status, _, err = cli("serve", "--store", "memory:", "--port", port)
    assert status == 3
    assert f"Cannot listen on 127.0.0.1 port {port}: Address already in use." in err


def test_store_that_is_not_ours__is_refused_and_left_alone(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    path.write_text("not a database" * 100)
    before = path.read_bytes()
    code, _, err = cli("ingest", "-", "--store", f"sqlite:///{path}", "--json")
    assert (code, json.loads(err)["error"]["code"]) == (3, "not-our-store")
    assert path.read_bytes() == before


def test_question_to_a_store_that_is_not_there__makes_none(cli: Cli, tmp_path: Path) -> None:
    assert cli("export", "--store", "sqlite:///typo.db")[0] == 3
    assert list(tmp_path.glob("typo*")) == []


def test_service_that_wants_a_key__gets_the_one_of_the_environment(
    cli: Cli, service: Service, event_file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(service)
    _, token = KeysFile(service.settings.keys_file).add("reader", Role.READER)
    code, _, err = cli("search", "orders", "--url", service.url, "--json")
    assert (code, json.loads(err)["error"]["code"]) == (3, "no-key")
    monkeypatch.setenv("MESHLINE_API_KEY", token)
    assert ask(cli, "search", "mart", "--url", service.url)["total"] == 1
    code, _, err = cli("ingest", event_file, "--url", service.url, "--json")
    assert (code, json.loads(err)["error"]["code"]) == (3, "forbidden")


# the rest


@pytest.mark.parametrize("spelling", ["sqlite:///mesh.db", "sqlite:////{}/mesh.db", "SQLITE:///./link.db"])
def test_replay__into_the_same_file_is_refused(
    cli: Cli, tmp_path: Path, event_file: str, spelling: str
) -> None:
    assert cli("ingest", event_file, "--store", "sqlite:///mesh.db")[0] == 0
    (tmp_path / "link.db").symlink_to("mesh.db")
    code, _, err = cli("replay", "--store", "sqlite:///mesh.db", "--to", spelling.format(tmp_path))
    assert code == 3
    assert "A store is not replayed into itself." in err


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("neo4j://a:b@host", "bolt://c@HOST:7687", True),
        ("neo4j://host", "neo4j://other", False),
        ("neo4j://host:1", "neo4j://host:2", False),
        ("neo4j://host", "sqlite:///host", False),
        ("sqlite:///a%62.db", "sqlite:///ab.db", True),
        ("sqlite:///a%00", "sqlite:///a", False),
    ],
)
def test_same_store__is_told_by_its_place(one: str, other: str, same: bool) -> None:
    assert is_same_store(one, other) is same


def older(path: Path, **said: str) -> str:
    """A store that another ontology, or what is said, has made."""
    SqliteStore(str(path)).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for name, value in {"ontology": "0" * 64, **said}.items():
            connection.execute("UPDATE meta SET value = ? WHERE name = ?", (value, name))
        connection.execute("DROP VIEW datasets")
    return f"sqlite:///{path}"


def test_store_of_another_ontology__is_refused_until_it_is_migrated(cli: Cli, tmp_path: Path) -> None:
    url = older(tmp_path / "old.db")
    for command in (["serve", "--port", "0"], ["ingest", "-"], ["search", "x"], ["export"]):
        code, _, err = cli(*command, "--store", url)
        assert (code, "ontology 0" in err, "meshline migrate" in err) == (3, True, True)
    asked = ask(cli, "migrate", "--store", url, "--dry-run")
    assert (asked["needed"], asked["migrated"]) == (True, False)
    assert asked["steps"] == [{"action": "create", "kind": "view", "names": ["datasets"], "count": 1}]
    code, out, _ = cli("migrate", "--store", url)
    assert (code, out.splitlines()[1]) == (0, "  create view: datasets")
    assert cli("migrate", "--store", url)[1].startswith("Nothing to do: the store has ontology")
    assert cli("export", "--store", url)[0] == 0


def test_store_of_older_folds__is_made_anew_by_a_migration(cli: Cli, event_file: str, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/old.db"
    assert cli("ingest", event_file, "--store", url)[0] == 0
    before = cli("export", "--store", url)[1]
    older(tmp_path / "old.db", projection=str(PROJECTION - 1))
    with closing(sqlite3.connect(tmp_path / "old.db")) as connection, connection:
        connection.execute("DELETE FROM edge_row")
    code, _, err = cli("search", "x", "--store", url, "--json")
    assert (code, "meshline migrate" in json.loads(err)["error"]["hint"]) == (3, True)
    code, out, _ = cli("migrate", "--store", url, "--dry-run")
    assert (code, out.splitlines()[-1]) == (0, "  make the graph anew from the log")
    code, out, _ = cli("migrate", "--store", url)
    assert code == 0
    assert re.fullmatch(
        r"  Replayed 2 entries, 0 quarantined; \d+ edges brought in line\.", out.splitlines()[-1]
    )
    assert cli("export", "--store", url)[1] == before
    assert cli("migrate", "--store", url)[1].startswith("Nothing to do: the store has ontology")


def test_verify__tells_what_differs_and_replay_mends_it(cli: Cli, event_file: str, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/mesh.db"
    assert cli("ingest", event_file, "--store", url)[0] == 0
    assert cli("verify", "--store", url)[:2] == (
        0,
        "The store is what its log makes: 2 entries, 0 quarantined.\n",
    )
    with closing(sqlite3.connect(tmp_path / "mesh.db")) as connection, connection:
        connection.execute("UPDATE node SET props = replace(props, 'orders', 'odd') WHERE label = 'Dataset'")
    code, out, _ = cli("verify", "--store", url)
    assert (code, out.splitlines()[0]) == (1, "The store is not what its log makes: 2 nodes differ.")
    assert all(line.startswith("  different Dataset ") for line in out.splitlines()[1:])
    code, out, _ = cli("verify", "--store", url, "--json", "--scratch", str(tmp_path))
    found = json.loads(out)
    assert (code, found["replayed"], found["differences"]["node"], len(found["first"])) == (1, 2, 2, 2)
    assert cli("replay", "--store", url)[1] == "Replayed 2 entries, 0 quarantined; 2 nodes brought in line.\n"
    assert ask(cli, "replay", "--store", url)["differences"] == {
        "node": 0,
        "edge": 0,
        "record": 0,
        "receipt": 0,
    }
    assert list(tmp_path.glob("meshline-replay-*")) == []


def test_verify__of_a_store_that_is_not_there_could_not(cli: Cli, tmp_path: Path) -> None:
    assert cli("verify", "--store", "sqlite:///typo.db")[0] == 3
    assert list(tmp_path.glob("typo*")) == []


def test_migrate__of_a_store_that_is_not_there_makes_none(cli: Cli, tmp_path: Path) -> None:
    assert cli("migrate", "--store", "sqlite:///typo.db")[0] == 3
    assert list(tmp_path.glob("typo*")) == []


def test_export__is_the_same_after_a_replay(cli: Cli, filled: Service, tmp_path: Path) -> None:
    store, again = filled.settings.store, f"sqlite:///{tmp_path}/again.db"
    assert ask(cli, "replay", "--store", store, "--to", again)["replayed"] == 2
    first, second = (cli("export", "--store", url)[1] for url in (store, again))
    assert first == second
    assert first.count("\n") > 20


def test_export__writes_a_file_whole(cli: Cli, filled: Service, tmp_path: Path) -> None:
    out = tmp_path / "graph.ttl"
    assert cli("export", "--format", "turtle", "--out", str(out), "--store", filled.settings.store)[0] == 0
    assert "@prefix mesh:" in out.read_text()
    assert [path.name for path in tmp_path.glob("graph*")] == ["graph.ttl"]


@pytest.mark.parametrize(
    ("form", "part"), [("sdl", "type Query"), ("cypher", "CREATE CONSTRAINT"), ("turtle", "@prefix")]
)
def test_schema__is_printed_in_each_form(cli: Cli, form: str, part: str) -> None:
    code, out, _ = cli("schema", "--format", form)
    assert code == 0
    assert part in out


def test_key__is_made_listed_and_revoked(cli: Cli, tmp_path: Path) -> None:
    made = ask(cli, "key", "add", "--actor", "orders", "--role", "emitter")
    assert KeysFile(tmp_path / "meshline-keys.json").ring().find(made["token"]) is not None
    [listed] = ask(cli, "key", "list")["keys"]
    assert listed == {key: made[key] for key in ("id", "actor", "role", "created")}
    assert ask(cli, "key", "revoke", made["id"]) == {"revoked": made["id"], "actor": "orders"}
    assert ask(cli, "key", "list") == {"keys": []}


def test_version__is_printed(cli: Cli) -> None:
    code, out, _ = cli("--version")
    assert code == 0
    assert out.startswith("meshline ")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--help"], 0),
        (["impact", "--help"], 0),
        (["impact", "x", "--drop", "y"], 3),
        (["impact"], 3),
        (["ingest", "nowhere"], 3),
    ],
)
def test_process__ends_with_the_exit_code(tmp_path: Path, arguments: list[str], code: int) -> None:
    project = Path(__file__).parents[2]
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(project)!r}); {MAIN}", *arguments]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.returncode == code
    assert "Traceback" not in ended.stderr
