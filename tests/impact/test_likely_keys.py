"""A snapshot of dbt breaks without its key, and a natural join without what it compares: SQL names neither."""

from contextlib import closing
from typing import Any

import pytest

from catalog.identity import DatasetId, JobId
from catalog.impact.change import Change, ChangeKind, Proposal
from catalog.impact.evaluation import impact
from catalog.impact.likely_keys import is_likely_compared
from catalog.impact.report import Affected
from catalog.impact.severity import Certainty, Severity
from catalog.store.memory import MemoryStore
from catalog.store.port import Store
from ingest.binding import SqlBinder
from tests.derivation.cases import holder, run, settled

ORDERS = DatasetId("duckdb://lab", "lab.main.fct_orders")
HISTORY = DatasetId("duckdb://lab", "lab.main.orders_history")
NAME = "lab.main.shop.orders_history.build.snapshot"


def snapshot(column: str, job_type: str, binder: SqlBinder | None = None, *, told: bool = True) -> Affected:
    """What is said of a job that makes a snapshot, where a column of its input is dropped."""
    columns = ("order_id", "status", "amount")
    made = ("dbt_scd_id", "dbt_updated_at", "dbt_valid_from", "dbt_valid_to")
    schemas: tuple[dict[str, Any], dict[str, Any]] = (
        (holder(ORDERS, *columns), holder(HISTORY, *columns, *made))
        if told
        else (holder(ORDERS), holder(HISTORY))
    )
    event = run(NAME, 1, "select * from lab.main.fct_orders", [schemas[0]], [schemas[1]], dialect="duckdb")
    facet = {"processingType": "BATCH", "integration": "DBT", "jobType": job_type}
    event["job"]["facets"]["jobType"] = facet
    store = settled(MemoryStore(), [event])
    with store.read() as reader:
        change = Change(ORDERS.key, ChangeKind.FIELD_REMOVED, column)
        report = impact(reader, Proposal((change,)), binder=binder)
    return next(item for item in report.items if item.key == JobId("jobs", NAME).key)


@pytest.mark.parametrize("told", [True, False], ids=["schemas", "no schemas"])
def test_snapshot__breaks_without_the_column_that_is_called_like_its_key(told: bool) -> None:
    with closing(SqlBinder()) as binder:
        found = snapshot("order_id", "SNAPSHOT", binder, told=told)

    assert (found.severity, found.certainty) == (Severity.BREAKS, Certainty.HEURISTIC)
    assert "by its name" in found.reason


def test_snapshot__loses_another_column() -> None:
    assert snapshot("status", "SNAPSHOT").severity is Severity.CHANGES_SCHEMA


def test_model_that_is_called_like_a_snapshot__loses_the_column() -> None:
    assert snapshot("order_id", "MODEL").severity is Severity.CHANGES_SCHEMA


def kept_and_read(read: str) -> Store:
    """A snapshot of orders, and a job that reads it."""

    def event(name: str, minute: int, query: str, source: DatasetId, made: DatasetId) -> dict[str, Any]:
        return run(name, minute, query, [holder(source)], [holder(made)], dialect="duckdb")

    kept = event(NAME, 1, "select id, status, updated_at from lab.main.fct_orders", ORDERS, HISTORY)
    kept["job"]["facets"]["jobType"] = {
        "processingType": "BATCH",
        "integration": "DBT",
        "jobType": "SNAPSHOT",
    }
    reading = event("read", 2, read, HISTORY, DatasetId("duckdb://lab", "lab.main.open_orders"))
    return settled(MemoryStore(), [kept, reading])


def of_reader(store: Store, dataset: DatasetId, change: ChangeKind, column: str, to: str) -> Affected:
    with closing(SqlBinder()) as binder, store.read() as reader:
        report = impact(reader, Proposal((Change(dataset.key, change, column, after=to),)), binder=binder)
    return next(item for item in report.items if item.key == JobId("jobs", "read").key)


def test_reader_of_a_snapshot__takes_a_column_that_dbt_adds_for_a_time() -> None:
    store = kept_and_read(
        "select status, coalesce(dbt_valid_to, current_date) as until from lab.main.orders_history"
    )
    found = of_reader(store, HISTORY, ChangeKind.TYPE_INCOMPATIBLE, "dbt_valid_to", "BOOLEAN")

    assert found.severity is Severity.BREAKS


def test_reader_of_a_snapshot__meets_another_type_of_what_dbt_makes_of_the_time_of_a_change() -> None:
    """The strategy ``timestamp`` takes dbt_valid_from and dbt_valid_to from updated_at."""
    query = (
        "select status, coalesce(dbt_valid_to, timestamp '2999-12-31') as until from lab.main.orders_history"
    )
    found = of_reader(kept_and_read(query), ORDERS, ChangeKind.TYPE_INCOMPATIBLE, "updated_at", "BOOLEAN")

    assert (found.severity, found.certainty) == (Severity.BREAKS, Certainty.HEURISTIC)


def joined(column: str, *, told: bool) -> Affected:
    """What is said of a natural join, where a column of one of its tables is dropped."""
    orders, lines, made = (
        DatasetId("duckdb://lab", f"lab.main.{name}") for name in ("orders", "lines", "sold")
    )
    columns = [holder(orders, "order_no", "day"), holder(lines, "order_no", "sku")] if told else []
    query = "create table lab.main.sold as select * from lab.main.orders natural join lab.main.lines"
    event = run(
        "sell", 1, query, columns or [holder(orders), holder(lines)], [holder(made)], dialect="duckdb"
    )
    store = settled(MemoryStore(), [event])
    with closing(SqlBinder()) as binder, store.read() as reader:
        change = Change(lines.key, ChangeKind.FIELD_REMOVED, column)
        report = impact(reader, Proposal((change,)), binder=binder)
    return next(item for item in report.items if item.key == JobId("jobs", "sell").key)


def test_natural_join__breaks_without_the_column_that_is_called_like_a_key_of_its_tables() -> None:
    found = joined("order_no", told=False)

    assert (found.severity, found.certainty) == (Severity.BREAKS, Certainty.HEURISTIC)
    assert "in common" in found.reason


def test_natural_join__loses_another_column() -> None:
    assert joined("sku", told=False).severity is Severity.CHANGES_SCHEMA


def test_natural_join_of_tables_that_are_known__is_told_by_its_database() -> None:
    found = joined("order_no", told=True)

    assert (found.severity, found.certainty) == (Severity.BREAKS, Certainty.PROVEN)


@pytest.mark.parametrize(
    ("column", "table"),
    [
        ("id", "raw.customers"),
        ("ORDER_ID", "stg_orders"),
        ("category_key", "categories"),
        ("updated_at", "anything"),
        ("address_no", "dim_addresses"),
        ("order_id", "stg_shop__orders"),
        ("changed_at", "orders"),
    ],
)
def test_column__is_likely_compared(column: str, table: str) -> None:
    assert is_likely_compared(column, table, {column.casefold(), "amount"})


@pytest.mark.parametrize(("column", "table"), [("customer_id", "orders"), ("status", "orders")])
def test_column__of_another_thing_is_not(column: str, table: str) -> None:
    assert not is_likely_compared(column, table, {column})


def test_column__beside_a_likelier_key_is_not_compared() -> None:
    assert not is_likely_compared("policy_number", "stg_policies", {"policy_id", "policy_number"})
    assert is_likely_compared("policy_number", "stg_policies", {"policy_number", "holder_id"})
