"""``meshline forget`` and ``meshline commands``, on a store and through a service."""

import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from api.keys import Role
from api.settings import Settings
from tests.api.asking import Cli, fill
from tests.api.conftest import cli, service, settings, tokens
from tests.api.events import run_event
from tests.api.running import Service, serving

__all__ = ("cli", "service", "settings", "tokens")

ORDERS = ("dataset", "warehouse", "raw.orders")


@pytest.fixture
def store(cli: Cli, tmp_path: Path) -> str:
    events = tmp_path / "events.json"
    events.write_text(json.dumps([run_event(1), run_event(2)]))
    assert cli("ingest", str(events))[0] == 0
    return f"sqlite:///{tmp_path}/meshline.db"


def names(cli: Cli, *where: str) -> set[str]:
    return {item["name"] for item in json.loads(cli("search", "orders", "--json", *where)[1])["items"]}


def test_forget__takes_a_dataset_out_of_the_graph_and_the_log(cli: Cli, store: str, tmp_path: Path) -> None:
    code, out, _ = cli("forget", *ORDERS, "--why", "a request", "--yes")
    assert (code, out.partition(".")[0]) == (0, "Forgotten: dataset warehouse/raw")
    assert names(cli) == {"mart.orders", "orders"}
    with closing(sqlite3.connect(tmp_path / "meshline.db")) as database:
        bodies = [body for (body,) in database.execute("SELECT body FROM log WHERE kind != 'Command'")]
    assert len(bodies) == 2
    assert not [body for body in bodies if "raw.orders" in body]
    code, out, _ = cli("ingest", str(tmp_path / "events.json"), "--json")
    assert json.loads(out)["duplicate"] == 2
    assert names(cli) == {"mart.orders", "orders"}


def test_forget__says_how_much_goes_and_before_that_what_would(cli: Cli, store: str) -> None:
    went = "1 dataset, 2 fields, 4 values of facets, schemas and lineage, parts of 2 log entries.\n"
    before = cli("export")[1]
    assert cli("forget", *ORDERS, "--dry-run") == (0, f"Would go: {went}", "")
    counts = {"dataset": 1, "field": 2, "values": 4, "entries": 2}
    assert json.loads(cli("forget", *ORDERS, "--dry-run", "--json")[1]) == {"takes": counts}
    assert cli("export")[1] == before
    assert cli("forget", *ORDERS, "--yes")[1].endswith(f"Gone: {went}")
    nothing = "Nothing in the log or the graph names dataset warehouse/raw.orders yet; "
    assert cli("forget", *ORDERS, "--dry-run")[1].startswith(nothing)
    assert nothing in cli("forget", *ORDERS, "--yes")[1]
    answer = json.loads(cli("forget", *ORDERS, "--yes", "--json")[1])
    assert (answer["status"], answer["took"]) == ("applied", {})


def test_dry_run__through_the_service_says_the_same_and_changes_nothing(cli: Cli, service: Service) -> None:
    fill(service)
    url, where = service.url, service.settings.store
    for asked in (("forget", *ORDERS), ("retain", "--older-than", "P1D", "--keep-runs", "0")):
        told = cli(*asked, "--dry-run", "--url", url)
        assert told == cli(*asked, "--dry-run", "--store", where)
        assert told[1].startswith("Would go: ")
    assert json.loads(cli("commands", "--url", url, "--json")[1]) == []
    assert "raw.orders" in names(cli, "--url", url)


def test_dry_run__is_true_or_false(service: Service) -> None:
    with service.client() as http:
        answer = http.post("/api/v1/commands?dryRun=maybe", json={"command": "forget"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad-parameter")


@pytest.mark.parametrize(
    ("query", "more"),
    [
        ("?dryrun=true", {}),
        ("?dry_run=true", {}),
        ("", {"dryRun": True}),
        ("", {"keepruns": 9}),
        ("", {"by": "x"}),
    ],
)
def test_command__with_a_word_that_is_not_known_is_not_carried_out(
    cli: Cli, service: Service, query: str, more: dict[str, object]
) -> None:
    fill(service)
    command = {"command": "retain", "before": "1999-01-01T00:00:00Z", **more}
    with service.client() as http:
        answer = http.post(f"/api/v1/commands{query}", json=command)
        assert (answer.status_code, answer.json()["error"]["code"]) in (
            (400, "bad-parameter"),
            (400, "not-a-command"),
        )
    assert json.loads(cli("commands", "--url", service.url, "--json")[1]) == []


def test_retain__until_a_time_to_come_is_refused(service: Service) -> None:
    command = {"command": "retain", "before": "2099-01-01T00:00:00Z"}
    with service.client() as http:
        answer = http.post("/api/v1/commands", json=command)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "not-a-command")
    assert "yet to come" in answer.json()["error"]["message"]


def test_forget__leaves_nothing_that_sql_still_names(cli: Cli, store: str, tmp_path: Path) -> None:
    event = {
        "eventTime": "2026-11-01T10:00:00Z",
        "eventType": "COMPLETE",
        "producer": "urn:test",
        "schemaURL": "urn:test",
        "run": {"runId": "3f5e83fa-3480-44ff-99c5-ff943904e5e8"},
        "job": {
            "namespace": "shop",
            "name": "copy",
            "facets": {"sql": {"query": "insert into s.out select email as mail from s.pii"}},
        },
        "inputs": [{"namespace": "postgres://db:5432", "name": "s.pii"}],
        "outputs": [{"namespace": "postgres://db:5432", "name": "s.out"}],
    }
    (tmp_path / "sql.json").write_text(json.dumps(event))
    assert cli("ingest", str(tmp_path / "sql.json"))[0] == 0
    assert cli("forget", "dataset", "postgres://db:5432", "s.pii", "--yes")[0] == 0
    shown = cli("lineage", "s.out", "--upstream", "--level", "field", "--edges")[1]
    assert "s.pii" not in shown
    assert "still to be analysed" not in shown


def test_forget__of_a_time_to_come_is_refused(cli: Cli, store: str) -> None:
    code, _, err = cli("forget", *ORDERS, "--yes", "--at", "2100-01-01T00:00:00Z", "--json")
    error = json.loads(err)["error"]
    assert (code, error["code"]) == (3, "not-a-command")
    assert "is yet to come" in error["message"]


def test_forget__that_nobody_can_answer_says_what_to_do(
    cli: Cli, store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    code, _, err = cli("forget", *ORDERS)
    assert code == 3
    assert "Nobody answered" in err
    assert "--yes" in err
    assert "raw.orders" in names(cli)


def test_commands__shows_superseded_ones_only_with_all(cli: Cli, service: Service) -> None:
    fill(service)
    url = service.url
    hashes = [
        json.loads(cli("forget", *ORDERS, "--yes", "--url", url, "--json")[1])["hash"] for _ in range(2)
    ]
    for where in (("--url", url), ("--store", service.settings.store)):
        listed = json.loads(cli("commands", "--json", *where)[1])
        assert [one["hash"] for one in listed] == hashes[1:]
        whole = json.loads(cli("commands", "--all", "--json", *where)[1])
        assert [(one["hash"], one["supersededBy"]) for one in whole] == [
            (hashes[0], hashes[1]),
            (hashes[1], None),
        ]
    assert "superseded by" in cli("commands", "--all", "--url", url)[1]


def test_alias__of_a_job_says_that_only_datasets_have_other_names(cli: Cli, store: str) -> None:
    for name in ("jobs/orders", "job/jobs/orders"):
        code, _, err = cli("alias", "show", name)
        assert code == 3
        assert "only datasets have other names" in err
        assert "--drop" not in err


def test_forget__asks_unless_told_not_to(cli: Cli, store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("typer.confirm", lambda text, err: False)
    assert cli("forget", *ORDERS)[0] == 130
    assert "raw.orders" in names(cli)


@pytest.mark.parametrize(
    "arguments", [["table", "a", "b"], ["dataset", "a"], ["run", "a", "b"], ["namespace", "a", "b"]]
)
def test_forget__of_what_has_no_such_names_is_a_usage_error(
    cli: Cli, store: str, arguments: list[str]
) -> None:
    code, _, err = cli("forget", *arguments, "--yes", "--json")
    assert (code, json.loads(err)["error"]["code"]) == (3, "usage")


def test_commands__are_listed_by_the_store_and_by_the_service(cli: Cli, service: Service) -> None:
    fill(service)
    url, where = service.url, service.settings.store
    assert cli("commands", "--url", url)[1] == "No operator has given a command.\n"
    code, out, _ = cli("forget", *ORDERS, "--why", "a request", "--yes", "--url", url, "--json")
    assert (code, json.loads(out)["status"], json.loads(out)["kind"]) == (0, "applied", "Command")
    assert names(cli, "--url", url) == {"mart.orders", "orders"}
    listed = cli("commands", "--url", url, "--json")
    assert listed == cli("commands", "--store", where, "--json")
    [command] = json.loads(listed[1])
    assert command.pop("at")
    assert command == {
        "command": "forget",
        "about": "dataset warehouse/raw.orders",
        "hash": json.loads(out)["hash"],
        "by": "local",
        "why": "a request",
        "supersededBy": None,
    }


def test_command__is_taken_from_admins_alone(settings: Settings, tokens: dict[Role, str]) -> None:
    said = {"command": "forget", "kind": "run", "name": "r", "at": "2024-05-01T10:00:00Z"}
    answers = {}
    with serving(settings) as service:
        for role, token in tokens.items():
            with service.client(token) as http:
                answers[role] = http.post("/api/v1/commands", json=said).status_code
    assert answers == {Role.EMITTER: 403, Role.READER: 403, Role.EDITOR: 403, Role.ADMIN: 201}


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b'{"command": "lose"}', b'{"command": "forget", "kind": "run", "name": "r", "at": 3}'],
)
def test_command__that_is_none_is_refused(service: Service, body: bytes) -> None:
    with service.client() as http:
        answer = http.post("/api/v1/commands", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "not-a-command")


@pytest.fixture
def runs(cli: Cli, tmp_path: Path) -> str:
    """Three old runs of one job, and one of another output before them."""
    events = tmp_path / "old.json"
    before = run_event(
        9, eventTime="2019-05-01T10:00:00Z", outputs=[{"namespace": "warehouse", "name": "gone"}]
    )
    late = [run_event(n, eventTime=f"2020-05-0{n}T10:00:00Z") for n in (1, 2, 3)]
    events.write_text(json.dumps([before, *late]))
    assert cli("ingest", str(events))[0] == 0
    return f"sqlite:///{tmp_path}/meshline.db"


def counts(cli: Cli) -> tuple[int, list[str]]:
    """How many runs an export has, and what the job leads to now."""
    lines = cli("export")[1].splitlines()
    edges = json.loads(cli("lineage", "jobs/orders", "--json")[1])["edges"]
    return sum(line.endswith("/ns#Run> .") for line in lines), [edge["target"] for edge in edges]


def test_retain__takes_old_runs_and_leaves_the_lineage_of_now(cli: Cli, runs: str) -> None:
    before = counts(cli)
    assert before[0] == 4
    code, out, _ = cli("retain", "--older-than", "P90D", "--keep-runs", "0", "--dry-run")
    assert (code, out) == (
        0,
        "Would go: 3 runs, 12 values of facets, schemas and lineage, the content of 2 log entries.\n",
    )
    assert counts(cli) == before
    code, said, _ = cli("retain", "--older-than", "P90D", "--keep-runs", "0", "--why", "storage")
    assert (code, said.partition(". ")[0] + ".\n") == (0, out.replace("Would go", "Gone"))
    assert counts(cli) == (1, before[1])
    again = ("retain", "--older-than", "P90D", "--keep-runs", "0", "--dry-run")
    assert json.loads(cli(*again, "--json")[1]) == {"takes": {}}
    assert cli(*again)[1] == "Nothing would go.\n"
    assert cli("verify")[0] == 0


def test_retain__keeps_as_many_runs_as_it_is_told(cli: Cli, runs: str) -> None:
    assert cli("retain", "--older-than", "P90D", "--keep-runs", "2")[0] == 0
    assert counts(cli)[0] == 2


def test_retain__through_the_service_is_planned_there(cli: Cli, service: Service) -> None:
    with service.client() as http:
        events = [run_event(n, eventTime=f"2020-05-0{n}T10:00:00Z") for n in (1, 2, 3)]
        http.post("/api/v1/lineage/batch", json=events).raise_for_status()
    assert cli("retain", "--older-than", "P90D", "--url", service.url)[0] == 0
    [command] = json.loads(cli("commands", "--url", service.url, "--json")[1])
    assert command["about"].endswith(", 1 runs of each job")
    lines = cli("export", "--store", service.settings.store)[1].splitlines()
    assert sum(line.endswith("/ns#Run> .") for line in lines) == 1


@pytest.mark.parametrize("text", ["90", "P", "P3M", "PT", "P1DT", "-P1D"])
def test_retain__of_no_duration_is_a_usage_error(cli: Cli, store: str, text: str) -> None:
    code, _, err = cli("retain", "--older-than", text, "--json")
    assert (code, json.loads(err)["error"]["code"]) == (3, "usage")
