"""New columns of inputs, and what binding tells of the columns that a unit writes."""

from collections.abc import Mapping

from catalog.impact import rules
from catalog.impact.bound import Difference
from catalog.impact.delta import Delta, FieldDelta, Mark
from catalog.impact.ground import Ground
from catalog.impact.links import State
from catalog.impact.rules import Usage
from catalog.impact.severity import Certainty, Severity
from catalog.impact.texts import Text
from catalog.lineage_steps import Kind


class Shapes:
    """Of one unit."""

    def __init__(self, ground: Ground) -> None:
        self._on = ground

    def added(self, name: str, delta: Delta) -> None:
        """Columns that are added to an input."""
        if not delta.added:
            return
        state, bound = State(name, Mark.ADDED), self._on.asked.bound
        text = self._on.asked.text
        if text is not None and text.is_natural:
            self._join_by(state, name, delta.added, text)
        if bound is not None and bound.takes_it and self._on.differences:
            self._on.reach_job(state, Severity.COMPATIBLE, None, self._on.bound_certainty, rules.NOT_USED)
            return
        if text is None or self._on.known.sql(self._on.unit) is None:
            sure = Certainty.HEURISTIC
            self._on.reach_job(state, Severity.COMPATIBLE, None, sure, rules.NOT_NAMED)
            return
        if any(text.names(one) for one in delta.added) or (text.has_star and self._on.by_position(name)):
            self._on.reach_job(state, Severity.UNKNOWN, None, Certainty.HEURISTIC, rules.MAY_CLASH)
        if text.has_star:
            self._gain(state, name, delta.added)
        else:
            sure = Certainty.PROVEN if self._on.usages.is_complete else Certainty.STRUCTURAL
            self._on.reach_job(state, Severity.COMPATIBLE, None, sure, rules.NOT_USED)

    def _join_by(self, state: State, name: str, added: Mapping[str, str | None], text: Text) -> None:
        """A natural join compares the new columns too that another of its tables has."""
        others = {dataset for _, dataset in text.tables} - {name}
        fields = self._on.known.view.fields(others)
        paths = self._on.known.view.classes.paths([field for known in fields.values() for field in known])
        told = {path.casefold() for path in paths.values()}
        told |= {
            one.casefold() for other in others for one in self._on.asked.inputs.get(other, Delta()).added
        }
        if any(one.casefold() in told for one in added):
            sure = Certainty.STRUCTURAL
            self._on.reach_job(state, Severity.CHANGES_ROWS, Kind.INDIRECT, sure, rules.JOINS_BY_NEW)
            for output in self._on.known.fed(name, self._on.unit):
                self._on.reach(state, output, Mark.ROWS, Kind.INDIRECT, sure)
        elif not all(fields.values()):
            self._on.reach_job(state, Severity.UNKNOWN, None, Certainty.UNKNOWN, rules.JOINS_BY_NEW)

    def _gain(self, state: State, name: str, added: Mapping[str, str | None]) -> None:
        """Outputs to which a star over the dataset leads get the new columns."""
        homes = {
            self._on.known.view.home(target)
            for field in self._on.known.fields(name)
            if (use := self._on.known.uses.get((field, self._on.unit))) is None or not use.needed
            for column in self._on.columns(field)
            if rules.is_copy(column.edge)
            for target in column.targets
        }
        if self._on.usages.passes_on(name):
            homes.update(self._on.known.fed(name, self._on.unit))
        for home in sorted(home for home in homes if home is not None and home not in self._on.differences):
            self._on.reach_job(state, Severity.CHANGES_SCHEMA, None, Certainty.STRUCTURAL, rules.GAINS)
            self._on.reach(state, home, Mark.ADDED, None, Certainty.STRUCTURAL)
            self._on.added[home].update(added)
        self._on.reach_job(state, Severity.COMPATIBLE, None, Certainty.STRUCTURAL, rules.NOT_USED)

    def outputs(self) -> None:
        """What is other in the columns that it writes, as they are bound."""
        sure = self._on.bound_certainty
        for output, difference in sorted(self._on.differences.items()):
            if not difference:
                continue
            found = self._on.known.view.fields([output])[output]
            names = {
                path.casefold(): field for field, path in self._on.known.view.classes.paths(found).items()
            }
            for name in sorted(difference.removed & names.keys()):
                self._differ(output, names[name], Mark.REMOVED, sure, difference)
            for name in sorted(difference.retyped.keys() & names.keys()):
                self._differ(output, names[name], Mark.RETYPED, sure, difference, difference.retyped[name])
            for state in self._causes(None):
                self._on.reach_job(
                    state, Severity.CHANGES_SCHEMA, self._on.kind(state), sure, rules.OTHER_SCHEMA
                )
                self._on.reach(state, output, Mark.SCHEMA, self._on.kind(state), sure)
                if difference.added:
                    self._on.reach(state, output, Mark.ADDED, self._on.kind(state), sure)
            self._on.added[output].update(difference.added)

    def _differ(
        self,
        output: str,
        field: str,
        mark: Mark,
        sure: Certainty,
        difference: Difference,
        type_: str | None = None,
    ) -> None:
        renamed = None
        for state in self._causes(field):
            self._on.reach_field(state, field, mark, Kind.DIRECT, sure, type_)
            renamed = renamed or self._new_name(state)
        if mark is Mark.REMOVED and renamed is not None and renamed in difference.added:
            known = self._on.fields[output][field]
            self._on.fields[output][field] = FieldDelta(known.marks, renamed, known.type, known.wider)

    def _new_name(self, state: State) -> str | None:
        changes = (delta.fields.get(state.name) for delta in self._on.asked.inputs.values())
        return next((one.renamed for one in changes if one is not None and one.renamed is not None), None)

    def _causes(self, field: str | None) -> list[State]:
        """The changes that a column that is written comes from (None: all columns); where none is told, all changes."""
        every = [
            state for state, used in self._on.reshapes() if used is None or used.usage is not Usage.UNUSED
        ]
        fed = [
            state
            for state in every
            if any(field is None or field in column.targets for column in self._on.columns(state.name))
        ]
        return fed or every or [state for state, _ in self._on.reshapes()]

    def casts(self) -> None:
        """Casts of values that nobody has seen: whether they fail, only the data says."""
        bound = self._on.asked.bound
        if bound is None or not bound.takes_it or not bound.may_fail_on_values:
            return
        sure = Certainty.NEEDS_WAREHOUSE
        for state, used in self._on.reshapes():
            if used is not None and used.usage is not Usage.UNUSED:
                self._on.reach_job(state, Severity.UNKNOWN, self._on.kind(state), sure, rules.CAST_MAY_FAIL)
