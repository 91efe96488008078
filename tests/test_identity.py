"""Keys: one for each identity, whatever its text."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.identity import MAX_KEY_BYTES, DatasetId, DocumentId, JobId, ResourceId, RunId

TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(TEXT, TEXT)
def test_dataset_key__parses_back(namespace: str, name: str) -> None:
    dataset = DatasetId(namespace, name)
    if len(dataset.key) < MAX_KEY_BYTES:
        assert DatasetId.parse(dataset.key) == dataset
        assert JobId.parse(JobId(namespace, name).key) == JobId(namespace, name)


@given(TEXT)
def test_run_key__parses_back(run: str) -> None:
    assert RunId.parse(RunId(run).key) == RunId(run)


@given(TEXT)
def test_document_key__parses_back(source: str) -> None:
    assert DocumentId.parse(DocumentId(source).key) == DocumentId(source)


@given(st.sampled_from(["product", "slo"]), st.lists(TEXT, min_size=1, max_size=3))
def test_resource_key__parses_back(kind: str, parts: list[str]) -> None:
    resource = ResourceId(kind, tuple(parts))
    assert ResourceId.parse(resource.key) == resource


@pytest.mark.parametrize("key", ["product", "", "product/!" + "0" * 64])
def test_resource_key__of_no_parts_cannot_be_parsed(key: str) -> None:
    with pytest.raises(ValueError, match="not a"):
        ResourceId.parse(key)


def test_long_identity__has_a_short_key_that_cannot_be_parsed() -> None:
    run = RunId("x" * 10_000)
    assert len(run.key) < 100
    with pytest.raises(ValueError, match="not a run key"):
        RunId.parse(run.key)


def test_short_identity__cannot_take_the_key_of_a_long_one() -> None:
    long = RunId("x" * 10_000)
    assert RunId(long.key.removeprefix("run/")).key != long.key
    assert RunId("!" + hashlib.sha256(b"").hexdigest()).key.startswith("run/%21")
