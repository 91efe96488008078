"""What holds for every command: errors, exit codes, keys, versions."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from api.keys import KeysFile, Role
from api.server import listen
from tests.api.asking import Cli, ask, fill
from tests.api.running import Service

MAIN = "from api.cli import main; main()"
ROOT = Path(__file__).parents[2]


# ingest


def test_crash__is_never_a_verdict(cli: Cli, filled: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr("api.impact_asking.asked", broken)
    code, out, err = cli("impact", "raw.orders", "--drop", "email", "--store", filled.settings.store)
    assert (code, out) == (3, "")
    assert err == "Error: RuntimeError: a fault. This is a fault of Meshline.\n"


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
        (["search", "x", "--first", "0"], "usage"),
        (["search", "x", "--nope"], "usage"),
        (["search", "a", "b"], "usage"),
        (["lineage", "x", "--level", "foo"], "usage"),
        (["follow", "--once", "nothing.jsonl"], "usage"),
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
    assert error["message"][-1] in ".!?:"
    assert "Value error" not in error["message"]
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
