"""SQL scripts run in DuckDB in the order of their names, told by the OpenLineage client as its users tell them.

A folder has ``data.sql``, which makes the tables that are there before and of which nothing is told, and the scripts.
A script makes tables again that are there already (``create or replace``), so that it can run twice.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid5

import duckdb
from openlineage.client.event_v2 import InputDataset, OutputDataset, Run, RunEvent, RunState
from openlineage.client.event_v2 import Job as ToldJob
from openlineage.client.facet_v2 import DatasetFacet, schema_dataset, sql_job
from openlineage.client.serde import Serde

from bench.errors import BenchFailed
from bench.truth.built import Built, Job, Relation, quoted
from catalog.identity import JobId

DATABASE = "warehouse"
PRODUCER = "https://example.org/scripts"
_RUNS = UUID("a4f6de31-9f29-4c51-9be1-3a2a6ad2a7f1")
_START = datetime(2026, 11, 20, 6, tzinfo=UTC)


def build_scripts(folder: Path, place: Path, *, known: bool) -> Built:
    """Run all scripts in a database of their own in ``place``. ``known``: the events have schemas.

    Raises BenchFailed where a script fails.
    """
    database = place / f"{DATABASE}.duckdb"
    namespace = f"duckdb://{database}"
    files = sorted(file for file in folder.rglob("*.sql") if file.name != "data.sql")
    with duckdb.connect(str(database)) as connection:
        if (folder / "data.sql").exists():
            connection.execute((folder / "data.sql").read_text())
        jobs: list[Job] = []
        events: list[str] = []
        for number, file in enumerate(files):
            name = file.relative_to(folder).with_suffix("").as_posix()
            sql = file.read_text()
            try:
                reads, writes = _tables(connection, sql)
            except duckdb.Error as error:
                raise BenchFailed(f"{file} does not run: {error}") from error
            jobs.append(Job(name, JobId(folder.name, name), sql, frozenset(reads), tuple(sorted(writes))))
            events += _events(connection, jobs[-1], number, namespace, known)
    return Built(folder.name, {DATABASE: database}, events, jobs, namespace, known, {})


def _tables(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[set[Relation], set[Relation]]:
    """What a script truly reads and writes: it fails without the one, and the other is new or other behind it.

    It is run, and stays so.
    """
    before = _state(connection)
    views = [relation for relation, (kind, _, _) in before.items() if kind == "view"]
    reads = set()
    for relation in before:
        connection.execute("begin")
        try:
            for view in views:  # as tables, so that what lies behind them is not read by the script
                connection.execute(f"create temp table seen_once as from {quoted(view)}")
                connection.execute(f"drop view {quoted(view)}")
                connection.execute(f"create table {quoted(view)} as from seen_once")
                connection.execute("drop table seen_once")
            connection.execute(f"drop table {quoted(relation)}")
            connection.execute(sql)
        except duckdb.CatalogException:
            reads.add(relation)
        finally:
            connection.execute("rollback")
    connection.execute(sql)
    after = _state(connection)
    return reads, {relation for relation in after if before.get(relation) != after[relation]}


def _state(connection: duckdb.DuckDBPyConnection) -> dict[Relation, tuple[str, int, str]]:
    """Each table and view: its kind, its number and a sum of its rows."""
    found = connection.execute(
        "select database_name, schema_name, table_name, 'table', table_oid from duckdb_tables() where not temporary "
        "union all select database_name, schema_name, view_name, 'view', view_oid from duckdb_views() "
        "where not internal and not temporary order by all"
    ).fetchall()
    state = {}
    for database, schema, name, kind, number in found:
        rows = connection.execute(
            f"select coalesce(sum(hash(t)), 0)::varchar from {quoted((database, schema, name))} as t"
        ).fetchone()
        state[database, schema, name] = (kind, number, str(rows))
    return state


def _events(
    connection: duckdb.DuckDBPyConnection, job: Job, number: int, namespace: str, known: bool
) -> Iterable[str]:
    run = Run(str(uuid5(_RUNS, f"{job.job} {number}")))
    told = ToldJob(
        job.job.namespace, job.job.name, {"sql": sql_job.SQLJobFacet(query=job.sql, dialect="duckdb")}
    )
    inputs = [
        InputDataset(namespace, ".".join(one), facets=_schema(connection, one, known))
        for one in sorted(job.reads)
    ]
    outputs = [
        OutputDataset(namespace, ".".join(one), facets=_schema(connection, one, known)) for one in job.writes
    ]
    for second, state in enumerate((RunState.START, RunState.COMPLETE)):
        at = _START.replace(minute=number // 30, second=2 * (number % 30) + second).isoformat()
        event = RunEvent(
            eventTime=at,
            run=run,
            job=told,
            eventType=state,
            inputs=inputs,
            outputs=outputs,
            producer=PRODUCER,
        )
        yield Serde.to_json(event)


def _schema(
    connection: duckdb.DuckDBPyConnection, relation: Relation, known: bool
) -> dict[str, DatasetFacet]:
    if not known:
        return {}
    columns: Sequence[tuple[str, ...]] = connection.execute(f"describe from {quoted(relation)}").fetchall()
    fields = [schema_dataset.SchemaDatasetFacetFields(name=row[0], type=row[1]) for row in columns]
    return {"schema": schema_dataset.SchemaDatasetFacet(fields=fields)}
