"""What to do with a proposal, and why, in a sentence."""

from collections.abc import Sequence
from typing import NamedTuple

from catalog.coverage import Coverage, CoverageStatus
from catalog.governance import verdict as policy
from catalog.governance.newly import NOTHING_NEW, Newly
from catalog.impact.change import Proposal
from catalog.impact.report import Affected
from catalog.impact.severity import Certainty, Severity, Verdict
from ontology.vocabulary import Label

HARMLESS = frozenset((Severity.COMPATIBLE, Severity.PASSES_THROUGH))


class Decision(NamedTuple):
    """A verdict, and why."""

    verdict: Verdict
    why: str


def decide(
    proposal: Proposal,
    items: Sequence[Affected],
    coverage: Coverage,
    policies: Sequence[str] = (),
    newly: Newly = NOTHING_NEW,
) -> Decision:
    """Only what is proven to break blocks; only what is proven to be harmless, and known in whole, is safe.

    ``items``: the worst first.
    """
    blocking = [one for one in items if _blocks(one)]
    if blocking:
        return Decision(Verdict.BLOCK, _told(blocking))
    if newly.blocking:
        return Decision(Verdict.BLOCK, _violated(newly, newly.blocking))
    if proposal.unread:
        return Decision(Verdict.REVIEW, f"Not all of it was understood: {proposal.unread[0]}")
    open_ = [one for one in items if not _is_safe(one)]
    if open_:
        return Decision(Verdict.REVIEW, f"{open_[0].reason}{_doubt(open_[0])}{_more(len(open_))}")
    if policies:
        return Decision(Verdict.REVIEW, policies[0])
    if newly.warning:
        return Decision(Verdict.REVIEW, _violated(newly, newly.warning))
    if newly.unknown:
        return Decision(Verdict.REVIEW, _not_known(newly))
    if coverage.status is not CoverageStatus.COMPLETE:
        reason = coverage.reasons[0].message if coverage.reasons else "Not all is known."
        return Decision(
            Verdict.REVIEW, f"Nothing is seen to be hit, but the answer is not complete: {reason}"
        )
    if items:
        what = "thing is" if len(items) == 1 else "things are"
        return Decision(Verdict.SAFE, f"{len(items)} {what} downstream, and nothing uses what changes.")
    return Decision(Verdict.SAFE, "Nothing uses it.")


def _violated(newly: Newly, found: Sequence[policy.Verdict]) -> str:
    """The first policy that would be violated, and how many more verdicts there are."""
    first, more = found[0], len(found) - 1
    rest = f" {more} more policy verdict{' is' if more == 1 else 's are'} as bad." if more else ""
    return f"It violates the policy {newly.title(first.policy)}: {first.message}{rest}"


def _not_known(newly: Newly) -> str:
    """A policy of which it is not known whether it is violated."""
    (id_, reason) = next(
        ((one.policy, one.message) for one in newly.verdicts if one.status is policy.Status.NOT_EVALUATED),
        next(((one.policy, one.reason) for one in newly.unevaluated), ("", "")),
    )
    return f"Whether it violates the policy {newly.title(id_)} is not known: {reason}"


def _blocks(item: Affected) -> bool:
    return item.severity is Severity.BREAKS and item.certainty is Certainty.PROVEN


def _told(blocking: Sequence[Affected]) -> str:
    """The first job and the first contract that break, which say why the rest does; and how many more there are."""
    causes = [
        [one for one in blocking if one.label == label] for label in (Label.JOB, Label.CONTRACT_VERSION)
    ]
    first = [found[0].reason for found in causes if found] or [blocking[0].reason]
    more = [
        f"{left} more {one if left == 1 else many}."
        for found, (one, many) in zip(causes, _WORDS, strict=True)
        if (left := len(found) - 1) > 0
    ]
    return " ".join((*first, *more))


_WORDS = (("job breaks", "jobs break"), ("contract is violated", "contracts are violated"))


def _is_safe(item: Affected) -> bool:
    return item.severity in HARMLESS and item.certainty is Certainty.PROVEN and not item.unknown


def _doubt(item: Affected) -> str:
    """Why something that takes no harm is open all the same."""
    if item.severity not in HARMLESS or item.unknown:
        return ""
    return f" That is not proven: {_RESTS.get(item.certainty, 'too little is told')}."


_RESTS = {
    Certainty.STRUCTURAL: "it rests on lineage that was told, or on SQL of which not all is understood",
    Certainty.HEURISTIC: "it is likely, for nothing that was told says otherwise",
    Certainty.NEEDS_WAREHOUSE: "only the data can tell",
}


def _more(count: int) -> str:
    more = count - 1
    return f" {more} more {'is' if more == 1 else 'are'} to be looked at." if more > 0 else ""
