"""The declared column lineage is what the SQL does: proved by changing every column of every input."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from api.demo import finance, logistics, orders
from api.demo.history import DAYS
from api.demo.model import ColumnEdge, Task, edges
from api.demo.shop import Shop
from tests.demo.influence import Output, dropped, mutated, result

TASKS = [
    task
    for tasks in (orders.tasks, logistics.tasks, finance.tasks)
    for task in tasks(DAYS)
    if task.lineage is not None
]
RAW = (orders.LANDING, "orders.raw_orders")
INPUTS = [(task, dataset) for task in TASKS for dataset in task.inputs]


def named(value: Task | str) -> str:
    return value.name if isinstance(value, Task) else value


def columns(shop: Shop, dataset: str) -> list[str]:
    return [column.name for column in shop.columns(dataset)]


def output(shop: Shop, task: Task) -> Output:
    found = result(shop, task)
    assert found is not None
    return found


def uses(task: Task, dataset: str, column: str) -> tuple[set[str], bool]:
    """Outputs declared to come from a column, and whether it is declared to decide about rows."""
    found = [edge for edge in task.lineage or () if (edge.dataset, edge.column) == (dataset, column)]
    return {edge.output for edge in found if edge.output}, any(edge.output is None for edge in found)


def disagreements(shop: Shop, task: Task, dataset: str) -> list[str]:
    """Where the declared lineage of an input differs from what changed columns do."""
    before, found = output(shop, task), []
    for column in columns(shop, dataset):
        outputs, decides_rows = uses(task, dataset, column)
        after = [changed for _, changed in mutated(shop, task, dataset, column)]
        for name in sorted(outputs):
            if all(other is not None and other.values(name) == before.values(name) for other in after):
                found.append(f"{column} does not influence {name}")
        rest_changed = any(
            other is None or other.without(outputs) != before.without(outputs) for other in after
        )
        if rest_changed != decides_rows:
            found.append(f"{column} {'influences more' if rest_changed else 'does not decide about rows'}")
    return found


@pytest.mark.parametrize(("task", "dataset"), INPUTS, ids=named)
def test_declared_lineage__is_what_changed_columns_do(shop: Shop, task: Task, dataset: str) -> None:
    assert disagreements(shop, task, dataset) == []


PLANTED = [
    (lambda edge: edge.output == "margin", None, ["total_cost influences more"]),
    (lambda edge: edge.subtype == "JOIN", None, ["order_id influences more"]),
    (
        lambda edge: False,
        "revenue <- finance.shipping_costs.total_cost AGGREGATION",
        ["total_cost does not influence revenue"],
    ),
    (
        lambda edge: False,
        "* <- finance.shipping_costs.insurance_fee FILTER",
        ["insurance_fee does not decide about rows"],
    ),
]


@pytest.mark.parametrize(("left_out", "added", "expected"), PLANTED)
def test_disagreements__finds_a_planted_fault(
    shop: Shop, left_out: Callable[[ColumnEdge], bool], added: str | None, expected: list[str]
) -> None:
    task = next(task for task in TASKS if task.name == "sum_revenue_daily")
    kept = tuple(edge for edge in task.lineage or () if not left_out(edge))
    wrong = replace(task, lineage=kept + edges(added or ""))
    assert disagreements(shop, wrong, "finance.shipping_costs") == expected


def test_lineage_before_the_rename__is_the_same_but_for_cust_and_channel() -> None:
    later = {task.name: task for task in orders.tasks(DAYS)}
    for task in orders.tasks(1):
        if task.lineage is None:
            continue
        expected = {
            replace(
                edge,
                column="cust" if edge.dataset in RAW and edge.column == "customer_id" else edge.column,
                output="cust"
                if task.name == "land_raw_orders" and edge.output == "customer_id"
                else edge.output,
            )
            for edge in later[task.name].lineage or ()
            if edge.column != "channel"
        }
        assert set(task.lineage) == expected


@pytest.mark.parametrize(("task", "dataset"), INPUTS, ids=named)
def test_declared_lineage__names_exactly_the_columns_the_sql_needs(
    shop: Shop, task: Task, dataset: str
) -> None:
    before = output(shop, task)
    for column in columns(shop, dataset):
        outputs, decides_rows = uses(task, dataset, column)
        after = dropped(shop, task, dataset, column)
        if task is TASKS[0]:
            assert after is not None, "a star takes what there is"
            assert set(before.columns) - set(after.columns) == outputs
        elif outputs or decides_rows:
            assert after is None, f"the SQL runs without {dataset}.{column}"
        else:
            assert after is not None
            assert after.without(set()) == before.without(set())


@pytest.mark.parametrize("task", TASKS, ids=named)
def test_declared_lineage__covers_every_output_column(shop: Shop, task: Task) -> None:
    declared = {edge.output for edge in task.lineage or () if edge.output}
    constant = {"orders"} if task.name == "count_daily_volume" else set()
    assert declared == set(output(shop, task).columns) - constant


def test_identity__means_that_values_are_copied(shop: Shop) -> None:
    for task in TASKS:
        after = output(shop, task)
        for edge in task.lineage or ():
            if edge.subtype == "IDENTITY" and edge.output:
                rows = shop.connection.execute(
                    f"SELECT {edge.column} FROM {shop.relation(edge.dataset)}"
                ).fetchall()
                assert set(after.values(edge.output)) <= {row[0] for row in rows}, edge


def test_masked__means_that_no_value_gets_through(shop: Shop) -> None:
    masked = [(task, edge) for task in TASKS for edge in task.lineage or () if edge.masked]
    assert [(task.name, edge.output) for task, edge in masked] == [("plan_shipments", "recipient_hash")]
    for task, edge in masked:
        rows = shop.connection.execute(f"SELECT {edge.column} FROM {shop.relation(edge.dataset)}").fetchall()
        values = {row[0] for row in rows} - {None}
        assert values
        assert not values & set(output(shop, task).values(edge.output or ""))


@pytest.mark.parametrize(
    "line",
    ["a <- t.b", "a -> t.b IDENTITY", "a <- t.b COPIED", "* <- t.b FILTER MASKED", "a <- t.b IDENTITY no"],
)
def test_edges__refuses_a_line_it_cannot_read(line: str) -> None:
    with pytest.raises(ValueError, match="not a line of column lineage"):
        edges(line)
