"""Types that nobody tells: guessed from how jobs use columns, and told as a guess."""

from collections.abc import Iterator

import pytest

from catalog.impact.change import Change, ChangeKind
from catalog.impact.evaluation import impact
from catalog.impact.job_binder import Evidence, PassedOn
from catalog.impact.kinds import Kinds
from catalog.impact.named import type_by_name
from catalog.impact.placing import Placing
from catalog.impact.report import ImpactReport
from catalog.impact.severity import Certainty, Severity, Verdict
from catalog.impact.unlike import earlier_type
from catalog.store.memory import MemoryStore
from ingest.binding import SqlBinder
from tests.convergence.events import named
from tests.derivation.cases import run, settled
from tests.impact.laboratory import Laboratory, Mutation, Pipeline
from tests.impact.told_pipeline import NS, dataset, job, told
from tests.impact.words import proposed

TEXT, NUMBER = Evidence("TEXT", "VARCHAR", False), Evidence("NUMBER", "INTEGER", False)
TABLES = {
    "orders": ("o_id integer, o_customer integer, o_total double", "values (1, 7, 2.5)"),
    "customers": ("c_id integer, c_town varchar", "values (7, 'Bonn')"),
}


@pytest.fixture(scope="module")
def binder() -> Iterator[SqlBinder]:
    opened = SqlBinder()
    yield opened
    opened.close()


def answer(binder: SqlBinder, models: dict[str, str], table: str, column: str, to: str) -> ImpactReport:
    """What is said of a change of type where no event tells any schema."""
    laboratory = Laboratory(Pipeline(TABLES, models))
    store = told(MemoryStore(), laboratory, set())
    change = Change("", ChangeKind.TYPE_INCOMPATIBLE, column, after=to)
    with store.read() as reader:
        return impact(reader, proposed(dataset(table).key, change), binder=binder)


def of(report: ImpactReport, model: str) -> tuple[Severity, Certainty]:
    found = next(item for item in report.items if item.key == job(model))
    return found.severity, found.certainty


JOIN = "select o_id, c_town from orders, customers where o_customer = c_id"


@pytest.mark.parametrize(("table", "column"), [("customers", "c_id"), ("orders", "o_customer")])
def test_key_of_a_join_of_bare_names__breaks_as_a_guess_when_it_becomes_a_date(
    binder: SqlBinder, table: str, column: str
) -> None:
    others = {
        "totals": "select o_customer, sum(o_total) as total from orders group by o_customer",
        "towns": "select c_id, upper(c_town) as town from customers",
    }
    report = answer(binder, {**others, "joined": JOIN}, table, column, "DATE")
    assert of(report, "joined") == (Severity.BREAKS, Certainty.HEURISTIC)
    assert report.verdict is Verdict.REVIEW


def test_text_that_becomes_a_number__breaks_the_job_that_uses_it_as_text(binder: SqlBinder) -> None:
    models = {
        "towns": "select c_id, c_town as town from customers",
        "loud": "select upper(town) as town from towns",
    }
    report = answer(binder, models, "customers", "c_town", "BIGINT")
    assert of(report, "towns")[0] is Severity.CHANGES_SCHEMA
    assert of(report, "loud") == (Severity.BREAKS, Certainty.HEURISTIC)


def test_type_is_guessed_from_a_job_that_reads_the_same_table(binder: SqlBinder) -> None:
    models = {
        "big": "select o_id from orders where o_total > 10",
        "matched": "select o_id from orders join customers on o_total = c_id",
    }
    assert of(answer(binder, models, "customers", "c_id", "DATE"), "matched")[0] is Severity.BREAKS


def test_job_that_takes_the_new_type_by_a_guess__is_not_proven_and_not_safe(binder: SqlBinder) -> None:
    models = {"counted": "select count(o_id) as n from orders where o_total > 1 and o_id > 0"}
    report = answer(binder, models, "orders", "o_id", "BIGINT")
    severity, certainty = of(report, "counted")
    assert severity is not Severity.BREAKS
    assert certainty is not Certainty.PROVEN
    assert report.verdict is not Verdict.SAFE


def test_kinds__a_class_has_the_type_for_which_most_speaks() -> None:
    kinds = Kinds()
    kinds.same([("a", "x"), ("b", "y")])
    kinds.note(("a", "x"), [TEXT])
    kinds.note(("b", "y"), [NUMBER])
    kinds.note(("b", "y"), [NUMBER])
    assert kinds.type_of(("a", "x")) == "INTEGER"


def test_kinds__a_told_type_weighs_more_than_uses() -> None:
    kinds = Kinds()
    kinds.note(("a", "x"), [Evidence("TEXT", "VARCHAR", True)])
    kinds.note(("a", "x"), [NUMBER])
    kinds.note(("a", "x"), [NUMBER])
    assert kinds.type_of(("a", "x")) == "VARCHAR"


def test_kinds__where_as_much_speaks_for_two_the_name_decides_or_nothing() -> None:
    kinds = Kinds()
    for place in (("a", "town_name"), ("a", "x")):
        kinds.note(place, [TEXT, NUMBER])
    assert kinds.type_of(("a", "town_name")) == "VARCHAR"
    assert kinds.type_of(("a", "x")) is None


def test_kinds__what_is_noted_later_counts_for_the_whole_class() -> None:
    kinds = Kinds()
    assert kinds.type_of(("a", "x")) is None
    kinds.same([("a", "x"), ("b", "y"), ("c", "z")])
    kinds.note(("c", "z"), [TEXT])
    assert [kinds.type_of(place) for place in (("a", "x"), ("b", "y"))] == ["VARCHAR", "VARCHAR"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("customer_id", "INTEGER"),
        ("createdAt", "TIMESTAMP"),
        ("first_order_on", "DATE"),
        ("is_open", "BOOLEAN"),
        ("net_amount", "DOUBLE"),
        ("Shop Name", "VARCHAR"),
        ("is", "BOOLEAN"),
        ("x", None),
        ("", None),
    ],
)
def test_name__says_a_type_by_its_last_word(name: str, kind: str | None) -> None:
    assert type_by_name(name) == kind


@pytest.mark.parametrize(
    ("used", "named", "new", "old"),
    [
        ("VARCHAR", "INTEGER", "DATE", "VARCHAR"),
        ("BIGINT", None, "BIGINT", "INTEGER"),
        ("INTEGER", None, "INTEGER", "BIGINT"),
        ("DATE", None, "DATE", "TIMESTAMP"),
        (None, "VARCHAR", "BIGINT", "VARCHAR"),
        (None, "INTEGER", "DOUBLE", "BIGINT"),
        (None, "DATE", "TIMESTAMP", "DATE"),
        (None, None, "TIMESTAMP", "DATE"),
        (None, None, "DATE", "INTEGER"),
        (None, None, "VARCHAR", "INTEGER"),
        (None, None, "BIGINT", None),
        (None, None, None, None),
    ],
)
def test_earlier_type__is_as_used_else_as_named_and_never_the_new_one(
    used: str | None, named: str | None, new: str | None, old: str | None
) -> None:
    assert earlier_type(used, named, new) == old


def test_bare_name__is_of_the_table_that_is_known_to_have_it() -> None:
    placing = Placing(Kinds())
    placing.columns["b"].add("x")
    placing.ask(["a", "b"], "x")
    placing.settle()
    assert placing.columns["a"] == set()


def test_bare_name__is_of_the_table_with_columns_that_begin_like_it() -> None:
    placing = Placing(Kinds())
    placing.columns["orders"] |= {"o_id", "o_total"}
    placing.columns["lines"] |= {"l_id"}
    placing.ask(["orders", "lines"], "o_customer")
    placing.settle()
    assert "o_customer" in placing.columns["orders"]


def test_bare_names_that_begin_alike__are_of_the_one_table_whose_columns_do_not_begin_otherwise() -> None:
    placing = Placing(Kinds())
    placing.columns["nation"] |= {"n_id", "n_name"}
    placing.by_lineage["part"] = frozenset({"p_id"})
    placing.ask(["nation", "part", "region"], "r_id")
    placing.ask(["customer", "nation", "region"], "r_name")
    placing.ask(["nation", "part"], "p_type")
    placing.settle()
    assert placing.columns["region"] == {"r_id", "r_name"}
    assert placing.columns["part"] == {"p_type"}
    assert placing.columns["nation"] == {"n_id", "n_name"}


def test_bare_name_of_which_nothing_is_known__is_of_the_table_of_which_least_is_known() -> None:
    placing = Placing(Kinds())
    placing.columns["a"].add("y")
    placing.ask(["a", "b", ""], "x")
    placing.settle()
    assert placing.columns["b"] == {"x"}


def test_placed_name__is_of_the_kind_of_its_column() -> None:
    kinds = Kinds()
    placing = Placing(kinds)
    stand_in = placing.ask(["a", "b"], "x")
    kinds.note(stand_in, [TEXT])
    placing.columns["a"].add("x")
    placing.settle()
    assert kinds.type_of(("a", "x")) == "VARCHAR"


HOMES: dict[tuple[str, ...], str] = {(): "out", ("in",): "in"}


def test_star_over_one_table__gives_both_tables_the_same_columns_of_one_kind() -> None:
    kinds = Kinds()
    placing = Placing(kinds)
    placing.columns["out"] |= {"x", "made"}
    placing.columns["in"].add("y")
    placing.pass_on(PassedOn((), ("in",), frozenset({"made"}), True), HOMES)
    kinds.note(("out", "x"), [NUMBER])
    placing.settle()
    assert placing.columns == {"out": {"x", "y", "made"}, "in": {"x", "y"}}
    assert kinds.type_of(("in", "x")) == "INTEGER"


def test_star_over_several_tables__gives_none_of_them_a_column() -> None:
    placing = Placing(Kinds())
    placing.columns["out"].add("x")
    placing.pass_on(PassedOn((), ("in",), frozenset(), False), HOMES)
    placing.settle()
    assert placing.columns["in"] == set()


def test_whole_table__gets_no_column() -> None:
    placing = Placing(Kinds())
    placing.columns["out"].add("x")
    placing.whole.add("in")
    placing.pass_on(PassedOn((), ("in",), frozenset(), True), HOMES)
    placing.settle()
    assert placing.columns["in"] == set()


def test_unpivot_of_unlike_types__breaks(binder: SqlBinder) -> None:
    models = {
        "long": "unpivot orders on o_id, o_customer into name what value n",
        "summed": "select what, sum(n) as total from long group by what",
    }
    assert of(answer(binder, models, "orders", "o_id", "DATE"), "long") == (
        Severity.BREAKS,
        Certainty.HEURISTIC,
    )


def test_type_goes_on_through_a_star_over_columns_that_nobody_knows(binder: SqlBinder) -> None:
    """What more there is beside the column, nobody knows: that its type is another one is known."""
    models = {
        "wide": "select orders.*, c_town from orders join customers on c_id > o_total",
        "late": "select o_customer * 2 as twice from wide",
    }
    assert of(answer(binder, models, "orders", "o_customer", "DATE"), "late")[0] is Severity.BREAKS


def test_name_in_a_subquery_that_the_query_around_it_has_too__takes_that_one(binder: SqlBinder) -> None:
    visits = ("c_id integer, on_day date", "values (7, date '2024-05-01')")
    models = {"kept": "select c_id, c_town from customers where c_id not in (select c_id from visits)"}
    laboratory = Laboratory(Pipeline({**TABLES, "visits": visits}, models))
    store = told(MemoryStore(), laboratory, set())
    change = Change("", ChangeKind.FIELD_REMOVED, "c_id")
    with store.read() as reader:
        report = impact(reader, proposed(dataset("visits").key, change), binder=binder)

    assert laboratory.truth(Mutation("visits", "c_id", "drop")) == {"kept": "same"}
    assert of(report, "kept") == (Severity.CHANGES_ROWS, Certainty.HEURISTIC)


def test_name_that_the_text_gives_itself__is_not_taken_for_a_column_of_an_open_table(
    binder: SqlBinder,
) -> None:
    """A producer takes it for one: so it would be ambiguous, and the text would not bind as it is."""
    counted = "select o_customer as who, count(*) as calls from lab.main.orders group by o_customer"
    query = (
        f"select c.calls as calls, round(calls, 1) as shown from lab.main.customers p "
        f"left join ({counted}) c on c.who = p.c_id"
    )
    customers = {"namespace": NS, "name": dataset("customers").name}
    lineage = {"fields": {"shown": {"inputFields": [{**customers, "field": "calls"}]}}}
    output = named((NS, dataset("called").name), facets={"columnLineage": lineage})
    inputs = [named((NS, dataset(name).name)) for name in ("orders", "customers")]
    store = settled(MemoryStore(), [run("called", 1, query, inputs, [output], dialect="duckdb")])
    change = Change("", ChangeKind.TYPE_INCOMPATIBLE, "o_customer", after="DATE")
    with store.read() as reader:
        report = impact(reader, proposed(dataset("orders").key, change), binder=binder)

    assert of(report, "called") == (Severity.BREAKS, Certainty.HEURISTIC)
