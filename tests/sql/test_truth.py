"""The analyser against DuckDB: columns really dropped, values really changed, over random queries."""

from collections.abc import Iterator
from random import Random

import duckdb
import pytest

from ingest.sql import Source, SqlLineage, Status
from tests.sql.laboratory import Column, Laboratory
from tests.sql.random_sql import TABLES, Author
from tests.sql.told import lineage

SCHEMAS = {table: ", ".join(f"{column} INTEGER" for column in TABLES[table]) for table in TABLES}


@pytest.fixture(scope="module")
def laboratory() -> Iterator[Laboratory]:
    with duckdb.connect(config={"threads": "1"}) as connection:
        yield Laboratory(connection, TABLES)


def queries(laboratory: Laboratory, start: int, count: int) -> Iterator[tuple[str, SqlLineage]]:
    made = [Author(Random(seed)).query() for seed in range(start, start + count)]
    valid = [query for query in made if laboratory.is_valid(query)]
    assert len(valid) > 0.9 * count
    for query in valid:
        yield query, lineage(query, SCHEMAS)


def needed(result: SqlLineage) -> set[Column]:
    return {(read.table.parts[-1], use.name) for read in result.reads for use in read.columns if not use.star}


def ends(sources: tuple[Source, ...]) -> set[Column]:
    return {(source.table.parts[-1], source.column) for source in sources}


def assert_drops(laboratory: Laboratory, start: int, count: int) -> None:
    wrong = {}
    for query, result in queries(laboratory, start, count):
        assert result.status is Status.COMPLETE, (query, result.problems)
        truth = laboratory.needed(query)
        if needed(result) != truth:
            wrong[query] = (needed(result) - truth, truth - needed(result))
    assert wrong == {}


def assert_outputs(laboratory: Laboratory, start: int, count: int) -> None:
    for query, result in queries(laboratory, start, count):
        (write,) = result.writes
        truth = laboratory.output(query)
        assert [column.name for column in write.columns] == [name for name, _ in truth], query
        told = [(column.type, kind) for column, (_, kind) in zip(write.columns, truth, strict=True)]
        assert [pair for pair in told if pair[0] not in (None, pair[1])] == [], query


def assert_values(laboratory: Laboratory, start: int, count: int) -> None:
    for query, result in queries(laboratory, start, count):
        if "LIMIT" in query or "QUALIFY" in query:  # which rows are the first is the database's choice
            continue
        (write,) = result.writes
        for place, moved in laboratory.moved(query).items():
            assert moved <= ends(write.columns[place].sources) | ends(write.influences), query


def test_dropped_column__fails_exactly_the_texts_that_need_it(laboratory: Laboratory) -> None:
    assert_drops(laboratory, 0, 30)


def test_output__has_the_names_and_types_that_the_database_gives(laboratory: Laboratory) -> None:
    assert_outputs(laboratory, 0, 40)


def test_changed_values__reach_only_what_is_told_to_come_from_them(laboratory: Laboratory) -> None:
    assert_values(laboratory, 0, 15)


@pytest.mark.slow
def test_many_random_queries__agree_with_the_database(laboratory: Laboratory) -> None:
    assert_drops(laboratory, 1000, 300)
    assert_outputs(laboratory, 1000, 300)
    assert_values(laboratory, 1000, 100)
