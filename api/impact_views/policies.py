"""What policies would say of the new state, in sentences: the worst first."""

from collections.abc import Iterator

from api.impact_answer import ImpactAnswer, ImpactPolicyVerdict


def policy_sentences(answer: ImpactAnswer) -> Iterator[str]:
    """A sentence for each policy and thing, and for each policy that would not be evaluated."""
    yield from (f"A policy would be violated: {text}" for text in answer.policies)
    yield from map(verdict_sentence, answer.policy_verdicts)
    told = {one.policy.id for one in answer.policy_verdicts if one.status == "NOT_EVALUATED"}
    for one in answer.policies_not_evaluated:
        if one.policy.id not in told:
            yield f"Whether {_called(one.policy.id, one.policy.name)} is violated is not known: {one.reason}"


def verdict_sentence(one: ImpactPolicyVerdict) -> str:
    """What a policy would say of a thing, what to do, and whom to tell."""
    policy = f"{_called(one.policy.id, one.policy.name)} ({one.severity})"
    match one.status:
        case "NOT_EVALUATED":
            return f"Whether {one.target.name} violates {policy} is not known: {one.message}"
        case "GRACE":
            until = f" until {one.until}" if one.until else ""
            head = f"{one.target.name} would violate {policy}, and there is time{until}"
        case "WAIVED":
            until = f" until {one.until}" if one.until else ""
            head = f"{one.target.name} would violate {policy}, which the waiver {one.waiver} allows{until}"
        case "FAIL":
            head = f"{one.target.name} would violate {policy}"
    owners = ", ".join(owner.name for owner in one.owners)
    parts = [f"{head}: {one.message}", one.remediation, f"Owner: {owners}." if owners else ""]
    return " ".join(part for part in parts if part)


def _called(key: str, title: str) -> str:
    id_ = key.partition("/")[2]
    return f"the policy {id_}" if title in ("", id_) else f"the policy {id_}, {title!r},"
