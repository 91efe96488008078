"""What people have curated: the versions of one aspect of one thing, and the trail of who changed what."""

from typing import Annotated

import strawberry

from api.graphql import words
from api.graphql.asking import Info
from api.graphql.node import Node, shown
from api.graphql.paging import Page, check_first, cursor, edges_and_info, position_of
from api.graphql.scalars import Instant, Json, instant
from api.graphql.words import described
from catalog import curated
from catalog.curation import Aspect, Value
from catalog.store.port import Reader

SCANNED = 2_000
"""So many changes are looked through for those of one actor, for one page."""
_PAGE = 200

words.describe(
    Aspect,
    "What of a thing people curate.",
    {
        "OWNER": "Who answers for it: {agent}. It takes the place of what documents and events say.",
        "ROLES": "Who has which role for it, and when: {roles: [{agent, role, since, until}]}.",
        "TAGS": "Tags on it, beside those of others: {tags: [{tag, value}]}.",
        "TERMS": "Glossary terms that say what it is about or means, beside those of others: {terms}.",
        "CLASSIFICATIONS": "Classes of data that it is of, beside those that others say: {classifications}.",
        "DESCRIPTION": "What people should know about it: {text}. It takes the place of what others say.",
        "DOMAIN": "The domain that it belongs to: {domain}. It takes the place of what others say.",
        "BINDING": "The datasets that a port or schema is, and those that it is not: {bound, rejected}.",
        "AGREEMENT": "How an agreement on access stands: {status, purpose, validFrom, validUntil, grantedTo, "
        "grantedBy, covers}.",
        "PROPOSAL": "What a proposal would change, and what owners were shown: {title, changes, shown, author, team, "
        "reason, link, deadline}.",
        "CLOSING": "How a proposal ended: {status, note}.",
        "FORCE": "Why somebody goes on without the answers, and with what: {reason, digest}.",
        "SIGN_OFF": "What an owner answers to a proposal: {proposal, agent, answer, shown, until, note}.",
        "DEPRECATION": "That it will go away: {removal, reason, instead}.",
    },
)

AspectArgument = Annotated[Aspect, strawberry.argument(description="Which aspect of it.")]


@strawberry.type(description="One aspect of one thing as people have curated it, in one version.")
class CuratedValue:
    found: strawberry.Private[curated.Curated]

    @described("The thing; null while nothing has its key.")
    async def subject(self, info: Info) -> Node | None:
        stored = await info.context.loaders.node(self.found.curation.subject)
        return None if stored is None else shown(stored)

    @described("The key of the thing.")
    def subject_key(self) -> str:
        return self.found.curation.subject

    @described("What of it.")
    def aspect(self) -> Aspect:
        return Aspect(self.found.curation.aspect)

    @described("What people say, in the form of the aspect; null where nobody says it, or it was withdrawn.")
    def value(self) -> Json | None:
        return _json(self.found.value)

    @described("What names this version: send it as `ifVersion` to change it only if nobody else has.")
    def version(self) -> str:
        return self.found.version

    @described("From when on it counts; null for what nobody has curated yet.")
    def at(self) -> Instant | None:
        return instant(self.found.at)

    @described("Who said so; null where the service did not know.")
    def by(self) -> str | None:
        return self.found.actor

    @described("Why, in their words.")
    def reason(self) -> str | None:
        return self.found.why


@strawberry.type(description="A change of what people curate: one line of the audit trail.")
class CurationChange:
    change: strawberry.Private[curated.Change]

    @described("The first 32 hex digits of the hash of its entry in the log, as `receipt` takes them.")
    def entry(self) -> str:
        return self.change.after.version

    @described("What it became, by whom and when.")
    def after(self) -> CuratedValue:
        return CuratedValue(found=self.change.after)

    @described("The value before; null where there was none.")
    def before(self) -> Json | None:
        return _json(self.change.before)


def _json(value: Value | None) -> Json | None:
    return None if value is None else Json(value)


async def change_page(
    info: Info, subject: str | None, actor: str | None, since: Instant | None, first: int, after: str | None
) -> Page[CurationChange]:
    """A page of the audit trail, the latest first."""
    check_first(first)
    before = None if after is None else str(position_of(after, str)[0])
    key = None if subject is None else info.context.key(subject)

    def ask(reader: Reader) -> tuple[list[curated.Change], str | None]:
        return _latest(reader, key, actor, since, before, first + 1)

    found, scanned = await info.context.ask(ask)
    page = found[:first]
    cursors = [cursor(one.after.order) for one in page]
    more = len(found) > first or scanned is not None
    edges, page_info = edges_and_info([CurationChange(change=one) for one in page], cursors, more, after)
    if scanned is not None and len(found) <= first:
        page_info.end_cursor = cursor(scanned)
    return Page(edges=edges, page_info=page_info)


def _latest(
    reader: Reader, subject: str | None, actor: str | None, since: int | None, before: str | None, wanted: int
) -> tuple[list[curated.Change], str | None]:
    """The latest changes of an actor; and where the search ended, if that is before the end of the trail."""
    found: list[curated.Change] = []
    size = wanted if actor is None else _PAGE
    for _ in range(SCANNED // _PAGE):
        rows = curated.changes(reader, size, subject=subject, before=before, since=since)
        found += [one for one in rows if actor is None or one.after.actor == actor]
        if len(rows) < size or len(found) >= wanted:
            return found, None
        before = rows[-1].after.order
    return found, before


async def curation_of(info: Info, subject: str, aspect: Aspect, at: int | None) -> CuratedValue:
    """One aspect of a thing now or as of an instant."""
    key = info.context.key(subject)
    found = await info.context.loaders.curated(key, at)
    version = next((one for one in found if one.curation.aspect == aspect), None)
    return CuratedValue(found=version or curated.never(key, aspect))


async def curated_description(info: Info, key: str, at: int) -> str | None:
    """The description that people had curated of a thing at an instant."""
    found = await info.context.loaders.curated(key, at)
    values = (one.value for one in found if one.curation.aspect == Aspect.DESCRIPTION)
    return next((str(value["text"]) for value in values if value is not None), None)
