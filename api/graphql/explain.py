"""Explanations: what an event did, and who tells an edge."""

import strawberry

from api.graphql import words
from api.graphql.asking import Info
from api.graphql.origin import Origin
from api.graphql.paging import First, check_first
from api.graphql.saying import SayingPlace
from api.graphql.scalars import Instant, instant
from api.graphql.words import described
from catalog import effects as catalog_effects
from catalog.effects import Effect
from catalog.state import FACET
from ingest.explain import MAX_EDGES, ExplainedEdge, FacetSource, Telling
from ingest.explain import Evidence as Told

words.describe(
    Effect,
    "What an event did to one thing. It is told as of now: of an event that came late what it would have done in time.",
    {
        "CAME": "It came with the event.",
        "CHANGED": "It has another value since.",
        "WENT": "It ended with the event.",
        "REPEATED": "It was there already.",
        "NOT_HELD": "It does not hold: the run failed, or something newer stands in its place.",
    },
)


@strawberry.type(description="What an event did to a node that it names.")
class NodeEffect:
    key: str = strawberry.field(description="The key of the node.")
    effect: Effect = strawberry.field(description="CAME where it was the first to name it.")


@strawberry.type(description="What an event did to a facet or a property of a dataset, job, document or run.")
class FactEffect:
    key: str = strawberry.field(description="The key of the node.")
    facet: str | None = strawberry.field(description="The key of the facet; null for a property.")
    name: str = strawberry.field(description="The name of the property, or facet: and the key of the facet.")
    effect: Effect = strawberry.field(description="What it did.")


@strawberry.type(description="What an event, or the run that it is of, did to an edge.")
class EdgeEffect:
    type: str = strawberry.field(description="The type of the relationship.")
    source: str = strawberry.field(description="The key of the node that it leaves.")
    target: str = strawberry.field(description="The key of the node that it enters.")
    via: str = strawberry.field(description="The key of the job, dataset or document that tells it.")
    origin: Origin = strawberry.field(description="How it is known.")
    effect: Effect = strawberry.field(description="What it did.")


@strawberry.type(description="What an event did to the graph.")
class EventEffects:
    found: strawberry.Private[catalog_effects.Effects]

    @described("On the nodes that it names itself.")
    def nodes(self, first: First = 100) -> list[NodeEffect]:
        check_first(first)
        return [NodeEffect(key=key, effect=effect) for key, effect in self.found.nodes[:first]]

    @described("On facets and properties; those that it only repeated are the last.")
    def facts(self, first: First = 100) -> list[FactEffect]:
        check_first(first)
        ordered = sorted(self.found.facts, key=lambda one: one.effect is Effect.REPEATED)
        return [
            FactEffect(
                key=one.node,
                facet=one.name.removeprefix(FACET) if one.name.startswith(FACET) else None,
                name=one.name,
                effect=one.effect,
            )
            for one in ordered[:first]
        ]

    @described("On edges; those that it only repeated are the last.")
    def edges(self, first: First = 100) -> list[EdgeEffect]:
        check_first(first)
        ordered = sorted(self.found.edges, key=lambda one: one.effect is Effect.REPEATED)
        return [
            EdgeEffect(
                type=one.spec.type,
                source=one.spec.source,
                target=one.spec.target,
                via=one.via,
                origin=Origin(one.origin),
                effect=one.effect,
            )
            for one in ordered[:first]
        ]

    @described("How many facets and properties it changed.")
    def fact_count(self) -> int:
        return sum(one.effect not in (Effect.REPEATED, Effect.NOT_HELD) for one in self.found.facts)

    @described("How many edges came or went.")
    def edge_count(self) -> int:
        return sum(one.effect not in (Effect.REPEATED, Effect.NOT_HELD) for one in self.found.edges)


@strawberry.type(description="The facet that told something.")
class FacetOrigin:
    key: str = strawberry.field(description="The key of the facet.")
    producer: str | None = strawberry.field(description="Its _producer.")
    schema_url: str | None = strawberry.field(description="Its _schemaURL, which has its version.")

    @classmethod
    def of(cls, source: FacetSource) -> "FacetOrigin":
        """As the schema shows it."""
        return cls(key=source.key, producer=source.producer, schema_url=source.schema_url)


@strawberry.type(description="An event that tells an edge.")
class EventEvidence:
    told: strawberry.Private[Told]

    @described("The hash of the event: `receipt(hash:)` has the whole of it.")
    def hash(self) -> str:
        return self.told.entry.hash

    @described("What it names as its producer.")
    def producer(self) -> str | None:
        return self.told.entry.producer

    @described("The key of the run that it is of; null where no run tells the edge.")
    def run(self) -> str | None:
        return self.told.run

    @described("The facet that tells the edge; null where inputs and outputs tell it, or a document.")
    def facet(self) -> FacetOrigin | None:
        return None if self.told.facet is None else FacetOrigin.of(self.told.facet)

    @described("Where a document says it; null of events.")
    def said_at(self) -> SayingPlace | None:
        return None if self.told.said is None else SayingPlace(said=self.told.said)


@strawberry.type(description="A stretch of time in which an edge was told again and again.")
class EdgeTelling:
    telling: strawberry.Private[Telling]

    @described("When it was first told in this stretch.")
    def first_seen(self) -> Instant:
        return Instant(self.telling.first)

    @described("When it was last told in this stretch.")
    def last_seen(self) -> Instant:
        return Instant(self.telling.last)

    @described("How many runs told it, counted up to 1,000; 0 where no run tells it.")
    def run_count(self) -> int:
        return self.telling.runs

    @described("The last and the first event that told it.")
    def evidence(self, first: First = 2) -> list[EventEvidence]:
        return [EventEvidence(told=one) for one in self.telling.evidence[: check_first(first)]]


@strawberry.type(description="An edge of the graph, and who tells it.")
class ExplainedEdgeInTime:
    explained: strawberry.Private[ExplainedEdge]

    @described("The type of the relationship.")
    def type(self) -> str:
        return self.explained.edge.type

    @described("The id of the node that it leaves.")
    def source(self, info: Info) -> strawberry.ID:
        return strawberry.ID(info.context.iri(self.explained.edge.source))

    @described("The id of the node that it enters.")
    def target(self, info: Info) -> strawberry.ID:
        return strawberry.ID(info.context.iri(self.explained.edge.target))

    @described("The key of the job, dataset or document whose history tells it.")
    def via(self) -> str:
        return self.explained.edge.via

    @described("How it is known.")
    def origin(self) -> Origin:
        return Origin(self.explained.edge.origin)

    @described("The first instant at which it held; null: since ever.")
    def valid_from(self) -> Instant | None:
        return instant(self.explained.edge.valid_from)

    @described("The first instant at which it no longer held; null: it holds.")
    def valid_to(self) -> Instant | None:
        return instant(self.explained.edge.valid_to)

    @described("Who told it, the latest first.")
    def tellings(self, first: First = 20) -> list[EdgeTelling]:
        return [EdgeTelling(telling=one) for one in self.explained.tellings[: check_first(first)]]


EDGES_WORDS = (
    "The edges from one node to another, directly or through a job, and the events that tell them: at most "
    f"{MAX_EDGES}, those that hold first."
)
