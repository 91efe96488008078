"""Impact reports tell which policies the state after the change would violate that it does not violate now."""

import json
from collections.abc import Iterable
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from catalog.coverage import Coverage, CoverageStatus
from catalog.curation import Aspect
from catalog.governance.verdict import Status
from catalog.graph import Direction
from catalog.impact.ahead import proposed_graph
from catalog.impact.change import Change, ChangeKind, Proposal
from catalog.impact.evaluation import impact
from catalog.impact.report import ImpactReport
from catalog.impact.severity import Verdict
from catalog.impact.verdict import decide
from catalog.projection import Projection
from catalog.store.port import Reader, Store
from ingest.errors import EmptyChange
from ingest.proposals.documents import Given, GivenDocument
from ingest.proposals.given import read_proposal
from tests.curation.curations import curation
from tests.governance.described_worlds import document, event, written
from tests.lineage.conftest import store

__all__ = ["store"]

W, K, V = "dataset/db/w", "field/db/w/k", "field/db/w/v"
PRODUCT = {
    "id": "p",
    "owner": "a",
    "domain": "sales",
    "lifecycle": "active",
    "purpose": "Orders.",
    "outputs": [{"name": "out", "datasets": [{"namespace": "db", "name": "w"}]}],
}
ORG: dict[str, Any] = {
    "domains": [{"id": "sales"}],
    "teams": [{"id": "a"}],
    "classifications": [{"id": "secret", "level": 3}],
}
HAS_TWO_FIELDS = {"shape": {"of": "Dataset", "require": [{"path": "HAS_FIELD", "min": 2}]}}
CLASSIFIED = {"shape": {"of": "Field", "require": [{"path": "CLASSIFIED_AS", "min": 1}]}}
STRINGS = {"shape": {"of": "Field", "require": [{"property": "type", "oneOf": ["string", "int"]}]}}
SERVING = {"shape": {"of": "OutputPort", "require": [{"path": "SERVES", "min": 1}]}}
FOR_WHAT = {"shape": {"of": "DataProduct", "require": [{"property": "purpose", "min": 1}]}}


def rule(check: dict[str, Any], id_: str = "rule", **said: Any) -> dict[str, Any]:
    known = {"title": f"The rule {id_}", "owner": "a", "severity": "block", "remediation": "Put it right."}
    return {"id": id_, **known, "check": check, **said}


def told(store: Store, *rules: dict[str, Any], **more: Any) -> None:
    """A dataset that a product serves, with the classes of its fields, and policies."""
    secret = {"classifications": ["classification/secret"]}
    for one in (
        document("org.yaml", **ORG),
        document("p.yaml", products=[PRODUCT]),
        event(written("w", "k", "v")),
        *(curation(field, Aspect.CLASSIFICATIONS, secret) for field in (K, V)),
        document("rules.yaml", policies=list(rules), **more),
    ):
        Projection(store).apply([one])


def reported(store: Store, *changes: Change, documents: Iterable[GivenDocument] = ()) -> ImpactReport:
    with store.read() as reader:
        proposal = read_proposal(reader, Given(changes, tuple(documents)))
        return impact(reader, proposal)


def statuses(report: ImpactReport) -> dict[tuple[str, str], Status]:
    return {(one.policy, one.target): one.status for one in report.newly.verdicts}


PROPOSED = Proposal((Change(W, ChangeKind.FIELD_REMOVED, "k"),))
COMPLETE = Coverage(CoverageStatus.COMPLETE, (), 0, 0)


def drop(path: str = "k") -> Change:
    return Change(W, ChangeKind.FIELD_REMOVED, path)


def test_field_that_goes__violates_what_asks_for_it(store: Store) -> None:
    told(store, rule(HAS_TWO_FIELDS))
    report = reported(store, drop())
    assert statuses(report) == {("rule", W): Status.FAIL}
    assert report.verdict is Verdict.BLOCK
    assert report.why.startswith("It violates the policy rule (The rule rule): ")
    [one] = report.newly.verdicts
    assert (one.remediation, one.owners) == ("Put it right.", ("team/a",))


def test_policy_that_warns__asks_to_be_looked_at_and_one_that_informs_does_not(store: Store) -> None:
    told(store, rule(HAS_TWO_FIELDS, severity="warn"), rule(HAS_TWO_FIELDS, "hint", severity="info"))
    found = reported(store, drop()).newly
    assert [one.policy for one in found.warning] == ["rule"]
    assert decide(PROPOSED, (), COMPLETE, newly=found).verdict is Verdict.REVIEW
    hint = replace(found, verdicts=tuple(one for one in found.verdicts if one.policy == "hint"))
    assert decide(PROPOSED, (), COMPLETE, newly=hint).verdict is Verdict.SAFE


def test_what_fails_today__is_not_told_of_the_change(store: Store) -> None:
    told(store, rule({"shape": {"of": "Dataset", "require": [{"path": "HAS_FIELD", "min": 3}]}}))
    assert statuses(reported(store, drop())) == {}


def test_renamed_field__is_not_classified_any_more(store: Store) -> None:
    told(store, rule(CLASSIFIED))
    report = reported(store, Change(W, ChangeKind.FIELD_RENAMED, "k", "k", "key"))
    assert statuses(report) == {("rule", "field/db/w/key"): Status.FAIL}


def test_renamed_field__classified_in_the_same_change_is_classified(store: Store) -> None:
    told(store, rule(CLASSIFIED))
    with store.read() as reader:
        renamed = Change(W, ChangeKind.FIELD_RENAMED, "k", "k", "key")
        overlay = proposed_graph(
            reader, [renamed, Change(W, ChangeKind.CLASSIFICATION_RAISED, "v", None, "secret")]
        ).overlay
        assert targets(overlay, "field/db/w/v") == {"classification/secret"}
        assert targets(overlay, "field/db/w/key") == set()
        assert targets(reader, K) == {"classification/secret"}


def targets(reader: Reader, key: str) -> set[str]:
    return {edge.target for edge in reader.edges([key], ["CLASSIFIED_AS"], Direction.OUT)}


def test_field_of_another_type__is_judged_by_it(store: Store) -> None:
    told(store, rule(STRINGS))
    report = reported(store, Change(W, ChangeKind.TYPE_WIDENED, "k", "int", "bigint"))
    assert statuses(report) == {("rule", K): Status.FAIL}


def test_added_field__is_judged_too(store: Store) -> None:
    told(store, rule(CLASSIFIED))
    report = reported(store, Change(W, ChangeKind.FIELD_ADDED, "new", None, "string"))
    assert statuses(report) == {("rule", "field/db/w/new"): Status.FAIL}


def test_dataset_that_goes__leaves_its_port_with_nothing(store: Store) -> None:
    told(store, rule(SERVING))
    report = reported(store, Change(W, ChangeKind.DATASET_REMOVED))
    assert statuses(report) == {("rule", "output-port/p/out"): Status.FAIL}


def test_what_a_waiver_allows__is_told_as_waived_and_blocks_nothing(store: Store) -> None:
    waiver = {
        "id": "w",
        "policy": "rule",
        "target": {"dataset": {"namespace": "db", "name": "w"}},
        "reason": "It goes.",
    }
    told(store, rule(HAS_TWO_FIELDS), waivers=[{**waiver, "approver": "a", "expiresAt": "2035-01-01"}])
    report = reported(store, drop())
    assert statuses(report) == {("rule", W): Status.WAIVED}
    assert report.verdict is not Verdict.BLOCK


def test_in_the_time_of_grace__it_is_to_be_looked_at(store: Store) -> None:
    told(store, rule(HAS_TWO_FIELDS, effectiveFrom="2034-01-01", grace="P30D"))
    report = reported(store, drop())
    assert (statuses(report), report.verdict) == ({("rule", W): Status.GRACE}, Verdict.REVIEW)


def test_query__that_nobody_answers_is_told_as_not_evaluated(store: Store) -> None:
    told(store, rule({"query": {"of": "Dataset", "select": "SELECT ?this { ?this ?p ?o }"}}))
    report = reported(store, drop())
    assert {one.policy for one in report.newly.unevaluated} == {"rule"}
    assert statuses(report) == {}  # it is not known today either
    assert report.verdict is Verdict.REVIEW


def test_query__that_cannot_see_the_change_is_not_asked(store: Store) -> None:
    asked = "PREFIX mesh: <https://w3id.org/meshline/ns#> SELECT ?this { ?this mesh:ownedBy ?o }"
    told(store, rule({"query": {"of": "DataProduct", "select": asked}}))

    class Nobody:
        base = ""
        at = None

        def select(self, text: str, budget_s: int) -> list[dict[str, str]]:
            raise AssertionError("asked")

    @contextmanager
    def opened(reader: Reader) -> Any:
        yield Nobody()

    with store.read() as reader:
        report = impact(reader, Proposal((drop(),)), queries=opened)
    assert report.newly.unevaluated == ()


def test_document__is_judged_as_it_would_be(store: Store) -> None:
    told(store, rule(FOR_WHAT))
    bare = {name: value for name, value in PRODUCT.items() if name != "purpose"}
    given = GivenDocument("p.yaml", yaml(products=[bare]))
    report = reported(store, documents=[given])
    assert statuses(report) == {("rule", "product/p"): Status.FAIL}
    assert report.verdict is Verdict.BLOCK


def yaml(**sections: Any) -> str:
    return json.dumps({"meshline": 1, **sections})


def test_document_that_changes_no_data__is_told_only_where_a_policy_is_violated(store: Store) -> None:
    told(store, rule({"shape": {"of": "DataProduct", "require": [{"property": "homepage", "max": 0}]}}))
    shown = [GivenDocument("p.yaml", yaml(products=[{**PRODUCT, "homepage": "https://p.example"}]))]
    assert statuses(reported(store, documents=shown)) == {("rule", "product/p"): Status.FAIL}
    with pytest.raises(EmptyChange):
        reported(store, documents=[GivenDocument("p.yaml", yaml(products=[PRODUCT]))])


def test_document__takes_the_place_of_the_one_that_the_graph_has_under_its_path(store: Store) -> None:
    told(store, rule(FOR_WHAT))
    Projection(store).apply(
        [document("https://git.example/mesh/goods/q.yaml", products=[{**PRODUCT, "id": "q"}])]
    )
    bare = {name: value for name, value in PRODUCT.items() if name != "purpose"}
    report = reported(store, documents=[GivenDocument("goods/q.yaml", yaml(products=[{**bare, "id": "q"}]))])
    assert statuses(report) == {("rule", "product/q"): Status.FAIL}


def test_new_sql__leaves_rules_over_lineage_open(store: Store) -> None:
    told(store, rule({"lineage": {"rule": "orphan", "of": "Dataset"}}))
    report = reported(store, Change(W, ChangeKind.QUERY_CHANGED, None, None, "SELECT 1 AS k"))
    assert {one.policy for one in report.newly.unevaluated} == {"rule"}


SERVED = {"shape": {"of": "Dataset", "require": [{"path": "^SERVES", "min": 1}]}}
TO = "dataset/db/u"


def test_dataset_that_moves__is_another_with_the_same_fields_that_nothing_serves(store: Store) -> None:
    told(store, rule(SERVED), rule(SERVING, "serving"), rule(CLASSIFIED, "classified"))
    report = reported(store, Change(W, ChangeKind.DATASET_MOVED, None, None, "u"))

    assert statuses(report) == {
        ("rule", TO): Status.FAIL,
        ("serving", "output-port/p/out"): Status.FAIL,
        ("classified", "field/db/u/k"): Status.FAIL,
        ("classified", "field/db/u/v"): Status.FAIL,
    }
    assert report.newly.unevaluated == ()


@pytest.mark.parametrize("by_events", [True, False])
def test_dataset_that_moves__has_what_events_say_of_it_and_not_what_people_do(
    store: Store, by_events: bool
) -> None:
    told(store, rule({"shape": {"of": "Dataset", "require": [{"property": "description", "min": 1}]}}))
    seen = written("w", "k", "v") | {"eventTime": "2024-05-02T10:00:00Z"}
    facet = {"_producer": "https://p.example", "_schemaURL": "https://p.example/f", "description": "Orders."}
    seen["outputs"][0]["facets"]["documentation"] = facet
    said = event(seen) if by_events else curation(W, Aspect.DESCRIPTION, {"text": "Orders."})
    Projection(store).apply([said])

    report = reported(store, Change(W, ChangeKind.DATASET_MOVED, None, None, "u"))

    assert statuses(report) == ({} if by_events else {("rule", TO): Status.FAIL})


def test_dataset_that_moves__with_its_port_is_served_as_before(store: Store) -> None:
    told(
        store,
        rule(SERVED),
        rule(SERVING, "serving"),
        rule({"lineage": {"rule": "orphan", "of": "Dataset"}}, "orphan"),
    )
    there = {**PRODUCT, "outputs": [{"name": "out", "datasets": [{"namespace": "db", "name": "u"}]}]}
    moved = Change(W, ChangeKind.DATASET_MOVED, None, None, "u")
    report = reported(store, moved, documents=[GivenDocument("p.yaml", yaml(products=[there]))])

    assert (statuses(report), report.newly.unevaluated) == ({}, ())


CONTRACT: dict[str, Any] = {
    "id": "c",
    "owner": "a",
    "versions": [
        {
            "version": "1.0.0",
            "status": "active",
            "schema": [{"name": "w", "fields": [{"name": "k", "type": "int"}]}],
            "objectives": [{"metric": "freshness", "operator": "lteq", "threshold": 2, "unit": "d"}],
        }
    ],
}
PROMISES = {"shape": {"of": "ContractVersion", "require": [{"path": "HAS_SLO", "min": 1}]}}
TWO_DAYS = {
    "shape": {
        "of": "ContractVersion",
        "require": [{"path": "HAS_SLO", "then": [{"property": "threshold", "oneOf": ["1", "2"]}]}],
    }
}
OWNED = {"shape": {"of": "DataContract", "require": [{"path": "OWNED_BY", "min": 1}]}}


def objective(kind: ChangeKind, after: str | None = None, note: str = "freshness") -> Change:
    return Change("contract/c", kind, None, "2 d", after, note=note)


@pytest.mark.parametrize(
    ("change", "failing"),
    [
        (objective(ChangeKind.SLO_REMOVED), {"promises"}),
        (objective(ChangeKind.SLO_RELAXED, "3 d"), {"two-days"}),
        (objective(ChangeKind.SLO_TIGHTENED, "1 d"), set()),
    ],
)
def test_objective_that_changes__is_judged_as_it_would_be(
    store: Store, change: Change, failing: set[str]
) -> None:
    told(store, rule(PROMISES, "promises"), rule(TWO_DAYS, "two-days"), contracts=[CONTRACT])
    report = reported(store, change)
    assert statuses(report) == {(one, "contract-version/c/1.0.0"): Status.FAIL for one in failing}
    assert report.newly.unevaluated == ()


@pytest.mark.parametrize(
    ("change", "open_"),
    [
        (objective(ChangeKind.SLO_RELAXED, "some time"), {"two-days", "promises"}),
        (objective(ChangeKind.SLO_REMOVED, note="latency"), {"two-days", "promises"}),
        (Change("contract/c", ChangeKind.OWNER_CHANGED, None, "a", "b"), {"owned", "few"}),
        (Change("contract/c", ChangeKind.CONTRACT_CHANGED, None, "a", "b", note="domain"), None),
        (Change(W, ChangeKind.MEANING_CHANGED, "k", "a", "b"), {"described"}),
        (Change(W, ChangeKind.VALUES_CHANGED, "k"), set()),
    ],
)
def test_change_that_no_document_says__leaves_open_what_looks_at_it(
    store: Store, change: Change, open_: set[str] | None
) -> None:
    described = {"shape": {"of": "Field", "require": [{"property": "description", "min": 1}]}}
    few = {"shape": {"of": "Team", "require": [{"path": "^OWNED_BY", "max": 9}]}}
    rules = {"promises": PROMISES, "two-days": TWO_DAYS, "owned": OWNED, "few": few, "described": described}
    told(store, *(rule(check, id_) for id_, check in rules.items()), contracts=[CONTRACT])

    report = reported(store, change)

    found = {one.policy for one in report.newly.unevaluated}
    assert found == ({"promises", "two-days", "owned", "few"} if open_ is None else open_)
    assert (report.verdict is Verdict.SAFE) <= (not found)


NAMED = "PREFIX mesh: <https://w3id.org/meshline/ns#> SELECT ?this { ?this mesh:title ?any }"


def test_change_that_a_document_says__leaves_nothing_open(store: Store) -> None:
    told(store, rule(OWNED), rule({"query": {"of": "Dataset", "select": NAMED}}, "named"))
    (own,) = CONTRACT["versions"]
    bound = {**own["schema"][0], "dataset": {"namespace": "db", "name": "w"}}
    version = {**own, "schema": [bound]}
    Projection(store).apply([document("c.yaml", at=70, contracts=[{**CONTRACT, "versions": [version]}])])
    bare = {name: value for name, value in version.items() if name != "objectives"}
    given = GivenDocument("c.yaml", yaml(contracts=[{**CONTRACT, "owner": "b", "versions": [bare]}]))

    with store.read() as reader:
        proposal = read_proposal(reader, Given((), (given,)))
        report = impact(reader, proposal)

    assert {change.kind for change in proposal.changes} >= {ChangeKind.SLO_REMOVED, ChangeKind.OWNER_CHANGED}
    assert report.newly.unevaluated == ()


def test_of_a_time_past__policies_are_told_as_not_evaluated(store: Store) -> None:
    told(store, rule(HAS_TWO_FIELDS))
    with store.read() as reader:
        report = impact(reader, Proposal((drop(),)), at=1_900_000_000_000_000_000)
    assert [one.policy for one in report.newly.unevaluated] == ["rule"]


def test_report__has_another_id_where_documents_say_something_else(store: Store) -> None:
    told(store, rule(FOR_WHAT))
    with store.read() as reader:
        first = impact(reader, Proposal((drop(),)))
        other = impact(reader, Proposal((drop(),), said=(document("p.yaml", at=9, products=[PRODUCT]),)))
    assert first.id != other.id
