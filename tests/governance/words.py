"""Words to judge small meshes with (``tests.mesh.words`` makes them)."""

from collections.abc import Iterable

from catalog.governance.checks.ground import Ground, Queries
from catalog.governance.evaluation import EVERYWHERE, Rules, evaluate_rules
from catalog.governance.policy import (
    Check,
    Hop,
    LineageCheck,
    Parameter,
    Policy,
    Requirement,
    Rule,
    Scope,
    Severity,
    ShapeCheck,
)
from catalog.governance.verdict import Evaluation, Status, Verdict
from catalog.governance.waiver import Waiver
from catalog.store.port import Store

NOW = 1_800_000_000_000_000_000
OWNER = "team/governance"
PURPOSE = ShapeCheck("DataProduct", (Requirement(property="purpose", minimum=1),))


def policy(
    check: Check = PURPOSE,
    id_: str = "rule",
    *,
    scope: Scope = EVERYWHERE,
    severity: Severity = Severity.BLOCK,
    effective_from_ns: int | None = None,
    grace_s: int = 0,
) -> Policy:
    return Policy(
        id_,
        f"The policy {id_}",
        OWNER,
        check,
        scope,
        severity,
        remediation="Put it right.",
        effective_from_ns=effective_from_ns,
        grace_s=grace_s,
    )


def rule(name: Rule, of: str, **parameters: Parameter) -> Policy:
    return policy(LineageCheck(name, of, tuple(sorted(parameters.items()))))


def shape(of: str, *require: Requirement) -> Policy:
    return policy(ShapeCheck(of, require))


def path(*hops: str) -> tuple[Hop, ...]:
    return tuple(Hop(one.lstrip("^"), one.startswith("^")) for one in hops)


def waiver(target: str, approver: str = OWNER, *, expires_ns: int = NOW + 1, of: str = "rule") -> Waiver:
    return Waiver(f"w-{expires_ns}", of, target, "It is being replaced.", approver, expires_ns)


def judged(
    store: Store,
    *policies: Policy,
    waivers: Iterable[Waiver] = (),
    now_ns: int = NOW,
    at: int | None = None,
    queries: Queries | None = None,
    within: Scope = EVERYWHERE,
) -> Evaluation:
    with store.read() as reader:
        ground = Ground(reader, at, now_ns, queries)
        return evaluate_rules(ground, Rules(policies, tuple(waivers)), within)


def statuses(found: Evaluation) -> dict[str, Status]:
    """By target, of one policy."""
    return {one.target: one.status for one in found.verdicts}


def only(found: Evaluation) -> Verdict:
    (one,) = found.verdicts
    return one
