"""What to do with a proposal: verdict, version, actions; and how much things are used."""

from dataclasses import replace
from typing import Any

import pytest

from catalog.coverage import Coverage, CoverageStatus, Reason, ReasonCode
from catalog.impact.actions import action
from catalog.impact.advice import part_of, raised, semver
from catalog.impact.change import Change, ChangeKind, Proposal
from catalog.impact.report import Affected, Clause, Concern, ImpactReport, Party, Story
from catalog.impact.severity import Certainty, Severity, Verdict
from catalog.impact.spoken import spoken_change
from catalog.impact.usage import WINDOW_NS, concerns_shown
from catalog.impact.verdict import decide
from catalog.instant import sortable
from catalog.mesh import declared
from catalog.store.port import ChangeSet, Space, Store
from ontology.vocabulary import Label
from tests.impact.test_things import ask, drop
from tests.mesh.words import dataset, job, mesh, output, product, reads, seen

K, S, C = ChangeKind, Severity, Certainty
COMPLETE = Coverage(CoverageStatus.COMPLETE, (), 1, 1)
PARTIAL = Coverage(CoverageStatus.PARTIAL, (Reason(ReasonCode.MAX_NODES, (), "There are more."),), 1, 1)
ONE = Proposal((Change("dataset/db/orders", K.FIELD_REMOVED, "state"),))
DAY_NS = 86_400_000_000_000


def item(severity: Severity, certainty: Certainty = C.PROVEN, label: str = "Job", **said: Any) -> Affected:
    unknown = severity is S.UNKNOWN
    known: dict[str, Any] = {
        "key": "job/etl/book",
        "aliases": (),
        "unknown": unknown,
        "hops": 1,
    }
    return Affected(
        **{**known, "tale": Story("Job book breaks.", (), ()), **said},
        label=label,
        severity=severity,
        certainty=certainty,
    )


@pytest.mark.parametrize(
    ("items", "coverage", "policies", "expected"),
    [
        ([], COMPLETE, (), Verdict.SAFE),
        ([item(S.COMPATIBLE)], COMPLETE, (), Verdict.SAFE),
        ([item(S.PASSES_THROUGH)], COMPLETE, (), Verdict.SAFE),
        ([item(S.COMPATIBLE, C.HEURISTIC)], COMPLETE, (), Verdict.REVIEW),
        ([item(S.COMPATIBLE, unknown=True)], COMPLETE, (), Verdict.REVIEW),
        ([item(S.COMPATIBLE)], COMPLETE, ("A policy.",), Verdict.REVIEW),
        ([], PARTIAL, (), Verdict.REVIEW),
        ([item(S.BREAKS)], COMPLETE, (), Verdict.BLOCK),
        ([item(S.BREAKS)], PARTIAL, (), Verdict.BLOCK),
        *(
            ([item(S.BREAKS, certainty)], COMPLETE, (), Verdict.REVIEW)
            for certainty in Certainty
            if certainty is not C.PROVEN
        ),
        *(
            ([item(severity)], COMPLETE, (), Verdict.REVIEW)
            for severity in Severity
            if severity not in (S.BREAKS, S.COMPATIBLE, S.PASSES_THROUGH)
        ),
    ],
)
def test_verdict__blocks_what_is_proven_and_is_safe_only_where_all_is_known(
    items: list[Affected], coverage: Coverage, policies: tuple[str, ...], expected: Verdict
) -> None:
    decision = decide(ONE, items, coverage, policies)
    assert decision.verdict is expected
    assert decision.why.endswith(".")


def test_verdict__of_what_was_not_understood_is_never_safe() -> None:
    proposal = Proposal(ONE.changes, "a file", ("The table x is not known.",))
    assert decide(proposal, [], COMPLETE) == (
        Verdict.REVIEW,
        "Not all of it was understood: The table x is not known.",
    )


def test_verdict__names_a_job_and_a_contract_that_break_and_how_many_more() -> None:
    contract = item(S.BREAKS, label=Label.CONTRACT_VERSION, tale=Story("Contract x is violated.", (), ()))
    port = item(S.BREAKS, label=Label.OUTPUT_PORT, tale=Story("Port x gives less.", (), ()))
    why = decide(ONE, [port, item(S.BREAKS), item(S.BREAKS), contract], COMPLETE).why
    assert why == "Job book breaks. Contract x is violated. 1 more job breaks."


@pytest.mark.parametrize("kind", ChangeKind)
def test_semver__has_a_part_and_a_reason_for_every_kind(kind: ChangeKind) -> None:
    change = Change("dataset/db/orders", kind, "state")
    advised = semver([change])
    assert advised.part == part_of(change) in ("patch", "minor", "major")
    assert spoken_change(change) in advised.why


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ([], "none"),
        ([Change("c", K.CONTRACT_CHANGED, None, "1", "2", note="version")], "none"),
        ([Change("d", K.MEANING_CHANGED, "x", note="description")], "patch"),
        ([Change("d", K.MEANING_CHANGED, "x", note="unit")], "minor"),
        ([Change("d", K.FIELD_ADDED, "x"), Change("d", K.OWNER_CHANGED)], "minor"),
        ([Change("d", K.FIELD_ADDED, "x"), Change("d", K.FIELD_REMOVED, "y")], "major"),
        ([Change("d", K.KEY_CHANGED, "x", "no", "yes")], "minor"),
        ([Change("d", K.KEY_CHANGED, "x", "yes", "no")], "major"),
        ([Change("p", K.CONTRACT_CHANGED, None, "a", "b", note="endpoint")], "major"),
    ],
)
def test_semver__is_the_largest_part_that_any_change_asks_for(changes: list[Change], part: str) -> None:
    assert semver(changes).part == part


def test_semver__of_what_breaks_something_is_major() -> None:
    advised = semver([Change("d", K.FIELD_ADDED, "x")], [item(S.BREAKS)])
    assert (advised.part, "Job book breaks." in advised.why) == ("major", True)


@pytest.mark.parametrize(
    ("version", "part", "after"),
    [
        ("1.2.3", "major", "2.0.0"),
        ("1.2.3", "minor", "1.3.0"),
        ("1.2.3-rc.1", "patch", "1.2.4"),
        ("1.2.3", "none", None),
        ("v1", "major", None),
        ("1.2.²", "major", None),
    ],
)
def test_version__is_raised_where_it_is_semantic(version: str, part: str, after: str | None) -> None:
    assert raised(version, part) == after


@pytest.mark.parametrize("severity", Severity)
@pytest.mark.parametrize("label", [Label.JOB, Label.DATASET, Label.FIELD, Label.DATA_PRODUCT, Label.EXPOSURE])
def test_action__is_a_sentence_for_every_severity_and_kind(severity: Severity, label: Label) -> None:
    text = action(item(severity, label=label), Concern(), {})
    assert text.endswith(".")
    assert "{" not in text


def test_action__says_who_is_to_stop_using_what_where() -> None:
    field = "field/db/orders/state"
    broken = item(S.BREAKS, tale=Story("Job book breaks.", (field, "field/db/orders/note"), ()))
    text = action(broken, Concern(owners=(Party("team/x", "Team X"),)), {})
    assert text == (
        "Ask Team X to stop using columns state, note of db/orders in job etl/book before the change."
    )
    promised = item(
        S.BREAKS, label=Label.CONTRACT_VERSION, clauses=(Clause("contract-version/o/1", "x", "y"),)
    )
    assert action(promised, Concern(), {"contract-version/o/1": "Orders 1"}).startswith(
        "Keep what contract Orders 1"
    )


def with_runs(store: Store, runs: dict[str, list[int]]) -> Store:
    """With runs of jobs, each by its begin in days."""
    records = {
        (Space.RUN_ORDER, job(name), f"{sortable(day * DAY_NS)}run/{name}{day}"): f"run/{name}{day}"
        for name, days in runs.items()
        for day in days
    }
    store.write(lambda transaction: transaction.apply(ChangeSet(records=records)))
    return store


def used(report: ImpactReport, store: Store) -> dict[str, tuple[int | None, int | None]]:
    with store.read() as reader:
        found = concerns_shown(reader, report, report.items)
    return {
        key: (one.runs, None if one.last_used is None else one.last_used // DAY_NS)
        for key, one in found.items()
    }


def test_usage__counts_runs_of_the_last_thirty_days_of_the_graph() -> None:
    parts = [product("orders", exposes=["orders"]), output("orders", "out", serves=["orders"])]
    store = mesh(*parts, seen("orders", "id", "note"), reads("book", "orders"), reads("look", "orders"))
    with_runs(store, {"book": [1, 70, 99, 100, 101], "look": [10]})
    report = replace(ask(store, drop("note")), used_until=100 * DAY_NS)
    assert WINDOW_NS == 30 * DAY_NS
    assert used(report, store) == {
        job("book"): (3, 100),
        job("look"): (0, 10),
        "output-port/orders/out": (3, 100),
        "product/orders": (3, 100),
    }


def test_coverage__tells_that_not_all_declared_things_were_read(monkeypatch: pytest.MonkeyPatch) -> None:
    store = mesh(product("a", exposes=["orders"]), product("b"), seen("orders", "id", "note"))
    assert ask(store, drop("note")).coverage.status is CoverageStatus.COMPLETE
    monkeypatch.setattr(declared, "MAX_THINGS", 1)
    report = ask(store, drop("note"))
    assert [reason.code for reason in report.coverage.reasons] == [ReasonCode.MAX_NODES]
    assert report.coverage.status is CoverageStatus.PARTIAL
    assert report.verdict is Verdict.REVIEW
    assert dataset("orders") in {change.subject for change in report.changes}


@pytest.mark.parametrize(
    ("status", "part"), [("retired", "major"), ("End_Of_Life", "major"), ("deprecated", "patch")]
)
def test_status_after_which_nothing_is_promised__is_no_mere_word(status: str, part: str) -> None:
    change = Change("contract/orders", ChangeKind.CONTRACT_CHANGED, None, "active", status, note="status")
    assert part_of(change) == part
