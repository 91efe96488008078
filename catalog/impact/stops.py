"""What stops a unit: what it needs is gone, its database refuses its SQL, or what it reads is not rebuilt."""

from collections.abc import Iterable
from typing import NamedTuple

from catalog.aliases import is_job
from catalog.impact import rules
from catalog.impact.bound import Bound
from catalog.impact.delta import Delta, Mark
from catalog.impact.ground import Ground
from catalog.impact.likely_keys import is_likely_compared
from catalog.impact.links import State
from catalog.impact.rules import Usage
from catalog.impact.severity import Certainty, Severity
from catalog.lineage_steps import Kind, kind_of


class Break(NamedTuple):
    """One reason why a unit does not run."""

    cause: State
    kind: Kind | None
    certainty: Certainty
    reason: str
    message: str | None = None


class Stops:
    """Of one unit."""

    def __init__(self, ground: Ground) -> None:
        self._on = ground

    def breaks(self) -> list[Break]:
        """Why it fails; empty: it does not."""
        found: list[Break] = []
        named = self._on.usages.reads_by_sql
        for name, delta in sorted(self._on.asked.inputs.items()):
            if Mark.GONE in delta.whole:
                by_text = not named.isdisjoint(self._on.known.view.classes.members(name))
                sure = Certainty.PROVEN if by_text else Certainty.STRUCTURAL
                found.append(Break(State(name, Mark.GONE), None, sure, rules.READS_GONE))
        bound = self._on.asked.bound
        if bound is not None:
            found += self._refusals(bound)
        if bound is None or not (bound.is_final or bound.has_all_names):
            found += [
                one
                for name, delta in sorted(self._on.asked.inputs.items())
                for one in self._missing(name, delta)
            ]
        return found or list(self._not_compared())

    def _refusals(self, bound: Bound) -> list[Break]:
        how = _refusal(bound, self._on.bound_certainty)
        if how is None:
            return []
        sure, reason = how
        every = self._on.reshapes()
        causes = [state for state, used in every if used is None or used.usage is not Usage.UNUSED]
        return [
            Break(state, self._on.kind(state), sure, reason, bound.after.message)
            for state in causes or [state for state, _ in every]
        ]

    def _missing(self, name: str, delta: Delta) -> Iterable[Break]:
        """Of the removed fields those without which it fails."""
        for field, one in sorted(delta.fields.items()):
            if Mark.REMOVED not in one.marks or Mark.GONE in delta.whole:
                continue
            used = self._on.used(name, field)
            state = State(field, Mark.REMOVED)
            if used.usage is Usage.TOLD:
                for column in self._on.columns(field):
                    reason = rules.reason_of_removal(column.edge)
                    yield Break(state, kind_of(column.edge), used.certainty, reason)
            elif used.usage in (Usage.NEEDED, Usage.OPEN):
                yield Break(state, self._on.kind(state), used.certainty, used.reason)

    def _not_compared(self) -> Iterable[Break]:
        """The removed fields by which a snapshot, or a natural join, is likely to compare rows, and which SQL does not
        name."""
        if not any(delta.loses for delta in self._on.asked.inputs.values()):
            return
        snapshot = self._on.known.is_snapshot(self._on.unit)
        for name, delta in sorted(self._on.asked.inputs.items()):
            for field in sorted(one for one, change in delta.fields.items() if Mark.REMOVED in change.marks):
                path, state = self._on.asked.paths.get(field, ""), State(field, Mark.REMOVED)
                if snapshot and is_likely_compared(path, self._on.known.name_of(name), self._columns(name)):
                    yield Break(state, Kind.INDIRECT, Certainty.HEURISTIC, rules.COMPARES)
                elif self._on.may_join_by(field):
                    yield Break(state, Kind.INDIRECT, Certainty.HEURISTIC, rules.JOINS_BY_NAME)

    def _columns(self, dataset: str) -> set[str]:
        """The names of the columns of a dataset, folded."""
        fields = self._on.known.fields(dataset)
        return {path.casefold() for path in self._on.known.view.classes.paths(fields).values()}

    def stale(self) -> list[Break]:
        """Why it does not run though it would not fail."""
        found = []
        for name, delta in sorted(self._on.asked.inputs.items()):
            if Mark.STALE in delta.whole:
                state = self._on.asked.states.get(name, State(name, Mark.STALE))
                reason = rules.FED_BY_STALE if is_job(name) else rules.READS_STALE
                found.append(Break(state, None, Certainty.STRUCTURAL, reason))
        return found

    def stop(self, severity: Severity, breaks: list[Break]) -> None:
        """It does not run: what it writes is stale, whatever else changes."""
        for one in breaks:
            self._on.reach_job(one.cause, severity, one.kind, one.certainty, one.reason, one.message)
            for output in self._on.known.outputs(self._on.unit):
                self._on.reach(one.cause, output, Mark.STALE, one.kind, Certainty.STRUCTURAL)
        for _name, delta in sorted(self._on.asked.inputs.items()):
            for field, change in sorted(delta.fields.items()):
                for mark in sorted(change.marks & {Mark.REMOVED, Mark.STALE}):
                    for column in self._on.columns(field):
                        state, kind = State(field, mark), kind_of(column.edge)
                        for target in column.targets:
                            self._on.reach_field(state, target, Mark.STALE, kind, Certainty.STRUCTURAL)


def _refusal(bound: Bound, sure: Certainty) -> tuple[Certainty, str] | None:
    """How sure it is that binding tells why it fails, and why; None: it does not."""
    if bound.refused:
        return sure, rules.REFUSED
    if bound.refuses_type:
        return Certainty.HEURISTIC, rules.REFUSED
    if bound.fails_on_any_value:
        return sure, rules.CAST_FAILS
    return (Certainty.NEEDS_WAREHOUSE, rules.CAST_MAY_FAIL) if bound.is_likely_to_fail else None
