"""What a proposal reaches: fields, datasets and jobs, before anything is said about people and products."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from msgspec.structs import replace

from catalog.aliases import is_job
from catalog.coverage import Coverage, Reason, coverage, extraction_error, spoken, too_many_nodes
from catalog.impact.binding import Bindings
from catalog.impact.delta import CERTAIN, Delta
from catalog.impact.job_binder import JobBinder
from catalog.impact.knowledge import Knowledge
from catalog.impact.links import State, judged
from catalog.impact.proposed import Start
from catalog.impact.renewed import renewals
from catalog.impact.report import Affected
from catalog.impact.routes import Reach
from catalog.impact.rules import NO_COLUMNS, NOT_SURE
from catalog.impact.severity import Certainty, Severity
from catalog.impact.stories import Stories, is_field
from catalog.impact.texts import Texts
from catalog.impact.walk import Walk, root_states
from catalog.impact.writers import Writers, Writing
from catalog.instant import instant_of
from catalog.lineage_shown import Shown
from catalog.lineage_view import View
from catalog.state import last_sight
from catalog.unknown import not_known_then


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
        states: defaultdict[str, list[State]] = defaultdict(list)
        for state in reach.reached:
            states[state.name].append(state)
        on_the_way = {state.name for state in reach.hops} | reach.units
        self._shown = Shown(self._view, on_the_way)
        self._names = {name for name in on_the_way if self._is_known(name)}
        known_names = [name for name in states if name in self._names]
        names = sorted(known_names, key=lambda name: (reach.hops[states[name][0]], name))  # nearest first
        self._states = {name: states[name] for name in names[:max_items]}
        self._is_cut = len(names) > max_items
        keys = self._shown.other_keys
        self._stories = Stories(known, reach, self._states, keys, self._last_seen(), routes)

    def _last_seen(self) -> dict[str, int]:
        """When who tells a hop last said anything; asked for answers that people read step by step."""
        units = self._reach.units
        if len(units) > MAX_SEEN:
            return {}
        found = last_sight(self._view.reader, units, self._view.at)
        return {unit: instant_of(last) for unit, last in found.items()}

    def _is_known(self, name: str) -> bool:
        """A column of which nobody has told but by passing all columns on is on routes, and no item."""
        if name in self._shown.nodes or not is_field(name):
            return True
        return any(key in self._shown.nodes for key in self._view.classes.members(name))

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
        blank: defaultdict[str, list[str]] = defaultdict(list)
        for job, output in self._known.blank:
            blank[job].append(output)
        for name in filter(is_job, self._states):
            links = self._reach.into(State(name, Severity.UNKNOWN))
            if any(link.reason in _NOT_TOLD for link in links):
                yield self._view.gap(name, blank.get(name, ()))

    def _item(self, name: str) -> Affected:
        severity, worst, unknown = judged(self._states[name])
        certainty = self._reach.certainty[worst[0]]
        for other in worst[1:]:
            certainty = min(certainty, self._reach.certainty[other], key=CERTAIN.__getitem__)
        key, label, aliases = self._shown.face(name)
        return Affected(
            key,
            label,
            aliases,
            severity,
            unknown,
            certainty,
            self._reach.hops[worst[0]],  # the nearest one
            self._stories.of(name, key, label),
        )


MAX_SEEN = 200
"""Units of which the last sight is read for one answer."""
_NOT_TOLD = (NO_COLUMNS, NOT_SURE)


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
        tale=replace(item.story, reason=reason, message=None),
    )
