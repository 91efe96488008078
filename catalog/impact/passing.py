"""What a unit that runs takes of changes of its inputs, and passes on: of rows, columns, types and values."""

from collections.abc import Iterable

from catalog.aliases import is_job
from catalog.impact import rules
from catalog.impact.bound import Difference
from catalog.impact.delta import Delta, FieldDelta, Mark
from catalog.impact.ground import Ground
from catalog.impact.likely_keys import is_likely_stamp
from catalog.impact.links import State
from catalog.impact.rules import Usage, Used
from catalog.impact.severity import Certainty, Severity
from catalog.impact.snapshots import TAKEN_FROM_STAMP
from catalog.lineage_steps import Kind, kind_of
from catalog.lineage_view import Column

_PASSED = {
    Mark.REMOVED: (Severity.CHANGES_SCHEMA, rules.LOSES),
    Mark.RETYPED: (Severity.CHANGES_SCHEMA, rules.COPIES_TYPE),
    Mark.VALUES: (Severity.CHANGES_VALUES, rules.COPIES_VALUES),
}
_OPEN = (Usage.UNKNOWN, Usage.OPEN, Usage.PASSED)


class Passing:
    """Of one unit."""

    def __init__(self, ground: Ground) -> None:
        self._on = ground

    def whole(self, name: str, delta: Delta) -> None:
        for mark, severity, reason, sure in (
            (Mark.ROWS, Severity.CHANGES_ROWS, rules.READS_ROWS, Certainty.HEURISTIC),
            (Mark.UNKNOWN, Severity.UNKNOWN, rules.READS_UNKNOWN, Certainty.UNKNOWN),
        ):
            if mark not in delta.whole:
                continue
            state = self._on.asked.states.get(name, State(name, mark))
            told = rules.FED_BY_REACHED if is_job(name) else reason
            self._on.reach_job(state, severity, None, sure, told)
            for output in self._on.known.fed(name, self._on.unit):
                self._on.reach(state, output, mark, None, sure)
        if Mark.MOVED in delta.whole:
            self._change_order(name)

    def _change_order(self, name: str) -> None:
        state, text = State(name, Mark.MOVED), self._on.asked.text
        if text is not None and not text.has_star and self._on.usages.is_complete:
            self._on.reach_job(state, Severity.COMPATIBLE, None, Certainty.PROVEN, rules.NOT_USED)
        elif text is None and self._on.known.sql(self._on.unit) is None:
            self._on.reach_job(state, Severity.COMPATIBLE, None, Certainty.HEURISTIC, rules.NOT_NAMED)
        else:
            self._on.reach_job(state, Severity.PASSES_THROUGH, None, Certainty.HEURISTIC, rules.REORDERS)
            if self._on.by_position(name):
                self._on.reach_job(state, Severity.UNKNOWN, None, Certainty.UNKNOWN, rules.MAY_CLASH)
            for output in self._on.known.fed(name, self._on.unit):
                self._on.reach(state, output, Mark.MOVED, None, Certainty.HEURISTIC)

    def fields(self, name: str, delta: Delta) -> None:
        for field, one in sorted(delta.fields.items()):
            for mark in sorted(one.marks - {Mark.STALE}):
                state, used = State(field, mark), self._on.used(name, field)
                if used.usage in _OPEN and self._is_bound(mark):
                    self._on.reach_job(
                        state, Severity.COMPATIBLE, None, self._on.bound_certainty, rules.NOT_USED
                    )
                elif used.usage is Usage.UNKNOWN:
                    blank = (
                        self._on.known.is_blank(name, self._on.unit)
                        if used.reason == rules.NO_COLUMNS
                        else None
                    )
                    fed = self._on.known.fed(name, self._on.unit)
                    self._not_known(state, fed if blank is None else blank, used.reason)
                elif used.usage is Usage.UNUSED:
                    self._on.reach_job(state, Severity.COMPATIBLE, None, used.certainty, used.reason)
                elif used.usage is Usage.OPEN and mark is not Mark.REMOVED:
                    self._may_decide(state, name, used)
                elif used.usage is Usage.PASSED:
                    if mark is Mark.VALUES and self._on.may_join_by(field):
                        self._change_rows(state, name)
                    self._pass_by_name(state, name, mark, one, used.certainty)
                elif mark is Mark.REMOVED:
                    self._remove(state, name, one, used)
                else:
                    if mark is Mark.RETYPED:
                        self._retype(state, name, one, used)
                    else:
                        self._revalue(state, name, used, rules.COMPUTES_VALUES)
                    self._pass_beside(state, name, mark, one)
                if mark is not Mark.REMOVED and is_likely_stamp(self._on.asked.paths.get(field, "")):
                    self._pass_stamp(state, name, mark, one)

    def _pass_stamp(self, state: State, name: str, mark: Mark, one: FieldDelta) -> None:
        """The time of a row's last change, of which dbt makes columns of a snapshot."""
        if not self._on.known.is_snapshot(self._on.unit):
            return
        for output in self._on.known.fed(name, self._on.unit):
            for path in TAKEN_FROM_STAMP:
                field = self._on.known.field_of(output, path)
                self._on.reach_field(state, field, mark, Kind.DIRECT, Certainty.HEURISTIC, one.type)

    def _change_rows(self, state: State, name: str) -> None:
        """A natural join may find other rows."""
        sure, kind = Certainty.HEURISTIC, Kind.INDIRECT
        self._on.reach_job(state, Severity.CHANGES_ROWS, kind, sure, rules.DECIDES_VALUES)
        for output in self._on.known.fed(name, self._on.unit):
            self._on.reach(state, output, Mark.ROWS, kind, sure)

    def _may_decide(self, state: State, name: str, used: Used) -> None:
        """A column that SQL names somewhere, nobody knows where: it may decide on rows, which is the worst of it."""
        self._on.reach_job(state, Severity.CHANGES_ROWS, None, used.certainty, used.reason)
        bound = self._on.asked.bound
        if state.mark is Mark.RETYPED and (bound is None or not bound.takes_it):
            self._on.reach_job(state, Severity.UNKNOWN, None, Certainty.UNKNOWN, used.reason)
        for output in self._on.known.fed(name, self._on.unit):
            self._on.reach(state, output, Mark.ROWS, None, used.certainty)

    def _is_bound(self, mark: Mark) -> bool:
        """Whether binding has told what a change of columns or types does."""
        bound = self._on.asked.bound
        shape = mark in (Mark.REMOVED, Mark.RETYPED)
        return shape and bound is not None and bound.is_final and bool(self._on.differences)

    def _not_known(self, state: State, outputs: Iterable[str], reason: str) -> None:
        self._on.reach_job(state, Severity.UNKNOWN, None, Certainty.UNKNOWN, reason)
        for output in outputs:
            self._on.reach(state, output, Mark.UNKNOWN, None, Certainty.UNKNOWN)

    def _remove(self, state: State, name: str, one: FieldDelta, used: Used) -> None:
        """A column that is gone, and without which it runs."""
        if used.usage is not Usage.STAR:  # its database says that it runs: another column has the name
            self._revalue(state, name, used._replace(certainty=Certainty.HEURISTIC), rules.TAKES_ANOTHER)
            return
        for column in self._on.columns(state.name):
            if kind_of(column.edge) is Kind.INDIRECT:
                self._take_values(state, column, used.certainty, rules.DECIDES_VALUES)
                continue
            for target in column.targets:
                home = self._on.known.view.home(target)
                difference = self._on.differences.get(home or "")
                if home is not None and difference is None:
                    self._lose(state, home, target, one, used.certainty)
                elif difference is not None and not self._goes(target, difference):
                    self._take_values(state, column, used.certainty, rules.TAKES_ANOTHER)
        self._on.reach_job(state, Severity.COMPATIBLE, None, used.certainty, rules.NOT_USED)

    def _lose(self, state: State, home: str, target: str, one: FieldDelta, sure: Certainty) -> None:
        self._on.reach_job(state, Severity.CHANGES_SCHEMA, Kind.DIRECT, sure, rules.LOSES)
        self._on.reach_field(state, target, Mark.REMOVED, Kind.DIRECT, sure)
        self._on.reach(state, home, Mark.SCHEMA, Kind.DIRECT, sure)
        path = self._on.asked.paths.get(state.name, "")
        if one.renamed is not None and "." not in one.renamed and "." not in path:
            self._on.added[home][one.renamed] = None
            self._on.reach(state, home, Mark.ADDED, Kind.DIRECT, sure)

    def _pass_by_name(self, state: State, name: str, mark: Mark, one: FieldDelta, sure: Certainty) -> None:
        """By a star over a table whose columns are not known: the outputs have a column of the same name."""
        text, path = self._on.asked.text, self._on.asked.paths[state.name]
        by_name = text is not None and text.puts_by_name
        if mark is Mark.REMOVED and by_name and not self._on.may_be_of_one_alone(path):
            mark = Mark.VALUES  # another table may still have it
            self._on.reach_job(state, Severity.UNKNOWN, None, Certainty.UNKNOWN, rules.NOT_SURE)
            self._on.reach_job(state, Severity.CHANGES_SCHEMA, None, sure, rules.MAY_LOSE)
            for output in self._on.known.fed(name, self._on.unit):
                self._on.reach(state, output, Mark.SCHEMA, Kind.DIRECT, sure)
        outputs = self._on.known.fed(name, self._on.unit)
        if mark is Mark.RETYPED and outputs and all(self._keeps_type(output, path) for output in outputs):
            mark = Mark.VALUES  # with what is put below it, it comes to the same type as before
        severity, reason = _PASSED[mark]
        self._on.reach_job(state, severity, None, sure, reason)
        for output in outputs:
            field = self._on.known.field_of(output, path)
            if mark is Mark.REMOVED:
                self._lose(state, output, field, one, sure)
            else:
                self._on.reach_field(state, field, mark, Kind.DIRECT, sure, one.type)
                whole = Mark.VALUES if mark is Mark.VALUES else Mark.SCHEMA
                self._on.reach(state, output, whole, Kind.DIRECT, sure)

    def _keeps_type(self, output: str, path: str) -> bool:
        """Whether a column that is written has the type that it had, as far as is known of what is bound."""
        difference, bound = self._on.differences.get(output), self._on.asked.bound
        if difference is None or bound is None:
            return False
        return path.casefold() in bound.names(output) and path.casefold() not in difference.retyped

    def _pass_beside(self, state: State, name: str, mark: Mark, one: FieldDelta) -> None:
        """A column that the SQL computes from and that a star over unknown columns gives on as well, as in
        ``select *, cents / 100 as amount``."""
        use = self._on.known.uses.get((state.name, self._on.unit))
        if use is None or "EXCLUDE" in use.clauses or not self._on.usages.passes_on(name):
            return
        if self._is_bound(mark):
            return
        taken = {target for column in self._on.columns(state.name) for target in column.targets}
        path = self._on.asked.paths[state.name]
        fed = self._on.known.fed(name, self._on.unit)
        if taken.isdisjoint(self._on.known.field_of(output, path) for output in fed):
            self._pass_by_name(state, name, mark, one, Certainty.HEURISTIC)

    def _retype(self, state: State, name: str, one: FieldDelta, used: Used) -> None:
        bound = self._on.asked.bound
        takes_it = bound is not None and bound.takes_it and not (bound.guessed and bound.may_fail_on_values)
        columns = self._on.columns(state.name)
        if not columns and used.usage is Usage.STAR and not self._on.usages.passes_on(name):
            self._on.reach_job(state, Severity.COMPATIBLE, None, used.certainty, rules.NOT_USED)
            return
        for column in columns:
            if rules.is_copy(column.edge):
                self._copy_type(state, column, one, used.certainty)
            elif not one.wider:
                self._compute_type(state, column)
        plain = all(rules.is_copy(column.edge) for column in columns) and bool(columns)
        copied = plain and used.usage in (Usage.STAR, Usage.TOLD)
        if takes_it or one.wider or copied or (plain and self._only_selected(state.name)):
            sure = Certainty.HEURISTIC if bound is not None and bound.guessed else used.certainty
            self._on.reach_job(state, Severity.COMPATIBLE, None, sure, rules.NOT_USED)
        else:
            self._not_known(state, self._on.known.outputs(self._on.unit), rules.COMPUTES_TYPE)

    def _compute_type(self, state: State, column: Column) -> None:
        """An expression over another type gives other values; and a value of another type too, as far as is known."""
        home = self._on.known.view.home(column.edge.target)
        if kind_of(column.edge) is Kind.INDIRECT:
            self._take_values(state, column, Certainty.HEURISTIC, rules.DECIDES_TYPE)
            return
        self._take_values(state, column, Certainty.HEURISTIC, rules.COMPUTES_TYPE)
        if home is not None and home not in self._on.differences:
            sure = Certainty.HEURISTIC
            self._on.reach_job(state, Severity.CHANGES_SCHEMA, Kind.DIRECT, sure, rules.COMPUTES_TYPE)
            self._on.reach(state, home, Mark.SCHEMA, Kind.DIRECT, sure)

    def _only_selected(self, field: str) -> bool:
        use = self._on.known.uses.get((field, self._on.unit))
        return use is not None and use.clauses <= {"SELECT"}

    def _copy_type(self, state: State, column: Column, one: FieldDelta, sure: Certainty) -> None:
        for target in column.targets:
            home = self._on.known.view.home(target)
            difference = self._on.differences.get(home or "")
            if home is not None and difference is None:
                self._on.reach_job(state, Severity.CHANGES_SCHEMA, Kind.DIRECT, sure, rules.COPIES_TYPE)
                self._on.reach_field(state, target, Mark.RETYPED, Kind.DIRECT, sure, one.type)
                self._on.reach(state, home, Mark.SCHEMA, Kind.DIRECT, sure)
            elif difference is not None and not one.wider and not self._goes(target, difference):
                self._take_values(state, column, Certainty.HEURISTIC, rules.COPIES_VALUES)

    def _revalue(self, state: State, name: str, used: Used, reason: str) -> None:
        columns = self._on.columns(state.name)
        for column in columns:
            self._take_values(state, column, used.certainty, reason)
        if columns:
            return
        use = self._on.known.uses.get((state.name, self._on.unit))
        if use is None:
            self._not_known(state, self._on.known.fed(name, self._on.unit), used.reason)
        elif use.clauses - {"SELECT", "EXCLUDE", "SET"}:
            self._on.reach_job(
                state, Severity.CHANGES_ROWS, Kind.INDIRECT, Certainty.STRUCTURAL, rules.DECIDES_VALUES
            )
            for output in self._on.known.fed(name, self._on.unit):
                self._on.reach(state, output, Mark.ROWS, Kind.INDIRECT, Certainty.STRUCTURAL)
        else:
            self._on.reach_job(state, Severity.COMPATIBLE, None, Certainty.STRUCTURAL, rules.NOT_USED)

    def _take_values(self, state: State, column: Column, sure: Certainty, reason: str) -> None:
        """Other values (or none) in a column: other values in what is computed, other rows where it decides on them."""
        edge, kind = column.edge, kind_of(column.edge)
        home = self._on.known.view.home(edge.target)
        rows = rules.decides_rows(edge, whole=edge.target == home or edge.target.startswith("dataset/"))
        if reason == rules.COMPUTES_VALUES:
            reason = rules.DECIDES_VALUES if rows else rules.COPIES_VALUES if rules.is_copy(edge) else reason
        if rows:
            self._on.reach_job(state, Severity.CHANGES_ROWS, kind, sure, reason)
            if home is not None:
                self._on.reach(state, home, Mark.ROWS, kind, sure)
            return
        self._on.reach_job(state, Severity.CHANGES_VALUES, kind, sure, reason)
        for target in column.targets:
            self._on.reach_field(state, target, Mark.VALUES, kind, sure)
        if home is not None:
            self._on.reach(state, home, Mark.VALUES, kind, sure)

    def _goes(self, field: str, difference: Difference) -> bool:
        """Whether a column that is written goes or gets another type, as it is bound."""
        path = self._on.known.view.classes.paths([field])[field].casefold()
        return path in difference.removed or path in difference.retyped
