"""The Action, the template and the hook as they are shipped: their scripts run, against a forge on this machine."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from api.ci.ask import Undecided, ask_impact, asking
from api.ci.hook import arguments
from api.errors import UsageError
from api.program import run
from tests.api.events import body, run_event
from tests.docs.markdown import ROOT
from tests.integrations.contracts import BEFORE
from tests.integrations.forges import PAYLOADS, TOKEN, Forge, forge

ACTION = yaml.safe_load((ROOT / "integrations/github/action.yml").read_text(encoding="utf-8"))
TEMPLATE = yaml.safe_load((ROOT / "integrations/gitlab/meshline.gitlab-ci.yml").read_text(encoding="utf-8"))
[HOOK] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
QUESTION = "raw.orders --drop email"


@pytest.fixture(scope="module")
def mesh(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An exported graph of two runs."""
    folder = tmp_path_factory.mktemp("mesh")
    events, store, graph = folder / "events.ndjson", f"sqlite:///{folder}/mesh.db", folder / "graph.nq"
    events.write_bytes(body(run_event(1)) + b"\n" + body(run_event(2)) + b"\n")
    assert run(["ingest", str(events), "--store", store]) == 0
    assert run(["export", "--store", store, "--output", str(graph)]) == 0
    return str(graph)


@pytest.fixture
def workplace(tmp_path: Path) -> Path:
    """A folder with `meshline` on its PATH, and a folder `api` as a repository may have one."""
    commands = tmp_path / ".bin"
    commands.mkdir()
    command = commands / "meshline"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -P -m api.cli "$@"\n')
    command.chmod(0o755)
    (tmp_path / "api").mkdir()
    (tmp_path / "api" / "__init__.py").write_text("raise SystemExit('not ours')\n")
    return tmp_path


def sh(script: str, folder: Path, environ: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a script as the runners do: bash, ending at the first failure."""
    path = f"{folder / '.bin'}{os.pathsep}{os.environ['PATH']}"
    base = {"PATH": path, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=folder,
        env={**base, **environ},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def act(folder: Path, state: Forge, question: str, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run the step of the action that asks, with inputs as a workflow gives them."""
    [step] = [one for one in ACTION["runs"]["steps"] if one.get("id") == "impact"]
    given = {name: str(one.get("default", "")) for name, one in ACTION["inputs"].items()}
    given |= {"token": TOKEN, "arguments": question} | {
        name.replace("_", "-"): text for name, text in inputs.items()
    }
    environ = {
        name: given[text.removeprefix("${{ inputs.").removesuffix(" }}")]
        for name, text in step["env"].items()
    }
    environ |= {
        "GITHUB_ACTIONS": "true",
        "GITHUB_API_URL": state.url,
        "GITHUB_REPOSITORY": "shop/orders",
        "GITHUB_EVENT_PATH": str(PAYLOADS / "github_pull_request.json"),
        "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
        "GITHUB_OUTPUT": str(folder / "outputs"),
    }
    return sh(step["run"], folder, environ)


@pytest.fixture
def github() -> Iterator[Forge]:
    with forge("github_comment") as state:
        yield state


def test_action__comments_summarises_and_only_warns(workplace: Path, github: Forge, mesh: str) -> None:
    done = act(
        workplace,
        github,
        f"{QUESTION} --against '{mesh}'",
        sarif="impact.sarif",
        mentions="team/finance=@acme/finance\n\n",
    )
    assert (done.returncode, done.stderr) == (
        0,
        "Comment created: https://forge.example/shop/orders/pull/7#issuecomment-1.\n",
    )
    [comment] = github.bodies()
    assert comment.startswith("<!-- meshline-impact -->\n## Impact: REVIEW\n")
    assert (workplace / "summary.md").read_text().strip() == comment.partition("\n")[2].strip()
    assert (workplace / "outputs").read_text() == "verdict=review\n"
    assert '"2.1.0"' in (workplace / "impact.sarif").read_text()
    assert "Verdict: REVIEW" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("::warning title=Meshline impact::The verdict is review.")
    assert TOKEN not in done.stdout + done.stderr + comment


@pytest.mark.parametrize(
    ("question", "fail_on", "code", "verdict"),
    [
        ("raw.orders --drop email --against none.nq", "block", 3, "undecided"),
        ("'", "never", 3, None),
    ],
)
def test_action__fails_what_it_is_told_to(
    workplace: Path, github: Forge, question: str, fail_on: str, code: int, verdict: str | None
) -> None:
    done = act(workplace, github, question, fail_on=fail_on, name="contracts")
    assert done.returncode == code, done.stderr
    if verdict is None:
        assert "MESHLINE_IMPACT cannot be read" in done.stderr
        return
    assert (workplace / "outputs").read_text() == f"verdict={verdict}\n"
    assert [body.splitlines()[0] for body in github.bodies()] == ["<!-- meshline-impact:contracts -->"]
    assert ("could not decide" in github.bodies()[0]) == (verdict == "undecided")


def test_action__of_a_fork_writes_the_summary_only(workplace: Path, github: Forge, mesh: str) -> None:
    done = act(workplace, github, f"{QUESTION} --against {mesh}", token="", fail_on="review")
    assert (done.returncode, done.stderr) == (2, "No comment: there is no token.\n")
    assert (workplace / "summary.md").read_text().startswith("## Impact: REVIEW\n")
    assert github.requests == []


def test_template__writes_the_note_and_the_artifacts_and_fails_softly(workplace: Path, mesh: str) -> None:
    job: dict[str, Any] = TEMPLATE[".meshline-impact"]
    assert job["allow_failure"] is True
    with forge("gitlab_note") as state:
        environ = {
            **job["variables"],
            "GITLAB_CI": "true",
            "MESHLINE_IMPACT": f"{QUESTION} --against {mesh}",
            "CI_API_V4_URL": state.url,
            "CI_PROJECT_ID": "42",
            "CI_MERGE_REQUEST_IID": "7",
            "MESHLINE_GITLAB_TOKEN": TOKEN,
        }
        done = sh("\n".join(job["script"]), workplace, environ)
        assert (done.returncode, done.stderr) == (2, "Comment created.\n")
        assert len(state.comments) == 1
    written = {path.name for path in workplace.glob("meshline-impact.*")}
    assert written == {f"meshline-impact.{form}" for form in ("md", "html", "sarif", "json")}
    assert "::" not in done.stdout
    assert TOKEN not in done.stdout


def test_hook__asks_for_each_contract_of_the_commit(workplace: Path, mesh: str) -> None:
    entry = HOOK["entry"].replace("python ", f"{sys.executable} ")
    (workplace / "a.odcs.yaml").write_text("no: contract\n")
    done = sh(f"{entry} --against {mesh} a.odcs.yaml", workplace, {})
    assert done.returncode == 3
    assert "a.odcs.yaml" in done.stderr
    (workplace / "b.odcs.yaml").write_text(BEFORE)
    done = sh(f"{entry} raw.orders --against {mesh} --base b.odcs.yaml b.odcs.yaml", workplace, {})
    assert (done.returncode, done.stdout) == (0, "")
    assert arguments(["--fail-on", "block", "--routes", "a.odcs.yaml", "--base", "b.yaml", "c.odcs.yml"]) == [
        *("impact", "--fail-on", "block", "--routes", "--contract", "a.odcs.yaml"),
        *("--base", "b.yaml", "--contract", "c.odcs.yml"),
    ]
    assert arguments(["--against=graph.nq", "--base=b.yaml", "a.odcs.yaml", "c.odcs.yml"]) == [
        *("impact", "--against=graph.nq", "--base=b.yaml"),
        *("--contract", "a.odcs.yaml", "--contract", "c.odcs.yml"),
    ]


def test_question__is_asked_without_the_tokens_of_the_forge(mesh: str) -> None:
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "GITHUB_TOKEN": TOKEN}
    assert not {"GITHUB_TOKEN", "MESHLINE_GITLAB_TOKEN", "CI_JOB_TOKEN"} & {*asking(environ)}
    late = ask_impact(["raw.orders", "--drop", "email", "--against", mesh], environ, timeout_s=0.01)
    assert late == Undecided("There was no answer within 0 seconds.")
    for own in ("--json", "--format=csv", "--fail-on", "--output"):
        with pytest.raises(UsageError, match="is not for the question"):
            ask_impact(["raw.orders", own], environ)
