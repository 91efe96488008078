"""What the name of an output column means in the other clauses, by dialect, when the table's schema is not known."""

import pytest

from ingest.sql import Status
from tests.sql.told import clauses, influences, lineage, named, output, reasons, sources

ISSUE = "INSERT INTO out3 SELECT id, a AS b FROM in3 WHERE b > 1"
UNSEEN = [None, "postgres", "redshift", "mysql", "bigquery", "tsql", "oracle", "trino", "spark", "databricks"]
SEEN = ["duckdb", "snowflake", "clickhouse", "teradata", "sqlite"]


def filters(query: str, dialect: str | None) -> set[str]:
    return influences(lineage(query, {}, dialect))


@pytest.mark.parametrize("dialect", UNSEEN)
def test_where__does_not_see_aliases(dialect: str | None) -> None:
    result = lineage(ISSUE, {}, dialect)

    assert clauses(result) == {"in3.id": {"SELECT"}, "in3.a": {"SELECT"}, "in3.b": {"FILTER"}}
    assert influences(result, "out3") == {"in3.b FILTER"}
    assert "COLUMN_AMBIGUOUS" not in reasons(result)


@pytest.mark.parametrize("dialect", SEEN)
def test_where__that_sees_aliases_counts_both_and_says_so(dialect: str) -> None:
    result = lineage(ISSUE, {}, dialect)

    assert clauses(result) == {"in3.id": {"SELECT"}, "in3.a": {"SELECT", "FILTER"}, "in3.b": {"FILTER"}}
    assert influences(result, "out3") == {"in3.a FILTER", "in3.b FILTER"}
    assert result.status is Status.PARTIAL
    assert "COLUMN_AMBIGUOUS" in reasons(result)
    assert "in3" in {str(name) for name in result.schemas_missing}


@pytest.mark.parametrize("dialect", [*UNSEEN, *SEEN])
@pytest.mark.parametrize(("schema", "expected"), [("id, a, b", "in3.b FILTER"), ("id, a", "in3.a FILTER")])
def test_known_schema__decides(dialect: str | None, schema: str, expected: str) -> None:
    known = {"in3": ", ".join(f"{column} INTEGER" for column in schema.split(", "))}
    result = lineage("SELECT id, a AS b FROM in3 WHERE b > 1", known, dialect)

    assert influences(result) == {expected}
    assert result.status is Status.COMPLETE


def test_where__of_two_unknown_tables_leaves_the_name_open() -> None:
    result = lineage("SELECT o.a AS b FROM o JOIN c ON c.id = o.id WHERE b > 1", {}, "postgres")

    assert influences(result) == {"o.id JOIN", "c.id JOIN"}
    assert [(each.column, len(each.candidates)) for each in result.unresolved] == [("b", 2)]


def test_join__does_not_see_aliases() -> None:
    result = lineage("SELECT o.a AS b FROM (SELECT a FROM x) o JOIN c ON b = o.a", {}, "duckdb")

    assert influences(result) == {"x.a JOIN", "c.b JOIN"}
    assert result.status is Status.COMPLETE


def test_subquery__sees_the_aliases_around_it_as_its_place_does() -> None:
    query = "SELECT a AS b FROM t WHERE EXISTS (SELECT 1 FROM (SELECT k FROM u) v WHERE v.k = b)"

    assert filters(query, "postgres") == {"t.b FILTER", "u.k FILTER"}
    assert filters(query, "duckdb") == {"t.a FILTER", "t.b FILTER", "u.k FILTER"}


@pytest.mark.parametrize(
    ("dialect", "expected"),
    [
        (None, {"t.b TRANSFORMATION"}),
        ("postgres", {"t.b TRANSFORMATION"}),
        ("snowflake", {"t.a TRANSFORMATION", "t.b TRANSFORMATION"}),
    ],
)
def test_later_item__sees_aliases_where_the_dialect_does(dialect: str | None, expected: set[str]) -> None:
    result = lineage("SELECT CAST(a AS INT) AS b, b + 1 AS c, b AS d FROM t", {}, dialect)

    assert sources(result)["c"] == expected
    assert output(result).columns[2].type is None


@pytest.mark.parametrize(
    ("dialect", "group", "expected"),
    [
        ("postgres", "b", {"t.a GROUP_BY"}),
        (None, "b", {"t.a GROUP_BY"}),
        ("tsql", "b", {"t.b GROUP_BY"}),
        ("sqlite", "b", {"t.a GROUP_BY", "t.b GROUP_BY"}),
        ("postgres", "a, b", {"t.a GROUP_BY", "t.b GROUP_BY"}),
        ("postgres", "a, b + 1", {"t.a GROUP_BY", "t.b GROUP_BY"}),
        ("postgres", "b + 1", {"t.b GROUP_BY"}),
        (None, "b + 1", {"t.b GROUP_BY"}),
        ("mysql", "b + 1", {"t.a GROUP_BY", "t.b GROUP_BY"}),
        ("postgres", "n", {"t.n GROUP_BY"}),
        ("postgres", "m", {"u.x GROUP_BY"}),
    ],
)
def test_group_by__tells_a_bare_name_from_an_expression(
    dialect: str | None, group: str, expected: set[str]
) -> None:
    query = f"SELECT a AS b, count(x) AS n, (SELECT max(x) FROM u) AS m FROM t GROUP BY {group}"

    assert filters(query, dialect) == expected


def test_group_by__of_a_name_that_the_alias_itself_uses_is_the_column() -> None:
    result = lineage("SELECT upper(b) AS b, count(*) AS n FROM t GROUP BY b", {}, "postgres")

    assert influences(result) == {"t.b GROUP_BY"}
    assert named(result) == {"t.b"}
    assert result.status is Status.COMPLETE


@pytest.mark.parametrize(
    ("dialect", "having", "expected"),
    [
        ("postgres", "n > 1", {"t.n FILTER"}),
        ("mysql", "n > 1", {"t.x FILTER"}),
        (None, "n > 1", {"t.x FILTER"}),
        ("mysql", "b > 1", {"t.a FILTER", "t.b FILTER"}),
    ],
)
def test_having__sees_aliases_where_the_dialect_does(
    dialect: str | None, having: str, expected: set[str]
) -> None:
    query = f"SELECT a AS b, count(x) AS n FROM t GROUP BY a HAVING {having}"

    assert filters(query, dialect) - {"t.a GROUP_BY"} == expected


@pytest.mark.parametrize(
    ("dialect", "order", "expected"),
    [
        ("postgres", "b DESC", {"t.a SORT"}),
        ("tsql", "b DESC", {"t.a SORT"}),
        ("postgres", "b + 1", {"t.b SORT"}),
        ("duckdb", "b + 1", {"t.a SORT", "t.b SORT"}),
        (None, "b + 1", {"t.a SORT"}),
    ],
)
def test_order_by__is_the_alias_first_and_in_postgres_not_within_expressions(
    dialect: str | None, order: str, expected: set[str]
) -> None:
    assert filters(f"SELECT a AS b FROM t ORDER BY {order}", dialect) == expected


@pytest.mark.parametrize(
    ("dialect", "order", "expected"),
    [
        ("postgres", "b", "t.a SORT"),
        ("postgres", "b + 1", "t.b SORT"),
        ("tsql", "b + 1", "t.b SORT"),
        ("duckdb", "b", "t.a SORT"),
        ("duckdb", "b + 1", "t.b SORT"),
        ("sqlite", "b + 1", "t.b SORT"),
        (None, "b + 1", "t.a SORT"),
    ],
)
def test_order_by__with_a_column_of_the_name_known_to_be_there(
    dialect: str | None, order: str, expected: str
) -> None:
    query = f"SELECT a AS b FROM t ORDER BY {order}"

    assert influences(lineage(query, {"t": "a INTEGER, b INTEGER"}, dialect)) == {expected}


def test_qualify__is_of_the_window_that_is_named() -> None:
    result = lineage("SELECT a, row_number() OVER (ORDER BY d) AS n FROM t QUALIFY n = 1", {}, "snowflake")

    assert named(result) == {"t.a", "t.d"}
    assert result.status is Status.COMPLETE


def test_name_that_may_be_a_column__is_no_proof_for_later_uses() -> None:
    result = lineage("SELECT a AS b FROM t WHERE b > 1 GROUP BY b", {}, "duckdb")

    assert clauses(result) == {"t.a": {"SELECT", "FILTER", "GROUP_BY"}, "t.b": {"FILTER"}}
