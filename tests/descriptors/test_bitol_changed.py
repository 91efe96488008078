"""Contracts and products with one thing changed: refused exactly where the standard refuses, else applied; never an
error of ours."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft201909Validator

from catalog.projection import Projection
from catalog.store.memory import MemoryStore
from ingest.descriptors.document import interpret_descriptor
from ingest.descriptors.odcs_rules import faults_in, is_plain, validator
from ingest.descriptors.text import read_parts
from ingest.documents.given import Given
from tests.convergence.events import RECEIVED_NS
from tests.descriptors.changes import some_changes
from tests.descriptors.test_odcs import ORDERS as CONTRACT
from tests.descriptors.test_odps import ORDERS as PRODUCT

SAMPLES = 16


def value_of(text: str) -> Any:
    [part] = read_parts(text.encode())
    return part.value


def untyped(value: Any, key: object = None) -> bool:
    """Whether a property does not say its logical type: the schema of 3.2 takes such a one for a map."""
    if isinstance(value, dict):
        return any(untyped(inner, name) for name, inner in value.items())
    if not isinstance(value, list):
        return False
    lacks = key == "properties" and any(isinstance(one, dict) and "logicalType" not in one for one in value)
    return lacks or any(map(untyped, value))


def test_contract__is_refused_where_the_schema_of_the_standard_refuses() -> None:
    text = files("open_data_contract_standard").joinpath("schema.json").read_text(encoding="utf-8")
    standard = Draft201909Validator(json.loads(text))
    whole = value_of(CONTRACT.replace("{name: city}", "{name: city, logicalType: string}"))
    assert standard.is_valid(whole)

    verdicts = []
    for changed in some_changes(whole, SAMPLES, seed=1):
        if not untyped(changed) and "status" in changed:
            verdicts.append(standard.is_valid(changed))
            assert (list(faults_in(changed)) == []) == verdicts[-1], changed
    assert len(set(verdicts)) == 2


UNTYPED = """
apiVersion: v3.1.0
kind: DataContract
id: c
version: 1.0.0
status: active
schema:
- name: t
  properties:
  - {name: a}
  - {name: b, description: text, tags: [x], required: true}
  - {name: c, properties: [{name: d}]}
  - {name: e, items: {properties: [{name: f, logicalType: integer}]}}
  - {name: g, logicalType: object, logicalTypeOptions: {minProperties: 1}, properties: [{name: h}]}
"""


def test_contract_of_3_1__is_refused_where_its_own_schema_refuses(corpus: Path) -> None:
    schema = (corpus / "mesh" / "odcs" / "odcs-json-schema-v3.1.0.json").read_text(encoding="utf-8")
    standard = Draft201909Validator(json.loads(schema))
    whole = value_of(UNTYPED)
    assert standard.is_valid(whole)
    assert list(faults_in(whole)) == []

    for changed in some_changes(whole, 4 * SAMPLES, seed=3):
        assert (list(faults_in(changed)) == []) == standard.is_valid(changed), changed


PLAIN = st.fixed_dictionaries(
    {"name": st.text(max_size=3)},
    optional={
        "logicalType": st.sampled_from(
            ["string", "date", "timestamp", "time", "number", "integer", "boolean"]
        ),
        "tags": st.lists(st.text(max_size=2), max_size=2),
        "authoritativeDefinitions": st.lists(
            st.fixed_dictionaries(
                {"url": st.text(max_size=2), "type": st.text(max_size=2)},
                optional={"description": st.text(max_size=2)},
            ),
            max_size=2,
        ),
        **dict.fromkeys(("physicalName", "physicalType", "businessName", "description"), st.text(max_size=2)),
        **dict.fromkeys(("required", "unique", "primaryKey", "partitioned"), st.booleans()),
        **dict.fromkeys(("classification",), st.text(max_size=2)),
        **dict.fromkeys(("criticalDataElement",), st.booleans()),
        **dict.fromkeys(("primaryKeyPosition", "partitionKeyPosition"), st.integers(-1, 9)),
    },
)


@given(st.lists(PLAIN, min_size=10, max_size=10))
@settings(max_examples=12)
def test_plain_column__is_one_that_the_schema_allows(columns: list[dict[str, Any]]) -> None:
    assert all(map(is_plain, columns))
    assert validator().is_valid({**value_of(UNTYPED), "schema": [{"name": "t", "properties": columns}]})


def test_faults__have_the_places_as_written_where_plain_columns_are_passed_over() -> None:
    columns = [{"name": "a"}, {"nam": "b"}, {"name": "c"}, {"name": "d", "items": {"logicalType": "x"}}]
    contract = {**value_of(UNTYPED), "schema": [{"name": "s"}, {"name": "t", "properties": columns}]}

    assert [fault.path for fault in faults_in(contract)] == [
        ("schema", 1, "properties", 1),
        ("schema", 1, "properties", 1, "nam"),
        ("schema", 1, "properties", 3, "items", "logicalType"),
    ]


@pytest.mark.parametrize("text", [CONTRACT, PRODUCT])
def test_changed_descriptor__is_refused_with_reasons_or_applied(text: str) -> None:
    whole = value_of(text)
    projection = Projection(MemoryStore())
    refused = applied = 0
    for changed in some_changes(whole, SAMPLES, seed=2):
        if changed.get("kind") != whole["kind"]:
            continue
        data = json.dumps(changed).encode()
        read = interpret_descriptor(data, "one", Given(), received_ns=RECEIVED_NS, max_bytes=10**6)
        if read.kept_out:
            refused += 1
            assert all(one.message and one.path is not None for one in read.broken or ())
        else:
            applied += 1
            projection.apply([(read.entry, read.statements)])
    assert refused
    assert applied
