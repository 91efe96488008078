"""What flows between products, or between domains: as lineage shows it, and as ports declare it."""

import strawberry

from api.graphql.asking import Info
from api.graphql.links import node_of, nodes_of
from api.graphql.node import Node
from api.graphql.origin import Origin
from api.graphql.paging import Connection, First, check_first, part
from api.graphql.scalars import Instant, instant
from api.graphql.words import described
from catalog.mesh import consumers, declared_inputs, product_graph


@strawberry.type(description="One way on which data flows from one product into another.")
class ProductRoute:
    route: strawberry.Private[product_graph.Route]
    at: strawberry.Private[int | None]

    @described("The dataset or job of the one product.")
    async def source(self, info: Info) -> Node | None:
        return await node_of(info, self.route.source, self.at)

    @described("The dataset or job of the other product.")
    async def target(self, info: Info) -> Node | None:
        return await node_of(info, self.route.target, self.at)

    @described("The jobs, and the datasets of no product, on the way, in their order.")
    async def between(self, info: Info, first: First = 20) -> list[Node]:
        return await nodes_of(info, self.route.between, first, self.at)

    @described("Since when all of it holds.")
    def since(self) -> Instant | None:
        return instant(self.route.since)


@strawberry.type(description="That a product declares to take from another.")
class DeclaredInput:
    told: strawberry.Private[declared_inputs.DeclaredInput]
    at: strawberry.Private[int | None]

    @described("Where it takes the data.")
    async def input_port(self, info: Info) -> Node | None:
        return await node_of(info, self.told.input_port, self.at)

    @described("Where the other gives it; null where what is read is not offered, or no port is named.")
    async def output_port(self, info: Info) -> Node | None:
        return await node_of(info, self.told.output_port, self.at)

    @described("The contract that joins both; null where the input port itself names what it takes.")
    async def contract(self, info: Info) -> Node | None:
        return await node_of(info, self.told.contract, self.at)


@strawberry.type(description="Data of one product flows into another, or that of one domain into another.")
class ProductEdge:
    told: strawberry.Private[product_graph.ProductEdge]
    at: strawberry.Private[int | None]

    @described("The product or domain that gives.")
    async def source(self, info: Info) -> Node | None:
        return await node_of(info, self.told.source, self.at)

    @described("The product or domain that takes.")
    async def target(self, info: Info) -> Node | None:
        return await node_of(info, self.told.target, self.at)

    @described("Whether lineage shows it.")
    def observed(self) -> bool:
        return self.told.is_observed

    @described("Whether an input port states it.")
    def declared(self) -> bool:
        return self.told.is_declared

    @described("How the lineage is known.")
    def origin(self) -> list[Origin]:
        return [Origin(origin) for origin in self.told.origins]

    @described("The earliest time from which on one route holds.")
    def since(self) -> Instant | None:
        return instant(self.told.since)

    @described("How many routes there are: one for each pair of nodes between which data flows.")
    def route_count(self) -> int:
        return len(self.told.routes)

    @described("The routes, the shortest first.")
    def routes(self, first: First = 10) -> list[ProductRoute]:
        return [ProductRoute(route=one, at=self.at) for one in self.told.routes[: check_first(first)]]

    @described("What input ports state of it.")
    def inputs(self, first: First = 10) -> list[DeclaredInput]:
        return [DeclaredInput(told=one, at=self.at) for one in self.told.declared[: check_first(first)]]


def edge_page(
    edges: tuple[product_graph.ProductEdge, ...], first: int, after: str | None, at: int | None
) -> Connection[ProductEdge]:
    """A page of edges, by source and target."""
    shown = part(edges, lambda edge: (edge.source, edge.target), first, after)
    return shown.connection([ProductEdge(told=one, at=at) for one in shown.items])


@strawberry.type(description="Who uses a product: another product, a job of none, or who has an agreement.")
class Consumer:
    told: strawberry.Private[consumers.Consumer]
    at: strawberry.Private[int | None]

    @described("The product, job, team or person.")
    async def consumer(self, info: Info) -> Node | None:
        return await node_of(info, self.told.key, self.at)

    @described("What of the product it is seen to read.")
    async def reads(self, info: Info, first: First = 20) -> list[Node]:
        return await nodes_of(info, self.told.datasets, first, self.at)

    @described("Whether an input port or an agreement in force states it.")
    def declared(self) -> bool:
        return self.told.declared


def consumer_page(
    found: tuple[consumers.Consumer, ...], first: int, after: str | None, at: int | None
) -> Connection[Consumer]:
    """A page of consumers, by key."""
    shown = part(found, lambda one: (one.key,), first, after)
    return shown.connection([Consumer(told=one, at=at) for one in shown.items])
