"""MESHLINE_NAMING: rules are read before any command, and a store that others have made is refused."""

from pathlib import Path

import pytest

from tests.api.asking import Cli
from tests.api.conftest import cli, event_file

__all__ = ["cli", "event_file"]


def test_rules__are_those_that_made_the_store(
    cli: Cli, event_file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = f"sqlite:///{tmp_path}/mesh.db"
    assert cli("ingest", event_file, "--store", store)[0] == 0
    (tmp_path / "naming.toml").write_text('without = ["glob"]\n', encoding="utf-8")
    monkeypatch.setenv("MESHLINE_NAMING", "naming.toml")
    code, _, err = cli("search", "orders", "--store", store)
    assert (code, "naming rules" in err, "meshline migrate" in err) == (3, True, True)
    assert "make the graph anew" in cli("migrate", "--dry-run", "--store", store)[1]
    assert cli("migrate", "--store", store)[0] == 0
    assert cli("search", "orders", "--store", store)[0] == 0
    assert cli("verify", "--store", store)[0] == 0


def test_wrong_rules__end_every_command_with_what_is_wrong(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "naming.toml").write_text("use = 1\nother = 2\n", encoding="utf-8")
    monkeypatch.setenv("MESHLINE_NAMING", "naming.toml")
    code, _, err = cli("search", "orders")
    assert (code, "Nothing is known of 'other'." in err, "use is a list" in err) == (3, True, True)
