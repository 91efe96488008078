"""Documents that policies refuse, as HTTP, GraphQL and the command line tell it."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api.asking import Cli
from tests.api.conftest import cli, http, service, settings, tokens
from tests.api.running import Service

__all__ = ["cli", "http", "service", "settings", "tokens"]

PATH = "/api/v1/descriptors"
YAML = {"Content-Type": "application/yaml"}
RULES = """meshline: 1
teams: [{id: a}]
people: [{id: ada}]
policies:
  - id: purposes
    title: Products say what for
    owner: a
    severity: block
    remediation: Say what for.
    check: {shape: {of: DataProduct, require: [{property: purpose, min: 1}]}}
  - id: owned
    title: Active products have an owner
    owner: a
    severity: block
    check: {shape: {of: DataProduct, when: {lifecycle: [active]}, require: [{path: OWNED_BY, min: 1, label: Team}]}}
"""
BARE = "meshline: 1\nproducts:\n  - {id: p, owner: a}\n"
SAID = "meshline: 1\nproducts:\n  - {id: p, owner: a, purpose: Orders.}\n"
ACTIVE = "meshline: 1\nproducts:\n  - {id: q, owner: b, purpose: Orders., lifecycle: active}\n"
TEAM = "meshline: 1\nteams: [{id: b, description: They do it.}]\n"


def post(http: httpx.Client, text: str, source: str, **parameters: str) -> Any:
    answer = http.post(PATH, content=text, headers=YAML, params={"source": source, **parameters})
    return answer.status_code, answer.json()


def test_refused_document__is_422_with_what_the_policy_says_and_its_line(http: httpx.Client) -> None:
    assert post(http, RULES, "rules.yaml")[0] == 201
    tried = post(http, BARE, "p.yaml", dryRun="true")
    assert (tried[0], tried[1]["report"]["outcome"], tried[1]["report"]["hash"]) == (422, "rejected", None)
    status, said = post(http, BARE, "p.yaml")
    assert (status, said["error"]["code"], said["report"]["outcome"]) == (
        422,
        "policy-violated",
        "quarantined",
    )
    [broken] = said["report"]["violations"]
    assert (broken["focus"], broken["line"]) == ("product/p", 3)
    assert broken["message"] == "purposes: p has no purpose; 1 is needed. Say what for."
    assert post(http, SAID, "p.yaml")[0] == 201


def test_refused_document__is_in_quarantine_and_may_be_sent_again(http: httpx.Client) -> None:
    post(http, RULES, "rules.yaml")
    hash_ = post(http, BARE, "p.yaml")[1]["report"]["hash"]
    asked = "query($hash: String!) { receipt(hash: $hash) { status problems { code path message } } }"
    answer = http.post("/graphql", json={"query": asked, "variables": {"hash": hash_}}).json()
    receipt = answer["data"]["receipt"]
    assert receipt["status"] == "QUARANTINED"
    assert receipt["problems"][0]["code"] == "policy-violated"
    post(http, RULES.replace("severity: block", "severity: warn"), "rules.yaml")
    assert post(http, BARE, "p.yaml")[0] == 201


def test_mutation__that_violates_a_policy_tells_the_verdicts(http: httpx.Client) -> None:
    post(http, RULES, "rules.yaml")
    post(http, SAID.replace("Orders.", "Orders., lifecycle: active"), "p.yaml")
    asked = """mutation { setOwner(subject: "product/p", agent: "person/ada") {
        __typename ... on PolicyViolatedError { message verdicts { policy status targetKey } } } }"""
    answer = http.post("/graphql", json={"query": asked}).json()
    assert answer["data"]["setOwner"] == {
        "__typename": "PolicyViolatedError",
        "message": "By it 1 thing fails a policy that blocks.",
        "verdicts": [{"policy": "owned", "status": "FAIL", "targetKey": "product/p"}],
    }


def test_import__takes_documents_that_need_each_other_whatever_their_order(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "mesh").mkdir()
    for name, text in (("a-rules", RULES), ("b-product", ACTIVE), ("c-team", TEAM)):
        (tmp_path / "mesh" / f"{name}.yaml").write_text(text)
    code, out, _ = cli("import", str(tmp_path / "mesh"), "--no-git", "--json")
    assert (code, [one["outcome"] for one in json.loads(out)["documents"]]) == (0, ["applied"] * 3)


QUARANTINED = "{ receipts(status: QUARANTINED, first: 9) { edges { node { hash } } } }"


def quarantined(http: httpx.Client) -> list[str]:
    found = http.post("/graphql", json={"query": QUARANTINED}).json()["data"]["receipts"]["edges"]
    return [one["node"]["hash"] for one in found]


def test_import__through_a_service_leaves_in_quarantine_only_what_is_refused_in_the_end(
    cli: Cli, http: httpx.Client, service: Service, tmp_path: Path
) -> None:
    (tmp_path / "mesh").mkdir()
    for name, text in (("a-rules", RULES), ("b-product", ACTIVE), ("c-team", TEAM)):
        (tmp_path / "mesh" / f"{name}.yaml").write_text(text)
    code, out, _ = cli("import", str(tmp_path / "mesh"), "--no-git", "--json", "--url", service.url)
    assert (code, [one["outcome"] for one in json.loads(out)["documents"]]) == (0, ["applied"] * 3)
    assert quarantined(http) == []

    (tmp_path / "p.yaml").write_text(BARE)
    code, out, _ = cli("import", str(tmp_path / "p.yaml"), "--no-git", "--json", "--url", service.url)
    [report] = json.loads(out)["documents"]
    assert (code, report["outcome"], [report["hash"]]) == (1, "quarantined", quarantined(http))


def test_import__ends_with_1_and_keeps_what_policies_refuse(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(RULES)
    (tmp_path / "p.yaml").write_text(BARE)
    assert cli("import", str(tmp_path / "rules.yaml"), "--no-git")[0] == 0
    code, out, _ = cli("import", str(tmp_path / "p.yaml"), "--no-git")
    assert code == 1
    assert "p has no purpose; 1 is needed. Say what for." in out
    tried = cli("import", str(tmp_path / "p.yaml"), "--no-git", "--dry-run", "--json")
    assert (tried[0], json.loads(tried[1])["documents"][0]["error"]["code"]) == (1, "policy-violated")
    code, out, _ = cli("import", str(tmp_path / "p.yaml"), "--no-git", "--json")
    assert json.loads(out)["documents"][0]["outcome"] == "quarantined"


def test_enforcement__can_be_switched_off(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MESHLINE_ENFORCE", "off")
    (tmp_path / "rules.yaml").write_text(RULES)
    (tmp_path / "p.yaml").write_text(BARE)
    assert cli("import", str(tmp_path / "rules.yaml"), str(tmp_path / "p.yaml"), "--no-git")[0] == 0
