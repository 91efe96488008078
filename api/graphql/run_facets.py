"""What the facets of a run tell: parameters and tags, extraction errors, dependencies, and its place below others."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from api.graphql import words
from api.graphql.asking import Info
from api.graphql.facet import listed
from api.graphql.node import shown_as
from api.graphql.paging import After, Connection, First
from api.graphql.scalars import Json
from api.graphql.words import described
from catalog.canonical import plain
from catalog.graph import Direction
from ingest.facets import dependencies, extraction_error, parameters, parent
from ontology.vocabulary import Rel

if TYPE_CHECKING:
    from api.graphql.job import Job
    from api.graphql.run import Run

_Job = Annotated["Job", strawberry.lazy("api.graphql.job")]
_Run = Annotated["Run", strawberry.lazy("api.graphql.run")]

MAX_CLIMB = 50
"""How many parents are followed to the topmost run."""


@strawberry.type(description="A named value of a run: a tag, a parameter, an environment variable.")
class Parameter:
    key: str = strawberry.field(description="The key.")
    value: str | None = strawberry.field(description="The value.")
    name: str | None = strawberry.field(description="What people call it.")
    description: str | None = strawberry.field(description="What it is for.")
    source: str | None = strawberry.field(description="Where a tag comes from: USER, INTEGRATION …")

    @classmethod
    def of(cls, told: parameters.Parameter) -> "Parameter":
        """A parameter as a facet has it."""
        return cls(
            key=told.key,
            value=told.value,
            name=told.name,
            description=told.description,
            source=told.source,
        )


@strawberry.type(
    description="A task of a run, a statement of SQL for example, that the producer could not read."
)
class ExtractionFailure:
    message: str = strawberry.field(description="Why it could not be read.")
    task: str | None = strawberry.field(description="The task.")
    number: int | None = strawberry.field(description="Which task of the run it is, counted from 0.")
    stack_trace: str | None = strawberry.field(description="Where the producer failed.")

    @classmethod
    def of(cls, told: extraction_error.ExtractionFailure) -> "ExtractionFailure":
        """A failure as a facet has it."""
        return cls(message=told.message, task=told.task, number=told.number, stack_trace=told.stack_trace)


@strawberry.type(
    description="What the producer could not read of a run. The run itself need not have failed."
)
class ExtractionError:
    told: strawberry.Private[extraction_error.ExtractionError]

    @described(words.word("Run", "totalTasks"))
    def total_tasks(self) -> int | None:
        return self.told.total

    @described(words.word("Run", "failedTasks"))
    def failed_tasks(self) -> int:
        return self.told.missing

    @described("What could not be read and why, in the order in which it was sent.")
    def errors(self, first: First = 50, after: After = None) -> Connection[ExtractionFailure]:
        return listed(self.told.failures, ExtractionFailure.of, first, after)


@strawberry.type(
    description="Another job that a run waited for, or that waited for it. Control flow, not data."
)
class RunDependency:
    told: strawberry.Private[dependencies.RunDependency]

    @classmethod
    def of(cls, told: dependencies.RunDependency) -> "RunDependency":
        """A dependency as a facet has it."""
        return cls(told=told)

    @described("Whether the run waits for the other; else the other waits for the run.")
    def upstream(self) -> bool:
        return self.told.dependency.upstream

    @described("The other job; null when the run failed and nothing else knows that job.")
    async def job(self, info: Info) -> _Job | None:
        from api.graphql.job import Job

        stored = await info.context.loaders.node(self.told.dependency.job.key)
        return None if stored is None else shown_as(Job, stored)

    @described("The namespace and the name of the other job, as they were sent.")
    def job_name(self) -> str:
        return f"{self.told.dependency.job.namespace}/{self.told.dependency.job.name}"

    @described("The runId of the other run, where told.")
    def run_id(self) -> str | None:
        return None if self.told.run is None else self.told.run.value

    @described("The other run, where told and known by its own events.")
    async def run(self, info: Info) -> _Run | None:
        from api.graphql.run import Run

        stored = None if self.told.run is None else await info.context.loaders.node(self.told.run.key)
        return None if stored is None else shown_as(Run, stored)

    @described(words.relation_word("PRECEDES", "dependencyType"))
    def dependency_type(self) -> str | None:
        return self.told.dependency.type

    @described(words.relation_word("PRECEDES", "sequenceRule"))
    def sequence_rule(self) -> str | None:
        return self.told.dependency.sequence_rule

    @described(words.relation_word("PRECEDES", "statusRule"))
    def status_rule(self) -> str | None:
        return self.told.dependency.status_rule

    @described(words.relation_word("PRECEDES", "triggerRule"))
    def trigger_rule(self) -> str | None:
        return self.told.dependency.trigger_rule


@strawberry.type(description="A facet of a parent or root, as the parent facet of a run carries it.")
class ForwardedFacet:
    of_what: str = strawberry.field(name="of", description="Whose it is: run, job, root run or root job.")
    key: str = strawberry.field(description="The key of the facet.")
    value: Json | None = strawberry.field(description="The facet as sent; null where null was sent.")

    @classmethod
    def of(cls, told: parent.Forwarded) -> "ForwardedFacet":
        """A facet that was forwarded."""
        return cls(of_what=told.of, key=told.key, value=Json(plain(told.value)))


async def topmost(info: Info, run: str) -> str | None:
    """The root that a run, or the nearest of its parents that names one, has; else the last of its parents.

    None without a parent, in a circle, and beyond MAX_CLIMB parents.
    """
    seen = {run}
    at = run
    for _ in range(MAX_CLIMB):
        roots = await info.context.loaders.edges(at, Direction.OUT, Rel.ROOT)
        if roots:
            return roots[0].target
        parents = await info.context.loaders.edges(at, Direction.OUT, Rel.CHILD_OF)
        if not parents:
            return None if at == run else at
        at = parents[0].target
        if at in seen:
            return None
        seen.add(at)
    return None
