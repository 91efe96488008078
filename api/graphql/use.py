"""Who uses which product, and under which agreement."""

import strawberry

from api.graphql import words
from api.graphql.asking import Info
from api.graphql.links import node_of, nodes_of
from api.graphql.node import Node
from api.graphql.paging import First, check_first
from api.graphql.words import described
from catalog.mesh import agreements, usage

words.describe(
    usage.Terms,
    "On what terms somebody uses a product.",
    {
        "INTERNAL": "It reads what the product has for itself, and does not offer.",
        "OPEN": "Nothing that is read asks for an agreement.",
        "AGREED": "An agreement in force allows it.",
        "OWN": "One team answers for the product and for who uses it.",
        "NOT_AGREED": "What is read asks for an agreement, and none in force allows it.",
        "UNKNOWN": "A job of no product reads what asks for an agreement: for whom, nobody tells.",
    },
    name="UseTerms",
)
words.describe(
    agreements.Standing,
    "How an access agreement stands.",
    {
        "IN_FORCE": "It is approved, and the time is within its validity.",
        "NOT_YET": "It is approved, and begins later.",
        "OVER": "It was approved, and its time is over.",
        "PENDING": "It is asked for.",
        "DENIED": "It is refused.",
        "EXPIRED": "It says that it has expired.",
        "REVOKED": "It was taken back.",
        "CANCELLED": "It was cancelled.",
        "UNKNOWN": "It says nothing that is understood.",
    },
    name="AgreementStanding",
)


@strawberry.type(description="An agreement about a use, as it stands.")
class UseAgreement:
    told: strawberry.Private[agreements.Agreement]
    at: strawberry.Private[int | None]

    @described("The agreement.")
    async def agreement(self, info: Info) -> Node | None:
        return await node_of(info, self.told.key, self.at)

    @described("How it stands.")
    def standing(self) -> agreements.Standing:
        return self.told.standing

    @described("What the access is for.")
    def purpose(self) -> str | None:
        return self.told.purpose

    @described("Until when, as it says.")
    def valid_until(self) -> str | None:
        return self.told.valid_until


@strawberry.type(description="That somebody uses a product.")
class ProductUse:
    told: strawberry.Private[usage.Use]
    at: strawberry.Private[int | None]

    @described("The product.")
    async def product(self, info: Info) -> Node | None:
        return await node_of(info, self.told.product, self.at)

    @described("Who uses it: a product, a job of none, or who was granted access.")
    async def by(self, info: Info) -> Node | None:
        return await node_of(info, self.told.by, self.at)

    @described("On what terms.")
    def terms(self) -> usage.Terms:
        return self.told.terms

    @described("The ports that are read, or declared to be.")
    async def ports(self, info: Info, first: First = 20) -> list[Node]:
        return await nodes_of(info, self.told.ports, first, self.at)

    @described("The datasets that are read, as far as lineage shows.")
    async def reads(self, info: Info, first: First = 20) -> list[Node]:
        return await nodes_of(info, self.told.datasets, first, self.at)

    @described("Whether an input port or an agreement states it.")
    def declared(self) -> bool:
        return self.told.declared

    @described("The agreements about it, however they stand.")
    def agreements(self, first: First = 20) -> list[UseAgreement]:
        return [UseAgreement(told=one, at=self.at) for one in self.told.agreements[: check_first(first)]]
