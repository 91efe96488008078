"""Hostile input: whatever comes is kept with its problems, or rejected with one of our errors."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.entry import Status
from catalog.statement import NOTHING
from ingest.errors import IngestError
from ingest.event import recognise
from ingest.problems import Code
from tests.ingest.build import RECEIVED_NS, column, dataset, lineage, run_event
from tests.ingest.facts import is_told, located
from tests.ingest.told import told

KEYS = st.sampled_from(
    [
        *("eventTime", "eventType", "run", "job", "dataset", "inputs", "outputs", "producer", "schemaURL"),
        *("facets", "inputFacets", "outputFacets", "namespace", "name", "runId", "schema", "fields", "type"),
        *(
            "columnLineage",
            "inputFields",
            "field",
            "transformations",
            "subtype",
            "masking",
            "transformationType",
        ),
        *("symlinks", "identifiers", "parent", "root", "documentation", "description", "jobType", "_deleted"),
        "ordinal_position",
    ]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.sampled_from(["START", "2024-05-01T10:00:00Z", "db", "DIRECT", "MASKED", ""])
    | st.text(max_size=5)
)
ANY_JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(max_size=4), inner, max_size=6)
    ),
    max_leaves=30,
)
NEARLY_EVENTS = st.fixed_dictionaries(
    {"eventTime": st.just("2024-05-01T10:00:00Z") | SCALARS},
    optional=dict.fromkeys(("run", "job", "dataset", "inputs", "outputs", "eventType", "producer"), ANY_JSON),
)


def assert_kept_or_rejected(body: bytes | str) -> None:
    """One of our errors, or an entry that is consistent and whose every fact is stated or told."""
    try:
        entry, said = recognise(body, received_ns=RECEIVED_NS)
    except IngestError:
        return
    redacted = any(problem.code == Code.REDACTED for problem in entry.problems)
    assert redacted or recognise(entry.body, received_ns=RECEIVED_NS)[0].hash == entry.hash
    assert (entry.status is Status.QUARANTINED) == (said == NOTHING)
    if entry.status is Status.APPLIED:
        assert not any(problem.lost for problem in entry.problems)
    else:
        assert any(problem.lost for problem in entry.problems)
    if entry.status is Status.QUARANTINED:
        return
    stated, paths = told(said), {problem.path for problem in entry.problems}
    for path, fact in located(json.loads(entry.body)):
        assert fact in stated or is_told(path, paths), (path, fact)


@settings(deadline=None, max_examples=300)
@given(ANY_JSON | NEARLY_EVENTS)
def test_any_json__is_kept_or_rejected(value: Any) -> None:
    assert_kept_or_rejected(json.dumps(value))


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=200) | st.text(max_size=200))
def test_any_bytes__are_kept_or_rejected(body: bytes | str) -> None:
    assert_kept_or_rejected(body)


RICH = run_event(
    run={
        "runId": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
        "facets": {
            "parent": {
                "run": {"runId": "p"},
                "job": {"namespace": "j", "name": "p"},
                "root": {"run": {"runId": "r"}, "job": {"namespace": "j", "name": "r"}},
            },
            "nominalTime": {"nominalStartTime": "2024-05-01T10:00:00Z"},
        },
    },
    job={
        "namespace": "j",
        "name": "load",
        "facets": {
            "jobType": {"processingType": "BATCH", "integration": "X"},
            "documentation": {"description": "d"},
        },
    },
    inputs=[
        {
            **dataset("orders", schema={"fields": [{"name": "a", "type": "int", "fields": [{"name": "b"}]}]}),
            "inputFacets": {"dataQualityMetrics": {"rowCount": 1.5}},
        }
    ],
    outputs=[
        dataset(
            "report",
            columnLineage=lineage(column("a", {"type": "DIRECT", "subtype": "IDENTITY"}), column("b")),
            symlinks={"identifiers": [{"namespace": "n", "name": "s", "type": "TABLE"}]},
        ),
        dataset("orders", schema={"fields": []}),
    ],
)


def replaced(value: Any, at: int, by: Any) -> tuple[Any, int]:
    """The value with its ``at``-th node in document order replaced, and what is left of ``at``."""
    if at == 0:
        return by, -1
    at -= 1
    if isinstance(value, dict | list):
        items = list(value.items()) if isinstance(value, dict) else list(enumerate(value))
        for key, item in items:
            new, at = replaced(item, at, by)
            if at < 0:
                copy = dict(value) if isinstance(value, dict) else list(value)
                copy[key] = new
                return copy, -1
    return value, at


def nodes(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(map(nodes, inner))


@settings(deadline=None, max_examples=400)
@given(st.data())
def test_rich_event__with_any_part_replaced_is_kept_or_rejected(data: st.DataObject) -> None:
    event: Any = RICH
    for _ in range(data.draw(st.integers(1, 3))):
        event, _ = replaced(event, data.draw(st.integers(1, nodes(event) - 1)), data.draw(ANY_JSON))
    assert_kept_or_rejected(json.dumps(event))


@pytest.mark.parametrize("odd", [None, True, 0, 1.5, "", "x", [], {}, [[]], {"x": {}}, [None], [{}]])
def test_rich_event__with_each_part_replaced_is_kept_or_rejected(odd: Any) -> None:
    for at in range(nodes(RICH)):
        assert_kept_or_rejected(json.dumps(replaced(RICH, at, odd)[0]))


@settings(deadline=None, max_examples=100)
@given(st.data())
def test_real_event__with_any_part_replaced_is_kept_or_rejected(
    corpus_events: list[tuple[str, bytes]], data: st.DataObject
) -> None:
    small = [body for _, body in corpus_events if len(body) < 10_000]
    event = json.loads(data.draw(st.sampled_from(small)))
    at = data.draw(st.integers(0, nodes(event) - 1))
    assert_kept_or_rejected(json.dumps(replaced(event, at, data.draw(ANY_JSON))[0]))


@settings(deadline=None, max_examples=100)
@given(st.data())
def test_real_event__cut_anywhere_is_kept_or_rejected(
    corpus_events: list[tuple[str, bytes]], data: st.DataObject
) -> None:
    _, body = data.draw(st.sampled_from(corpus_events[:100]))
    assert_kept_or_rejected(body[: data.draw(st.integers(0, len(body)))])
