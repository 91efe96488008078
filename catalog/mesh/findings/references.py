"""References to what nobody describes: typos, and documents that are missing."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from difflib import get_close_matches
from urllib.parse import unquote

from catalog.fold.edges import told_by_document
from catalog.graph import Direction, Edge
from catalog.identity import kind_of
from catalog.mesh.declared import begin
from catalog.mesh.finding import Finding, FindingKind, FindingSeverity, Proof
from catalog.mesh.findings.context import Context
from ontology.vocabulary import Label, Rel

_LABELS = (
    *(Label.DATA_PRODUCT, Label.OUTPUT_PORT, Label.TEAM, Label.DOMAIN),
    *(Label.DATA_CONTRACT, Label.CONTRACT_VERSION),
)
"""What is meant to be described where something refers to it."""
_KINDS = frozenset(("product", "output-port", "team", "domain", "contract", "contract-version"))
_REFERRING = (
    *(Rel.OWNED_BY, Rel.IN_DOMAIN, Rel.PART_OF, Rel.RECEIVES, Rel.DEPENDS_ON),
    *(Rel.COVERS, Rel.GRANTED_TO, Rel.GRANTED_BY, Rel.PREVIOUS_VERSION),
)
"""How things refer to it. Contracts of ports have a finding of their own."""


def unknown_references(context: Context) -> Iterator[Finding]:
    """A thing refers to what no document describes and no event knows: one question."""
    declared = context.declared
    found: dict[tuple[str, str], list[Edge]] = defaultdict(list)
    for node in declared.nodes.values():
        for edge in declared.out(node.key, *_REFERRING):
            if kind_of(edge.target) in _KINDS and not declared.is_described(edge.target):
                found[edge.source, edge.target].append(edge)
    seen = _seen(context, {target for _, target in found if kind_of(target) == "team"})
    names = _names(context) if found else {}
    for (source, target), edges in sorted(found.items()):
        product = _product(context, source)
        if target not in seen and context.is_asked(product):
            near = _near(target, names.get(kind_of(target), ()))
            yield context.finding(
                kind=FindingKind.UNKNOWN_REFERENCE,
                severity=FindingSeverity.WARN,
                cause=(source, target),
                subject=source,
                product=product,
                message=f"{context.spoken(source)} refers to {context.spoken(target)}, which nobody describes.{near}",
                remedy="Correct the reference, or import the document that describes it.",
                since=begin(edges),
                evidence=[Proof(f"It names {target}.", (source, target), tuple(edges))],
            )


def _seen(context: Context, teams: Collection[str]) -> set[str]:
    """The teams that events name as owners."""
    reader, at = context.mesh.reader, context.mesh.at
    edges = reader.edges(teams, (Rel.OWNED_BY,), Direction.IN, at) if teams else ()
    return {edge.target for edge in edges if not told_by_document(edge)}


def _product(context: Context, key: str) -> str | None:
    """The product whose matter a reference is; of an agreement the first that it covers."""
    covered = context.declared.targets(key, Rel.COVERS) if kind_of(key) == "agreement" else [key]
    return next((one for one in map(context.product_of, covered) if one is not None), None)


def _names(context: Context) -> dict[str, list[str]]:
    """What is described, as keys spell it, by kind."""
    found: dict[str, list[str]] = defaultdict(list)
    for node in context.declared.of(*_LABELS):
        if context.declared.is_described(node.key):
            found[kind_of(node.key)].append(_name(node.key))
    return found


def _near(target: str, names: Collection[str]) -> str:
    near = get_close_matches(_name(target), names, n=2, cutoff=0.6)
    return f" Did you mean {' or '.join(near)}?" if near else ""


def _name(key: str) -> str:
    return unquote(key.partition("/")[2])
