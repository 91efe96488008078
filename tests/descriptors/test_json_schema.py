"""Faults by a JSON Schema, as the people are told who wrote the document."""

from typing import Any

import pytest
from jsonschema import Draft201909Validator

from ingest.descriptors.json_schema import faults_of
from ingest.descriptors.place import spelled

SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["id"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string"},
        "kind": {"enum": ["table", "topic"]},
        "one": {"enum": ["only"]},
        "many": {"enum": [f"word{n}" for n in range(20)]},
        "team": {"oneOf": [{"$ref": "#/$defs/Team"}, {"type": "array", "items": {"$ref": "#/$defs/Team"}}]},
        "value": {"anyOf": [{"type": "string"}, {"type": "number"}, {"type": "integer"}]},
        "rule": {
            "type": "object",
            "oneOf": [{"required": ["least"]}, {"required": ["most"]}],
            "properties": {"least": {}, "most": {}},
        },
        "server": {
            "type": "object",
            "properties": {"type": {"type": "string"}},
            "allOf": [
                {
                    "if": {"properties": {"type": {"const": "file"}}, "required": ["type"]},
                    "then": {"properties": {"path": {"type": "string"}}, "required": ["path"]},
                }
            ],
            "unevaluatedProperties": False,
        },
        "word": {"type": "string", "pattern": "^[a-z]+$"},
        "list": {"type": "array", "minItems": 1, "maxItems": 2, "uniqueItems": True},
    },
    "$defs": {
        "Team": {
            "type": "object",
            "required": ["name"],
            "additionalProperties": False,
            "properties": {"name": {"type": "string"}},
        }
    },
}


def told(**value: Any) -> list[tuple[str, str]]:
    found = faults_of(Draft201909Validator(SCHEMA), {"id": "x", **value})
    return [(spelled(fault.path), fault.message) for fault in found]


@pytest.mark.parametrize(
    ("value", "path", "message"),
    [
        ({"id": 1.0}, "id", "the number 1.0 is given, text is needed: put it in quotes."),
        ({"id": None}, "id", "nothing is given, text is needed."),
        ({"idd": "x"}, "idd", "'idd' is not known here. Did you mean id?"),
        ({"colour": "x"}, "colour", "'colour' is not known here."),
        ({"kind": "tabel"}, "kind", "'tabel' is none of table, topic. Did you mean table?"),
        ({"one": "other"}, "one", "'other' is not only."),
        ({"many": "x"}, "many", "'x' is none of the 20 that are known."),
        ({"team": 3}, "team", "the number 3 is given, an object or a list is needed."),
        ({"team": {}}, "team", "'name' is missing."),
        ({"team": [{"nam": "a", "name": "b"}]}, "team[0].nam", "'nam' is not known here. Did you mean name?"),
        ({"value": []}, "value", "a list is given, text or a number is needed."),
        ({"rule": {}}, "rule", "One of these is needed: least, most."),
        ({"rule": {"least": 1, "most": 2}}, "rule", "Only one of these may be said: least, most."),
        ({"server": {"type": "file"}}, "server", "'path' is missing."),
        (
            {"server": {"type": "table", "path": "x"}},
            "server.path",
            "'path' has no place in one of type table.",
        ),
        ({"word": "A b"}, "word", "'A b' does not have the form ^[a-z]+$"),
        ({"list": []}, "list", "At least 1 are needed."),
        ({"list": [1, 2, 3]}, "list", "At most 2 are allowed."),
        ({"list": [1, 1]}, "list", "Nothing may come twice."),
    ],
)
def test_fault__is_one_sentence_at_its_place(value: dict[str, Any], path: str, message: str) -> None:
    assert told(**value) == [(path, message)]


def test_fault__of_a_date_and_of_quotes_says_what_to_write() -> None:
    rules = {"properties": {"day": {"pattern": r"^\d{4}-\d\d-\d\d"}, "version": {"const": 1}}}

    found = faults_of(Draft201909Validator(rules), {"day": "yesterday", "version": "1"})
    assert [one.message for one in found] == [
        "'yesterday' is no date: one looks like 2026-01-31.",
        "'1' is not the number 1. Leave out the quotes.",
    ]


def test_faults__are_all_told_at_once_and_none_twice() -> None:
    found = told(id=1, kind="x", team=[{}, {"name": 2}], server={"type": "file", "path": 3, "port": 1})

    assert [path for path, _ in found] == [
        "id",
        "kind",
        "server.path",
        "server.port",
        "team[0]",
        "team[1].name",
    ]


def test_valid_value__has_no_faults() -> None:
    assert told(kind="table", team={"name": "a"}, value=1, server={"type": "file", "path": "p"}) == []
