"""Which casts are told: those that run, over which values, and which of them a change brings."""

import pytest

from catalog.impact.job_binder import Binding, BindStatus, BoundCast, BoundColumn, BoundTable, new_casts
from ingest.binding import SqlBinder
from tests.binding.told import bind, table

ORDERS = table("orders", "id INTEGER; code VARCHAR; day DATE; ok BOOLEAN; total DECIMAL(10,2)")


def pairs(binding: Binding) -> set[tuple[str, str, bool]]:
    assert binding.status is BindStatus.BOUND, binding.message
    return {(cast.source, cast.target, cast.certain) for cast in binding.casts}


@pytest.mark.parametrize(
    "text",
    [
        "with q as (select id::date as d, code from orders) select code from q",
        "with q as (select id::date as d, code from orders) select a.code from q a join q b using (code)",
        "with q as (select *, id::date as d from orders), r as (select *, code || 'x' as x from q) select x from r",
        "with unused as (select id from orders where id::date is null) select id from orders",
        "select count(*) from (select id::date as d from orders)",
        "select code from (select id::date as d, code from orders union all select day, code from orders)",
        "select code from (select code, row_number() over (order by id::date) as n from orders)",
        "select code from (select code, max(id::date) as d from orders group by code)",
        "select o.code from orders o left join (select code, id::date as d from orders) x on o.code = x.code",
        "select try_cast(id as date), try(id::date) from orders",
        "select null::int::varchar, cast('2024-01-01' as date) from orders",
        "select id::bigint, id::double, total::double, day::timestamp, id::varchar, ok::int from orders",
        "select x.code from orders x, lateral (select x.id::date as d) y",
    ],
)
def test_cast_that_does_not_run_or_cannot_fail__is_not_told(binder: SqlBinder, text: str) -> None:
    assert pairs(bind(binder, text, ORDERS)) == set()


@pytest.mark.parametrize(
    "text",
    [
        "select id::date from orders",
        "with q as (select id::date as d, code from orders) select code from q where d is not null",
        "with q as (select id::date as d, code from orders) select * from q",
        "select code from orders where id::date > day",
        "select code from orders order by id::date",
        "select max(id::date) from orders",
        "select code from (select code, id::date from orders union select code, day from orders)",
        "select a.code from orders a join orders b on a.id::date = b.day",
        "select row_number() over (partition by id::date) from orders",
        "select code from orders where id in (select id from orders where id::date = day)",
        "select case when ok then id::date else day end from orders",
        "select unnest([id::date]) from orders",
        "create table made as select id::date as d from orders",
        "create view made as select id::date as d from orders",
        "insert into target select id::date from orders",
        "update orders set day = id::date",
        "delete from orders where id::date = day",
    ],
)
def test_cast_that_fails_for_any_value__is_certain(binder: SqlBinder, text: str) -> None:
    found = bind(binder, text, ORDERS, table("target", "d DATE"), query=text.startswith(("select", "with")))

    assert pairs(found) == {("INTEGER", "DATE", True)}


def test_implied_casts__are_found_wherever_types_meet(binder: SqlBinder) -> None:
    texts = {
        "select * from orders where code = 1": "INTEGER",
        "select * from orders where code in (1, 2)": "INTEGER",
        "select * from orders a join orders b on a.id = b.code": "INTEGER",
        "select count(*) from orders a join (select total as code from orders) b using (code)": "DECIMAL(10,2)",
        "insert into target select code from orders": "DATE",
        "insert into target values ((select max(code) from orders))": "DATE",
        "update orders set total = code": "DECIMAL(10,2)",
        "select case code when 1 then 'a' end from orders": "INTEGER",
    }
    for text, kind in texts.items():
        found = bind(binder, text, ORDERS, table("target", "d DATE"), query=text.startswith("select"))
        assert pairs(found) == {("VARCHAR", kind, False)}, text
        assert all(cast.implied for cast in found.casts), text


def retyped(now: str, was: str | None) -> BoundTable:
    return BoundTable(
        ("t",), (BoundColumn("c", now, was), BoundColumn("id", "INTEGER"), BoundColumn("x", "VARCHAR"))
    )


@pytest.mark.parametrize(
    ("was", "now", "text", "expected"),
    [
        ("INTEGER", "VARCHAR", "select c::int from t", set()),
        ("INTEGER", "VARCHAR", "select * from t where c = id", set()),
        (
            "INTEGER",
            "VARCHAR",
            "with q as (select c as v from t) select a.v::int from q a join q b using (v)",
            set(),
        ),
        ("INTEGER", "VARCHAR", "select max(c)::int from t group by x", set()),
        ("INTEGER", "VARCHAR", "select c::date from t", {("VARCHAR", "DATE", True)}),
        ("INTEGER", "VARCHAR", "select x::int from t", {("VARCHAR", "INTEGER", False)}),
        ("INTEGER", "VARCHAR", "select trim(c)::int from t", {("VARCHAR", "INTEGER", False)}),
        (None, "VARCHAR", "select c::int from t", {("VARCHAR", "INTEGER", False)}),
        ("BOOLEAN", "VARCHAR", "select c::int from t", {("VARCHAR", "INTEGER", True)}),
        ("DATE", "VARCHAR", "select c::timestamp, c::date from t", set()),
        ("BIGINT", "DOUBLE", "select c::int from t", set()),
        ("DATE", "INTEGER", "select c::varchar::date from t", {("VARCHAR", "DATE", True)}),
        ("INTEGER", "DATE", "select c::varchar::int from t", {("VARCHAR", "INTEGER", True)}),
        ("VARCHAR", "INTEGER", "select * from t where c = x", {("VARCHAR", "INTEGER", False)}),
    ],
)
def test_values_of_a_retyped_column__are_taken_to_be_those_that_it_had(
    binder: SqlBinder, was: str | None, now: str, text: str, expected: set[tuple[str, str, bool]]
) -> None:
    assert pairs(bind(binder, text, retyped(now, was))) == expected


def test_text_that_meets_what_was_text__is_likely_to_fail(binder: SqlBinder) -> None:
    text = "select * from t where c = x"
    for was, expected in (("VARCHAR", True), ("INTEGER", False)):
        (cast,) = bind(binder, text, retyped("BIGINT", was)).casts
        assert (cast.source, cast.target, cast.certain, cast.likely) == ("VARCHAR", "BIGINT", False, expected)


def binding(*casts: BoundCast) -> Binding:
    return Binding(BindStatus.BOUND, {}, casts=frozenset(casts))


def test_new_casts__are_those_that_were_not_as_bad_at_their_place_before() -> None:
    at_1 = BoundCast("VARCHAR", "INTEGER", True, False, 1)
    worse = BoundCast("DATE", "INTEGER", True, True, 1)
    wider = BoundCast("VARCHAR", "BIGINT", True, False, 1)
    other_kind = BoundCast("VARCHAR", "DATE", True, False, 1)
    at_2 = BoundCast("VARCHAR", "INTEGER", True, False, 2)
    constant, elsewhere = BoundCast("'x'", "INTEGER", True, True, 3), BoundCast("'x'", "DATE", True, True, 3)
    before = binding(at_1, constant)

    assert new_casts(before, binding(at_1, at_2)) == {at_2}
    assert new_casts(before, binding(worse)) == {worse}
    assert new_casts(before, binding(wider)) == frozenset()
    assert new_casts(before, binding(other_kind)) == {other_kind}
    assert new_casts(before, binding(elsewhere)) == frozenset()
    assert new_casts(binding(worse), before) == {constant}
