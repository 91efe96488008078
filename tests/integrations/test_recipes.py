"""The recipes of docs/impact.md: a contract compared with that of the base branch, without any server."""

import json
import subprocess
from pathlib import Path

import pytest

from api.program import run
from tests.api.events import body, run_event
from tests.integrations.contracts import AFTER, BEFORE


def git(folder: Path, *arguments: str) -> str:
    """Run git as nobody in particular."""
    named = ("-c", "user.name=t", "-c", "user.email=t@shop.example", "-c", "commit.gpgsign=false")
    return subprocess.run(
        ["git", *named, *arguments], cwd=folder, check=True, capture_output=True, text=True
    ).stdout


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose branch drops a column of a contract, and the exported graph of the mesh."""
    (tmp_path / "events.ndjson").write_bytes(body(run_event(1)) + b"\n" + body(run_event(2)) + b"\n")
    store = f"sqlite:///{tmp_path}/mesh.db"
    assert run(["ingest", str(tmp_path / "events.ndjson"), "--store", store]) == 0
    assert run(["export", "--store", store, "--output", str(tmp_path / "graph.nq")]) == 0
    folder = tmp_path / "repository"
    (folder / "contracts").mkdir(parents=True)
    contract = folder / "contracts" / "orders.odcs.yaml"
    contract.write_text(BEFORE)
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "Orders")
    git(folder, "switch", "-q", "-c", "drop-email")
    contract.write_text(AFTER)
    monkeypatch.chdir(folder)
    return folder


def test_contract__is_compared_with_that_of_the_base_branch(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (repository / "base.odcs.yaml").write_text(git(repository, "show", "main:contracts/orders.odcs.yaml"))
    question = ["raw.orders", "--contract", "contracts/orders.odcs.yaml", "--base", "base.odcs.yaml"]
    capsys.readouterr()
    code = run(["impact", *question, "--against", "../graph.nq", "--format", "sarif"])
    [results] = [one["results"] for one in json.loads(capsys.readouterr().out)["runs"]]
    assert code == 2
    broken = [one for one in results if one["ruleId"] == "BREAKS"]
    assert [one["properties"]["item"] for one in broken] == ["job/jobs/orders"]
    [place] = [one["physicalLocation"] for one in broken[0]["locations"]]
    assert place["artifactLocation"]["uri"].endswith("orders.odcs.yaml")
    assert place["region"]["startLine"] > 0


def test_contract__that_did_not_change_is_no_answer_and_fails_no_change_request(
    repository: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    (repository / "base.odcs.yaml").write_text(AFTER)
    question = ["raw.orders", "--contract", "contracts/orders.odcs.yaml", "--base", "base.odcs.yaml"]
    assert run(["impact", *question, "--against", "../graph.nq"]) == 3
    capsys.readouterr()
    against = [*question, "--against", "../graph.nq"]
    assert run(["ci", "--on", "gitlab", "--fail-on", "review", "--no-comment", "--", *against]) == 0
    assert "Nothing to answer: Nothing is changed" in capsys.readouterr().out
    assert run(["impact", *against, "--allow-empty"]) == 0
    said = capsys.readouterr()
    assert (said.out, said.err.startswith("Nothing is changed")) == ("", True)


def test_contract_pair__that_names_a_column_the_data_never_had_is_answered(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    promised = BEFORE + "      - name: never_there\n        logicalType: string\n"
    (repository / "base.odcs.yaml").write_text(promised)
    (repository / "new.odcs.yaml").write_text(BEFORE.replace("1.0.0", "2.0.0"))
    question = ["raw.orders", "--contract", "new.odcs.yaml", "--base", "base.odcs.yaml"]
    capsys.readouterr()
    assert run(["impact", *question, "--against", "../graph.nq"]) == 2
    assert "never_there" in capsys.readouterr().out
