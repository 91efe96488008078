"""Policies are what the graph says of them: the same in every store, as of an instant, and out of an export."""

from dataclasses import replace

from catalog.entry import LogEntry
from catalog.governance.evaluation import evaluate
from catalog.governance.policy import Severity
from catalog.governance.stored import Stored, stored
from catalog.governance.verdict import Status, Unevaluated
from catalog.instant import parse_instant
from catalog.projection import Projection, Said
from catalog.statement import Statements
from catalog.store.port import Store
from catalog.store.registry import open_store
from ingest.descriptors.document import interpret_descriptor
from ingest.descriptors.policies_writing import policies_yaml
from ingest.documents.given import NOTHING_GIVEN
from ingest.policies.documents import said_in
from ingest.replay import interpret_again
from tests.descriptors.saying import drafted
from tests.descriptors.test_meshline_policies import POLICIES
from tests.roundtrip.restoring import apply, export_of, snapshot

SPRING, SUMMER, AUTUMN = (parse_instant(day).ns for day in ("2026-03-01", "2026-06-01", "2026-09-01"))
MESH = "meshline: 1\ndomains: [{id: sales}]\nproducts: [{id: orders, domain: sales}]\n"


def document(text: str, source: str, at: int) -> Said:
    reading = interpret_descriptor(
        text.encode(), source, NOTHING_GIVEN, received_ns=at, max_bytes=1_000_000, actor=None
    )
    entry, statements = reading.replayed
    assert isinstance(entry, LogEntry)
    assert isinstance(statements, Statements)
    return entry, statements


def send(store: Store, *said: Said) -> None:
    Projection(store, interpret_again).apply(list(said))


def read(store: Store, at: int | None = None) -> Stored:
    with store.read() as reader:
        return stored(reader, at)


EXPECTED = said_in(drafted(POLICIES).statement)


def changed(severity: Severity) -> str:
    """The policies, all of one severity, without waivers."""
    return policies_yaml(Stored(tuple(replace(one, severity=severity) for one in EXPECTED.policies)))


def test_policies__of_a_document_are_those_of_every_store(store: Store) -> None:
    send(store, document(MESH, "mesh.yaml", SPRING), document(POLICIES, "policies.yaml", SPRING))

    assert read(store) == EXPECTED


def test_policies__are_read_as_of_an_instant(store: Store) -> None:
    send(
        store,
        document(POLICIES, "policies.yaml", SPRING),
        document(changed(Severity.INFO), "policies.yaml", SUMMER),
        document("meshline: 1\n", "policies.yaml", AUTUMN),
    )

    assert read(store, SPRING - 1) == Stored()
    assert read(store, SPRING) == EXPECTED
    assert {one.severity for one in read(store, SUMMER).policies} == {Severity.INFO}
    assert read(store, SUMMER).waivers == ()
    assert read(store, AUTUMN) == read(store) == Stored()


def test_policy__that_two_documents_scope_apart_is_told_and_followed_by_neither(store: Store) -> None:
    head = (
        "meshline: 1\npolicies:\n  - id: p\n    title: P\n    owner: t\n"
        "    check: {lineage: {rule: orphan, of: Dataset}}\n"
    )
    send(
        store,
        document(head + "    scope: {domain: a}\n", "a.yaml", SPRING),
        document(head + "    scope: {domain: b}\n", "b.yaml", SUMMER),
    )

    found = read(store)

    assert found.policies == ()
    assert [(one.key, "several things" in one.reason) for one in found.unreadable] == [("policy/p", True)]


def test_policies__of_an_export_that_is_read_back_are_the_same(store: Store) -> None:
    send(store, document(MESH, "mesh.yaml", SPRING), document(POLICIES, "policies.yaml", SPRING))
    export = export_of(store)
    other = open_store("memory:")

    apply(other, snapshot(export))

    assert export_of(other) == export
    assert read(other) == EXPECTED
    other.close()


def test_policy__that_loosens_is_not_evaluated_and_never_green(store: Store) -> None:
    head = "meshline: 1\npolicies:\n"
    policy = "  - {id: ID, title: T, owner: t, TO, check: {shape: {of: DataProduct, require: [REQUIRED]}}}\n"
    high = policy.replace("ID", "high").replace("TO", "scope: global")
    low = policy.replace("ID", "low").replace("TO", "scope: {domain: sales}, tightens: high")
    text = (
        head
        + high.replace("REQUIRED", "{property: tags, min: 2}")
        + low.replace("REQUIRED", "{property: tags, max: 9}")
    )
    send(store, document(MESH, "mesh.yaml", SPRING), document(text, "policies.yaml", SPRING))

    with store.read() as reader:
        found = evaluate(reader, now_ns=AUTUMN)

    assert [(one.policy, one.target, one.status) for one in found.verdicts] == [
        ("high", "product/orders", Status.FAIL)
    ]
    assert found.unevaluated == (Unevaluated("low", "It is refused: It does not ask for at least 2 tags."),)
