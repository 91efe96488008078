"""What runs behind a change is what dbt runs: the same tables, the same failures, on our own dbt project."""

import shutil
from pathlib import Path

import duckdb
import pytest

from bench.truth.__main__ import PROJECTS
from bench.truth.built import Built, Relation, quoted
from bench.truth.dbt import Dbt, build_dbt
from bench.truth.laboratory import Laboratory
from bench.truth.mutation import Column, Kind, Mutation, mutations
from bench.truth.outcome import RANK, Table, Truth, difference
from tests.producers.environment import environment

pytestmark = [pytest.mark.producers, pytest.mark.slow]

TRIED = [
    ("main_landing", "orders", "status", Kind.DROP, ""),
    ("main_landing", "shops", "Opened On", Kind.RENAME, ""),
    ("main_landing", "orders", "discount_cents", Kind.RETYPE, "VARCHAR"),
    ("main_landing", "stock_moves", "moved_on", Kind.NULLED, ""),
]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build_dbt(PROJECTS / "bazaar", tmp_path_factory.mktemp("bazaar"), environment("dbt"), known=False)


@pytest.fixture(scope="module")
def laboratory(built: Built) -> Laboratory:
    return Laboratory(built)


def test_every_job__runs_again_and_makes_what_dbt_made(laboratory: Laboratory) -> None:
    assert not laboratory.failing
    assert not laboratory.unlike


@pytest.mark.parametrize("tried", TRIED, ids=lambda tried: f"{tried[3]}-{tried[2]}")
def test_experiment__is_what_dbt_run_does(
    built: Built, laboratory: Laboratory, tmp_path: Path, tried: tuple[str, str, str, Kind, str]
) -> None:
    schema, name, column, kind, after = tried
    relation: Relation = ("warehouse", schema, name)
    [mutation] = [
        one
        for one in mutations(relation, laboratory.relations()[relation])
        if one.column == column and one.kind is kind and (not after or one.after == after)
    ]
    outcomes = laboratory.experiment(mutation)
    assert {outcome.worst for outcome in outcomes.values()} & {Truth.ERROR, Truth.ROWS}
    by_dbt = run_by_dbt(built, laboratory, mutation, tmp_path)
    told = {job: outcome.found for job, outcome in outcomes.items() if job.startswith("model.")}
    assert told == {job: by_dbt[job] for job in told}


def run_by_dbt(
    built: Built, laboratory: Laboratory, mutation: Mutation, place: Path
) -> dict[str, tuple[Truth, ...]]:
    """Change a copy of the database, let dbt run its models on it, and compare the tables."""
    home = next(iter(built.databases.values()))
    kept = place / home.name  # the file names the database
    shutil.copyfile(home, kept)
    try:
        with duckdb.connect(str(home)) as connection:
            columns = mutation.select(list(laboratory.relations()[mutation.relation]))
            table = quoted(mutation.relation)
            connection.execute(f"create or replace table {table} as select {columns} from {table}")
        dbt = Dbt(environment("dbt"), home.parent / "project", home.parent / "profiles")
        dbt.run(["dbt", "run", "--full-refresh"])
        states = dbt.states()
        with duckdb.connect(str(home)) as now, duckdb.connect(str(kept)) as before:
            return {
                job.name: _found(states[job.name], before, now, job.writes[0], laboratory)
                for job in built.jobs
                if job.name in states
            }
    finally:
        shutil.copyfile(kept, home)


def _found(
    state: str,
    before: duckdb.DuckDBPyConnection,
    now: duckdb.DuckDBPyConnection,
    relation: Relation,
    laboratory: Laboratory,
) -> tuple[Truth, ...]:
    if state != "success":
        return (Truth.ERROR if state == "error" else Truth.STALE,)
    unstable = laboratory.unstable.get(relation, frozenset())
    found = difference(_table(before, relation), _table(now, relation), unstable)
    return tuple(sorted(found, key=RANK.__getitem__)) or (Truth.SAME,)


def _table(connection: duckdb.DuckDBPyConnection, relation: Relation) -> Table:
    shape = connection.execute(f"describe from {quoted(relation)}").fetchall()
    rows = connection.execute(f"from {quoted(relation)}").fetchall()
    return Table(tuple(Column(row[0], row[1]) for row in shape), rows)
