"""What a mutation gives: what is in force now, or why nothing was changed, each as a type of its own."""

from typing import Annotated, TypeAlias

import strawberry

from api.graphql.curation import CuratedValue
from api.graphql.paging import First, check_first
from api.graphql.policy import PolicyVerdict
from api.graphql.words import described
from catalog.governance.verdict import Verdict


@strawberry.interface(description="Why a mutation changed nothing.")
class MutationError:
    message: str = strawberry.field(description="Why, for people.")


@strawberry.type(description="What is in force now.")
class Curated:
    curation: CuratedValue = strawberry.field(description="The version in force.")
    changed: bool = strawberry.field(description="Whether it is new; false where all of it was so already.")


@strawberry.type(description="Something that the mutation names is not there.")
class NotFoundError(MutationError):
    pass


@strawberry.type(description="What the mutation says cannot be said.")
class InvalidError(MutationError):
    pass


@strawberry.type(description="Who asks may not change anything.")
class ForbiddenError(MutationError):
    pass


@strawberry.type(description="The version that the mutation is for is not in force any more.")
class ConflictError(MutationError):
    current: CuratedValue = strawberry.field(description="The version in force.")


@strawberry.type(description="It would make something fail a policy that blocks.")
class PolicyViolatedError(MutationError):
    told: strawberry.Private[tuple[Verdict, ...]]

    @described("What the policies say.")
    def verdicts(self, first: First = 50) -> list[PolicyVerdict]:
        return [PolicyVerdict(told=one, at=None) for one in self.told[: check_first(first)]]


CurationResult: TypeAlias = Annotated[
    Curated | NotFoundError | InvalidError | ForbiddenError | ConflictError | PolicyViolatedError,
    strawberry.union("CurationResult", description="What is in force now, or why nothing was changed."),
]
