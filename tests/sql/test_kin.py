"""Which columns a text takes for values of one kind, where no schema tells types."""

import pytest

from ingest.sql import kin

TABLES: dict[tuple[str, ...], list[tuple[str, str | None]]] = {
    ("t",): [("a", None), ("b", None), ("c", None)],
    ("u",): [("a", None), ("x", "INTEGER")],
}


def families(query: str, column: str, table: tuple[str, ...] = ("t",)) -> set[str]:
    found = [one for one in kin(query, "duckdb", TABLES) if (table, column) in one.columns]
    assert len(found) <= 1
    return {sign.family for one in found for sign in one.signs}


def together(query: str, *columns: tuple[tuple[str, ...], str]) -> bool:
    return any(set(columns) <= one.columns for one in kin(query, "duckdb", TABLES))


@pytest.mark.parametrize(
    ("query", "family"),
    [
        ("select a from t where a = 'north'", "TEXT"),
        ("select a * 2 as d from t", "NUMBER"),
        ("select sum(a) as s from t", "NUMBER"),
        ("select year(a) as y from t", "TIME"),
        ("select t.a from t join u on t.a = u.x", "NUMBER"),
        ("select a from t where a in (select x from u)", "NUMBER"),
        ("select coalesce(a, 'none') as n from t", "TEXT"),
        ("select bool_and(a) as n from t", "TRUTH"),
        ("with s as (select * from t) select * from s where a between date '2024-01-01' and s.b", "TIME"),
    ],
)
def test_column__is_of_the_kind_of_what_it_meets(query: str, family: str) -> None:
    assert families(query, "a") == {family}


@pytest.mark.parametrize(
    "query",
    [
        "select cast(a as date) as d from t",
        "select a || 'x' as d from t",
        "select a from t where a > '10'",
        "select count(a) as n from t",
    ],
)
def test_column__is_of_no_kind_where_the_text_takes_any(query: str) -> None:
    assert families(query, "a") == set()


def test_column_of_a_query__is_kin_of_what_it_copies_through_stars_and_joins() -> None:
    query = "with s as (select * from t) select s.*, x from s join u using (a)"
    assert together(query, (("t",), "a"), (("u",), "a"), ((), "a"))
    assert not together(query, (("t",), "a"), (("t",), "b"))


def test_columns_of_a_union__are_kin_by_place() -> None:
    query = "select a, b from t union all select x, a from u"
    assert together(query, (("t",), "a"), (("u",), "x"), ((), "a"))
    assert together(query, (("t",), "b"), (("u",), "a"), ((), "b"))


def test_text_that_cannot_be_read__tells_only_the_schemas() -> None:
    assert families("select from where (", "x", ("u",)) == {"NUMBER"}
    assert families("select from where (", "a") == set()
