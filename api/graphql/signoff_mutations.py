"""What one can change about proposed changes and deprecations; it needs a key that may."""

from collections.abc import Callable
from enum import Enum
from typing import Annotated, TypeAlias, TypeVar

import strawberry
from anyio.to_thread import run_sync

from api.curating import MayNotCurate
from api.errors import ProposalRefused
from api.graphql import mutation_results as results
from api.graphql.asking import Info
from api.graphql.curation import CuratedValue
from api.graphql.impact_input import ProposedChange, given_of
from api.graphql.links import node_of
from api.graphql.mutation_arguments import Id, IfVersion, Reason
from api.graphql.node import Node
from api.graphql.scalars import Instant
from api.graphql.signoff import Proposal
from api.graphql.words import describe, described
from api.proposals.answers import DeprecationAnswer, ProposalDone
from api.proposals.terms import (
    AnswerTerms,
    CloseTerms,
    DeprecateTerms,
    ForceTerms,
    ProposeTerms,
    given_terms,
)
from catalog.errors import Conflict, InvalidQuery, UnknownNode
from catalog.instant import format_instant
from catalog.signoff.forms import proposal_key
from catalog.signoff.proposals import Word
from ingest.errors import IngestError

T = TypeVar("T")


class ProposalEnd(Enum):
    """How a proposal ends."""

    DONE = "done"
    WITHDRAWN = "withdrawn"


describe(
    ProposalEnd,
    "How a proposed change ends.",
    {"DONE": "It has been made.", "WITHDRAWN": "It will not be made."},
)


@strawberry.type(description="A proposed change as it is now.")
class ProposalStored:
    proposal: Proposal = strawberry.field(description="The proposal.")
    changed: bool = strawberry.field(
        description="Whether anything is new; false where all of it was so already."
    )


@strawberry.type(description="What is deprecated, or is no more.")
class Deprecated:
    subject: Node = strawberry.field(description="The thing.")
    changed: bool = strawberry.field(description="Whether that is new; false where it was so already.")
    version: str = strawberry.field(description="The version in force, for `ifVersion`.")


_Error: TypeAlias = (
    results.NotFoundError | results.InvalidError | results.ForbiddenError | results.ConflictError
)
ProposalResult: TypeAlias = Annotated[
    ProposalStored
    | results.NotFoundError
    | results.InvalidError
    | results.ForbiddenError
    | results.ConflictError,
    strawberry.union("ProposalResult", description="The proposal as it is now, or why nothing was changed."),
]
DeprecationResult: TypeAlias = Annotated[
    Deprecated
    | results.NotFoundError
    | results.InvalidError
    | results.ForbiddenError
    | results.ConflictError,
    strawberry.union("DeprecationResult", description="What is deprecated now, or why nothing was changed."),
]
ProposalId: TypeAlias = Annotated[
    strawberry.ID, strawberry.argument(description="The id of the proposal, or its key.")
]
Note: TypeAlias = Annotated[str | None, strawberry.argument(description="Why, in their words.")]


@strawberry.type(description="What one can change about proposed changes and deprecations.")
class SignOffMutations:
    @described(
        "Store a proposed change, or change the one of this id, and ask those whom it affects. What it does is read "
        "whenever somebody looks."
    )
    async def propose(
        self,
        info: Info,
        change: Annotated[ProposedChange, strawberry.argument(description="What would change.")],
        title: Annotated[str, strawberry.argument(description="What it is about, in a line.")],
        id: Annotated[
            str | None, strawberry.argument(description="Its id, such as pr-123; left out: one is made up.")
        ] = None,
        team: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="In whose name: the id or key of a team or person."),
        ] = None,
        author: Annotated[
            str | None, strawberry.argument(description="Who proposes it; left out: who asks.")
        ] = None,
        link: Annotated[str | None, strawberry.argument(description="Where it is discussed.")] = None,
        deadline: Annotated[Instant | None, strawberry.argument(description="Until when to answer.")] = None,
        if_version: IfVersion = None,
        reason: Reason = None,
    ) -> ProposalResult:
        terms = ProposeTerms(
            title=title,
            change=given_terms(given_of(info.context, change)),
            id=id,
            team=None if team is None else info.context.key(team),
            author=author,
            reason=reason,
            link=link,
            deadline=_text(deadline),
            if_version=if_version,
        )
        return await _done(info, lambda: info.context.desk.propose(terms))

    @described("Answer a proposed change for an owner, to what concerns them now.")
    async def answer_proposal(
        self,
        info: Info,
        proposal: ProposalId,
        owner: Annotated[
            strawberry.ID, strawberry.argument(description="For whom: the id or key of a team or person.")
        ],
        answer: Annotated[Word, strawberry.argument(description="What they answer.")],
        until: Annotated[
            Instant | None, strawberry.argument(description="When they will have migrated.")
        ] = None,
        note: Note = None,
        seen: Annotated[
            str | None,
            strawberry.argument(
                description="The digest `shown` of what they saw; if it is another now: ConflictError."
            ),
        ] = None,
        if_version: IfVersion = None,
    ) -> ProposalResult:
        terms = AnswerTerms(
            owner=info.context.key(owner),
            answer=answer.value,
            until=_text(until),
            note=note,
            seen=seen,
            if_version=if_version,
        )
        return await _done(info, lambda: info.context.desk.answer(_id(info, proposal), terms))

    @described("Go on with a proposed change without the answers, as long as it does what it does now.")
    async def force_proposal(
        self,
        info: Info,
        proposal: ProposalId,
        reason: Annotated[str, strawberry.argument(description="Why: it is shown and kept.")],
        if_version: IfVersion = None,
    ) -> ProposalResult:
        terms = ForceTerms(reason=reason, if_version=if_version)
        return await _done(info, lambda: info.context.desk.force(_id(info, proposal), terms))

    @described("Say that a proposed change has been made, or will not be.")
    async def close_proposal(
        self,
        info: Info,
        proposal: ProposalId,
        end: Annotated[ProposalEnd, strawberry.argument(description="How it ends.")],
        note: Note = None,
        if_version: IfVersion = None,
    ) -> ProposalResult:
        terms = CloseTerms(status=end.value, note=note, if_version=if_version)
        return await _done(info, lambda: info.context.desk.close(_id(info, proposal), terms))

    @described("Say that a field, dataset or port will go away. `withdrawCuration` takes it back.")
    async def deprecate(
        self,
        info: Info,
        subject: Id,
        removal: Annotated[
            Instant | None, strawberry.argument(description="From when on it may be gone.")
        ] = None,
        instead: Annotated[
            strawberry.ID | None, strawberry.argument(description="What to use: its id or key.")
        ] = None,
        if_version: IfVersion = None,
        reason: Reason = None,
    ) -> DeprecationResult:
        terms = DeprecateTerms(
            subject=info.context.key(subject),
            removal=_text(removal),
            reason=reason,
            instead=None if instead is None else info.context.key(instead),
            if_version=if_version,
        )
        found = await _asked(lambda: info.context.desk.deprecate(terms))
        if not isinstance(found, DeprecationAnswer):
            return found
        await info.context.renew()
        node = await node_of(info, found.subject, None)
        if node is None:
            return results.NotFoundError(message=f"Nothing has the key {found.subject}.")
        return Deprecated(subject=node, changed=found.changed, version=found.version)


def _id(info: Info, proposal: str) -> str:
    return info.context.key(proposal).removeprefix("proposal/")


def _text(at: int | None) -> str | None:
    return None if at is None else format_instant(at)


async def _done(info: Info, change: Callable[[], ProposalDone]) -> ProposalResult:
    found = await _asked(change)
    if not isinstance(found, ProposalDone):
        return found
    await info.context.renew()
    node = await node_of(info, proposal_key(found.proposal.id), None)
    assert isinstance(node, Proposal)
    return ProposalStored(proposal=node, changed=found.changed)


async def _asked(change: Callable[[], T]) -> T | _Error:
    """Do what is asked; why not, where it cannot be."""
    try:
        return await run_sync(change)
    except MayNotCurate as error:
        return results.ForbiddenError(message=error.message)
    except (ProposalRefused, InvalidQuery, IngestError) as error:
        return results.InvalidError(message=error.message)
    except UnknownNode as error:
        return results.NotFoundError(message=error.message)
    except Conflict as error:
        return results.ConflictError(message=error.message, current=CuratedValue(found=error.now))
