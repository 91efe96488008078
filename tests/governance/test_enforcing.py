"""What policies refuse where something is written, and what a product needs to become active."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from api.policies.queries import open_queries
from catalog.curation import Aspect
from catalog.entry import Status as Kept
from catalog.errors import NotActivated, PolicyViolated
from catalog.governance.checks import ground
from catalog.governance.checks.ground import Queries
from catalog.governance.enforcing import Enforcer
from catalog.governance.verdict import Status
from catalog.mesh.mesh import Mesh
from catalog.projection import Projection, Said
from catalog.store.port import Reader, Store
from ingest.documents.refused import refused_entry
from ingest.replay import interpret_again
from tests.curation.curations import curation
from tests.governance.described_worlds import document, event, written
from tests.governance.words import NOW
from tests.lineage.conftest import store

__all__ = ["store"]

Json = dict[str, Any]
ORG: Json = {"domains": [{"id": "sales"}], "teams": [{"id": "a"}, {"id": "b"}]}
PURPOSE = {"shape": {"of": "DataProduct", "require": [{"property": "purpose", "min": 1}]}}
OWNED = {
    "shape": {"of": "DataProduct", "require": [{"path": "OWNED_BY", "max": 1, "min": 1, "label": "Team"}]}
}
FRESH = {"lineage": {"rule": "stale", "of": "OutputPort", "maxAge": "P1D"}}
TAGGED = "PREFIX mesh: <https://w3id.org/meshline/ns#> SELECT ?this { ?this mesh:homepage ?x }"
GOOD: Json = {"id": "p", "owner": "a", "domain": "sales", "purpose": "Orders.", "lifecycle": "draft"}


def rule(check: Json, id_: str = "rule", **said: Any) -> Json:
    return {"id": id_, "title": "A rule", "owner": "a", "severity": "block", "check": check, **said}


def bare(**more: Any) -> Json:
    return {name: value for name, value in GOOD.items() if name != "purpose"} | more


class Writer:
    """Writes into a store as a service does."""

    def __init__(self, store: Store, *, queries: bool = False) -> None:
        self.store = store
        self.enforcer = Enforcer(_queries if queries else None, clock=lambda: NOW)
        self.at = 0

    def document(self, source: str, **sections: Any) -> None:
        self.at += 1
        entry, said = document(source, at=self.at, **sections)
        with self.store.read() as reader:
            self.enforcer.admit(reader, entry, said)
        Projection(self.store).apply([(entry, self.enforcer.guarded(said))])

    def curation(self, said: Said) -> None:
        entry, statements = said
        Projection(self.store).apply([(entry, self.enforcer.guarded(statements))])


@contextmanager
def _queries(reader: Reader) -> Iterator[Queries]:
    with open_queries(reader, "https://mesh.example/id/") as found:
        yield found


@pytest.fixture
def writer(store: Store) -> Writer:
    found = Writer(store)
    found.document("org.yaml", **ORG)
    return found


def has(store: Store, key: str) -> bool:
    with store.read() as reader:
        return key in reader.nodes([key])


def test_document__that_makes_something_fail_a_policy_that_blocks_is_refused(writer: Writer) -> None:
    writer.document("rules.yaml", policies=[rule(PURPOSE, remediation="Say what for.")])
    with pytest.raises(PolicyViolated) as error:
        writer.document("p.yaml", products=[bare()])
    [against] = error.value.against
    assert (against.key, against.message) == (
        "product/p",
        "rule: p has no purpose; 1 is needed. Say what for.",
    )
    assert [one.status for one in error.value.verdicts] == [Status.FAIL]
    assert not has(writer.store, "product/p")


def test_document__that_violates_nothing_reads_the_mesh_once_for_a_policy_with_a_scope(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    scoped = rule(PURPOSE) | {"scope": {"domain": "sales"}}
    writer.document("rules.yaml", policies=[scoped])
    writer.document("p.yaml", products=[{**bare(), "domain": "sales", "purpose": "What for."}])
    read: list[object] = []

    def mesh(*given: Any) -> Mesh:
        read.append(given)
        return Mesh(*given)

    monkeypatch.setattr(ground, "Mesh", mesh)
    writer.document("p.yaml", products=[{**bare(), "domain": "sales", "purpose": "Another."}])

    assert len(read) == 1


@pytest.mark.parametrize(
    "said", [{"severity": "warn"}, {"effectiveFrom": "2034-01-01", "grace": "P9D"}, {"enabled": False}]
)
def test_document__is_taken_where_the_policy_does_not_block_yet(writer: Writer, said: Json) -> None:
    writer.document("rules.yaml", policies=[rule(PURPOSE) | said])
    writer.document("p.yaml", products=[bare()])
    assert has(writer.store, "product/p")


def test_document__is_taken_where_a_waiver_allows_it(writer: Writer) -> None:
    waiver = {
        "id": "w",
        "policy": "rule",
        "target": {"product": "p"},
        "reason": "It is new.",
        "approver": "a",
    }
    writer.document("rules.yaml", policies=[rule(PURPOSE)], waivers=[{**waiver, "expiresAt": "2035-01-01"}])
    writer.document("p.yaml", products=[bare()])
    assert has(writer.store, "product/p")


def test_what_fails_already__is_not_held_against_another_write(writer: Writer) -> None:
    writer.document("p.yaml", products=[bare()])
    writer.document("rules.yaml", policies=[rule(PURPOSE)])
    writer.document("p.yaml", products=[bare(homepage="https://p.example")])
    writer.document("q.yaml", products=[{**GOOD, "id": "q"}])
    assert has(writer.store, "product/q")


def test_policy__that_many_things_fail_is_taken_all_the_same(writer: Writer) -> None:
    writer.document("p.yaml", products=[bare()])
    writer.document("rules.yaml", policies=[rule(PURPOSE)])
    assert has(writer.store, "policy/rule")


def test_curation__that_violates_a_policy_is_refused(writer: Writer) -> None:
    writer.document("rules.yaml", policies=[rule(OWNED)])
    writer.document("p.yaml", products=[GOOD])
    writer.curation(curation("product/p", Aspect.OWNER, {"agent": "team/b"}))
    with pytest.raises(PolicyViolated):
        writer.curation(curation("product/p", Aspect.OWNER, {"agent": "person/ada"}, 1))


def test_policy__that_cannot_be_evaluated_holds_up_no_write_but_activation(writer: Writer) -> None:
    writer.document("rules.yaml", policies=[rule({"query": {"of": "DataProduct", "select": TAGGED}})])
    writer.document("p.yaml", products=[bare()])
    with pytest.raises(NotActivated) as error:
        writer.document("p.yaml", products=[bare(lifecycle="active")])
    assert error.value.against[0].message == "rule: Nobody answers queries here."


def test_event__is_taken_whatever_policies_say(writer: Writer) -> None:
    tagged = {"shape": {"of": "Dataset", "require": [{"path": "TAGGED", "min": 1}]}}
    writer.document("rules.yaml", policies=[rule(tagged)])
    [receipt] = Projection(writer.store).apply([event(written("w", "k"))])
    assert receipt.status is Kept.APPLIED


def test_product__is_not_active_while_rules_over_lineage_fail_for_a_part_of_it(writer: Writer) -> None:
    served = {"outputs": [{"name": "out", "datasets": [{"namespace": "db", "name": "w"}]}]}
    Projection(writer.store).apply([event(written("w", "k"))])
    writer.document("rules.yaml", policies=[rule(FRESH)])
    writer.document("p.yaml", products=[{**GOOD, **served}])
    with pytest.raises(NotActivated) as error:
        writer.document("p.yaml", products=[{**GOOD, **served, "lifecycle": "active"}])
    assert [one.target for one in error.value.verdicts] == ["output-port/p/out"]
    assert "keep it a draft" in error.value.hint
    assert error.value.message == "p cannot be active: 1 thing fails a policy that blocks."


def test_product__becomes_active_once_a_waiver_allows_it(writer: Writer) -> None:
    served = {"outputs": [{"name": "out", "datasets": [{"namespace": "db", "name": "w"}]}]}
    Projection(writer.store).apply([event(written("w", "k"))])
    target = {"product": "p", "port": "out"}
    waiver = {"id": "w", "policy": "rule", "target": target, "reason": "It is late.", "approver": "a"}
    writer.document("rules.yaml", policies=[rule(FRESH)], waivers=[{**waiver, "expiresAt": "2035-01-01"}])
    writer.document("p.yaml", products=[{**GOOD, **served, "lifecycle": "active"}])
    assert has(writer.store, "product/p")


def test_product__that_is_active_stays_so_though_a_policy_begins_to_fail(writer: Writer) -> None:
    writer.document("p.yaml", products=[bare(lifecycle="active")])
    writer.document("rules.yaml", policies=[rule(PURPOSE)])
    writer.document("p.yaml", products=[bare(lifecycle="active", homepage="https://p.example")])
    assert has(writer.store, "product/p")


def test_product__is_asked_by_queries_of_the_graph_with_it(store: Store) -> None:
    writer = Writer(store, queries=True)
    writer.document("org.yaml", **ORG)
    writer.document("rules.yaml", policies=[rule({"query": {"of": "DataProduct", "select": TAGGED}})])
    writer.document("p.yaml", products=[{**GOOD, "lifecycle": "active"}])
    shown = {**GOOD, "id": "q", "lifecycle": "active", "homepage": "https://q.example"}
    with pytest.raises(NotActivated):
        writer.document("q.yaml", products=[shown])


def test_policy__whose_scope_is_not_there_is_suspended_and_holds_nothing_up(writer: Writer) -> None:
    writer.document("rules.yaml", policies=[rule(PURPOSE, scope={"domain": "gone"})])
    writer.document("p.yaml", products=[bare(lifecycle="active")])
    assert has(writer.store, "product/p")


def test_refused_document__is_kept_with_the_report_and_says_nothing_in_a_replay(writer: Writer) -> None:
    writer.document("rules.yaml", policies=[rule(PURPOSE)])
    entry, said = document("p.yaml", at=50, products=[bare()])
    with pytest.raises(PolicyViolated) as error:
        Projection(writer.store).apply([(entry, writer.enforcer.guarded(said))])
    kept = refused_entry(entry, error.value)
    [receipt] = Projection(writer.store).apply([kept])
    assert (receipt.status, receipt.problems[0].code) == (Kept.QUARANTINED, "policy-violated")
    with writer.store.read() as reader:
        stored = reader.entries([receipt.hash])[receipt.hash]
    assert interpret_again(stored)[0].status is Kept.QUARANTINED
    assert interpret_again(stored)[1].document is None
    writer.document("rules.yaml", policies=[rule(PURPOSE, severity="warn")])
    [again] = Projection(writer.store).apply([(entry, writer.enforcer.guarded(said))])
    assert again.status is Kept.APPLIED
