"""The mesh as ``catalog.mesh`` computes it, for one request: read once for each instant, asked set-wise."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import TypeAlias, TypeVar

from strawberry.dataloader import DataLoader

from api.graphql.errors import Code, refusal
from api.graphql.loaders import Ask, At, loader
from catalog.governance.barriers import Barriers
from catalog.governance.criticality import Criticality, criticalities
from catalog.governance.holders import (
    DatasetStanding,
    ProductStanding,
    dataset_standings,
    product_standings,
)
from catalog.governance.propagation import Propagation, Standing, propagate, standings
from catalog.governance.retention import Kept, retentions
from catalog.governance.sayings import Sayings
from catalog.lineage_view import View
from catalog.mesh.binding import Binding
from catalog.mesh.consumers import Consumer, consumers
from catalog.mesh.finding import Finding, FindingFilter
from catalog.mesh.findings.evaluation import evaluate
from catalog.mesh.members import Membership
from catalog.mesh.mesh import Mesh
from catalog.mesh.product_graph import ProductEdge
from catalog.mesh.recent import MeshOf
from catalog.mesh.status import ProductStatus
from catalog.store.port import Reader

V = TypeVar("V")
Asked: TypeAlias = tuple[At, Barriers]
"""An instant, and what stops classes of data on their way."""
Edges: TypeAlias = tuple[ProductEdge, ...]
NO_EDGES: tuple[Edges, Edges] = ((), ())
MOST_INSTANTS = 10
"""Of one request: each is a whole mesh to read and to keep until the answer is made."""


class Meshes:
    """The loaders of one request that ask the mesh."""

    def __init__(self, ask: Ask, mesh_of: MeshOf) -> None:
        self._ask = ask
        self._mesh_of = mesh_of
        self._instants: set[At] = set()
        self._read: dict[At, Mesh] = {}
        self._whole: dict[At, list[Finding]] = {}
        self._bindings: DataLoader[tuple[str, At], Binding | None] = self._loader(_bindings, None)
        self._things: DataLoader[tuple[str, At], list[str]] = self._loader(_things, [])
        self._members: DataLoader[tuple[str, At], tuple[Membership, ...]] = self._loader(_members, ())
        self._owning: DataLoader[tuple[str, At], tuple[Membership, ...]] = self._loader(_owning, ())
        self._statuses: DataLoader[tuple[str, At], ProductStatus | None] = self._loader(_statuses, None)
        self._edges: DataLoader[tuple[str, At], tuple[Edges, Edges]] = self._loader(_edges, NO_EDGES)
        self._consumers: DataLoader[tuple[str, At], tuple[Consumer, ...]] = self._loader(_consumers, ())
        self._domains: DataLoader[tuple[str, At], tuple[Edges, Edges]] = self._loader(_domains, NO_EDGES)
        self._findings: DataLoader[tuple[str, At], list[Finding]] = self._loader(self._of_products, [])
        self._of_field: DataLoader[tuple[str, Asked], Standing | None] = self._classes(_of_fields, None)
        self._kept: DataLoader[tuple[str, At], Kept | None] = self._loader(_retentions, None)
        self._critical: DataLoader[tuple[str, At], Criticality | None] = self._loader(_criticalities, None)
        self._of_dataset: DataLoader[tuple[str, Asked], DatasetStanding | None] = self._classes(
            _of_datasets, None
        )
        self._of_product: DataLoader[tuple[str, Asked], ProductStanding | None] = self._classes(
            _of_products, None
        )

    async def binding(self, thing: str, at: At) -> Binding | None:
        """What a schema or port is bound to."""
        self._admit(at)
        return await self._bindings.load((thing, at))

    async def bindings(self, at: At) -> list[Binding]:
        """What each schema and port is bound to, by its key."""
        self._admit(at)
        found = await self._ask(lambda reader: self._mesh(reader, at).bindings)
        return [found[key] for key in sorted(found)]

    async def things(self, dataset: str, at: At) -> list[str]:
        """The schemas and ports that are bound to a dataset, under any of its names."""
        self._admit(at)
        return await self._things.load((dataset, at))

    async def owning(self, key: str, at: At) -> tuple[Membership, ...]:
        """What makes a dataset or job a member of products."""
        self._admit(at)
        return await self._owning.load((key, at))

    async def members(self, product: str, at: At) -> tuple[Membership, ...]:
        """What belongs to a product."""
        self._admit(at)
        return await self._members.load((product, at))

    async def status(self, product: str, at: At) -> ProductStatus | None:
        """How a product is."""
        self._admit(at)
        return await self._statuses.load((product, at))

    async def product_edges(self, product: str, at: At) -> tuple[Edges, Edges]:
        """What a product takes from others, and what others take from it."""
        self._admit(at)
        return await self._edges.load((product, at))

    async def consumers(self, product: str, at: At) -> tuple[Consumer, ...]:
        """Who uses a product."""
        self._admit(at)
        return await self._consumers.load((product, at))

    async def domain_edges(self, domain: str, at: At) -> tuple[Edges, Edges]:
        """What a domain takes from others, and what others take from it."""
        self._admit(at)
        return await self._domains.load((domain, at))

    async def findings_of(self, product: str, at: At) -> list[Finding]:
        """The findings that a product has or that concern it, the worst first."""
        self._admit(at)
        return await self._findings.load((product, at))

    async def findings(self, where: FindingFilter, at: At) -> list[Finding]:
        """All findings that a filter accepts, the worst first."""
        self._admit(at)
        found = await self._ask(lambda reader: self._all(reader, at))
        return [one for one in found if where.accepts(one)]

    async def field_standing(self, field: str, at: At, barriers: Barriers) -> Standing | None:
        """The classes of a field."""
        self._admit(at)
        return await self._of_field.load((field, (at, barriers)))

    async def retention(self, field: str, at: At) -> Kept | None:
        """For how long a field is kept."""
        self._admit(at)
        return await self._kept.load((field, at))

    async def criticality(self, field: str, at: At) -> Criticality | None:
        """What critical depends on a field."""
        self._admit(at)
        return await self._critical.load((field, at))

    async def dataset_standing(self, dataset: str, at: At, barriers: Barriers) -> DatasetStanding | None:
        """The classes of a dataset and its fields."""
        self._admit(at)
        return await self._of_dataset.load((dataset, (at, barriers)))

    async def product_standing(self, product: str, at: At, barriers: Barriers) -> ProductStanding | None:
        """The classes of a product and what it offers."""
        self._admit(at)
        return await self._of_product.load((product, (at, barriers)))

    async def class_reach(self, value: str, at: At, barriers: Barriers) -> Propagation:
        """All that is of a class, and comes to be."""
        self._admit(at)

        def ask(reader: Reader) -> Propagation:
            view = View(reader, at)
            return propagate(view, Sayings(view, self._mesh(reader, at)), [value], barriers)

        return await self._ask(ask)

    def _admit(self, at: At) -> None:
        """Raises GraphQLError for one instant too many."""
        self._instants.add(at)
        if len(self._instants) > MOST_INSTANTS:
            message = f"The query looks at the mesh as of more than {MOST_INSTANTS} times."
            raise refusal(Code.COST_LIMIT, f"{message} Ask for fewer of them in one request.")

    def _loader(
        self, question: Callable[[Mesh, list[str]], Mapping[str, V]], nothing: V
    ) -> DataLoader[tuple[str, At], V]:
        def ask(reader: Reader, keys: list[str], at: At) -> Mapping[str, V]:
            return question(self._mesh(reader, at), keys)

        return loader(self._ask, ask, nothing)

    def _classes(
        self, question: Callable[[View, Mesh, list[str], Barriers], Mapping[str, V]], nothing: V
    ) -> DataLoader[tuple[str, Asked], V]:
        def ask(reader: Reader, keys: list[str], asked: Asked) -> Mapping[str, V]:
            at, barriers = asked
            return question(View(reader, at), self._mesh(reader, at), keys, barriers)

        return loader(self._ask, ask, nothing)

    def _mesh(self, reader: Reader, at: At) -> Mesh:
        """The mesh of an instant. Asks the store: to be called within a question."""
        known = self._read.get(at)
        if known is None or known.reader is not reader:
            known = self._read[at] = self._mesh_of(reader, at)
        return known

    def _all(self, reader: Reader, at: At) -> list[Finding]:
        if at not in self._whole:
            self._whole[at] = evaluate(self._mesh(reader, at))
        return self._whole[at]

    def _of_products(self, mesh: Mesh, products: list[str]) -> dict[str, list[Finding]]:
        """Of one product alone what it needs is evaluated, of several the whole mesh, once."""
        if len(products) == 1 and mesh.at not in self._whole:
            return {products[0]: evaluate(mesh, FindingFilter(product=products[0]))}
        found = self._all(mesh.reader, mesh.at)
        wanted = {product: FindingFilter(product=product) for product in products}
        return {product: [one for one in found if where.accepts(one)] for product, where in wanted.items()}


def _of_fields(view: View, mesh: Mesh, fields: list[str], barriers: Barriers) -> dict[str, Standing | None]:
    return {**standings(view, Sayings(view, mesh), fields, barriers)}


def _retentions(mesh: Mesh, fields: list[str]) -> dict[str, Kept | None]:
    return {**retentions(View(mesh.reader, mesh.at), mesh, fields)}


def _criticalities(mesh: Mesh, fields: list[str]) -> dict[str, Criticality | None]:
    view = View(mesh.reader, mesh.at)
    return {**criticalities(view, Sayings(view, mesh), fields)}


def _of_datasets(
    view: View, mesh: Mesh, datasets: list[str], barriers: Barriers
) -> dict[str, DatasetStanding | None]:
    return {**dataset_standings(view, Sayings(view, mesh), datasets, barriers)}


def _of_products(
    view: View, mesh: Mesh, products: list[str], barriers: Barriers
) -> dict[str, ProductStanding | None]:
    return {**product_standings(view, Sayings(view, mesh), mesh, products, barriers)}


def _bindings(mesh: Mesh, things: list[str]) -> dict[str, Binding | None]:
    return {thing: mesh.bindings.get(thing) for thing in things}


def _things(mesh: Mesh, datasets: list[str]) -> dict[str, list[str]]:
    name = mesh.binder.classes.name
    wanted = {name(key): key for key in datasets}
    found: dict[str, list[str]] = defaultdict(list)
    for thing, binding in mesh.bindings.items():
        for key in {wanted.get(name(bound.dataset)) for bound in binding.bound}:
            if key is not None:
                found[key].append(thing)
    return found


def _members(mesh: Mesh, products: list[str]) -> dict[str, tuple[Membership, ...]]:
    return {product: mesh.members.of_product(product) for product in products}


def _owning(mesh: Mesh, keys: list[str]) -> dict[str, tuple[Membership, ...]]:
    return {key: mesh.members.owning(key) for key in keys}


def _statuses(mesh: Mesh, products: list[str]) -> Mapping[str, ProductStatus | None]:
    return mesh.statuses(products)


def _edges(mesh: Mesh, products: list[str]) -> dict[str, tuple[Edges, Edges]]:
    graph = mesh.graph(products)
    return {product: (graph.into(product), graph.out_of(product)) for product in products}


def _consumers(mesh: Mesh, products: list[str]) -> dict[str, tuple[Consumer, ...]]:
    return consumers(mesh, products, mesh.graph(products), mesh.statuses(products))


def _domains(mesh: Mesh, domains: list[str]) -> dict[str, tuple[Edges, Edges]]:
    graph = mesh.domains()
    return {domain: (graph.into(domain), graph.out_of(domain)) for domain in domains}
