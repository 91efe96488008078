"""What breaks if I change this: affected fields, datasets and jobs, each with a route and a reason.

First form: it follows the column lineage that producers told. That cannot prove that a column is unused, so
no item is PROVEN, nothing blocks, and a change is SAFE only where nothing reads the dataset. Never changes
anything.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from catalog.aliases import is_dataset, is_job
from catalog.coverage import (
    Coverage,
    CoverageStatus,
    Reason,
    coverage,
    extraction_error,
    spoken,
    too_many_nodes,
)
from catalog.errors import UnknownNode
from catalog.graph import Direction
from catalog.impact.field_change import DropDataset, ProposedChange, RetypeField, field_effects
from catalog.impact.rules import SHOWN_AS, Effect, verdict
from catalog.impact.severity import RANK, SEVERITIES, Certainty, Severity, Verdict
from catalog.impact.spread import Arrival, Spread, State
from catalog.lineage_shown import Shown, Transformation, transformations
from catalog.lineage_steps import Kind
from catalog.lineage_view import View
from catalog.store.port import Reader
from catalog.unknown import not_known_then
from ontology.vocabulary import Label, Rel

MAX_NODES = 10_000


@dataclass(frozen=True, slots=True)
class RouteStep:
    """One hop of a route. ``kind`` None: the dataset is read as a whole, or how it is used was not told.

    The last step to a job ends at the job itself: ``target`` and ``job`` are one.
    """

    source: str
    job: str | None
    target: str
    kind: Kind | None
    transformations: tuple[Transformation, ...]


@dataclass(frozen=True, slots=True)
class ImpactItem:
    """One affected field, dataset or job, with the worst that happens to it and a shortest route to that.

    ``unknown``: something about it is not known; always so where the severity is UNKNOWN.
    """

    key: str
    label: str
    aliases: tuple[str, ...]
    severity: Severity
    unknown: bool
    certainty: Certainty
    hops: int
    reason: str
    route: tuple[RouteStep, ...]

    @property
    def position(self) -> str:
        """Where the item stands in its report: worst first, then nearest, then by key."""
        return f"{RANK[self.severity]}:{self.hops:06d}:{self.key}"


@dataclass(frozen=True, slots=True)
class ImpactCount:
    """How many items of one severity and label there are; of ``unknown`` of them not all is known."""

    severity: Severity
    label: str
    count: int
    unknown: int


@dataclass(frozen=True, slots=True)
class ImpactReport:
    """The whole answer: items by position, what is not known, and what to do."""

    dataset: str
    verdict: Verdict
    items: tuple[ImpactItem, ...]
    coverage: Coverage

    def page(self, first: int, after: str | None = None) -> tuple[ImpactItem, ...]:
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


def impact(
    reader: Reader,
    change: ProposedChange,
    *,
    at: int | None = None,
    origins: frozenset[str] | None = None,
    max_nodes: int = MAX_NODES,
) -> ImpactReport:
    """What the change reaches, now or as of ``at``, within ``max_nodes`` items.

    Raises UnknownNode (with near names) and InvalidQuery.
    """
    node = reader.nodes([change.dataset]).get(change.dataset)
    if node is None or not is_dataset(change.dataset):
        raise UnknownNode(f"No dataset {spoken(change.dataset)} is known.", "Search for its name.")
    view = View(reader, at, origins)
    view.classes.close_datasets([change.dataset])
    name = view.classes.name(change.dataset)
    fields = view.fields([name])[name]
    paths = view.classes.paths(fields)
    types = _types(view, name) if any(isinstance(one, RetypeField) for one in change.changes) else {}
    effects = field_effects(
        change,
        {path: field for field, path in paths.items()},
        {paths[field]: known for field, known in types.items()},
    )
    if any(isinstance(one, DropDataset) for one in change.changes):
        effects[name] = Effect.REMOVED
    spread = Spread(view, max_nodes)
    spread.follow(effects)
    return _Report(view, spread, effects).report(name, max_nodes)


def _types(view: View, dataset: str) -> Mapping[str, set[str]]:
    """The types of the fields of a class of datasets, as its schemas tell them."""
    found: dict[str, set[str]] = defaultdict(set)
    edges = view.reader.edges(view.classes.keys([dataset]), (Rel.HAS_FIELD,), Direction.OUT, view.at)
    for edge in edges:
        told = dict(edge.properties).get("type")
        if told is not None:
            found[view.classes.name(edge.target)].add(str(told))
    return found


class _Report:
    """Makes the items of what a change has reached."""

    def __init__(self, view: View, spread: Spread, roots: Mapping[str, Effect]) -> None:
        self._spread = spread
        self._view = view
        self._routes: dict[State, tuple[RouteStep, ...]] = {}
        self._states: dict[str, list[tuple[State, Arrival]]] = defaultdict(list)
        for state, arrival in spread.arrivals.items():
            if arrival.before is not None:
                self._states[state.name].append((state, arrival))
        names = self._states.keys() | roots.keys()
        on_the_way = {arrival.job for arrival in spread.arrivals.values() if arrival.job is not None}
        self._names = names | on_the_way
        self._shown = Shown(view, self._names)

    def report(self, dataset: str, max_nodes: int) -> ImpactReport:
        items = sorted((self._item(name) for name in self._states), key=lambda item: item.position)
        reasons = [self._view.gap(job, outputs) for job, outputs in self._spread.gaps.items()]
        reasons += self._shown.reasons(self._names)
        reasons += [extraction_error(gap) for gap in self._view.gaps(filter(is_job, self._names))]
        reasons += not_known_then(self._view, [dataset])
        if self._spread.cut:
            reasons.append(too_many_nodes(max_nodes))
        known = any(item.severity is not Severity.UNKNOWN for item in items)
        covered = coverage(_once(reasons), len(items), self._view.edges_read, followed=known)
        proven = any(
            item.severity is Severity.BREAKS and item.certainty is Certainty.PROVEN for item in items
        )
        worst = items[0].severity if items else None
        complete = covered.status is CoverageStatus.COMPLETE
        return ImpactReport(
            self._shown.home_key(dataset), verdict(worst, proven, complete), tuple(items), covered
        )

    def _item(self, name: str) -> ImpactItem:
        found = self._states[name]
        state, arrival = min(found, key=lambda one: RANK[severity_of(one[0])])
        severity = severity_of(state)
        node = self._shown.node(name, arrival.hops)
        return ImpactItem(
            node.key,
            node.label,
            node.aliases,
            severity,
            any(severity_of(other) is Severity.UNKNOWN for other, _ in found),
            arrival.certainty,
            arrival.hops,
            f"{_KINDS.get(node.label, node.label)} {spoken(node.key)} {arrival.reason}.",
            self._route(state),
        )

    def _route(self, state: State) -> tuple[RouteStep, ...]:
        """The steps to a state, each made once: routes share their beginnings."""
        pending: list[State] = []
        at: State | None = state
        while at is not None and at not in self._routes:
            pending.append(at)
            at = self._spread.arrivals[at].before
        while pending:
            at = pending.pop()
            arrival = self._spread.arrivals[at]
            before = arrival.before
            self._routes[at] = (
                () if before is None else (*self._routes[before], self._step(before, arrival, at))
            )
        return self._routes[state]

    def _step(self, before: State, arrival: Arrival, state: State) -> RouteStep:
        kind = arrival.kind
        told = () if kind is None else self._spread.columns_to(before.name, state.name, arrival.job, kind)
        return RouteStep(
            self._shown.key(before.name),
            arrival.job,
            self._shown.key(state.name),
            kind,
            transformations(told),
        )


_KINDS: dict[str, str] = {
    Label.JOB: "Job",
    Label.FIELD: "Field",
    Label.DATASET: "Dataset",
    Label.ALIAS: "Dataset",
    Label.DATASET_REFERENCE: "Dataset",
}


def severity_of(state: State) -> Severity:
    """The severity that a state is shown as."""
    return state.mark if isinstance(state.mark, Severity) else SHOWN_AS[state.mark]


def _once(reasons: list[Reason]) -> list[Reason]:
    return list(dict.fromkeys(reasons))
