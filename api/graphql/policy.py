"""Policies, waivers, and what policies say of things."""

from collections.abc import Sequence
from typing import Any

import strawberry

from api.graphql.asking import Info
from api.graphql.compliance import PolicyStatusCount
from api.graphql.links import node_of, nodes_of
from api.graphql.node import Node
from api.graphql.paging import Connection, First, check_first
from api.graphql.scalars import Instant, Json, instant
from api.graphql.words import describe, described
from api.policies.answers import PolicyAnswer, WaiverAnswer
from api.policies.verdicts import Source
from catalog.canonical import plain
from catalog.governance import waiving
from catalog.governance.keeping.kept import Times
from catalog.governance.policy import Severity
from catalog.governance.verdict import Compliance, Status, Step, Unevaluated, Verdict
from catalog.instant import parse_instant

describe(
    Severity,
    "How bad it is that something fails a policy.",
    {
        "INFO": "It is good to know.",
        "WARN": "It is to be put right.",
        "BLOCK": "It is to be put right before anything goes on.",
    },
    name="PolicySeverity",
)
describe(
    Source,
    "Where verdicts come from.",
    {
        "CURRENT": "As it is now: what is kept where that holds now, else evaluated for the answer.",
        "KEPT": "What is kept, also where something may be otherwise by now: `staleSince` says since when.",
    },
    name="PolicyVerdictSource",
)
describe(
    waiving.WaiverState,
    "How a waiver stands.",
    {
        "IN_FORCE": "It allows not to follow its policy.",
        "ENDED": "Its time is over.",
        "VOID": "It allows nothing: who approved it may not, its policy is not there, or it cannot be read.",
    },
)


@strawberry.type(description="A rule about things of the mesh that is checked by machine.")
class Policy:
    told: strawberry.Private[PolicyAnswer]
    at: strawberry.Private[int | None]

    @described("Its id.")
    def id(self) -> strawberry.ID:
        return strawberry.ID(self.told.id)

    @described("What it is called.")
    def title(self) -> str:
        return self.told.title

    @described("Why it cannot be followed; then nothing but its id and title is known.")
    def problem(self) -> str | None:
        return self.told.problem

    @described("Why there is such a rule.")
    def why(self) -> str:
        return self.told.why

    @described("Who answers for it.")
    async def owner(self, info: Info) -> Node | None:
        return await node_of(info, self.told.owner, self.at)

    @described("To which things it applies: `global`, or `domain`, `product` or `tag` with its id.")
    def scope(self) -> str:
        return self.told.scope

    @described("The label of the things that it judges.")
    def of(self) -> str:
        return self.told.of

    @described("What sort of check it has: `shape`, `query` or `lineage`.")
    def kind(self) -> str:
        return self.told.kind

    @described("Its check, as JSON.")
    def check(self) -> Json | None:
        return Json(plain(self.told.check)) if self.told.check else None

    @described("How bad it is that something fails.")
    def severity(self) -> Severity | None:
        return Severity(self.told.severity) if self.told.severity else None

    @described("From when on it counts.")
    def effective_from(self) -> Instant | None:
        return _instant(self.told.effective_from)

    @described("From when on a failure has no grace any more.")
    def binding_from(self) -> Instant | None:
        return _instant(self.told.binding_from)

    @described("The id of the policy of a higher layer that it tightens.")
    def tightens(self) -> str | None:
        return self.told.tightens

    @described("Whether it is followed; a draft is not.")
    def enabled(self) -> bool:
        return self.told.enabled

    @described("What to do about a failure.")
    def remediation(self) -> str:
        return self.told.remediation

    @described("How many verdicts of it are kept, by status; null where none are, or it was changed since.")
    def kept_counts(self) -> list[PolicyStatusCount] | None:
        known = self.told.kept
        return None if known is None else [PolicyStatusCount(status=one, count=known[one]) for one in Status]

    @described("Since when what is kept of it may be otherwise.")
    def stale_since(self) -> Instant | None:
        return _instant(self.told.stale_since)


def _instant(text: str | None) -> Instant | None:
    return None if text is None else Instant(parse_instant(text).ns)


@strawberry.type(description="The permission, with a reason and an end, not to follow a policy.")
class PolicyWaiver:
    told: strawberry.Private[WaiverAnswer]
    at: strawberry.Private[int | None]

    @described("Its id.")
    def id(self) -> strawberry.ID:
        return strawberry.ID(self.told.id)

    @described("The id of the policy.")
    def policy(self) -> str | None:
        return self.told.policy

    @described("The thing that need not follow it.")
    async def target(self, info: Info) -> Node | None:
        return await node_of(info, self.told.target, self.at)

    @described("Why it need not.")
    def reason(self) -> str:
        return self.told.reason

    @described("Who allows it.")
    async def approver(self, info: Info) -> Node | None:
        return await node_of(info, self.told.approver, self.at)

    @described("When it ends.")
    def expires_at(self) -> Instant | None:
        return _instant(self.told.expires_at)

    @described("How it stands.")
    def state(self) -> waiving.WaiverState:
        return waiving.WaiverState(self.told.state)

    @described("Why it is void.")
    def why(self) -> str:
        return self.told.why

    @described("Whether it is in force, and ends within 14 days.")
    def expires_soon(self) -> bool:
        return self.told.expires_soon


@strawberry.type(description="A step from a verdict to its cause.")
class PolicyStep:
    told: strawberry.Private[Step]
    at: strawberry.Private[int | None]

    @described("What it is, in a sentence.")
    def text(self) -> str:
        return self.told.text

    @described("What it is about.")
    async def thing(self, info: Info) -> Node | None:
        return await node_of(info, self.told.key, self.at)

    @described("The type of the edge that it is.")
    def edge_type(self) -> str | None:
        return None if self.told.edge is None else self.told.edge.type

    @described("What that edge comes from.")
    async def source(self, info: Info) -> Node | None:
        return await node_of(info, None if self.told.edge is None else self.told.edge.source, self.at)

    @described("What that edge leads to.")
    async def target(self, info: Info) -> Node | None:
        return await node_of(info, None if self.told.edge is None else self.told.edge.target, self.at)

    @described("The document, job or dataset that tells it.")
    async def told_by(self, info: Info) -> Node | None:
        return await node_of(info, self.told.told_by, self.at)


@strawberry.type(description="A status that a verdict had.")
class PolicyStatusChange:
    status: Status = strawberry.field(description="The status.")
    since: Instant = strawberry.field(description="Since when it had it, to the second.")


@strawberry.type(description="What a policy says of a thing.")
class PolicyVerdict:
    told: strawberry.Private[Verdict]
    at: strawberry.Private[int | None]
    times: strawberry.Private[Times | None] = None

    @described("Its id: the same for the same policy and thing.")
    def id(self) -> strawberry.ID:
        return strawberry.ID(self.told.id)

    @described("The id of the policy.")
    def policy(self) -> str:
        return self.told.policy

    @described("The thing.")
    async def target(self, info: Info) -> Node | None:
        return await node_of(info, self.told.target, self.at)

    @described("The key of the thing, also of one that only a proposal would make.")
    def target_key(self) -> str:
        return self.told.target

    @described("What it says.")
    def status(self) -> Status:
        return self.told.status

    @described("How bad a failure is at this time.")
    def severity(self) -> Severity:
        return self.told.severity

    @described("What is wrong, or why that is not known; empty if it passes.")
    def message(self) -> str:
        return self.told.message

    @described("What to do about it.")
    def remediation(self) -> str:
        return self.told.remediation

    @described("From the verdict to its cause, step by step.")
    def explanation(self, first: First = 50) -> list[PolicyStep]:
        return [PolicyStep(told=one, at=self.at) for one in self.told.explanation[: check_first(first)]]

    @described("Who is to be told: who answers for the thing, its product or its domain. None if it passes.")
    async def tell(self, info: Info, first: First = 20) -> list[Node]:
        return await nodes_of(info, self.told.owners, first, self.at)

    @described("The id of the waiver, where it is WAIVED.")
    def waiver(self) -> str | None:
        return self.told.waiver

    @described("When time alone may change it.")
    def until(self) -> Instant | None:
        return instant(self.told.until_ns)

    @described("When the policy first said something of the thing, as far as verdicts are kept.")
    def first_seen(self) -> Instant | None:
        return None if self.times is None else instant(self.times.first_ns)

    @described("Since when it has this status; null where that is not kept (yet).")
    def since(self) -> Instant | None:
        known = self.times
        return None if known is None or known.status is not self.told.status else instant(known.since_ns)

    @described("The statuses that it had before, the latest first; at most 20 are kept.")
    def history(self, first: First = 20) -> list[PolicyStatusChange]:
        past = () if self.times is None else self.times.past[::-1]
        return [
            PolicyStatusChange(status=one.status, since=Instant(one.since_ns))
            for one in past[: check_first(first)]
        ]


@strawberry.type(description="A policy that was not evaluated, for all or some things, and why.")
class PolicyNotEvaluated:
    policy: str = strawberry.field(description="The id of the policy.")
    reason: str = strawberry.field(description="Why, in a sentence.")


@strawberry.type(description="Verdicts, the worst first, with what all of them come to.")
class PolicyVerdicts(Connection[PolicyVerdict]):
    state: Compliance = strawberry.field(description="What all verdicts come to, also those not listed.")
    counts: list[PolicyStatusCount] = strawberry.field(
        description="How many there are, also those not listed."
    )
    blocking: int = strawberry.field(description="How many fail and block.")
    evaluated_as_of: Instant = strawberry.field(description="When they were evaluated, or looked at last.")
    kept: bool = strawberry.field(
        description="Whether they were kept; else they were evaluated for this answer."
    )
    stale_since: Instant | None = strawberry.field(
        description="Since when some of them may be otherwise: the graph has changed, and that was not looked at yet."
    )
    unevaluated: strawberry.Private[Sequence[Unevaluated]]
    rehearsal: str | None = strawberry.field(
        default=None, description="What would happen by policies that are only tried, in a sentence."
    )

    @described("Policies that were not evaluated, for all or some things.")
    def not_evaluated(self, first: First = 50) -> list[PolicyNotEvaluated]:
        return [
            PolicyNotEvaluated(policy=one.policy, reason=one.reason)
            for one in self.unevaluated[: check_first(first)]
        ]


def connection_parts(found: Connection[PolicyVerdict]) -> dict[str, Any]:
    """What a page of verdicts is made of."""
    return {"edges": found.edges, "page_info": found.page_info, "total": found.total}
