"""The report of an impact as JSON: its published shape (``meshline schema --format impact-report``).

The same from a store and from a service; every rendering reads it. ``id`` is the key of a node, ``name`` what a person
reads. Members are in camel case; what they mean is said in ``api.impact_words``. Members are added, never changed; else
``format`` changes.
"""

from typing import Literal

import msgspec

from api.answers import Answer, Coverage
from catalog.impact.change import ChangeKind
from catalog.impact.severity import Certainty, Severity, Verdict

FORMAT: Literal["meshline-impact-report/1"] = "meshline-impact-report/1"


class Named(Answer, frozen=True):
    """A node and what people call it."""

    id: str
    name: str


class ImpactParty(Named, frozen=True):
    """A team or person to tell."""

    contacts: list[str]


class ImpactChange(Answer, frozen=True):
    """One proposed change."""

    subject: str
    kind: ChangeKind
    said: str
    path: str | None = None
    before: str | None = None
    after: str | None = None
    confidence: float = 1.0
    file: str | None = None
    line: int | None = None
    note: str | None = None


class ImpactProposal(Answer, frozen=True):
    """What is proposed."""

    source: str
    changes: list[ImpactChange]
    unread: list[str]


class ImpactTransformation(Answer, frozen=True):
    """What a job does to values on their way."""

    subtype: str
    masking: bool
    description: str


class ImpactStep(Answer, frozen=True):
    """One hop of a route."""

    source: str
    target: str
    job: str | None
    use: Literal["DIRECT", "INDIRECT"] | None
    transformations: list[ImpactTransformation]
    origins: list[str]
    last_seen: str | None


class ImpactClause(Answer, frozen=True):
    """A part of a contract that the change would violate."""

    contract: Named
    part: str
    message: str


class ImpactItem(Answer, frozen=True):
    """One affected thing: the worst that happens to it, why, and whom that concerns."""

    id: str
    kind: str
    name: str
    aliases: list[str]
    severity: Severity
    unknown: bool
    certainty: Certainty
    hops: int
    reason: str
    changed: list[str]
    message: str | None
    clauses: list[ImpactClause]
    routes: list[list[ImpactStep]]
    all_routes: bool
    product: Named | None
    domain: Named | None
    owners: list[ImpactParty]
    runs: int | None
    last_used: str | None
    status: str | None
    action: str | None


class ImpactCount(Answer, frozen=True):
    """How many items of a severity and kind there are."""

    severity: Severity
    kind: str
    count: int
    unknown: int


class ImpactFacet(Answer, frozen=True):
    """How many items share a value."""

    value: str | None
    name: str
    count: int
    unknown: int
    worst: Severity


class ImpactFacets(Answer, frozen=True):
    """All items, counted by what they have in common."""

    severity: list[ImpactFacet]
    kind: list[ImpactFacet]
    owner: list[ImpactFacet]
    product: list[ImpactFacet]
    domain: list[ImpactFacet]


class ImpactPolicyVerdict(Answer, frozen=True):
    """What a policy would say of a thing that it does not say now."""

    policy: Named
    severity: Literal["info", "warn", "block"]
    status: Literal["FAIL", "GRACE", "WAIVED", "NOT_EVALUATED"]
    target: Named
    message: str
    remediation: str
    explanation: list[str]
    owners: list[ImpactParty]
    waiver: str | None
    until: str | None


class ImpactPolicyUnknown(Answer, frozen=True):
    """A policy that would not be evaluated, for all or some of its things."""

    policy: Named
    reason: str


class ImpactUsage(Answer, frozen=True):
    """The time in which uses are counted."""

    since: str
    until: str


class ImpactAnswer(Answer, frozen=True):
    """The whole answer to a proposal."""

    id: str
    verdict: Verdict
    why: str
    semver: Literal["major", "minor", "patch", "none"]
    semver_why: str
    proposal: ImpactProposal
    total: int
    counts: list[ImpactCount]
    facets: ImpactFacets
    items: list[ImpactItem]
    next: str | None
    policies: list[str]
    coverage: Coverage
    graph_version: int
    as_of: str | None
    usage: ImpactUsage | None
    permalink: str | None = None
    policy_verdicts: list[ImpactPolicyVerdict] = msgspec.field(default_factory=list)
    policies_not_evaluated: list[ImpactPolicyUnknown] = msgspec.field(default_factory=list)
    format: Literal["meshline-impact-report/1"] = FORMAT
