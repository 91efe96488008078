"""Changes that are really made: what a small folder of scripts does when a column goes, and what is told of it."""

import json

import pytest

from bench.truth.built import Built, Relation
from bench.truth.laboratory import Laboratory
from bench.truth.mutation import Column, Kind, Mutation, mutations
from bench.truth.outcome import Table, Truth, difference
from bench.truth.scripts import build_scripts

SCRIPTS = {
    "data.sql": """create table orders as
        select * from (values (1, 'paid', 10), (2, 'paid', null), (3, 'open', 30)) as t (id, status, cents);""",
    "1_all.sql": "create or replace view all_orders as with o as (select * from orders) select * from o;",
    "2_paid.sql": "create or replace table paid as select id, cents from all_orders where status = 'paid';",
    "3_sum.sql": """create temp table t as select sum(cents) as total from paid;
        create or replace table total as select total, now() as at from t; drop table t;""",
    "4_log.sql": "create table if not exists log (id int); delete from log; insert into log select id from paid;",
}
ORDERS = ("warehouse", "main", "orders")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("scripts")
    for name, sql in SCRIPTS.items():
        (folder / name).write_text(sql)
    return build_scripts(folder, tmp_path_factory.mktemp("place"), known=True)


@pytest.fixture(scope="module")
def laboratory(built: Built) -> Laboratory:
    return Laboratory(built)


def found(laboratory: Laboratory, kind: Kind, column: str, after: str = "") -> dict[str, str]:
    """What happens to each script, in words; of several retypes that to ``after``."""
    [mutation] = [
        one
        for one in mutations(ORDERS, laboratory.relations()[ORDERS])
        if one.kind is kind and one.column == column and (not after or one.after == after)
    ]
    return {name[0]: " ".join(outcome.found) for name, outcome in laboratory.experiment(mutation).items()}


def test_build__knows_what_each_script_reads_and_writes(built: Built) -> None:
    def names(relations: frozenset[Relation] | tuple[Relation, ...]) -> set[str]:
        return {name for _, _, name in relations}

    assert {job.name[0]: (names(job.reads), names(job.writes)) for job in built.jobs} == {
        "1": ({"orders"}, {"all_orders"}),
        "2": ({"all_orders"}, {"paid"}),
        "3": ({"paid"}, {"total"}),
        "4": ({"paid"}, {"log"}),
    }


def test_build__tells_inputs_outputs_sql_and_schemas(built: Built) -> None:
    event = json.loads(built.events[-1])
    assert event["eventType"] == "COMPLETE"
    assert event["job"]["facets"]["sql"]["query"] == SCRIPTS["4_log.sql"]
    assert [one["name"] for one in event["inputs"]] == ["warehouse.main.paid"]
    assert [one["name"] for one in event["inputs"][0]["facets"]["schema"]["fields"]] == ["id", "cents"]


def test_drop_of_a_filtered_column__fails_where_it_is_named_and_makes_the_rest_stale(
    laboratory: Laboratory,
) -> None:
    assert found(laboratory, Kind.DROP, "status") == {"1": "schema", "2": "error", "3": "stale", "4": "stale"}


def test_nulls_in_a_filtered_column__change_rows_and_values(laboratory: Laboratory) -> None:
    assert found(laboratory, Kind.NULLED, "status") == {
        "1": "values",
        "2": "rows",
        "3": "values",
        "4": "rows",
    }


def test_wider_type__is_no_change_of_values(laboratory: Laboratory) -> None:
    assert found(laboratory, Kind.RETYPE, "id", "BIGINT") == {
        "1": "schema",
        "2": "schema",
        "3": "same",
        "4": "same",
    }


def test_text_in_place_of_a_number__fails_in_a_sum(laboratory: Laboratory) -> None:
    assert found(laboratory, Kind.RETYPE, "cents", "VARCHAR")["3"] == "error"


def test_experiments__leave_nothing_behind(laboratory: Laboratory) -> None:
    before = found(laboratory, Kind.RENAME, "cents")
    found(laboratory, Kind.DROP, "id")
    assert found(laboratory, Kind.RENAME, "cents") == before


def test_columns_of_now__are_not_compared(laboratory: Laboratory) -> None:
    assert laboratory.unstable["warehouse", "main", "total"] == {"at"}
    assert not laboratory.failing
    assert not laboratory.unlike


def table(*rows: tuple[object, ...]) -> Table:
    return Table((Column("id", "INTEGER"), Column("n", "INTEGER")), rows)


def test_difference__tells_rows_from_values() -> None:
    before = table((1, 1), (2, 2))
    assert difference(before, table((2, 2), (1, 1)), ()) == []
    assert difference(before, table((1, 5), (2, 2)), ()) == [Truth.VALUES]
    assert difference(before, table((1, 2), (2, 1)), ()) == [Truth.VALUES]
    assert difference(before, table((1, 1)), ()) == [Truth.ROWS]
    assert difference(before, table((1, 5), (2, 2)), {"n"}) == []


def test_difference__knows_rows_by_several_columns_together() -> None:
    columns = (Column("day", "INTEGER"), Column("shop", "INTEGER"), Column("sum", "INTEGER"))

    def sums(*rows: tuple[object, ...]) -> Table:
        return Table(columns, rows)

    before = sums((1, 1, 10), (1, 2, 20), (2, 1, 30))
    assert difference(before, sums((1, 1, 7), (1, 2, 8), (2, 1, 9)), ()) == [Truth.VALUES]
    assert difference(before, sums((1, 1, 7), (1, 2, 8), (3, 1, 9)), ()) == [Truth.ROWS]


def test_difference__knows_a_row_by_a_column_that_is_null_in_it() -> None:
    """As the group of null of a GROUP BY."""
    columns = (Column("region", "VARCHAR"), Column("total", "INTEGER"))
    before = Table(columns, [("north", 5), (None, 7)])
    assert difference(before, Table(columns, [("north", 6), (None, 8)]), ()) == [Truth.VALUES]
    assert difference(before, Table(columns, [("north", 6), ("south", 8)]), ()) == [Truth.ROWS]


def test_difference__of_the_one_row_of_a_table_is_one_of_values() -> None:
    assert difference(table((1, 1)), table((7, 7)), ()) == [Truth.VALUES]


def test_difference__takes_numbers_and_their_text_for_the_same_value() -> None:
    text = Table((Column("id", "VARCHAR"), Column("n", "INTEGER")), [("1", 1), ("2.0", 2)])
    assert difference(table((1, 1), (2, 2)), text, ()) == [Truth.SCHEMA]


def test_mutation__keeps_the_places_of_other_columns() -> None:
    columns = [Column("a", "INTEGER"), Column('b"c', "VARCHAR")]
    [renamed] = [one for one in mutations(ORDERS, columns) if one.kind is Kind.RENAME and one.column != "a"]
    assert renamed.select(columns) == '"a", "b""c" as "b""c_renamed"'
    assert Mutation(ORDERS, "a", Kind.DROP).select(columns) == '"b""c"'
