"""Checks as JSON, the same as their YAML has them: one text for one check, which the graph keeps.

{"shape": {"of": label, "when"?: {property: [value, …]}, "require": [requirement, …], "message"?}}
    requirement: {"property": name} or {"path": [hop, …]}, and "min"?, "max"?, "pattern"?, "oneOf"?, "type"?, "label"?,
    "then"?: [requirement, …], "such"?: [requirement, …]; a hop is a relationship, with ``^`` before it against its
    direction
{"query": {"of": label, "select": SPARQL, "budget": seconds}}
{"lineage": {"rule": word, "of": label, …parameters}}
"""

from collections.abc import Sequence
from typing import Any

from catalog.canonical import encode
from catalog.governance.policy import (
    Check,
    LineageCheck,
    QueryCheck,
    Requirement,
    ShapeCheck,
)


def check_text(check: Check) -> str:
    """The canonical text of a check."""
    return encode(check_json(check))


def check_json(check: Check) -> dict[str, Any]:
    """A check as plain values."""
    match check:
        case ShapeCheck():
            return {"shape": _shape(check)}
        case QueryCheck(of, select, budget_s):
            return {"query": {"of": of, "select": select, "budget": budget_s}}
        case LineageCheck(rule, of, parameters):
            told = {name: list(value) if isinstance(value, tuple) else value for name, value in parameters}
            return {"lineage": {"rule": str(rule), "of": of, **told}}


def _shape(check: ShapeCheck) -> dict[str, Any]:
    when = {one.property: list(one.values) for one in check.when}
    return {
        "of": check.of,
        **({"when": when} if when else {}),
        "require": _requirements(check.require),
        **({"message": check.message} if check.message else {}),
    }


def _requirements(found: Sequence[Requirement]) -> list[dict[str, Any]]:
    return [_requirement(one) for one in found]


def _requirement(one: Requirement) -> dict[str, Any]:
    place = (
        {"property": one.property} if one.property is not None else {"path": [str(hop) for hop in one.path]}
    )
    asked: dict[str, Any] = {
        "min": one.minimum,
        "max": one.maximum,
        "pattern": one.pattern,
        "oneOf": list(one.one_of) or None,
        "type": None if one.type is None else str(one.type),
        "label": one.label,
        "then": _requirements(one.then) or None,
        "such": _requirements(one.such) or None,
    }
    return {**place, **{name: value for name, value in asked.items() if value is not None}}
