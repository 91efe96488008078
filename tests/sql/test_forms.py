"""How a text means columns that it does not name: read from its words alone."""

import pytest

from catalog.sql_form import SqlForm
from ingest.sql import parse
from tests.sql.told import lineage

STAR, NATURAL, BY_NAME = SqlForm.STAR, SqlForm.NATURAL, SqlForm.BY_NAME


@pytest.mark.parametrize(
    ("dialect", "query"),
    [
        ("duckdb", "select * from orders"),
        ("duckdb", "select o.* exclude (id) from orders o"),
        ("postgres", "select distinct on (id) * from orders"),
        ("tsql", "select top 10 * from orders"),
        ("mysql", "select sql_no_cache * from orders"),
        ("oracle", "select /*+ parallel */ * from orders"),
        ("duckdb", "from orders"),
        ("postgres", "table orders"),
        ("duckdb", "select columns('a.*') from orders"),
        ("duckdb", "select count(distinct *) from orders"),
        ("duckdb", "pivot orders on status using sum(amount)"),
        ("duckdb", "copy orders to 'orders.csv'"),
        ("snowflake", "create table copied clone orders"),
        ("databricks", "merge into a using b on a.id = b.id when not matched then insert *"),
    ],
)
def test_star__is_whatever_means_columns_that_the_text_does_not_name(dialect: str, query: str) -> None:
    assert parse(query, dialect).forms == frozenset({STAR})


@pytest.mark.parametrize(
    "query",
    [
        "select id, amount * 2 as twice from orders -- select *",
        "select count(*) from orders where status <> 'select * from t'",
        "from orders select id",
        "select id from orders /* natural join */ union all select id from items",
    ],
)
def test_no_form__is_found_in_products_comments_strings_and_counts_of_rows(query: str) -> None:
    assert parse(query, "duckdb").forms == frozenset()


def test_natural_join__means_columns_that_are_not_named() -> None:
    assert parse("select id from orders natural left join items", "postgres").forms == frozenset(
        {STAR, NATURAL}
    )


def test_union_by_name__puts_columns_together_by_their_names() -> None:
    query = "select id from orders union all by name select id from items"
    assert parse(query, "duckdb").forms == frozenset({BY_NAME})


@pytest.mark.parametrize(
    "query", ["select id from orders; vacuum full orders", "select id from; select 1", ""]
)
def test_forms__are_not_known_of_a_text_that_is_not_understood_in_whole(query: str) -> None:
    assert parse(query, "postgres").forms is None


def test_lineage__has_the_forms_of_its_text() -> None:
    assert lineage("select * from orders").forms == frozenset({STAR})
