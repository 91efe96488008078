"""The binder against DuckDB at work: a column really retyped, with data in it, and each text really run."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from random import Random

import duckdb
import pytest

from catalog.impact.job_binder import Binding, BindStatus, BoundTable
from ingest.binding import SqlBinder
from tests.binding.expressions import texts
from tests.binding.judge import RETYPED, SCHEMA, Case, Judge, predicted
from tests.binding.told import bind, table
from tests.sql.laboratory import Laboratory
from tests.sql.random_sql import TABLES, Author


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    with duckdb.connect(config={"threads": "1"}) as connection:
        yield Judge(connection)


def good(judge: Judge, binder: SqlBinder, column: str, chosen: Sequence[str]) -> dict[str, Binding]:
    """The texts that run before the change, with how they bind."""
    cases = [Case(text.format(c=column)) for text in chosen]
    found = {}
    for case, binding in zip(cases, binder.bind([case.job() for case in cases]), strict=True):
        truth = judge.truth(case)
        if truth.error is None:
            assert binding.status is BindStatus.BOUND, (case, binding.message)
            assert not any(cast.certain for cast in binding.casts), (case, binding.casts)
            found[case.text] = binding
    return found


def outcomes(judge: Judge, binder: SqlBinder, stride: int) -> Counter[tuple[str, str]]:
    """How often the truth was this and the prediction that; types that come out are compared too."""
    count: Counter[tuple[str, str]] = Counter()
    for place, (column, kind) in enumerate(SCHEMA.items()):
        before = good(judge, binder, column, texts()[place % stride :: stride])
        for other in RETYPED[kind]:
            cases = [Case(text, column, other) for text in before]
            for case, after in zip(cases, binder.bind([case.job() for case in cases]), strict=True):
                count[assert_said(judge, case, before[case.text], after)] += 1
    return count


def assert_said(judge: Judge, case: Case, before: Binding, after: Binding) -> tuple[str, str]:
    """What is true and what was said; a failure where the two exclude each other."""
    truth, said = judge.truth(case), predicted(before, after)
    if truth.error is None and after.status is BindStatus.BOUND:
        told = [(column.name, column.type or '"NULL"') for column in after.writes[("out",)]]
        assert told == truth.columns, case
    # printf reads its format when it runs: no binder knows which types it takes.
    wrong = (
        truth.error and "printf" not in case.text if said == "fine" else said == "error" and not truth.error
    )
    assert not wrong, f"{case}: {said} was said, {truth.error} is true, casts {after.casts}"
    return ("fine" if truth.error is None else "error", said)


def test_retyped_column__fails_the_texts_that_are_said_to_fail(judge: Judge, binder: SqlBinder) -> None:
    count = outcomes(judge, binder, 8)

    assert count["error", "error"] > 150
    assert count["fine", "fine"] > 350
    assert count["fine", "data"] + count["error", "data"] < 0.04 * count.total()


@pytest.mark.slow
def test_every_text_with_every_retype__fails_as_it_is_said(judge: Judge, binder: SqlBinder) -> None:
    count = outcomes(judge, binder, 1)

    assert count["error", "error"] > 1500
    assert count["error", "data"] < 0.06 * count["error", "error"]


def test_dropped_column__fails_the_random_queries_that_are_said_to_fail(binder: SqlBinder) -> None:
    with duckdb.connect(config={"threads": "1"}) as connection:
        laboratory = Laboratory(connection, TABLES)
        made = (Author(Random(seed)).query() for seed in range(5000, 5050))
        for query in islice(filter(laboratory.is_valid, made), 10):
            wanted = laboratory.needed(query)
            refused = {
                (name, column)
                for name, columns in TABLES.items()
                for column in columns
                if bind(binder, query, *without(name, column)).status is BindStatus.REFUSED
            }
            assert refused == wanted, query


def without(name: str, column: str) -> list[BoundTable]:
    return [
        table(each, "; ".join(f"{one} INTEGER" for one in columns if (each, one) != (name, column)))
        for each, columns in TABLES.items()
    ]
