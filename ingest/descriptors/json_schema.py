"""What is wrong with a document by a JSON Schema, told to the people who wrote it: every fault, where, in one sentence.

The validator tells of alternatives that none fits, and of properties that were "unexpected" because something else in
the same object is wrong. What is told here is what in the alternative that was meant is wrong, and nothing twice.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from typing import Any

from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator

from ingest.descriptors.place import Path

MAX_FAULTS = 1000
_MAX_SHOWN = 60
_MAX_LISTED = 15
_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'")
_DATE = r"^\d{4}-\d\d-\d\d"
_APPLICATORS = ("allOf", "anyOf", "oneOf")
_CONDITIONS = ("if", "then", "else")
_TYPES = {
    "string": "text",
    "object": "an object",
    "array": "a list",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "null": "nothing",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong at a place of a document."""

    path: Path
    message: str


def faults_of(validator: Validator, value: Any) -> list[Fault]:
    """All that is wrong with a value, by place; of more than MAX_FAULTS those that the validator finds first."""
    errors = list(islice(validator.iter_errors(value), MAX_FAULTS))
    root = validator.schema if isinstance(validator.schema, Mapping) else {}
    found = {fault for error in errors for fault in _explained(error, root, errors)}
    return sorted(
        found, key=lambda fault: ([(isinstance(step, str), step) for step in fault.path], fault.message)
    )


def _explained(
    error: ValidationError, root: Mapping[str, Any], among: list[ValidationError]
) -> Iterator[Fault]:
    path = tuple(error.absolute_path)
    if error.validator in ("oneOf", "anyOf"):
        yield from _of_alternatives(error, path, root)
    elif error.validator in ("additionalProperties", "unevaluatedProperties"):
        yield from _unknown_keys(error, path, root, among)
    elif error.validator == "required":
        missing = [key for key in _rule(error) if key not in _object(error)]
        yield from (Fault(path, f"{key!r} is missing.") for key in missing)
    else:
        yield Fault(path, _sentence(error))


def _sentence(error: ValidationError) -> str:
    value, rule = error.instance, _rule(error)
    match error.validator:
        case "type":
            return _wrong_type(value, [rule] if isinstance(rule, str) else list(rule))
        case "enum":
            return _none_of(value, [str(one) for one in rule])
        case "const":
            quotes = " Leave out the quotes." if isinstance(value, str) and value == str(rule) else ""
            return f"{shown(value)} is not {shown(rule)}.{quotes}"
        case "pattern":
            if str(rule).startswith(_DATE):
                return f"{shown(value)} is no date: one looks like 2026-01-31."
            return f"{shown(value)} does not have the form {rule}"
        case "minItems":
            return f"At least {rule} are needed."
        case "maxItems":
            return f"At most {rule} are allowed."
        case "uniqueItems":
            return "Nothing may come twice."
        case "not":
            return "It says something that is not for here: " + ", ".join(rule.get("required", ())) + "."
        case _:
            return f"{error.message[:200]}."


def _none_of(value: Any, allowed: list[str]) -> str:
    if len(allowed) == 1:
        return f"{shown(value)} is not {allowed[0]}."
    listed = ", ".join(allowed) if len(allowed) <= _MAX_LISTED else f"the {len(allowed)} that are known"
    return f"{shown(value)} is none of {listed}.{did_you_mean(value, allowed)}"


def _wrong_type(value: Any, wanted: list[str]) -> str:
    if "number" in wanted:
        wanted = [one for one in wanted if one != "integer"]
    needed = " or ".join(_TYPES.get(one, one) for one in wanted)
    quotes = ": put it in quotes" if "string" in wanted and isinstance(value, int | float) else ""
    return f"{shown(value)} is given, {needed} is needed{quotes}."


def _of_alternatives(error: ValidationError, path: Path, root: Mapping[str, Any]) -> Iterator[Fault]:
    """The faults in the alternative that was meant: of those that have the type of the value, that with the fewest."""
    branches: dict[int, list[ValidationError]] = {}
    for child in error.context or ():
        branches.setdefault(int(child.relative_schema_path[0]), []).append(child)
    if not branches:
        yield Fault(path, _too_many(error))
        return
    meant = [found for found in branches.values() if not any(_is_of_wrong_type(one) for one in found)]
    if not meant:
        types = dict.fromkeys(name for found in branches.values() for one in found for name in _types(one))
        yield Fault(path, _wrong_type(error.instance, list(types)))
    elif len(meant) > 1 and all(len(found) == 1 and found[0].validator == "required" for found in meant):
        keys = dict.fromkeys(key for found in meant for key in _rule(found[0]))
        yield Fault(path, f"One of these is needed: {', '.join(keys)}.")
    elif len(meant) > 1 and all(found[0].validator == "pattern" for found in meant):
        yield Fault(path, f"{shown(error.instance)} has none of the forms that are allowed here.")
    else:
        nearest = min(meant, key=len)
        for child in nearest:
            yield from _explained(child, root, nearest)


def _is_of_wrong_type(error: ValidationError) -> bool:
    return error.validator == "type" and not error.relative_path


def _types(error: ValidationError) -> Iterable[str]:
    if not _is_of_wrong_type(error):
        return ()
    rule = _rule(error)
    return (rule,) if isinstance(rule, str) else [str(one) for one in rule]


def _too_many(error: ValidationError) -> str:
    keys = [key for one in _rule(error) for key in one.get("required", ()) if key in _object(error)]
    return f"Only one of these may be said: {', '.join(keys)}." if keys else f"{error.message[:200]}."


def _unknown_keys(
    error: ValidationError, path: Path, root: Mapping[str, Any], among: list[ValidationError]
) -> Iterator[Fault]:
    """The keys that nothing knows; of those known for other kinds of the thing only, where nothing else is wrong."""
    known = _keys(error.schema, root) if isinstance(error.schema, Mapping) else set()
    there = _object(error)
    unknown = [key for key in there if key not in known]
    for key in unknown:
        yield Fault((*path, key), f"{shown(key)} is not known here.{did_you_mean(key, known)}")
    if unknown or any(_is_within(other, path) for other in among if other.validator != error.validator):
        return
    kind = there.get("type") or there.get("logicalType")
    for key in dict.fromkeys(_QUOTED.findall(error.message)):
        if key in there:
            of = f" of type {kind}" if isinstance(kind, str) else ""
            yield Fault((*path, key), f"{key!r} has no place in one{of}.")


def _is_within(error: ValidationError, path: Path) -> bool:
    found: Path = tuple(error.absolute_path)
    return found[: len(path)] == path


def _rule(error: ValidationError) -> Any:
    """What the schema asks for."""
    return error.validator_value


def _object(error: ValidationError) -> Mapping[str, Any]:
    """The object that is wrong; nothing where it is none."""
    return error.instance if isinstance(error.instance, Mapping) else {}


def _keys(schema: Mapping[str, Any], root: Mapping[str, Any], seen: frozenset[str] = frozenset()) -> set[str]:
    """All keys that a schema knows for an object, whatever conditions it sets for them."""
    found = set(schema.get("properties", ()))
    parts = [one for word in _APPLICATORS for one in schema.get(word, ())]
    parts += [schema[word] for word in _CONDITIONS if word in schema]
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference not in seen:
        found |= _keys(_at(root, reference), root, seen | {reference})
    for part in parts:
        found |= _keys(part, root, seen) if isinstance(part, Mapping) else set()
    return found


def _at(root: Mapping[str, Any], reference: str) -> Mapping[str, Any]:
    """The part of a schema that a reference within it names."""
    found: Any = root
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return found if isinstance(found, Mapping) else {}


def shown(value: Any) -> str:
    """A value as messages name it, short."""
    if isinstance(value, str):
        return repr(value if len(value) <= _MAX_SHOWN else f"{value[:_MAX_SHOWN]}…")
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"the number {str(value)[:_MAX_SHOWN]}"
    return "nothing" if value is None else "an object" if isinstance(value, Mapping) else "a list"


def did_you_mean(value: Any, known: Iterable[str]) -> str:
    """`` Did you mean …?`` with the words that are spelled nearly so; empty without any."""
    words = {str(word).casefold(): str(word) for word in sorted(map(str, known))}
    found = get_close_matches(str(value).casefold(), words, n=2, cutoff=0.7)
    return f" Did you mean {' or '.join(words[one] for one in found)}?" if found else ""
