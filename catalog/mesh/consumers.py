"""Who uses products: other products, jobs of none, and those to whom access is granted."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from catalog.aliases import is_dataset
from catalog.graph import Direction
from catalog.identity import kind_of
from catalog.mesh.agreements import Agreement, agreements
from catalog.mesh.members import MemberKind
from catalog.mesh.mesh import Mesh
from catalog.mesh.product_graph import ProductEdge, ProductGraph
from catalog.mesh.status import ProductStatus
from ontology.vocabulary import Rel


@dataclass(frozen=True, slots=True)
class Consumer:
    """Who uses the product: another product, or a job that belongs to none (keys). ``datasets``: what it reads;
    ``declared``: whether an input port or an agreement states it."""

    key: str
    datasets: tuple[str, ...]
    declared: bool


def consumers(
    mesh: Mesh, products: Collection[str], graph: ProductGraph, statuses: Mapping[str, ProductStatus]
) -> dict[str, tuple[Consumer, ...]]:
    """Who uses each of some products: products by key, then jobs of no product by key, then others to whom an agreement
    in force gives access. One question for all of them.

    ``graph``: at least the edges from these products; ``statuses``: at least theirs.
    """
    offered = {product: _offered(mesh, product) for product in products}
    readers = _readers(mesh, {key for keys in offered.values() for key in keys})
    inside = {job for edge in graph.edges for route in edge.routes for job in route.jobs}
    granted = [one for one in agreements(mesh.declared, mesh.now_ns) if one.is_in_force]
    found: dict[str, tuple[Consumer, ...]] = {}
    for product, datasets in offered.items():
        told = {edge.target: _consuming(edge) for edge in graph.out_of(product)}
        own = inside | set(statuses[product].jobs) if product in statuses else inside
        reads: dict[str, set[str]] = defaultdict(set)
        for dataset in datasets:
            for job in readers.get(mesh.binder.classes.name(dataset), set()) - own:
                if not mesh.members.owning(job):
                    reads[job].add(dataset)
        told.update((job, Consumer(job, tuple(sorted(reads[job])), False)) for job in sorted(reads))
        for taker in _takers(mesh, product, datasets, granted):
            told.setdefault(taker, Consumer(taker, (), True))
        found[product] = tuple(told.values())
    return found


def _offered(mesh: Mesh, product: str) -> list[str]:
    members = mesh.members.of_product(product)
    return sorted(
        {one.member for one in members if one.kind is MemberKind.OFFERED and is_dataset(one.member)}
    )


def _readers(mesh: Mesh, datasets: Collection[str]) -> dict[str, set[str]]:
    """The jobs that read each dataset, by the name of its class."""
    classes = mesh.binder.classes
    keys = classes.keys({classes.name(one) for one in datasets})
    found: dict[str, set[str]] = defaultdict(set)
    for edge in mesh.reader.edges(keys, (Rel.CONSUMED_BY,), Direction.OUT, mesh.at) if keys else ():
        found[classes.name(edge.source)].add(edge.target)
    return found


def _takers(mesh: Mesh, product: str, datasets: Collection[str], granted: Collection[Agreement]) -> list[str]:
    covered = {product, *mesh.declared.targets(product, Rel.HAS_OUTPUT_PORT), *datasets}
    takers = {taker for one in granted if not covered.isdisjoint(one.covers) for taker in one.granted_to}
    return sorted(takers - {product})


def _consuming(edge: ProductEdge) -> Consumer:
    read = sorted({route.source for route in edge.routes if kind_of(route.source) == "dataset"})
    return Consumer(edge.target, tuple(read), edge.is_declared)
