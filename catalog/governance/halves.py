"""An evaluation in two halves that know nothing of each other, for whoever can make both at once.

What a policy says depends on no other policy: so shapes, which are asked page by page, and what is asked once of all
things (lineage and queries) can each be evaluated alone. Both halves are of one graph, one instant and one clock, or
they are no evaluation.
"""

from collections.abc import Iterable
from dataclasses import replace

from catalog.governance.evaluation import Rules
from catalog.governance.policy import CheckKind, Policy
from catalog.governance.verdict import Evaluation, OfPolicy, Verdicts
from catalog.store.port import NodeFilter, Reader
from ontology.compiler import load_model


def halved(rules: Rules) -> tuple[Rules, Rules]:
    """What is asked once of all things, with what cannot be read, and the shapes."""
    return (
        _of(rules, (one for one in rules.policies if one.kind is not CheckKind.SHAPE)),
        replace(_of(rules, (one for one in rules.policies if one.kind is CheckKind.SHAPE)), unread=()),
    )


def _of(rules: Rules, policies: Iterable[Policy]) -> Rules:
    kept = tuple(policies)
    ids = {one.id for one in kept}
    return replace(rules, policies=kept, waivers=tuple(one for one in rules.waivers if one.policy in ids))


def whole(one: Evaluation, other: Evaluation) -> Evaluation:
    """The evaluation of both halves. Raises ValueError for such as are not of one: of other times, or of a policy
    both."""
    if (one.now_ns, one.at) != (other.now_ns, other.at):
        raise ValueError("the halves of an evaluation are of one time")
    parts = sorted((*_parts(one), *_parts(other)), key=lambda part: part.passing.policy)
    if len({part.passing.policy for part in parts}) < len(parts):
        raise ValueError("a policy belongs to one half of an evaluation")
    unevaluated = sorted((*one.unevaluated, *other.unevaluated), key=lambda one: (one.policy, one.reason))
    return Evaluation(Verdicts(parts), one.now_ns, one.at, tuple(unevaluated))


def _parts(half: Evaluation) -> tuple[OfPolicy, ...]:
    if not isinstance(half.verdicts, Verdicts):
        raise ValueError("a half has its verdicts by policy")
    return half.verdicts.parts


def questions(reader: Reader, rules: Rules) -> int:
    """About how many verdicts the policies come to: for each the things of its label that there are now."""
    model = load_model()
    counts = {
        of: reader.count(NodeFilter(model.concrete((of,)))) for of in {one.of for one in rules.policies}
    }
    return sum(counts[one.of] for one in rules.policies)
