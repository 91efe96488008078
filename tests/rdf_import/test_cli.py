"""``meshline import``: what it prints, what it keeps, how it ends."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.api.asking import Cli
from tests.api.conftest import cli, http, service, settings, tokens
from tests.api.running import Service
from tests.rdf_import.build import HEAD

__all__ = ["cli", "http", "service", "settings", "tokens"]

GOOD = HEAD + ":p a mesh:DataProduct ; mesh:name 'P' ; mesh:inDomain :sales ; dct:spatial :s ."
BAD = HEAD + ":p a mesh:DataProdukt ; mesh:name 'P' ;\n  mesh:nope 1 ."
BROKEN = "@prefix : <http://x/> .\n:p :q :r"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a good, a bad and a broken document, and a file that is none."""
    made = tmp_path / "m"
    made.mkdir()
    for name, text in {"good.ttl": GOOD, "bad.ttl": BAD, "broken.ttl": BROKEN, "README.md": "no"}.items():
        (made / name).write_text(text, encoding="utf-8")
    return made


def outcomes(said: Any) -> dict[str, str]:
    return {report["document"]: report["outcome"] for report in said["documents"]}


def test_folder__is_imported_and_each_document_told(cli: Cli, folder: Path) -> None:
    code, out, err = cli("import", "m")

    assert (code, err) == (1, "")
    assert out == (
        "m/bad.ttl: rejected\n"
        "  violation line 20: https://x.org/p: mesh:DataProdukt is no class of the ontology."
        " Did you mean mesh:DataProduct?\n"
        "  violation line 21: https://x.org/p: mesh:nope is no term of the ontology. Did you mean mesh:scope?\n"
        "m/broken.ttl: rejected\n"
        "  Line 2, column 9: Unexpected end."
        " Correct it there; a document is applied whole or not at all.\n"
        "m/good.ttl: applied\n"
        "  describes 1 DataProduct; names 1 Domain\n"
        '  warning line 20: Data product "P" (product/https%3A%2F%2Fx.org%2Fp): Nobody owns the data product.\n'
        "  not understood: 1 dct:spatial, first https://x.org/p\n"
        "3 documents: 1 applied, 2 rejected\n"
        "Passed over 1 file that holds no document (--json lists them).\n"
    )


def test_json__has_all_of_it(cli: Cli, folder: Path) -> None:
    code, out, err = cli("import", "m", "--json")

    said = json.loads(out)
    assert (code, err) == (1, "")
    assert outcomes(said) == {"m/bad.ttl": "rejected", "m/broken.ttl": "rejected", "m/good.ttl": "applied"}
    bad, broken, good = said["documents"]
    assert [one["line"] for one in bad["violations"]] == [20, 21]
    assert (broken["error"]["code"], broken["error"]["line"]) == ("malformed-rdf", 2)
    assert (good["describes"], good["names"]) == ({"DataProduct": 1}, {"Domain": 1})
    assert good["notes"][0]["term"] == "http://purl.org/dc/terms/spatial"
    assert len(good["hash"]) == 64
    assert said["passedOver"] == ["m/README.md"]


def test_again__it_is_known_already(cli: Cli, folder: Path) -> None:
    assert cli("import", "m/good.ttl")[0] == 0

    code, out, _ = cli("import", "./m/good.ttl", "--json")
    assert (code, outcomes(json.loads(out))) == (0, {"m/good.ttl": "duplicate"})


def test_dry_run__writes_nothing(cli: Cli, folder: Path, tmp_path: Path) -> None:
    code, out, _ = cli("import", "m", "--dry-run", "--json")

    assert code == 1
    assert outcomes(json.loads(out))["m/good.ttl"] == "valid"
    assert not (tmp_path / "meshline.db").exists()


def test_standard_input__needs_a_source(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    class _Input:
        buffer = io.BytesIO(GOOD.encode())

    monkeypatch.setattr(sys, "stdin", _Input())
    assert cli("import", "-")[0] == 3

    code, out, _ = cli("import", "-", "--format", "ttl", "--source", "https://x.org/mesh", "--json")
    assert (code, outcomes(json.loads(out))) == (0, {"https://x.org/mesh": "applied"})


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["no.ttl"], "There is no no.ttl."),
        (["m", "--source", "x"], "--source is for one document."),
        (["m", "--format", "xml"], "'xml' is no format."),
        (["m", "--at", "soon"], "--at: not an ISO 8601 date-time"),
        (["m", "--store", "sqlite:///a.db", "--url", "http://x"], "--store and --url exclude each other."),
    ],
)
def test_wrong_usage__ends_with_3(cli: Cli, folder: Path, arguments: list[str], says: str) -> None:
    code, _, err = cli("import", *arguments)

    assert code == 3
    assert says in err


def test_at__is_when_it_begins_to_hold(cli: Cli, folder: Path) -> None:
    for at, name in (("2026-02-01T00:00:00Z", "New"), ("2026-01-01T00:00:00Z", "Old")):
        (folder / "good.ttl").write_text(GOOD.replace("'P'", f"'{name}'"), encoding="utf-8")
        assert cli("import", "m/good.ttl", "--at", at)[0] == 0

    exported = cli("export", "--format", "turtle")[1]
    assert '"New"' in exported
    assert '"Old"' not in exported


def test_url__sends_them_to_a_service(cli: Cli, folder: Path, service: Service) -> None:
    code, out, err = cli("import", "m", "--url", service.url, "--json")

    said = json.loads(out)
    assert (code, err) == (1, "")
    assert outcomes(said) == {"m/bad.ttl": "rejected", "m/broken.ttl": "rejected", "m/good.ttl": "applied"}
    assert said["documents"][0]["violations"][0]["line"] == 20
    assert said["documents"][1]["error"]["line"] == 2
    assert outcomes(json.loads(cli("import", "m/good.ttl", "--url", service.url, "--json")[1])) == {
        "m/good.ttl": "duplicate"
    }


def test_url__with_a_dry_run_keeps_nothing(cli: Cli, folder: Path, service: Service) -> None:
    first = cli("import", "m/good.ttl", "--url", service.url, "--dry-run", "--json")
    second = cli("import", "m/good.ttl", "--url", service.url, "--json")

    assert outcomes(json.loads(first[1])) == {"m/good.ttl": "valid"}
    assert outcomes(json.loads(second[1])) == {"m/good.ttl": "applied"}


def test_bound__is_a_setting(cli: Cli, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MESHLINE_MAX_DOCUMENT_STATEMENTS", "2")

    code, out, _ = cli("import", "m/good.ttl")
    assert code == 1
    assert "more than 2 statements" in out


def test_canonical_export__is_restored_with_its_history(cli: Cli, folder: Path) -> None:
    assert cli("import", "m/good.ttl", "--at", "2026-01-01T00:00:00Z")[0] == 0
    exported = cli("export", "--out", "all.nq")
    assert exported[0] == 0

    code, out, _ = cli("import", "all.nq", "--store", "sqlite:///other.db")
    assert (code, out.splitlines()[0]) == (0, "all.nq: a graph with its history")
    assert cli("export", "--store", "sqlite:///other.db", "--out", "again.nq")[0] == 0
    assert Path("again.nq").read_bytes() == Path("all.nq").read_bytes()


def test_canonical_export__that_is_cut_off_is_rejected_and_tried_without_harm(
    cli: Cli, folder: Path, service: Service
) -> None:
    cli("import", "m/good.ttl")
    cli("export", "--out", "all.nq")
    whole = Path("all.nq").read_bytes()

    tried = json.loads(cli("import", "all.nq", "--dry-run", "--json")[1])
    assert tried["restored"][0]["applied"] > 0
    Path("all.nq").write_bytes(whole[:-200])
    code, out, _ = cli("import", "all.nq", "--store", "sqlite:///other.db", "--json")
    assert (code, json.loads(out)["restored"][0]["error"]["code"]) == (1, "damaged-export")
    code, out, _ = cli("import", "all.nq", "--url", service.url, "--json")
    assert (code, json.loads(out)["restored"][0]["error"]["code"]) == (1, "usage")
