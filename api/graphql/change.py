"""Changes as GraphQL sends them to those who subscribe.

Plain values: a subscription may last long, and holds no view of the store meanwhile; who wants to know more asks about
the id.
"""

from collections.abc import AsyncGenerator, Callable
from typing import Annotated, TypeVar

import strawberry

from api.changes.hub import ChangeHub, Place
from api.errors import WebhookRefused
from api.graphql.asking import Asking, Info
from api.graphql.errors import bad_input
from api.graphql.scalars import Instant, Json
from api.graphql.words import describe, described
from api.remembered import Remembered
from api.webhooks.registry import filter_of
from catalog.feed import change as feed
from catalog.store.port import Store

describe(
    feed.ChangeKind,
    "What has changed.",
    {
        "PRODUCT_CHANGED": "A data product is new, gone, or says something else of itself.",
        "PORT_CHANGED": "A port of a product: what it serves, under which contract.",
        "CONTRACT_CHANGED": "A contract or a version of one: status, schema, objectives, servers, rules.",
        "AGREEMENT_CHANGED": "An access agreement: status, parties, validity.",
        "DOMAIN_CHANGED": "A domain, or what is above it.",
        "OWNER_CHANGED": "Something has other owners.",
        "SCHEMA_CHANGED": "The observed columns of a dataset, or their types.",
        "RUN_COMPLETED": "A run of a job that makes what a product offers has succeeded.",
        "RUN_FAILED": "Such a run has failed or was aborted.",
        "FINDING_OPENED": "What is declared and what is observed differ, and did not before.",
        "FINDING_CLOSED": "They differ no longer.",
        "PROPOSAL_OPENED": "A proposed change affects an owner, who is asked to answer; or it does otherwise now.",
        "PROPOSAL_ANSWERED": "An owner has answered a proposed change, or somebody goes on without the answers.",
        "PROPOSAL_VOID": "What an owner answered to is not what would happen now: they are asked again.",
        "PROPOSAL_DEADLINE": "The time to answer a proposed change ends within two days, or has ended.",
        "PROPOSAL_CLOSED": "A proposed change has been made, or will not be.",
    },
)
describe(
    feed.How,
    "What became of the thing.",
    {"CREATED": "It is new.", "CHANGED": "It is another than before.", "ENDED": "It is there no longer."},
)


@strawberry.type(description="A product or domain that a change belongs to.")
class ChangePlace:
    id: strawberry.ID = strawberry.field(description="Its id.")
    name: str = strawberry.field(description="Its name.")


@strawberry.type(description="A fact before and after.")
class ChangedFact:
    name: str = strawberry.field(
        description="A property, a relationship, or one of a part: with the part before it."
    )
    before: Json | None = strawberry.field(description="What it was; null: there was none.")
    after: Json | None = strawberry.field(description="What it is; null: there is none.")


@strawberry.type(description="A change in the mesh.")
class MeshChange:
    change: strawberry.Private[feed.Change]
    base_iri: strawberry.Private[str]

    @described("The id of the event: the same whenever it is sent. Go on behind it with `after`.")
    def id(self) -> strawberry.ID:
        return strawberry.ID(self.change.id)

    @described("When it was noticed.")
    def time(self) -> Instant:
        return Instant(self.change.time_ns)

    @described("What has changed.")
    def kind(self) -> feed.ChangeKind:
        return self.change.news.kind

    @described("What became of the thing.")
    def how(self) -> feed.How:
        return self.change.news.how

    @described("The id of the thing: ask `node` about it.")
    def subject_id(self) -> strawberry.ID:
        return strawberry.ID(self.base_iri + self.change.news.subject)

    @described("The kind of thing, as Query.kinds names it.")
    def subject_kind(self) -> str:
        return self.change.news.label

    @described("The name of the thing.")
    def subject_name(self) -> str:
        return self.change.news.name

    @described("The products that the thing belongs to, or did.")
    def products(self) -> list[ChangePlace]:
        return self._places(self.change.news.products)

    @described("The domains that the thing belongs to, or did, and those above them.")
    def domains(self) -> list[ChangePlace]:
        return self._places(self.change.news.domains)

    @described("What was what before, and is what after; at most 50 facts.")
    def facts(self) -> list[ChangedFact]:
        told = self.change.news.facts
        return [ChangedFact(name=one.name, before=_json(one.before), after=_json(one.after)) for one in told]

    @described("How many facts there are besides.")
    def more_facts(self) -> int:
        return self.change.news.more

    def _places(self, places: tuple[feed.Place, ...]) -> list[ChangePlace]:
        return [ChangePlace(id=strawberry.ID(self.base_iri + one.key), name=one.name) for one in places]


def _json(value: feed.Fact | None) -> Json | None:
    return None if value is None else Json(value)


@strawberry.input(description="Which changes; what is left out is any.")
class ChangeFilter:
    kinds: list[feed.ChangeKind] = strawberry.field(
        default_factory=list, description="Of one of these kinds."
    )
    domains: list[str] = strawberry.field(
        default_factory=list, description="Of one of these domains or one below, by name or key."
    )
    products: list[str] = strawberry.field(
        default_factory=list, description="Of one of these products, by name or key."
    )


class Listening(Asking):
    """The context of a subscription: the hub of the service, and the place to begin at (``after``)."""

    def __init__(self, store: Store, base_iri: str, hub: ChangeHub, remembered: Remembered) -> None:
        super().__init__(store, base_iri, remembered=remembered)
        self.hub = hub


F = TypeVar("F", bound=Callable[..., object])


def _subscribed(description: str) -> Callable[[F], F]:
    decorate: Callable[[F], F] = strawberry.subscription(description=description)
    return decorate


@strawberry.type(
    description="What is told as it happens; sent as server-sent events (graphql-sse, distinct connections)."
)
class Subscription:
    @_subscribed("What changes in the mesh from now on, or from behind an event.")
    async def changes(
        self,
        info: Info,
        filter: Annotated[ChangeFilter | None, strawberry.argument(description="Only these.")] = None,
        after: Annotated[
            str | None, strawberry.argument(description="Go on behind the event with this id.")
        ] = None,
    ) -> AsyncGenerator[MeshChange, None]:
        context = info.context
        assert isinstance(context, Listening)
        where = feed.ChangeFilter() if filter is None else _filter(filter)
        place = await _place(context.hub, after)
        async for change in context.hub.listen(where, place):
            yield MeshChange(change=change, base_iri=context.base_iri)


def _filter(asked: ChangeFilter) -> feed.ChangeFilter:
    try:
        return filter_of(asked.kinds, asked.domains, asked.products)
    except WebhookRefused as error:
        raise bad_input(error.message) from error


async def _place(hub: ChangeHub, after: str | None) -> Place:
    """Raises GraphQLError where the feed cannot go on from there: changes would be missed and nobody told."""
    place = await hub.place(after)
    if place.missed:
        raise bad_input("after is no change that is kept: look at everything anew, and subscribe without it.")
    return place
