"""A fault at the SQL of one job: that job says so, and all others have their lineage."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

import ingest.sql
from catalog.derivation.job_sql import job_sql
from catalog.derivation.marks import is_settled
from catalog.fold import edges
from catalog.sql_report import SqlStatus, sql_reports
from catalog.store.memory import MemoryStore
from catalog.store.port import Store
from ingest.derivation.settle import settle
from ingest.derivation.telling import Telling
from ontology.vocabulary import Rel
from tests.convergence import observed
from tests.derivation.cases import MART, RAW, STG, holder, job_id, parsed, run

BAD = "select bad from raw.orders"
GOOD = [
    run("good", 1, "select id from raw.orders", [holder(RAW, "id", "bad")], [holder(STG)]),
    run("downstream", 2, "select * from stg.orders", [holder(STG)], [holder(MART)]),
]
FAULTY = run("faulty", 3, BAD, [holder(RAW, "id", "bad")], [holder(RAW)])


@contextmanager
def faulty_analysis(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The analyser meets a form that it cannot read."""
    real = ingest.sql.analyse_all

    def analyse_all(texts: Any) -> Any:
        listed = list(texts)
        if any(text.query == BAD for text, _ in listed):
            raise AssertionError("a form that was not met before")
        return real(listed)

    with monkeypatch.context() as patched:
        patched.setattr("ingest.derivation.analyst.analyse_all", analyse_all)
        yield


@contextmanager
def faulty_telling(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What the analysis says cannot be told."""
    real = Telling.told

    def told(self: Telling, *args: Any, **kwargs: Any) -> Any:
        if self._span.said.query == BAD:
            raise KeyError("a name")
        return real(self, *args, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(Telling, "told", told)
        yield


@contextmanager
def faulty_write(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What was computed of the job cannot be stored."""
    real = edges.reconcile

    def reconcile(via: str, stored: Any, desired: Any, since: int) -> Any:
        if via == job_id("faulty").key and desired:
            raise ValueError("no store takes it")
        return real(via, stored, desired, since)

    with monkeypatch.context() as patched:
        patched.setattr("catalog.derivation.settlement.reconcile", reconcile)
        yield


@contextmanager
def faulty_reading(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What the store has of the job cannot be read, whoever is read with it."""
    real = job_sql

    def faulty(reader: Any, jobs: Any) -> Any:
        if job_id("faulty").key in jobs:
            raise IndexError("a record of another form")
        return real(reader, jobs)

    with monkeypatch.context() as patched:
        patched.setattr("ingest.derivation.group.job_sql", faulty)
        yield


def test_result_that_no_store_takes__is_not_told_of_the_jobs_before_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The faulty job reads what another infers, and so is settled together with it."""
    store: Store = MemoryStore()
    reading = run("faulty", 3, "select * from mart.daily", [holder(MART)], [holder(RAW)])
    making = run("making", 2, "create table mart.daily as select 1 as one", [], [holder(MART)])
    observed.send(store, [[making, reading]])

    with faulty_write(monkeypatch):
        settle(store)

    with store.read() as reader:
        told = sql_reports(reader, [job_id(name).key for name in ("making", "faulty")])
        assert is_settled(reader)
    assert [told[job_id(name).key].status for name in ("making", "faulty")] == ["COMPLETE", "FAILED"]


@pytest.mark.parametrize("fault", [faulty_analysis, faulty_telling, faulty_write, faulty_reading])
def test_fault__is_reported_of_its_job_alone(
    fault: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    store: Store = MemoryStore()
    observed.send(store, [[*GOOD, FAULTY]])

    with fault(monkeypatch), caplog.at_level(logging.ERROR):
        settle(store)

    with store.read() as reader:
        assert is_settled(reader)
        told = sql_reports(reader, [job_id(name).key for name in ("good", "downstream", "faulty")])
        assert parsed(reader, "good", Rel.FEEDS) == {("raw.orders#id", "stg.orders#id", "IDENTITY")}
        assert parsed(reader, "downstream", Rel.FEEDS) == {("stg.orders#id", "mart.daily#id", "IDENTITY")}
        assert parsed(reader, "faulty", Rel.USED_BY) == set()
    assert {report.status for report in told.values()} == {SqlStatus.COMPLETE, SqlStatus.FAILED}
    failed = told[job_id("faulty").key]
    assert (failed.status, [one.reason for one in failed.problems]) == (SqlStatus.FAILED, ["NOT_DERIVED"])
    assert "jobs/faulty" in caplog.text


def test_fault__is_gone_when_the_job_is_derived_again(monkeypatch: pytest.MonkeyPatch) -> None:
    store: Store = MemoryStore()
    observed.send(store, [[FAULTY]])
    with faulty_analysis(monkeypatch):
        settle(store)

    observed.send(
        store, [[run("faulty", 4, f"{BAD} where id > 1", [holder(RAW, "id", "bad")], [holder(RAW)])]]
    )
    settle(store)

    with store.read() as reader:
        (report,) = sql_reports(reader, [job_id("faulty").key]).values()
        assert (report.status, report.problems) == (SqlStatus.COMPLETE, ())
        assert parsed(reader, "faulty", Rel.USED_BY)
