"""What one unit (a job, or what is made without one) makes of all its changed inputs together."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from catalog.aliases import is_job
from catalog.impact import rules
from catalog.impact.bound import Bound, Difference
from catalog.impact.delta import Delta, FieldDelta, Mark
from catalog.impact.knowledge import Knowledge
from catalog.impact.links import Link, Outcome, State
from catalog.impact.rules import Usage, Used
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


class _Break(NamedTuple):
    cause: State
    kind: Kind | None
    certainty: Certainty
    reason: str
    message: str | None = None


class Evaluation:
    """Of one unit; ``outcome`` is called once."""

    def __init__(self, known: Knowledge, asked: Asked) -> None:
        self._known = known
        self._asked = asked
        self._unit = asked.unit
        self._job = asked.unit if is_job(asked.unit) else None
        self._usages = Usages(known, asked.unit, asked.text)
        self._links: dict[Link, None] = {}
        self._whole: defaultdict[str, set[Mark]] = defaultdict(set)
        self._fields: defaultdict[str, dict[str, FieldDelta]] = defaultdict(dict)
        self._added: defaultdict[str, dict[str, str | None]] = defaultdict(dict)
        outputs = known.outputs(asked.unit)
        bound = asked.bound
        self._differences: dict[str, Difference] = {
            output: one
            for output in outputs
            if bound is not None and (one := bound.difference(output)) is not None
        }

    def outcome(self) -> Outcome:
        """What follows for the unit and for what it writes."""
        breaks = self._breaks()
        stale = [] if breaks else self._stale()
        if breaks or stale:
            self._stop(Severity.BREAKS if breaks else Severity.STALE, breaks or stale)
        else:
            for name, delta in sorted(self._asked.inputs.items()):
                self._change_whole(name, delta)
                self._change_fields(name, delta)
                self._change_columns(name, delta)
            self._change_outputs()
            self._say_casts()
        return Outcome(self._deltas(), tuple(self._links))

    # What stops it

    def _breaks(self) -> list[_Break]:
        found: list[_Break] = []
        named = self._usages.reads_by_sql
        for name, delta in sorted(self._asked.inputs.items()):
            if Mark.GONE in delta.whole:
                by_text = not named.isdisjoint(self._known.view.classes.members(name))
                sure = Certainty.PROVEN if by_text else Certainty.STRUCTURAL
                found.append(_Break(State(name, Mark.GONE), None, sure, rules.READS_GONE))
        bound = self._asked.bound
        if bound is not None and (bound.refused or bound.fails_on_any_value):
            found += self._refusals(bound)
        if bound is None or not bound.is_final:
            found += [
                one
                for name, delta in sorted(self._asked.inputs.items())
                for one in self._missing(name, delta)
            ]
        return found

    def _refusals(self, bound: Bound) -> list[_Break]:
        sure = Certainty.PROVEN if bound.is_final else Certainty.STRUCTURAL
        reason = rules.REFUSED if bound.refused else rules.CAST_FAILS
        causes = [one for one in self._reshapes() if one[1] is None or one[1].usage is not Usage.UNUSED]
        return [
            _Break(state, self._kind(state), sure, reason, bound.after.message)
            for state, _ in causes or self._reshapes()
        ]

    def _reshapes(self) -> list[tuple[State, Used | None]]:
        """The changes of columns and types among the inputs, with how each field is used."""
        found: list[tuple[State, Used | None]] = []
        for name, delta in sorted(self._asked.inputs.items()):
            for field, one in sorted(delta.fields.items()):
                for mark in (Mark.REMOVED, Mark.RETYPED):
                    if mark in one.marks:
                        found.append((State(field, mark), self._used(name, field)))
            if delta.added:
                found.append((State(name, Mark.ADDED), None))
        return found

    def _missing(self, name: str, delta: Delta) -> Iterable[_Break]:
        """Of the removed fields those without which it fails."""
        for field, one in sorted(delta.fields.items()):
            if Mark.REMOVED not in one.marks or Mark.GONE in delta.whole:
                continue
            used = self._used(name, field)
            state = State(field, Mark.REMOVED)
            if used.usage is Usage.TOLD:
                for column in self._columns(field):
                    reason = rules.reason_of_removal(column.edge)
                    yield _Break(state, kind_of(column.edge), used.certainty, reason)
            elif used.usage in (Usage.NEEDED, Usage.OPEN):
                yield _Break(state, self._kind(state), used.certainty, used.reason)

    def _stale(self) -> list[_Break]:
        found = []
        for name, delta in sorted(self._asked.inputs.items()):
            if Mark.STALE in delta.whole:
                state = self._asked.states.get(name, State(name, Mark.STALE))
                reason = rules.FED_BY_STALE if is_job(name) else rules.READS_STALE
                found.append(_Break(state, None, Certainty.STRUCTURAL, reason))
        return found

    def _stop(self, severity: Severity, breaks: list[_Break]) -> None:
        """It does not run: what it writes is stale, whatever else changes."""
        for one in breaks:
            self._reach_job(one.cause, severity, one.kind, one.certainty, one.reason, one.message)
            for output in self._known.outputs(self._unit):
                self._reach(one.cause, output, Mark.STALE, one.kind, Certainty.STRUCTURAL)
        for _name, delta in sorted(self._asked.inputs.items()):
            for field, change in sorted(delta.fields.items()):
                for mark in sorted(change.marks & {Mark.REMOVED, Mark.STALE}):
                    for column in self._columns(field):
                        state, kind = State(field, mark), kind_of(column.edge)
                        for target in column.targets:
                            self._reach_field(state, target, Mark.STALE, kind, Certainty.STRUCTURAL)

    # What it takes, and passes on

    def _change_whole(self, name: str, delta: Delta) -> None:
        for mark, severity, reason, sure in (
            (Mark.ROWS, Severity.CHANGES_ROWS, rules.READS_ROWS, Certainty.HEURISTIC),
            (Mark.UNKNOWN, Severity.UNKNOWN, rules.READS_UNKNOWN, Certainty.UNKNOWN),
        ):
            if mark not in delta.whole:
                continue
            state = self._asked.states.get(name, State(name, mark))
            told = rules.FED_BY_REACHED if is_job(name) else reason
            self._reach_job(state, severity, None, sure, told)
            for output in self._known.fed(name, self._unit):
                self._reach(state, output, mark, None, sure)
        if Mark.MOVED in delta.whole:
            self._change_order(name)

    def _change_order(self, name: str) -> None:
        state, text = State(name, Mark.MOVED), self._asked.text
        if text is not None and not text.has_star and self._usages.is_complete:
            self._reach_job(state, Severity.COMPATIBLE, None, Certainty.PROVEN, rules.NOT_USED)
        elif text is None and self._known.sql(self._unit) is None:
            self._reach_job(state, Severity.COMPATIBLE, None, Certainty.HEURISTIC, rules.NOT_NAMED)
        else:
            self._reach_job(state, Severity.PASSES_THROUGH, None, Certainty.HEURISTIC, rules.REORDERS)
            if self._by_position(name):
                self._reach_job(state, Severity.UNKNOWN, None, Certainty.UNKNOWN, rules.MAY_CLASH)
            for output in self._known.fed(name, self._unit):
                self._reach(state, output, Mark.MOVED, None, Certainty.HEURISTIC)

    def _by_position(self, name: str) -> bool:
        """Whether the SQL takes columns of a dataset by position."""
        fields = self._known.fields(name)
        uses = (self._known.uses.get((field, self._unit)) for field in fields)
        return any("SET" in use.clauses for use in uses if use is not None)

    def _change_fields(self, name: str, delta: Delta) -> None:
        for field, one in sorted(delta.fields.items()):
            for mark in sorted(one.marks - {Mark.STALE}):
                state, used = State(field, mark), self._used(name, field)
                if used.usage is Usage.UNKNOWN:
                    self._not_known(state, name, used.reason)
                elif used.usage is Usage.UNUSED:
                    self._reach_job(state, Severity.COMPATIBLE, None, used.certainty, used.reason)
                elif mark is Mark.REMOVED:
                    self._remove(state, name, one, used)
                elif mark is Mark.RETYPED:
                    self._retype(state, name, one, used)
                else:
                    self._revalue(state, name, used, rules.COMPUTES_VALUES)

    def _not_known(self, state: State, name: str, reason: str) -> None:
        self._reach_job(state, Severity.UNKNOWN, None, Certainty.UNKNOWN, reason)
        blank = self._known.is_blank(name, self._unit)
        for output in self._known.fed(name, self._unit) if blank is None else blank:
            self._reach(state, output, Mark.UNKNOWN, None, Certainty.UNKNOWN)

    def _remove(self, state: State, name: str, one: FieldDelta, used: Used) -> None:
        """A column that is gone, and without which it runs."""
        if used.usage is Usage.PASSED:
            self._remove_by_name(state, name, one, used.certainty)
            return
        if used.usage is not Usage.STAR:  # its database says that it runs: another column has the name
            self._revalue(state, name, used._replace(certainty=Certainty.HEURISTIC), rules.TAKES_ANOTHER)
            return
        for column in self._columns(state.name):
            if kind_of(column.edge) is Kind.INDIRECT:
                self._take_values(state, column, used.certainty, rules.DECIDES_VALUES)
                continue
            for target in column.targets:
                home = self._known.view.home(target)
                if home is not None and home not in self._differences:
                    self._lose(state, home, target, one, used.certainty)
        self._reach_job(state, Severity.COMPATIBLE, None, used.certainty, rules.NOT_USED)

    def _lose(self, state: State, home: str, target: str, one: FieldDelta, sure: Certainty) -> None:
        self._reach_job(state, Severity.CHANGES_SCHEMA, Kind.DIRECT, sure, rules.LOSES)
        self._reach_field(state, target, Mark.REMOVED, Kind.DIRECT, sure)
        self._reach(state, home, Mark.SCHEMA, Kind.DIRECT, sure)
        path = self._asked.paths.get(state.name, "")
        if one.renamed is not None and "." not in one.renamed and "." not in path:
            self._added[home][one.renamed] = None
            self._reach(state, home, Mark.ADDED, Kind.DIRECT, sure)

    def _remove_by_name(self, state: State, name: str, one: FieldDelta, sure: Certainty) -> None:
        """By a star over a table whose columns are not known: outputs lose the column of the same name."""
        self._reach_job(state, Severity.CHANGES_SCHEMA, None, sure, rules.LOSES)
        path = self._asked.paths[state.name]
        for output in self._known.fed(name, self._unit):
            self._reach(state, output, Mark.SCHEMA, None, sure)
            for field in self._known.view.fields([output])[output]:
                if self._known.view.classes.paths([field])[field] == path:
                    self._lose(state, output, field, one, sure)

    def _retype(self, state: State, name: str, one: FieldDelta, used: Used) -> None:
        bound = self._asked.bound
        takes_it = bound is not None and bound.takes_it
        columns = self._columns(state.name)
        for column in columns:
            if rules.is_copy(column.edge):
                self._copy_type(state, column, one, used.certainty)
            elif not one.wider:
                reason = rules.DECIDES_TYPE if kind_of(column.edge) is Kind.INDIRECT else rules.COMPUTES_TYPE
                self._take_values(state, column, Certainty.HEURISTIC, reason)
        plain = all(rules.is_copy(column.edge) for column in columns) and bool(columns)
        copied = plain and used.usage in (Usage.STAR, Usage.TOLD)
        if takes_it or one.wider or copied or (plain and self._only_selected(state.name)):
            self._reach_job(state, Severity.COMPATIBLE, None, used.certainty, rules.NOT_USED)
        else:
            self._not_known(state, name, rules.COMPUTES_TYPE)

    def _only_selected(self, field: str) -> bool:
        use = self._known.uses.get((field, self._unit))
        return use is not None and use.clauses <= {"SELECT"}

    def _copy_type(self, state: State, column: Column, one: FieldDelta, sure: Certainty) -> None:
        for target in column.targets:
            home = self._known.view.home(target)
            if home is not None and home not in self._differences:
                self._reach_job(state, Severity.CHANGES_SCHEMA, Kind.DIRECT, sure, rules.COPIES_TYPE)
                self._reach_field(state, target, Mark.RETYPED, Kind.DIRECT, sure, one.type)
                self._reach(state, home, Mark.SCHEMA, Kind.DIRECT, sure)

    def _revalue(self, state: State, name: str, used: Used, reason: str) -> None:
        columns = self._columns(state.name)
        for column in columns:
            self._take_values(state, column, used.certainty, reason)
        if columns:
            return
        use = self._known.uses.get((state.name, self._unit))
        if use is None:
            self._not_known(state, name, used.reason)
        elif use.clauses - {"SELECT", "EXCLUDE", "SET"}:
            self._reach_job(
                state, Severity.CHANGES_ROWS, Kind.INDIRECT, Certainty.STRUCTURAL, rules.DECIDES_VALUES
            )
            for output in self._known.fed(name, self._unit):
                self._reach(state, output, Mark.ROWS, Kind.INDIRECT, Certainty.STRUCTURAL)
        else:
            self._reach_job(state, Severity.COMPATIBLE, None, Certainty.STRUCTURAL, rules.NOT_USED)

    def _take_values(self, state: State, column: Column, sure: Certainty, reason: str) -> None:
        """Other values (or none) in a column: other values in what is computed, other rows where it decides on them."""
        edge, kind = column.edge, kind_of(column.edge)
        home = self._known.view.home(edge.target)
        rows = rules.decides_rows(edge, whole=edge.target == home or edge.target.startswith("dataset/"))
        if reason == rules.COMPUTES_VALUES:
            reason = rules.DECIDES_VALUES if rows else rules.COPIES_VALUES if rules.is_copy(edge) else reason
        if rows:
            self._reach_job(state, Severity.CHANGES_ROWS, kind, sure, reason)
            if home is not None:
                self._reach(state, home, Mark.ROWS, kind, sure)
            return
        self._reach_job(state, Severity.CHANGES_VALUES, kind, sure, reason)
        for target in column.targets:
            self._reach_field(state, target, Mark.VALUES, kind, sure)
        if home is not None:
            self._reach(state, home, Mark.VALUES, kind, sure)

    # New columns, and what binding tells

    def _change_columns(self, name: str, delta: Delta) -> None:
        """Columns that are added to an input."""
        if not delta.added:
            return
        state, bound = State(name, Mark.ADDED), self._asked.bound
        if bound is not None and bound.takes_it and self._differences:
            self._reach_job(state, Severity.COMPATIBLE, None, self._bound_certainty(), rules.NOT_USED)
            return
        report, text = self._known.sql(self._unit), self._asked.text
        if report is None or text is None:
            sure = Certainty.HEURISTIC
            self._reach_job(state, Severity.COMPATIBLE, None, sure, rules.NOT_NAMED)
            return
        if any(text.names(one) for one in delta.added) or (text.has_star and self._by_position(name)):
            self._reach_job(state, Severity.UNKNOWN, None, Certainty.HEURISTIC, rules.MAY_CLASH)
        if text.has_star:
            self._gain(state, name, delta.added)
        else:
            sure = Certainty.PROVEN if self._usages.is_complete else Certainty.STRUCTURAL
            self._reach_job(state, Severity.COMPATIBLE, None, sure, rules.NOT_USED)

    def _gain(self, state: State, name: str, added: Mapping[str, str | None]) -> None:
        """Outputs to which a star over the dataset leads get the new columns."""
        homes = {
            self._known.view.home(target)
            for field in self._known.fields(name)
            if (use := self._known.uses.get((field, self._unit))) is None or not use.needed
            for column in self._columns(field)
            if rules.is_copy(column.edge)
            for target in column.targets
        }
        for home in sorted(home for home in homes if home is not None and home not in self._differences):
            self._reach_job(state, Severity.CHANGES_SCHEMA, None, Certainty.STRUCTURAL, rules.GAINS)
            self._reach(state, home, Mark.ADDED, None, Certainty.STRUCTURAL)
            self._added[home].update(added)
        self._reach_job(state, Severity.COMPATIBLE, None, Certainty.STRUCTURAL, rules.NOT_USED)

    def _bound_certainty(self) -> Certainty:
        bound = self._asked.bound
        return Certainty.PROVEN if bound is not None and bound.is_final else Certainty.STRUCTURAL

    def _change_outputs(self) -> None:
        """What is other in the columns that it writes, as they are bound."""
        sure = self._bound_certainty()
        for output, difference in sorted(self._differences.items()):
            if not (difference.removed or difference.retyped or difference.added):
                continue
            found = self._known.view.fields([output])[output]
            names = {path.casefold(): field for field, path in self._known.view.classes.paths(found).items()}
            for name in sorted(difference.removed & names.keys()):
                self._differ(output, names[name], Mark.REMOVED, sure, difference)
            for name in sorted(difference.retyped.keys() & names.keys()):
                self._differ(output, names[name], Mark.RETYPED, sure, difference, difference.retyped[name])
            for state in self._causes(None):
                self._reach_job(state, Severity.CHANGES_SCHEMA, self._kind(state), sure, rules.OTHER_SCHEMA)
                self._reach(state, output, Mark.SCHEMA, self._kind(state), sure)
                if difference.added:
                    self._reach(state, output, Mark.ADDED, self._kind(state), sure)
            self._added[output].update(difference.added)

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
            self._reach_field(state, field, mark, Kind.DIRECT, sure, type_)
            renamed = renamed or self._new_name(state)
        if mark is Mark.REMOVED and renamed is not None and renamed in difference.added:
            known = self._fields[output][field]
            self._fields[output][field] = FieldDelta(known.marks, renamed, known.type, known.wider)

    def _new_name(self, state: State) -> str | None:
        changes = (delta.fields.get(state.name) for delta in self._asked.inputs.values())
        return next((one.renamed for one in changes if one is not None and one.renamed is not None), None)

    def _causes(self, field: str | None) -> list[State]:
        """The changes that a column that is written comes from (None: all columns); where none is told, all changes."""
        every = [state for state, used in self._reshapes() if used is None or used.usage is not Usage.UNUSED]
        fed = [
            state
            for state in every
            if any(field is None or field in column.targets for column in self._columns(state.name))
        ]
        return fed or every or [state for state, _ in self._reshapes()]

    def _say_casts(self) -> None:
        """Casts of values that nobody has seen: whether they fail, only the data says."""
        bound = self._asked.bound
        if bound is None or not bound.takes_it or not bound.may_fail_on_values:
            return
        sure = Certainty.NEEDS_WAREHOUSE
        for state, used in self._reshapes():
            if used is not None and used.usage is not Usage.UNUSED:
                self._reach_job(state, Severity.UNKNOWN, self._kind(state), sure, rules.CAST_MAY_FAIL)

    # What is noted

    def _used(self, name: str, field: str) -> Used:
        return self._usages.of(name, field, self._asked.paths.get(field, ""))

    def _columns(self, field: str) -> list[Column]:
        return self._known.columns.get((field, self._unit), [])

    def _kind(self, state: State) -> Kind | None:
        kinds = {kind_of(column.edge) for column in self._columns(state.name)}
        return min(kinds, default=None)

    def _reach_job(
        self,
        cause: State,
        severity: Severity,
        kind: Kind | None,
        sure: Certainty,
        reason: str,
        message: str | None = None,
    ) -> None:
        if self._job is not None:
            self._links[Link(cause, State(self._job, severity), self._unit, kind, sure, reason, message)] = (
                None
            )

    def _reach(self, cause: State, dataset: str, mark: Mark, kind: Kind | None, sure: Certainty) -> None:
        self._links[Link(cause, State(dataset, mark), self._unit, kind, sure, rules.REASONS[mark])] = None
        self._whole[dataset].add(mark)

    def _reach_field(
        self,
        cause: State,
        field: str,
        mark: Mark,
        kind: Kind | None,
        sure: Certainty,
        type_: str | None = None,
    ) -> None:
        self._links[Link(cause, State(field, mark), self._unit, kind, sure, rules.REASONS[mark])] = None
        home = self._known.view.home(field)
        if home is not None:
            new = FieldDelta(frozenset((mark,)), type=type_)
            known = self._fields[home].get(field)
            self._fields[home][field] = new if known is None else known.joined(new)

    def _deltas(self) -> dict[str, Delta]:
        """Of what it writes; and of itself, for the jobs to which it passes data."""
        found = {
            name: Delta(
                frozenset(self._whole.get(name, ())), self._fields.get(name, {}), self._added.get(name, {})
            )
            for name in sorted(self._whole.keys() | self._fields.keys() | self._added.keys())
        }
        if self._job is not None:
            severities = {link.after.mark for link in self._links if link.after.name == self._job}
            if severities & _STOPS:
                found[self._job] = Delta(frozenset((Mark.STALE,)))
            elif severities - {Severity.COMPATIBLE}:
                found[self._job] = Delta(frozenset((Mark.UNKNOWN,)))
        return found
