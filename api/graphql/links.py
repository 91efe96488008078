"""What stands at the other ends of a node's edges: pages by key, and what is one, as of an instant."""

from asyncio import gather
from collections.abc import Collection, Sequence
from typing import Annotated, Any

import strawberry

from api.graphql.asking import Info
from api.graphql.node import AsOf, K, Node, shown, shown_as
from api.graphql.paging import After, Connection, First, check_first, part
from catalog import graph
from catalog.curated import SINGLE, counting
from catalog.graph import Direction
from catalog.identity import kind_of
from ontology.compiler import load_model

OUT, IN = Direction.OUT, Direction.IN


def kinds_of(labels: Collection[str]) -> frozenset[str]:
    """What the keys of nodes of these labels, and of those below them, begin with."""
    model = load_model()
    return frozenset(kind for label in model.concrete(labels) if (kind := model.node(label).kind))


def far(edge: graph.Edge, direction: Direction) -> str:
    """The end of an edge that a walk in a direction comes to."""
    return edge.target if direction is OUT else edge.source


async def edges(
    info: Info, node: Node, direction: Direction, *types: str, at: int | None, to: Collection[str] = ()
) -> list[graph.Edge]:
    """The edges of some types, each other end once. ``to``: only where the other end is of one of these labels."""
    kinds = kinds_of(to)
    found: dict[str, graph.Edge] = {}
    told = await info.context.loaders.edges(node.key, direction, *types, at=at)
    for edge in counting(told) if direction is OUT else await _counting_there(info, told, at):
        end = far(edge, direction)
        if not kinds or kind_of(end) in kinds:
            found.setdefault(end, edge)
    return [found[end] for end in sorted(found)]


async def _counting_there(info: Info, told: Sequence[graph.Edge], at: int | None) -> list[graph.Edge]:
    """Those of the edges that lead to a node that count at their sources: not a declared domain or owner, where a
    person has put another."""
    single = {(edge.source, edge.type) for edge in told if edge.type in SINGLE}
    loaded = await gather(
        *(info.context.loaders.edges(source, OUT, type_, at=at) for source, type_ in sorted(single))
    )
    kept = {edge.id for edges_ in loaded for edge in counting(edges_)}
    return [edge for edge in told if edge.type not in SINGLE or edge.id in kept]


async def linked(
    info: Info,
    kind: type[K],
    node: Node,
    direction: Direction,
    *types: str,
    first: int,
    after: str | None,
    at: int | None,
    to: Collection[str] = (),
) -> Connection[K]:
    """A page of the nodes at the other ends of edges, by key."""
    found = await edges(info, node, direction, *types, at=at, to=to)
    return await by_key(info, kind, [far(edge, direction) for edge in found], first, after, at)


async def by_key(
    info: Info, kind: type[K], keys: Collection[str], first: int, after: str | None, at: int | None
) -> Connection[K]:
    """A page of the nodes of these keys."""
    page = part(set(keys), lambda key: (key,), first, after)
    stored = await info.context.loaders.nodes_then(page.items, at)
    return page.connection([shown_as(kind, one, at) for one in stored])


async def node_of(info: Info, key: str | None, at: int | None) -> Node | None:
    """A node by its key, as it was; None without a key, and for what nothing is known of."""
    stored = [] if key is None else await info.context.loaders.nodes_then([key], at)
    return shown(stored[0], at) if stored else None


async def nodes_of(info: Info, keys: Sequence[str], first: int, at: int | None) -> list[Node]:
    """The first nodes of a list of keys, in its order."""
    stored = await info.context.loaders.nodes_then(keys[: check_first(first)], at)
    return [shown(one, at) for one in stored]


async def linked_one(
    info: Info,
    kind: type[K],
    node: Node,
    direction: Direction,
    *types: str,
    at: int | None,
    to: Collection[str] = (),
) -> K | None:
    """The node at the other end of the one edge; where several tell different ones, the first by key."""
    found = await edges(info, node, direction, *types, at=at, to=to)
    stored = await info.context.loaders.nodes_then([far(edge, direction) for edge in found[:1]], at)
    return shown_as(kind, stored[0], at) if stored else None


def many(
    kind: str, module: str, direction: Direction, *types: str, about: str, to: Collection[str] = ()
) -> Any:
    """A field: the nodes at the other ends of edges, in pages by key. ``kind``: a type of ``api.graphql.{module}``."""

    async def resolve(
        self: Node, info: Info, first: First = 50, after: After = None, as_of: AsOf = None
    ) -> Connection[Node]:
        at = self.moment(as_of)
        return await linked(info, Node, self, direction, *types, first=first, after=after, at=at, to=to)

    item = Annotated[kind, strawberry.lazy(f"api.graphql.{module}")]  # type: ignore[valid-type]
    resolve.__annotations__["return"] = Connection[item]
    return strawberry.field(resolver=resolve, description=about)


def one(
    kind: str, module: str, direction: Direction, *types: str, about: str, to: Collection[str] = ()
) -> Any:
    """A field: the node at the other end of the one edge. ``kind``: a type of ``api.graphql.{module}``."""

    async def resolve(self: Node, info: Info, as_of: AsOf = None) -> Node | None:
        return await linked_one(info, Node, self, direction, *types, at=self.moment(as_of), to=to)

    item = Annotated[kind, strawberry.lazy(f"api.graphql.{module}")]  # type: ignore[valid-type]
    resolve.__annotations__["return"] = item | None
    return strawberry.field(resolver=resolve, description=about)
