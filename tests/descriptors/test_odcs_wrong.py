"""Contracts of ODCS that are wrong or odd: how that is told."""

import pytest

from ontology.shapes import Severity
from tests.descriptors.odcs_contracts import minimal
from tests.descriptors.saying import drafted, told

WRONG = """apiVersion: v3.1.0
kind: DataContract
id: orders
version: 1.0
schema:
- name: orders
  properties:
  - {name: id, logicalType: strng}
  - name: total
    clasification: internal
  - logicalType: date
servers:
- {server: prod, type: postgres, host: pg, port: 5432, database: shop}
team: Order team
"""


def test_wrong_contract__is_told_whole_with_lines_and_says_nothing() -> None:
    found = drafted(WRONG)

    types = "string, date, timestamp, time, number, integer, object, array, boolean, map, vector"
    assert told(found) == [
        (1, "$", "'status' is missing."),
        (4, "version", "the number 1.0 is given, text is needed: put it in quotes."),
        (8, "schema[0].properties[0].logicalType", f"'strng' is none of {types}. Did you mean string?"),
        (
            10,
            "schema[0].properties[1].clasification",
            "'clasification' is not known here. Did you mean classification?",
        ),
        (11, "schema[0].properties[2]", "'name' is missing."),
        (13, "servers[0]", "'schema' is missing."),
        (14, "team", "'Order team' is given, an object or a list is needed."),
    ]
    assert found.statement.nodes == ()


@pytest.mark.parametrize(
    ("text", "path", "message"),
    [
        ("schema: [{name: t}, {name: t}]", "schema[1].name", "There are two objects with the name 't'."),
        ("schema: [{name: ''}]", "schema[0].name", "'name' is empty."),
        (
            "schema: [{name: t, properties: [{name: a}, {name: a}]}]",
            "schema[0].properties[1].name",
            "There are two properties 'a'.",
        ),
    ],
)
def test_name_that_is_empty_or_there_twice__is_a_fault(text: str, path: str, message: str) -> None:
    assert [one[1:] for one in told(drafted(minimal(text)))] == [(path, message)]


def test_version_2__is_refused_with_one_sentence() -> None:
    found = drafted("apiVersion: v2.2.2\nkind: DataContract\nuuid: x\nstatus: current\n")

    assert [one[1:] for one in told(found)] == [
        ("apiVersion", "Contracts of version v2.2.2 are not read; 3.0 and 3.1 are.")
    ]


def test_contract_without_a_kind__is_known_by_the_rest_and_told_what_lacks() -> None:
    found = drafted("apiVersion: v3.1.0\nid: c\nversion: 1.0.0\nstatus: active\nschema: []\n")

    assert [one[1:] for one in told(found)] == [("$", "'kind' is missing.")]


def test_property_without_a_logical_type__is_allowed() -> None:
    found = drafted(
        minimal("schema: [{name: t, properties: [{name: a, logicalTypeOptions: {minLength: 1}}]}]")
    )

    assert told(found) == []


def test_version_that_is_no_semantic_version__is_odd_and_not_wrong() -> None:
    found = drafted(minimal("").replace("version: 1.0.0", "version: '7'"))

    assert told(found) == []
    assert any("semantic version" in message for _, _, message in told(found, Severity.WARNING))


def test_status_that_the_standard_does_not_name__is_told_where_it_stands() -> None:
    found = drafted(minimal("").replace("status: active", "status: in development"))

    [(line, path, message)] = told(found, Severity.WARNING)
    assert (line, path) == (5, "status")
    assert "proposed, draft, active, deprecated, retired" in message
