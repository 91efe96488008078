"""What verdicts come to: counted by status, for a product, a domain or a policy, and day by day."""

import strawberry

from api.graphql.asking import Info
from api.graphql.links import node_of
from api.graphql.node import Node
from api.graphql.scalars import Instant, instant
from api.graphql.words import describe, described
from catalog.governance import compliance
from catalog.governance.keeping.kept import Day
from catalog.governance.verdict import Compliance, Status

describe(
    Status,
    "What a policy says of a thing.",
    {
        "PASS": "It is as the policy asks.",
        "FAIL": "It is not.",
        "GRACE": "It is not, and there is time left to put it right.",
        "WAIVED": "It is not, and somebody who may has allowed that until a day.",
        "NOT_EVALUATED": "That is not known, for a reason; it is never taken for PASS.",
    },
    name="PolicyStatus",
)
describe(
    Compliance,
    "What all verdicts on something come to.",
    {
        "COMPLIANT": "Nothing fails, and everything was evaluated.",
        "NOT_COMPLIANT": "Something fails.",
        "UNKNOWN": "Nothing fails as far as is known, but something was not evaluated, or nothing judges it.",
    },
    name="ComplianceState",
)
describe(
    compliance.By,
    "What verdicts are counted by.",
    {"PRODUCT": "By data product.", "DOMAIN": "By domain, with its parts.", "POLICY": "By policy."},
    name="ComplianceBy",
)


@strawberry.type(description="How many verdicts there are of a status.")
class PolicyStatusCount:
    status: Status = strawberry.field(description="The status.")
    count: int = strawberry.field(description="How many there are.")


def status_counts(told: compliance.Tally) -> list[PolicyStatusCount]:
    """The counts of each status, of those that there are none too."""
    return [PolicyStatusCount(status=one, count=told.counts.get(one, 0)) for one in Status]


@strawberry.type(description="What verdicts come to for a product, a domain or a policy.")
class PolicyCompliance:
    told: strawberry.Private[compliance.Row]
    at: strawberry.Private[int | None]

    @described("The key of the product or domain, or the id of the policy.")
    def of(self) -> str:
        return self.told.of

    @described("The product or domain.")
    async def node(self, info: Info) -> Node | None:
        return await node_of(info, self.told.of, self.at) if "/" in self.told.of else None

    @described("What the verdicts come to.")
    def state(self) -> Compliance:
        return self.told.state

    @described("How many verdicts there are of each status.")
    def counts(self) -> list[PolicyStatusCount]:
        return status_counts(self.told.told)

    @described("How many fail and block.")
    def blocking(self) -> int:
        return self.told.told.blocking

    @described("When time alone may change some of it.")
    def until(self) -> Instant | None:
        return instant(self.told.told.until_ns)


@strawberry.type(description="What verdicts came to at the end of a day (UTC) on which they changed.")
class PolicyComplianceDay:
    day: str = strawberry.field(description="The day, as YYYY-MM-DD.")
    state: Compliance = strawberry.field(description="What they came to.")
    counts: list[PolicyStatusCount] = strawberry.field(description="How many there were of each status.")
    blocking: int = strawberry.field(description="How many failed and blocked.")
    not_evaluated: int = strawberry.field(description="How many policies were not evaluated as such.")

    @classmethod
    def of(cls, day: Day) -> "PolicyComplianceDay":
        """The day as it is kept."""
        counted = [PolicyStatusCount(status=one, count=day.counts.get(one, 0)) for one in Status]
        return cls(
            day=day.day, state=day.state, counts=counted, blocking=day.blocking, not_evaluated=day.open
        )
