"""``meshline policy``: the same from a store, from an export and from a service, with exit codes for CI."""

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest

from api import exit_codes
from tests.api.asking import Cli, ask, fill
from tests.api.events import run_event
from tests.api.running import Service

PURPOSE = json.dumps({"shape": {"of": "DataProduct", "require": [{"property": "purpose", "min": 1}]}})
CROSSING = json.dumps({"lineage": {"rule": "crossing", "of": "DataProduct"}})
NAMED = json.dumps(
    {
        "query": {
            "of": "DataProduct",
            "select": "PREFIX mesh: <https://w3id.org/meshline/ns#> "
            "SELECT ?this ?name { ?this a mesh:DataProduct ; mesh:name ?name . FILTER(?name = 'Orders') }",
        }
    }
)
SLOW = json.dumps(
    {
        "query": {
            "of": "DataProduct",
            "budget": 1,
            "select": "SELECT ?this { ?a ?p ?b . ?c ?q ?d . ?e ?r ?f . ?g ?s ?this . ?h ?t ?i "
            "FILTER(?a = ?i && ?b = ?h) }",
        }
    }
)


def turtle(*policies: str) -> str:
    return """
@base <https://w3id.org/meshline/id/> .
@prefix mesh: <https://w3id.org/meshline/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<product/raw> a mesh:DataProduct ; mesh:name "Raw orders" ; mesh:inDomain <domain/sales> ; mesh:purpose "All." ;
    mesh:ownedBy <team/sources> ; mesh:exposes <dataset/warehouse/raw.orders> .
<product/orders> a mesh:DataProduct ; mesh:name "Orders" ; mesh:inDomain <domain/finance> ;
    mesh:ownedBy <team/orders> ; mesh:exposes <dataset/warehouse/mart.orders> .
<domain/finance> a mesh:Domain ; mesh:name "Finance" .
<domain/sales> a mesh:Domain ; mesh:name "Sales" .
""" + "\n".join(policies)


def said(id_: str, check: str, severity: str = "block", more: str = "") -> str:
    text = check.replace("\\", "\\\\").replace('"', '\\"')
    kind = next(iter(json.loads(check)))
    return f"""<policy/{id_}> a mesh:GovernancePolicy ; mesh:name "Policy {id_}" ; mesh:scope "global" ;
    mesh:severity "{severity}" ; mesh:ownedBy <team/governance> ; mesh:remediation "Put it right." ;
    mesh:checkKind "{kind}" ; mesh:check "{text}" {more} ."""


WAIVER = """<waiver/w> a mesh:Waiver ; mesh:name "w" ; mesh:reason "It moves." ; mesh:waives <policy/purpose> ;
    mesh:appliesTo <product/orders> ; mesh:grantedBy <team/governance> ;
    mesh:expiresAt "2199-01-01T00:00:00Z"^^xsd:dateTime ."""


class Made:
    """Makes stores with policies."""

    def __init__(self, cli: Cli, folder: Path) -> None:
        self.cli = cli
        self.folder = folder

    def __call__(self, *policies: str) -> str:
        (self.folder / "mesh.ttl").write_text(turtle(*policies), encoding="utf-8")
        events = "".join(f"{json.dumps(run_event(number))}\n" for number in (1, 2))
        (self.folder / "events.jsonl").write_text(events, encoding="utf-8")
        url = f"sqlite:///{self.folder}/policies.db"
        for command in ("import", "mesh.ttl"), ("ingest", "events.jsonl"):
            code, out, err = self.cli(*command, "--store", url)
            assert code == exit_codes.OK, out + err
        return url


@pytest.fixture
def made(cli: Cli, tmp_path: Path) -> Made:
    return Made(cli, tmp_path)


@pytest.mark.parametrize(
    ("policies", "options", "code"),
    [
        ([said("purpose", PURPOSE)], [], exit_codes.BLOCK),
        ([said("purpose", PURPOSE)], ["--fail-on", "never"], exit_codes.OK),
        ([said("purpose", PURPOSE)], ["--product", "raw"], exit_codes.OK),
        ([said("purpose", PURPOSE)], ["--domain", "Finance"], exit_codes.BLOCK),
        ([said("purpose", PURPOSE, "warn")], [], exit_codes.REVIEW),
        ([said("purpose", PURPOSE, "info")], ["--fail-on", "block"], exit_codes.OK),
        ([said("purpose", PURPOSE), WAIVER], [], exit_codes.OK),
        ([said("purpose", PURPOSE, more="; mesh:enabled false")], [], exit_codes.COULD_NOT),
        ([], [], exit_codes.COULD_NOT),
        ([said("slow", SLOW)], [], exit_codes.COULD_NOT),
        (
            [said("slow", SLOW), said("purpose", PURPOSE, "warn")],
            ["--fail-on", "never"],
            exit_codes.COULD_NOT,
        ),
        ([said("slow", SLOW), said("purpose", PURPOSE)], [], exit_codes.BLOCK),
        ([said("named", NAMED)], ["--product", "raw"], exit_codes.OK),
        ([said("named", NAMED)], ["--as-of", "2199-01-01"], exit_codes.BLOCK),
        ([said("purpose", PURPOSE)], ["--policy", "typo"], exit_codes.COULD_NOT),
        ([said("purpose", PURPOSE)], ["--product", "typo"], exit_codes.COULD_NOT),
    ],
)
def test_check__ends_with_what_was_found(
    cli: Cli, made: Made, policies: list[str], options: list[str], code: int
) -> None:
    assert cli("policy", "check", *options, "--store", made(*policies))[0] == code


def test_check__has_this_shape(cli: Cli, made: Made) -> None:
    store = made(said("purpose", PURPOSE), said("named", NAMED, "warn"))
    found: dict[str, Any] = ask(cli, "policy", "check", "--fail-on", "never", "--store", store)
    assert {name: found[name] for name in ("state", "total", "blocking", "notEvaluated")} == {
        "state": "NOT_COMPLIANT",
        "total": 4,
        "blocking": 1,
        "notEvaluated": [],
    }
    assert [(one["policy"], one["target"], one["status"]) for one in found["items"]] == [
        ("purpose", "product/orders", "FAIL"),
        ("named", "product/orders", "FAIL"),
    ]
    assert found["items"][0]["tell"] == ["team/orders"]
    assert found["items"][1]["explanation"][0]["text"] == "name = Orders"


def test_explain__leads_to_the_cause(cli: Cli, made: Made) -> None:
    store = made(said("crossing", CROSSING))
    by_names = cli("policy", "explain", "crossing", "orders", "--store", store)
    lines = by_names[1].splitlines()
    assert lines[0] == "FAIL  block  crossing"
    assert "raw.orders of the domain sales, which no output port serves." in by_names[1]
    assert any("(told by mesh.ttl" in line or "told by" in line for line in lines)
    (verdict,) = (line.split()[1] for line in lines if line.startswith("  Verdict "))
    assert cli("policy", "explain", verdict, "--store", store) == by_names
    assert cli("policy", "explain", "crossing", "--store", store)[0] == exit_codes.COULD_NOT
    assert cli("policy", "explain", "crossing", "nothing", "--store", store)[0] == exit_codes.COULD_NOT


def test_policies__are_listed_and_shown_with_what_is_wrong_with_them(cli: Cli, made: Made) -> None:
    store = made(
        said("purpose", PURPOSE), WAIVER, said("broken", '{"shape": {"of": "Nothing", "require": []}}')
    )
    listed = ask(cli, "policy", "list", "--store", store)
    assert {one["id"]: bool(one.get("problem")) for one in listed["policies"]} == {
        "broken": True,
        "purpose": False,
    }
    assert [(one["id"], one["state"]) for one in listed["waivers"]] == [("w", "IN_FORCE")]
    shown = cli("policy", "show", "purpose", "--store", store)[1]
    assert "Waiver w of product/orders until 2199-01-01T00:00:00Z: IN_FORCE" in shown
    assert "cannot be followed" in cli("policy", "show", "broken", "--store", store)[1]
    assert cli("policy", "show", "typo", "--store", store)[0] == exit_codes.COULD_NOT


QUESTIONS: list[list[str]] = [
    ["check"],
    ["check", "--product", "raw"],
    ["check", "--domain", "Finance", "--status", "pass", "--status", "fail"],
    ["check", "--policy", "crossing", "--first", "1"],
    ["check", "--domain", "nothing"],
    ["list"],
    ["show", "purpose"],
    ["explain", "crossing", "orders"],
]


@pytest.mark.parametrize("form", [[], ["--json"]], ids=["text", "json"])
def test_policy__says_the_same_of_a_store_an_export_and_a_service(
    cli: Cli, service: Service, tmp_path: Path, form: list[str]
) -> None:
    fill(service)
    policies = said("purpose", PURPOSE), said("crossing", CROSSING), said("named", NAMED, "warn"), WAIVER
    (tmp_path / "mesh.ttl").write_text(turtle(*policies), encoding="utf-8")
    assert cli("import", "mesh.ttl", "--url", service.url)[0] == exit_codes.OK
    export = tmp_path / "export.nq"
    assert cli("export", "--output", str(export), "--store", service.settings.store)[0] == exit_codes.OK
    for question in QUESTIONS:
        from_store = timeless(cli("policy", *question, *form, "--store", service.settings.store))
        assert timeless(cli("policy", *question, *form, "--url", service.url)) == from_store, question
        assert timeless(cli("policy", *question, *form, "--against", str(export))) == from_store, question


def timeless(answer: tuple[int, str, str]) -> tuple[int, object, str]:
    """An answer without what is kept by a service alone: how much, and since when it is so."""
    code, out, err = answer
    if out.startswith("{"):
        return code, _timeless(json.loads(out)), err
    return (
        code,
        re.sub(r"(?m)^(  Since .*|As kept, .*)\n|( +\d+ (FAIL|PASS|WAIVED|GRACE)\b.*| +kept)? *$", "", out),
        err,
    )


def _timeless(told: Any) -> Any:
    if isinstance(told, list):
        return [_timeless(one) for one in told]
    if isinstance(told, dict):
        names = ("kept", "evaluatedAsOf", "staleSince", "firstSeen", "since")
        return {name: _timeless(value) for name, value in told.items() if name not in names}
    return told


def settled(cli: Cli, service: Service) -> dict[str, Any]:
    """What is kept, as soon as it is what there is now."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        code, out, _ = cli("policy", "check", "--kept", "--json", "--url", service.url)
        found: dict[str, Any] = json.loads(out) if out else {}
        if code != exit_codes.COULD_NOT and found.get("kept") and found.get("staleSince") is None:
            return found
        time.sleep(0.2)
    raise AssertionError("what is kept is never what there is")


def test_service__keeps_verdicts_and_what_they_were(cli: Cli, service: Service, tmp_path: Path) -> None:
    fill(service)
    assert cli("policy", "check", "--kept", "--url", service.url)[0] == exit_codes.COULD_NOT
    (tmp_path / "mesh.ttl").write_text(turtle(said("purpose", PURPOSE)), encoding="utf-8")
    assert cli("import", "mesh.ttl", "--url", service.url)[0] == exit_codes.OK
    first = settled(cli, service)
    assert [(one["target"], one["status"]) for one in first["items"]] == [("product/orders", "FAIL")]
    assert first["items"][0]["since"] == first["items"][0]["firstSeen"]

    (tmp_path / "mesh.ttl").write_text(
        turtle(said("purpose", PURPOSE), '<product/orders> mesh:purpose "All orders." .'), encoding="utf-8"
    )
    assert cli("import", "mesh.ttl", "--url", service.url)[0] == exit_codes.OK
    assert ask(cli, "policy", "check", "--url", service.url)["byStatus"]["FAIL"] == 0
    deadline = time.monotonic() + 20
    while settled(cli, service)["byStatus"]["FAIL"] and time.monotonic() < deadline:
        time.sleep(0.2)
    for place in ("--url", service.url), ("--store", service.settings.store):
        told = ask(cli, "policy", "history", "product/orders", *place)
        assert [(one["policy"], one["status"]) for one in told["verdicts"]] == [("purpose", "PASS")]
        assert [one["status"] for one in told["verdicts"][0]["past"]] == ["FAIL"]
        assert told["days"][-1]["state"] == "COMPLIANT"
        assert told["days"][-1]["byStatus"]["PASS"] == 1
        of_policy = ask(cli, "policy", "history", "purpose", *place)
        assert of_policy["days"][-1]["byStatus"]["PASS"] == 2
        (listed,) = ask(cli, "policy", "list", *place)["policies"]
        assert listed["kept"]["PASS"] == 2
        text = cli("policy", "history", "product/orders", *place)[1]
        assert re.search(r"PASS  purpose  product/orders  since .*\n  FAIL since ", text)
        assert "2 PASS" in cli("policy", "list", *place)[1]
        assert "As kept, looked at last at " in cli("policy", "check", "--kept", *place)[1]
        assert cli("policy", "history", "typo", *place)[0] == exit_codes.COULD_NOT


DRAFT = """
meshline: 1
policies:
  - id: purposes
    title: Products say what for
    owner: governance
    severity: warn
    enabled: false
    check:
      shape: {of: DataProduct, require: [{property: purpose, min: 1}]}
"""


def test_draft__is_tried_and_not_kept(cli: Cli, made: Made, tmp_path: Path) -> None:
    store = made(said("crossing", CROSSING))
    (tmp_path / "draft.yaml").write_text(DRAFT, encoding="utf-8")
    code, out, _ = cli("policy", "check", "--draft", "draft.yaml", "--store", store)
    assert (code, out.splitlines()[-1]) == (
        exit_codes.REVIEW,
        "Would fail 1 product in 1 domain: finance (orders).",
    )
    assert [one["id"] for one in ask(cli, "policy", "list", "--store", store)["policies"]] == ["crossing"]
    (tmp_path / "none.yaml").write_text("meshline: 1\nteams: [{id: a}]\n", encoding="utf-8")
    assert cli("policy", "check", "--draft", "none.yaml", "--store", store)[0] == exit_codes.COULD_NOT
    assert cli("policy", "check", "--draft", "absent.yaml", "--store", store)[0] == exit_codes.COULD_NOT
