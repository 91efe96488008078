"""The rule ``unagreed``: a product takes from a port that asks for an access agreement, and none in force allows it.

What asks for one, and what one allows, is as of the finding ``use-without-agreement`` (docs/findings.md). Agreements
begin and end by time alone.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from catalog.governance.checks.ground import Ground
from catalog.governance.checks.outcome import HOLDS, Outcome, Outcomes, only_if_known, proof_steps
from catalog.governance.policy import LineageCheck
from catalog.graph import Node
from catalog.mesh.finding import Finding
from catalog.mesh.findings.access import uses_without_agreement


def judge(ground: Ground, check: LineageCheck, targets: Mapping[str, Node]) -> Outcomes:
    """What agreements say of what products take from others."""
    found: dict[str, list[Finding]] = defaultdict(list)
    for one in uses_without_agreement(ground.context):
        if one.product is not None:
            found[one.product].append(one)
    outcomes = {key: _outcome(found[key]) if key in found else HOLDS for key in targets}
    until = ground.next_agreement_ns
    known = {key: only_if_known(one, ground.gap) for key, one in outcomes.items()}
    return known if until is None else {key: replace(one, until_ns=until) for key, one in known.items()}


def _outcome(uses: list[Finding]) -> Outcome:
    more = f" ({len(uses) - 1} more ports)" if len(uses) > 1 else ""
    steps = tuple(step for one in uses for proof in one.evidence for step in proof_steps(proof))
    return Outcome(False, f"{uses[0].message}{more}", steps)
