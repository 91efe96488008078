"""No text hangs the analyser or makes it raise; bounds are counted in steps, so these hold on any machine."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.sql import SchemaColumn, Status, TableName, analyse, parse
from tests.sql.told import lineage, reads, reasons

SAID = """
select from where ( ) , * a b t join on using group by order union all with as case when then else end not in exists
= < + - . :: [ ] { } 'x' " insert into values merge create table view over partition lateral unnest pivot for qualify
window recursive update set delete ; -> => $$ /* */ -- @ # ` ?
"""
WORDS = SAID.split()
DIALECTS = (None, "duckdb", "snowflake", "bigquery", "postgres", "spark", "tsql", "oracle", "clickhouse")


def wide(name: TableName) -> list[SchemaColumn]:
    return [SchemaColumn(f"c{place}") for place in range(100)]


@settings(max_examples=150, deadline=None)
@given(words=st.lists(st.sampled_from(WORDS), max_size=40), dialect=st.sampled_from(DIALECTS))
def test_any_words__get_an_answer(words: list[str], dialect: str | None) -> None:
    result = lineage(" ".join(words), dialect=dialect)

    assert result.status is Status.COMPLETE or result.problems


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=80), dialect=st.sampled_from(DIALECTS))
def test_any_text__gets_an_answer(text: str, dialect: str | None) -> None:
    result = lineage(text, dialect=dialect)

    assert result.status is Status.COMPLETE or result.problems


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("SELECT " + "(" * 3000 + "1" + ")" * 3000, "TOO_DEEP"),
        ("SELECT * FROM " + "(SELECT * FROM " * 1000 + "t" + ")" * 1000, "TOO_DEEP"),
        ("SELECT " + "NOT " * 5000 + "a FROM t", "TOO_DEEP"),
        ("SELECT " + "a" * 600_000, "TOO_LONG"),
        ("SELECT 1" + ", 1" * 30_000, "TOO_COMPLEX"),
        ("SELECT " + "CASE WHEN " * 500, "TOO_DEEP"),
        ("'" * 9999, "NOT_PARSED"),
        ("/*" * 9999, "NOT_PARSED"),
    ],
)
def test_hostile_text__is_refused_with_a_reason(query: str, reason: str) -> None:
    result = lineage(query)

    assert (result.status, reasons(result)) == (Status.FAILED, {reason})


def test_stars_of_stars__end_at_the_bound_with_the_tables_told() -> None:
    steps = "".join(f", a{n + 1} AS (SELECT * FROM a{n} x, a{n} y)" for n in range(60))
    parsed = parse(f"WITH a0 AS (SELECT * FROM t){steps} SELECT * FROM a60", "duckdb")
    result = analyse(parsed, wide)

    assert (result.status, reasons(result)) == (Status.PARTIAL, {"TOO_COMPLEX"})
    assert list(reads(result)) == ["t"]
    assert reads(result)["t"].star


def test_long_chains__are_no_depth() -> None:
    many = 1500
    lineage_of = {
        "and": "SELECT a FROM t WHERE " + " AND ".join(f"a{n} = 1" for n in range(many)),
        "union": " UNION ALL ".join("SELECT a FROM t" for _ in range(many)),
        "ctes": "WITH a0 AS (SELECT a FROM t)"
        + "".join(f", a{n + 1} AS (SELECT a FROM a{n})" for n in range(300))
        + " SELECT a FROM a300",
    }

    assert {name: lineage(query, {}).status for name, query in lineage_of.items()} == dict.fromkeys(
        lineage_of, Status.COMPLETE
    )


def test_answer__does_not_depend_on_the_callers_stack_or_thread() -> None:
    query = "SELECT " + "(" * 35 + "a" + ")" * 35 + " FROM t"
    here = lineage(query, {})

    def deep(levels: int) -> Status:
        return deep(levels - 1) if levels else lineage(query, {}).status

    with ThreadPoolExecutor(1) as thread:
        there = thread.submit(lineage, query, {}).result()
    assert (here.status, there, deep(700)) == (Status.COMPLETE, here, Status.COMPLETE)


def test_parsed_text__can_be_read_again_with_other_schemas() -> None:
    parsed = parse("SELECT * FROM t", "duckdb")
    before = analyse(parsed, lambda name: None)
    known = analyse(parsed, wide)

    assert len(known.writes[0].columns) == 100
    assert analyse(parsed, lambda name: None) == before
    assert [str(name) for name in parsed.tables] == ["t"]
