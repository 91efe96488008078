"""What follows from the values of policies, waivers and verdicts alone."""

from itertools import product

import pytest

from catalog.governance.policy import (
    SECOND_NS,
    Check,
    CheckKind,
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
)
from catalog.governance.verdict import (
    Compliance,
    Evaluation,
    Status,
    Unevaluated,
    Verdict,
    compliance,
    verdict_id,
)
from catalog.governance.waiver import ANNOUNCED_NS, Waiver

SHAPE = ShapeCheck("DataProduct", (Requirement(property="purpose", minimum=1),))


def policy(check: Check = SHAPE, *, severity: Severity = Severity.BLOCK, **more: int | None) -> Policy:
    times = {"effective_from_ns": None, "grace_s": 0, **more}
    return Policy(
        "purposes",
        "Products have a purpose",
        "team/governance",
        check,
        severity=severity,
        effective_from_ns=times["effective_from_ns"],
        grace_s=times["grace_s"] or 0,
    )


@pytest.mark.parametrize(
    ("check", "kind"),
    [
        (SHAPE, CheckKind.SHAPE),
        (QueryCheck("Dataset", "SELECT ?this WHERE {}"), CheckKind.QUERY),
        (LineageCheck(Rule.CYCLE, "DataProduct"), CheckKind.LINEAGE),
    ],
)
def test_policy__is_of_the_kind_and_the_label_of_its_check(check: Check, kind: CheckKind) -> None:
    assert (policy(check).kind, policy(check).of) == (kind, check.of)


def test_grace__ends_so_long_after_the_policy_begins() -> None:
    found = policy(effective_from_ns=100 * SECOND_NS, grace_s=10)

    inside = [found.in_grace(second * SECOND_NS) for second in (0, 99, 100, 109, 110, 111)]

    assert inside == [True, True, True, True, False, False]


def test_grace__makes_a_failure_a_warning_at_most() -> None:
    in_force = {
        severity: policy(severity=severity, effective_from_ns=0, grace_s=5).severity_at(0)
        for severity in Severity
    }

    assert in_force == {
        Severity.INFO: Severity.INFO,
        Severity.WARN: Severity.WARN,
        Severity.BLOCK: Severity.WARN,
    }


def test_grace__is_none_for_a_policy_that_names_no_beginning() -> None:
    assert not policy().in_grace(-(2**62))
    assert policy().severity_at(0) is Severity.BLOCK


def test_scope__has_the_key_of_its_domain_or_product() -> None:
    scopes = [
        Scope(),
        Scope(ScopeKind.DOMAIN, "sales"),
        Scope(ScopeKind.PRODUCT, "a b"),
        Scope(ScopeKind.TAG, "pii"),
    ]

    assert [scope.key for scope in scopes] == [None, "domain/sales", "product/a%20b", None]


def test_hop__is_written_with_a_caret_against_its_direction() -> None:
    assert [str(Hop("OWNED_BY")), str(Hop("SERVES", inverse=True))] == ["OWNED_BY", "^SERVES"]


def test_waiver__ends_at_its_end_and_is_announced_fourteen_days_before() -> None:
    waiver = Waiver("w", "purposes", "product/a", "Moved in May.", "person/eve", ANNOUNCED_NS + 10)

    times = (0, 9, 10, ANNOUNCED_NS + 9, ANNOUNCED_NS + 10)

    assert [waiver.holds_at(ns) for ns in times] == [True, True, True, True, False]
    assert [waiver.expires_soon(ns) for ns in times] == [False, False, True, True, False]


def test_verdict_id__is_of_policy_and_target_alone() -> None:
    passes = Verdict("p", "product/a", Status.PASS, Severity.INFO)
    fails = Verdict("p", "product/a", Status.FAIL, Severity.BLOCK, "No purpose.")

    assert passes.id == fails.id == verdict_id("p", "product/a")
    assert verdict_id("p", "a/b") != verdict_id("p/a", "b")


def test_compliance__is_never_reached_by_what_was_not_evaluated() -> None:
    for statuses in product(Status, repeat=2):
        found = compliance(Verdict("p", f"t{n}", one, Severity.WARN) for n, one in enumerate(statuses))

        assert (found is Compliance.COMPLIANT) == {*statuses}.isdisjoint({Status.FAIL, Status.NOT_EVALUATED})
        assert (found is Compliance.NOT_COMPLIANT) == (Status.FAIL in statuses)


def test_compliance__of_a_mesh_is_unknown_when_a_policy_was_not_evaluated() -> None:
    passed = (Verdict("p", "t", Status.PASS, Severity.WARN),)
    failed = (Verdict("p", "t", Status.FAIL, Severity.WARN),)
    reason = (Unevaluated("q", "The query took longer than 5 s."),)

    assert Evaluation(passed, 0).compliance is Compliance.COMPLIANT
    assert Evaluation(passed, 0, unevaluated=reason).compliance is Compliance.UNKNOWN
    assert Evaluation(failed, 0, unevaluated=reason).compliance is Compliance.NOT_COMPLIANT
