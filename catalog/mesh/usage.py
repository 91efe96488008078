"""Who reads which product, and under which access agreement.

Use is what lineage shows, what input ports declare, and what agreements in force grant. What asks for an agreement, and
what one allows, is as of the findings (``catalog.mesh.findings.access``).
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from catalog.aliases import is_job
from catalog.mesh.agreements import Agreement
from catalog.mesh.consumers import Consumer, consumers
from catalog.mesh.findings.access import asking_ports, is_about, ports_of
from catalog.mesh.findings.context import Context
from catalog.mesh.members import MemberKind
from catalog.mesh.mesh import Mesh
from catalog.mesh.product_graph import ProductEdge
from ontology.vocabulary import Rel


class Terms(StrEnum):
    """INTERNAL: the product has for itself what is read. OPEN: nothing that is read asks for an agreement. AGREED:
    those in force allow all of it. OWN: one team answers for both. NOT_AGREED: none allows some of it. UNKNOWN: a job
    of no product reads what asks for one; for whom nobody tells."""

    INTERNAL = "INTERNAL"
    OPEN = "OPEN"
    AGREED = "AGREED"
    OWN = "OWN"
    NOT_AGREED = "NOT_AGREED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Use:
    """That somebody (``by``: a product, a job of no product, or who was granted something) uses a product (keys).

    ``ports``: those that are read or declared to be; ``datasets``: what lineage shows to be read. ``declared``: whether
    an input port or an agreement states it. ``agreements``: those about it, however they stand.
    """

    product: str
    by: str
    terms: Terms
    ports: tuple[str, ...]
    datasets: tuple[str, ...]
    declared: bool
    agreements: tuple[Agreement, ...]


def usage(mesh: Mesh, product: str | None = None) -> list[Use]:
    """Who uses a product, or each of all: by product and who."""
    products = mesh.products() if product is None else [product]
    context = Context(mesh, graph=mesh.graph(None if product is None else products))
    found = consumers(mesh, products, context.graph, mesh.statuses(products))
    edges = {(edge.source, edge.target): edge for edge in context.graph.edges}
    uses = [_use(context, key, one, edges.get((key, one.key))) for key in products for one in found[key]]
    return sorted(uses, key=lambda one: (one.product, one.by))


def _use(context: Context, product: str, one: Consumer, edge: ProductEdge | None) -> Use:
    read = {port for dataset in one.datasets for port in ports_of(context, product, dataset)}
    stated = edge.declared if edge is not None else ()
    ports = sorted(read | {told.output_port for told in stated if told.output_port is not None})
    return Use(
        product=product,
        by=one.key,
        terms=_terms(context, product, one, about := _about(context, product, one, ports)),
        ports=tuple(ports),
        datasets=one.datasets,
        declared=one.declared or bool(stated),
        agreements=about,
    )


def _about(context: Context, product: str, one: Consumer, ports: list[str]) -> tuple[Agreement, ...]:
    """The agreements about a use; where it is not known what of the product is used, about any of it."""
    known = bool(one.datasets or ports)
    things = ports if known else context.declared.targets(product, Rel.HAS_OUTPUT_PORT)
    datasets = one.datasets if known else context.mesh.members.datasets(product)
    return tuple(
        agreement
        for agreement in context.agreements
        if is_about(context, agreement, product, one.key, things, datasets)
    )


def _terms(context: Context, product: str, one: Consumer, about: Collection[Agreement]) -> Terms:
    if not all(_is_offered(context, product, dataset) for dataset in one.datasets):
        return Terms.INTERNAL
    in_force = [agreement for agreement in about if agreement.is_in_force]
    asking = [(p, dataset) for dataset in one.datasets for p in asking_ports(context, product, dataset)]
    if not asking:
        return Terms.AGREED if in_force else Terms.OPEN
    if all(
        any(is_about(context, agreement, product, one.key, [port], [dataset]) for agreement in in_force)
        for port, dataset in asking
    ):
        return Terms.AGREED
    if is_job(one.key):
        return Terms.UNKNOWN
    same = {*context.declared.owners(product)} & {*context.declared.owners(one.key)}
    return Terms.OWN if same else Terms.NOT_AGREED


def _is_offered(context: Context, product: str, dataset: str) -> bool:
    """Whether a product offers a dataset that it has."""
    kinds = {one.kind for one in context.mesh.members.owning(dataset) if one.product == product}
    return not kinds or MemberKind.OFFERED in kinds
