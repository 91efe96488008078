"""``meshline export`` and ``meshline import``: a graph moved from store to store by its export."""

import gzip
import io
import json
import sys
from pathlib import Path

import httpx
import pytest

from catalog.identity import DEFAULT_BASE
from tests.api.asking import Cli
from tests.api.conftest import cli, http, service, settings, tokens
from tests.convergence.events import RECEIVED_NS
from tests.roundtrip.restoring import graph_of, recognised
from tests.roundtrip.test_damage import EVENTS

__all__ = ["cli", "http", "service", "settings", "tokens"]


@pytest.fixture
def export(tmp_path: Path) -> str:
    """An export in the file ``graph.nq``."""
    text = graph_of(recognised(EVENTS, RECEIVED_NS))
    (tmp_path / "graph.nq").write_text(text, encoding="utf-8")
    return text


def test_export__is_imported_and_exported_again_as_it_was(cli: Cli, export: str) -> None:
    code, out, err = cli("import", "graph.nq")
    assert (code, err) == (0, "")
    assert "4 applied" in out

    assert cli("export", "--base", DEFAULT_BASE)[1] == export
    assert "4 known already" in cli("import", "graph.nq")[1]
    assert cli("export", "--base", DEFAULT_BASE)[1] == export


def test_damaged_export__is_refused_with_the_line_and_leaves_nothing(
    cli: Cli, export: str, tmp_path: Path
) -> None:
    cut = export[: export.index("\n", 4000) + 1]
    (tmp_path / "cut.nq").write_text(cut, encoding="utf-8")

    code, out, _ = cli("import", "cut.nq")

    assert code == 1
    assert f"The export is cut off behind line {cut.count(chr(10))}: its last line has a checksum." in out
    assert cli("export")[1].count("\n") == 2


def test_standard_input__is_no_place_for_an_export(
    cli: Cli, export: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class _Input:
        buffer = io.BytesIO(export.encode())

    monkeypatch.setattr(sys, "stdin", _Input())
    code, out, _ = cli("import", "-", "--source", "elsewhere", "--json")

    assert code == 1
    assert json.loads(out)["documents"][0]["error"]["code"] == "is-an-export"


def test_service__takes_no_export(export: str, http: httpx.Client) -> None:
    bodies: list[tuple[bytes, dict[str, str]]] = [
        (export.encode(), {}),
        (gzip.compress(export.encode()), {"Content-Encoding": "gzip"}),
    ]
    for body, headers in bodies:
        answer = http.post(
            "/api/v1/descriptors",
            content=body,
            headers={"Content-Type": "application/n-quads", **headers},
            params={"source": "x"},
        )
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "is-an-export")
