"""Who owns a thing, and what tags are put on it: the edges to agents and tags, with what they say."""

import strawberry

from api.graphql import words
from api.graphql.asking import Info
from api.graphql.node import Node, shown
from api.graphql.origin import Origin
from api.graphql.paging import Connection, part
from api.graphql.scalars import Instant, instant
from api.graphql.words import described
from catalog.graph import Direction, Edge
from ontology.vocabulary import Rel


@strawberry.type(description="Who owns a thing, in which role.")
class Owner:
    edge: strawberry.Private[Edge]
    at: strawberry.Private[int | None]

    @described("The team or person.")
    async def agent(self, info: Info) -> Node:
        return shown((await info.context.loaders.nodes_then([self.edge.target], self.at))[0], self.at)

    @described(words.relation_word(Rel.OWNED_BY, "ownerType"))
    def type(self) -> str | None:
        return edge_text(self.edge, "ownerType")

    @described(words.relation_word(Rel.OWNED_BY, "origin"))
    def origin(self) -> Origin:
        return Origin(self.edge.origin)

    @described("From when on it owns it.")
    def since(self) -> Instant | None:
        return instant(self.edge.valid_from)

    @described("When it ceased to; null while it does.")
    def until(self) -> Instant | None:
        return instant(self.edge.valid_to)


@strawberry.type(description="A tag on a thing, with its value.")
class TagUse:
    edge: strawberry.Private[Edge]
    at: strawberry.Private[int | None]

    @described("The tag; what else has it is among its relations.")
    async def tag(self, info: Info) -> Node:
        return shown((await info.context.loaders.nodes_then([self.edge.target], self.at))[0], self.at)

    @described(words.relation_word(Rel.TAGGED, "value"))
    def value(self) -> str | None:
        return edge_text(self.edge, "value")

    @described(words.relation_word(Rel.TAGGED, "source"))
    def source(self) -> str | None:
        return edge_text(self.edge, "source")

    @described("From when on it has the tag.")
    def since(self) -> Instant | None:
        return instant(self.edge.valid_from)

    @described("When it lost the tag; null while it has it.")
    def until(self) -> Instant | None:
        return instant(self.edge.valid_to)


def edge_text(edge: Edge, name: str) -> str | None:
    """A text that an edge says."""
    value = dict(edge.properties).get(name)
    return value if isinstance(value, str) else None


def _position(edge: Edge) -> tuple[str, str]:
    return edge.target, edge.id


async def owners(info: Info, key: str, first: int, after: str | None, at: int | None) -> Connection[Owner]:
    """A page of the owners of a thing, by key."""
    edges = await info.context.loaders.edges(key, Direction.OUT, Rel.OWNED_BY, at=at)
    page = part(edges, _position, first, after)
    return page.connection([Owner(edge=edge, at=at) for edge in page.items])


async def tags(info: Info, key: str, first: int, after: str | None, at: int | None) -> Connection[TagUse]:
    """A page of the tags of a thing, by key."""
    edges = await info.context.loaders.edges(key, Direction.OUT, Rel.TAGGED, at=at)
    page = part(edges, _position, first, after)
    return page.connection([TagUse(edge=edge, at=at) for edge in page.items])
