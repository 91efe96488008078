"""Findings in sentences for people: the thing, the property, the value, and what is allowed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ontology.literals import BOOLEAN, DATE_TIME, DECIMAL, INTEGER, STRING, text_of
from ontology.model import GraphModel
from ontology.rdf import Value
from ontology.shapes import (
    And,
    ClassIs,
    Closed,
    Comparison,
    Constraint,
    DatatypeIs,
    HasValue,
    In,
    KindIs,
    Limit,
    MaxCount,
    MaxLength,
    MinCount,
    MinLength,
    NodeKind,
    Not,
    Or,
    Path,
    Pattern,
    Shape,
)

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_LONGEST_VALUE = 80

_DATATYPES = {
    STRING: "text",
    INTEGER: "a whole number",
    DECIMAL: "a decimal number",
    BOOLEAN: "true or false",
    DATE_TIME: "a date and time such as 2026-01-31T12:00:00Z",
}
_COMPARISONS = {
    Comparison.AT_LEAST: "at least",
    Comparison.MORE_THAN: "more than",
    Comparison.AT_MOST: "at most",
    Comparison.LESS_THAN: "less than",
}
_KINDS = {NodeKind.IRI: "an IRI", NodeKind.LITERAL: "a literal", NodeKind.BLANK_NODE: "a blank node"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What a sentence is made of. ``thing``: the node in words; ``number``: how many values there are."""

    thing: str
    path: Path | None
    constraint: Constraint
    value: Value | None = None
    number: int = 0


def thing(label: str, key: str, name: str | None) -> str:
    """A node in words: what it is, its name, its key."""
    words = _words(label)
    shown = f"{words[0].upper()}{words[1:]}"
    return f"{shown} {_quoted(name)} ({key})" if name else f"{shown} {key}"


def sentence(model: GraphModel, found: Finding) -> str:
    """The finding in one sentence."""
    at = _at(model, found.path)
    match found.constraint:
        case MinCount(count):
            return f"{found.thing} has {found.number or 'no'} {at}; {count} {_is(count)} needed."
        case MaxCount(count):
            return f"{found.thing} has {found.number} values of {at}; {count} {_is(count)} allowed."
        case HasValue(value):
            return f"{found.thing} does not have {_quoted(text_of(value))} as {at}."
        case Closed():
            return f"{found.thing} has {at}, which its shape does not allow."
        case constraint:
            start = found.thing
            if found.path is not None and found.value is not None:
                start = f"{found.thing} has {_quoted(text_of(found.value))} as {at}, which"
            return f"{start} {_wrong(model, constraint)}."


def _wrong(model: GraphModel, constraint: Constraint) -> str:
    """What a value is not, and should be."""
    match constraint:
        case DatatypeIs(iri):
            return f"is not {_DATATYPES.get(iri, iri)}"
        case ClassIs() | KindIs():
            return f"is not {_wanted(model, constraint)}"
        case In(values):
            return f"is none of {_listed(text_of(value) for value in values)}"
        case Pattern(expression):
            return f"does not match {expression}"
        case MinLength(length):
            return "is empty" if length == 1 else f"has fewer than {length} characters"
        case MaxLength(length):
            return f"has more than {length} characters"
        case Limit(comparison, value):
            return f"is not {_COMPARISONS[comparison]} {text_of(value)}"
        case Or(shapes):
            return f"is none of these: {_listed(_shape(model, shape) for shape in shapes)}"
        case And(shapes):
            return f"is not all of these: {_listed(_shape(model, shape) for shape in shapes)}"
        case Not(shape):
            return f"is {_shape(model, shape)}, which it must not be"
        case _:
            return "is not what its shape asks for"


def _wanted(model: GraphModel, constraint: ClassIs | KindIs) -> str:
    if isinstance(constraint, KindIs):
        return _KINDS.get(constraint.kind, _words(constraint.kind))
    node = model.node_by_iri(constraint.iri)
    words = constraint.iri if node is None else _words(node.label)
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def _shape(model: GraphModel, shape: Shape) -> str:
    """A shape that is one class by that, another by its name."""
    match shape.constraints:
        case (ClassIs() as only,):
            return _wanted(model, only)
        case _:
            return re.split("[#/]", shape.iri)[-1]


def _at(model: GraphModel, path: Path | None) -> str:
    if path is None:
        return "itself"
    property_ = model.property_by_iri(path.iri)
    if property_ is not None:
        return property_.name
    relationship = model.relationship_by_iri(path.iri)
    name = path.iri if relationship is None else relationship.type
    return f"{name} from others" if path.inverse else name


def _words(name: str) -> str:
    return _HUMP.sub(" ", name).lower()


def _quoted(text: str) -> str:
    shown = text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"
    return f'"{shown}"'


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)


def _is(number: int) -> str:
    return "is" if number == 1 else "are"
