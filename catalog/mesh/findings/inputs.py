"""What products take without saying so, and what they take past the ports of others."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import unquote

from catalog.aliases import is_dataset
from catalog.coverage import spoken
from catalog.graph import Edge
from catalog.mesh.finding import Finding, FindingKind, FindingSeverity, Proof
from catalog.mesh.findings.context import Context
from catalog.mesh.product_graph import ProductEdge, Route, earliest
from catalog.mesh.route_fields import fields_taken

MAX_PROOFS = 20
"""Pieces of evidence that one finding carries."""


def undeclared_inputs(context: Context) -> Iterator[Finding]:
    """Lineage leads from one product to another, and no input port of the second states it; or from a dataset that the
    first offers, and none of the ports that the second receives gives it."""
    edges = [edge for edge in context.graph.edges if edge.is_observed]
    edges = [edge for edge in edges if context.declared.is_described(edge.target)]
    wholly = [(edge, (), edge.routes) for edge in edges if not edge.is_declared]
    partly = [
        (edge, (dataset,), tuple(routes))
        for edge in edges
        for dataset, routes in _beside_ports(context, edge).items()
    ]
    undeclared: list[tuple[ProductEdge, tuple[str, ...], tuple[Route, ...]]] = [*wholly, *partly]
    taken = fields_taken(context.mesh.binder, [route for _, _, routes in undeclared for route in routes])
    for edge, datasets, routes in undeclared:
        source, target = context.spoken(edge.source), context.spoken(edge.target)
        what, that = (spoken(datasets[0]), "receives that") if datasets else ("data", "says so")
        yield context.finding(
            kind=FindingKind.UNDECLARED_INPUT,
            severity=FindingSeverity.WARN,
            cause=(edge.source, edge.target, *map(context.mesh.binder.classes.name, datasets)),
            subject=edge.target,
            product=edge.target,
            message=f"{target} takes {what} from {source}, and no input port of it {that}.",
            remedy=f"Declare an input port that receives an output port of {source}, or stop reading it.",
            since=earliest([route.since for route in routes]),
            evidence=[*_proofs(routes), *_field_proofs(routes, taken)],
            concerns=(edge.source,),
        )


def _beside_ports(context: Context, edge: ProductEdge) -> dict[str, list[Route]]:
    """The routes from datasets that the source offers at other ports than the target says that it receives, by dataset.

    None where one of the ports that it receives is bound to nothing, or is not told: it may be the one.
    """
    received = [
        context.mesh.bindings.get(one.output_port) if one.output_port else None for one in edge.declared
    ]
    bindings = [one for one in received if one is not None and one.bound]
    if not bindings or len(bindings) < len(received):
        return {}
    name = context.mesh.binder.classes.name
    given = {name(bound.dataset) for one in bindings for bound in one.bound}
    found: dict[str, list[Route]] = defaultdict(list)
    for route in edge.routes:
        if (
            is_dataset(route.source)
            and name(route.source) not in given
            and context.mesh.members.is_offered(route.source, edge.source)
        ):
            found[route.source].append(route)
    return found


def internal_reads(context: Context) -> Iterator[Finding]:
    """A product takes from a dataset of another that the other does not offer."""
    inside = [(edge, _inside(context, edge)) for edge in context.graph.edges]
    found = [route for _, by_dataset in inside for routes in by_dataset.values() for route in routes]
    taken = fields_taken(context.mesh.binder, found)
    for edge, by_dataset in inside:
        for dataset, routes in by_dataset.items():
            source, target = context.spoken(edge.source), context.spoken(edge.target)
            begins = [route.since for route in routes]
            yield context.finding(
                kind=FindingKind.INTERNAL_READ,
                severity=FindingSeverity.WARN,
                cause=(edge.source, context.mesh.binder.classes.name(dataset), edge.target),
                subject=dataset,
                product=edge.target,
                message=f"{target} reads {spoken(dataset)}, which is inside of {source} and not offered.",
                remedy=f"Read an output port of {source}, or agree that it offers this too.",
                since=None if None in begins else min(begin for begin in begins if begin is not None),
                evidence=[*_proofs(routes), *_field_proofs(routes, taken)],
                concerns=(edge.source,),
            )


def _inside(context: Context, edge: ProductEdge) -> dict[str, list[Route]]:
    """The routes from datasets that the product has and does not offer, by dataset."""
    found: dict[str, list[Route]] = defaultdict(list)
    for route in edge.routes:
        if is_dataset(route.source) and not context.mesh.members.is_offered(route.source, edge.source):
            found[route.source].append(route)
    return found


def _proofs(routes: Sequence[Route]) -> list[Proof]:
    proofs = []
    for route in routes[:MAX_PROOFS]:
        way = (route.source, *route.between, route.target)
        text = " → ".join(spoken(key) for key in way)
        proofs.append(Proof(text, way, route.edges))
    return proofs


def _field_proofs(routes: Sequence[Route], taken: Mapping[Route, tuple[Edge, ...]]) -> list[Proof]:
    """The fields that are taken of each dataset, as far as column lineage or SQL tells."""
    by_dataset: dict[str, list[Edge]] = defaultdict(list)
    for route in routes:
        by_dataset[route.source] += taken[route]
    proofs = []
    for dataset, edges in by_dataset.items():
        fields = sorted({edge.source for edge in edges})
        if fields:
            named = ", ".join(unquote(field.rpartition("/")[2]) for field in fields[:MAX_PROOFS])
            more = f" and {len(fields) - MAX_PROOFS} more" if len(fields) > MAX_PROOFS else ""
            text = f"Of {spoken(dataset)} it takes {named}{more}."
            proofs.append(Proof(text, tuple(fields), tuple(edges[:MAX_PROOFS])))
    return proofs[:MAX_PROOFS]
