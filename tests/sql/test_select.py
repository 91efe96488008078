"""What a SELECT takes its columns and its rows from."""

import pytest

from ingest.sql import SchemaColumn, SomeColumns, Status, TableName, analyse, parse
from tests.sql.told import clauses, influences, lineage, named, output, reads, reasons, sources, starred


def test_select__says_of_each_output_column_where_it_comes_from_and_how() -> None:
    result = lineage("SELECT id, upper(status) AS state, amount * 2 AS twice FROM shop.orders")

    assert result.status is Status.COMPLETE
    assert sources(result) == {
        "id": {"shop.orders.id IDENTITY"},
        "state": {"shop.orders.status TRANSFORMATION"},
        "twice": {"shop.orders.amount TRANSFORMATION"},
    }
    assert output(result).closed


def test_select__tells_what_decides_on_the_rows_apart_from_the_values() -> None:
    result = lineage(
        "SELECT c.name, sum(o.amount) AS total FROM orders o JOIN customers c ON c.id = o.customer "
        "WHERE o.status = 'paid' GROUP BY c.name HAVING count(o.placed) > 1 ORDER BY total"
    )

    assert sources(result) == {
        "name": {"customers.name IDENTITY"},
        "total": {"orders.amount AGGREGATION"},
    }
    assert influences(result) == {
        "customers.id JOIN",
        "orders.customer JOIN",
        "orders.status FILTER",
        "customers.name GROUP_BY",
        "orders.placed FILTER",
        "orders.amount SORT",
    }
    assert clauses(result)["orders.placed"] == {"HAVING"}


@pytest.mark.parametrize(
    ("query", "decides"),
    [
        ("SELECT n, v FROM items UNPIVOT (v FOR n IN (sku, price))", True),
        ("SELECT n, v FROM items UNPIVOT INCLUDE NULLS (v FOR n IN (sku, price))", False),
        ("SELECT i.sku, t.x FROM items i, unnest(i.price) AS t(x)", True),
    ],
)
def test_select__what_makes_no_row_of_a_null_decides_on_the_rows(query: str, decides: bool) -> None:
    assert any(one.startswith("items.price ") for one in influences(lineage(query))) is decides


def test_select__case_and_window_are_conditions_of_one_column() -> None:
    result = lineage(
        "SELECT CASE WHEN status = 'x' THEN amount ELSE 0 END AS kept, "
        "row_number() OVER (PARTITION BY customer ORDER BY placed) AS n FROM orders"
    )

    assert sources(result) == {
        "kept": {"orders.status CONDITIONAL", "orders.amount TRANSFORMATION"},
        "n": {"orders.customer WINDOW", "orders.placed WINDOW"},
    }
    assert influences(result) == set()
    assert clauses(result)["orders.status"] == {"CONDITIONAL"}
    assert clauses(result)["orders.placed"] == {"WINDOW"}


def test_star__columns_that_only_a_star_reaches_may_go() -> None:
    result = lineage("WITH o AS (SELECT * FROM orders) SELECT * FROM o WHERE amount > 1")

    assert named(result) == {"orders.amount"}
    assert starred(result) == {"orders.id", "orders.customer", "orders.placed", "orders.status"}
    assert set(sources(result)) == {"id", "customer", "amount", "placed", "status"}


def test_star__with_exclude_replace_and_rename() -> None:
    result = lineage(
        "SELECT * EXCLUDE (status) REPLACE (amount + 1 AS amount) RENAME (placed AS day) FROM orders"
    )

    assert sources(result) == {
        "id": {"orders.id IDENTITY"},
        "customer": {"orders.customer IDENTITY"},
        "amount": {"orders.amount TRANSFORMATION"},
        "day": {"orders.placed IDENTITY"},
    }
    assert named(result) == {"orders.status", "orders.amount"}


def test_star__renames_what_is_there_where_the_database_takes_it_so() -> None:
    query = "SELECT * RENAME (placed AS day) FROM orders"

    assert "orders.placed" not in named(lineage(query, dialect="duckdb"))
    assert "orders.placed" in named(lineage(query, dialect="snowflake"))


def test_union__needs_each_column_of_a_star() -> None:
    result = lineage("SELECT * FROM customers UNION ALL SELECT 1, 'a', 'b'")

    assert named(result) == {"customers.id", "customers.name", "customers.country"}


def test_union__of_one_table_with_itself_does_not() -> None:
    result = lineage("SELECT * FROM customers UNION ALL SELECT * FROM customers")

    assert named(result) == set()


def test_cte__hides_a_table_of_its_name() -> None:
    result = lineage("WITH orders AS (SELECT * FROM raw.orders) SELECT id FROM orders")

    assert list(reads(result)) == ["raw.orders"]
    assert sources(result) == {"id": {"raw.orders.id IDENTITY"}}


def test_recursive_cte__is_followed_until_its_sources_stay() -> None:
    result = lineage(
        "WITH RECURSIVE r(n, m) AS (SELECT id, customer FROM orders UNION ALL SELECT m, n FROM r) SELECT n FROM r"
    )

    assert sources(result) == {"n": {"orders.id IDENTITY", "orders.customer IDENTITY"}}


def test_unknown_schema__a_named_column_is_the_tables_own() -> None:
    result = lineage("WITH s AS (SELECT * FROM raw) SELECT a, upper(b) AS b FROM s", {})

    assert result.status is Status.COMPLETE
    assert sources(result) == {"a": {"raw.a IDENTITY"}, "b": {"raw.b TRANSFORMATION"}}
    assert reads(result)["raw"].star
    assert not reads(result)["raw"].schema_known


def test_unknown_schema__of_two_tables_leaves_a_bare_name_open() -> None:
    result = lineage("SELECT a FROM one JOIN two ON one.id = two.id", {})

    assert result.status is Status.PARTIAL
    assert reasons(result) == {"SCHEMA_UNKNOWN"}
    assert [(u.column, [str(t) for t in u.candidates]) for u in result.unresolved] == [("a", ["one", "two"])]
    assert [str(name) for name in result.schemas_missing] == ["one", "two"]


def test_unknown_schema__in_a_subquery_a_bare_name_may_be_of_a_table_around_it() -> None:
    result = lineage("SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.k = b)", {})

    assert result.status is Status.PARTIAL
    assert any("'b'" in problem.message for problem in result.problems)


def test_unknown_schema__a_query_in_the_from_sees_no_table_beside_it() -> None:
    result = lineage("SELECT x.a FROM t JOIN (SELECT a FROM u) AS x ON t.k = x.a", {})

    assert result.status is Status.COMPLETE


def test_unknown_schema__of_a_star_leaves_the_output_open() -> None:
    result = lineage("SELECT *, 1 AS one FROM raw", {})

    assert result.status is Status.PARTIAL
    assert not output(result).closed
    assert [str(name) for name in result.schemas_missing] == ["raw"]


def test_some_columns__of_a_table_are_told_and_its_star_stays_open() -> None:
    """dbt sends the columns that somebody has described: the table may have others."""

    def schema(name: TableName) -> SomeColumns:
        return SomeColumns([SchemaColumn("id")])

    result = analyse(parse("SELECT * FROM raw", "duckdb"), schema)

    assert sources(result) == {"id": {"raw.id IDENTITY"}}
    assert not output(result).closed
    assert reasons(result) == {"SCHEMA_UNKNOWN"}


def test_some_columns__of_a_table_do_not_make_others_missing() -> None:
    def schema(name: TableName) -> SomeColumns:
        return SomeColumns([SchemaColumn("id")])

    result = analyse(parse("SELECT note FROM raw", "duckdb"), schema)

    assert result.status is Status.COMPLETE
    assert sources(result) == {"note": {"raw.note IDENTITY"}}


def test_known_schema__says_which_column_a_table_lacks() -> None:
    result = lineage("SELECT o.nothing FROM orders o")

    assert reasons(result) == {"COLUMN_MISSING"}


@pytest.mark.parametrize(
    "query", ["", ";", "-- nothing", "SELECT FROM WHERE", "SELECT * FROM {{ ref('a') }}", "\0", "'"]
)
def test_not_sql__fails_with_a_reason(query: str) -> None:
    result = lineage(query)

    assert result.status is Status.FAILED
    assert len(result.problems) == 1
