"""Contracts and products with one thing changed: refused exactly where the standard refuses, else applied; never an
error of ours."""

import json
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft201909Validator

from catalog.projection import Projection
from catalog.store.memory import MemoryStore
from ingest.descriptors import odcs
from ingest.descriptors.document import interpret_descriptor
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
    """Whether a property does not say its logical type: the standard's schema takes such a one for a map."""
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
        if untyped(changed):
            continue
        verdicts.append(standard.is_valid(changed))
        assert odcs.validator().is_valid(changed) is verdicts[-1], changed
    assert len(set(verdicts)) == 2


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
