"""``meshline findings``: the same from a store and from a service, with an exit code for CI."""

import json
from pathlib import Path
from typing import Any

import pytest

from api import exit_codes
from tests.api.asking import Cli, ask, fill
from tests.api.events import run_event
from tests.api.running import Service

DESCRIPTOR = """
@base <https://w3id.org/meshline/id/> .
@prefix mesh: <https://w3id.org/meshline/ns#> .
<product/raw> a mesh:DataProduct ; mesh:name "Raw orders" ; mesh:inDomain <domain/sales> ;
    mesh:ownedBy <team/sources> ; mesh:exposes <dataset/warehouse/raw.orders> .
<product/orders> a mesh:DataProduct ; mesh:name "Orders" ; mesh:inDomain <domain/sales-eu> ;
    mesh:ownedBy <team/orders> ; mesh:exposes <dataset/warehouse/mart.orders> ;
    mesh:hasOutputPort <output-port/orders/api> .
<output-port/orders/api> a mesh:OutputPort ; mesh:name "API" .
<domain/sales-eu> a mesh:Domain ; mesh:name "Sales Europe" ; mesh:partOf <domain/sales> .
<domain/sales> a mesh:Domain ; mesh:name "Sales" .
"""


@pytest.fixture
def store(cli: Cli, tmp_path: Path) -> str:
    """A store with two products, one of which takes from the other without saying so."""
    (tmp_path / "mesh.ttl").write_text(DESCRIPTOR, encoding="utf-8")
    events = "".join(f"{json.dumps(run_event(number))}\n" for number in (1, 2))
    (tmp_path / "events.jsonl").write_text(events, encoding="utf-8")
    url = f"sqlite:///{tmp_path}/findings.db"
    for command in ("import", "mesh.ttl"), ("ingest", "events.jsonl"):
        assert cli(*command, "--store", url)[0] == exit_codes.OK
    return url


@pytest.fixture
def declared(cli: Cli, service: Service, tmp_path: Path) -> Service:
    """A service of the same."""
    fill(service)
    (tmp_path / "mesh.ttl").write_text(DESCRIPTOR, encoding="utf-8")
    assert cli("import", "mesh.ttl", "--url", service.url)[0] == exit_codes.OK
    return service


QUESTIONS: list[list[str]] = [
    [],
    ["--product", "raw"],
    ["--product", "Orders", "--kind", "port-without-data"],
    ["--domain", "sales"],
    ["--domain", "Sales Europe", "--severity", "error"],
    ["--first", "1"],
    ["--as-of", "2020-01-01"],
    ["--product", "nothing"],
    ["--domain", "nothing"],
]


@pytest.mark.parametrize("form", [[], ["--json"]], ids=["text", "json"])
def test_findings__are_the_same_from_the_store_and_from_the_service(
    cli: Cli, declared: Service, form: list[str]
) -> None:
    for question in QUESTIONS:
        from_service = cli("findings", *question, *form, "--url", declared.url)
        from_store = cli("findings", *question, *form, "--store", declared.settings.store)
        assert from_service == from_store
        assert bool(from_service[1]) != bool(from_service[2])


def test_findings__have_this_shape(cli: Cli, store: str) -> None:
    said: dict[str, Any] = ask(cli, "findings", "--store", store)
    assert {name: said[name] for name in ("total", "bySeverity")} == {
        "total": 3,
        "bySeverity": {"ERROR": 0, "WARN": 3, "INFO": 0},
    }
    found = {one["kind"]: one for one in said["items"]}
    assert found.keys() == {"port-without-data", "product-without-runs", "undeclared-input"}
    one = found["undeclared-input"]
    assert {name: one[name] for name in ("subject", "product", "domain", "tell", "concerns")} == {
        "subject": "product/orders",
        "product": "product/orders",
        "domain": "domain/sales-eu",
        "tell": ["team/orders", "team/sources"],
        "concerns": ["product/raw"],
    }
    assert one["evidence"][0]["things"] == [
        "dataset/warehouse/raw.orders",
        "job/jobs/orders",
        "dataset/warehouse/mart.orders",
    ]


def test_findings__are_counted_below_those_that_are_shown(cli: Cli, store: str) -> None:
    _, said, _ = cli("findings", "--first", "1", "--store", store)
    assert said.splitlines()[-1] == "3 findings: 3 WARN; the first 1 are shown."


@pytest.mark.parametrize(
    ("least", "code"),
    [("info", exit_codes.FOUND), ("warn", exit_codes.FOUND), ("error", exit_codes.OK)],
)
def test_findings__fail_on_what_is_severe_enough(cli: Cli, store: str, least: str, code: int) -> None:
    assert cli("findings", "--fail-on", least, "--store", store)[0] == code


def test_findings__of_a_product_that_is_not_there_are_an_error(cli: Cli, store: str) -> None:
    code, _, said = cli("findings", "--product", "nothing", "--store", store)
    assert (code, said.startswith("Error: No product 'nothing' is known.")) == (exit_codes.COULD_NOT, True)
