"""The report of what a proposal reaches: with products and contracts, whom it concerns, the verdict, an id."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from catalog.canonical import digest, encode
from catalog.changes import Position, position
from catalog.coverage import Coverage, CoverageStatus, Reason, ReasonCode
from catalog.governance.newly import OpenQueries
from catalog.impact.advice import semver
from catalog.impact.change import Change, Proposal
from catalog.impact.concerns import Concerns
from catalog.impact.delta import Delta
from catalog.impact.judged import judged
from catalog.impact.policies import raised
from catalog.impact.report import Affected, ImpactReport
from catalog.impact.things import things
from catalog.impact.touched import Touched
from catalog.impact.usage import graph_time
from catalog.impact.verdict import decide
from catalog.lineage_view import View
from catalog.mesh.declared import MAX_THINGS
from catalog.mesh.mesh import Mesh
from catalog.mesh.recent import MeshOf


@dataclass(frozen=True, slots=True)
class Options:
    """What an answer depends on beside the proposal and the graph. ``binder``: whether the SQL of jobs is bound."""

    at: int | None
    origins: frozenset[str] | None
    binder: bool
    max_items: int
    routes: int


def told(
    view: View,
    proposal: Proposal,
    deltas: Mapping[str, Delta],
    items: Sequence[Affected],
    coverage: Coverage,
    options: Options,
    queries: OpenQueries | None = None,
    mesh_of: MeshOf = Mesh,
) -> ImpactReport:
    """The report. ``items``: the affected fields, datasets and jobs, by position; ``deltas``: what becomes of the
    columns of datasets, those of the proposal and, as far as they are told, those downstream, by the name of their
    class. ``queries``: opens who answers the queries of policies; without it these are not evaluated. ``mesh_of``:
    gives the mesh."""
    mesh = mesh_of(view.reader, view.at)
    touched = Touched(view, proposal.changes, deltas, items)
    concerns = Concerns(view, mesh)
    concerns.add(items)
    reading = frozenset(concerns.products)
    advised = semver(proposal.changes, items)
    found = things(mesh, proposal, touched, items, reading, advised)
    policies = raised(view, mesh, touched, proposal.changes)
    listed = tuple(items)
    if found.items:
        listed = tuple(sorted((*items, *found.items.values()), key=lambda item: item.position))
    concerns.add([*found.items.values()])
    coverage = _of_all(coverage, len(listed), mesh.declared.cut)
    found_newly = judged(view.reader, proposal, view.at, queries)
    decision = decide(proposal, listed, coverage, policies, found_newly)
    concerns.name(found_newly)
    version = position(view.reader)
    return ImpactReport(
        id=report_id(proposal, version, options),
        proposal=proposal,
        verdict=decision.verdict,
        why=decision.why,
        semver=advised.part,
        semver_why=advised.why,
        items=listed,
        coverage=coverage,
        version=version.version,
        at=view.at,
        concerns=concerns.by_item,
        policies=policies,
        newly=found_newly,
        names=concerns.names,
        used_until=graph_time(view.reader, view.at),
        exposes=found.exposes,
        parties=concerns.parties,
    )


def _of_all(covered: Coverage, items: int, cut: Sequence[str]) -> Coverage:
    """The coverage with the declared things counted too; ``cut``: the kinds of them of which not all were read."""
    if not cut:
        return replace(covered, nodes=items)
    message = f"Of {', '.join(sorted(cut))} only the first {MAX_THINGS:,} were looked at; there are more."
    reasons = (*covered.reasons, Reason(ReasonCode.MAX_NODES, (), message))
    status = CoverageStatus.PARTIAL if covered.status is CoverageStatus.COMPLETE else covered.status
    return Coverage(status, reasons, items, covered.edges)


def report_id(proposal: Proposal, version: Position, options: Options) -> str:
    """The same for the same changes, whoever says them and where, of one version of a graph, with the same options."""
    changes = sorted((_said(change) for change in proposal.changes), key=encode)
    asked = [
        *(options.at, None if options.origins is None else sorted(options.origins)),
        *(options.binder, options.max_items, options.routes),
    ]
    parts = [
        changes,
        sorted(proposal.unread),
        sorted(proposal.contracts),
        version.version,
        version.mark,
        asked,
        *([sorted(entry.hash for entry, _ in proposal.said)] if proposal.said else []),
    ]
    return digest(encode(parts))[:32]


def _said(change: Change) -> list[str | float | int | None]:
    return [
        *(change.subject, change.kind.value, change.path, change.before, change.after),
        *(change.confidence, change.note),
    ]
