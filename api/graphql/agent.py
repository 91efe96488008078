"""Who answers for things: teams and people, and the roles that they have for a time."""

import strawberry

from api.graphql import told, words
from api.graphql.asking import Info
from api.graphql.links import IN, OUT, many, one
from api.graphql.node import AsOf, Node, of_label, shown
from api.graphql.origin import Origin
from api.graphql.owner import Owner, edge_text, owners
from api.graphql.paging import After, Connection, First, part
from api.graphql.scalars import Instant, instant
from api.graphql.words import described
from catalog.graph import Direction, Edge
from ontology.vocabulary import Label, Rel


@strawberry.type(description=words.relation(Rel.HAS_ROLE))
class RoleHeld:
    edge: strawberry.Private[Edge]
    at: strawberry.Private[int | None]

    @described("Who has the role.")
    async def agent(self, info: Info) -> Node:
        return shown((await info.context.loaders.nodes_then([self.edge.source], self.at))[0], self.at)

    @described("What it has the role for.")
    async def thing(self, info: Info) -> Node:
        return shown((await info.context.loaders.nodes_then([self.edge.target], self.at))[0], self.at)

    @described(words.relation_word(Rel.HAS_ROLE, "role"))
    def role(self) -> str | None:
        return edge_text(self.edge, "role")

    @described("From when on, as the document or person says; null where nobody does.")
    def since(self) -> str | None:
        return edge_text(self.edge, "since")

    @described("Until when, as the document or person says; null where nobody does.")
    def until(self) -> str | None:
        return edge_text(self.edge, "until")

    @described(words.relation_word(Rel.HAS_ROLE, "origin"))
    def origin(self) -> Origin:
        return Origin(self.edge.origin)

    @described("From when on it is told.")
    def told_from(self) -> Instant | None:
        return instant(self.edge.valid_from)


@strawberry.type(description=words.relation(Rel.MEMBER_OF))
class Membership:
    edge: strawberry.Private[Edge]
    at: strawberry.Private[int | None]

    @described("The person.")
    async def person(self, info: Info) -> Node:
        return shown((await info.context.loaders.nodes_then([self.edge.source], self.at))[0], self.at)

    @described("The team.")
    async def team(self, info: Info) -> Node:
        return shown((await info.context.loaders.nodes_then([self.edge.target], self.at))[0], self.at)

    @described(words.relation_word(Rel.MEMBER_OF, "role"))
    def role(self) -> str | None:
        return edge_text(self.edge, "role")

    @described(words.relation_word(Rel.MEMBER_OF, "since"))
    def since(self) -> str | None:
        return edge_text(self.edge, "since")

    @described(words.relation_word(Rel.MEMBER_OF, "until"))
    def until(self) -> str | None:
        return edge_text(self.edge, "until")


def _place(edge: Edge) -> tuple[str, str, str]:
    return edge.source, edge.target, edge.id


async def roles(
    info: Info, node: Node, direction: Direction, first: int, after: str | None, at: int | None
) -> Connection[RoleHeld]:
    """A page of the roles for a thing (IN) or of an agent (OUT), by key."""
    edges = await info.context.loaders.edges(node.key, direction, Rel.HAS_ROLE, at=at)
    page = part(edges, _place, first, after)
    return page.connection([RoleHeld(edge=edge, at=at) for edge in page.items])


async def members(
    info: Info, node: Node, direction: Direction, first: int, after: str | None, at: int | None
) -> Connection[Membership]:
    """A page of the members of a team (IN) or of the teams of a person (OUT), by key."""
    edges = await info.context.loaders.edges(node.key, direction, Rel.MEMBER_OF, at=at)
    page = part(edges, _place, first, after)
    return page.connection([Membership(edge=edge, at=at) for edge in page.items])


@strawberry.interface(description="What somebody answers for, and others may have roles for.")
class Owned(Node):
    @described("Who answers for it: what a person has put before what documents say, then the first by key.")
    async def owner(self, info: Info, as_of: AsOf = None) -> Owner | None:
        at = self.moment(as_of)
        edges = await info.context.loaders.edges(self.key, Direction.OUT, Rel.OWNED_BY, at=at)
        best = min(
            edges, key=lambda edge: (edge.origin != Origin.CURATED, edge.target, edge.id), default=None
        )
        return None if best is None else Owner(edge=best, at=at)

    @described("All that are said to answer for it, by key.")
    async def owners(
        self, info: Info, first: First = 20, after: After = None, as_of: AsOf = None
    ) -> Connection[Owner]:
        return await owners(info, self.key, first, after, self.moment(as_of))

    @described("Who has which role for it, by key.")
    async def roles(
        self, info: Info, first: First = 50, after: After = None, as_of: AsOf = None
    ) -> Connection[RoleHeld]:
        return await roles(info, self, Direction.IN, first, after, self.moment(as_of))


@strawberry.interface(description=words.term("Agent"))
class Agent(Node):
    products = many(
        "DataProduct",
        "product",
        IN,
        Rel.OWNED_BY,
        about="The products that it answers for.",
        to=[Label.DATA_PRODUCT],
    )
    owns = many("Node", "node", IN, Rel.OWNED_BY, about="All that it answers for, by key.")

    @described("The roles that it has, by what they are for.")
    async def roles(
        self, info: Info, first: First = 50, after: After = None, as_of: AsOf = None
    ) -> Connection[RoleHeld]:
        return await roles(info, self, Direction.OUT, first, after, self.moment(as_of))


@of_label(Label.TEAM)
@strawberry.type(description=words.term("Team"))
class Team(Agent):
    email = told.text(Label.TEAM, "email")
    homepage = told.text(Label.TEAM, "homepage")
    domain = one("Domain", "domain", OUT, Rel.IN_DOMAIN, about="The domain that it belongs to.")
    parent = one("Team", "agent", OUT, Rel.PART_OF, about="The team that it is a part of.", to=[Label.TEAM])
    teams = many("Team", "agent", IN, Rel.PART_OF, about="The teams that are parts of it.", to=[Label.TEAM])

    @described("Who belongs to it, by key.")
    async def members(
        self, info: Info, first: First = 50, after: After = None, as_of: AsOf = None
    ) -> Connection[Membership]:
        return await members(info, self, Direction.IN, first, after, self.moment(as_of))


@of_label(Label.PERSON)
@strawberry.type(description=words.term("Person"))
class Person(Agent):
    email = told.text(Label.PERSON, "email")
    homepage = told.text(Label.PERSON, "homepage")

    @described("The teams that it belongs to, by key.")
    async def teams(
        self, info: Info, first: First = 50, after: After = None, as_of: AsOf = None
    ) -> Connection[Membership]:
        return await members(info, self, Direction.OUT, first, after, self.moment(as_of))
