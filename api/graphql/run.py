"""Runs: how each stands, its place in the hierarchy, and what it read and wrote."""

from typing import Annotated

import strawberry

from api.graphql import words
from api.graphql.asking import Info
from api.graphql.dataset import DatasetName
from api.graphql.facet import Facet, FacetKey, run_facet
from api.graphql.job import Job
from api.graphql.node import Node, of_label, shown_as
from api.graphql.paging import After, Connection, First, part
from api.graphql.scalars import Instant
from api.graphql.words import described
from catalog.fold.runs import Latest, Member
from catalog.graph import Direction
from catalog.instant import instant_of, parse_instant
from ontology.vocabulary import Label, Rel


@strawberry.type(description="A dataset as a run read or wrote it.")
class RunDataset:
    key: strawberry.Private[str]
    job_key: strawberry.Private[str]
    member: strawberry.Private[Member]

    @described("The dataset.")
    async def dataset(self, info: Info) -> DatasetName:
        return shown_as(DatasetName, (await info.context.loaders.nodes([self.key]))[0])

    @described("The job as which the run read or wrote it.")
    async def job(self, info: Info) -> Job:
        return shown_as(Job, (await info.context.loaders.nodes([self.job_key]))[0])

    @described("The time of the first event of the run that names it in this role.")
    def first_seen(self) -> Instant:
        return Instant(instant_of(self.member.first))

    @described("The time of the last event of the run that names it in this role.")
    def last_seen(self) -> Instant:
        return Instant(instant_of(self.member.last))

    @described("Its input or output facets in this run, such as row counts and data quality.")
    async def facets(
        self, info: Info, key: FacetKey = None, first: First = 100, after: After = None
    ) -> Connection[Facet]:
        return await _facets(info, self.member.facets, key, first, after)


async def _facets(
    info: Info, found: dict[str, Latest], key: str | None, first: int, after: str | None
) -> Connection[Facet]:
    wanted = [item for item in found.items() if key is None or item[0] == key]
    page = part(wanted, lambda item: (item[0],), first, after)
    texts = await info.context.loaders.texts([digest for _, (digest, _) in page.items])
    return page.connection(
        [run_facet(name, text, latest) for (name, latest), text in zip(page.items, texts, strict=True)]
    )


@of_label(Label.RUN)
@strawberry.type(description=words.term("Run"))
class Run(Node):
    def _instant(self, name: str) -> Instant | None:
        text = self.property_text(name)
        return None if text is None else Instant(parse_instant(text).ns)

    @described(words.word("Run", "state"))
    def state(self) -> str | None:
        return self.property_text("state")

    @described(words.word("Run", "startedAt"))
    def started_at(self) -> Instant | None:
        return self._instant("startedAt")

    @described(words.word("Run", "endedAt"))
    def ended_at(self) -> Instant | None:
        return self._instant("endedAt")

    @described(words.word("Run", "inferred"))
    def inferred(self) -> bool:
        return self.stored.properties.get("inferred") is True

    @described("The job that it executes: of several the first by key.")
    async def job(self, info: Info) -> Job | None:
        edges = await info.context.loaders.edges(self.key, Direction.OUT, Rel.OF_JOB)
        stored = await info.context.loaders.nodes(sorted(edge.target for edge in edges)[:1])
        return shown_as(Job, stored[0]) if stored else None

    @described("All jobs whose events carry this run; more than one only where producers reuse a runId.")
    async def jobs(self, info: Info, first: First = 20, after: After = None) -> Connection[Job]:
        edges = await info.context.loaders.edges(self.key, Direction.OUT, Rel.OF_JOB)
        page = part({edge.target for edge in edges}, lambda key: (key,), first, after)
        return page.connection([shown_as(Job, node) for node in await info.context.loaders.nodes(page.items)])

    @described(words.relation("CHILD_OF"))
    async def parent(self, info: Info) -> Annotated["Run", strawberry.lazy("api.graphql.run")] | None:
        return await self._ancestor(info, Rel.CHILD_OF)

    @described(words.relation("ROOT"))
    async def root(self, info: Info) -> Annotated["Run", strawberry.lazy("api.graphql.run")] | None:
        return await self._ancestor(info, Rel.ROOT)

    async def _ancestor(self, info: Info, rel: Rel) -> "Run | None":
        edges = await info.context.loaders.edges(self.key, Direction.OUT, rel)
        stored = await info.context.loaders.nodes([edge.target for edge in edges[:1]])
        return shown_as(Run, stored[0]) if stored else None

    @described("The runs that it started.")
    async def children(
        self, info: Info, first: First = 50, after: After = None
    ) -> Connection[Annotated["Run", strawberry.lazy("api.graphql.run")]]:
        edges = await info.context.loaders.edges(self.key, Direction.IN, Rel.CHILD_OF)
        page = part({edge.source for edge in edges}, lambda key: (key,), first, after)
        return page.connection([shown_as(Run, node) for node in await info.context.loaders.nodes(page.items)])

    @described("Its facets, by key: of each the newest that its events carry.")
    async def facets(
        self, info: Info, key: FacetKey = None, first: First = 100, after: After = None
    ) -> Connection[Facet]:
        known = await info.context.loaders.run_state(self.key)
        return await _facets(info, {} if known is None else known.facets, key, first, after)

    @described("What it read, also when it failed: the union over its events.")
    async def inputs(self, info: Info, first: First = 50, after: After = None) -> Connection[RunDataset]:
        return await self._datasets(info, "inputs", first, after)

    @described("What it wrote or was to write, also when it failed: the union over its events.")
    async def outputs(self, info: Info, first: First = 50, after: After = None) -> Connection[RunDataset]:
        return await self._datasets(info, "outputs", first, after)

    async def _datasets(self, info: Info, side: str, first: int, after: str | None) -> Connection[RunDataset]:
        known = await info.context.loaders.run_state(self.key)
        found: list[RunDataset] = []
        for job, done in known.parts.items() if known is not None else ():
            members = done.inputs if side == "inputs" else done.outputs
            found += [RunDataset(key=key, job_key=job, member=member) for key, member in members.items()]
        page = part(found, lambda item: (item.key, item.job_key), first, after)
        return page.connection(page.items)
