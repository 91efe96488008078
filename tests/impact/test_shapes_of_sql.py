"""What impact says of single forms of SQL, against what really happens."""

from collections.abc import Iterator

import pytest

from catalog.impact.severity import Certainty, Severity
from ingest.binding import SqlBinder
from tests.impact.judging import known_tables, said, without_schemas, wrong
from tests.impact.laboratory import Laboratory, Mutation, Pipeline

ADDED = Mutation("moves", "size", "add", "integer")


@pytest.fixture(scope="module")
def binder() -> Iterator[SqlBinder]:
    opened = SqlBinder()
    yield opened
    opened.close()


def test_a_union_with_a_table_that_is_not_rebuilt__is_stale_where_the_new_name_would_do(
    binder: SqlBinder,
) -> None:
    pipeline = known_tables(
        Laboratory(
            Pipeline(
                tables={"moves": ("id integer, amount integer", "values (1, 5), (2, 7)")},
                models={
                    "returned": "select id, -amount as amount from moves",
                    "both_ways": "select * from moves union all select * from returned",
                },
            )
        )
    )
    assert wrong(pipeline, Mutation("moves", "amount", "rename", "pieces"), binder) == []


def test_a_filter_by_a_name_that_the_query_also_gives__takes_what_it_gives_though_no_type_is_known(
    binder: SqlBinder,
) -> None:
    pipeline = without_schemas(
        Pipeline(
            tables={"raw": ("day date, over boolean", "values ('2024-01-01', true), ('2024-01-02', false)")},
            models={
                "days": "select day, over from raw",
                "ended": "select day + interval 1 day as day, false as over from days "
                "where over and day > date '2020-01-01'",
            },
        )
    )
    change = Mutation("days", "over", "drop")
    assert pipeline.laboratory.truth(change) == {"ended": "rows"}
    assert said(pipeline, change, binder)["ended"].severity is Severity.CHANGES_ROWS


@pytest.mark.parametrize(
    "query",
    ["select distinct on (id) * from moves", "pivot moves on id using sum(amount)", "table moves"],
)
def test_a_star_in_whatever_form__passes_a_new_column_on(binder: SqlBinder, query: str) -> None:
    tables = {"moves": ("id integer, amount integer", "values (1, 5), (2, 7)")}
    pipeline = known_tables(Laboratory(Pipeline(tables=tables, models={"shown": query})))

    assert pipeline.laboratory.truth(ADDED) == {"shown": "schema"}
    assert said(pipeline, ADDED, binder)["shown"].severity is Severity.CHANGES_SCHEMA
    assert said(pipeline, ADDED, None)["shown"].severity is Severity.CHANGES_SCHEMA


def test_words_of_a_star_in_a_comment__pass_nothing_on(binder: SqlBinder) -> None:
    tables = {"moves": ("id integer, amount integer", "values (1, 5), (2, 7)")}
    models = {"shown": "select id from moves -- select * from moves natural join others\n"}
    pipeline = known_tables(Laboratory(Pipeline(tables=tables, models=models)))

    assert pipeline.laboratory.truth(ADDED) == {"shown": "same"}
    found = said(pipeline, ADDED, binder)["shown"]
    assert (found.severity, found.certainty) == (Severity.COMPATIBLE, Certainty.PROVEN)


@pytest.mark.parametrize(
    ("columns", "rows", "severity"),
    [
        ("id integer, size integer", "rows", Severity.CHANGES_ROWS),
        ("id integer, weight integer", "same", Severity.COMPATIBLE),
    ],
)
def test_a_natural_join__is_by_a_new_column_that_its_other_table_has(
    binder: SqlBinder, columns: str, rows: str, severity: Severity
) -> None:
    tables = {
        "moves": ("id integer, amount integer", "values (1, 5), (2, 7)"),
        "others": (columns, "values (1, 5)"),
    }
    models = {"shown": "select amount from moves natural join others"}
    pipeline = known_tables(Laboratory(Pipeline(tables=tables, models=models)))

    assert pipeline.laboratory.truth(ADDED) == {"shown": rows}
    assert said(pipeline, ADDED, binder)["shown"].severity is severity
    assert said(pipeline, ADDED, None)["shown"].severity is severity


def put_together(query: str) -> Pipeline:
    """Two tables of which nobody tells a column are put together, and read behind it."""
    return Pipeline(
        tables={
            "older": ("no integer, reason text", "values (1, 'ill'), (2, null)"),
            "newer": (
                "reason text, no integer, approved boolean",
                "values ('ill', 3, true), ('away', 4, null)",
            ),
        },
        models={
            "leaves": query,
            "days": "select no, bool_and(coalesce(approved, true)) as ok from leaves group by no",
        },
    )


@pytest.mark.parametrize("kind", ["drop", "rename"])
def test_a_union_by_name__loses_a_column_that_is_read_with_a_default(binder: SqlBinder, kind: str) -> None:
    pipeline = without_schemas(put_together("select * from older union all by name select * from newer"))
    change = Mutation("newer", "approved", kind, "agreed" if kind == "rename" else "")
    assert pipeline.laboratory.truth(change)["days"] == "error"
    told = said(pipeline, change, binder)
    assert (told["days"].severity, told["leaves"].severity) == (Severity.BREAKS, Severity.CHANGES_SCHEMA)
    assert told["days"].certainty is Certainty.HEURISTIC


def test_a_union_by_name__may_have_from_its_other_table_what_is_read_as_it_is(binder: SqlBinder) -> None:
    pipeline = without_schemas(put_together("select * from older union all by name select * from newer"))
    change = Mutation("newer", "no", "drop")
    assert pipeline.laboratory.truth(change)["days"] != "error"
    assert said(pipeline, change, binder)["days"].severity is not Severity.BREAKS


@pytest.mark.parametrize(
    ("join", "breaks"), [("natural left join", False), ("natural right join", True), ("natural join", True)]
)
def test_a_natural_join__is_likely_by_the_key_of_what_it_looks_up(
    binder: SqlBinder, join: str, breaks: bool
) -> None:
    pipeline = without_schemas(
        Pipeline(
            tables={
                "agents": ("agent_code text, region_id integer", "values ('a', 1), ('b', 2)"),
                "regions": ("region_id integer, region text", "values (1, 'north'), (2, 'south')"),
            },
            models={"placed": f"select a.*, region from agents a {join} regions r"},
        )
    )
    key = said(pipeline, Mutation("regions", "region_id", "drop"), binder)["placed"]
    own = said(pipeline, Mutation("agents", "agent_code", "drop"), binder)["placed"]
    assert (own.severity is Severity.BREAKS) is breaks
    assert (key.severity is Severity.BREAKS) is (join != "natural right join")
