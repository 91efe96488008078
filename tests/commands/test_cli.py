"""``meshline forget`` and ``meshline commands``, on a store and through a service."""

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
