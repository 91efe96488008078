"""The answer to a proposed change: what is affected, how badly, why, for whom, and how far to trust it."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import msgspec

from catalog.coverage import Coverage
from catalog.governance.newly import NOTHING_NEW, Newly
from catalog.impact.change import Change, Proposal
from catalog.impact.severity import RANK, SEVERITIES, Certainty, Severity, Verdict
from catalog.lineage_shown import Transformation
from catalog.lineage_steps import Kind


class RouteStep(msgspec.Struct, frozen=True, gc=False):
    """One hop of a route. ``kind`` None: the dataset is read as a whole, or how it is used was not told.

    The last step to a job ends at the job itself: ``target`` and ``job`` are one. ``origins``: who told the hop.
    ``last_seen``: epoch nanoseconds of the newest sight of the weakest edge; None: declared, or not told.
    """

    source: str
    job: str | None
    target: str
    kind: Kind | None
    transformations: tuple[Transformation, ...] = ()
    origins: tuple[str, ...] = ()
    last_seen: int | None = None


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a contract that the new state violates: the contract version's key, which part, and in words what."""

    contract: str
    part: str
    message: str


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody to tell: the key of a team or person, how they are called, and where to reach them (as it was told)."""

    key: str
    name: str
    contacts: tuple[str, ...] = ()


class Story(msgspec.Struct, frozen=True, gc=False):
    """How a thing comes to be affected, for people to read: no verdict and no count depends on it.

    ``changed``: the changed fields (keys) that it uses, of the proposal's own; ``routes``: at most k, the shortest
    first, ``all_routes`` that there are no others. ``message``: what the database said, where it was asked.
    """

    reason: str
    changed: tuple[str, ...]
    routes: tuple[tuple[RouteStep, ...], ...]
    all_routes: bool = True
    message: str | None = None

    def told(self) -> "Story":
        """Itself: it is told already."""
        return self


class Tale(Protocol):
    """A story, told or to be told. It is always the same, and equal to the story that it is."""

    def told(self) -> Story:
        """The story."""


class Affected(msgspec.Struct, frozen=True, gc=False):
    """One affected thing, with the worst that happens to it and a shortest route to that: before people are added.

    ``label`` as in the ontology. ``unknown``: something about it is not known; always so where the severity is UNKNOWN.
    ``tale``: how that comes about, which is told when ``story`` is read.
    """

    key: str
    label: str
    aliases: tuple[str, ...]
    severity: Severity
    unknown: bool
    certainty: Certainty
    hops: int
    tale: Tale
    clauses: tuple[Clause, ...] = ()

    @property
    def story(self) -> Story:
        """How it comes to be affected."""
        return self.tale.told()

    @property
    def reason(self) -> str:
        """In a sentence, why."""
        return self.story.reason

    @property
    def changed(self) -> tuple[str, ...]:
        """The changed fields that it uses."""
        return self.story.changed

    @property
    def routes(self) -> tuple[tuple[RouteStep, ...], ...]:
        """Some of the shortest routes."""
        return self.story.routes

    @property
    def all_routes(self) -> bool:
        """Whether there are no others."""
        return self.story.all_routes

    @property
    def message(self) -> str | None:
        """What the database said."""
        return self.story.message

    @property
    def route(self) -> tuple[RouteStep, ...]:
        """A shortest route."""
        routes = self.routes
        return routes[0] if routes else ()

    @property
    def position(self) -> str:
        """Where the item stands in its report: worst first, then nearest, then by key."""
        return f"{RANK[self.severity]}:{self.hops:06d}:{self.key}"


@dataclass(frozen=True, slots=True)
class Concern:
    """Whose matter an affected thing is: its product and domain (keys), owners to tell, and how much it is used.

    ``runs``: how many runs used it within the window of the report; ``last_used``: epoch nanoseconds of the newest;
    ``action``: what to do; all None until they are looked up (``catalog.impact.usage``, for the items that are shown).
    ``status``: what its owners have answered to a stored proposal, None where none is stored.
    """

    product: str | None = None
    domain: str | None = None
    owners: tuple[Party, ...] = ()
    runs: int | None = None
    last_used: int | None = None
    status: str | None = None
    action: str | None = None


@dataclass(frozen=True, slots=True)
class ImpactCount:
    """How many items of one severity and label there are; of ``unknown`` of them not all is known."""

    severity: Severity
    label: str
    count: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Facet:
    """How many items have a value (a severity, a label, or the key of an owner, product or domain; None: they have
    none), of how many of them not all is known, and the worst severity among them."""

    value: str | None
    count: int
    unknown: int
    worst: Severity


@dataclass(frozen=True, slots=True)
class ImpactReport:
    """The whole answer: items by position, what is not known, and what to do.

    ``id``: stable for the same proposal, time and graph version. ``version``: the graph's, of which it is told.
    ``semver``: which part of a contract's version to raise: "major", "minor", "patch" or "none"; ``semver_why`` says
    why. ``concerns`` by item key; ``policies``: sentences about classes that the new state would not say. ``newly``:
    what policies would say that they do not say now. ``names``: what people call the declared things that are named
    here, by key. ``used_until``: the end of the 30 days in which uses are counted, epoch nanoseconds: ``at``, else
    the time of the newest entry; None: there is none. ``exposes``: by item key the datasets that a declared thing
    gives access to. ``parties``: whom verdicts are to be told to, by key.
    """

    id: str
    proposal: Proposal
    verdict: Verdict
    why: str
    semver: str
    items: tuple[Affected, ...]
    coverage: Coverage
    version: int
    at: int | None
    concerns: Mapping[str, Concern]
    policies: tuple[str, ...] = ()
    newly: Newly = NOTHING_NEW
    semver_why: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    used_until: int | None = None
    exposes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    parties: Mapping[str, Party] = field(default_factory=dict)

    @property
    def changes(self) -> tuple[Change, ...]:
        """What is proposed."""
        return self.proposal.changes

    def page(self, first: int, after: str | None = None) -> tuple[Affected, ...]:
        """At most ``first`` items behind the position ``after``."""
        start = 0 if after is None else bisect_right(self.items, after, key=lambda item: item.position)
        return self.items[start : start + first]

    def counts(self) -> tuple[ImpactCount, ...]:
        """How many items there are, by severity (worst first) and label; of all items, not of a page."""
        found = Counter((RANK[item.severity], item.label) for item in self.items)
        open_ = Counter((RANK[item.severity], item.label) for item in self.items if item.unknown)
        return tuple(
            ImpactCount(SEVERITIES[rank], label, count, open_[rank, label])
            for (rank, label), count in sorted(found.items())
        )
