"""Policies and waivers are read from their nodes as they were written to them; what is neither is told."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.governance.policy import Policy, Requirement, Scope, ShapeCheck
from catalog.governance.stored import (
    Stored,
    policy_edges,
    policy_properties,
    read_stored,
    waiver_edges,
    waiver_properties,
)
from catalog.governance.waiver import Waiver
from catalog.graph import Edge, EdgeSpec, Node, Property
from ontology.vocabulary import Label, Rel
from tests.governance.policies import WAIVERS, policies

PURPOSES = Policy(
    "purposes", "Purposes", "team/data", ShapeCheck("DataProduct", (Requirement("purpose", minimum=1),))
)


def edges(specs: list[EdgeSpec]) -> list[Edge]:
    return [Edge(one.type, one.source, one.target, "document/d", "DECLARED") for one in specs]


def read(policy: Policy, changed: dict[str, Any], more: tuple[tuple[Rel, str], ...] = ()) -> Stored:
    """What is read of the node of a policy that says other things; None: that it does not say."""
    said: dict[str, Property] = {
        name: value for name, value in {**policy_properties(policy), **changed}.items() if value is not None
    }
    added = [EdgeSpec(rel, policy.key, end) for rel, end in more]
    node = Node(policy.key, Label.GOVERNANCE_POLICY, said)
    return read_stored([node], {policy.key: edges([*policy_edges(policy), *added])})


@given(policies())
def test_policy__is_read_from_its_node_as_it_was_written(policy: Policy) -> None:
    assert read(policy, {}) == Stored((policy,))


@given(WAIVERS)
def test_waiver__is_read_from_its_node_as_it_was_written(waiver: Waiver) -> None:
    node = Node(waiver.key, Label.WAIVER, waiver_properties(waiver))

    assert read_stored([node], {waiver.key: edges(waiver_edges(waiver))}) == Stored(waivers=(waiver,))


@pytest.mark.parametrize(
    ("changed", "more", "reason"),
    [
        ({"check": None}, (), "It has no check."),
        ({"check": "{"}, (), "no JSON"),
        ({"check": "{}"}, (), "cannot be followed: A check is exactly one of"),
        ({"check": '{"shape":{"of":"X","require":[]}}'}, (), "cannot be followed: shape.of"),
        ({"checkKind": "query"}, (), "Its check is no query"),
        ({"scope": "planet"}, (), "none of global, domain"),
        ({"scope": "domain"}, (), "does not say which"),
        ({"scope": "domain"}, ((Rel.APPLIES_TO, "product/a"),), "does not say which"),
        ({"scope": "domain"}, ((Rel.APPLIES_TO, "domain/a"), (Rel.APPLIES_TO, "domain/b")), "several things"),
        ({"scope": "tag"}, (), "does not say which"),
        ({}, ((Rel.APPLIES_TO, "domain/a"),), "Its scope is global, and it applies to domain/a."),
        ({"severity": "bad"}, (), "none of info, warn, block"),
        ({"effectiveFrom": "soon"}, (), "is no time"),
        ({"grace": "P1M", "effectiveFrom": "2026-01-01T00:00:00Z"}, (), "no duration"),
        ({"grace": "P1D"}, (), "does not say from when"),
        ({}, ((Rel.TIGHTENS, "policy/a"), (Rel.TIGHTENS, "policy/b")), "tightens several"),
    ],
)
def test_policy__that_cannot_be_followed_is_told_and_is_none(
    changed: dict[str, Any], more: tuple[tuple[Rel, str], ...], reason: str
) -> None:
    found = read(PURPOSES, changed, more)

    assert found.policies == ()
    assert [(one.key, reason in one.reason) for one in found.unreadable] == [("policy/purposes", True)], found


def test_policy__whose_key_has_no_one_id_is_told() -> None:
    nodes = [
        Node(key, Label.GOVERNANCE_POLICY, policy_properties(PURPOSES)) for key in ("policy/a/b", "policy/!x")
    ]

    assert [one.reason for one in read_stored(nodes, {}).unreadable] == [
        "An id is too long.",
        "policy/a/b has no one id.",
    ]


def test_policy__that_says_neither_scope_nor_severity_is_global_and_warns() -> None:
    [policy] = read(PURPOSES, {"scope": None, "severity": None, "enabled": None, "name": None}).policies

    assert (policy.scope, policy.severity, policy.enabled) == (Scope(), "warn", True)
    assert policy.title == "purposes"


@given(st.sampled_from([Rel.WAIVES, Rel.APPLIES_TO, Rel.GRANTED_BY]), st.booleans())
def test_waiver__that_lacks_an_end_or_has_two_waives_nothing(rel: Rel, twice: bool) -> None:
    waiver = Waiver("w", "purposes", "product/a", "Why.", "person/eve", 10)
    specs = [one for one in waiver_edges(waiver) if twice or one.type != rel]
    more = [EdgeSpec(rel, waiver.key, "policy/another")] if twice else []

    found = read_stored(
        [Node(waiver.key, Label.WAIVER, waiver_properties(waiver))], {waiver.key: edges([*specs, *more])}
    )

    assert found.waivers == ()
    assert [one.key for one in found.unreadable] == ["waiver/w"]
