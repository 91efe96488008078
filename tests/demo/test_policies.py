"""The demo's policies: in each layer a product fails, one is waived and one passes, and each can be followed to its
cause over HTTP and from the command line."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from api.demo import load_demo, publish
from api.settings import Settings
from tests.api.asking import Cli, ask
from tests.api.conftest import cli as cli
from tests.api.running import Service, serving
from tests.demo.conftest import NOW

LAYERS = {
    "GLOBAL": {
        "FAIL": ("products-read-through-ports", "product/revenue"),
        "WAIVED": ("data-is-used-by-agreement", "product/delivery"),
        "PASS": ("products-read-through-ports", "product/orders"),
    },
    "DOMAIN": {
        "FAIL": ("orders-ports-have-contracts", "product/returns"),
        "WAIVED": ("logistics-products-say-what-for", "product/demand-forecast"),
        "PASS": ("orders-ports-have-contracts", "product/orders"),
    },
    "PRODUCT": {
        "FAIL": ("orders-tables-are-as-promised", "dataset/duckdb%3A%2F%2Fshop/orders.orders"),
        "WAIVED": ("revenue-says-its-limits", "product/revenue"),
        "PASS": ("delivery-is-offered-in-sql", "product/delivery"),
    },
}
CASES = [
    (layer, status, *found)
    for layer, statuses in LAYERS.items()
    for status, found in statuses.items()
]  # fmt: skip
CAUSES = {
    "products-read-through-ports": ("job", "finance/cost_shipping"),
    "data-is-used-by-agreement": ("job", "logistics/plan_shipments"),
    "orders-ports-have-contracts": ("document", "https://shop.example/descriptors/orders.yaml"),
    "orders-tables-are-as-promised": ("document", "https://shop.example/descriptors/orders.odcs.yaml"),
    "logistics-products-say-what-for": (None, "demand-forecast has no purpose; 1 is needed."),
    "revenue-says-its-limits": (None, "revenue has no limitations; 1 is needed."),
}
"""By policy who tells the cause, and what the command line calls it; None: the thing itself lacks something."""
VERDICTS = """{ verdicts(first: 100) { state blocking notEvaluated { policy reason } edges { node {
  id policy status message waiver remediation target { key } tell { key }
  explanation { text edgeType thing { key } toldBy { key } } } } }
  policies { edges { node { id scope } } } }"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("demo")
    with serving(Settings(store=f"sqlite:///{folder}/demo.db", host="127.0.0.1", port=0)) as service:
        load_demo(service.url, now=NOW)
        publish(service.url, now=NOW)
        yield service


@pytest.fixture(scope="module")
def told(demo: Service) -> Any:
    with demo.client() as http:
        body = http.post("/graphql", json={"query": VERDICTS}, timeout=60).json()
    assert "errors" not in body
    return body["data"]


def verdict(told: Any, policy: str, thing: str) -> Any:
    nodes = (edge["node"] for edge in told["verdicts"]["edges"])
    return next(one for one in nodes if (one["policy"], one["target"]["key"]) == (policy, thing))


def test_demo__is_judged_whole_and_does_not_comply(told: Any) -> None:
    assert told["verdicts"]["notEvaluated"] == []
    assert told["verdicts"]["state"] == "NOT_COMPLIANT"
    assert {edge["node"]["status"] for edge in told["verdicts"]["edges"]} == {"FAIL", "WAIVED", "PASS"}


@pytest.mark.parametrize(("layer", "status", "policy", "thing"), CASES)
def test_demo__shows_in_each_layer_what_fails_what_is_waived_and_what_passes(
    told: Any, layer: str, status: str, policy: str, thing: str
) -> None:
    scopes = {edge["node"]["id"]: edge["node"]["scope"] for edge in told["policies"]["edges"]}
    one = verdict(told, policy, thing)
    assert scopes[policy].partition(" ")[0].upper() == layer
    assert one["status"] == status
    assert bool(one["waiver"]) == (status == "WAIVED")
    assert bool(one["tell"]) == (status != "PASS")


@pytest.mark.parametrize(
    ("policy", "thing"), [(policy, thing) for _, status, policy, thing in CASES if status != "PASS"]
)
def test_demo__leads_from_each_verdict_to_its_cause(
    demo: Service, told: Any, cli: Cli, policy: str, thing: str
) -> None:
    one = verdict(told, policy, thing)
    kind, name = CAUSES[policy]

    code, shown, err = cli("policy", "explain", policy, thing, "--url", demo.url)
    by_id = cli("policy", "explain", one["id"], "--url", demo.url)

    assert (code, err) == (0, "")
    assert by_id == (code, shown, err)
    assert [step["text"] for step in one["explanation"] if step["text"] not in shown] == []
    assert one["remediation"] in shown
    tellers = {step["toldBy"] and step["toldBy"]["key"].partition("/")[0] for step in one["explanation"]}
    assert kind in tellers
    assert name in shown


def test_demo__says_the_same_to_the_command_line(demo: Service, told: Any, cli: Cli) -> None:
    code, out, _ = cli("policy", "check", "--url", demo.url)
    assert code == 1
    assert (
        out.splitlines()[-1]
        == "21 verdicts: 14 PASS, 4 FAIL, 3 WAIVED, 3 of them block. All in all: not compliant."
    )
    found = ask(cli, "policy", "check", "--fail-on", "never", "--url", demo.url)
    nodes = [edge["node"] for edge in told["verdicts"]["edges"] if edge["node"]["status"] != "PASS"]
    assert {(one["policy"], one["target"], one["status"]) for one in found["items"]} == {
        (one["policy"], one["target"]["key"], one["status"]) for one in nodes
    }


def test_demo__is_reported_by_the_service_as_by_its_store(demo: Service, cli: Cli) -> None:
    for more in ([], ["--product", "revenue"], ["--policy", "products-read-through-ports"]):
        told = []
        for where in (("--url", demo.url), ("--store", demo.settings.store)):
            code, out, err = cli("policy", "report", "--format", "json", *more, *where)
            assert (code, err) == (0, "")
            told.append(json.loads(out))
        checks = [one.pop("check") for one in told]
        assert told[0] == told[1]
        # Since when it is so the service knows, and whoever evaluates does not.
        lists = [
            [(one["policy"], one["target"], one["status"], one["message"]) for one in check["items"]]
            for check in checks
        ]
        assert lists[0] == lists[1]
        assert checks[0]["byStatus"] == checks[1]["byStatus"]


def test_demo__tells_who_uses_which_product_under_which_agreement(demo: Service, cli: Cli) -> None:
    code, shown, _ = cli("usage", "--product", "orders", "--url", demo.url)
    told = [
        cli("usage", "--json", *where)
        for where in (("--url", demo.url), ("--store", demo.settings.store))
    ]  # fmt: skip
    assert code == 0
    assert "revenue-customers (in force)" in shown
    assert told[0] == told[1]
    terms = {(one["product"], one["by"]): one["terms"] for one in json.loads(told[0][1])}
    assert terms["product/orders", "product/revenue"] == "AGREED"
    assert terms["product/orders", "product/delivery"] == "NOT_AGREED"
    assert terms["product/delivery", "product/revenue"] == "INTERNAL"
