"""What each naming rule makes of which spelling (facts/openlineage.md §5), and what is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.identity import DatasetId
from catalog.naming.rule import Rule
from catalog.naming.rules import NamingRules
from catalog.naming.shipped import DEFAULT, FURTHER, date_suffix

RULES = NamingRules()
SPELLINGS = [
    (("s3a://b", "t"), ("s3://b", "t"), "object-store-scheme"),
    (("s3n://b", "t"), ("s3://b", "t"), "object-store-scheme"),
    (
        ("abfs://c@a.dfs.core.windows.net", "t"),
        ("abfss://c@a.dfs.core.windows.net", "t"),
        "object-store-scheme",
    ),
    (("wasb://c@a", "t"), ("wasbs://c@a", "t"), "object-store-scheme"),
    (("postgresql://h:5433", "d.s.t"), ("postgres://h:5433", "d.s.t"), "postgres-scheme"),
    (("postgresql://h", "d.s.t"), ("postgres://h:5432", "d.s.t"), "postgres-scheme+default-port"),
    (("mysql://h", "d.t"), ("mysql://h:3306", "d.t"), "default-port"),
    (("oracle://[::1]", "d.t"), ("oracle://[::1]:1521", "d.t"), "default-port"),
    (("s3://b/", "t"), ("s3://b", "t"), "trailing-slash"),
    (("file", "/data/t/"), ("file", "/data/t"), "trailing-slash"),
    (("db", '"a"."b"'), ("db", "a.b"), "quotes"),
    (("db", 'a."b"'), ("db", "a.b"), "quotes"),
    (("bigquery", "`p`.`d`.`t`"), ("bigquery", "p.d.t"), "quotes"),
    (("mssql://h:1433", "[dbo].[t]"), ("mssql://h:1433", "dbo.t"), "quotes"),
    (("arn:aws:glue:eu-west-1:1", "d.t"), ("arn:aws:glue:eu-west-1:1", "table/d/t"), "glue-table"),
    (("s3://b", "t/*.parquet"), ("s3://b", "t"), "glob"),
    (("s3://b", "t/{x/1,y}"), ("s3://b", "t"), "glob"),
    (("s3://b", "t/dt=2026-01-01/h=3"), ("s3://b", "t"), "partition"),
    (("hive://m:9083", "d.t/dt=2026-01-01"), ("hive://m:9083", "d.t"), "partition"),
    (("bigquery", "p.d.t$20260101"), ("bigquery", "p.d.t"), "bigquery-partition"),
    (("duckdb://shop", "Raw.Orders"), ("duckdb://shop", "raw.orders"), "letter-case"),
    (("snowflake://AB1.eu-west-1", "d.s.t"), ("snowflake://ab1.eu-west-1.aws", "d.s.t"), "snowflake-account"),
    (("snowflake://o-a.snowflakecomputing.com", "t"), ("snowflake://o-a", "t"), "snowflake-account"),
    (("s3a://b/", "t/dt=1/*/"), ("s3://b", "t"), "object-store-scheme+trailing-slash+glob+partition"),
]
DOUBTFUL = [
    ("s3://b", "t"),
    ("postgres://h:5432", "d.s.t"),
    ("postgres://h:5432", "d.s.T"),
    ("postgres://h1,h2", "t"),
    ("postgres://", "t"),
    ("trino://h", "t"),
    ("hdfs://nameservice", "t"),
    ("file://", "/"),
    ("db", '"a.b".c'),
    ("db", '"a""b"'),
    ("db", 'a"b".c'),
    ("db", '"a"b'),
    ("db", '""'),
    ("db", '"a".'),
    ("db", "[dbo].[t]"),
    ("db", "t/*.parquet"),
    ("s3://b", "*"),
    ("s3://b", "*/t"),
    ("s3://b", "t/*/part"),
    ("s3://b", "dt=1"),
    ("s3://b", "t/dt=1/part-0.parquet"),
    ("arn:aws:glue:eu-west-1:1", "table/d/t"),
    ("arn:aws:glue:eu-west-1:1", "a.b.c"),
    ("other", "p.d.t$20260101"),
    ("snowflake://ab1", "t"),
    ("", ""),
    ("s3a://b", "t" * 5000),
]


@pytest.mark.parametrize(("given_", "wanted", "ids"), SPELLINGS)
def test_spelling__leads_to_its_normal_form_and_tells_the_rules(
    given_: tuple[str, str], wanted: tuple[str, str], ids: str
) -> None:
    found = RULES.normal(DatasetId(*given_))
    assert found is not None
    assert (found.dataset, found.alias_type) == (DatasetId(*wanted), f"rule:{ids}")


@pytest.mark.parametrize("names", DOUBTFUL)
def test_spelling_in_doubt__is_its_own_normal_form(names: tuple[str, str]) -> None:
    assert RULES.normal(DatasetId(*names)) is None


def test_default_rules__are_all_tried_here() -> None:
    assert {one for _, _, ids in SPELLINGS for one in ids.split("+")} == {rule.id for rule in DEFAULT}


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("t/2026/01/31", "t"),
        ("t/2026/01/31/23", "t"),
        ("t/20260131", "t"),
        ("t/2026-01-31", "t"),
        ("t/2026-01", "t"),
        ("2026/01/31", "2026/01/31"),
        ("t/v2026", "t/v2026"),
        ("t/2026/01/31/x", "t/2026/01/31/x"),
    ],
)
def test_date_suffix__is_taken_off_where_it_is_asked_for(name: str, folder: str) -> None:
    assert date_suffix("s3://b", name) == ("s3://b", folder)
    assert RULES.normal(DatasetId("s3://b", name)) is None


WORDS = st.sampled_from(
    (
        "a",
        "t",
        ".",
        "/",
        "//",
        '"',
        "`",
        "[",
        "]",
        "*",
        "{a,b}",
        "dt=1",
        "2026",
        "-01",
        "$20260101",
        "=",
        "?",
        "ü",
    )
)
NAMES = st.lists(WORDS, max_size=8).map("".join) | st.text(max_size=12)
NAMESPACES = st.sampled_from(
    (
        "s3a://b",
        "s3://b/",
        "postgresql://h",
        "mssql://h",
        "bigquery",
        "file",
        "arn:aws:glue:e:1",
        "snowflake://A.b",
    )
) | st.text(max_size=12)


@given(NAMESPACES, NAMES)
def test_normal_form__is_its_own(namespace: str, name: str) -> None:
    everything = NamingRules((*DEFAULT, *FURTHER))
    found = everything.normal(DatasetId(namespace, name))
    assert found is None or everything.normal(found.dataset) is None


@given(NAMESPACES, NAMES)
def test_normal_form__of_a_name_has_a_name(namespace: str, name: str) -> None:
    found = RULES.normal(DatasetId(namespace, name))
    assert found is None or bool(found.dataset.name) == bool(name)


def test_rules_that_never_settle__leave_every_name_its_own() -> None:
    def swap(namespace: str, name: str) -> tuple[str, str]:
        return namespace, {"a": "b", "b": "a", "c": "a"}.get(name, name)

    def grow(namespace: str, name: str) -> tuple[str, str]:
        return namespace, f"{name}x"

    for normalise in (swap, grow):
        rules = NamingRules((Rule("endless", "", normalise),))
        assert [rules.normal(DatasetId("n", name)) for name in ("a", "b", "c")] == [None, None, None]
