"""Jobs: what they are, read and write, and their runs."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from api.graphql import job_details as details
from api.graphql import words
from api.graphql.asking import Info
from api.graphql.curation import curated_description
from api.graphql.dataset import DatasetName, dataset_names
from api.graphql.facet import Facet, FacetKey, fact_facets
from api.graphql.node import AsOf, Node, of_label, shown_as
from api.graphql.owner import Owner, TagUse, owners, tags
from api.graphql.paging import (
    After,
    Connection,
    First,
    Page,
    check_first,
    cursor,
    edges_and_info,
    position_of,
)
from api.graphql.precedence import Precedence, precedences
from api.graphql.scalars import Instant
from api.graphql.sql_lineage import SqlLineage
from api.graphql.words import described
from catalog import state
from catalog.coverage import missing_tasks
from catalog.graph import Direction
from catalog.instant import instant_of
from ontology.vocabulary import Label, Rel

if TYPE_CHECKING:
    from api.graphql.run import Run

_Run = Annotated["Run", strawberry.lazy("api.graphql.run")]


@of_label(Label.JOB)
@strawberry.type(description=words.term("Job"))
class Job(Node):
    async def _text(self, info: Info, name: str, as_of: Instant | None) -> str | None:
        at = self.moment(as_of)
        if at is None:
            return self.property_text(name)
        return state.scalar(await info.context.loaders.facts(self.key, at), name)

    @described(words.word("Job", "namespace"))
    def namespace(self) -> str:
        return str(self.stored.properties["namespace"])

    @described(words.word("Job", "description"))
    async def description(self, info: Info, as_of: AsOf = None) -> str | None:
        at = self.moment(as_of)
        said = None if at is None else await curated_description(info, self.key, at)
        return await self._text(info, "description", as_of) if said is None else said

    @described(words.word("Job", "processingType"))
    async def processing_type(self, info: Info, as_of: AsOf = None) -> str | None:
        return await self._text(info, "processingType", as_of)

    @described(words.word("Job", "integration"))
    async def integration(self, info: Info, as_of: AsOf = None) -> str | None:
        return await self._text(info, "integration", as_of)

    @described(words.word("Job", "jobType"))
    async def job_type(self, info: Info, as_of: AsOf = None) -> str | None:
        return await self._text(info, "jobType", as_of)

    @described(words.word("Job", "inferred"))
    def inferred(self) -> bool:
        return self.stored.properties.get("inferred") is True

    @described("The event time at which an event last named it, at or before the instant.")
    async def last_seen(self, info: Info, as_of: AsOf = None) -> Instant | None:
        last = await info.context.loaders.sight(self.key, self.moment(as_of))
        return None if last is None else Instant(instant_of(last))

    @described("Its facets, by key.")
    async def facets(
        self, info: Info, key: FacetKey = None, first: First = 100, after: After = None, as_of: AsOf = None
    ) -> Connection[Facet]:
        return fact_facets(await info.context.loaders.facts(self.key, self.moment(as_of)), key, first, after)

    @described("Who owns it, as events and documents say, by key.")
    async def owners(
        self, info: Info, first: First = 20, after: After = None, as_of: AsOf = None
    ) -> Connection[Owner]:
        return await owners(info, self.key, first, after, self.moment(as_of))

    @described("Its tags, by key.")
    async def tags(
        self, info: Info, first: First = 50, after: After = None, as_of: AsOf = None
    ) -> Connection[TagUse]:
        return await tags(info, self.key, first, after, self.moment(as_of))

    @described(words.word("Job", "dialect"))
    async def dialect(self, info: Info, as_of: AsOf = None) -> str | None:
        return await self._text(info, "dialect", as_of)

    @described("When it sends events, and what they hold; null where no facet says.")
    async def emission_pattern(self, info: Info, as_of: AsOf = None) -> details.EmissionPattern | None:
        return details.emission_pattern(await info.context.loaders.facts(self.key, self.moment(as_of)))

    @described("Where its source code is; null where no facet says.")
    async def source_code(self, info: Info, as_of: AsOf = None) -> details.SourceCode | None:
        return details.source_code(await info.context.loaders.facts(self.key, self.moment(as_of)))

    @described("The datasets that it reads.")
    async def inputs(
        self, info: Info, first: First = 50, after: After = None, as_of: AsOf = None
    ) -> Connection[DatasetName]:
        at = self.moment(as_of)
        edges = await info.context.loaders.edges(self.key, Direction.IN, Rel.CONSUMED_BY, at=at)
        return await dataset_names(info, sorted({edge.source for edge in edges}), first, after, at)

    @described("The datasets that it writes.")
    async def outputs(
        self, info: Info, first: First = 50, after: After = None, as_of: AsOf = None
    ) -> Connection[DatasetName]:
        at = self.moment(as_of)
        edges = await info.context.loaders.edges(self.key, Direction.OUT, Rel.PRODUCES, at=at)
        return await dataset_names(info, sorted({edge.target for edge in edges}), first, after, at)

    @described(
        "The jobs that wait for it, by the jobDependencies facets of runs of either. Control flow, not data."
    )
    async def precedes(
        self, info: Info, first: First = 50, after: After = None, as_of: AsOf = None
    ) -> Connection[Precedence]:
        at = self.moment(as_of)
        edges = await info.context.loaders.edges(self.key, Direction.OUT, Rel.PRECEDES, at=at)
        return precedences(edges, lambda edge: edge.target, first, after)

    @described(
        "The jobs that it waits for, by the jobDependencies facets of runs of either. Control flow, not data."
    )
    async def preceded_by(
        self, info: Info, first: First = 50, after: After = None, as_of: AsOf = None
    ) -> Connection[Precedence]:
        at = self.moment(as_of)
        edges = await info.context.loaders.edges(self.key, Direction.IN, Rel.PRECEDES, at=at)
        return precedences(edges, lambda edge: edge.source, first, after)

    @described(
        "How many tasks of its last run its producer could not read: its lineage may lack them. Null: none."
    )
    async def unread_tasks(self, info: Info, as_of: AsOf = None) -> int | None:
        at = self.moment(as_of)
        edges = await info.context.loaders.edges(self.key, Direction.OUT, Rel.LINEAGE_GAP, at=at)
        return max((missing_tasks(edge) for edge in edges), default=None)

    @described("What is told of its SQL beside the lineage of origin PARSED; null where it has none.")
    async def sql_lineage(self, info: Info, as_of: AsOf = None) -> SqlLineage | None:
        at = self.moment(as_of)
        report = await info.context.loaders.sql(self.key, at)
        return None if report is None else SqlLineage(job=self.key, report=report, at=at)

    @described("Its runs, latest begin first; as of an instant those begun until then, as they are now.")
    async def runs(
        self, info: Info, first: First = 20, after: After = None, as_of: AsOf = None
    ) -> Page[_Run]:
        from api.graphql.run import Run

        before = None if after is None else str(position_of(after, str)[0])
        at = self.moment(as_of)
        rows = await info.context.loaders.runs(self.key, check_first(first) + 1, at, before)
        stored = await info.context.loaders.nodes([run for _, run in rows[:first]])
        cursors = [cursor(position) for position, _ in rows[:first]]
        runs = [shown_as(Run, node) for node in stored]
        edges, page_info = edges_and_info(runs, cursors, len(rows) > first, after)
        return Page(edges=edges, page_info=page_info)

    @described("The run that began last; as of an instant the last one begun until then.")
    async def last_run(self, info: Info, as_of: AsOf = None) -> _Run | None:
        from api.graphql.run import Run

        rows = await info.context.loaders.runs(self.key, 1, self.moment(as_of))
        stored = await info.context.loaders.nodes([run for _, run in rows])
        return shown_as(Run, stored[0]) if stored else None
