"""A change in the demo that reaches all three domains, told by hand: what is hit, for whom, why; on each store."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openlineage.client.serde import Serde

from api.demo import emit_demo
from api.demo.descriptors import documents
from catalog.identity import DatasetId, JobId
from catalog.impact.change import Change, ChangeKind, Proposal
from catalog.impact.evaluation import impact
from catalog.impact.facets import facet
from catalog.impact.report import Affected, ImpactReport
from catalog.impact.severity import Certainty, Severity, Verdict
from catalog.impact.usage import concerns_shown
from catalog.projection import Projection, Said
from catalog.store.port import Store
from catalog.store.registry import open_store
from ingest.derivation.settle import settle
from ingest.documents.given import Given
from ingest.documents.read import read_any
from ingest.event import recognise
from ontology.rdf_reading import RdfLimits
from ontology.vocabulary import Label
from tests.demo.conftest import NOW

RECEIVED = int(datetime(2026, 3, 5, tzinfo=UTC).timestamp()) * 1_000_000_000
ORDERS = DatasetId("duckdb://shop", "orders.orders").key
VERSION = "contract-version/orders/2.1.0"
DAY_NS = 86_400_000_000_000


@pytest.fixture(scope="module")
def told() -> list[Said]:
    found: list[Said] = []
    emit_demo(lambda event: found.append(recognise(Serde.to_json(event), received_ns=RECEIVED)), now=NOW)
    for source, text, syntax in documents():
        reading = read_any(text, syntax, source, Given(RECEIVED), RdfLimits(), received_ns=RECEIVED)
        found.append((reading.entry, reading.statements))
    return found


STORES = ["memory", "sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)]


@pytest.fixture(params=["memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path, told: list[Said]) -> Iterator[Store]:
    """The demo in one of the three stores."""
    urls = {"memory": "memory:", "sqlite": f"sqlite:///{tmp_path}/graph.db"}
    opened = open_store(urls.get(request.param) or request.getfixturevalue("neo4j_url"))
    Projection(opened).apply(told)
    settle(opened)
    yield opened
    opened.close()


def ask(store: Store, *changes: Change) -> ImpactReport:
    with store.read() as reader:
        return impact(reader, Proposal(changes))


def job(domain: str, name: str) -> str:
    return JobId(domain, name).key


def by_severity(report: ImpactReport, *labels: Label) -> dict[str, Severity]:
    return {item.key: item.severity for item in report.items if item.label in labels}


@pytest.mark.parametrize("store", STORES, indirect=True)
def test_demo__a_column_that_three_domains_use(store: Store) -> None:
    report = ask(store, Change(ORDERS, ChangeKind.FIELD_REMOVED, "total_amount"))
    found = {item.key: item for item in report.items}
    broken = {
        key for key, item in found.items() if item.severity is Severity.BREAKS and item.label == Label.JOB
    }
    assert {job("finance", "issue_invoices"), job("logistics", "plan_shipments")} <= broken
    assert by_severity(report, Label.DATA_PRODUCT) == {
        "product/orders": Severity.BREAKS,
        "product/delivery": Severity.STALE,
        "product/revenue": Severity.STALE,
        "product/demand-forecast": Severity.STALE,
    }
    assert by_severity(report, Label.OUTPUT_PORT) == {
        "output-port/orders/tables": Severity.BREAKS,
        "output-port/delivery/times": Severity.STALE,
        "output-port/revenue/daily": Severity.STALE,
        "output-port/revenue/customer-value": Severity.STALE,
        "output-port/demand-forecast/forecast": Severity.STALE,
    }
    assert by_severity(report, Label.CONTRACT_VERSION) == {
        VERSION: Severity.BREAKS,
        "contract-version/delivery/1.0.0": Severity.STALE,
        "contract-version/revenue/1.0.0": Severity.STALE,
    }
    assert by_severity(report, Label.ACCESS_AGREEMENT) == {"agreement/returns-customer-value": Severity.STALE}
    (clause,) = found[VERSION].clauses
    assert clause.message == "orders.total_amount is promised and goes away."
    assert (report.verdict, report.semver) == (Verdict.BLOCK, "major")
    assert {one.value for one in facet(report, "domain")} >= {
        "domain/orders",
        "domain/finance",
        "domain/logistics",
    }
    assert {one.value for one in facet(report, "owner")} >= {"team/orders", "team/finance", "team/logistics"}
    assert _who(report, job("finance", "issue_invoices")) == ["finance@shop.example"]


def _who(report: ImpactReport, key: str) -> list[str]:
    return [contact for party in report.concerns[key].owners for contact in party.contacts]


def test_demo__tells_how_much_is_used_until_the_newest_entry(store: Store) -> None:
    report = ask(store, Change(ORDERS, ChangeKind.FIELD_REMOVED, "total_amount"))
    assert report.used_until == RECEIVED
    with store.read() as reader:
        concerns = concerns_shown(reader, report, report.items)
    shipping = concerns[job("logistics", "plan_shipments")]
    assert shipping.runs == 3
    assert shipping.last_used is not None
    assert RECEIVED - 2 * DAY_NS < shipping.last_used < RECEIVED
    assert concerns["output-port/orders/tables"].runs == sum(
        concerns[key].runs or 0 for key in _readers(report)
    )
    assert concerns[VERSION].runs is None


def _readers(report: ImpactReport) -> list[str]:
    return [item.key for item in report.items if item.label == Label.JOB and item.hops == 1]


def test_demo__a_column_that_nobody_promises_breaks_no_contract(store: Store) -> None:
    report = ask(
        store, Change(DatasetId("duckdb://shop", "orders.raw_orders").key, ChangeKind.FIELD_REMOVED, "email")
    )
    customers = _item(report, "contract-version/customers/1.0.0")
    assert (customers.severity, customers.clauses) == (Severity.STALE, ())
    assert report.verdict in (Verdict.REVIEW, Verdict.BLOCK)


def _item(report: ImpactReport, key: str) -> Affected:
    return next(item for item in report.items if item.key == key)


def test_demo__more_is_promised_without_harm(store: Store) -> None:
    report = ask(store, Change("contract/orders", ChangeKind.SLO_TIGHTENED, note="latency"))
    assert report.verdict is Verdict.SAFE
    assert {item.certainty for item in report.items} == {Certainty.PROVEN}
    assert {"product/delivery", "product/revenue"} <= by_severity(report, Label.DATA_PRODUCT).keys()
