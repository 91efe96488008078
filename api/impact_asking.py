"""The one way to an impact answer: what is given becomes a proposal, the proposal a report, the report its JSON."""

from dataclasses import replace

from api.impact_answer import ImpactAnswer
from api.impact_json import impact_answer
from api.impact_question import ImpactQuestion
from api.impact_reports import ImpactReports
from catalog.impact.change import Proposal
from catalog.impact.facets import ItemFilter, chosen
from catalog.impact.report import ImpactReport
from catalog.impact.usage import concerns_shown
from catalog.signoff.proposals import stored
from catalog.store.port import Reader
from ingest.errors import ImproperProposal
from ingest.proposals.documents import Given
from ingest.proposals.given import read_proposal


def asked(
    reader: Reader, question: ImpactQuestion, reports: ImpactReports, links: str | None = None
) -> ImpactAnswer:
    """The answer of a store. ``links``: the address below which a service shows its reports.

    Raises ImproperProposal, CatalogError, Rejected.
    """
    proposal = _proposal(reader, question)
    report = reports.report(reader, proposal, at=question.at, origins=question.origins)
    return page(reader, report, question.where, question.first, question.after, links)


def _proposal(reader: Reader, question: ImpactQuestion) -> Proposal:
    if question.proposal is None:
        return read_proposal(reader, question.given, question.at)
    if question.given != Given():
        raise ImproperProposal(
            "A stored proposal and a change beside it exclude each other.", "Name one of them."
        )
    return stored(reader, question.proposal).proposal


def page(
    reader: Reader,
    report: ImpactReport,
    where: ItemFilter,
    first: int,
    after: str | None,
    links: str | None = None,
) -> ImpactAnswer:
    """A page of a report: the ``first`` items that are asked for behind ``after``."""
    found = [item for item in chosen(report, where) if after is None or item.position > after]
    shown = found[:first]
    told = replace(report, concerns={**report.concerns, **concerns_shown(reader, report, shown)})
    permalink = None if links is None else f"{links}{report.id}"
    return impact_answer(told, shown, more=len(found) > len(shown), permalink=permalink)
