"""A job that gets other SQL: both texts are bound, and readers are told what its output gains, loses and becomes."""

from collections.abc import Iterator
from typing import Any

import pytest

from catalog.identity import DatasetId
from catalog.impact.change import Change, ChangeKind, Proposal
from catalog.impact.evaluation import impact
from catalog.impact.report import ImpactReport
from catalog.impact.severity import Certainty, Severity, Verdict
from catalog.store.memory import MemoryStore
from catalog.store.port import Store
from ingest.binding import SqlBinder
from tests.derivation.cases import run, settled

NS = "duckdb://lab"
RAW, STG, MART, OTHER = (
    DatasetId(NS, f"lab.main.{name}").key for name in ("raw_orders", "stg_orders", "daily", "items")
)
STAGE = "select id, amount, note from raw_orders"
DAILY = "select note, sum(amount) as total from stg_orders group by note"


@pytest.fixture(scope="module")
def binder() -> Iterator[SqlBinder]:
    opened = SqlBinder()
    yield opened
    opened.close()


def holder(name: str, **columns: str) -> dict[str, Any]:
    fields = [{"name": column, "type": type_} for column, type_ in columns.items()]
    return {"namespace": NS, "name": f"lab.main.{name}", "facets": {"schema": {"fields": fields}}}


@pytest.fixture(scope="module")
def shop() -> Store:
    """raw_orders → stage → stg_orders → daily → daily; items is read by nobody."""
    raw = holder("raw_orders", id="INTEGER", amount="INTEGER", note="VARCHAR")
    stg = holder("stg_orders", id="INTEGER", amount="INTEGER", note="VARCHAR")
    daily = holder("daily", note="VARCHAR", total="HUGEINT")
    items = holder("items", id="INTEGER", price="DOUBLE")
    events = [
        run("stage", 0, STAGE, [raw], [stg], dialect="duckdb"),
        run("daily", 1, DAILY, [stg], [daily], dialect="duckdb"),
        run("count", 2, "select count(*) as n from items", [items], [holder("n", n="BIGINT")]),
    ]
    return settled(MemoryStore(), events)


def told(shop: Store, binder: SqlBinder | None, **queries: str | None) -> ImpactReport:
    """What new SQL of the jobs of these datasets does."""
    changes = [
        Change(DatasetId(NS, f"lab.main.{name}").key, ChangeKind.QUERY_CHANGED, after=query)
        for name, query in queries.items()
    ]
    with shop.read() as reader:
        return impact(reader, Proposal(tuple(changes)), binder=binder)


def of_jobs(report: ImpactReport) -> dict[str, tuple[Severity, Certainty]]:
    found = (item for item in report.items if item.label == "Job")
    return {item.key.removeprefix("job/jobs/"): (item.severity, item.certainty) for item in found}


def test_new_sql__that_loses_a_column_breaks_who_names_it(shop: Store, binder: SqlBinder) -> None:
    report = told(shop, binder, stg_orders="select id, amount from raw_orders")
    assert of_jobs(report) == {
        "stage": (Severity.CHANGES_SCHEMA, Certainty.PROVEN),
        "daily": (Severity.BREAKS, Certainty.PROVEN),
    }
    assert report.verdict is Verdict.BLOCK


def test_new_sql__that_keeps_all_columns_may_give_other_rows_and_nothing_is_unknown(
    shop: Store, binder: SqlBinder
) -> None:
    report = told(shop, binder, stg_orders=f"{STAGE} where amount > 0")
    assert of_jobs(report) == {
        "stage": (Severity.CHANGES_ROWS, Certainty.HEURISTIC),
        "daily": (Severity.CHANGES_ROWS, Certainty.HEURISTIC),
    }
    assert [item.key for item in report.items if item.unknown] == []


def test_new_sql__that_gives_another_type_goes_on_as_one(shop: Store, binder: SqlBinder) -> None:
    report = told(shop, binder, stg_orders="select id, amount::double as amount, note from raw_orders")
    total = DatasetId(NS, "lab.main.daily").field("total").key
    severities = {item.key: item.severity for item in report.items}
    assert severities["job/jobs/daily"] is Severity.CHANGES_SCHEMA
    assert severities[total] is Severity.CHANGES_SCHEMA


def test_new_sql__that_its_database_does_not_take_breaks_its_job(shop: Store, binder: SqlBinder) -> None:
    report = told(shop, binder, stg_orders="select id, amout, note from raw_orders")
    assert of_jobs(report)["stage"] == (Severity.BREAKS, Certainty.PROVEN)
    assert of_jobs(report)["daily"][0] is Severity.STALE
    message = next(item.message for item in report.items if item.key == "job/jobs/stage")
    assert message is not None
    assert "amout" in message


def test_new_sql__of_two_jobs_is_bound_together(shop: Store, binder: SqlBinder) -> None:
    report = told(
        shop,
        binder,
        stg_orders="select id, amount, note as comment from raw_orders",
        daily="select comment, sum(amount) as total from stg_orders group by comment",
    )
    assert {job: severity for job, (severity, _) in of_jobs(report).items()} == {
        "stage": Severity.CHANGES_SCHEMA,
        "daily": Severity.CHANGES_SCHEMA,
    }


def test_new_sql__may_read_a_table_that_the_old_one_did_not(shop: Store, binder: SqlBinder) -> None:
    query = "select o.id, o.amount, o.note, i.price from raw_orders o join items i on o.id = i.id"
    report = told(shop, binder, stg_orders=query)
    assert of_jobs(report)["stage"] == (Severity.CHANGES_SCHEMA, Certainty.PROVEN)
    assert of_jobs(report)["daily"][0] is Severity.CHANGES_ROWS


@pytest.mark.parametrize(
    "query", [None, "select * from nowhere_known"], ids=["not told", "of unknown tables"]
)
def test_new_sql__that_cannot_be_bound_leaves_its_readers_unknown(
    shop: Store, binder: SqlBinder, query: str | None
) -> None:
    report = told(shop, binder, stg_orders=query)
    assert of_jobs(report)["stage"][0] is Severity.UNKNOWN
    assert report.verdict is Verdict.REVIEW
    assert [item.key for item in report.items if item.key == "job/jobs/daily" and item.unknown]


def test_new_sql__without_a_binder_leaves_its_readers_unknown(shop: Store) -> None:
    report = told(shop, None, stg_orders="select id, amount from raw_orders")
    assert report.verdict is Verdict.REVIEW
    assert [item.key for item in report.items if item.key == "job/jobs/daily" and item.unknown]
