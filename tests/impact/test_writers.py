"""Who fills what is changed is judged by the columns that it names, or by how many it gives; who makes it is told to
change with it; what is not judged is named, so that the answer is not safe."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from catalog.coverage import ReasonCode
from catalog.identity import DatasetId
from catalog.impact import filled
from catalog.impact.change import Change, ChangeKind, Proposal
from catalog.impact.evaluation import impact
from catalog.impact.report import Affected, ImpactReport
from catalog.impact.severity import Certainty, Severity, Verdict
from catalog.store.memory import MemoryStore
from catalog.store.port import Store
from ingest.binding import SqlBinder
from tests.derivation.cases import run, settled

NS = "duckdb://lab"
NOTES = DatasetId(NS, "lab.main.notes").key
JOB = "job/jobs/load"
DROP = Change(NOTES, ChangeKind.FIELD_REMOVED, "note")
RENAME = Change(NOTES, ChangeKind.FIELD_RENAMED, "note", "note", "memo")
ADD = Change(NOTES, ChangeKind.FIELD_ADDED, "extra", None, "INTEGER")
RETYPE = Change(NOTES, ChangeKind.TYPE_INCOMPATIBLE, "note", "VARCHAR", "INTEGER")
REQUIRE = Change(NOTES, ChangeKind.FIELD_REQUIRED, "note")
GO = Change(NOTES, ChangeKind.DATASET_REMOVED)
LISTED = "insert into notes (id, note) select id, note from raw"
BY_PLACE = "insert into notes select id, note from raw"
MERGE = (
    "merge into notes t using raw s on t.id = s.id when matched then update set note = s.note "
    "when not matched then insert (id, note) values (s.id, s.note)"
)
UPDATE = "update notes set note = raw.note from raw where raw.id = notes.id"


class Told(NamedTuple):
    """What is said of the job that writes."""

    severity: Severity
    certainty: Certainty
    why: str


@pytest.fixture(scope="module")
def binder() -> Iterator[SqlBinder]:
    opened = SqlBinder()
    yield opened
    opened.close()


def holder(name: str, **columns: str) -> dict[str, Any]:
    fields = [{"name": column, "type": type_} for column, type_ in columns.items()]
    return {"namespace": NS, "name": f"lab.main.{name}", "facets": {"schema": {"fields": fields}}}


def report(
    store: Store,
    sql: str,
    *changes: Change,
    binder: SqlBinder | None = None,
    dialect: str = "duckdb",
    origins: frozenset[str] | None = None,
) -> ImpactReport:
    """What the changes of the table do that the SQL writes, and that another job reads."""
    raw, notes = (holder(name, id="INTEGER", note="VARCHAR") for name in ("raw", "notes"))
    counts = holder("counts", n="BIGINT")
    events = [
        run("load", 0, sql, [raw], [notes], dialect=dialect),
        run(
            *("count", 1, "create table counts as select count(id) as n from notes"),
            *([notes], [counts]),
            dialect=dialect,
        ),
    ]
    settled(store, events)
    with store.read() as reader:
        return impact(reader, Proposal(changes), binder=binder, origins=origins)


def of_writer(found: ImpactReport) -> Told | None:
    item = next((one for one in found.items if one.key == JOB), None)
    return None if item is None else Told(item.severity, item.certainty, _why(item))


def _why(item: Affected) -> str:
    return item.reason.removeprefix("Job jobs/load ").removesuffix(".")


def breaks(why: str, sure: Certainty = Certainty.PROVEN) -> Told:
    return Told(Severity.BREAKS, sure, why)


def fits(why: str) -> Told:
    return Told(Severity.COMPATIBLE, Certainty.PROVEN, why)


def is_open(why: str) -> Told:
    return Told(Severity.UNKNOWN, Certainty.NEEDS_WAREHOUSE, why)


@pytest.mark.parametrize(
    ("sql", "change", "told"),
    [
        (LISTED, DROP, breaks(filled.NAMES_GONE)),
        (LISTED, RENAME, breaks(filled.NAMES_GONE)),
        (LISTED, ADD, fits(filled.LEAVES_OUT)),
        (LISTED, GO, breaks(filled.WRITES_GONE)),
        (LISTED, RETYPE, is_open(filled.MAY_NOT_FIT)),
        (LISTED, REQUIRE, is_open(filled.MAY_BE_NULL)),
        (BY_PLACE, DROP, breaks(filled.REFUSED)),
        (BY_PLACE, ADD, breaks(filled.REFUSED)),
        (BY_PLACE, RENAME, fits(filled.BY_PLACE)),
        ("insert into notes select * from raw", ADD, breaks(filled.REFUSED)),
        ("insert into notes by name select id, note from raw", DROP, breaks(filled.NAMES_GONE)),
        ("insert into notes by name select id, note from raw", ADD, fits(filled.LEAVES_OUT)),
        ("insert into notes (id) select id from raw", DROP, fits(filled.LEAVES_OUT)),
        ("insert into notes (id) select id from raw", REQUIRE, is_open(filled.NO_DEFAULT)),
        ("insert into notes values (1, null)", REQUIRE, breaks(filled.WRITES_NULL)),
        ("insert into notes select id, coalesce(note, '') from raw", REQUIRE, fits(filled.WRITES_VALUE)),
        ("insert into notes (id, note) select id, 5 from raw", RETYPE, fits(filled.TAKES_TYPE)),
        (
            "insert into notes (id, note) select id, date '2024-01-01' from raw",
            RETYPE,
            breaks(filled.CANNOT_FIT),
        ),
        (MERGE, DROP, breaks(filled.NAMES_GONE)),
        (MERGE, ADD, fits(filled.LEAVES_OUT)),
        (UPDATE, DROP, breaks(filled.NAMES_GONE)),
        ("copy notes (id, note) from 'x.csv'", DROP, breaks(filled.NAMES_GONE)),
        ("copy notes from 'x.csv'", ADD, is_open(filled.FROM_FILES)),
        (
            "create table if not exists notes (id int, note text); " + LISTED,
            *(DROP, breaks(filled.NAMES_GONE)),
        ),
    ],
)
def test_job_that_fills_what_changes__is_judged_by_its_sql(
    binder: SqlBinder, sql: str, change: Change, told: Told
) -> None:
    found = report(MemoryStore(), sql, change, binder=binder)
    assert of_writer(found) == told
    verdicts = {Severity.BREAKS: Verdict.BLOCK, Severity.UNKNOWN: Verdict.REVIEW}
    assert found.verdict is verdicts.get(told.severity, Verdict.SAFE)


def test_insert_without_columns__into_a_table_with_one_more_fills_the_first_ones_in_postgres(
    binder: SqlBinder,
) -> None:
    found = report(MemoryStore(), BY_PLACE, ADD, binder=binder, dialect="postgres")
    assert of_writer(found) == fits(filled.LEAVES_EMPTY)


def test_insert_without_columns__gives_too_many_for_a_table_that_loses_one_in_any_database(
    binder: SqlBinder,
) -> None:
    found = report(MemoryStore(), BY_PLACE, DROP, binder=binder, dialect="postgres")
    assert of_writer(found) == breaks(filled.GIVES_MORE)


def test_insert_without_columns__into_a_table_with_one_more_is_likely_to_fail_where_it_is_not_known(
    binder: SqlBinder,
) -> None:
    found = report(MemoryStore(), BY_PLACE, ADD, binder=binder, dialect="redshift")
    assert found.verdict is Verdict.REVIEW
    assert of_writer(found) == breaks(filled.REFUSED, Certainty.STRUCTURAL)


def test_column_that_becomes_another_of_the_same_name__is_written_as_before(binder: SqlBinder) -> None:
    again = Change(NOTES, ChangeKind.FIELD_ADDED, "note", None, "VARCHAR")
    told = of_writer(report(MemoryStore(), LISTED, DROP, again, binder=binder))
    assert told is not None
    assert told.severity is not Severity.BREAKS


def test_readers_of_what_a_breaking_job_fills__get_no_new_data(store: Store, binder: SqlBinder) -> None:
    found = report(store, LISTED, DROP, binder=binder)
    assert {item.key: item.severity for item in found.items} == {
        JOB: Severity.BREAKS,
        NOTES: Severity.STALE,
        "job/jobs/count": Severity.STALE,
        DatasetId(NS, "lab.main.counts").key: Severity.STALE,
    }


def test_job_that_makes_what_changes__is_told_to_change_with_it(binder: SqlBinder) -> None:
    found = report(
        MemoryStore(), "create or replace table notes as select id, note from raw", DROP, binder=binder
    )
    assert of_writer(found) == fits(filled.MAKES_IT)
    assert found.verdict is Verdict.SAFE


@pytest.mark.parametrize("sql", [LISTED, MERGE, UPDATE], ids=["insert", "merge", "update"])
def test_job_that_fills_what_changes__without_a_binder_is_not_judged_and_nothing_is_safe(
    store: Store, sql: str
) -> None:
    found = report(store, sql, DROP)
    assert found.verdict is Verdict.REVIEW
    assert ReasonCode.WRITER_NOT_JUDGED in [reason.code for reason in found.coverage.reasons]


def test_job_that_reads_what_it_fills__is_not_proven_to_take_no_harm_without_a_binder(store: Store) -> None:
    found = report(store, "update notes set note = 'none' where id > 1", DROP)
    told = of_writer(found)
    assert told is None or told.severity in (Severity.UNKNOWN, Severity.BREAKS)
    assert found.verdict is not Verdict.SAFE


def test_answer_from_some_origins__is_never_safe(store: Store) -> None:
    sql = "create table notes as select id, note from raw"
    found = report(store, sql, DROP, origins=frozenset({"OBSERVED"}))
    assert found.verdict is Verdict.REVIEW
    assert [reason.code for reason in found.coverage.reasons] == [ReasonCode.ORIGINS_LEFT_OUT]
