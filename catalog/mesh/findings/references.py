"""References to what nobody describes: typos, and documents that are missing."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import SequenceMatcher, get_close_matches
from itertools import islice
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
_OFTEN_NAMES = frozenset(("team", "domain"))
"""What tools write as a mere name (a domain of ODCS, ``meta`` of dbt), where nobody means to describe it."""
_NEAR, _TYPO = 0.6, 0.8
"""How much alike two names are: worth to be shown; surely meant (1 is the same)."""
_MAX_COMPARED = 50_000
"""Names of one kind that are compared in all: 1 to 2 seconds. Behind that no near one is told."""
_SHOWN = 3
_MAX_PROOFS = 20

Referring = Mapping[str, Sequence[Edge]]
"""What refers to one thing, and the edges by which it does."""


def unknown_references(context: Context) -> Iterator[Finding]:
    """Things refer to what no document describes and no event knows: one question.

    A team or domain is told where one is described that has nearly its name. Others of which nobody says more are one
    piece of information each, and none at all in a mesh that describes no team, or no domain.
    """
    unknown = _unknown(context)
    names = _names(context) if unknown else {}
    compared = _compared(unknown, names)
    for target, referring in sorted(unknown.items()):
        known = names.get(kind_of(target), [])
        near = _alike(_name(target), known, set(map(_name, referring))) if target in compared else []
        if kind_of(target) not in _OFTEN_NAMES or _is_meant(_name(target), near):
            yield from _wrong(context, target, referring, near)
        elif known:
            yield from _only_named(context, target, referring)


def _unknown(context: Context) -> dict[str, dict[str, list[Edge]]]:
    """What is referred to and not described, by key, and what refers to it."""
    declared = context.declared
    found: dict[str, dict[str, list[Edge]]] = defaultdict(lambda: defaultdict(list))
    for node in sorted(declared.nodes.values(), key=lambda node: node.key):
        for edge in declared.out(node.key, *_REFERRING):
            if kind_of(edge.target) in _KINDS and not declared.is_described(edge.target):
                found[edge.target][edge.source].append(edge)
    seen = _seen(context, [target for target in found if kind_of(target) == "team"])
    return {target: referring for target, referring in found.items() if target not in seen}


def _wrong(context: Context, target: str, referring: Referring, near: Sequence[str]) -> Iterator[Finding]:
    """Each that refers to it is wrong by itself."""
    meant = f" Did you mean {' or '.join(near)}?" if near else ""
    for source, edges in referring.items():
        product = _product(context, source)
        if context.is_asked(product):
            yield context.finding(
                kind=FindingKind.UNKNOWN_REFERENCE,
                severity=FindingSeverity.WARN,
                cause=(source, target),
                subject=source,
                product=product,
                message=f"{context.spoken(source)} refers to {context.spoken(target)}, which nobody describes.{meant}",
                remedy="Correct the reference, or import the document that describes it.",
                since=begin(edges),
                evidence=[Proof(f"It names {target}.", (source, target), tuple(edges))],
            )


def _only_named(context: Context, target: str, referring: Referring) -> Iterator[Finding]:
    """One document would describe it for all that refer to it."""
    products = {product for product in (_product(context, source) for source in referring) if product}
    if context.product is None or context.product in products:
        begins = [since for since in map(begin, referring.values()) if since is not None]
        yield context.finding(
            kind=FindingKind.UNKNOWN_REFERENCE,
            severity=FindingSeverity.INFO,
            cause=(target,),
            subject=target,
            product=None,
            message=f"{context.spoken(target)} is only a name, which {_told(context, referring)} "
            f"{'gives' if len(referring) == 1 else 'give'}; nobody describes it.",
            remedy="Import a document that describes it, or correct what names it.",
            since=min(begins, default=None),
            evidence=[
                Proof(f"{context.spoken(source)} names it.", (source, target), tuple(edges))
                for source, edges in islice(referring.items(), _MAX_PROOFS)
            ],
            concerns=products,
        )


def _told(context: Context, keys: Collection[str]) -> str:
    shown = ", ".join(context.spoken(key) for key in islice(keys, _SHOWN))
    more = len(keys) - _SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


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


def _compared(targets: Collection[str], names: Mapping[str, Sequence[str]]) -> set[str]:
    """Of each kind the first that may be compared with all names of it, whatever part is asked about."""
    by_kind = {kind: [key for key in sorted(targets) if kind_of(key) == kind] for kind in _KINDS}
    return {
        key
        for kind, keys in by_kind.items()
        for key in keys[: _MAX_COMPARED // max(1, len(names.get(kind, ())))]
    }


def _alike(name: str, names: Collection[str], but: Collection[str]) -> list[str]:
    """The names most like one, the best first, at most two; a thing never means itself."""
    return get_close_matches(name, [one for one in names if one not in but], n=2, cutoff=_NEAR)


def _is_meant(name: str, near: Sequence[str]) -> bool:
    return bool(near) and SequenceMatcher(None, near[0], name).ratio() >= _TYPO


def _name(key: str) -> str:
    return unquote(key.partition("/")[2])
