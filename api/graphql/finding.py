"""Findings: where what is declared and what is observed differ."""

import strawberry

from api.graphql import words
from api.graphql.asking import Info
from api.graphql.links import node_of, nodes_of
from api.graphql.node import Node
from api.graphql.paging import Connection, First, check_first, part
from api.graphql.scalars import Instant, instant
from api.graphql.words import described
from catalog.mesh import finding

words.describe(
    finding.FindingSeverity,
    "How much a finding matters.",
    {
        "INFO": "It is good to know.",
        "WARN": "It should be put right.",
        "ERROR": "Somebody is misled or harmed by it.",
    },
)
words.describe(
    finding.FindingKind,
    "What differs.",
    {
        "UNDECLARED_INPUT": "A product takes data from another without an input port for it.",
        "PORT_WITHOUT_DATA": "Nothing writes what a port gives access to, or it is not known what that is.",
        "SCHEMA_DRIFT": "The fields of a dataset are not those of its contract.",
        "INTERNAL_READ": "A product is read past its ports.",
        "PRODUCT_WITHOUT_RUNS": "No run of a job that writes the data of a product is known.",
        "AGREEMENT_WITHOUT_USE": "Access is granted, and nothing reads.",
        "USE_WITHOUT_AGREEMENT": "Something reads, and no agreement in force allows it.",
        "OWNERSHIP_CONFLICT": "Two products have one dataset, or a product several owners or domains.",
        "CONTRACT_VERSION_UNKNOWN": "A port is under a version of a contract that nobody describes.",
        "SOURCE_CONFLICT": "Documents say different things of one thing, and no person has decided.",
        "DEPRECATED_IN_USE": "People or documents say that it will go away, and a job reads it.",
        "UNKNOWN_REFERENCE": "Something refers to what nobody describes: a typo, or a document that is missing.",
    },
)


@strawberry.type(description="One piece of evidence of a finding.")
class FindingEvidence:
    proof: strawberry.Private[finding.Proof]
    at: strawberry.Private[int | None]

    @described("What it is, in a sentence.")
    def text(self) -> str:
        return self.proof.text

    @described("What it is about.")
    async def things(self, info: Info, first: First = 20) -> list[Node]:
        return await nodes_of(info, self.proof.keys, first, self.at)

    @described("The documents that tell it.")
    async def documents(self, info: Info, first: First = 20) -> list[Node]:
        return await nodes_of(info, self.proof.documents, first, self.at)


@strawberry.type(
    description="A difference between what is declared and what is observed, for somebody to act on."
)
class Finding:
    told: strawberry.Private[finding.Finding]
    at: strawberry.Private[int | None]

    @described("Its id, which stays the same while its cause stays.")
    def id(self) -> strawberry.ID:
        return strawberry.ID(self.told.id)

    @described("What differs.")
    def kind(self) -> finding.FindingKind:
        return self.told.kind

    @described("How much it matters.")
    def severity(self) -> finding.FindingSeverity:
        return self.told.severity

    @described("What is the matter, in a sentence.")
    def message(self) -> str:
        return self.told.message

    @described("What to do about it.")
    def remedy(self) -> str:
        return self.told.remedy

    @described("Since when it is so, as far as the evidence tells.")
    def since(self) -> Instant | None:
        return instant(self.told.since)

    @described("What it is about.")
    async def subject(self, info: Info) -> Node | None:
        return await node_of(info, self.told.subject, self.at)

    @described("The product whose matter it is.")
    async def product(self, info: Info) -> Node | None:
        return await node_of(info, self.told.product, self.at)

    @described("The domain whose matter it is.")
    async def domain(self, info: Info) -> Node | None:
        return await node_of(info, self.told.domain, self.at)

    @described("Who is to be told: the teams and people who answer for it.")
    async def tell(self, info: Info, first: First = 20) -> list[Node]:
        return await nodes_of(info, self.told.tell, first, self.at)

    @described("Other products that it touches.")
    async def concerns(self, info: Info, first: First = 20) -> list[Node]:
        return await nodes_of(info, self.told.concerns, first, self.at)

    @described("What shows it.")
    def evidence(self, first: First = 20) -> list[FindingEvidence]:
        return [FindingEvidence(proof=one, at=self.at) for one in self.told.evidence[: check_first(first)]]


def finding_page(
    found: list[finding.Finding], first: int, after: str | None, at: int | None
) -> Connection[Finding]:
    """A page of findings, the worst first."""
    page = part(found, lambda one: (one.position,), first, after)
    return page.connection([Finding(told=one, at=at) for one in page.items])
