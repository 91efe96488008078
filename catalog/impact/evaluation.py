"""What breaks if I change this: affected things, each with a route and a reason, and what to do. Changes nothing."""

from catalog.canonical import digest, encode
from catalog.changes import graph_version
from catalog.coverage import CoverageStatus
from catalog.impact.change import Proposal
from catalog.impact.job_binder import JobBinder
from catalog.impact.proposed import start
from catalog.impact.reached import Reached, reached
from catalog.impact.report import ImpactReport
from catalog.impact.rules import verdict
from catalog.impact.severity import Certainty, Severity, Verdict
from catalog.lineage_view import View
from catalog.store.port import Reader

MAX_ITEMS = 10_000


def impact(
    reader: Reader,
    proposal: Proposal,
    *,
    at: int | None = None,
    origins: frozenset[str] | None = None,
    binder: JobBinder | None = None,
    max_items: int = MAX_ITEMS,
    routes: int = 3,
) -> ImpactReport:
    """What the proposal reaches, now or as of ``at``, within ``max_items`` items; ``routes`` of each at most.

    Raises UnknownNode (with near names) and InvalidQuery.
    """
    view = View(reader, at, origins)
    begin = start(view, proposal)
    found = reached(view, begin, binder, max_items, routes)
    version = graph_version(reader)
    return ImpactReport(
        id=digest(encode([repr(begin.proposal), version, at])),
        proposal=begin.proposal,
        verdict=_verdict(found, begin.proposal),
        why="",
        semver="none",
        items=found.items,
        coverage=found.coverage,
        version=version,
        at=at,
        concerns={},
    )


def _verdict(found: Reached, proposal: Proposal) -> Verdict:
    proven = any(
        item.severity is Severity.BREAKS and item.certainty is Certainty.PROVEN for item in found.items
    )
    complete = found.coverage.status is CoverageStatus.COMPLETE and not proposal.unread
    return verdict(found.items[0].severity if found.items else None, proven, complete)
