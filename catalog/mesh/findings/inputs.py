"""What products take without saying so, and what they take past the ports of others."""

from collections import defaultdict
from collections.abc import Iterator

from catalog.aliases import is_dataset
from catalog.mesh.finding import Finding, FindingKind, FindingSeverity, Proof
from catalog.mesh.findings.context import Context
from catalog.mesh.product_graph import ProductEdge, Route

MAX_PROOFS = 20
"""Pieces of evidence that one finding carries."""


def undeclared_inputs(context: Context) -> Iterator[Finding]:
    """Lineage leads from one product to another, and no input port of the second states it."""
    for edge in context.graph.edges:
        if edge.is_observed and not edge.is_declared and context.declared.is_described(edge.target):
            source, target = context.spoken(edge.source), context.spoken(edge.target)
            yield context.finding(
                kind=FindingKind.UNDECLARED_INPUT,
                severity=FindingSeverity.WARN,
                cause=(edge.source, edge.target),
                subject=edge.target,
                product=edge.target,
                message=f"{target} takes data from {source}, and no input port of it says so.",
                remedy=f"Declare an input port that receives an output port of {source}, or stop reading it.",
                since=edge.since,
                evidence=_proofs(edge.routes),
                concerns=(edge.source,),
            )


def internal_reads(context: Context) -> Iterator[Finding]:
    """A product takes from a dataset of another that the other does not offer."""
    for edge in context.graph.edges:
        for dataset, routes in _inside(context, edge).items():
            source, target = context.spoken(edge.source), context.spoken(edge.target)
            begins = [route.since for route in routes]
            yield context.finding(
                kind=FindingKind.INTERNAL_READ,
                severity=FindingSeverity.WARN,
                cause=(edge.source, dataset, edge.target),
                subject=dataset,
                product=edge.target,
                message=f"{target} reads {dataset.partition('/')[2]}, which is inside of {source} and not offered.",
                remedy=f"Read an output port of {source}, or agree that it offers this too.",
                since=None if None in begins else min(begin for begin in begins if begin is not None),
                evidence=_proofs(routes),
                concerns=(edge.source,),
            )


def _inside(context: Context, edge: ProductEdge) -> dict[str, list[Route]]:
    """The routes from datasets that the product has and does not offer, by dataset."""
    found: dict[str, list[Route]] = defaultdict(list)
    for route in edge.routes:
        if is_dataset(route.source) and not context.mesh.members.is_offered(route.source, edge.source):
            found[route.source].append(route)
    return found


def _proofs(routes: tuple[Route, ...] | list[Route]) -> list[Proof]:
    proofs = []
    for route in routes[:MAX_PROOFS]:
        way = (route.source, *route.between, route.target)
        text = " → ".join(key.partition("/")[2] for key in way)
        proofs.append(Proof(text, way, route.edges))
    return proofs
