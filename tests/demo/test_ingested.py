"""The demo as the catalog sees it: all of it applies, and the question it is made for has a good answer."""

from collections.abc import Iterator

import pytest
from openlineage.client.serde import Serde

from api.demo import emit_demo
from api.demo.model import TABLES
from api.demo.summary import ASKED, ASKED_COLUMN
from catalog.entry import Receipt, Status
from catalog.graph import Direction
from catalog.identity import DatasetId, FieldId, JobId
from catalog.lineage import Lineage, walk
from catalog.lineage_steps import Level
from catalog.projection import Projection
from catalog.store.memory import MemoryStore
from ingest.pipeline import Ingest
from tests.demo.conftest import NOW


@pytest.fixture(scope="module")
def loaded() -> Iterator[tuple[MemoryStore, list[Receipt]]]:
    store = MemoryStore()
    ingest = Ingest(Projection(store))
    waiting = []
    emit_demo(lambda event: waiting.append(ingest.receive(Serde.to_json(event))), now=NOW)
    yield store, [future.result(timeout=30) for future in waiting]
    ingest.close()


def downstream(store: MemoryStore, root: str) -> Lineage:
    with store.read() as reader:
        return walk(reader, [root], direction=Direction.OUT, level=Level.FIELD)


def test_demo__is_applied_without_any_problem(loaded: tuple[MemoryStore, list[Receipt]]) -> None:
    _, receipts = loaded
    assert {receipt.status for receipt in receipts} == {Status.APPLIED}
    assert [problem for receipt in receipts for problem in receipt.problems] == []


def test_asked_column__reaches_three_domains_and_what_is_unknown_is_said(
    loaded: tuple[MemoryStore, list[Receipt]],
) -> None:
    answer = downstream(loaded[0], ASKED.field(ASKED_COLUMN).key)
    reached = {
        (field.dataset.name, field.path)
        for field in (FieldId.parse(node.key) for node in answer.nodes if node.hops > 0)
    }
    assert reached == {
        ("orders.customers", "email"),
        ("orders.orders", "email_domain"),
        ("logistics.shipments", "recipient_hash"),
        ("logistics.delivery_times", "recipients"),
        ("logistics.daily_volume", "business_orders"),
        ("finance.invoices", "billing_email"),
        ("finance.customer_lifetime_value", "customer_id"),
        ("finance.customer_lifetime_value", "email_domain"),
        ("finance.customer_lifetime_value", "lifetime_value"),
        ("finance.customer_lifetime_value", "contribution"),
        ("finance.customer_lifetime_value", "segment"),
    }
    uses = [transformation for edge in answer.edges for transformation in edge.transformations]
    assert any(use.masking for use in uses)
    assert {"TRANSFORMATION", "FILTER", "GROUP_BY"} <= {use.subtype for use in uses}
    unknown = {key for reason in answer.coverage.reasons for key in reason.keys}
    assert JobId("finance", "export_ledger").key in unknown


def test_unit_price__reaches_the_board_through_logistics(loaded: tuple[MemoryStore, list[Receipt]]) -> None:
    answer = downstream(loaded[0], ASKED.field("unit_price").key)
    hops = {node.key: node.hops for node in answer.nodes}
    margin = DatasetId(TABLES, "finance.revenue_daily").field("margin")
    fee = DatasetId(TABLES, "finance.shipping_costs").field("insurance_fee")
    assert hops[fee.key] == 4
    assert margin.key in hops
    assert len(hops) > 15
