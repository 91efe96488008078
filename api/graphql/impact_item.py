"""One affected thing: what happens to it, how that comes about, whom it concerns."""

from collections.abc import Iterable
from typing import Self

import strawberry

from api.graphql.asking import Info
from api.graphql.impact_words import of
from api.graphql.node import Node, shown
from api.graphql.paging import First, check_first
from api.graphql.scalars import Instant, instant
from api.graphql.transformation import Kind, Transformation
from api.graphql.words import described
from catalog.graph import Node as StoredNode
from catalog.impact.report import Affected, Concern
from catalog.impact.report import Clause as ViolatedClause
from catalog.impact.report import Party as ToldParty
from catalog.impact.report import RouteStep as Step
from catalog.impact.severity import Certainty, Severity


def said(member: str) -> str:
    """What a member of an item means."""
    return of("ImpactItem", member)


@strawberry.type(description="One hop of a route.")
class RouteStep:
    """An answer has very many: what is mostly asked for are values, which cost a third of what methods do."""

    step: strawberry.Private[Step]
    source: strawberry.ID = strawberry.field(
        description="The id of the field, dataset or job that the hop leaves."
    )
    job: strawberry.ID | None = strawberry.field(
        description="The id of the job on the way; null where none is told."
    )
    target: strawberry.ID = strawberry.field(
        description="The id of what the hop reaches; the job itself where the route ends there."
    )
    kind: Kind | None = strawberry.field(description=of("ImpactStep", "use"))

    @described(of("ImpactStep", "transformations"))
    def transformations(self) -> list[Transformation]:
        return [Transformation.of(told) for told in self.step.transformations]

    @described(of("ImpactStep", "origins"))
    def origins(self) -> list[str]:
        return list(self.step.origins)

    @described(of("ImpactStep", "lastSeen"))
    def last_seen(self) -> Instant | None:
        return instant(self.step.last_seen)


@strawberry.type(description="A way from the change to an item.")
class ImpactRoute:
    steps: list[RouteStep] = strawberry.field(description="The hops, in the order of the data.")


@strawberry.type(description="A part of a contract that the change would violate.")
class ImpactClause:
    clause: strawberry.Private[ViolatedClause]
    at: strawberry.Private[int | None]

    @described(of("ImpactClause", "contract"))
    async def contract(self, info: Info) -> Node | None:
        return await _node(info, self.clause.contract, self.at)

    @described(of("ImpactClause", "part"))
    def part(self) -> str:
        return self.clause.part

    @described(of("ImpactClause", "message"))
    def message(self) -> str:
        return self.clause.message


@strawberry.type(description="A team or person to tell.")
class ImpactParty:
    party: strawberry.Private[ToldParty]
    at: strawberry.Private[int | None]

    @described("The team or person; null where only events name them.")
    async def node(self, info: Info) -> Node | None:
        return await _node(info, self.party.key, self.at)

    @described(of("ImpactParty", "name"))
    def name(self) -> str:
        return self.party.name

    @described(of("ImpactParty", "contacts"))
    def contacts(self) -> list[str]:
        return list(self.party.contacts)


@strawberry.type(
    description="An affected thing: the worst that happens to it, how that comes about, and whom it concerns."
)
class ImpactItem:
    item: strawberry.Private[Affected]
    concern: strawberry.Private[Concern]
    at: strawberry.Private[int | None]
    node: Node | None = strawberry.field(description="The affected node.")
    severity: Severity = strawberry.field(description=said("severity"))
    certainty: Certainty = strawberry.field(description=said("certainty"))
    hops: int = strawberry.field(description=said("hops"))

    @classmethod
    def make(cls, item: Affected, concern: Concern, stored: StoredNode | None, at: int | None) -> Self:
        """An item with its node of the store, if that has one."""
        return cls(
            item=item,
            concern=concern,
            at=at,
            node=None if stored is None else shown(stored, at),
            severity=item.severity,
            certainty=item.certainty,
            hops=item.hops,
        )

    @described("The ids of its other names.")
    def aliases(self, info: Info) -> list[strawberry.ID]:
        return [strawberry.ID(info.context.iri(key)) for key in self.item.aliases]

    @described(said("unknown"))
    def unknown(self) -> bool:
        return self.item.unknown

    @described(said("reason"))
    def reason(self) -> str:
        return self.item.reason

    @described("The ids of the changed fields that it uses, of those of the proposal.")
    def changed(self, info: Info, first: First = 20) -> list[strawberry.ID]:
        return [strawberry.ID(info.context.iri(key)) for key in self.item.changed[: check_first(first)]]

    @described("How many changed fields it uses.")
    def changed_count(self) -> int:
        return len(self.item.changed)

    @described(said("message"))
    def message(self) -> str | None:
        return self.item.message

    @described(said("clauses"))
    def clauses(self, first: First = 10) -> list[ImpactClause]:
        return [ImpactClause(clause=one, at=self.at) for one in self.item.clauses[: check_first(first)]]

    @described("How many such parts there are.")
    def clause_count(self) -> int:
        return len(self.item.clauses)

    @described("A shortest route from the change that leads to that severity.")
    def route(self, info: Info) -> list[RouteStep]:
        return _steps(info, self.item.route)

    @described(said("routes"))
    def routes(self, info: Info) -> list[ImpactRoute]:
        return [ImpactRoute(steps=_steps(info, route)) for route in self.item.routes]

    @described(said("allRoutes"))
    def all_routes(self) -> bool:
        return self.item.all_routes

    @described(said("product"))
    async def product(self, info: Info) -> Node | None:
        return await _node(info, self.concern.product, self.at)

    @described(said("domain"))
    async def domain(self, info: Info) -> Node | None:
        return await _node(info, self.concern.domain, self.at)

    @described(said("owners"))
    def owners(self, first: First = 5) -> list[ImpactParty]:
        return [ImpactParty(party=one, at=self.at) for one in self.concern.owners[: check_first(first)]]

    @described("How many there are to tell.")
    def owner_count(self) -> int:
        return len(self.concern.owners)

    @described(said("runs"))
    def runs(self) -> int | None:
        return self.concern.runs

    @described(said("lastUsed"))
    def last_used(self) -> Instant | None:
        return instant(self.concern.last_used)

    @described(said("status"))
    def status(self) -> str | None:
        return self.concern.status

    @described(said("action"))
    def action(self) -> str | None:
        return self.concern.action


def _steps(info: Info, route: Iterable[Step]) -> list[RouteStep]:
    iri = info.context.iri
    return [
        RouteStep(
            step=step,
            source=strawberry.ID(iri(step.source)),
            job=None if step.job is None else strawberry.ID(iri(step.job)),
            target=strawberry.ID(iri(step.target)),
            kind=step.kind,
        )
        for step in route
    ]


async def _node(info: Info, key: str | None, at: int | None) -> Node | None:
    """A node by key; those of one answer are asked for together."""
    stored = None if key is None else await info.context.loaders.node(key)
    return None if stored is None else shown(stored, at)
