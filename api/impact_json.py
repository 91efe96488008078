"""Makes the JSON of an impact report: the one place, for the command line, REST and every rendering."""

from collections.abc import Iterable, Sequence
from typing import Any, Literal, cast

import msgspec

from api import answers
from api.impact_answer import (
    ImpactAnswer,
    ImpactChange,
    ImpactClause,
    ImpactCount,
    ImpactFacet,
    ImpactFacets,
    ImpactItem,
    ImpactParty,
    ImpactPolicyUnknown,
    ImpactPolicyVerdict,
    ImpactProposal,
    ImpactStep,
    ImpactTransformation,
    ImpactUsage,
    Named,
)
from api.impact_words import WORDS
from catalog.coverage import Coverage, spoken
from catalog.governance.policy import policy_key
from catalog.governance.verdict import Verdict, worst_first
from catalog.impact.change import Change
from catalog.impact.facets import FACETS, NOBODY, facet
from catalog.impact.report import Affected, Clause, Concern, Facet, ImpactReport, Party, RouteStep
from catalog.impact.spoken import spoken_change
from catalog.impact.usage import WINDOW_NS
from catalog.instant import format_instant

_NOBODY = {"owner": "no known owner", "product": "no product", "domain": "no domain"}


def impact_answer(
    report: ImpactReport, items: Sequence[Affected], *, more: bool = False, permalink: str | None = None
) -> ImpactAnswer:
    """The report with these of its items; ``more``: others follow the last of them."""
    return ImpactAnswer(
        id=report.id,
        verdict=report.verdict,
        why=report.why,
        semver=cast(Literal["major", "minor", "patch", "none"], report.semver),
        semver_why=report.semver_why,
        proposal=ImpactProposal(
            source=report.proposal.source,
            changes=[_change(one) for one in report.changes],
            unread=list(report.proposal.unread),
        ),
        total=len(report.items),
        counts=[
            ImpactCount(severity=one.severity, kind=one.label, count=one.count, unknown=one.unknown)
            for one in report.counts()
        ],
        facets=ImpactFacets(**{name: _facets(report, name) for name in FACETS}),
        items=[_item(report, item) for item in items],
        next=items[-1].position if more and items else None,
        policies=list(report.policies),
        coverage=_coverage(report.coverage),
        graph_version=report.version,
        as_of=None if report.at is None else format_instant(report.at),
        usage=_usage(report.used_until),
        permalink=permalink,
        policy_verdicts=[_verdict(report, one) for one in sorted(report.newly.verdicts, key=worst_first)],
        policies_not_evaluated=[
            ImpactPolicyUnknown(policy=_policy(report, one.policy), reason=one.reason)
            for one in report.newly.unevaluated
        ],
    )


def impact_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the report, each member described."""
    (root,), parts = msgspec.json.schema_components((ImpactAnswer,), ref_template="#/$defs/{name}")
    for name, part in parts.items():
        for member, shape in part.get("properties", {}).items():
            told = WORDS.get(name, {}).get(member)
            if told is not None:
                shape["description"] = told
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Meshline impact report",
        **root,
        "$defs": parts,
    }


def _change(one: Change) -> ImpactChange:
    return ImpactChange(
        subject=one.subject,
        kind=one.kind,
        said=spoken_change(one),
        path=one.path,
        before=one.before,
        after=one.after,
        confidence=one.confidence,
        file=None if one.place is None else one.place.file,
        line=None if one.place is None else one.place.line,
        note=one.note,
    )


def _facets(report: ImpactReport, name: str) -> list[ImpactFacet]:
    return [_facet(report, name, one) for one in facet(report, name)]


def _facet(report: ImpactReport, name: str, one: Facet) -> ImpactFacet:
    called = _NOBODY[name] if one.value is None else one.value
    if one.value is not None and name in _NOBODY:
        called = _name(report, one.value)
    return ImpactFacet(value=one.value, name=called, count=one.count, unknown=one.unknown, worst=one.worst)


def _item(report: ImpactReport, item: Affected) -> ImpactItem:
    concern: Concern = report.concerns.get(item.key, NOBODY)
    return ImpactItem(
        id=item.key,
        kind=item.label,
        name=_name(report, item.key),
        aliases=list(item.aliases),
        severity=item.severity,
        unknown=item.unknown,
        certainty=item.certainty,
        hops=item.hops,
        reason=item.reason,
        changed=list(item.changed),
        message=item.message,
        clauses=[_clause(report, one) for one in item.clauses],
        routes=[[_step(step) for step in route] for route in item.routes],
        all_routes=item.all_routes,
        product=_named(report, concern.product),
        domain=_named(report, concern.domain),
        owners=[_party(one) for one in concern.owners],
        runs=concern.runs,
        last_used=None if concern.last_used is None else format_instant(concern.last_used),
        status=concern.status,
        action=concern.action,
    )


def _step(step: RouteStep) -> ImpactStep:
    return ImpactStep(
        source=step.source,
        target=step.target,
        job=step.job,
        use=None if step.kind is None else cast(Literal["DIRECT", "INDIRECT"], str(step.kind)),
        transformations=[
            ImpactTransformation(subtype=one.subtype, masking=one.masking, description=one.description)
            for one in step.transformations
        ],
        origins=list(step.origins),
        last_seen=None if step.last_seen is None else format_instant(step.last_seen),
    )


def _clause(report: ImpactReport, one: Clause) -> ImpactClause:
    contract = Named(id=one.contract, name=_name(report, one.contract))
    return ImpactClause(contract=contract, part=one.part, message=one.message)


def _party(one: Party) -> ImpactParty:
    return ImpactParty(id=one.key, name=one.name, contacts=list(one.contacts))


def _named(report: ImpactReport, key: str | None) -> Named | None:
    return None if key is None else Named(id=key, name=_name(report, key))


def _name(report: ImpactReport, key: str) -> str:
    return report.names.get(key) or spoken(key)


def _verdict(report: ImpactReport, one: Verdict) -> ImpactPolicyVerdict:
    owners = [report.parties.get(key, Party(key, spoken(key))) for key in one.owners]
    return ImpactPolicyVerdict(
        policy=_policy(report, one.policy),
        severity=cast(Literal["info", "warn", "block"], str(one.severity)),
        status=cast(Literal["FAIL", "GRACE", "WAIVED", "NOT_EVALUATED"], str(one.status)),
        target=Named(id=one.target, name=_name(report, one.target)),
        message=one.message,
        remediation=one.remediation,
        explanation=[step.text for step in one.explanation],
        owners=[_party(party) for party in owners],
        waiver=one.waiver,
        until=None if one.until_ns is None else format_instant(one.until_ns),
    )


def _policy(report: ImpactReport, id_: str) -> Named:
    return Named(id=policy_key(id_), name=report.newly.titles.get(id_, id_))


def _usage(until: int | None) -> ImpactUsage | None:
    if until is None:
        return None
    return ImpactUsage(since=format_instant(until - WINDOW_NS), until=format_instant(until))


def _coverage(found: Coverage) -> answers.Coverage:
    reasons: Iterable[answers.Reason] = (
        answers.Reason(code=reason.code, message=reason.message) for reason in found.reasons
    )
    return answers.Coverage(status=found.status, reasons=list(reasons), nodes=found.nodes, edges=found.edges)
