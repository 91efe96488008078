"""What a proposal reaches: fields, datasets and jobs, before anything is said about people and products."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from catalog.aliases import is_job
from catalog.coverage import Coverage, Reason, coverage, extraction_error, spoken, too_many_nodes
from catalog.impact.delta import Delta, Mark
from catalog.impact.job_binder import JobBinder
from catalog.impact.proposed import Start
from catalog.impact.report import Affected, RouteStep
from catalog.impact.rules import SHOWN_AS, Effect
from catalog.impact.severity import RANK, Severity
from catalog.impact.spread import Arrival, Spread, State
from catalog.lineage_shown import Shown, transformations
from catalog.lineage_view import View
from catalog.unknown import not_known_then
from ontology.vocabulary import Label


@dataclass(frozen=True, slots=True)
class Reached:
    """The affected fields, datasets and jobs by position, and what is not known of them."""

    items: tuple[Affected, ...]
    coverage: Coverage


def reached(view: View, begin: Start, binder: JobBinder | None, max_items: int, routes: int) -> Reached:
    """All that the first deltas lead to, within ``max_items``; of each at most ``routes`` routes."""
    effects = {name: effect for delta in begin.deltas.items() for name, effect in _effects(*delta).items()}
    spread = Spread(view, max_items)
    spread.follow(effects)
    return _Report(view, spread, effects).report(begin, max_items)


_EFFECTS = {Mark.REMOVED: Effect.REMOVED, Mark.RETYPED: Effect.RETYPED, Mark.VALUES: Effect.VALUES}


def _effects(name: str, delta: Delta) -> dict[str, Effect]:
    found = {
        key: max(_EFFECTS[mark] for mark in one.marks if mark in _EFFECTS)
        for key, one in delta.fields.items()
    }
    if Mark.GONE in delta.whole:
        found[name] = Effect.REMOVED
    elif Mark.ROWS in delta.whole:
        found[name] = Effect.ROWS
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

    def report(self, begin: Start, max_nodes: int) -> Reached:
        items = sorted((self._item(name) for name in self._states), key=lambda item: item.position)
        reasons = [self._view.gap(job, outputs) for job, outputs in self._spread.gaps.items()]
        reasons += self._shown.reasons(self._names)
        reasons += [extraction_error(gap) for gap in self._view.gaps(filter(is_job, self._names))]
        reasons += [*begin.reasons, *not_known_then(self._view, begin.deltas)]
        if self._spread.cut:
            reasons.append(too_many_nodes(max_nodes))
        known = any(item.severity is not Severity.UNKNOWN for item in items)
        covered = coverage(_once(reasons), len(items), self._view.edges_read, followed=known)
        return Reached(tuple(items), covered)

    def _item(self, name: str) -> Affected:
        found = self._states[name]
        state, arrival = min(found, key=lambda one: RANK[severity_of(one[0])])
        severity = severity_of(state)
        node = self._shown.node(name, arrival.hops)
        return Affected(
            node.key,
            node.label,
            node.aliases,
            severity,
            any(severity_of(other) is Severity.UNKNOWN for other, _ in found),
            arrival.certainty,
            arrival.hops,
            f"{_KINDS.get(node.label, node.label)} {spoken(node.key)} {arrival.reason}.",
            (),
            (self._route(state),),
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
