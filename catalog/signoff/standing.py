"""How a proposal stands: what became of each owner's answer, and whether the change may be made. It follows from what
is stored, from the graph and from the time; none of it is stored."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from catalog.impact.change import Proposal
from catalog.impact.evaluation import impact
from catalog.impact.facets import NOBODY
from catalog.impact.job_binder import JobBinder
from catalog.impact.report import Concern, ImpactReport
from catalog.mesh.mesh import Mesh
from catalog.mesh.recent import MeshOf
from catalog.signoff.proposals import Answer, StoredProposal
from catalog.signoff.shown import Share, Shown, affects, shown
from catalog.store.port import Reader


class OwnerStatus(StrEnum):
    """What became of one owner; the one that holds up most first."""

    BLOCKED = "BLOCKED"
    VOID = "VOID"
    """What they answered to is not what would happen now."""
    EXPIRED = "EXPIRED"
    """They did not answer until the deadline."""
    NOTIFIED = "NOTIFIED"
    """They have not answered yet."""
    MIGRATING = "MIGRATING"
    APPROVED = "APPROVED"
    PROPOSER = "PROPOSER"
    """It is their own proposal."""
    UNAFFECTED = "UNAFFECTED"
    """They were shown it or answered, and it does not affect them any more."""


class SignOff(StrEnum):
    """Whether the change may be made, as far as people decide that. The verdict of the report is another matter."""

    OPEN = "OPEN"
    AGREED = "AGREED"
    REFUSED = "REFUSED"
    FORCED = "FORCED"
    EXPIRED = "EXPIRED"
    VOID = "VOID"


Reporting: TypeAlias = Callable[[Reader, Proposal], ImpactReport]
"""Makes the report on a proposal: all that compare digests have to make it in the same way."""

RANK = {status: rank for rank, status in enumerate(OwnerStatus)}
GO = (SignOff.AGREED, SignOff.FORCED)
"""With these the change may be made."""


@dataclass(frozen=True, slots=True)
class Owner:
    """How one owner stands. ``share`` None: nothing of theirs is affected any more. ``agrees``: as far as they are
    concerned the change may be made now."""

    key: str
    name: str
    status: OwnerStatus
    share: Share | None
    answer: Answer | None
    agrees: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """How a proposal stands at an instant. ``report``: with the status of each item's owners; ``agreed_from_ns``: when
    the last of those who migrate will have done so, where nothing else is missing. ``open_ends``: what no owner can
    agree to."""

    stored: StoredProposal
    report: ImpactReport
    shown: Shown
    sign_off: SignOff
    owners: tuple[Owner, ...]
    open_ends: tuple[str, ...]
    agreed_from_ns: int | None

    @property
    def may_go(self) -> bool:
        """Whether the change may be made."""
        closed = self.stored.closed
        return self.sign_off in GO and (closed is None or closed.status == "done")


def standing(reader: Reader, stored: StoredProposal, now_ns: int, reporting: Reporting = impact) -> Standing:
    """How a proposal stands now, by the graph that the reader sees."""
    return stands(stored, shown_of(reader, stored, reporting), now_ns)


def shown_of(reader: Reader, stored: StoredProposal, reporting: Reporting = impact) -> Shown:
    """What the proposal does now, by owners."""
    return shown(reporting(reader, stored.proposal), stored.proposal.changes)


def binding(binder: JobBinder | None, mesh_of: MeshOf = Mesh) -> Reporting:
    """Reports for which the SQL of jobs is bound; ``mesh_of`` gives the mesh."""
    return lambda reader, proposal: impact(reader, proposal, binder=binder, mesh_of=mesh_of)


def stands(stored: StoredProposal, now: Shown, now_ns: int) -> Standing:
    """How a proposal stands, by what it does now."""
    keys = sorted(now.shares.keys() | stored.shown.keys() | stored.answers.keys())
    owners = tuple(_owner(stored, now, key, now_ns) for key in keys)
    waiting = [one for one in owners if not one.agrees]
    sign_off = _sign_off(stored, now, owners)
    dates = [one.answer.until_ns for one in waiting if one.status is OwnerStatus.MIGRATING and one.answer]
    agreed_from = max((ns for ns in dates if ns is not None), default=None)
    only_dates = len(dates) == len(waiting) and not now.open_ends
    return Standing(
        stored=stored,
        report=replace(now.report, concerns=_concerns(now.report, owners)),
        shown=now,
        sign_off=sign_off,
        owners=owners,
        open_ends=now.open_ends,
        agreed_from_ns=agreed_from if only_dates else None,
    )


def _owner(stored: StoredProposal, now: Shown, key: str, now_ns: int) -> Owner:
    share, answer = now.shares.get(key), stored.answers.get(key)
    status = _status(stored, share, answer, key, now_ns)
    name = share.party.name if share is not None and share.party is not None else key
    agrees = status in (OwnerStatus.APPROVED, OwnerStatus.PROPOSER, OwnerStatus.UNAFFECTED) or (
        status is OwnerStatus.MIGRATING
        and answer is not None
        and answer.until_ns is not None
        and answer.until_ns <= now_ns
    )
    return Owner(key, name, status, share, answer, agrees)


def _status(
    stored: StoredProposal, share: Share | None, answer: Answer | None, key: str, now_ns: int
) -> OwnerStatus:
    if share is None:
        return OwnerStatus.UNAFFECTED
    if answer is not None:
        return OwnerStatus(answer.word.value) if answer.digest == share.digest else OwnerStatus.VOID
    if key == stored.team:
        return OwnerStatus.PROPOSER
    is_late = stored.deadline_ns is not None and stored.deadline_ns <= now_ns
    return OwnerStatus.EXPIRED if is_late else OwnerStatus.NOTIFIED


def _sign_off(stored: StoredProposal, now: Shown, owners: Iterable[Owner]) -> SignOff:
    statuses = {one.status for one in owners}
    if not now.open_ends and all(one.agrees for one in owners):
        return SignOff.AGREED
    if stored.forced is not None and stored.forced.digest == now.digest:
        return SignOff.FORCED
    if OwnerStatus.BLOCKED in statuses:
        return SignOff.REFUSED
    if OwnerStatus.VOID in statuses or stored.forced is not None:
        return SignOff.VOID
    return SignOff.EXPIRED if OwnerStatus.EXPIRED in statuses else SignOff.OPEN


def _concerns(report: ImpactReport, owners: Iterable[Owner]) -> dict[str, Concern]:
    statuses = {one.key: one.status for one in owners}
    found = dict(report.concerns)
    for item in report.items:
        concern = report.concerns.get(item.key, NOBODY)
        mine = [statuses[party.key] for party in concern.owners if party.key in statuses]
        if mine and affects(item):
            found[item.key] = replace(concern, status=min(mine, key=RANK.__getitem__).value)
    return found
