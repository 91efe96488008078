"""What a proposal reaches: fields, datasets and jobs, before anything is said about people and products."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from catalog.aliases import is_dataset, is_job
from catalog.coverage import Coverage, Reason, coverage, extraction_error, spoken, too_many_nodes
from catalog.graph import Edge
from catalog.impact.binding import Bindings
from catalog.impact.delta import CERTAIN, Delta
from catalog.impact.job_binder import JobBinder
from catalog.impact.knowledge import Knowledge
from catalog.impact.links import Link, State, severity_of
from catalog.impact.proposed import Start
from catalog.impact.renewed import renewals
from catalog.impact.report import Affected, RouteStep
from catalog.impact.routes import Reach
from catalog.impact.rules import NO_COLUMNS, NOT_SURE
from catalog.impact.severity import RANK, Certainty, Severity
from catalog.impact.texts import Texts
from catalog.impact.walk import Walk, root_states
from catalog.impact.writers import Writers, Writing
from catalog.instant import instant_of
from catalog.lineage_shown import Shown, transformations
from catalog.lineage_steps import kind_of
from catalog.lineage_view import View
from catalog.state import last_sight
from catalog.unknown import not_known_then
from ontology.vocabulary import Label, Origin


@dataclass(frozen=True, slots=True)
class Reached:
    """The affected fields, datasets and jobs by position, what is not known of them, and what has happened to each
    dataset (by the name of its class)."""

    items: tuple[Affected, ...]
    coverage: Coverage
    deltas: Mapping[str, Delta]


def reached(view: View, begin: Start, binder: JobBinder | None, max_items: int, routes: int) -> Reached:
    """All that the first deltas lead to, within ``max_items``; of each at most ``routes`` routes."""
    known = Knowledge(view)
    texts = Texts(view)
    bindings = Bindings(known, texts, binder)
    renewing = renewals(known, texts, bindings, binder, begin)
    writing = Writers(known, texts, bindings, binder).of(begin, renewing.jobs.keys())
    walk = Walk(known, bindings, renewing, max_items)
    walk.follow(writing.outcomes)
    roots = [*root_states(renewing.deltas), *renewing.causes, *writing.causes]
    reach = Reach(roots, walk.links)
    return _Items(known, reach, max_items, routes).reached(begin, writing, walk.deltas, cut=walk.cut)


class _Items:
    """Makes the items of what was reached."""

    def __init__(self, known: Knowledge, reach: Reach, max_items: int, routes: int) -> None:
        self._known = known
        self._view = known.view
        self._reach = reach
        self._max_items = max_items
        self._routes = routes
        self._steps: dict[Link, RouteStep] = {}
        states: defaultdict[str, list[State]] = defaultdict(list)
        for state in reach.reached:
            states[state.name].append(state)
        self._shown = Shown(self._view, on_the_way(reach))
        known_names = [name for name in states if self._is_known(name)]
        names = sorted(known_names, key=lambda name: (min(reach.hops[state] for state in states[name]), name))
        self._states = {name: states[name] for name in names[:max_items]}
        self._is_cut = len(names) > max_items
        self._seen = self._last_seen()
        self._names = {name for name in on_the_way(reach) if self._is_known(name)}

    def _last_seen(self) -> dict[str, int]:
        """When who tells a hop last said anything; asked for answers that people read step by step."""
        units = {link.unit for state in self._reach.hops for link in self._reach.into(state)}
        if len(units) > MAX_SEEN:
            return {}
        found = last_sight(self._view.reader, units, self._view.at)
        return {unit: instant_of(last) for unit, last in found.items()}

    def _is_known(self, name: str) -> bool:
        """A column of which nobody has told but by passing all columns on is on routes, and no item."""
        keys = self._view.classes.members(name)
        return not _is_field(name) or any(key in self._shown.nodes for key in keys)

    def reached(self, begin: Start, writing: Writing, deltas: Mapping[str, Delta], *, cut: bool) -> Reached:
        open_ = {key for reason in writing.reasons for key in reason.keys}
        told_of = (_not_judged(self._item(name), open_) for name in self._states)
        items = sorted(told_of, key=lambda item: item.position)
        reasons = [*begin.reasons, *self._gaps(), *self._shown.reasons(self._names)]
        jobs = [name for name in self._names if is_job(name)]
        reasons += [extraction_error(gap) for gap in self._view.gaps(jobs)]
        reasons += self._view.left_out()
        reasons += writing.reasons
        reasons += not_known_then(self._view, begin.deltas)
        if cut or self._is_cut:
            reasons.append(too_many_nodes(self._max_items))
        known = any(item.severity is not Severity.UNKNOWN for item in items)
        told = list(dict.fromkeys(reasons))
        covered = coverage(told, len(items), self._view.edges_read, followed=known)
        return Reached(tuple(items), covered, deltas)

    def _gaps(self) -> Iterable[Reason]:
        """Why jobs are UNKNOWN whose use of a change nobody has told."""
        for name in self._states:
            links = self._reach.into(State(name, Severity.UNKNOWN)) if is_job(name) else ()
            if any(link.reason in _NOT_TOLD for link in links):
                yield self._view.gap(name, [output for job, output in self._known.blank if job == name])

    def _item(self, name: str) -> Affected:
        states = self._states[name]
        severity = min((severity_of(state) for state in states), key=RANK.__getitem__)
        worst = [state for state in states if severity_of(state) is severity]
        hops = min(self._reach.hops[state] for state in worst)
        link = self._telling(worst)
        routes, all_routes = self._reach.routes(worst, self._routes)
        node = self._shown.node(name, hops)
        roots = self._reach.roots_of(worst)
        return Affected(
            node.key,
            node.label,
            node.aliases,
            severity,
            any(severity_of(state) is Severity.UNKNOWN for state in states),
            min((self._reach.certainty[state] for state in worst), key=CERTAIN.__getitem__),
            hops,
            f"{_KINDS.get(node.label, node.label)} {spoken(node.key)} {link.reason}.",
            tuple(sorted({self._shown.key(root.name) for root in roots if _is_field(root.name)})),
            tuple(tuple(self._step(link) for link in route) for route in routes),
            all_routes,
            link.message,
        )

    def _telling(self, worst: list[State]) -> Link:
        """The link that says why: the surest, the nearest."""
        links = [link for state in worst for link in self._reach.into(state)]
        return min(links, key=lambda one: (self._rank(one), self._reach.hops[one.before], one.place))

    def _rank(self, link: Link) -> int:
        return max(CERTAIN[self._reach.certainty[link.before]], CERTAIN[link.certainty])

    def _step(self, link: Link) -> RouteStep:
        found = self._steps.get(link)
        if found is None:
            found = self._steps[link] = self._made(link)
        return found

    def _made(self, link: Link) -> RouteStep:
        told = self._told(link)
        return RouteStep(
            self._shown.key(link.before.name),
            link.unit if is_job(link.unit) else None,
            self._shown.key(link.after.name),
            link.kind,
            transformations(edge for edge in told if link.kind is not None),
            tuple(sorted({edge.origin for edge in told})),
            self._seen.get(link.unit) if any(edge.origin != Origin.DECLARED for edge in told) else None,
        )

    def _told(self, link: Link) -> list[Edge]:
        """The edges that tell a hop: of the columns where it is one of a field, else of the dataset."""
        source, target = link.before.name, link.after.name
        columns = self._known.columns.get((source, link.unit), [])
        alike = [column for column in columns if link.kind in (None, kind_of(column.edge))]
        exact = [
            column.edge
            for column in alike
            if target in column.targets
            or (is_dataset(target) and self._view.home(column.edge.target) == target)
        ]
        if exact or alike:
            return exact or [column.edge for column in alike]
        use = self._known.uses.get((source, link.unit))
        if use is not None:
            return [use.edge]
        home = source if is_dataset(source) or is_job(source) else self._view.home(source)
        edge = None if home is None else self._known.reads.get((home, link.unit))
        if edge is None and home is not None:
            edge = self._known.writes.get((link.unit, home))
        return [] if edge is None else [edge]


MAX_SEEN = 200
"""Units of which the last sight is read for one answer."""
_NOT_TOLD = (NO_COLUMNS, NOT_SURE)
_KINDS: dict[str, str] = {
    Label.JOB: "Job",
    Label.FIELD: "Field",
    Label.DATASET: "Dataset",
    Label.ALIAS: "Dataset",
    Label.DATASET_REFERENCE: "Dataset",
}


def on_the_way(reach: Reach) -> set[str]:
    """The things and units on all routes."""
    found = {state.name for state in reach.hops}
    return found.union(link.unit for state in reach.hops for link in reach.into(state))


def _is_field(name: str) -> bool:
    return not is_dataset(name) and not is_job(name)


def _not_judged(item: Affected, writing: Collection[str]) -> Affected:
    """A job that takes no harm as a reader, and writes into what changes as well, is not known to take none."""
    if item.key not in writing or not is_job(item.key) or item.severity is not Severity.COMPATIBLE:
        return item
    reason = f"Job {spoken(item.key)} writes into what changes; whether it fits is not known."
    return replace(
        item,
        severity=Severity.UNKNOWN,
        certainty=Certainty.UNKNOWN,
        unknown=True,
        reason=reason,
        message=None,
    )
