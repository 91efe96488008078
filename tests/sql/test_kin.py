"""Which columns a text takes for values of one kind, where no schema tells types."""

import pytest

from ingest.sql import kin

TABLES: dict[tuple[str, ...], list[tuple[str, str | None]]] = {
    ("t",): [("a", None), ("b", None), ("c", None)],
    ("u",): [("a", None), ("x", "INTEGER")],
}


def families(query: str, column: str, table: tuple[str, ...] = ("t",)) -> set[str]:
    found = [one for one in kin(query, "duckdb", TABLES).classes if (table, column) in one.columns]
    assert len(found) <= 1
    return {sign.family for one in found for sign in one.signs}


def together(query: str, *columns: tuple[tuple[str, ...], str]) -> bool:
    return any(set(columns) <= one.columns for one in kin(query, "duckdb", TABLES).classes)


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


OPEN: dict[tuple[str, ...], list[tuple[str, str | None]]] = {
    ("t",): [],
    ("u",): [],
    ("w",): [("n", "INTEGER")],
}


def opened(query: str) -> set[tuple[tuple[tuple[str, ...], ...], str]]:
    found = kin(query, "duckdb", OPEN, [("w",)]).classes
    return {one for each in found for one in each.open}


def columns(query: str) -> set[tuple[tuple[str, ...], str]]:
    return {place for each in kin(query, "duckdb", OPEN, [("w",)]).classes for place in each.columns}


BOTH = (("t",), ("u",))


def test_bare_name_over_several_tables_whose_columns_are_not_known__is_of_one_of_them() -> None:
    assert opened("select a from t, u, w where b = n") == {(BOTH, "a"), (BOTH, "b")}
    assert (("w",), "n") in columns("select a from t, u, w where b = n")


def test_bare_name_in_a_subquery__is_of_its_table_or_of_one_outside() -> None:
    assert opened("select 1 as x from t where exists (select * from u where a = 2)") == {(BOTH, "a")}
    assert opened("select 1 as x from t, (select a from u) as s") == set()


def test_bare_name_over_one_open_table__is_its_column() -> None:
    assert (("t",), "a") in columns("select a, n from t, w")
    assert (("t",), "a") in columns("with s as (select * from t) select s.a from s")


def test_name_that_is_joined_by__is_of_both_tables() -> None:
    assert {(("t",), "k"), (("u",), "k")} <= columns("select k from t join u using (k)")
    assert opened("select k from t join u using (k)") == set()


def test_name_of_an_output_in_its_own_expression__is_of_the_table() -> None:
    assert (("t",), "a") in columns("select coalesce(a, 'x') as a from t")
    found = kin("select sum(b) as a, a + 1 as c from t", "duckdb", OPEN).classes
    assert (("t",), "a") not in {place for each in found for place in each.columns}


@pytest.mark.parametrize(
    ("query", "passed"),
    [
        ("select *, 1 as one from t", {((), ("t",), frozenset({"one"}), True)}),
        ("select * exclude (a) from t", {((), ("t",), frozenset({"a"}), True)}),
        ("select * from t join u on t.a = u.a", {((), (one,), frozenset(), False) for one in "tu"}),
        ("select * from t union all select * from u", {((), (one,), frozenset(), True) for one in "tu"}),
        ("with s as (select * from t) select * from s", {((), ("t",), frozenset(), True)}),
        ("create table v as select * from t", {(("v",), ("t",), frozenset(), True)}),
        ("select a from t", set()),
        ("select * from w", set()),
    ],
)
def test_star__passes_on_a_table_whose_columns_are_not_known(query: str, passed: set[object]) -> None:
    assert set(kin(query, "duckdb", OPEN, [("w",)]).passed) == passed


def test_columns_of_an_insert__are_kin_of_those_that_fill_them() -> None:
    tables = {**TABLES}
    tables["z",] = [("p", None), ("q", None)]
    for query in ("insert into z select b, a from t", "insert into z (q, p) select a, b from t"):
        found = kin(query, "duckdb", tables).classes
        assert any({(("z",), "p"), (("t",), "b")} <= each.columns for each in found)
    by_name = kin("insert into z by name select a as q from t", "duckdb", tables).classes
    assert any({(("z",), "q"), (("t",), "a")} <= each.columns for each in by_name)


def test_table_that_the_text_makes__has_the_columns_of_its_query() -> None:
    query = "create temp table m as select b as k from t; select upper(k) as k2 from m"
    assert families(query, "b") == {"TEXT"}


@pytest.mark.parametrize(
    "query",
    [
        "with long as (unpivot t on a, b into name n value v) select n, upper(v) as v from long",
        "select n, upper(v) as v from t unpivot (v for n in (a, b)) as s",
        "select upper(v) as v from t unpivot ((v, z) for n in ((a, c), (b, c)))",
    ],
)
def test_columns_of_an_unpivot__are_of_one_kind_with_what_they_become(query: str) -> None:
    assert together(query, (("t",), "a"), (("t",), "b"))
    assert families(query, "a") == {"TEXT"}


def test_unpivot__passes_on_the_other_columns() -> None:
    told = kin("unpivot t on a, b", "duckdb", OPEN).passed
    assert {(one.source, one.but) for one in told} == {(("t",), frozenset({"a", "b", "name", "value"}))}


def test_pivot__keeps_its_groups_and_reads_what_it_sums() -> None:
    query = "with wide as (pivot t on a using sum(b) group by c) select upper(c) as c from wide"
    assert (families(query, "b"), families(query, "c")) == ({"NUMBER"}, {"TEXT"})


def test_name_that_a_star_leaves_out__is_a_column() -> None:
    assert (("u",), "gone") in columns("select t.a, u.* exclude (gone) from t join u on t.k = u.k")
    assert (("t",), "gone") in columns("select * replace (1 as gone) from t")
    assert opened("select * exclude (gone) from t join u on t.k = u.k") == {(BOTH, "gone")}


@pytest.mark.parametrize(
    ("query", "known"),
    [
        (
            """select 't' as source, cast("a" as varchar) as a, cast(null as int) as x, cast(b as date) as b from t""",
            True,
        ),
        ("select cast(a as varchar) as a, cast(b as date) as b, cast(c as date) as c from t", False),
        ("select cast(a as varchar) as other, cast(null as int) as x, cast(b as date) as b from t", False),
        ("select cast(a as varchar) as a, cast(null as int) as x, b + 1 as b from t", False),
    ],
    ids=["spelled out", "no null", "another name", "an expression"],
)
def test_columns_that_a_macro_spells_out__have_the_types_that_it_writes(query: str, known: bool) -> None:
    """As dbt-utils' ``union_relations`` does, by what the database says; other casts are mostly of another type."""
    assert families(query, "a") == ({"TEXT"} if known else set())
