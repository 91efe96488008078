"""Policies and waivers in our own descriptors: read, written, and what is wrong with them told with its line."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.governance.policy import (
    Hop,
    LineageCheck,
    Policy,
    QueryCheck,
    Requirement,
    Rule,
    Scope,
    ScopeKind,
    Severity,
    ShapeCheck,
    ValueType,
    When,
)
from catalog.governance.stored import Stored
from catalog.governance.waiver import Waiver
from catalog.instant import parse_instant
from ingest.descriptors.policies_writing import policies_yaml
from ingest.policies.documents import said_in
from ontology.shapes import Severity as Bad
from tests.descriptors.saying import drafted, told
from tests.governance.policies import WAIVERS, policies

POLICIES = """
meshline: 1
policies:
  - id: ports-promise-freshness
    title: Every output port of an active product promises how fresh it is
    why: Who builds on a product has to know how old its data may be.
    owner: governance
    scope: {domain: sales}
    severity: block
    effectiveFrom: 2026-12-01
    grace: P30D
    remediation: Add an objective on freshness to the contract of the port.
    tightens: ports-have-contracts
    enabled: false
    check:
      shape:
        of: DataProduct
        when: {lifecycle: active}
        message: A port promises nothing about freshness.
        require:
          - {property: tags, min: 1, max: 3, pattern: "^[a-z]+$", oneOf: [gold, raw], type: string}
          - path: HAS_OUTPUT_PORT
            label: OutputPort
            then:
              - path: [GOVERNED_BY, HAS_SLO]
                min: 1
                such: [{property: name, oneOf: [freshness]}]
  - id: no-orphans
    title: Everybody knows where data comes from
    owner: {person: ada}
    check:
      lineage: {rule: orphan, of: Dataset}
  - id: raw-stays-inside
    title: Gold does not read raw
    owner: governance
    scope: {tag: gold}
    check:
      lineage: {rule: reach, of: Dataset, tags: [raw], classifications: [secret], hops: 1, masked: true,
                indirect: true, unlessAgreed: false}
  - id: named
    title: Datasets have names
    owner: governance
    scope: {product: orders}
    check:
      query:
        of: Dataset
        select: |
          SELECT ?this WHERE { ?this a mesh:Dataset }
        budget: 7
waivers:
  - id: orders-until-june
    policy: no-orphans
    target: {dataset: {namespace: db, name: t}, field: a.b}
    reason: It is being moved.
    approver: {person: eve}
    expiresAt: 2027-06-30
  - {id: w2, policy: named, target: {product: orders, port: table}, reason: r, approver: t, expiresAt: 2027-01-01}
  - {id: w3, policy: named, target: {job: {namespace: air, name: load}}, reason: r, approver: t, expiresAt: 2027-01-01}
  - {id: w4, policy: named, target: {contract: c}, reason: r, approver: t, expiresAt: 2027-01-01}
  - {id: w5, policy: named, target: {domain: d}, reason: r, approver: t, expiresAt: 2027-01-01}
"""
FRESH = Requirement(
    None,
    (Hop("GOVERNED_BY"), Hop("HAS_SLO")),
    minimum=1,
    such=(Requirement("name", one_of=("freshness",)),),
)
HEAD = "meshline: 1\npolicies:\n  - id: p\n    title: P\n    owner: t\n"
CHECK = "    check: {lineage: {rule: orphan, of: Dataset}}\n"


def read(text: str) -> Stored:
    found = drafted(text)
    assert told(found) == []
    assert found.unmapped == ()
    return said_in(found.statement)


def test_policies__are_read_whole() -> None:
    by_id = {one.id: one for one in read(POLICIES).policies}

    assert by_id["ports-promise-freshness"] == Policy(
        "ports-promise-freshness",
        "Every output port of an active product promises how fresh it is",
        "team/governance",
        ShapeCheck(
            "DataProduct",
            (
                Requirement("tags", (), 1, 3, "^[a-z]+$", ("gold", "raw"), ValueType.STRING),
                Requirement(None, (Hop("HAS_OUTPUT_PORT"),), label="OutputPort", then=(FRESH,)),
            ),
            (When("lifecycle", ("active",)),),
            "A port promises nothing about freshness.",
        ),
        Scope(ScopeKind.DOMAIN, "sales"),
        Severity.BLOCK,
        "Who builds on a product has to know how old its data may be.",
        "Add an objective on freshness to the contract of the port.",
        parse_instant("2026-12-01").ns,
        30 * 86_400,
        "ports-have-contracts",
        enabled=False,
    )
    assert by_id["no-orphans"] == Policy(
        "no-orphans",
        "Everybody knows where data comes from",
        "person/ada",
        LineageCheck(Rule.ORPHAN, "Dataset"),
    )
    assert by_id["named"].check == QueryCheck("Dataset", "SELECT ?this WHERE { ?this a mesh:Dataset }\n", 7)
    assert by_id["raw-stays-inside"].scope == Scope(ScopeKind.TAG, "gold")


def test_waivers__are_read_whole_and_last_until_the_end_of_the_day() -> None:
    waivers = read(POLICIES).waivers

    assert waivers[0] == Waiver(
        "orders-until-june",
        "no-orphans",
        "field/db/t/a.b",
        "It is being moved.",
        "person/eve",
        parse_instant("2027-07-01").ns,
    )
    assert [one.target for one in waivers[1:]] == [
        "output-port/orders/table",
        "job/air/load",
        "contract/c",
        "domain/d",
    ]


@given(
    st.lists(policies(), max_size=3, unique_by=lambda one: one.id),
    st.lists(WAIVERS, max_size=2, unique_by=lambda one: one.id),
)
def test_yaml__is_read_back_as_what_was_written(found: list[Policy], waivers: list[Waiver]) -> None:
    stored = Stored(
        tuple(sorted(found, key=lambda one: one.key)), tuple(sorted(waivers, key=lambda one: one.key))
    )

    assert read(policies_yaml(stored)) == stored


@pytest.mark.parametrize(
    ("text", "line", "path", "message"),
    [
        (HEAD, 3, "policies[0]", "'check' is missing."),
        (HEAD + CHECK + "    severty: warn", 7, "policies[0].severty", "Did you mean severity?"),
        (HEAD + CHECK + "    severity: high", 7, "policies[0].severity", "none of info, warn, block."),
        (
            HEAD + CHECK + "    grace: P1M\n    effectiveFrom: 2026-01-01",
            7,
            "policies[0].grace",
            "no duration",
        ),
        (HEAD + CHECK + "    grace: P1D", 7, "policies[0].grace", "say 'effectiveFrom' too"),
        (HEAD + CHECK + "    scope: all", 7, "policies[0].scope", "'all' is not global."),
        (
            HEAD + CHECK + "    scope: {domain: a, tag: b}",
            7,
            "policies[0].scope",
            "Only one of these may be said",
        ),
        (HEAD.replace("id: p", "id: P 1") + CHECK, 3, "policies[0].id", "does not have the form"),
        (HEAD + "    check: {shape: {of: Dataset}}", 6, "policies[0].check.shape", "'require' is missing."),
        (
            HEAD
            + "    check:\n      shape:\n        of: Dataset\n        require:\n          - property: descripton\n"
            "            min: 1",
            10,
            "policies[0].check.shape.require[0].property",
            "Dataset has no property 'descripton'. Did you mean description?",
        ),
        (
            HEAD
            + "    check:\n      shape:\n        of: Dataset\n        require:\n          - {path: OWNED, min: 1}",
            10,
            "policies[0].check.shape.require[0].path",
            "Did you mean OWNED_BY?",
        ),
        (
            HEAD + "    check: {lineage: {rule: orphan, of: Job}}",
            6,
            "policies[0].check.lineage.of",
            "The rule orphan is for Dataset.",
        ),
        (
            "meshline: 1\nwaivers:\n  - {id: w, policy: p, target: {port: x}, reason: r, approver: t, "
            "expiresAt: 2027-01-01}",
            3,
            "waivers[0].target",
            "One of these is needed",
        ),
        (
            "meshline: 1\nwaivers:\n  - {id: w, policy: p, target: {domain: d, port: x}, reason: r, approver: t, "
            "expiresAt: 2027-01-01}",
            3,
            "waivers[0].target.port",
            "A port is one of a product: say which.",
        ),
        (
            "meshline: 1\nwaivers:\n  - {id: w, policy: p, target: {product: x}, reason: r, approver: t}",
            3,
            "waivers[0]",
            "'expiresAt' is missing.",
        ),
    ],
)
def test_fault__is_told_with_its_line_and_what_to_do(text: str, line: int, path: str, message: str) -> None:
    found = drafted(text)
    faults: list[Any] = [one for one in told(found) if one[1] == path]

    assert [(one[0], message in one[2]) for one in faults] == [(line, True)], told(found)
    assert found.kept_out


def test_policy__that_has_only_odd_things_is_not_kept_out() -> None:
    found = drafted(HEAD + CHECK)

    assert [one for one in found.faults if one.severity is Bad.VIOLATION] == []
