"""Findings as the command line tells them, from a store."""

from api.answers import FindingAnswer, FindingProof, FindingsAnswer
from api.questions import FindingsQuestion
from catalog import offers
from catalog.errors import UnknownNode
from catalog.instant import format_instant
from catalog.mesh.finding import Finding, FindingFilter, FindingSeverity
from catalog.mesh.findings.evaluation import findings
from catalog.store.port import Reader
from ontology.vocabulary import Label

MOST = 20
"""Pieces of evidence, and things in each, that are told of one finding."""


def local_findings(reader: Reader, question: FindingsQuestion, first: int) -> FindingsAnswer:
    """The findings of a store that are asked for. Raises UnknownNode."""
    where = FindingFilter(
        None
        if question.product is None
        else known_key(reader, Label.DATA_PRODUCT, question.product, question.at),
        None if question.domain is None else known_key(reader, Label.DOMAIN, question.domain, question.at),
        question.kinds or None,
        question.severity,
    )
    found = findings(reader, question.at, where)
    counts = {
        severity.value: sum(one.severity is severity for one in found)
        for severity in reversed(FindingSeverity)
    }
    return FindingsAnswer(total=len(found), by_severity=counts, items=[_told(one) for one in found[:first]])


def unknown(kind: str, text: str) -> UnknownNode:
    """The error for a product or domain that is not there."""
    return UnknownNode(
        f"No {kind} {text!r} is known.", f"`meshline search {text}` finds what has such a name."
    )


def known_key(reader: Reader, label: Label, text: str, at: int | None) -> str:
    """The key of a product or domain that is named by key, id or name. Raises UnknownNode."""
    found = offers.find(reader, label, text, at)
    if found is None:
        raise unknown("product" if label is Label.DATA_PRODUCT else "domain", text)
    return found.key


def _told(one: Finding) -> FindingAnswer:
    return FindingAnswer(
        id=one.id,
        kind=one.kind,
        severity=one.severity,
        message=one.message,
        remedy=one.remedy,
        since=None if one.since is None else format_instant(one.since),
        subject=one.subject,
        product=one.product,
        domain=one.domain,
        tell=list(one.tell[:MOST]),
        concerns=list(one.concerns[:MOST]),
        evidence=[
            FindingProof(
                text=proof.text, things=list(proof.keys[:MOST]), documents=list(proof.documents[:MOST])
            )
            for proof in one.evidence[:MOST]
        ],
    )
