"""Single texts against tables that are told."""

from dataclasses import replace

import pytest

from catalog.impact.job_binder import BindStatus, BoundCast
from ingest.binding import SqlBinder
from tests.binding.told import bind, columns, table

ORDERS = table("db.main.orders", "id INTEGER; status VARCHAR; amount DECIMAL(10,2); day DATE; note")


def test_query__has_the_columns_and_types_of_its_target(binder: SqlBinder) -> None:
    found = bind(binder, 'select *, amount * 2 as twice from "db"."main"."orders"', ORDERS)

    assert (found.status, found.exact) == (BindStatus.BOUND, True)
    assert columns(found) == [
        ("id", "INTEGER"),
        ("status", "VARCHAR"),
        ("amount", "DECIMAL(10,2)"),
        ("day", "DATE"),
        ("note", None),
        ("twice", "DECIMAL(18,2)"),
    ]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("select gone from db.main.orders", BindStatus.REFUSED),
        ("select sum(status) from db.main.orders", BindStatus.REFUSED),
        ("select id from db.main.orders union all select id, status from db.main.orders", BindStatus.REFUSED),
        ("select id from db.main.other", BindStatus.UNDECIDED),
        ("select mine(id) from db.main.orders", BindStatus.UNDECIDED),
        ("select id::money from db.main.orders", BindStatus.UNDECIDED),
        ("select id from", BindStatus.UNDECIDED),
        (
            "select sum(note), note || 'x', note + 1, year(day) from db.main.orders group by all",
            BindStatus.BOUND,
        ),
    ],
)
def test_text__is_refused_only_for_what_is_known(binder: SqlBinder, text: str, status: BindStatus) -> None:
    assert bind(binder, text, ORDERS).status is status


def test_table_that_is_not_whole__leaves_names_and_stars_open(binder: SqlBinder) -> None:
    part = table("orders", "id INTEGER", whole=False)

    assert bind(binder, "select other from orders", part).status is BindStatus.UNDECIDED
    assert bind(binder, "select sum(id::text) from orders", part).status is BindStatus.REFUSED
    star = bind(binder, "select * from orders", part)
    assert (star.status, star.writes) == (BindStatus.BOUND, {})
    assert columns(bind(binder, "select id from orders", part)) == [("id", "INTEGER")]


def test_script__sees_the_tables_that_it_makes(binder: SqlBinder) -> None:
    script = """
    -- a note; with a semicolon
    create or replace temp table step as select id, day from db.main.orders;
    create table mart."Days" as (select day, count(*) as n from step group by day) with no data;
    create view latest as select max(day) as day from mart.days;
    drop table if exists step
    """
    found = bind(binder, script, ORDERS, table("mart.days", "old INTEGER"), query=False)

    assert columns(found, ("mart", "days")) == [("day", "DATE"), ("n", "BIGINT")]
    assert columns(found, ("latest",)) == [("day", "DATE")]
    assert set(found.writes) == {("mart", "days"), ("latest",)}


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("insert into t select id, status from db.main.orders", BindStatus.BOUND),
        ("insert into t select id from db.main.orders", BindStatus.REFUSED),
        ("insert into t select id, status, day from db.main.orders", BindStatus.REFUSED),
        ("insert into t (a) select id from db.main.orders", BindStatus.BOUND),
        ("insert into t by name select id as a from db.main.orders", BindStatus.BOUND),
        ("insert into t by name select id as z from db.main.orders", BindStatus.REFUSED),
        ("update t set a = o.id from db.main.orders o where o.status = t.b", BindStatus.BOUND),
        ("update t set a = o.gone from db.main.orders o", BindStatus.REFUSED),
        ("delete from t where a in (select id from db.main.orders)", BindStatus.BOUND),
        ("delete from t where gone = 1", BindStatus.REFUSED),
        (
            "merge into t using db.main.orders o on t.a = o.id when matched then update set b = o.status",
            BindStatus.BOUND,
        ),
        (
            "merge into t using db.main.orders o on t.a = o.id when matched then update set z = 1",
            BindStatus.REFUSED,
        ),
        ("truncate t", BindStatus.BOUND),
    ],
)
def test_statement_that_fills_a_table__is_bound_as_a_whole(
    binder: SqlBinder, text: str, status: BindStatus
) -> None:
    found = bind(binder, text, ORDERS, table("t", "a INTEGER; b VARCHAR"), query=False)

    assert found.status is status
    if status is BindStatus.BOUND:
        assert columns(found, ("t",)) == [("a", "INTEGER"), ("b", "VARCHAR")]


def test_file_that_is_given__is_read_and_written_by_its_path(binder: SqlBinder) -> None:
    query = "SELECT id FROM read_csv('in/a.csv', header = true) WHERE name <> ''"
    text = f"COPY ({query}) TO 'out/b.parquet' (FORMAT parquet)"
    given = table("#", "id INTEGER; name VARCHAR")
    path = type(given)(("in/a.csv",), given.columns)

    assert columns(bind(binder, text, path, query=False), ("out/b.parquet",)) == [("id", "INTEGER")]
    assert bind(binder, text, query=False).status is BindStatus.UNDECIDED


def test_casts__are_told_with_how_sure_they_fail(binder: SqlBinder) -> None:
    text = """select id::date, try_cast(id as date), amount::bigint, id::bigint, status::int, coalesce(id, 'none')
    from db.main.orders where status = 1 and id = 'open'"""

    found = bind(binder, text, ORDERS).casts
    assert {replace(cast, place=-1, likely=False) for cast in found} == {
        BoundCast("INTEGER", "DATE", False, True),
        BoundCast("VARCHAR", "INTEGER", False, False),
        BoundCast("VARCHAR", "INTEGER", True, False),
        BoundCast("'none'", "INTEGER", True, False),
        BoundCast("'open'", "INTEGER", True, True),
    }


def test_types_of_other_databases__are_told_in_duckdbs_words(binder: SqlBinder) -> None:
    kinds = {
        "snowflake": ("NUMBER(38,0); STRING; TIMESTAMP_NTZ", ["DECIMAL(38,0)", "VARCHAR", "TIMESTAMP"]),
        "bigquery": ("INT64; STRUCT<a INT64>; ARRAY<STRING>", ["BIGINT", "STRUCT(a BIGINT)", "VARCHAR[]"]),
        "postgres": (
            "int4; character varying(20); timestamp without time zone",
            ["INTEGER", "VARCHAR", "TIMESTAMP"],
        ),
        "spark": ("int; string; array<bigint>", ["INTEGER", "VARCHAR", "BIGINT[]"]),
        "duckdb": ("hugeint; ENUM('a','b'); no such type", ["HUGEINT", "ENUM('a', 'b')", None]),
        None: ("varchar(10); double precision; numeric(5,2)", ["VARCHAR", "DOUBLE", "DECIMAL(5,2)"]),
    }
    for dialect, (told, expected) in kinds.items():
        names = [f"c{place} {kind}" for place, kind in enumerate(told.split("; "))]
        found = bind(binder, "select * from t", table("t", "; ".join(names)), dialect=dialect)

        assert [kind for _, kind in columns(found)] == expected, dialect
        assert not found.exact


def test_other_dialect__is_bound_by_its_likeness(binder: SqlBinder) -> None:
    text = "SELECT DATE_SUB(day, INTERVAL 1 DAY) AS before, SAFE_CAST(id AS STRING) AS id FROM `p.d.orders`"
    given = table("p.d.orders", "id INT64; day DATE")
    found = bind(binder, text, given, dialect="bigquery")

    assert (found.status, found.exact, columns(found)[1]) == (BindStatus.BOUND, False, ("id", "VARCHAR"))
    refused = bind(binder, text, table("p.d.orders", "id INT64"), dialect="bigquery")
    assert (refused.status, refused.exact) == (BindStatus.REFUSED, False)
