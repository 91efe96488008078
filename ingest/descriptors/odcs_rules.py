"""What ODCS 3 allows: the JSON Schema of its Python package, repaired, and quick where there are many columns."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft201909Validator
from jsonschema.protocols import Validator

from ingest.descriptors.json_schema import Fault, faults_of

VERSION = re.compile(r"v\d+(\.\d+)*")
_READ = re.compile(r"v3\..*")
_STATUS_NEEDED = re.compile(r"v3\.[01]\..*")
_ARRAY = {"type": "array", "items": {"$ref": "#/$defs/SchemaProperty"}}
_ITEM = {"$ref": "#/$defs/SchemaItemProperty"}


def faults_in(contract: Mapping[str, Any]) -> Iterator[Fault]:
    """All that is wrong with a contract. Of a version that is not read, only that."""
    version = str(contract.get("apiVersion"))
    if VERSION.fullmatch(version) and not _READ.fullmatch(version):
        yield Fault(("apiVersion",), f"Contracts of version {version} are not read; 3.0 and 3.1 are.")
        return
    if _STATUS_NEEDED.fullmatch(version) and "status" not in contract:
        yield Fault((), "'status' is missing.")
    judged, kept = _without_plain(contract)
    for fault in faults_of(validator(), judged):
        yield Fault(_as_written(fault.path, kept), fault.message)


@lru_cache(maxsize=1)
def validator() -> Validator:
    """The standard's rules.

    Those of the package for one logical type begin ``if logicalType is …``, which holds as well where none is said:
    such a property, which the standard allows, would have to obey all of them, and be a map. Here it may be anything.
    """
    text = files("open_data_contract_standard").joinpath("schema.json").read_text(encoding="utf-8")
    schema = json.loads(text)
    base = schema["$defs"]["SchemaBaseProperty"]
    for rule in base["allOf"]:
        if "if" in rule:
            rule["if"]["required"] = ["logicalType"]
    inner = {"properties": _ARRAY, "items": _ITEM, "logicalTypeOptions": {"type": "object"}}
    base["allOf"].append({"if": {"not": {"required": ["logicalType"]}}, "then": {"properties": inner}})
    return Draft201909Validator(schema)


def _is(*types: type) -> Callable[[Any], bool]:
    return lambda value: type(value) in types


def _is_list_of(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and all(map(fits, value))


def _is_link(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and {"url", "type"} <= value.keys() <= {"url", "type", "description"}
        and all(isinstance(text, str) for text in value.values())
    )


_TEXTS = ("name", "physicalName", "physicalType", "businessName", "description", "classification")
_FLAGS = ("required", "unique", "primaryKey", "partitioned", "criticalDataElement")
_SIMPLE_TYPES = frozenset(("string", "date", "timestamp", "time", "number", "integer", "boolean"))
_PLAIN: Mapping[str, Callable[[Any], bool]] = {
    **dict.fromkeys(_TEXTS, _is(str)),
    **dict.fromkeys(_FLAGS, _is(bool)),
    **dict.fromkeys(("primaryKeyPosition", "partitionKeyPosition"), _is(int)),
    "logicalType": lambda value: isinstance(value, str) and value in _SIMPLE_TYPES,
    "tags": _is_list_of(_is(str)),
    "authoritativeDefinitions": _is_list_of(_is_link),
}
"""What most columns say, and of what kind it has to be."""


def is_plain(property_: Any) -> bool:
    """Whether a property is one that the schema surely allows. The schema takes a millisecond for each, this none."""
    return (
        isinstance(property_, dict)
        and "name" in property_
        and all(key in _PLAIN and _PLAIN[key](value) for key, value in property_.items())
    )


def _without_plain(contract: Mapping[str, Any]) -> tuple[Mapping[str, Any], dict[int, list[int]]]:
    """The contract without its plain columns; and by the place of an object, at which places the others were."""
    objects = contract.get("schema")
    if not isinstance(objects, list):
        return contract, {}
    kept: dict[int, list[int]] = {}
    judged = []
    for place, one in enumerate(objects):
        columns = one.get("properties") if isinstance(one, dict) else None
        if isinstance(columns, list):
            kept[place] = [number for number, column in enumerate(columns) if not is_plain(column)]
            one = {**one, "properties": [columns[number] for number in kept[place]]}
        judged.append(one)
    return {**contract, "schema": judged}, kept


def _as_written(path: tuple[str | int, ...], kept: Mapping[int, list[int]]) -> tuple[str | int, ...]:
    """The place in the contract as it was written."""
    match path:
        case ("schema", int(place), "properties", int(number), *rest):
            return ("schema", place, "properties", kept[place][number], *rest)
        case _:
            return path
