"""How products and their ports are: the last runs, freshness and quality against what is promised."""

import strawberry

from api.graphql import words
from api.graphql.asking import Info
from api.graphql.job import Job
from api.graphql.links import node_of
from api.graphql.node import Node
from api.graphql.paging import First, check_first
from api.graphql.run import Run
from api.graphql.scalars import BigInt, Instant, big, instant
from api.graphql.words import described
from catalog.mesh import checks, runs, slo, status

words.describe(
    status.Health,
    "How a product or port is: the worst that is known.",
    {
        "HEALTHY": "The last run succeeded, and no promise is known to be broken.",
        "FLAWED": "A check fails, or an objective other than freshness is missed.",
        "LATE": "An objective on freshness is missed.",
        "FAILING": "The last run failed.",
        "UNKNOWN": "No run is known.",
    },
)


@strawberry.type(description="A run of a job, as it stood at the instant.")
class RunSeen:
    seen: strawberry.Private[runs.RunSeen]
    at: strawberry.Private[int | None]

    @described("The run.")
    async def run(self, info: Info) -> Run | None:
        found = await node_of(info, self.seen.run, self.at)
        return found if isinstance(found, Run) else None

    @described("The job.")
    async def job(self, info: Info) -> Job | None:
        found = await node_of(info, self.seen.job, self.at)
        return found if isinstance(found, Job) else None

    @described("How it stood: START, RUNNING, COMPLETE, FAIL or ABORT.")
    def state(self) -> str | None:
        return self.seen.state

    @described("When it began.")
    def started_at(self) -> Instant:
        return Instant(self.seen.started_at)

    @described("When it ended; null while it runs.")
    def ended_at(self) -> Instant | None:
        return instant(self.seen.ended_at)


@strawberry.type(description="A check that fails.")
class FailedCheck:
    failed: strawberry.Private[checks.FailedCheck]
    at: strawberry.Private[int | None]

    @described("What the check is called.")
    def name(self) -> str:
        return self.failed.name

    @described("The column that it is about; null: the whole dataset.")
    def column(self) -> str | None:
        return self.failed.column

    @described("The dataset.")
    async def dataset(self, info: Info) -> Node | None:
        return await node_of(info, self.failed.dataset, self.at)

    @described("Since when it fails.")
    def since(self) -> Instant:
        return Instant(self.failed.since)


@strawberry.type(description="A service level objective against what is seen.")
class SloStatus:
    told: strawberry.Private[slo.SloStatus]
    at: strawberry.Private[int | None]

    @described("The objective.")
    async def objective(self, info: Info) -> Node | None:
        return await node_of(info, self.told.slo, self.at)

    @described("What it is called.")
    def name(self) -> str:
        return self.told.name

    @described("How what is measured is compared with the threshold.")
    def operator(self) -> str:
        return self.told.operator

    @described("What is promised.")
    def threshold(self) -> str:
        return self.told.threshold

    @described("The unit of the threshold.")
    def unit(self) -> str | None:
        return self.told.unit

    @described("What is measured; null where nothing is.")
    def measured(self) -> str | None:
        return self.told.measured

    @described("Whether it is met; null where that cannot be told.")
    def met(self) -> bool | None:
        return self.told.met

    @described("Why, in a sentence.")
    def reason(self) -> str:
        return self.told.reason


@strawberry.interface(description="How the data of a product or port is.")
class DataStatus:
    told: strawberry.Private[status.ProductStatus | status.PortStatus]
    at: strawberry.Private[int | None]

    @described("The worst that is known.")
    def health(self) -> status.Health:
        return self.told.health

    @described("Why, in a sentence.")
    def reason(self) -> str:
        return self.told.reason

    @described("The last run of a job that writes its data.")
    def last_run(self) -> RunSeen | None:
        return None if self.told.last_run is None else RunSeen(seen=self.told.last_run, at=self.at)

    @described("The last run that succeeded; of several datasets that of the stalest one.")
    def last_success(self) -> RunSeen | None:
        return None if self.told.last_success is None else RunSeen(seen=self.told.last_success, at=self.at)

    @described("How many seconds ago the last success ended.")
    def age_seconds(self) -> BigInt | None:
        return big(self.told.age_s)

    @described("How many checks there are of its data.")
    def check_count(self) -> int:
        return self.told.checks

    @described("How many of these fail.")
    def failed_count(self) -> int:
        return self.told.failed_count


@strawberry.type(description="How the data of a port is.")
class PortStatus(DataStatus):
    told: strawberry.Private[status.PortStatus]

    @described("The port.")
    async def port(self, info: Info) -> Node | None:
        return await node_of(info, self.told.port, self.at)

    @described("Its objectives and those of its contracts, against what is seen.")
    def slos(self, first: First = 50) -> list[SloStatus]:
        return [SloStatus(told=one, at=self.at) for one in self.told.slos[: check_first(first)]]

    @described("The checks that fail.")
    def failed_checks(self, first: First = 20) -> list[FailedCheck]:
        return [FailedCheck(failed=one, at=self.at) for one in self.told.failed[: check_first(first)]]


@strawberry.type(
    description="How a product is: the worst of its output ports; of one without any, how its jobs run."
)
class ProductStatus(DataStatus):
    told: strawberry.Private[status.ProductStatus]

    @described("Its output ports, each by itself.")
    def ports(self, first: First = 50) -> list[PortStatus]:
        return [PortStatus(told=one, at=self.at) for one in self.told.ports[: check_first(first)]]
