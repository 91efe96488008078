"""Commands that make, check and move stores: verify, replay, migrate, export."""

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from api.target import is_same_store
from catalog.store.mark import PROJECTION
from catalog.store.sqlite import SqliteStore
from tests.api.asking import Cli, ask
from tests.api.running import Service


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
