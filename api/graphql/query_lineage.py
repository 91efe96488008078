"""Lineage, what changed of it, who tells it, and impact."""

from collections.abc import Sequence
from typing import Annotated, TypeAlias

import strawberry

from api.graphql.asking import Info
from api.graphql.errors import bad_input
from api.graphql.explain import EDGES_WORDS, ExplainedEdgeInTime
from api.graphql.impact import ImpactReport, impact_report, kept_report
from api.graphql.impact_input import ImpactFilter, ProposedChange
from api.graphql.lineage import LineageGraph, lineage_graph
from api.graphql.lineage_diff import LineageDiff, lineage_diff
from api.graphql.lineage_question import Direction, LineageQuestion
from api.graphql.origin import Origin
from api.graphql.paging import After, First, check_first
from api.graphql.query_arguments import AsOf, run_key
from api.graphql.scalars import Instant
from api.graphql.words import described
from catalog.walks import Level
from ingest.explain import explain_edges

Origins: TypeAlias = Annotated[
    list[Origin] | None, strawberry.argument(description="Only edges of these origins; left out: of all.")
]


Where: TypeAlias = Annotated[
    ImpactFilter | None, strawberry.argument(description="Which items to list; left out: all.")
]


def origin_set(origins: Sequence[Origin] | None) -> frozenset[str] | None:
    """Origins as the catalog takes them."""
    if origins is not None and not origins:
        raise bad_input("origins is empty: no edge has no origin. Leave it out to take all.")
    return None if origins is None else frozenset(origins)


@strawberry.type(description="Lineage, what changed of it, who tells it, and impact.")
class LineageQueries:
    @described("What nodes lead to, come from, or both.")
    async def lineage(
        self,
        info: Info,
        of: Annotated[
            list[strawberry.ID],
            strawberry.argument(
                description="Ids or keys of the datasets, fields, jobs, products and domains to start from."
            ),
        ],
        direction: Annotated[
            Direction, strawberry.argument(description="Which way to go.")
        ] = Direction.DOWNSTREAM,
        depth: Annotated[
            int | None, strawberry.argument(description="How many hops to go; left out: to the end.")
        ] = None,
        level: Annotated[Level, strawberry.argument(description="What to go between.")] = Level.DATASET,
        as_of: AsOf = None,
        since: Annotated[
            Instant | None,
            strawberry.argument(
                description="Take every edge that held at any time from this instant on, until asOf."
            ),
        ] = None,
        run: Annotated[
            str | None,
            strawberry.argument(
                description="Only what this run told, whether it failed or not: its runId, id or key. "
                "Not together with asOf or since."
            ),
        ] = None,
        origins: Origins = None,
    ) -> LineageGraph:
        question = LineageQuestion(
            roots=tuple(info.context.key(id_) for id_ in of),
            direction=direction,
            depth=depth,
            level=level,
            at=as_of,
            since=since,
            run=None if run is None else run_key(info, run),
            origins=origin_set(origins),
        )
        return await lineage_graph(info.context, question)

    @described(
        "What changed of a lineage, and of the schemas and facets of what it reaches, between two times."
    )
    async def lineage_diff(
        self,
        info: Info,
        of: Annotated[
            list[strawberry.ID],
            strawberry.argument(
                description="Ids or keys of the datasets, fields, jobs, products and domains to start from."
            ),
        ],
        from_: Annotated[Instant, strawberry.argument(name="from", description="The earlier of the times.")],
        to: Annotated[
            Instant | None, strawberry.argument(description="The later of the times; left out: now.")
        ] = None,
        direction: Annotated[Direction, strawberry.argument(description="Which way to go.")] = Direction.BOTH,
        depth: Annotated[
            int | None, strawberry.argument(description="How many hops to go; left out: to the end.")
        ] = None,
        level: Annotated[Level, strawberry.argument(description="What to go between.")] = Level.DATASET,
        origins: Origins = None,
    ) -> LineageDiff:
        question = LineageQuestion(
            roots=tuple(info.context.key(id_) for id_ in of),
            direction=direction,
            depth=depth,
            level=level,
            at=None,
            since=None,
            run=None,
            origins=origin_set(origins),
        )
        return await lineage_diff(info.context, question, from_, to)

    @described("What a proposed change would do to everything downstream. Changes nothing.")
    async def impact(
        self,
        info: Info,
        change: Annotated[ProposedChange, strawberry.argument(description="What would change.")],
        first: First = 50,
        after: After = None,
        as_of: AsOf = None,
        origins: Origins = None,
        where: Where = None,
    ) -> ImpactReport:
        return await impact_report(info.context, change, where, first, after, as_of, origin_set(origins))

    @described(
        "A report on a proposed change by its id, as long as the service keeps it; null where it does not."
    )
    async def impact_report(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The id of the report.")],
        first: First = 50,
        after: After = None,
        where: Where = None,
    ) -> ImpactReport | None:
        return await kept_report(info.context, id, where, first, after)

    @described(EDGES_WORDS)
    async def explain_edge(
        self,
        info: Info,
        source: Annotated[
            strawberry.ID, strawberry.argument(description="The id or key of the node that it leaves.")
        ],
        target: Annotated[
            strawberry.ID, strawberry.argument(description="The id or key of the node that it enters.")
        ],
        as_of: Annotated[
            Instant | None,
            strawberry.argument(description="Only edges that held at this instant; left out: of all times."),
        ] = None,
        first: First = 20,
    ) -> list[ExplainedEdgeInTime]:
        ends = (info.context.key(source), info.context.key(target))
        check_first(first)
        found = await info.context.ask(lambda reader: explain_edges(reader, *ends, as_of))
        return [ExplainedEdgeInTime(explained=one) for one in found[:first]]
