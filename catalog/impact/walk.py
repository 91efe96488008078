"""The walk: level by level, every unit that reads a changed dataset makes of all its changed inputs what follows.

A unit is evaluated again when more of its inputs change; what it made before counts no more. So on a graph without
cycles each unit has the last word after all of its inputs had theirs. In a cycle, where that need not come to an end,
a unit that was evaluated too often only adds to what it made before.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping

from catalog.aliases import is_job
from catalog.impact.binding import Bindings
from catalog.impact.delta import Delta, Mark, joined
from catalog.impact.ground import Asked
from catalog.impact.knowledge import Knowledge
from catalog.impact.links import Link, Outcome, State, worst
from catalog.impact.renewed import Renewals
from catalog.impact.unit import evaluated

EVALUATIONS = 12
"""How often a unit may take back what it made."""
NOTHING = Outcome({}, ())
PROPOSED = ""
"""In place of the unit that made a delta: the proposal itself."""


class Walk:
    """All that first deltas lead to. ``cut``: there is more than ``max_items`` things."""

    def __init__(self, known: Knowledge, bindings: Bindings, renewals: Renewals, max_items: int) -> None:
        self._known = known
        self._renewals = renewals
        self._bindings = bindings
        self._max_items = max_items
        self._given: defaultdict[str, dict[str, Delta]] = defaultdict(dict)
        self._outcomes: dict[str, Outcome] = {}
        self._evaluations: Counter[str] = Counter()
        self._paths: dict[str, str] = {}
        self.cut = False

    @property
    def links(self) -> list[Link]:
        """What follows from what, in the end."""
        return [link for _, outcome in sorted(self._outcomes.items()) for link in outcome.links]

    @property
    def deltas(self) -> dict[str, Delta]:
        """What has happened to each dataset and job, in the end."""
        return {
            name: joined([one for _, one in sorted(given.items())])
            for name, given in self._given.items()
            if given
        }

    def follow(self, writing: Mapping[str, Outcome]) -> None:
        """From the first deltas to the end, or to the bound. ``writing``: what becomes of the jobs that write what is
        changed, by job."""
        for name, delta in self._renewals.deltas.items():
            self._given[name][PROPOSED] = delta
        for job, outcome in writing.items():
            self._outcomes[writer(job)] = outcome
            for name, delta in outcome.deltas.items():
                self._given[name][writer(job)] = delta
        frontier = sorted(self._given)
        renewed = set(self._renewals.jobs)
        while frontier and not self.cut:
            self._known.read(frontier)
            self._known.read_fields(
                {field for name in frontier for one in self._given[name].values() for field in one.fields}
            )
            readers = {unit for name in frontier for unit in self._known.readers[name]}
            units = sorted((readers - self._renewals.jobs.keys()) | renewed)
            self._known.learn(units)
            frontier = self._settle(self._evaluate(units))
            renewed = self._renewals.reading(frontier)
            self.cut = len(self._given) > self._max_items

    def _evaluate(self, units: list[str]) -> dict[str, Outcome]:
        inputs = {unit: self._inputs(unit) for unit in units}
        self._learn_paths(inputs)
        self._known.ask_blank(
            (unit, name)
            for unit, deltas in inputs.items()
            for name, delta in deltas.items()
            if any(self._is_silent(unit, field) for field in delta.fields)
        )
        self._known.ask_snapshots(
            unit for unit, deltas in inputs.items() if any(one.fields for one in deltas.values())
        )
        asked = [
            Asked(unit, deltas, self._states(deltas), self._paths)
            for unit, deltas in inputs.items()
            if deltas and unit not in self._renewals.jobs
        ]
        asked = self._bindings.with_texts(asked)
        found = dict.fromkeys(units, NOTHING)
        found.update((one.unit, evaluated(self._known, one)) for one in asked)
        renewed = {unit: inputs[unit] for unit in units if unit in self._renewals.jobs}
        found.update(self._renewals.outcomes(renewed, self._paths))
        return found

    def _is_silent(self, unit: str, field: str) -> bool:
        return (field, unit) not in self._known.uses and (field, unit) not in self._known.columns

    def _inputs(self, unit: str) -> dict[str, Delta]:
        """What happened to the inputs of a unit, but by itself."""
        found: dict[str, Delta] = {}
        renewed = self._renewals.jobs.get(unit)
        for name in sorted(self._known.inputs[unit] if renewed is None else renewed.inputs):
            deltas = [one for giver, one in sorted(self._given[name].items()) if _is_of_another(giver, unit)]
            if deltas and (delta := joined(deltas)):
                found[name] = delta
        return found

    def _states(self, inputs: Mapping[str, Delta]) -> dict[str, State]:
        """What the jobs among the inputs do."""
        found = {}
        for name in filter(is_job, inputs):
            told = [self._outcomes.get(one, NOTHING).links for one in (name, writer(name))]
            severity = worst((*told[0], *told[1]), name)
            assert severity is not None  # its delta says that it does something
            found[name] = State(name, severity)
        return found

    def _learn_paths(self, inputs: Mapping[str, Mapping[str, Delta]]) -> None:
        fields = {field for deltas in inputs.values() for delta in deltas.values() for field in delta.fields}
        self._paths.update(self._known.view.classes.paths(fields - self._paths.keys()))

    def _settle(self, outcomes: Mapping[str, Outcome]) -> list[str]:
        """Keep the outcomes; gives the datasets and jobs of which another delta follows than before."""
        changed: set[str] = set()
        for unit, new in outcomes.items():
            self._evaluations[unit] += 1
            before = self._outcomes.get(unit, NOTHING)
            if self._evaluations[unit] > EVALUATIONS:
                new = _together(before, new)
            self._outcomes[unit] = new
            for name, delta in new.deltas.items():
                if before.deltas.get(name) != delta:
                    changed.add(name)
                    self._given[name][unit] = delta
            for name in before.deltas.keys() - new.deltas.keys():
                changed.add(name)
                del self._given[name][unit]
        return sorted(changed)


def _is_of_another(giver: str, unit: str) -> bool:
    """Whether a unit takes a delta: not that which it made itself (a table that it reads and fills)."""
    return giver not in (unit, writer(unit))


def writer(job: str) -> str:
    """A job as one that writes what the proposal changes: what it makes as a reader does not take that back."""
    return f"{job}\0"


def _together(one: Outcome, other: Outcome) -> Outcome:
    names = sorted(one.deltas.keys() | other.deltas.keys())
    deltas = {name: joined([o.deltas[name] for o in (one, other) if name in o.deltas]) for name in names}
    return Outcome(deltas, tuple(dict.fromkeys((*one.links, *other.links))))


def root_states(deltas: Mapping[str, Delta]) -> list[State]:
    """The states that first deltas are."""
    found: list[State] = []
    for name, delta in sorted(deltas.items()):
        found += [State(name, mark) for mark in sorted(delta.whole)]
        found += [State(name, Mark.ADDED)] if delta.added else []
        found += [
            State(field, mark) for field, one in sorted(delta.fields.items()) for mark in sorted(one.marks)
        ]
    return found
