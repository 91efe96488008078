"""``meshline policy check FILE…`` and ``--draft``: a store, an export and a service say the same, and keep nothing."""

import json
from pathlib import Path
from typing import Any

import pytest

from api import exit_codes
from tests.api.asking import Cli
from tests.api.conftest import cli, service, settings, tokens
from tests.api.running import Service

__all__ = ["cli", "service", "settings", "tokens"]

RULES = """meshline: 1
teams: [{id: a, email: a@shop.example}]
domains: [{id: sales}, {id: finance}]
policies:
  - id: purposes
    title: Products say what for
    owner: a
    severity: block
    remediation: Say what for.
    check: {shape: {of: DataProduct, require: [{property: purpose, min: 1}]}}
  - id: homepages
    title: Products have a homepage of ours
    owner: a
    severity: warn
    check:
      query:
        of: DataProduct
        select: >-
          PREFIX mesh: <https://w3id.org/meshline/ns#>
          SELECT ?this { ?this mesh:homepage ?at FILTER(!STRSTARTS(STR(?at), 'https://ours.example')) }
"""
GOOD = "meshline: 1\nproducts: [{id: p, owner: a, domain: sales, purpose: Orders.}]\n"
BARE = "meshline: 1\nproducts: [{id: p, owner: a, domain: sales}]\n"
ELSEWHERE = (
    "meshline: 1\nproducts: [{id: p, owner: a, domain: sales, purpose: X., homepage: 'https://x.example'}]\n"
)
DRAFT = """meshline: 1
policies:
  - id: owned
    title: Products are owned by b
    owner: a
    enabled: false
    check: {shape: {of: DataProduct, require: [{path: OWNED_BY, max: 0}]}}
"""


@pytest.fixture
def asked(cli: Cli, service: Service, tmp_path: Path) -> list[tuple[str, str]]:
    """Whom to ask: the same mesh in a service, its store and an export."""
    for name, text in (("rules", RULES), ("p", GOOD)):
        (tmp_path / f"{name}.yaml").write_text(text)
        assert cli("import", f"{name}.yaml", "--no-git", "--url", service.url)[0] == exit_codes.OK
    assert cli("export", "--output", "mesh.nq", "--store", service.settings.store)[0] == exit_codes.OK
    return [("--url", service.url), ("--store", service.settings.store), ("--against", "mesh.nq")]


def check(cli: Cli, *arguments: str) -> tuple[int, Any]:
    code, out, err = cli("policy", "check", *arguments, "--json")
    return code, json.loads(out or err)


def test_files__are_told_what_they_would_newly_violate(
    cli: Cli, asked: list[tuple[str, str]], tmp_path: Path
) -> None:
    (tmp_path / "p.yaml").write_text(BARE)
    first, *others = [check(cli, "p.yaml", *whom) for whom in asked]
    assert all(other == first for other in others)
    code, said = first
    assert code == exit_codes.BLOCK
    [one] = said["items"]
    assert (one["policy"], one["target"], one["status"], one["tell"]) == (
        "purposes",
        "product/p",
        "FAIL",
        ["team/a"],
    )
    assert one["message"] == "p has no purpose; 1 is needed."
    assert check(cli, "p.yaml", *asked[1], "--fail-on", "never")[0] == exit_codes.OK


def test_files__are_asked_by_queries_of_the_mesh_with_them(
    cli: Cli, asked: list[tuple[str, str]], tmp_path: Path
) -> None:
    (tmp_path / "p.yaml").write_text(ELSEWHERE)
    first, *others = [check(cli, "p.yaml", *whom) for whom in asked]
    assert all(other == first for other in others)
    assert (first[0], [one["policy"] for one in first[1]["items"]]) == (exit_codes.REVIEW, ["homepages"])


def test_files__that_change_nothing_for_the_worse_are_fine(cli: Cli, asked: list[tuple[str, str]]) -> None:
    for whom in asked:
        code, out, _ = cli("policy", "check", "p.yaml", *whom)
        assert (code, out.strip()) == (
            exit_codes.OK,
            "These files violate no policy that is not violated now.",
        )


def test_files__in_markdown_and_sarif(cli: Cli, asked: list[tuple[str, str]], tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(BARE)
    code, out, _ = cli("policy", "check", "p.yaml", *asked[1], "--format", "markdown")
    assert (code, out.splitlines()[0]) == (1, "### Policies: 1 thing would newly fail, 1 of them block.")
    assert (
        "- **FAIL** (block) `purposes`: `p`: p has no purpose; 1 is needed. Say what for. Tell: `team/a`."
        in out
    )
    code, out, _ = cli("policy", "check", "p.yaml", *asked[1], "--format", "sarif")
    [run] = json.loads(out)["runs"]
    [result] = run["results"]
    assert (result["ruleId"], result["level"]) == ("policy/purposes", "error")
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "p.yaml"}


@pytest.mark.parametrize(
    "wrong",
    [
        ("p.yaml", "--policy", "purposes"),
        ("absent.yaml",),
        ("broken.yaml",),
        ("--format", "sarif"),
        ("mesh.nq",),
    ],
    ids=" ".join,
)
def test_files__wrong_use_is_told_and_never_fine(
    cli: Cli, asked: list[tuple[str, str]], tmp_path: Path, wrong: tuple[str, ...]
) -> None:
    (tmp_path / "broken.yaml").write_text("meshline: 1\nproducts: [{id: p, lifecycle: nonsense}]\n")
    assert cli("policy", "check", *wrong, *asked[1])[0] == exit_codes.COULD_NOT


def test_draft__is_tried_by_a_service_too(cli: Cli, asked: list[tuple[str, str]], tmp_path: Path) -> None:
    (tmp_path / "draft.yaml").write_text(DRAFT)
    for whom in asked:
        code, out, _ = cli("policy", "check", "--draft", "draft.yaml", *whom)
        assert (code, out.splitlines()[-1]) == (2, "Would fail 1 product in 1 domain: sales (p).")
        assert check(cli, "--draft", "draft.yaml", "--domain", "finance", *whom)[1]["total"] == 0
