"""What each kind of statement writes."""

import pytest

from ingest.sql import Reason, Status, WriteKind
from tests.sql.told import SHOP, influences, lineage, named, output, reads, reasons, sources, starred


@pytest.mark.parametrize(
    ("query", "table", "kind"),
    [
        ("CREATE TABLE a.b AS SELECT id FROM orders", "a.b", WriteKind.CREATE_TABLE),
        ("CREATE OR REPLACE VIEW b AS (SELECT id FROM orders)", "b", WriteKind.CREATE_VIEW),
        ("INSERT INTO b SELECT id FROM orders", "b", WriteKind.INSERT),
        ("WITH o AS (SELECT * FROM orders) INSERT INTO b SELECT id FROM o", "b", WriteKind.INSERT),
        ("UPDATE b SET id = o.id FROM orders o WHERE o.amount > 1", "b", WriteKind.UPDATE),
        (
            "MERGE INTO b USING orders o ON b.id = o.id WHEN MATCHED THEN UPDATE SET id = o.id",
            "b",
            WriteKind.MERGE,
        ),
    ],
)
def test_statement__writes_its_table_from_what_it_reads(query: str, table: str, kind: WriteKind) -> None:
    result = lineage(query)

    assert result.status is Status.COMPLETE
    assert output(result, table).kind is kind
    assert sources(result, table) == {"id": {"orders.id IDENTITY"}}
    assert [name for name, read in reads(result).items() if not read.target] == ["orders"]


def test_delete__has_influences_alone() -> None:
    result = lineage("DELETE FROM items USING orders o WHERE o.id = items.order_id")

    assert sources(result, "items") == {}
    assert influences(result, "items") == {"orders.id FILTER", "items.order_id FILTER"}
    assert reads(result)["items"].target


def test_insert__gives_columns_the_names_of_the_target() -> None:
    listed = lineage("INSERT INTO customers (name, id) SELECT status, amount FROM orders")
    by_schema = lineage("INSERT INTO customers SELECT * FROM items")

    assert sources(listed, "customers") == {
        "name": {"orders.status IDENTITY"},
        "id": {"orders.amount IDENTITY"},
    }
    assert not output(listed, "customers").closed
    assert set(sources(by_schema, "customers")) == {"id", "name", "country"}
    assert named(by_schema) == {"items.order_id", "items.sku", "items.price"}


def test_insert_by_name__does_not_count_columns() -> None:
    result = lineage("INSERT INTO customers BY NAME SELECT * FROM items")

    assert starred(result) == {"items.order_id", "items.sku", "items.price"}


def test_temporary_table__is_seen_through() -> None:
    result = lineage(
        "CREATE TEMP TABLE t AS SELECT id, amount * 2 AS twice FROM orders WHERE status = 'x';"
        "CREATE TABLE final AS SELECT sum(twice) AS total FROM t; DROP TABLE t"
    )

    assert list(reads(result)) == ["orders"]
    assert output(result, "t").temporary
    assert sources(result, "final") == {"total": {"orders.amount AGGREGATION"}}
    assert influences(result, "final") == {"orders.status FILTER"}


def test_table_made_earlier_in_the_text__is_the_texts_own() -> None:
    result = lineage("CREATE TABLE a AS SELECT id FROM orders; CREATE TABLE b AS SELECT * FROM a")

    assert {name: read.own for name, read in reads(result).items()} == {"a": True, "orders": False}
    assert sources(result, "b") == {"id": {"a.id IDENTITY"}}


def test_declared_table__has_its_columns_and_no_sources() -> None:
    result = lineage("CREATE TABLE a (x INT, y TEXT); INSERT INTO a SELECT id, status FROM orders")

    assert sources(result, "a") == {"x": {"orders.id IDENTITY"}, "y": {"orders.status IDENTITY"}}
    assert [column.type for column in output(result, "a").columns] == ["INTEGER", "VARCHAR"]


def test_table_that_is_renamed__is_written_under_its_new_name() -> None:
    result = lineage("CREATE TABLE s.b__tmp AS SELECT id FROM orders; ALTER TABLE s.b__tmp RENAME TO b")

    assert sources(result, "s.b") == {"id": {"orders.id IDENTITY"}}


def test_two_inserts__are_put_together() -> None:
    result = lineage("INSERT INTO f SELECT id FROM orders; INSERT INTO f SELECT id FROM customers")

    assert sources(result, "f") == {"id": {"orders.id IDENTITY", "customers.id IDENTITY"}}


@pytest.mark.parametrize("query", ["CALL refresh()", "COPY orders FROM stdin"])
def test_statement_not_understood__is_told(query: str) -> None:
    result = lineage(query)

    assert result.status is Status.FAILED
    assert [problem.reason for problem in result.problems] == [Reason.STATEMENT_NOT_UNDERSTOOD]


def test_files__are_tables_with_their_path_as_name() -> None:
    result = lineage(
        "COPY (SELECT id, note FROM read_csv('in/notes.csv', header = true)) TO 'out/notes.parquet';"
        "COPY customers FROM 'in/customers.csv'",
        {**SHOP, "in/customers.csv": "id INTEGER, name VARCHAR, country VARCHAR"},
    )

    assert result.status is Status.COMPLETE
    assert sources(result, "out/notes.parquet") == {
        "id": {"in/notes.csv.id IDENTITY"},
        "note": {"in/notes.csv.note IDENTITY"},
    }
    assert sources(result, "customers")["name"] == {"in/customers.csv.name IDENTITY"}


def test_statement_not_understood__leaves_the_others_as_they_are() -> None:
    result = lineage("CALL refresh(); INSERT INTO f SELECT id FROM orders")

    assert result.status is Status.PARTIAL
    assert [(s.kind, s.status) for s in result.statements] == [
        ("CALL", Status.PARTIAL),
        ("INSERT", Status.COMPLETE),
    ]
    assert sources(result, "f") == {"id": {"orders.id IDENTITY"}}


def test_statement_that_is_cut_off__leaves_the_others_as_they_are() -> None:
    result = lineage("INSERT INTO f SELECT id FROM orders; INSERT INTO g SELECT id FROM customers WHERE (")

    assert (result.status, reasons(result)) == (Status.PARTIAL, {"NOT_PARSED"})
    assert sources(result, "f") == {"id": {"orders.id IDENTITY"}}


def test_statement_without_lineage__is_complete() -> None:
    result = lineage(
        "SET x = 1; BEGIN; GRANT SELECT ON orders TO r; INSERT INTO f SELECT id FROM orders; COMMIT"
    )

    assert result.status is Status.COMPLETE


@pytest.mark.parametrize(
    ("dialect", "query", "expected"),
    [
        (
            "snowflake",
            "SELECT f.value:x AS v FROM orders, LATERAL FLATTEN(input => orders.status) f",
            {"v": {"orders.status TRANSFORMATION"}},
        ),
        (
            "bigquery",
            "SELECT x FROM `p.d.orders`, UNNEST(status) AS x",
            {"x": {"p.d.orders.status TRANSFORMATION"}},
        ),
        (
            "spark",
            "SELECT e FROM orders LATERAL VIEW explode(status) x AS e",
            {"e": {"orders.status TRANSFORMATION"}},
        ),
        ("tsql", "SELECT TOP 3 [id] FROM [db].[dbo].[orders]", {"id": {"db.dbo.orders.id IDENTITY"}}),
        (
            "duckdb",
            "SELECT * FROM customers PIVOT (max(id) FOR country IN ('a', 'b'))",
            {
                "name": {"customers.name IDENTITY"},
                "a": {"customers.id AGGREGATION", "customers.country CONDITIONAL"},
                "b": {"customers.id AGGREGATION", "customers.country CONDITIONAL"},
            },
        ),
        (
            "duckdb",
            "PIVOT customers ON country IN ('a', 'b') USING max(id) GROUP BY name",
            {
                "name": {"customers.name IDENTITY"},
                "a": {"customers.id AGGREGATION", "customers.country CONDITIONAL"},
                "b": {"customers.id AGGREGATION", "customers.country CONDITIONAL"},
            },
        ),
        (
            "duckdb",
            "SELECT * FROM customers UNPIVOT (v FOR n IN (name, country))",
            {
                "id": {"customers.id IDENTITY"},
                "n": set(),
                "v": {"customers.name TRANSFORMATION", "customers.country TRANSFORMATION"},
            },
        ),
        (
            "duckdb",
            "SELECT max(COLUMNS('^na|^co')) FROM customers",
            {"name": {"customers.name AGGREGATION"}, "country": {"customers.country AGGREGATION"}},
        ),
        (
            "duckdb",
            r"SELECT id, COLUMNS('^(na|co)') AS '\1_new' FROM customers",
            {
                "id": {"customers.id IDENTITY"},
                "na_new": {"customers.name IDENTITY"},
                "co_new": {"customers.country IDENTITY"},
            },
        ),
        (
            "duckdb",
            r"SELECT round(COLUMNS('^(na)m(e)$') * id) AS '\2_\1\7' FROM customers",
            {"e_na": {"customers.name TRANSFORMATION", "customers.id TRANSFORMATION"}},
        ),
        ("duckdb", "SELECT * LIKE 'c%' FROM customers", {"country": {"customers.country IDENTITY"}}),
        (
            "duckdb",
            "SELECT list_transform(status, x -> x || name) AS l FROM orders, customers",
            {"l": {"orders.status TRANSFORMATION", "customers.name TRANSFORMATION"}},
        ),
        ("clickhouse", "SELECT id FROM orders FINAL PREWHERE amount > 1", {"id": {"orders.id IDENTITY"}}),
    ],
)
def test_dialect__is_read_in_its_own_way(dialect: str, query: str, expected: dict[str, set[str]]) -> None:
    result = lineage(query, dialect=dialect)

    assert result.status is Status.COMPLETE
    assert sources(result) == expected


def test_pivot__makes_a_table_as_well() -> None:
    query = "CREATE TABLE t AS PIVOT customers ON country IN ('a') USING max(id) GROUP BY name"
    result = lineage(query, dialect="duckdb")

    assert result.status is Status.COMPLETE
    assert sources(result, "t") == {
        "name": {"customers.name IDENTITY"},
        "a": {"customers.id AGGREGATION", "customers.country CONDITIONAL"},
    }


def test_star__of_an_unknown_schema_has_what_is_renamed_and_replaced() -> None:
    query = "SELECT * REPLACE (upper(kind) AS kind) RENAME (code AS place) FROM warehouses"
    result = lineage(query, {}, dialect="duckdb")

    assert sources(result) == {
        "place": {"warehouses.code IDENTITY"},
        "kind": {"warehouses.kind TRANSFORMATION"},
    }
    assert {use.name for read in result.reads for use in read.columns if not use.star} == {"kind"}


def test_struct_field__is_the_field_that_the_schema_lists() -> None:
    schemas = {"people": "id INTEGER, address STRUCT, address.city VARCHAR"}
    result = lineage("SELECT p.address.city, address.street, p.* FROM people p", schemas)

    assert sources(result) == {
        "city": {"people.address.city IDENTITY"},
        "street": {"people.address TRANSFORMATION"},
        "id": {"people.id IDENTITY"},
        "address": {"people.address IDENTITY"},
    }


def test_bare_name__means_another_column_when_its_own_goes_and_so_is_needed() -> None:
    """DuckDB would not fail: ``name`` would silently be that of the outer query."""
    result = lineage("SELECT id FROM customers WHERE id IN (SELECT id FROM orders)")

    assert named(result) == {"customers.id", "orders.id"}


def test_problem__of_an_unfilled_template_says_so() -> None:
    assert reasons(lineage("SELECT * FROM {{ ref('x') }}")) == {"TEMPLATE"}


def test_table_of_what_is_not_understood__may_have_any_column_used() -> None:
    result = lineage(
        "WITH d AS (DELETE FROM orders RETURNING *) INSERT INTO log SELECT * FROM d", dialect="postgres"
    )

    assert result.status is Status.PARTIAL
    assert reads(result)["orders"].star
