"""``meshline ingest`` and ``import``: what became of each event, and dry runs."""

import gzip
import io
import json
import sys
from pathlib import Path

import pytest

from api import exit_codes
from tests.api.asking import Cli, ask
from tests.api.events import body, run_event
from tests.api.running import Service


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
