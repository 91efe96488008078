"""What is told of stored proposals: over HTTP, and with ``--json``. The same from a store and from a service."""

from collections.abc import Callable

from api.answers import Answer
from api.impact_answer import ImpactAnswer, ImpactParty
from api.impact_json import impact_answer
from catalog.coverage import spoken
from catalog.impact.severity import RANK, Verdict
from catalog.impact.spoken import spoken_change
from catalog.instant import format_instant
from catalog.signoff.proposals import Answer as Given
from catalog.signoff.proposals import StoredProposal
from catalog.signoff.standing import Owner, Standing

MAX_ITEMS = 500
"""Items of the report that one answer has; the impact itself has all."""


class GivenAnswer(Answer, frozen=True):
    """What an owner has answered. ``until``: when they will have migrated; ``by``: who gave the answer."""

    answer: str
    until: str | None
    note: str | None
    by: str | None
    at: str


class ProposalOwner(Answer, frozen=True):
    """How one owner stands. ``items``: how many things of theirs are affected; ``worst``: how badly; ``shown``: the
    digest of what concerns them now; ``version``: of their answer, "0" where there is none; ``agrees``: as far as they
    are concerned the change may be made now."""

    owner: ImpactParty
    status: str
    agrees: bool
    items: int
    worst: str | None
    shown: str | None
    answer: GivenAnswer | None
    version: str


class Decision(Answer, frozen=True):
    """Who decided something of the whole proposal, when and why."""

    status: str
    reason: str | None
    by: str | None
    at: str


class ProposalSummary(Answer, frozen=True):
    """A stored proposal as a list has it."""

    id: str
    title: str
    author: str | None
    at: str
    deadline: str | None
    link: str | None
    closed: str | None
    changes: list[str]


class ProposalList(Answer, frozen=True):
    """A page of proposals, the latest first; ``next``: behind which the next page begins."""

    proposals: list[ProposalSummary]
    next: str | None


class ProposalAnswer(Answer, frozen=True):
    """A stored proposal and how it stands now. ``may_go``: whether the change may be made, as far as people decide it;
    ``verdict``: what the report says, whatever they answer. ``agreed_from``: from when on it will be agreed, where only
    migrations are left. ``open_ends``: what no owner can agree to."""

    id: str
    title: str
    author: str | None
    team: str | None
    reason: str | None
    link: str | None
    deadline: str | None
    by: str | None
    at: str
    version: str
    sign_off: str
    may_go: bool
    agreed_from: str | None
    open_ends: list[str]
    owners: list[ProposalOwner]
    forced: Decision | None
    closed: Decision | None
    verdict: Verdict
    report: ImpactAnswer
    permalink: str


class ProposalDone(Answer, frozen=True):
    """What became of a change; ``changed``: whether anything is another than before."""

    changed: bool
    proposal: ProposalAnswer


class DeprecationAnswer(Answer, frozen=True):
    """That a thing will go away."""

    changed: bool
    subject: str
    deprecated: bool
    removal: str | None = None
    reason: str | None = None
    instead: str | None = None
    version: str = "0"


def permalink(id_: str) -> str:
    """The path of a proposal at a service."""
    return f"/proposals/{id_}"


def summary(one: StoredProposal) -> ProposalSummary:
    """A proposal as a list has it."""
    return ProposalSummary(
        id=one.id,
        title=one.title,
        author=one.author,
        at=format_instant(one.at),
        deadline=_time(one.deadline_ns),
        link=one.link,
        closed=None if one.closed is None else one.closed.status,
        changes=[f"{spoken(each.subject)}: {spoken_change(each)}" for each in one.proposal.changes[:20]],
    )


def proposal_answer(
    one: Standing, path: Callable[[str], str] = permalink, most: int = MAX_ITEMS
) -> ProposalAnswer:
    """A proposal and how it stands."""
    known, forced, closed = one.stored, one.stored.forced, one.stored.closed
    items = one.report.items[:most]
    return ProposalAnswer(
        id=known.id,
        title=known.title,
        author=known.author,
        team=known.team,
        reason=known.reason,
        link=known.link,
        deadline=_time(known.deadline_ns),
        by=known.by,
        at=format_instant(known.at),
        version=known.version,
        sign_off=one.sign_off.value,
        may_go=one.may_go,
        agreed_from=_time(one.agreed_from_ns),
        open_ends=list(one.open_ends),
        owners=[_owner(each) for each in one.owners],
        forced=None
        if forced is None
        else Decision(status="forced", reason=forced.reason, by=forced.by, at=format_instant(forced.at)),
        closed=None
        if closed is None
        else Decision(status=closed.status, reason=closed.note, by=closed.by, at=format_instant(closed.at)),
        verdict=one.report.verdict,
        report=impact_answer(one.report, items, more=len(items) < len(one.report.items)),
        permalink=path(known.id),
    )


def _owner(one: Owner) -> ProposalOwner:
    share, contacts = one.share, list[str]()
    if share is not None and share.party is not None:
        contacts = list(share.party.contacts)
    items = () if share is None else share.items
    return ProposalOwner(
        owner=ImpactParty(id=one.key, name=one.name, contacts=contacts),
        status=one.status.value,
        agrees=one.agrees,
        items=len(items),
        worst=min((each.severity for each in items), key=RANK.__getitem__).value if items else None,
        shown=None if share is None else share.digest,
        answer=None if one.answer is None else _given(one.answer),
        version="0" if one.answer is None else one.answer.version,
    )


def _given(one: Given) -> GivenAnswer:
    return GivenAnswer(
        answer=one.word.value, until=_time(one.until_ns), note=one.note, by=one.by, at=format_instant(one.at)
    )


def _time(ns: int | None) -> str | None:
    return None if ns is None else format_instant(ns)
