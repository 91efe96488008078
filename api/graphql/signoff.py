"""Proposed changes that are stored, what becomes of them, and what is deprecated."""

import time
from typing import Annotated

import strawberry

from api.graphql import told, words
from api.graphql.asking import Info
from api.graphql.impact import ImpactChange, ImpactReport, report_page
from api.graphql.impact_input import ImpactFilter
from api.graphql.links import OUT, linked_one, many, node_of
from api.graphql.node import AsOf, Node, of_label
from api.graphql.paging import (
    After,
    Connection,
    First,
    Page,
    check_first,
    cursor,
    edges_and_info,
    part,
    position_of,
)
from api.graphql.scalars import Instant, instant
from api.graphql.words import describe, described
from api.proposals.answers import permalink
from catalog.canonical import plain
from catalog.curated import Curated
from catalog.curation import Aspect
from catalog.impact.severity import RANK, Severity
from catalog.instant import parse_instant
from catalog.signoff import proposals as stored_proposals
from catalog.signoff import standing as standings
from catalog.signoff.forms import proposal_key
from catalog.signoff.stated import read_changes
from catalog.store.port import Reader
from ontology.vocabulary import Label, Rel

_PROPOSAL, _SIGN_OFF = Label.PROPOSAL, Label.SIGN_OFF

describe(
    standings.SignOff,
    "Whether a proposed change may be made, as far as people decide that.",
    {
        "OPEN": "Somebody has not answered, or migrates; or there is what no owner can agree to.",
        "AGREED": "All whom it affects have approved, or migrated and the day has come.",
        "REFUSED": "Somebody blocks.",
        "FORCED": "Somebody goes on without the answers, and the change does what it did then.",
        "EXPIRED": "Somebody has not answered until the deadline.",
        "VOID": "What was answered to, or forced, is not what would happen now.",
    },
)
describe(
    standings.OwnerStatus,
    "How an owner stands whom a proposed change affects.",
    {
        "BLOCKED": "They say that it must not be made.",
        "VOID": "What they answered to is not what would happen now.",
        "EXPIRED": "They have not answered until the deadline.",
        "NOTIFIED": "They have not answered yet.",
        "MIGRATING": "It may be made from a day on.",
        "APPROVED": "They say that it may be made.",
        "PROPOSER": "It is their own proposal.",
        "UNAFFECTED": "They were asked, and are not affected any more.",
    },
)
describe(
    stored_proposals.Word,
    "What an owner answers to a proposed change.",
    {
        "APPROVED": "It may be made.",
        "MIGRATING": "It may be made from a day on, and not before.",
        "BLOCKED": "It must not be made, for a reason.",
    },
)


@of_label(_SIGN_OFF)
@strawberry.type(description=words.term("SignOff"))
class SignOffAnswer(Node):
    answer = told.text(_SIGN_OFF, "answer")
    shown_digest = told.text(_SIGN_OFF, "shownDigest")
    migrated_by = told.text(_SIGN_OFF, "migratedBy")

    @described("The proposal that it answers.")
    async def proposal(
        self, info: Info
    ) -> Annotated["Proposal", strawberry.lazy("api.graphql.signoff")] | None:
        return await linked_one(info, Proposal, self, OUT, Rel.ANSWERS, at=self.at)

    @described("Whose answer it is.")
    async def owner(self, info: Info) -> Node | None:
        return await linked_one(info, Node, self, OUT, Rel.ANSWERED_BY, at=self.at)


@strawberry.type(description="How one owner stands whom a proposed change affects.")
class ProposalOwner:
    told: strawberry.Private[standings.Owner]
    at: strawberry.Private[int | None]

    @described("The team or person.")
    async def agent(self, info: Info) -> Node | None:
        return await node_of(info, self.told.key, self.at)

    @described("How they stand.")
    def status(self) -> standings.OwnerStatus:
        return self.told.status

    @described("Whether, as far as they are concerned, the change may be made now.")
    def agrees(self) -> bool:
        return self.told.agrees

    @described("How many things of theirs are affected.")
    def item_count(self) -> int:
        return 0 if self.told.share is None else len(self.told.share.items)

    @described("The worst that happens to a thing of theirs; null where none is affected.")
    def worst(self) -> Severity | None:
        share = self.told.share
        return None if share is None else min((one.severity for one in share.items), key=RANK.__getitem__)

    @described("The digest of what concerns them now: send it as `seen` with an answer.")
    def shown(self) -> str | None:
        return None if self.told.share is None else self.told.share.digest

    @described("What they have answered last, also where that is void.")
    def answer(self) -> stored_proposals.Word | None:
        return None if self.told.answer is None else self.told.answer.word

    @described("When they will have migrated.")
    def until(self) -> Instant | None:
        return None if self.told.answer is None else instant(self.told.answer.until_ns)

    @described("Why, or what they ask for, in their words.")
    def note(self) -> str | None:
        return None if self.told.answer is None else self.told.answer.note

    @described("Who gave the answer.")
    def by(self) -> str | None:
        return None if self.told.answer is None else self.told.answer.by

    @described("When it was given.")
    def answered_at(self) -> Instant | None:
        return None if self.told.answer is None else instant(self.told.answer.at)

    @described('The version of the answer, for `ifVersion`; "0": there is none.')
    def version(self) -> str:
        return "0" if self.told.answer is None else self.told.answer.version


@strawberry.type(description="That somebody goes on without the answers.")
class ForcedProposal:
    told: strawberry.Private[stored_proposals.Forced]

    @described("Why.")
    def reason(self) -> str:
        return self.told.reason

    @described("Who.")
    def by(self) -> str | None:
        return self.told.by

    @described("When.")
    def at(self) -> Instant:
        return Instant(self.told.at)


@strawberry.type(
    description="How a proposed change stands: what it does now, and what those answer whom it affects."
)
class ProposalStanding:
    found: strawberry.Private[standings.Standing]
    at: strawberry.Private[int | None]

    @described("Whether it may be made, as far as people decide that.")
    def sign_off(self) -> standings.SignOff:
        return self.found.sign_off

    @described("Whether it may be made: agreed or forced, and not withdrawn.")
    def may_go(self) -> bool:
        return self.found.may_go

    @described("From when on it will be agreed, where only migrations are left.")
    def agreed_from(self) -> Instant | None:
        return instant(self.found.agreed_from_ns)

    @described("What no owner can agree to, as sentences.")
    def open_ends(self, first: First = 50) -> list[str]:
        return list(self.found.open_ends[: check_first(first)])

    @described("Those whom it affects, and those who were asked and are not affected any more; by key.")
    def owners(self, first: First = 50, after: After = None) -> Connection[ProposalOwner]:
        page = part(self.found.owners, lambda one: (one.key,), first, after)
        return page.connection([ProposalOwner(told=one, at=self.at) for one in page.items])

    @described("That somebody goes on without the answers, and why.")
    def forced(self) -> ForcedProposal | None:
        return None if self.found.stored.forced is None else ForcedProposal(told=self.found.stored.forced)

    @described("What it does, item by item; `status` of an item is how its owners stand.")
    async def report(
        self,
        info: Info,
        filter: Annotated[
            ImpactFilter | None, strawberry.argument(description="Which items to list; left out: all.")
        ] = None,
        first: First = 50,
        after: After = None,
    ) -> ImpactReport:
        return await report_page(info.context, self.found.report, filter, first, after)


@of_label(_PROPOSAL)
@strawberry.type(description=words.term("Proposal"))
class Proposal(Node):
    author = told.text(_PROPOSAL, "author")
    link = told.text(_PROPOSAL, "link")
    deadline = told.text(_PROPOSAL, "deadline")
    status = told.text(_PROPOSAL, "status")
    proposes = many("Node", "node", OUT, Rel.PROPOSES, about="What it is to change, or to make.")

    @described("What is proposed.")
    def changes(self, first: First = 100) -> list[ImpactChange]:
        text = self.property_text("changes")
        found = () if text is None else read_changes(plain(text)).changes
        return [ImpactChange(change=one) for one in found[: check_first(first)]]

    @described("In whose name it is proposed: they need not answer.")
    async def proposed_by(self, info: Info) -> Node | None:
        return await linked_one(info, Node, self, OUT, Rel.PROPOSED_BY, at=self.at)

    @described("The version of what is proposed, for `ifVersion`.")
    async def version(self, info: Info) -> str:
        found = await info.context.loaders.curated(self.key, self.at)
        return next((one.version for one in found if one.curation.aspect == Aspect.PROPOSAL), "0")

    @described("The path at which the service shows it as JSON.")
    def permalink(self) -> str:
        return permalink(self.key.partition("/")[2])

    @described(
        "How it stands: what it does, and what those answer whom it affects. It costs as much as `impact`."
    )
    async def standing(self, info: Info, as_of: AsOf = None) -> ProposalStanding:
        at = self.moment(as_of)
        now_ns = time.time_ns() if at is None else at

        def ask(reader: Reader) -> standings.Standing:
            known = stored_proposals.stored(reader, self.key, at)
            reports = info.context.impacts
            return standings.standing(
                reader, known, now_ns, lambda there, proposal: reports.report(there, proposal, at=at)
            )

        return ProposalStanding(found=await info.context.ask(ask), at=at)


@strawberry.type(description="That a thing will go away, as people say.")
class Deprecation:
    told: strawberry.Private[Curated]
    moment: strawberry.Private[int | None]

    def _said(self, name: str) -> str | None:
        value = (self.told.value or {}).get(name)
        return None if value is None else str(value)

    @described("From when on it may be gone.")
    def removal(self) -> Instant | None:
        text = self._said("removal")
        return None if text is None else Instant(parse_instant(text).ns)

    @described("Why.")
    def reason(self) -> str | None:
        return self._said("reason")

    @described("What to use instead.")
    async def instead(self, info: Info) -> Node | None:
        return await node_of(info, self._said("instead"), self.moment)

    @described("Who says so.")
    def by(self) -> str | None:
        return self.told.actor

    @described("Since when it is said.")
    def since(self) -> Instant | None:
        return instant(self.told.at)

    @described("The version, for `ifVersion`.")
    def version(self) -> str:
        return self.told.version


async def deprecation_of(info: Info, key: str, at: int | None) -> Deprecation | None:
    """That a thing is deprecated now, or was at an instant."""
    found = await info.context.loaders.curated(key, at)
    said = next((one for one in found if one.curation.aspect == Aspect.DEPRECATION), None)
    return None if said is None or said.value is None else Deprecation(told=said, moment=at)


@strawberry.type(description="Stored proposals.")
class ProposalQueries:
    @described("A proposed change by its id or key; null where there is none.")
    async def proposal(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Its id, key or IRI.")],
        as_of: AsOf = None,
    ) -> Proposal | None:
        key = info.context.key(id)
        key = key if key.startswith("proposal/") else proposal_key(key)
        found = await node_of(info, key, as_of)
        return (
            found if isinstance(found, Proposal) and found.stored.properties.get("gone") is not True else None
        )

    @described("The proposed changes by id.")
    async def proposals(
        self,
        info: Info,
        open: Annotated[bool, strawberry.argument(description="Only those that nobody has closed.")] = True,
        first: First = 20,
        after: After = None,
    ) -> Page[Proposal]:
        check_first(first)
        behind = None if after is None else str(position_of(after, str)[0])
        found, following = await info.context.ask(
            lambda reader: stored_proposals.listed(reader, behind, first, open_only=open)
        )
        nodes = [await node_of(info, one.key, None) for one in found]
        made = [one for one in nodes if isinstance(one, Proposal)]
        cursors = [cursor(one.id) for one in found]
        edges, page_info = edges_and_info(made, cursors, following is not None, after)
        return Page(edges=edges, page_info=page_info)
