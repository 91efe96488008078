"""What belongs to products, and how that is known."""

import strawberry

from api.graphql import words
from api.graphql.asking import Info
from api.graphql.links import node_of
from api.graphql.node import Node
from api.graphql.paging import Connection, part
from api.graphql.words import described
from catalog.mesh import members
from catalog.mesh.binding import BindingRule

words.describe(
    members.MemberKind,
    "How a dataset or job belongs to a product.",
    {
        "OFFERED": "It is offered to others: exposed, or behind an output port.",
        "INSIDE": "It is inside of the product, and not offered.",
        "WATCHED": "It is only behind a management port.",
    },
)


@strawberry.type(description="That a dataset or job belongs to a product.")
class ProductMember:
    told: strawberry.Private[members.Membership]
    at: strawberry.Private[int | None]

    @described("The product.")
    async def product(self, info: Info) -> Node | None:
        return await node_of(info, self.told.product, self.at)

    @described("The dataset or job.")
    async def thing(self, info: Info) -> Node | None:
        return await node_of(info, self.told.member, self.at)

    @described("How it belongs to it.")
    def kind(self) -> members.MemberKind:
        return self.told.kind

    @described("The port behind which it is; null where the product says itself that it has it.")
    async def port(self, info: Info) -> Node | None:
        return await node_of(info, self.told.port, self.at)

    @described("By which rule of binding it is known; null where the product says it itself.")
    def rule(self) -> BindingRule | None:
        return self.told.rule


def member_page(
    found: tuple[members.Membership, ...], first: int, after: str | None, at: int | None
) -> Connection[ProductMember]:
    """A page of what belongs to a product, or of the products that something belongs to."""
    ordered = {(one.product, one.member, one.kind, one.port or "", one.rule or ""): one for one in found}
    page = part(ordered, lambda place: tuple(map(str, place)), first, after)
    return page.connection([ProductMember(told=ordered[place], at=at) for place in page.items])
