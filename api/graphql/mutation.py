"""What one can change: what people curate in place. Each mutation is a transaction of its own, done in their order."""

import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from enum import Enum
from typing import Annotated, Any

import strawberry
from anyio.to_thread import run_sync

from api.curating import MayNotCurate
from api.graphql import mutation_results as results
from api.graphql.asking import Info
from api.graphql.curation import CuratedValue
from api.graphql.mutation_arguments import Id, Ids, IfVersion, Reason, Subject, Until
from api.graphql.mutation_results import CurationResult
from api.graphql.scalars import Instant
from api.graphql.signoff_mutations import SignOffMutations
from api.graphql.words import describe, described
from catalog import curation_changes as change
from catalog.curation import Aspect
from catalog.curation_value import InvalidCuration, read_subject
from catalog.errors import Conflict, PolicyViolated, StoreUnavailable, UnknownNode
from catalog.identity import CurationId, ResourceId
from catalog.instant import format_instant
from ingest.curator import Wish
from ingest.errors import Unavailable


class Decision(Enum):
    """What becomes of an agreement."""

    APPROVE = "approved"
    DENY = "denied"
    REVOKE = "revoked"
    EXPIRE = "expired"
    CANCEL = "cancelled"


describe(
    Decision,
    "What becomes of an agreement.",
    {
        "APPROVE": "It is given, to one pending, denied, expired or revoked; or prolonged, where it is approved.",
        "DENY": "It is not given: of one that is pending.",
        "REVOKE": "It is taken back: of one that is approved.",
        "EXPIRE": "Its time is over: of one that is approved.",
        "CANCEL": "Nobody wants it any more: of one that is pending or approved.",
    },
)


@strawberry.input(description="A role that somebody has for a thing.")
class RoleInput:
    agent: strawberry.ID = strawberry.field(description="The id or key of the team or person.")
    role: str = strawberry.field(description="The role: a word for it, such as steward.")
    since: Instant | None = strawberry.field(default=None, description="When it began.")
    until: Instant | None = strawberry.field(default=None, description="When it ended, or is to end.")


@strawberry.input(description="A tag on a thing.")
class TagInput:
    tag: str = strawberry.field(description="The name of the tag.")
    value: str | None = strawberry.field(default=None, description="The value with which it is put.")


def _bind(decided: Callable[[str], change.NewValue]) -> Callable[..., Awaitable[CurationResult]]:
    """A mutation that says what a dataset is to a port or schema."""

    async def resolve(
        self: "Mutation",
        info: Info,
        subject: Subject,
        dataset: Id,
        if_version: IfVersion = None,
        reason: Reason = None,
    ) -> CurationResult:
        value = decided(info.context.key(dataset))
        return await _grant(info, subject, Aspect.BINDING, value, if_version, reason)

    return resolve


@strawberry.type(description="What one can change: what people curate in place. It needs a key that may.")
class Mutation(SignOffMutations):
    @described("Set who answers for a thing, in place of what documents and events say.")
    async def set_owner(
        self, info: Info, subject: Subject, agent: Id, if_version: IfVersion = None, reason: Reason = None
    ) -> CurationResult:
        value = {"agent": info.context.key(agent)}
        return await _set(info, subject, Aspect.OWNER, value, if_version, reason)

    @described("Set all roles that people curate for a thing: stewards, approvers. Others say theirs beside.")
    async def set_roles(
        self,
        info: Info,
        subject: Subject,
        roles: Annotated[list[RoleInput], strawberry.argument(description="All of them.")],
        if_version: IfVersion = None,
        reason: Reason = None,
    ) -> CurationResult:
        said = [
            {
                "agent": info.context.key(one.agent),
                "role": one.role,
                "since": _text(one.since),
                "until": _text(one.until),
            }
            for one in roles
        ]
        return await _set(info, subject, Aspect.ROLES, {"roles": said}, if_version, reason)

    @described("Set all tags that people curate on a thing. Others say theirs beside.")
    async def set_tags(
        self,
        info: Info,
        subject: Subject,
        tags: Annotated[list[TagInput], strawberry.argument(description="All of them.")],
        if_version: IfVersion = None,
        reason: Reason = None,
    ) -> CurationResult:
        said = [{"tag": one.tag, "value": one.value} for one in tags]
        return await _set(info, subject, Aspect.TAGS, {"tags": said}, if_version, reason)

    @described("Set all glossary terms that people curate for a thing: what it is about, or a field means.")
    async def set_terms(
        self, info: Info, subject: Subject, terms: Ids, if_version: IfVersion = None, reason: Reason = None
    ) -> CurationResult:
        value = {"terms": [info.context.key(one) for one in terms]}
        return await _set(info, subject, Aspect.TERMS, value, if_version, reason)

    @described("Set all classifications that people curate for a thing. Others say theirs beside.")
    async def set_classifications(
        self,
        info: Info,
        subject: Subject,
        classifications: Ids,
        if_version: IfVersion = None,
        reason: Reason = None,
    ) -> CurationResult:
        value = {"classifications": [info.context.key(one) for one in classifications]}
        return await _set(info, subject, Aspect.CLASSIFICATIONS, value, if_version, reason)

    @described("Set what people should know about a thing, in place of what documents and events say.")
    async def set_description(
        self,
        info: Info,
        subject: Subject,
        text: Annotated[str, strawberry.argument(description="The description.")],
        if_version: IfVersion = None,
        reason: Reason = None,
    ) -> CurationResult:
        return await _set(info, subject, Aspect.DESCRIPTION, {"text": text}, if_version, reason)

    @described("Set the domain of a thing, in place of what documents say.")
    async def set_domain(
        self, info: Info, subject: Subject, domain: Id, if_version: IfVersion = None, reason: Reason = None
    ) -> CurationResult:
        value = {"domain": info.context.key(domain)}
        return await _set(info, subject, Aspect.DOMAIN, value, if_version, reason)

    confirm_binding = described("Confirm that a port or a schema of a contract is a dataset.")(
        _bind(change.confirming)
    )
    reject_binding = described(
        "Say that a port or a schema of a contract is not a dataset: no rule binds the two any more."
    )(_bind(change.rejecting))

    @described("Ask for access to ports, products or datasets: a new agreement, which is pending.")
    async def request_access(
        self,
        info: Info,
        to: Ids,
        consumer: Annotated[
            strawberry.ID, strawberry.argument(description="The product, team or person that is to have it.")
        ],
        purpose: Annotated[str | None, strawberry.argument(description="What it is for.")] = None,
        until: Until = None,
        name: Annotated[
            str | None,
            strawberry.argument(
                description="The name of the agreement in its key; left out: one is made up."
            ),
        ] = None,
        reason: Reason = None,
    ) -> CurationResult:
        covers, who = [info.context.key(one) for one in to], info.context.key(consumer)
        key = ResourceId("agreement", (name or secrets.token_hex(8),)).key
        try:
            value = change.requesting(covers, who, purpose, _text(until))
        except InvalidCuration as error:
            return results.InvalidError(message=f"{error}.")
        return await _grant(info, key, Aspect.AGREEMENT, value, None, reason, makes=True)

    @described("Decide an agreement: approve, deny, revoke, expire or cancel it.")
    async def decide_access(
        self,
        info: Info,
        agreement: Id,
        decision: Annotated[Decision, strawberry.argument(description="What becomes of it.")],
        valid_from: Annotated[
            Instant | None,
            strawberry.argument(
                description="When the access begins; left out of an approval: now, or as before where it is approved."
            ),
        ] = None,
        until: Until = None,
        if_version: IfVersion = None,
        reason: Reason = None,
    ) -> CurationResult:
        value = change.deciding(decision.value, _text(valid_from), _text(until), _text(time.time_ns()))
        return await _grant(info, agreement, Aspect.AGREEMENT, value, if_version, reason)

    @described("Withdraw what people have curated of a thing: what documents and events say counts again.")
    async def withdraw_curation(
        self,
        info: Info,
        subject: Subject,
        aspect: Annotated[Aspect, strawberry.argument(description="Which aspect of it.")],
        if_version: IfVersion = None,
        reason: Reason = None,
    ) -> CurationResult:
        return await _grant(info, subject, aspect, change.withdrawing, if_version, reason)


def _text(at: int | None) -> str | None:
    return None if at is None else format_instant(at)


async def _set(
    info: Info, subject: str, aspect: Aspect, value: Mapping[str, Any], version: str | None, why: str | None
) -> CurationResult:
    return await _grant(info, subject, aspect, change.setting(aspect, value), version, why)


async def _grant(
    info: Info,
    subject: str,
    aspect: Aspect,
    value: change.NewValue,
    version: str | None,
    why: str | None,
    *,
    makes: bool = False,
) -> CurationResult:
    """Do what is asked; why not, where it cannot be."""
    try:
        curation = CurationId(read_subject(info.context.key(subject)), aspect.value)
        wish = Wish(curation, value, why=why or None, if_version=version, makes=makes)
        granted = await run_sync(info.context.curating.grant, wish)
    except MayNotCurate as error:
        return results.ForbiddenError(message=error.message)
    except InvalidCuration as error:
        return results.InvalidError(message=f"{error}.")
    except UnknownNode as error:
        return results.NotFoundError(message=error.message)
    except Unavailable as error:
        raise StoreUnavailable(error.message, error.hint) from error
    except PolicyViolated as error:
        return results.PolicyViolatedError(message=error.message, told=error.verdicts)
    except Conflict as error:
        return results.ConflictError(message=error.message, current=CuratedValue(found=error.now))
    await info.context.renew()
    return results.Curated(curation=CuratedValue(found=granted.curated), changed=granted.changed)
