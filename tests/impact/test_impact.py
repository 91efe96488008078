"""What impact answers, by example; test_impact_oracle.py holds the properties."""

from typing import Any

import pytest
from msgspec.structs import replace

from catalog.coverage import CoverageStatus, ReasonCode
from catalog.errors import InvalidQuery, UnknownNode
from catalog.impact.change import Change
from catalog.impact.evaluation import impact
from catalog.impact.report import Affected, ImpactCount, ImpactReport, RouteStep
from catalog.impact.severity import Certainty, Severity, Verdict
from catalog.lineage import Kind, Transformation
from catalog.store.port import Store
from tests.impact.words import drop, drop_dataset, proposed, rename, retype
from tests.lineage.build import (
    alias,
    dataset,
    derived,
    feeds,
    field,
    graph,
    has,
    influences,
    job,
    reads,
    writes,
)

ORDERS = [
    *has("orders", "id", "amount", "state", "note"),
    *reads("sum", "orders"),
    *writes("sum", "totals"),
    *has("totals", "total"),
    *feeds("sum", "orders.amount", "totals.total", "AGGREGATION"),
    *influences("sum", "orders.state", "totals"),
    *reads("copy", "orders"),
    *writes("copy", "orders_copy"),
    *has("orders_copy", "amount"),
    *feeds("copy", "orders.amount", "orders_copy.amount", "IDENTITY"),
    *reads("chart", "totals"),
    *writes("chart", "board"),
]

[_UNTYPED] = has("orders", "priced")
TYPED = replace(_UNTYPED, properties=(("type", "VARCHAR"),))
"""A field whose type a schema has told."""


def ask(store: Store, *changes: Change, name: str = "orders", **options: Any) -> ImpactReport:
    with store.read() as reader:
        return impact(reader, proposed(dataset(name), *changes), **options)


def severities(report: ImpactReport) -> dict[str, Severity]:
    return {item.key: item.severity for item in report.items}


def test_impact__of_a_dropped_column_breaks_who_uses_it_and_leaves_stale_what_follows() -> None:
    report = ask(graph(ORDERS), drop("amount"))
    assert severities(report) == {
        job("copy"): Severity.BREAKS,
        job("sum"): Severity.BREAKS,
        dataset("orders_copy"): Severity.STALE,
        dataset("totals"): Severity.STALE,
        field("orders_copy.amount"): Severity.STALE,
        field("totals.total"): Severity.STALE,
        dataset("board"): Severity.STALE,
        job("chart"): Severity.STALE,
    }
    assert report.verdict is Verdict.REVIEW


def test_impact__breaks_a_job_that_only_filters_by_the_column() -> None:
    report = ask(graph(ORDERS), rename("state", "status"))
    assert severities(report)[job("sum")] is Severity.BREAKS
    assert severities(report)[job("copy")] is Severity.COMPATIBLE


def test_impact__of_a_column_that_no_lineage_names_is_compatible_but_not_safe() -> None:
    report = ask(graph(ORDERS), drop("note"))
    assert severities(report) == {job("copy"): Severity.COMPATIBLE, job("sum"): Severity.COMPATIBLE}
    assert {item.certainty for item in report.items} == {Certainty.HEURISTIC}
    assert (report.verdict, report.coverage.status) == (Verdict.REVIEW, CoverageStatus.COMPLETE)


def test_impact__of_a_retyped_column_follows_copies_and_does_not_know_what_expressions_take() -> None:
    report = ask(graph(ORDERS), retype("amount", "text"))
    found = {item.key: (item.severity, item.unknown) for item in report.items}
    assert found[job("copy")] == (Severity.CHANGES_SCHEMA, False)
    assert found[field("orders_copy.amount")] == (Severity.CHANGES_SCHEMA, False)
    assert found[job("sum")] == (Severity.CHANGES_SCHEMA, True)
    assert found[field("totals.total")] == (Severity.CHANGES_VALUES, False)
    assert found[dataset("totals")] == (Severity.CHANGES_SCHEMA, True)
    assert found[job("chart")] == (Severity.UNKNOWN, True)


def test_impact__is_unknown_where_a_reader_told_no_columns() -> None:
    store = graph(has("a", "x"), reads("silent", "a"), writes("silent", "b"), reads("next", "b"))
    report = ask(store, drop("x"), name="a")
    assert severities(report) == {
        dataset("b"): Severity.UNKNOWN,
        job("silent"): Severity.UNKNOWN,
        job("next"): Severity.UNKNOWN,
    }
    assert [(r.code, r.keys) for r in report.coverage.reasons] == [
        (ReasonCode.NO_COLUMN_LINEAGE, (job("silent"), dataset("b")))
    ]
    assert (report.verdict, report.coverage.status) == (Verdict.REVIEW, CoverageStatus.UNKNOWN)


def test_impact__is_safe_only_where_nothing_reads_the_dataset() -> None:
    unread = ask(graph(has("a", "x"), writes("make", "a")), drop("x"), name="a")
    assert (unread.items, unread.verdict) == ((), Verdict.SAFE)
    by_alias = graph(has("a", "x"), alias("s3", "a"), reads("j", "s3"))
    assert ask(by_alias, drop("x"), name="a").verdict is Verdict.REVIEW


def test_impact__sees_a_reader_that_only_column_lineage_tells_of() -> None:
    store = graph(has("a", "x", "y"), has("b", "z"), feeds("j", "a.y", "b.z"), writes("j", "b"))
    assert severities(ask(store, drop("x"), name="a")) == {job("j"): Severity.COMPATIBLE}


def test_impact__goes_on_to_what_declares_itself_derived() -> None:
    columns = [*has("a", "x"), *has("b", "y"), *feeds(None, "a.x", "b.y")]
    store = graph(columns, derived("a", "b"), derived("b", "c"), reads("j", "c"))
    assert severities(ask(store, drop("x"), name="a")) == {
        field("b.y"): Severity.STALE,
        dataset("b"): Severity.STALE,
        dataset("c"): Severity.STALE,
        job("j"): Severity.STALE,
    }


def test_impact__of_a_dropped_dataset_breaks_every_reader() -> None:
    found = severities(ask(graph(ORDERS), drop_dataset()))
    assert (found[job("sum")], found[job("copy")]) == (Severity.BREAKS, Severity.BREAKS)
    assert found[dataset("board")] is Severity.STALE


def test_impact__removes_what_is_nested_and_retypes_what_is_around() -> None:
    columns = [
        *feeds("j", "a.who", "b.who", "IDENTITY"),
        *feeds("k", "a.who.name.first", "c.first", "IDENTITY"),
    ]
    store = graph(
        has("a", "who", "who.name", "who.name.first", "whole"), has("b", "who"), has("c", "first"), columns
    )
    found = severities(ask(store, drop("who.name"), name="a"))
    assert found[job("k")] is Severity.BREAKS
    assert found[field("b.who")] is Severity.CHANGES_SCHEMA


def test_impact__gives_a_shortest_route_with_how_the_column_is_used() -> None:
    report = ask(graph(ORDERS), drop("amount"))
    board = next(item for item in report.items if item.key == dataset("board"))
    aggregated = (Transformation("AGGREGATION"),)
    assert board.route == (
        RouteStep(
            field("orders.amount"), job("sum"), dataset("totals"), Kind.DIRECT, aggregated, ("OBSERVED",)
        ),
        RouteStep(dataset("totals"), job("chart"), dataset("board"), None, (), ("OBSERVED",)),
    )
    assert board.hops == 2


def test_impact__says_in_a_sentence_why() -> None:
    report = ask(graph(ORDERS), drop("state"))
    assert [item.reason for item in report.items if item.severity is Severity.BREAKS] == [
        "Job n/sum filters, joins, groups or sorts by a column that is gone."
    ]


def test_impact__pages_give_each_item_once_worst_first() -> None:
    report = ask(graph(ORDERS), drop("amount"))
    paged: list[Affected] = []
    after = None
    while page := report.page(3, after):
        paged += page
        after = page[-1].position
    assert tuple(paged) == report.items
    assert [item.severity for item in report.items[:2]] == [Severity.BREAKS, Severity.BREAKS]
    assert report.counts() == (
        ImpactCount(Severity.BREAKS, "Job", 2, 0),
        ImpactCount(Severity.STALE, "Dataset", 3, 0),
        ImpactCount(Severity.STALE, "Field", 2, 0),
        ImpactCount(Severity.STALE, "Job", 1, 0),
    )


def test_counts__say_of_how_many_not_all_is_known() -> None:
    report = ask(graph(ORDERS), retype("amount", "text"))
    open_items = [item for item in report.items if item.unknown]
    assert sum(counted.unknown for counted in report.counts()) == len(open_items) > 0
    assert all(item.unknown for item in report.items if item.severity is Severity.UNKNOWN)


def test_impact__says_that_it_ended_at_its_bound() -> None:
    report = ask(graph(ORDERS), drop("amount"), max_items=3)
    assert len(report.items) == 3
    assert ReasonCode.MAX_NODES in {reason.code for reason in report.coverage.reasons}


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ((), InvalidQuery, "Nothing is changed"),
        ((drop("amuont"),), UnknownNode, r"has no field amuont\. Did you mean amount\?"),
        (
            (drop("q"), retype("zz", "int")),
            UnknownNode,
            r"no field q, zz\. It has amount, id, note, priced, state",
        ),
        ((rename("amount", "state"),), InvalidQuery, "amount cannot become state: there is a field"),
        ((rename("amount", "amount"),), InvalidQuery, "amount cannot become amount"),
        ((rename("id", "x"), rename("note", "x")), InvalidQuery, "another field becomes that too"),
        ((drop("id"), rename("id", "x")), InvalidQuery, "id is removed twice"),
        ((drop("id"), retype("id", "int")), InvalidQuery, "id is removed, so it gets no other"),
        ((retype("id", "int"), retype("id", "text")), InvalidQuery, "id gets two types"),
        ((drop("id"), drop_dataset()), InvalidQuery, "A dataset that goes away has no fields to change"),
        ((retype("priced", "Varchar"),), InvalidQuery, "priced is VARCHAR already"),
    ],
)
def test_impact__refuses_a_change_that_makes_no_sense(
    changes: tuple[Change, ...], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        ask(graph(ORDERS, [TYPED]), *changes)


def test_impact__takes_a_column_that_a_list_without_types_does_not_have() -> None:
    """Producers without types tell the columns that somebody has described, and there may be others."""
    report = ask(graph(ORDERS, [_UNTYPED]), drop("unlisted"))
    assert report.verdict is Verdict.REVIEW
    assert report.coverage.reasons


def test_impact__of_another_type_than_the_known_one_is_a_change() -> None:
    assert ask(graph(ORDERS, [TYPED]), retype("priced", "INT")).items


def test_impact__allows_a_name_that_becomes_free() -> None:
    report = ask(graph(ORDERS), rename("amount", "state"), rename("state", "amount"))
    assert severities(report)[job("sum")] is Severity.BREAKS


@pytest.mark.parametrize("key", [dataset("none"), job("sum")])
def test_impact__refuses_what_is_no_known_dataset(key: str) -> None:
    with graph(ORDERS).read() as reader, pytest.raises(UnknownNode, match="No dataset"):
        impact(reader, proposed(key, drop_dataset()))
