"""What commands print for people: nothing is lost at 80 columns, nothing is eaten, readers may leave."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from api.answers import (
    Coverage,
    LineageAnswer,
    LineageEdge,
    LineageNode,
)
from api.commands.lineage_text import lineage_lines
from api.program import app
from tests.api.asking import Cli, ask
from tests.api.events import body, run_event, schema
from tests.api.running import Service

MAIN = "from api.cli import main; main()"
ROOT = Path(__file__).parents[2]
WHOLE = Coverage(status="COMPLETE", reasons=[], nodes=0, edges=0)


def lineage(*edges: LineageEdge) -> list[str]:
    """The lines of the edges."""
    answer = LineageAnswer(
        of=["dataset/w/a"],
        direction="DOWNSTREAM",
        level="DATASET",
        as_of=None,
        nodes=[LineageNode(id="dataset/w/a", kind="Dataset", name="w/a", hops=0)],
        edges=list(edges),
        coverage=WHOLE,
    )
    lines = [line.text for line in lineage_lines(answer, 80, edges=True)]
    return lines[lines.index("Edges") + 1 :]


def edge(source: str, target: str, job: str | None, use: str | None = None, *subtypes: str) -> LineageEdge:
    return LineageEdge(source=source, target=target, job=job, use=use, subtypes=list(subtypes), origins=[])


def test_edges__go_through_their_job_on_one_line() -> None:
    job = "job/j/load"
    assert lineage(
        edge("dataset/w/a", job, job), edge("dataset/w/b", job, job), edge(job, "dataset/w/c", job)
    ) == ["  w/a -> j/load -> w/c", "  w/b -> j/load -> w/c"]


def test_edges__of_jobs_that_only_read_or_write_and_without_a_job_are_there() -> None:
    assert lineage(
        edge("dataset/w/a", "job/j/x", "job/j/x"),
        edge("job/j/y", "dataset/w/b", "job/j/y"),
        edge("dataset/w/a", "dataset/w/c", None),
    ) == ["  j/y -> w/b", "  w/a -> j/x", "  w/a -> w/c"]


def test_edges__of_columns_say_how() -> None:
    column = edge("field/w/a/x", "field/w/c/y", "job/j/load", "DIRECT", "IDENTITY")
    assert lineage(column) == ["  w/a#x -(DIRECT IDENTITY, j/load)-> w/c#y"]
    assert lineage(edge(f"field/w/a/{'x' * 60}", "field/w/c/y", "job/j/load", "INDIRECT", "FILTER")) == [
        f"  w/a#{'x' * 60}",
        "      -(INDIRECT FILTER, j/load)-> w/c#y",
    ]


def test_counts__are_of_all_that_is_affected_not_of_the_page(cli: Cli, filled: Service) -> None:
    for target in (["--store", filled.settings.store], ["--url", filled.url]):
        call = ["impact", "raw.orders", "--drop", "email", *target]
        whole, page = (cli(*call, *first)[1].splitlines() for first in ([], ["--first", "1"]))
        assert page[:3] == whole[:3]
        assert "1 BREAKS (1 job), 2 STALE (1 dataset, 1 column)" in whole
        assert "… and 2 more (--first lists more)." in page


def test_names__cannot_steer_the_terminal(cli: Cli, tmp_path: Path) -> None:
    evil = "raw\x1b[31m\nFAKE\u202e"
    shown = r"raw\x1b[31m\nFAKE\u202e"
    facets = {**schema("id"), **schema(f"id{evil}")}
    source = {"namespace": "w", "name": evil, "facets": facets}
    path = tmp_path / "evil.json"
    job = {"namespace": "jobs", "name": f"load{evil}"}
    path.write_bytes(body(run_event(1, inputs=[source], outputs=[{"namespace": "w", "name": "b"}], job=job)))
    store = ["--store", "sqlite:///evil.db"]
    assert cli("ingest", str(path), *store)[0] == 0
    calls = [
        ("search", "raw"),
        ("lineage", f"w/{evil}", "--edges"),
        ("lineage", f"w/{evil}#id{evil}", "--level", "field", "--edges"),
        ("impact", f"w/{evil}", "--drop", f"id{evil}", "--routes"),
        ("lineage", f"w/{evil}none"),
        ("impact", f"w/{evil}", "--drop", evil),
        ("ingest", evil),
        ("search", "raw", "--store", evil),
    ]
    for call in calls:
        _, out, err = cli(*call, *([] if "--store" in call else store))
        assert (out + err).replace("\n", "").isprintable(), call
        assert "\nFAKE" not in out + err, call
        assert call[-2] == "--store" or shown in out + err or call[0] == "ingest", call


def test_names__are_as_they_are_in_json(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "evil.json"
    path.write_bytes(body(run_event(1, inputs=[{"namespace": "w", "name": "raw\x1b\n"}], outputs=[])))
    cli("ingest", str(path), "--store", "sqlite:///evil.db")
    [hit] = ask(cli, "search", "raw", "--store", "sqlite:///evil.db")["items"]
    assert hit["name"] == "raw\x1b\n"


def test_lineage__lists_nodes_by_hop(cli: Cli, filled: Service) -> None:
    _, out, _ = cli("lineage", "raw.orders", "--store", filled.settings.store)
    assert out == (
        "Downstream of warehouse/raw.orders\n"
        "1 hop\n"
        "  dataset warehouse/mart.orders\n"
        "  job     jobs/orders\n"
        "\n"
        "Coverage: COMPLETE\n"
    )


@pytest.mark.parametrize("start", ["raw.orders", "raw.orders#email", "jobs/orders"])
def test_as_of_before_anything_was_known__says_so(cli: Cli, filled: Service, start: str) -> None:
    _, out, _ = cli("lineage", start, "--as-of", "2020-01-01", "--store", filled.settings.store)
    assert "was not known then: no event until 2020-01-01T00:00:00Z names it." in out
    assert "Coverage: UNKNOWN" in out
    _, out, _ = cli("lineage", start, "--as-of", "2024-05-02", "--store", filled.settings.store)
    assert "was not known" not in out


# names


@pytest.mark.parametrize(
    ("arguments", "near"),
    [
        (["lineage", "mart"], "Did you mean warehouse/mart.orders?"),
        (["lineage", "mart#id"], "Did you mean warehouse/mart.orders#id?"),
        (["lineage", "elsewhere/mart"], "Did you mean warehouse/mart.orders?"),
        (["lineage", "raw.orders#nothing"], "warehouse/raw.orders has no field 'nothing' that is known."),
        (["impact", "raw", "--drop", "x"], "Did you mean warehouse/raw.orders?"),
        (["impact", "raw#email", "--drop", "x"], "Did you mean warehouse/raw.orders?"),
        (
            ["impact", "raw.orders#email", "--drop", "x"],
            "a change is of a dataset. Name the dataset 'raw.orders'",
        ),
        (["impact", "jobs/orders", "--drop", "x"], "'jobs/orders' is a job; a change is of a dataset."),
        (["impact", "job/jobs/orders", "--drop", "x"], "jobs/orders is no dataset;"),
        (["lineage", "nowhere"], "Look for it with `meshline search`."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_name_that_nothing_has__is_answered_with_what_helps(
    cli: Cli, filled: Service, arguments: list[str], near: str
) -> None:
    code, out, err = cli(*arguments, "--store", filled.settings.store)
    assert (code, out) == (3, "")
    assert near in err


# help


def commands() -> list[list[str]]:
    """All commands, those of groups too."""
    found: list[list[str]] = [[]]
    for name, command in getattr(get_command(app), "commands", {}).items():
        found += [[name], *([name, inner] for inner in getattr(command, "commands", {}))]
    return found


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_help__fits_80_columns_and_names_no_types(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    code, out, _ = cli(*command, "--help")
    assert code == 0
    assert max(map(len, out.splitlines())) <= 80
    assert not [
        part for part in ("<bool>", "<str>", "<int", "{", "x>=", "...\n") if part in out.split("\n", 1)[1]
    ]
    assert "{" not in out


def test_help__keeps_what_stands_in_square_brackets(cli: Cli) -> None:
    words = " ".join(cli("lineage", "--help")[1].split())
    assert "[default: MESHLINE_STORE, else sqlite:///meshline.db]" in words
    assert "[default: dataset]" in words
    assert "[default: all] [0 or more]" in words
    assert "Usage: meshline lineage [OPTIONS] NAME..." in words


# the edges of the process


@pytest.mark.parametrize(
    "command", ["export", "schema", "lineage raw.orders", "impact raw.orders --drop email"]
)
def test_reader_that_leaves__is_no_error_and_no_verdict(
    filled: Service, tmp_path: Path, command: str
) -> None:
    script = f"import sys; sys.path.insert(0, {str(ROOT)!r}); {MAIN}"
    store = [] if command == "schema" else ["--store", filled.settings.store]
    call = [sys.executable, "-c", script, *command.split(), *store]
    with subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


def test_ingest_of_a_folder__passes_over_keys_files(cli: Cli, tmp_path: Path, event_file: str) -> None:
    assert cli("key", "add", "--actor", "me", "--role", "reader")[0] == 0
    keys = tmp_path / "meshline-keys.json"
    assert keys.exists()
    code, out, _ = cli("ingest", str(tmp_path), "--store", "sqlite:///other.db")
    assert code == 0
    assert "hold no events" in out
    assert cli("ingest", str(keys), "--store", "sqlite:///other.db")[0] == 1


def test_demo_without_a_service__says_so_in_one_plain_line(cli: Cli) -> None:
    code, _, err = cli("demo", "--url", "http://127.0.0.1:9")
    assert code == 3
    assert err.splitlines()[-1] == (
        "Error: http://127.0.0.1:9 does not answer. Start one with `meshline serve`, or correct --url."
    )


def test_names_with_colons__are_printed_as_they_are(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "empty.ttl").write_text("@prefix mesh: <https://w3id.org/meshline/ns#> .\n")
    _, out, _ = cli("import", str(tmp_path / "empty.ttl"), "--source", "urn:x:y", "--dry-run")
    assert out.startswith("urn:x:y: ")
