"""What the graph has is evaluated: enabled policies and waivers as of an instant, in every store alike."""

from dataclasses import replace

from catalog.governance.evaluation import evaluate
from catalog.governance.policy import Policy, Rule, Scope, ScopeKind, Severity
from catalog.governance.stored import (
    policy_edges,
    policy_properties,
    waiver_edges,
    waiver_properties,
)
from catalog.governance.verdict import Compliance, Evaluation, Status
from catalog.governance.waiver import Waiver
from catalog.graph import Edge, Node
from catalog.store.memory import MemoryStore
from catalog.store.port import Store
from tests.governance.words import NOW, OWNER, policy, rule, waiver
from tests.lineage.conftest import store
from tests.mesh.words import DECLARING, Part, mesh, node, output, product, reads, writes

__all__ = ["store"]

PARTS: Part = [
    *product("orders", domain="sales", owner="orders", contains=["raw"], purpose="Orders."),
    *product("revenue", domain="finance", owner="finance", exposes=["revenue"]),
    *output("orders", "table", ["orders"]),
    *reads("book", "raw", "stray"),
    *writes("book", "revenue"),
    node(OWNER, "Team"),
]


def said(*things: Policy | Waiver) -> Part:
    """Policies and waivers as a document tells them."""
    parts: Part = []
    for one in things:
        if isinstance(one, Policy):
            parts.append(Node(one.key, "GovernancePolicy", policy_properties(one)))
            edges = policy_edges(one)
        else:
            parts.append(Node(one.key, "Waiver", waiver_properties(one)))
            edges = waiver_edges(one)
        parts += [Edge(e.type, e.source, e.target, DECLARING, "DECLARED", e.properties, 1) for e in edges]
    return parts


def evaluated(opened: Store, **asked: object) -> Evaluation:
    with opened.read() as reader:
        return evaluate(reader, now_ns=NOW, **asked)  # type: ignore[arg-type]


POLICIES = (
    policy(id_="a-purpose"),
    replace(rule(Rule.CROSSING, "DataProduct"), id="b-crossing"),
    replace(rule(Rule.ORPHAN, "Dataset"), id="c-orphan"),
    replace(policy(id_="d-draft"), enabled=False),
)
WAIVERS = (waiver("product/revenue", of="a-purpose"),)


def test_evaluate__is_of_the_enabled_policies_of_the_graph_in_every_store(store: Store) -> None:
    found = evaluated(mesh(PARTS, said(*POLICIES, *WAIVERS), store=store))
    assert [
        (one.policy, one.target.partition("/")[2].rpartition(".")[2], one.status) for one in found.verdicts
    ] == [
        ("a-purpose", "orders", Status.PASS),
        ("a-purpose", "revenue", Status.WAIVED),
        ("b-crossing", "orders", Status.PASS),
        ("b-crossing", "revenue", Status.FAIL),
        ("c-orphan", "orders", Status.PASS),
        ("c-orphan", "raw", Status.PASS),
        ("c-orphan", "revenue", Status.PASS),
        ("c-orphan", "stray", Status.FAIL),
    ]
    assert found == evaluated(mesh(PARTS, said(*POLICIES, *WAIVERS), store=MemoryStore()))


def test_evaluate__is_of_some_policies_if_asked() -> None:
    opened = mesh(PARTS, said(*POLICIES, *WAIVERS))
    whole = evaluated(opened)
    for id_ in ("a-purpose", "b-crossing", "c-orphan"):
        alone = evaluated(opened, only={id_})
        assert alone.verdicts == tuple(one for one in whole.verdicts if one.policy == id_)


def test_evaluate__tells_of_a_policy_that_cannot_be_read() -> None:
    broken = Node("policy/broken", "GovernancePolicy", {"name": "Broken", "check": "{"})
    found = evaluated(mesh(PARTS, said(POLICIES[1]), [broken]))
    assert [one.policy for one in found.unevaluated] == ["broken"]
    assert evaluated(mesh([broken])).compliance is Compliance.UNKNOWN


def test_evaluate__passes_nothing_by_a_policy_that_loosens() -> None:
    lower = replace(
        policy(id_="lower", scope=Scope(ScopeKind.PRODUCT, "orders"), severity=Severity.WARN),
        tightens="a-purpose",
    )
    found = evaluated(mesh(PARTS, said(POLICIES[0], lower)))
    assert {one.policy for one in found.verdicts} == {"a-purpose"}
    assert [(one.policy, "It is refused" in one.reason) for one in found.unevaluated] == [("lower", True)]
