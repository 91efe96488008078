"""What follows from what: states of things, and the links between them that rules have made."""

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import msgspec

from catalog.impact.delta import CERTAIN, Delta, Mark
from catalog.impact.severity import RANK, Certainty, Severity
from catalog.lineage_steps import Kind


class State(msgspec.Struct, frozen=True, order=True, gc=False):
    """A field or dataset and what has happened to it, or a job and what it does."""

    name: str
    mark: Mark | Severity


SHOWN_AS = {
    Mark.GONE: Severity.CHANGES_SCHEMA,
    Mark.REMOVED: Severity.CHANGES_SCHEMA,
    Mark.STALE: Severity.STALE,
    Mark.RETYPED: Severity.CHANGES_SCHEMA,
    Mark.ADDED: Severity.CHANGES_SCHEMA,
    Mark.SCHEMA: Severity.CHANGES_SCHEMA,
    Mark.ROWS: Severity.CHANGES_ROWS,
    Mark.VALUES: Severity.CHANGES_VALUES,
    Mark.MOVED: Severity.PASSES_THROUGH,
    Mark.UNKNOWN: Severity.UNKNOWN,
    Mark.QUERY: Severity.CHANGES_ROWS,
    Mark.RULE: Severity.COMPATIBLE,
}
"""The severity of a field or dataset by what has happened to it."""
_SEVERITIES: dict[str, Severity] = {
    **{mark.value: severity for mark, severity in SHOWN_AS.items()},
    **{severity.value: severity for severity in Severity},
}
"""Where a mark and a severity are of one name, one is shown as the other."""


def severity_of(state: State) -> Severity:
    """The severity that a state is shown as."""
    return _SEVERITIES[state.mark]


def judged(states: Sequence[State]) -> tuple[Severity, Sequence[State], bool]:
    """What states of one thing come to: the worst severity, the states that are shown so (at least one, in their
    order), and whether something about the thing is not known."""
    severities = [_SEVERITIES[state.mark] for state in states]
    worst = severities[0] if len(states) == 1 else min(severities, key=RANK.__getitem__)
    if severities.count(worst) < len(states):
        states = [state for state, severity in zip(states, severities, strict=True) if severity is worst]
    return worst, states, Severity.UNKNOWN in severities


class Link(msgspec.Struct, frozen=True, gc=False):
    """One thing follows from another, by a unit (a job, or the dataset that is made without one). ``kind``: how it uses
    the field, None: it reads the whole dataset, or nobody told. ``message``: what a database said."""

    before: State
    after: State
    unit: str
    kind: Kind | None
    certainty: Certainty
    reason: str
    message: str | None = None

    @property
    def place(self) -> "Place":
        """Where it stands among others: DIRECT before INDIRECT, the surer before the less sure."""
        kind, message = self.kind or "", self.message or ""
        return self.before, self.after, self.unit, kind, CERTAIN[self.certainty], self.reason, message


Place: TypeAlias = tuple[State, State, str, str, int, str, str]


class Outcome(NamedTuple):
    """What a unit makes of its inputs: deltas of what it writes (and of itself, for jobs it passes data to)."""

    deltas: dict[str, Delta]
    links: tuple[Link, ...]


def worst(links: tuple[Link, ...], name: str) -> Severity | None:
    """The worst severity that links give a thing."""
    found = [severity_of(link.after) for link in links if link.after.name == name]
    return min(found, key=RANK.__getitem__, default=None)
