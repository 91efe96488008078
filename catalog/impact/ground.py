"""The ground on which one unit is evaluated: its changed inputs, what is known of it, and what follows so far."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from catalog.aliases import is_job
from catalog.impact import rules
from catalog.impact.bound import Bound, Difference
from catalog.impact.delta import Delta, FieldDelta, Mark
from catalog.impact.hints import NO_HINTS, Hints
from catalog.impact.knowledge import Knowledge
from catalog.impact.likely_keys import is_likely_key
from catalog.impact.links import Link, Outcome, State
from catalog.impact.rules import Used
from catalog.impact.severity import Certainty, Severity
from catalog.impact.texts import Text
from catalog.impact.usages import Usages
from catalog.lineage_steps import Kind, kind_of
from catalog.lineage_view import Column

_STOPS = {Severity.BREAKS, Severity.STALE}


@dataclass(frozen=True, slots=True)
class Asked:
    """A unit with its changed inputs (datasets, and jobs that pass data to it), and what was read of its SQL.

    ``states``: job → what it does, of those inputs that are jobs. ``paths``: of fields by key.
    """

    unit: str
    inputs: Mapping[str, Delta]
    states: Mapping[str, State]
    paths: Mapping[str, str]
    text: Text | None = None
    bound: Bound | None = None
    hints: Hints = NO_HINTS


class Ground:
    """Of one unit. ``differences``: dataset that it writes → what is other in its columns, as its SQL is bound;
    ``fields`` and ``added``: as in the deltas that come of it."""

    def __init__(self, known: Knowledge, asked: Asked) -> None:
        self.known = known
        self.asked = asked
        self.unit = asked.unit
        self.usages = Usages(known, asked.unit, asked.text)
        self.fields: defaultdict[str, dict[str, FieldDelta]] = defaultdict(dict)
        self.added: defaultdict[str, dict[str, str | None]] = defaultdict(dict)
        self._whole: defaultdict[str, set[Mark]] = defaultdict(set)
        self._links: dict[Link, None] = {}
        outputs, bound = known.outputs(asked.unit), asked.bound
        self.differences: dict[str, Difference] = {
            output: one
            for output in outputs
            if bound is not None and (one := bound.difference(output)) is not None
        }

    def used(self, name: str, field: str) -> Used:
        """How the unit uses a field of a dataset."""
        return self.usages.of(name, field, self.asked.paths.get(field, ""))

    def columns(self, field: str) -> list[Column]:
        """The column edges out of a field that the unit tells."""
        return self.known.columns.get((field, self.unit), [])

    def kind(self, state: State) -> Kind | None:
        """How the unit uses a field, where its column edges tell it."""
        return min((kind_of(column.edge) for column in self.columns(state.name)), default=None)

    def reshapes(self) -> list[tuple[State, Used | None]]:
        """The changes of columns and types among the inputs, with how each field is used."""
        found: list[tuple[State, Used | None]] = []
        for name, delta in sorted(self.asked.inputs.items()):
            for field, one in sorted(delta.fields.items()):
                for mark in (Mark.REMOVED, Mark.RETYPED):
                    if mark in one.marks:
                        found.append((State(field, mark), self.used(name, field)))
            if delta.added:
                found.append((State(name, Mark.ADDED), None))
        return found

    @property
    def bound_certainty(self) -> Certainty:
        """How sure it is what a binding tells."""
        bound = self.asked.bound
        if bound is not None and bound.guessed:
            return Certainty.HEURISTIC
        return Certainty.PROVEN if bound is not None and bound.is_final else Certainty.STRUCTURAL

    def may_join_by(self, field: str) -> bool:
        """Whether a field is called like a key, and the SQL joins tables by the names that they have in common, of
        which not all are known."""
        text, bound = self.asked.text, self.asked.bound
        if text is None or not text.is_natural or (bound is not None and bound.knows_all_columns):
            return False
        names = self.asked.hints.joined_by or {".".join(parts) for parts, _ in text.tables}
        return is_likely_key(self.asked.paths.get(field, ""), names)

    def may_be_of_one_alone(self, path: str) -> bool:
        """Whether of tables that are put together by the names of their columns one alone is likely to have this."""
        return path.casefold() in self.asked.hints.defaulted

    def by_position(self, name: str) -> bool:
        """Whether the SQL takes columns of a dataset by position."""
        fields = self.known.fields(name)
        uses = (self.known.uses.get((field, self.unit)) for field in fields)
        return any("SET" in use.clauses for use in uses if use is not None)

    def reach_job(
        self,
        cause: State,
        severity: Severity,
        kind: Kind | None,
        sure: Certainty,
        reason: str,
        message: str | None = None,
    ) -> None:
        """Note what the unit does, if it is a job."""
        if is_job(self.unit):
            self._links[Link(cause, State(self.unit, severity), self.unit, kind, sure, reason, message)] = (
                None
            )

    def reach(self, cause: State, dataset: str, mark: Mark, kind: Kind | None, sure: Certainty) -> None:
        """Note what happens to a dataset that it writes."""
        self._links[Link(cause, State(dataset, mark), self.unit, kind, sure, rules.REASONS[mark])] = None
        self._whole[dataset].add(mark)

    def reach_field(
        self,
        cause: State,
        field: str,
        mark: Mark,
        kind: Kind | None,
        sure: Certainty,
        type_: str | None = None,
    ) -> None:
        """Note what happens to a field of what it writes."""
        self._links[Link(cause, State(field, mark), self.unit, kind, sure, rules.REASONS[mark])] = None
        home = self.known.view.home(field)
        if home is not None:
            new = FieldDelta(frozenset((mark,)), type=type_)
            known = self.fields[home].get(field)
            self.fields[home][field] = new if known is None else known.joined(new)

    def outcome(self) -> Outcome:
        """All that was noted."""
        return Outcome(self._deltas(), tuple(self._links))

    def _deltas(self) -> dict[str, Delta]:
        """Of what it writes; and of itself, for the jobs to which it passes data."""
        found = {
            name: Delta(
                frozenset(self._whole.get(name, ())), self.fields.get(name, {}), self.added.get(name, {})
            )
            for name in sorted(self._whole.keys() | self.fields.keys() | self.added.keys())
        }
        if is_job(self.unit):
            severities = {link.after.mark for link in self._links if link.after.name == self.unit}
            if severities & _STOPS:
                found[self.unit] = Delta(frozenset((Mark.STALE,)))
            elif severities - {Severity.COMPATIBLE}:
                found[self.unit] = Delta(frozenset((Mark.UNKNOWN,)))
        return found
