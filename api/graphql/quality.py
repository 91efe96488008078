"""The quality of datasets: the newest results of checks, and the newest figures."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.graphql.asking import Info
from api.graphql.check import Check
from api.graphql.facet import Evidence
from api.graphql.figures import Metrics
from api.graphql.node import shown_as
from api.graphql.paging import After, Connection, First, part
from api.graphql.scalars import Instant
from api.graphql.words import described
from catalog.canonical import plain
from catalog.identity import RunId
from catalog.instant import instant_of
from catalog.state import Fact
from catalog.statement import ASSERTIONS, METRICS, TOLD_BY_RUN
from ingest.facets import checks
from ingest.facets.checks import FAIL, read_assertions
from ingest.facets.quality import read_metrics
from ingest.problems import Problems

if TYPE_CHECKING:
    from api.graphql.job import Job
    from api.graphql.run import Run

_Job = Annotated["Job", strawberry.lazy("api.graphql.job")]
_Run = Annotated["Run", strawberry.lazy("api.graphql.run")]

Facts = Mapping[str, Fact]


@strawberry.type(description="Who told something of a dataset's quality, and when.")
class Measured:
    facts: strawberry.Private[Facts]
    fact: strawberry.Private[Fact]

    @described("The run that told it last; null where no run did.")
    async def run(self, info: Info) -> _Run | None:
        from api.graphql.run import Run

        told = self.facts.get(TOLD_BY_RUN + self.fact.key)
        if told is None or told.text is None:
            return None
        stored = await info.context.loaders.node(RunId(plain(told.text)).key)
        return None if stored is None else shown_as(Run, stored)

    @described("The event time from which on just this was told.")
    def since(self) -> Instant:
        return Instant(self.fact.since)

    @described("The event time at which just this was told last.")
    def last_seen(self) -> Instant:
        return Instant(instant_of(self.fact.last))

    @described("The log entries that told it.")
    def evidence(self) -> Evidence:
        return Evidence.of(self.fact.first, self.fact.last)


@strawberry.type(description="Figures of a dataset, and who told them.")
class DatasetMetrics(Measured):
    @described("The figures.")
    def metrics(self) -> Metrics:
        return Metrics(told=read_metrics(plain(self.fact.text or "{}"), "$", Problems()))


@strawberry.type(description="A check of a dataset in the newest results of the job that makes it.")
class DatasetCheck(Measured):
    told: strawberry.Private[checks.Check]

    @described("The check, and what came of it.")
    def check(self) -> Check:
        return Check.of(self.told)

    @described("The job that checks; null where no job did.")
    async def job(self, info: Info) -> _Job | None:
        from api.graphql.job import Job

        key = self.fact.key.removeprefix(ASSERTIONS)
        stored = await info.context.loaders.node(key) if key else None
        return None if stored is None else shown_as(Job, stored)


@strawberry.type(
    description="What is known of the quality of a dataset: of each job that checks it the newest results, and the "
    "newest figures. Checks may stand in facets of the dataset or of an input."
)
class DatasetQuality:
    facts: strawberry.Private[Facts]

    def _results(self) -> Iterator[tuple[Fact, int, checks.Check]]:
        for key, fact in sorted(self.facts.items()):
            if key.startswith(ASSERTIONS) and fact.text is not None:
                found = read_assertions(plain(fact.text), "$", Problems())
                yield from ((fact, number, check) for number, check in enumerate(found))

    @described("The newest figures, of whichever job; null where none were told.")
    def metrics(self) -> DatasetMetrics | None:
        fact = self.facts.get(METRICS)
        return None if fact is None or fact.text is None else DatasetMetrics(facts=self.facts, fact=fact)

    @described("The checks in the newest results of each job that makes any: those that fail first.")
    def checks(self, first: First = 100, after: After = None) -> Connection[DatasetCheck]:
        page = part(
            list(self._results()),
            lambda one: (0 if one[2].status == FAIL else 1, one[0].key, one[1]),
            first,
            after,
        )
        return page.connection(
            [DatasetCheck(facts=self.facts, fact=fact, told=check) for fact, _, check in page.items]
        )

    @described("How many of the checks fail, also those that only warn.")
    def failed_count(self) -> int:
        return sum(check.status == FAIL for _, _, check in self._results())
