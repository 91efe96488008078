"""Files of folders that are no documents: passed over, named where they seem to be meant, refused where they spoke."""

import json
from pathlib import Path

import pytest

from ingest.descriptors.near import seems_in
from tests.api.asking import Cli
from tests.api.conftest import cli, service, settings, tokens
from tests.api.running import Service

__all__ = ["cli", "service", "settings", "tokens"]

TEAM = "meshline: 1\nteams: [{id: orders, name: One}]\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("meshlin: 1\n", "write 'meshline: 1' in place of 'meshlin'"),
        ("Meshline: 1\n", "write 'meshline: 1' in place of 'Meshline'"),
        ("products:\n  - {id: orders}\n", "the line 'meshline: 1' is missing"),
        ("apiVersion: v3.1.0\nkind: DataContrat\n", "write 'kind: DataContract' in place of 'DataContrat'"),
        ("apiVersion: backstge.io/v1alpha1\nkind: Component\n", "begins with 'backstage.io/'"),
    ],
)
def test_near_miss__is_named(text: str, said: str) -> None:
    assert said in str(seems_in(text.encode()))


@pytest.mark.parametrize(
    "text",
    ["", "services: {}\n", "apiVersion: v1\nkind: Pod\n", "- 1\n", "products: 3\n", "a: ["],
)
def test_something_else__is_no_near_miss(text: str) -> None:
    assert seems_in(text.encode()) is None


def test_terminal__names_near_misses_and_dot_folders(cli: Cli, tmp_path: Path) -> None:
    for name, text in (("a.yaml", TEAM), ("b.yaml", "meshlin: 1\n"), (".ci/c.yaml", TEAM), ("d.json", "{}")):
        (tmp_path / "m" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "m" / name).write_text(text, encoding="utf-8")

    code, out, _ = cli("import", "m")
    assert code == 0
    assert "m/b.yaml: passed over. It seems to be Meshline's own" in out
    assert "Passed over folders whose names begin with a dot: m/.ci\n" in out
    assert "Passed over 1 file that holds no document (--json lists them).\n" in out
    said = json.loads(cli("import", "m", "--json")[1])
    assert said["passedOver"] == ["m/.ci", "m/b.yaml", "m/d.json"]
    assert [one["source"] for one in said["nearMisses"]] == ["m/b.yaml"]


@pytest.mark.parametrize("to", ["store", "service"])
def test_source_that_spoke__is_never_passed_over(cli: Cli, service: Service, tmp_path: Path, to: str) -> None:
    there = ["--url", service.url] if to == "service" else []
    path = tmp_path / "m" / "a.yaml"
    path.parent.mkdir()
    path.write_text(TEAM, encoding="utf-8")
    assert cli("import", "m", *there)[0] == 0

    path.write_text(TEAM.replace("meshline", "meshlin"), encoding="utf-8")
    code, out, _ = cli("import", "m", *there)
    assert code == 1
    assert "m/a.yaml: rejected" in out
    assert "write 'meshline: 1' in place of 'meshlin'" in out
    path.write_text("", encoding="utf-8")
    code, out, _ = cli("import", "m", *there)
    assert (code, "m/a.yaml: ended" in out) == (0, True)
    assert "Passed over 1 file" in cli("import", "m", *there)[1]
