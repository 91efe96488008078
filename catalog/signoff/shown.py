"""What each owner is shown of a proposal: what it does to what is theirs, and a digest of that.

An answer is to that digest. It is made of the changes (not of where they were said) and of the items: their keys, how
badly each fares, whether something of it is not known, and the changed columns that it uses.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from catalog.canonical import digest, encode
from catalog.coverage import CoverageStatus, ReasonCode
from catalog.impact.change import Change
from catalog.impact.facets import NOBODY
from catalog.impact.report import Affected, ImpactReport, Party
from catalog.impact.severity import Severity, Verdict

_CUT = (ReasonCode.DEPTH, ReasonCode.MAX_NODES, ReasonCode.MAX_EDGES, ReasonCode.NOT_YET_KNOWN)
"""Why a report may lack items, and so owners."""


@dataclass(frozen=True, slots=True)
class Share:
    """What concerns one owner; ``party`` None: nobody is known to own it."""

    party: Party | None
    items: tuple[Affected, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A report by owners (key of the agent). ``digest``: of all of it. ``open_ends``: what no owner can agree to, as
    sentences."""

    report: ImpactReport
    shares: Mapping[str, Share]
    unowned: Share
    digest: str
    open_ends: tuple[str, ...]


def shown(report: ImpactReport, changes: Iterable[Change]) -> Shown:
    """A report by owners. ``changes``: as they are proposed, for the digests."""
    said = sorted(_plain(one) for one in changes)
    mine: defaultdict[str, list[Affected]] = defaultdict(list)
    parties: dict[str, Party] = {}
    nobodys: list[Affected] = []
    for item in report.items:
        if not affects(item):
            continue
        owners = report.concerns.get(item.key, NOBODY).owners
        for party in owners:
            parties[party.key] = party
            mine[party.key].append(item)
        if not owners:
            nobodys.append(item)
    shares = {
        key: Share(parties[key], tuple(items), _digest(said, items)) for key, items in sorted(mine.items())
    }
    unowned = Share(None, tuple(nobodys), _digest(said, nobodys))
    whole = digest(encode([said, [[key, one.digest] for key, one in shares.items()], unowned.digest]))
    return Shown(report, shares, unowned, whole, tuple(_open_ends(report, shares, unowned)))


def affects(item: Affected) -> bool:
    """Whether an owner is asked about an item: all but what goes on as before, as far as is known."""
    return item.severity is not Severity.COMPATIBLE or item.unknown


def _plain(one: Change) -> list[str]:
    return [one.subject, one.kind.value, one.path or "", one.before or "", one.after or ""]


def _digest(changes: list[list[str]], items: Iterable[Affected]) -> str:
    told = sorted([item.key, item.severity.value, item.unknown, sorted(item.changed)] for item in items)
    return digest(encode([changes, told]))


def _open_ends(report: ImpactReport, shares: Mapping[str, Share], unowned: Share) -> Iterable[str]:
    if unowned.items:
        count = len(unowned.items)
        yield f"{count} affected thing{'' if count == 1 else 's'} with no known owner."
    if any(reason.code in _CUT for reason in report.coverage.reasons):
        yield "The report was cut: there may be more owners."
    yield from (f"Not understood: {one}" for one in report.proposal.unread)
    nobody = not shares and not unowned.items
    if nobody and report.verdict is not Verdict.SAFE and not report.proposal.unread:
        why = "is not complete" if report.coverage.status is not CoverageStatus.COMPLETE else "is not safe"
        yield f"The report {why}, and names nobody to ask."
