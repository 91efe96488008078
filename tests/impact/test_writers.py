"""Who writes into what is changed is named, so that the answer is not safe; who makes it is taken to change with it."""

from typing import Any

import pytest

from catalog.coverage import ReasonCode
from catalog.identity import DatasetId
from catalog.impact.change import Change, ChangeKind, Proposal
from catalog.impact.evaluation import impact
from catalog.impact.report import ImpactReport
from catalog.impact.severity import Certainty, Severity, Verdict
from catalog.store.port import Store
from tests.derivation.cases import run, settled

NS = "duckdb://lab"


def holder(name: str, *columns: str) -> dict[str, Any]:
    fields = [{"name": column, "type": "INTEGER"} for column in columns]
    return {"namespace": NS, "name": f"lab.main.{name}", "facets": {"schema": {"fields": fields}}}


def dropped(store: Store, sql: str, origins: frozenset[str] | None = None) -> ImpactReport:
    """What dropping a column of the table that the SQL writes does."""
    event = run(
        "load", 0, sql, [holder("raw", "id", "note")], [holder("notes", "id", "note")], dialect="duckdb"
    )
    settled(store, [event])
    change = Change(DatasetId(NS, "lab.main.notes").key, ChangeKind.FIELD_REMOVED, "note")
    with store.read() as reader:
        return impact(reader, Proposal((change,)), origins=origins)


@pytest.mark.parametrize(
    "sql",
    [
        "insert into notes (id, note) select id, note from raw",
        "merge into notes t using raw s on t.id = s.id when matched then update set note = s.note",
        "update notes set note = raw.note from raw where raw.id = notes.id",
    ],
    ids=["insert", "merge", "update"],
)
def test_job_that_writes_into_what_changes__is_not_judged_and_nothing_is_safe(store: Store, sql: str) -> None:
    report = dropped(store, sql)
    assert report.verdict is Verdict.REVIEW
    codes = [reason.code for reason in report.coverage.reasons]
    assert ReasonCode.WRITER_NOT_JUDGED in codes


def test_job_that_reads_what_it_writes_into__is_not_proven_to_take_no_harm(store: Store) -> None:
    report = dropped(store, "update notes set note = 'none' where id > 1")
    assert [(item.severity, item.certainty) for item in report.items if item.key == "job/jobs/load"] in (
        [],
        [(Severity.UNKNOWN, Certainty.UNKNOWN)],
        [(Severity.BREAKS, Certainty.PROVEN)],
    )
    assert report.verdict is not Verdict.SAFE


def test_job_that_makes_what_changes__is_taken_to_change_with_it(store: Store) -> None:
    report = dropped(store, "create table notes as select id, note from raw")
    assert (report.verdict, report.coverage.reasons) == (Verdict.SAFE, ())


def test_answer_from_some_origins__is_never_safe(store: Store) -> None:
    report = dropped(store, "create table notes as select id, note from raw", frozenset({"OBSERVED"}))
    assert report.verdict is Verdict.REVIEW
    assert [reason.code for reason in report.coverage.reasons] == [ReasonCode.ORIGINS_LEFT_OUT]
