"""Whether one check asks for all that another asks for: proven from their values alone, or not at all.

``shortfalls`` gives what could not be proven, each as a sentence; none is the proof that a thing which passes the first
check passes the second. It never proves too much; it may fail to prove what a person can see to be so.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from catalog.duration import duration_s
from catalog.governance.policy import (
    Check,
    LineageCheck,
    Parameter,
    QueryCheck,
    Requirement,
    ShapeCheck,
)
from catalog.governance.rules import RULES, Form, ParameterKind, Stricter
from catalog.graph import Scalar
from ontology.compiler import load_model
from ontology.literals import text_of


def shortfalls(lower: Check, higher: Check) -> list[str]:
    """What of the higher check the lower one is not proven to ask for."""
    match lower, higher:
        case ShapeCheck(), ShapeCheck():
            return [*_labels(lower.of, higher.of), *_asked(lower, higher), *_shape(lower, higher)]
        case QueryCheck(), QueryCheck():
            if (lower.of, lower.select) == (higher.of, higher.select):
                return []
            return ["Of two queries it cannot be told which is stricter: make it a policy of its own."]
        case LineageCheck(), LineageCheck():
            return list(_lineage(lower, higher))
        case _:
            return [
                "Its check is of another kind, and the two cannot be compared: make it a policy of its own."
            ]


def _labels(lower: str, higher: str) -> Iterator[str]:
    model = load_model()
    if not set(model.concrete([higher])) <= set(model.concrete([lower])):
        yield f"It is of {lower}, which is not every {higher}."


# Shapes


def _asked(lower: ShapeCheck, higher: ShapeCheck) -> Iterator[str]:
    """That it is asked of all that the higher one is asked of."""
    conditions = {one.property: one.values for one in higher.when}
    for one in lower.when:
        values = conditions.get(one.property)
        if values is None:
            yield f"It is asked only of things with some {one.property}, and the other of all."
        elif missing := [value for value in values if not _is_among(value, one.values)]:
            yield f"It is not asked of things with {missing[0]!r} as {one.property}, and the other is."


def _shape(lower: ShapeCheck, higher: ShapeCheck) -> Iterator[str]:
    return _required(lower.require, higher.require)


def _required(given: Sequence[Requirement], wanted: Sequence[Requirement]) -> Iterator[str]:
    for one in wanted:
        yield from _requirement(_Place.of(given, one), one)


def _entails(given: Sequence[Requirement], wanted: Sequence[Requirement]) -> bool:
    return not any(True for _ in _required(given, wanted))


@dataclass(frozen=True, slots=True)
class _Place:
    """All that is required of the values at one place. ``values``: what they can be, None: anything."""

    told: tuple[Requirement, ...]
    then: tuple[Requirement, ...] = ()
    values: tuple[Scalar, ...] | None = None
    patterns: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def of(cls, given: Sequence[Requirement], place: Requirement) -> "_Place":
        """What is required where another requirement is."""
        told = tuple(one for one in given if (one.property, one.path) == (place.property, place.path))
        patterns = frozenset(one.pattern for one in told if one.pattern is not None)
        listed = [one.one_of for one in told if one.one_of]
        values = None
        if listed:
            common = (value for value in listed[0] if all(_is_among(value, other) for other in listed[1:]))
            values = tuple(value for value in common if all(_matches(value, one) for one in patterns))
        return cls(told, tuple(part for one in told for part in one.then), values, patterns)

    @property
    def is_empty(self) -> bool:
        """Whether there can be nothing at the place."""
        return self.values == () or any(one.maximum == 0 and not one.such for one in self.told)

    def has_at_least(self, count: int, such: Sequence[Requirement]) -> bool:
        """Whether there are so many that are ``such``."""
        counted = ((one.minimum or 0, (*one.such, *self.then)) for one in self.told)
        return count == 0 or any(number >= count and _entails(sure, such) for number, sure in counted)

    def has_at_most(self, count: int, such: Sequence[Requirement]) -> bool:
        """Whether there are no more that are ``such``."""
        return self.is_empty or any(
            one.maximum is not None and one.maximum <= count and (not one.such or _entails(such, one.such))
            for one in self.told
        )

    def matches(self, pattern: str) -> bool:
        return pattern in self.patterns or (
            self.values is not None and all(_matches(value, pattern) for value in self.values)
        )

    def is_of(self, label: str) -> bool:
        path = load_model().label_path
        return any(one.label is not None and label in path(one.label) for one in self.told)


def _requirement(place: _Place, wanted: Requirement) -> Iterator[str]:
    """What of one requirement is not proven by what is required at its place."""
    name = wanted.property or "/".join(map(str, wanted.path))
    such = " that are as is asked for" if wanted.such else ""
    if wanted.minimum is not None and not place.has_at_least(wanted.minimum, wanted.such):
        yield f"It does not ask for at least {wanted.minimum} {name}{such}."
    if wanted.maximum is not None and not place.has_at_most(wanted.maximum, wanted.such):
        yield f"It does not ask for at most {wanted.maximum} {name}{such}."
    if place.is_empty:
        return
    if wanted.pattern is not None and not place.matches(wanted.pattern):
        yield f"It does not ask that {name} matches {wanted.pattern}; of two patterns it cannot be told."
    if wanted.one_of:
        allowed = place.values
        if allowed is None:
            yield f"It does not ask that {name} is one of {_listed(wanted.one_of)}."
        elif more := [value for value in allowed if not _is_among(value, wanted.one_of)]:
            yield f"It allows {_listed(more)} as {name}, and the other does not."
    if wanted.type is not None and all(one.type is not wanted.type for one in place.told):
        yield f"It does not ask that {name} is a {wanted.type}."
    if wanted.label is not None and not place.is_of(wanted.label):
        yield f"It does not ask that {name} leads to a {wanted.label}."
    for missing in _required(place.then, wanted.then):
        yield f"At the end of {name}: {missing}"


def _is_among(value: Scalar, values: Collection[Scalar]) -> bool:
    """1 and true are two values."""
    return any(type(value) is type(other) and value == other for other in values)


def _matches(value: Scalar, pattern: str) -> bool:
    return re.search(pattern, text_of(value)) is not None


def _listed(values: Collection[Scalar]) -> str:
    return ", ".join(repr(value) for value in list(values)[:5])


# Rules over lineage


def _lineage(lower: LineageCheck, higher: LineageCheck) -> Iterator[str]:
    if (lower.rule, lower.of) != (higher.rule, higher.of):
        yield f"It is the rule {lower.rule} of {lower.of}, and the other is {higher.rule} of {higher.of}."
        return
    for kind in RULES[lower.rule].parameters:
        low, high = (check.told.get(kind.name, kind.default) for check in (lower, higher))
        if not _is_as_strict(kind, low, high):
            asked = f"{kind.name} {_told(high)}"
            yield f"It says {kind.name} {_told(low)}, which is not as strict as {asked}."


def _told(value: Parameter | None) -> str:
    if value is None:
        return "nothing"
    return ", ".join(value) or "none" if isinstance(value, tuple) else str(value).lower()


def _is_as_strict(kind: ParameterKind, low: Parameter | None, high: Parameter | None) -> bool:
    if low == high:
        return True
    if low is None or high is None:
        return kind.stricter is not Stricter.NONE and (low is None) == kind.absent
    match kind.stricter:
        case Stricter.MORE:
            return _set(low) >= _set(high)
        case Stricter.FEWER:
            return _set(low) <= _set(high)
        case Stricter.LARGER:
            return _size(kind, low) >= _size(kind, high)
        case Stricter.SMALLER:
            return _size(kind, low) <= _size(kind, high)
        case Stricter.TRUE:
            return low is True
        case Stricter.FALSE:
            return low is False
        case Stricter.NONE:
            return False


def _set(value: Parameter) -> frozenset[str]:
    return frozenset(value) if isinstance(value, tuple) else frozenset()


def _size(kind: ParameterKind, value: Parameter) -> int:
    """A number, or the seconds of a duration."""
    if kind.form is Form.DURATION:
        return duration_s(str(value)) or 0
    assert isinstance(value, int)
    return value
