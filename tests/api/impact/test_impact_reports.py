"""Reports that a service keeps: the same question is answered once, and an id is answered as long as it is kept."""

import pytest

from api import impact_reports
from api.impact_reports import FRESH_S, ImpactReports
from catalog.changes import note_changes
from catalog.impact.change import Change, ChangeKind, Proposal
from catalog.impact.report import ImpactReport
from catalog.store.port import Store
from tests.mesh.words import dataset, mesh, reads, seen


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def store() -> Store:
    return mesh(seen("orders", "id", "state", "note"), reads("book", "orders"))


def drop(path: str) -> Proposal:
    return Proposal((Change(dataset("orders"), ChangeKind.FIELD_REMOVED, path),))


def ask(reports: ImpactReports, opened: Store, path: str) -> ImpactReport:
    with opened.read() as reader:
        return reports.report(reader, drop(path))


def test_reports__answer_the_same_question_with_the_same_report_for_a_while() -> None:
    clock, opened = Clock(), store()
    reports = ImpactReports(None, clock)
    first = ask(reports, opened, "state")
    assert ask(reports, opened, "state") is first
    clock.now = FRESH_S + 1
    again = ask(reports, opened, "state")
    assert again is not first
    assert again == first


def test_reports__are_made_anew_when_the_graph_has_changed() -> None:
    opened, reports = store(), ImpactReports()
    first = ask(reports, opened, "state")
    opened.write(lambda transaction: note_changes(transaction, [dataset("orders")]))
    second = ask(reports, opened, "state")
    assert second.id != first.id
    assert (second.version, reports.kept(first.id)) == (first.version + 1, first)


def test_reports__forget_the_oldest_and_remember_that_there_was_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(impact_reports, "MAX_KEPT", 2)
    opened, reports = store(), ImpactReports()
    made = [ask(reports, opened, path) for path in ("state", "note", "id")]
    assert [reports.kept(one.id) for one in made] == [None, made[1], made[2]]
    assert [reports.was_kept(one.id) for one in made] == [True, False, False]
    assert not reports.was_kept("nothing")
    assert ask(reports, opened, "state") == made[0]


def test_reports__are_bounded_by_their_items(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(impact_reports, "MAX_KEPT_ITEMS", 1)
    opened, reports = store(), ImpactReports()
    first, last = ask(reports, opened, "state"), ask(reports, opened, "note")
    assert len(first.items) == 1
    assert (reports.kept(first.id), reports.kept(last.id)) == (None, last)
