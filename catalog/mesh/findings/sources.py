"""What documents say differently of one thing, where no person has decided."""

from collections.abc import Iterator, Mapping

from catalog.coverage import spoken
from catalog.graph import Direction, Edge
from catalog.mesh.declared import begin
from catalog.mesh.finding import Finding, FindingKind, FindingSeverity, Proof
from catalog.mesh.findings.context import Context
from catalog.mesh.findings.promises import changed_promises
from catalog.mesh.findings.united import united
from catalog.statements import Conflict, Why, conflicts, is_single, statements
from ontology.vocabulary import Label, Rel

_KINDS = (
    *(Label.DATA_PRODUCT, Label.OUTPUT_PORT, Label.INPUT_PORT, Label.MANAGEMENT_PORT),
    *(Label.DATA_CONTRACT, Label.CONTRACT_VERSION, Label.SCHEMA, Label.DOMAIN, Label.TEAM, Label.PERSON),
)
_WEIGHTY = frozenset(("lifecycle", "visibility"))
"""Properties that decide who may use a thing, or whether anybody should."""
_WHY = {
    Why.RANK: "the source that stands higher counts",
    Why.NEWEST: "the newest version counts",
}


def source_conflicts(context: Context) -> Iterator[Finding]:
    """Two documents give one thing another property, owner or domain, one port other data or owners, one version of a
    contract other fields; one document changes those of an active version: a fixed number of questions."""
    declared, reader = context.declared, context.mesh.reader
    keys = [node.key for node in declared.of(*_KINDS) if context.is_asked(context.product_of(node.key))]
    told = statements(reader, keys, context.mesh.at) if keys else {}
    yield from united(context, told)
    yield from changed_promises(context)
    found = {key: _open(key, conflicts(key, said)) for key, said in told.items()}
    differing = [key for key, ones in found.items() if ones]
    edges = reader.edges(differing, (Rel.DESCRIBES,), Direction.IN, context.mesh.at) if differing else []
    describing = {(edge.source, edge.target): edge for edge in edges}
    for key in sorted(differing):
        for one in found[key]:
            yield _finding(context, key, one, describing)


def _open(key: str, found: list[Conflict]) -> list[Conflict]:
    """Those that no person has decided. Two owners or domains that both count are an ownership conflict."""
    return [
        one
        for one in found
        if one.why is not Why.CURATED and not (is_single(key, one.name) and one.why is Why.UNDECIDED)
    ]


def _finding(
    context: Context, key: str, one: Conflict, describing: Mapping[tuple[str, str], Edge]
) -> Finding:
    single = is_single(key, one.name)
    tellers = sorted({claim.teller for claim in one.claims})
    edges = {teller: describing[teller, key] for teller in tellers if (teller, key) in describing}
    return context.finding(
        kind=FindingKind.SOURCE_CONFLICT,
        severity=FindingSeverity.WARN if single or one.name in _WEIGHTY else FindingSeverity.INFO,
        cause=(key, one.name),
        subject=key,
        product=context.product_of(key),
        message=f"Documents differ in the {one.name} of {context.spoken(key)}; {_WHY[one.why]}.",
        remedy="Let one document say it, rank the sources, or set it by hand.",
        since=begin(edges.values()),
        evidence=[
            Proof(
                f"{spoken(claim.teller)} says {claim.value!r}" + (", which counts." if claim.counts else "."),
                (claim.teller, *((str(claim.value),) if single else ())),
                (edges[claim.teller],) if claim.teller in edges else (),
            )
            for claim in one.claims
        ],
    )
