"""What policies say as a SHACL validation report, which any SHACL tool reads.

There is a result for all that is not PASS, so it conforms only where everything was evaluated and holds. What was not
evaluated is a result of its own sort, also where it is not known of which things: then the policy is its focus node.
"""

from hashlib import sha256

from api.policies.answers import CheckAnswer, VerdictAnswer
from catalog.governance.policy import Severity, policy_key
from catalog.governance.verdict import Compliance, Status
from ingest.policies.words import CHECK
from ontology.rdf import TYPE, Iri, Syntax, Triple, document
from ontology.shapes import SHACL

_SEVERITIES = {Severity.BLOCK: "Violation", Severity.WARN: "Warning", Severity.INFO: "Info"}
_COMPONENTS = {Status.NOT_EVALUATED: "NotEvaluatedConstraintComponent"}
_COMPONENT = "PolicyConstraintComponent"
_NOTHING = "No policy says anything of anything that is asked about."


def shacl_report(check: CheckAnswer, base: str, syntax: Syntax) -> str:
    """The report as a text. ``base``: what the IRIs of nodes begin with."""
    prefixes = {"sh": SHACL, "check": CHECK}
    return document(_triples(check, base), syntax, prefixes).decode()


def _triples(check: CheckAnswer, base: str) -> list[Triple]:
    results = [_of_verdict(one, base) for one in check.items if one.status != Status.PASS]
    judged = {one.policy for one in check.items}
    results += [
        _result(
            f"urn:meshline:policy:{one.policy}", base + policy_key(one.policy), one.policy, one.reason, base
        )
        for one in check.not_evaluated
        if one.policy not in judged
    ]
    if not results and check.state != Compliance.COMPLIANT:
        results.append(_result("urn:meshline:policy:none", base, None, _NOTHING, base))
    digest = sha256(repr(results).encode()).hexdigest()[:32]
    name = f"urn:meshline:report:{digest}"
    triples: list[Triple] = [(name, TYPE, Iri(f"{SHACL}ValidationReport"))]
    triples.append((name, f"{SHACL}conforms", not results))
    triples += [(name, f"{SHACL}result", Iri(result[0][0])) for result in results]
    return triples + [triple for result in results for triple in result]


def _of_verdict(one: VerdictAnswer, base: str) -> list[Triple]:
    name = f"urn:meshline:verdict:{one.id}"
    focus, status = base + one.target, Status(one.status)
    triples = _result(
        name, focus, one.policy, one.message or one.status, base, status, Severity(one.severity)
    )
    return triples if one.waiver is None else [*triples, (name, f"{CHECK}waiver", one.waiver)]


def _result(
    name: str,
    focus: str,
    policy: str | None,
    message: str,
    base: str,
    status: Status = Status.NOT_EVALUATED,
    severity: Severity = Severity.BLOCK,
) -> list[Triple]:
    level = "Info" if status is Status.WAIVED else _SEVERITIES[severity]
    shape = [] if policy is None else [(name, f"{SHACL}sourceShape", Iri(base + policy_key(policy)))]
    return [
        (name, TYPE, Iri(f"{SHACL}ValidationResult")),
        (name, f"{SHACL}focusNode", Iri(focus)),
        (name, f"{SHACL}resultMessage", message),
        (name, f"{SHACL}resultSeverity", Iri(f"{SHACL}{level}")),
        (name, f"{SHACL}sourceConstraintComponent", Iri(CHECK + _COMPONENTS.get(status, _COMPONENT))),
        *shape,
        (name, f"{CHECK}status", status.value),
    ]
