"""What people or documents say will go away, and is read nevertheless."""

from collections.abc import Iterator

from catalog.aliases import dataset_of
from catalog.coverage import spoken
from catalog.graph import Direction, Edge
from catalog.identity import kind_of
from catalog.instant import format_instant
from catalog.mesh.declared import begin
from catalog.mesh.deprecated import declared_deprecations
from catalog.mesh.finding import Finding, FindingKind, FindingSeverity, Proof
from catalog.mesh.findings.context import Context
from catalog.signoff.deprecations import Deprecated, deprecated, readers_of
from ontology.vocabulary import Rel

MAX_PROOFS = 20


def deprecated_in_use(context: Context) -> Iterator[Finding]:
    """A job reads a column or dataset that is deprecated: for the product that has the job, else that whose data it
    makes; an error when the day of the removal has come."""
    mesh = context.mesh
    declared = {one.subject: one for one in declared_deprecations(mesh)}
    things = declared | {one.subject: one for one in deprecated(mesh.reader, mesh.at)}
    found = readers_of(mesh.reader, things, mesh.at) if things else {}
    for subject, jobs in sorted(found.items()):
        for product, edges in sorted(by_product(context, jobs).items(), key=lambda item: item[0] or ""):
            if context.is_asked(product):
                yield _finding(context, things[subject], product, edges)


def by_product(context: Context, jobs: dict[str, list[Edge]]) -> dict[str | None, dict[str, list[Edge]]]:
    """The jobs with their edges, by the products that have them; None: of no product."""
    made: dict[str | None, dict[str, list[Edge]]] = {}
    written: dict[str, list[str]] = {}
    for edge in context.mesh.reader.edges(jobs, (Rel.PRODUCES,), Direction.OUT, context.mesh.at):
        written.setdefault(edge.source, []).append(edge.target)
    for job, edges in jobs.items():
        own = context.mesh.members.products(job)
        homes = own or tuple(
            sorted({one for key in written.get(job, ()) for one in context.mesh.members.products(key)})
        )
        for product in homes or (None,):
            made.setdefault(product, {})[job] = edges
    return made


def _finding(context: Context, one: Deprecated, product: str | None, jobs: dict[str, list[Edge]]) -> Finding:
    is_due = one.removal_ns is not None and one.removal_ns <= context.mesh.now_ns
    what = "Column" if kind_of(one.subject) == "field" else "Dataset"
    until = "" if one.removal_ns is None else f", may be gone {_since(one.removal_ns, is_due=is_due)}"
    why = "" if one.reason is None else f" ({one.reason})"
    who = "Something of no product" if product is None else context.spoken(product).capitalize()
    home = one.subject if what == "Dataset" else dataset_of(one.subject)
    count = len(jobs)
    by = f"{count} job{'' if count == 1 else 's'}"
    instead = "" if one.instead is None else f", and use {spoken(one.instead)} instead"
    return context.finding(
        kind=FindingKind.DEPRECATED_IN_USE,
        severity=FindingSeverity.ERROR if is_due else FindingSeverity.WARN,
        cause=(one.subject, product or ""),
        subject=product or one.subject,
        product=product,
        message=f"{what} {spoken(one.subject)} is deprecated{until}{why}. {who} reads it, by {by}.",
        remedy=f"Stop reading it{instead}; or have the deprecation withdrawn.",
        since=max(
            (at for at in (one.since, begin(e for edges in jobs.values() for e in edges)) if at), default=None
        ),
        evidence=[
            Proof(f"Job {spoken(job)} reads it.", (one.subject, job), tuple(edges[:MAX_PROOFS]))
            for job, edges in list(jobs.items())[:MAX_PROOFS]
        ],
        concerns=() if home is None else context.mesh.members.products(home),
    )


def _since(at_ns: int, *, is_due: bool) -> str:
    day = format_instant(at_ns)[:10]
    return f"since {day}" if is_due else f"from {day} on"
