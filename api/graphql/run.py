"""Runs: how each stands, its place in the hierarchy, and what it read and wrote."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

import strawberry

from api.graphql import words
from api.graphql.asking import Info
from api.graphql.check import Check
from api.graphql.dataset import DatasetName
from api.graphql.facet import Facet, FacetKey, listed, run_facet, told_facet
from api.graphql.figures import Metrics, Statistics
from api.graphql.job import Job
from api.graphql.node import Node, of_label, shown_as
from api.graphql.paging import After, Connection, First, part
from api.graphql.run_facets import ExtractionError, ForwardedFacet, Parameter, RunDependency, topmost
from api.graphql.scalars import Instant
from api.graphql.subset import Subset
from api.graphql.words import described
from catalog.fold.runs import Latest, Member
from catalog.graph import Direction
from catalog.instant import instant_of, parse_instant
from ingest.facets.checks import read_assertions, read_tests
from ingest.facets.dependencies import read_run_dependencies
from ingest.facets.extraction_error import read_extraction_error
from ingest.facets.parameters import (
    read_environment_variables,
    read_execution_parameters,
    read_run_tags,
)
from ingest.facets.parent import forwarded
from ingest.facets.quality import read_metrics, read_statistics
from ingest.facets.subset import read_input_subset, read_output_subset
from ingest.problems import Problems
from ontology.vocabulary import Label, Rel

T = TypeVar("T")


@strawberry.type(description="A dataset as a run read or wrote it.")
class RunDataset:
    key: strawberry.Private[str]
    job_key: strawberry.Private[str]
    side: strawberry.Private[str]
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

    async def _told(
        self, info: Info, key: str, read: Callable[[dict[str, Any], str, Problems], T]
    ) -> T | None:
        return await told_facet(info, self.member.facets, key, read)

    @described("How much of it the run read or wrote, from the inputStatistics or outputStatistics facet.")
    async def statistics(self, info: Info) -> Statistics | None:
        key = "inputStatistics" if self.side == "inputs" else "outputStatistics"
        told = await self._told(info, key, read_statistics)
        return None if told is None else Statistics.of(told)

    @described("The part of it that the run read or wrote; null: the whole, or not told.")
    async def subset(self, info: Info) -> Subset | None:
        told = await self._told(
            info, "subset", read_input_subset if self.side == "inputs" else read_output_subset
        )
        return None if told is None else Subset(told=told)

    @described("Figures of it that the run measured, from its input facets.")
    async def metrics(self, info: Info) -> Metrics | None:
        told = await self._told(info, "dataQualityMetrics", read_metrics)
        return None if told is None else Metrics(told=told)

    @described("Checks of it that the run made, from its input facets, in their order.")
    async def assertions(self, info: Info, first: First = 100, after: After = None) -> Connection[Check]:
        told = await self._told(info, "dataQualityAssertions", read_assertions)
        return listed(told, Check.of, first, after)

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

    @described(words.word("Run", "nominalStart"))
    def nominal_start(self) -> Instant | None:
        return self._instant("nominalStart")

    @described(words.word("Run", "nominalEnd"))
    def nominal_end(self) -> Instant | None:
        return self._instant("nominalEnd")

    @described(words.word("Run", "errorMessage"))
    def error_message(self) -> str | None:
        return self.property_text("errorMessage")

    @described(words.word("Run", "programmingLanguage"))
    def programming_language(self) -> str | None:
        return self.property_text("programmingLanguage")

    @described(words.word("Run", "engine"))
    def engine(self) -> str | None:
        return self.property_text("engine")

    @described(words.word("Run", "engineVersion"))
    def engine_version(self) -> str | None:
        return self.property_text("engineVersion")

    @described(words.word("Run", "openlineageAdapterVersion"))
    def openlineage_adapter_version(self) -> str | None:
        return self.property_text("openlineageAdapterVersion")

    @described(words.word("Run", "externalQueryId"))
    def external_query_id(self) -> str | None:
        return self.property_text("externalQueryId")

    @described(words.word("Run", "externalQuerySource"))
    def external_query_source(self) -> str | None:
        return self.property_text("externalQuerySource")

    @described("What the producer could not read of it, so that its lineage may lack something.")
    async def extraction_error(self, info: Info) -> ExtractionError | None:
        told = await self._told(info, "extractionError", read_extraction_error)
        return None if told is None else ExtractionError(told=told)

    @described("Its tags, in the order in which they were sent.")
    async def tags(self, info: Info, first: First = 100, after: After = None) -> Connection[Parameter]:
        return listed(await self._told(info, "tags", read_run_tags), Parameter.of, first, after)

    @described("The tests that it executed, in the order in which they were sent.")
    async def tests(self, info: Info, first: First = 100, after: After = None) -> Connection[Check]:
        return listed(await self._told(info, "test", read_tests), Check.of, first, after)

    @described("The parameters with which its job was started, in the order in which they were sent.")
    async def parameters(self, info: Info, first: First = 100, after: After = None) -> Connection[Parameter]:
        told = await self._told(info, "executionParameters", read_execution_parameters)
        return listed(told, Parameter.of, first, after)

    @described(
        "Its environment variables, as far as they are kept: values are left out unless it is configured."
    )
    async def environment_variables(
        self, info: Info, first: First = 100, after: After = None
    ) -> Connection[Parameter]:
        told = await self._told(info, "environmentVariables", read_environment_variables)
        return listed(told, Parameter.of, first, after)

    @described(
        "The jobs, and their runs where told, that it waited for or that waited for it. Control flow, not data."
    )
    async def dependencies(
        self, info: Info, first: First = 100, after: After = None
    ) -> Connection[RunDependency]:
        told = await self._told(info, "jobDependencies", read_run_dependencies)
        return listed(told, RunDependency.of, first, after)

    @described(
        "Facets of its parent and root that its own parent facet carries. What these say themselves stands with them."
    )
    async def forwarded_facets(
        self, info: Info, first: First = 100, after: After = None
    ) -> Connection[ForwardedFacet]:
        told = await self._told(info, "parent", forwarded)
        return listed(told, ForwardedFacet.of, first, after)

    async def _told(
        self, info: Info, key: str, read: Callable[[dict[str, Any], str, Problems], T]
    ) -> T | None:
        known = await info.context.loaders.run_state(self.key)
        return None if known is None else await told_facet(info, known.facets, key, read)

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

    @described(
        "The topmost run of the hierarchy that it is part of: the one that its parent facet names, else the one that "
        "its parents lead to. Null where it has no parent, or where the parents form a circle."
    )
    async def root(self, info: Info) -> Annotated["Run", strawberry.lazy("api.graphql.run")] | None:
        key = await topmost(info, self.key)
        stored = await info.context.loaders.nodes([] if key is None else [key])
        return shown_as(Run, stored[0]) if stored else None

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
            found += [
                RunDataset(key=key, job_key=job, side=side, member=member) for key, member in members.items()
            ]
        page = part(found, lambda item: (item.key, item.job_key), first, after)
        return page.connection(page.items)
