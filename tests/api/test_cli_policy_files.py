"""``meshline policy lint``, ``convert``, ``ready`` and ``schema``: what they print, and their exit codes."""

import json
from pathlib import Path

import pytest

from api import exit_codes
from ingest.policies.ready import example_events, example_text, ready_ids
from tests.api.asking import Cli
from tests.governance.test_lint import HIGH, LOW


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "high.yaml").write_text(HIGH, encoding="utf-8")
    return tmp_path


def test_lint__ends_with_0_when_all_is_fine(cli: Cli, folder: Path) -> None:
    assert cli("policy", "lint", "high.yaml") == (
        exit_codes.OK,
        "1 policy, 0 waivers in 1 document: 0 errors, 0 warnings.\n",
        "",
    )


def test_lint__ends_with_1_when_something_is_refused(cli: Cli, folder: Path) -> None:
    (folder / "low.yaml").write_text(LOW.replace("min: 3", "min: 1"), encoding="utf-8")

    code, out, _ = cli("policy", "lint", ".")

    assert code == exit_codes.REJECTED
    assert out.splitlines() == [
        "low.yaml:3: error: tagged-in-sales: It does not ask for at least 2 tags.",
        "2 policies, 0 waivers in 2 documents: 1 error, 0 warnings.",
    ]


@pytest.mark.parametrize("name", ["broken.yaml", "nowhere.yaml"])
def test_lint__ends_with_3_when_something_cannot_be_read(cli: Cli, folder: Path, name: str) -> None:
    (folder / "broken.yaml").write_text("meshline: [", encoding="utf-8")

    code, out, _ = cli("policy", "lint", "high.yaml", name)

    assert code == exit_codes.COULD_NOT
    assert "1 file could not be read." in out


def test_lint__of_nothing_is_no_good_news(cli: Cli, folder: Path) -> None:
    (folder / "empty").mkdir()

    assert cli("policy", "lint", "empty")[:2] == (exit_codes.COULD_NOT, "There is no document.\n")


def test_lint__tells_programs_the_same(cli: Cli, folder: Path) -> None:
    (folder / "high.yaml").write_text(HIGH.replace("property: tags", "property: tagz"), encoding="utf-8")

    code, out, _ = cli("policy", "lint", "high.yaml", "--json")
    found = json.loads(out)

    assert code == exit_codes.REJECTED
    assert (found["ok"], found["documents"]) == (False, 1)
    assert [(one["source"], one["line"], one["level"]) for one in found["findings"]] == [
        ("high.yaml", 11, "error")
    ]


def test_convert__writes_what_is_read_back_the_same(cli: Cli, folder: Path) -> None:
    code, turtle, _ = cli("policy", "convert", "high.yaml")
    (folder / "high.ttl").write_text(turtle, encoding="utf-8")
    _, yaml, _ = cli("policy", "convert", "high.ttl", "--format", "yaml")
    (folder / "again.yaml").write_text(yaml, encoding="utf-8")

    assert code == exit_codes.OK
    assert cli("policy", "convert", "again.yaml") == (exit_codes.OK, turtle, "")


def test_convert__refuses_what_is_wrong_and_says_where(cli: Cli, folder: Path) -> None:
    (folder / "high.yaml").write_text(HIGH.replace("min: 2", "mni: 2"), encoding="utf-8")

    code, out, err = cli("policy", "convert", "high.yaml")

    assert (code, out) == (exit_codes.COULD_NOT, "")
    assert "high.yaml: line 11:" in err


def test_schema__is_that_of_our_yaml(cli: Cli) -> None:
    code, out, _ = cli("policy", "schema")

    assert code == exit_codes.OK
    assert {"policies", "waivers"} <= json.loads(out)["properties"].keys()


def test_ready__lists_and_prints_what_lint_finds_right(cli: Cli, folder: Path) -> None:
    _, listed, _ = cli("policy", "ready")
    for id_ in ready_ids():
        (folder / f"{id_}.yaml").write_text(cli("policy", "ready", id_)[1], encoding="utf-8")
    (folder / "high.yaml").unlink()

    code, out, _ = cli("policy", "lint", ".")

    count = len(ready_ids())
    assert [line.split()[0] for line in listed.splitlines()[1:]] == list(ready_ids())
    assert (code, out) == (
        exit_codes.OK,
        f"{count} policies, 0 waivers in {count} documents: 0 errors, 0 warnings.\n",
    )


def test_ready__prints_its_examples(cli: Cli) -> None:
    [id_, *_] = ready_ids()

    printed = [cli("policy", "ready", id_, "--example", one)[1] for one in ("passes", "fails")]

    assert printed == [example_text(id_, passes=True), example_text(id_, passes=False)]


def test_ready__prints_the_events_of_its_examples(cli: Cli) -> None:
    id_ = "products-read-through-ports"

    code, out, _ = cli("policy", "ready", id_, "--example", "fails", "--events")

    assert (code, out) == (exit_codes.OK, example_events(id_, passes=False))
    assert [json.loads(line)["eventType"] for line in out.splitlines()] == ["COMPLETE", "COMPLETE"]
    assert cli("policy", "ready", id_, "--events")[0] == exit_codes.COULD_NOT


def test_ready__offers_what_is_near(cli: Cli) -> None:
    code, _, err = cli("policy", "ready", "domains-have-owner")

    assert code == exit_codes.COULD_NOT
    assert "Did you mean domains-have-an-owner?" in err
