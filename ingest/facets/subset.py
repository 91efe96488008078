"""The ``subset`` facet of inputs and outputs (1-0-0): which part of a dataset a run read or wrote, as a tree."""

from dataclasses import dataclass
from typing import Any, TypeAlias

from catalog.canonical import encode
from ingest.facets.members import Members
from ingest.problems import Code, Problems, shown

MAX_CONDITIONS = 1_000
"""A subset of more conditions is kept as sent, and not read."""

AND, OR = "AND", "OR"
COMPARISONS = {
    "EQUAL": "=",
    "GREATER_THAN": ">",
    "GREATER_EQUAL_THAN": ">=",
    "LESS_THAN": "<",
    "LESS_EQUAL_THAN": "<=",
}


@dataclass(frozen=True, slots=True)
class Locations:
    """What lies at these places."""

    locations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Partition:
    """One partition: the values of its dimensions, as text."""

    identifier: str | None
    dimensions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Partitions:
    """What lies in these partitions."""

    partitions: tuple[Partition, ...]


@dataclass(frozen=True, slots=True)
class Operand:
    """One side of a comparison: a field, or a literal value."""

    field: str | None = None
    literal: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Rows for which a comparison holds; it is one of COMPARISONS, or another word that a producer sent."""

    left: Operand
    comparison: str
    right: Operand


@dataclass(frozen=True, slots=True)
class Both:
    """Two conditions, joined by AND or OR."""

    left: "Condition"
    operator: str
    right: "Condition"


Condition: TypeAlias = Locations | Partitions | Comparison | Both


def read_input_subset(facet: dict[str, Any], path: str, problems: Problems) -> Condition | None:
    """The part of an input that a run read; None when it could not be read (a problem)."""
    return _subset(Members(facet, path, problems), "inputCondition")


def read_output_subset(facet: dict[str, Any], path: str, problems: Problems) -> Condition | None:
    """The part of an output that a run wrote; None when it could not be read (a problem)."""
    return _subset(Members(facet, path, problems), "outputCondition")


def _subset(members: Members, key: str) -> Condition | None:
    condition = members.object(key, required=True)
    if condition is None:
        return None
    if _size(condition.owner) > MAX_CONDITIONS:
        _lose(condition, f"A subset of more than {MAX_CONDITIONS} conditions is kept as sent.")
        return None
    return _condition(condition)


def _size(condition: Any) -> int:
    """How many conditions there are; the depth of events is bounded, so that this ends."""
    if not isinstance(condition, dict):
        return 0
    return 1 + _size(condition.get("left")) + _size(condition.get("right"))


def _condition(members: Members) -> Condition | None:
    """A condition; None, with a problem, when it or a part of it is of no known kind: half of it would mislead."""
    kind = members.text("type", required=True)
    if kind == "location":
        return Locations(tuple(members.texts("locations", required=True)))
    if kind == "partition":
        return Partitions(tuple(map(_partition, members.objects("partitions", required=True))))
    if kind == "compare":
        return _comparison(members)
    if kind == "binary":
        return _both(members)
    _lose(members, f"A condition is a location, partition, compare or binary one; this is {shown(kind)}.")
    return None


def _partition(members: Members) -> Partition:
    dimensions = members.object("dimensions", required=True)
    values = () if dimensions is None else sorted(dimensions.owner.items())
    return Partition(members.text("identifier"), tuple((name, _plain(value)) for name, value in values))


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else encode(value)


def _comparison(members: Members) -> Comparison | None:
    left, right = _operand(members, "left"), _operand(members, "right")
    comparison = members.text("comparison", required=True)
    if left is None or right is None or comparison is None:
        return None
    return Comparison(left, comparison, right)


def _operand(members: Members, key: str) -> Operand | None:
    operand = members.object(key, required=True)
    kind = None if operand is None else operand.text("type", required=True)
    if operand is None:
        return None
    if kind == "field":
        field = operand.text("field", required=True)
        return None if field is None else Operand(field=field)
    if kind == "literal":
        literal = operand.text("value", required=True)
        return None if literal is None else Operand(literal=literal)
    _lose(operand, f"A side of a comparison is a field or a literal; this is {shown(kind)}.")
    return None


def _both(members: Members) -> Both | None:
    left, right = members.object("left", required=True), members.object("right", required=True)
    operator = members.text("operator", required=True)
    first = None if left is None else _condition(left)
    second = None if right is None else _condition(right)
    if first is None or second is None or operator is None:
        return None
    if operator.upper() not in (AND, OR):
        _lose(members, f"Conditions are joined by AND or OR; this is {shown(operator)}.")
        return None
    return Both(first, operator.upper(), second)


def _lose(members: Members, message: str) -> None:
    members.problems.lose(Code.FACET_CONTENT, members.path, message)


def spelled(condition: Condition) -> str:
    """A condition as a person would write it."""
    if isinstance(condition, Locations):
        return f"in {', '.join(condition.locations)}"
    if isinstance(condition, Partitions):
        return " or ".join(f"({_spelled_partition(one)})" for one in condition.partitions)
    if isinstance(condition, Comparison):
        sign = COMPARISONS.get(condition.comparison, condition.comparison)
        return f"{_spelled_operand(condition.left)} {sign} {_spelled_operand(condition.right)}"
    return f"{_side(condition.left)} {condition.operator} {_side(condition.right)}"


def _spelled_partition(partition: Partition) -> str:
    return " and ".join(f"{name} = {_quoted(value)}" for name, value in partition.dimensions)


def _spelled_operand(operand: Operand) -> str:
    return operand.field if operand.field is not None else _quoted(operand.literal or "")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _side(condition: Condition) -> str:
    text = spelled(condition)
    return f"({text})" if isinstance(condition, Both) else text
