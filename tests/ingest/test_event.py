"""Recognition: which bodies are events, of which kind, when they hold, and what is kept of odd ones."""

import json
from typing import Any

import pytest

from catalog.canonical import encode, sha256
from catalog.entry import EntryKind, Status
from catalog.identity import DatasetId, JobId, RunId
from catalog.instant import instant_of
from catalog.statement import NOTHING, RANK, EventType
from catalog.values import Declared, decode_declared
from ingest.errors import NotAnEvent, TooDeep, TooLarge, Unparsable
from ingest.event import recognise
from ingest.problems import MAX_PROBLEMS
from tests.ingest.build import (
    RECEIVED_NS,
    RUN_ID,
    TIME_NS,
    base,
    dataset,
    dataset_event,
    job_event,
    problems,
    read,
    run_event,
)

ORDERS, REPORT = DatasetId("db", "orders"), DatasetId("db", "report")
LOAD = JobId("jobs", "load")


def test_run_event__states_run_job_and_datasets() -> None:
    event = run_event(inputs=[dataset("orders")], outputs=[dataset("report")])
    entry, said = read(event)
    assert (entry.kind, entry.status, entry.problems) == (EntryKind.RUN_EVENT, Status.APPLIED, ())
    assert said.run is not None
    assert said.job is not None
    assert (said.run.run, said.run.job, said.run.event_type) == (RunId(RUN_ID), LOAD, EventType.COMPLETE)
    assert (set(said.run.inputs), set(said.run.outputs)) == ({ORDERS}, {REPORT})
    assert [sighting.dataset for sighting in said.datasets] == [ORDERS, REPORT]
    assert said.job.job == LOAD


def test_job_event__is_a_job_without_run() -> None:
    entry, said = read(job_event())
    assert entry.kind is EntryKind.JOB_EVENT
    assert said.run is None
    assert said.job is not None
    assert dict(said.job.values) == {}


def test_dataset_event__is_a_dataset_alone() -> None:
    entry, said = read(dataset_event())
    assert entry.kind is EntryKind.DATASET_EVENT
    assert [sighting.dataset for sighting in said.datasets] == [ORDERS]
    assert (said.job, said.run) == (None, None)


def test_job_event__declares_both_sides_when_it_has_one() -> None:
    _, said = read(job_event(inputs=[dataset("orders")]))
    assert said.job is not None
    text = said.job.values["declared"]
    assert text is not None
    assert decode_declared(text) == Declared(frozenset({ORDERS}), frozenset(), frozenset())


def test_job_event__with_empty_lists_declares_nothing_any_more() -> None:
    _, said = read(job_event(inputs=[], outputs=[]))
    assert said.job is not None
    assert said.job.values == {"declared": '{"columns":[],"inputs":[],"outputs":[]}'}


def test_job_event__cannot_keep_run_facets_of_inputs() -> None:
    entry, _ = read(
        job_event(inputs=[{**dataset("orders"), "inputFacets": {"inputStatistics": {"rowCount": 1}}}])
    )
    assert problems(entry) == [("extra-part", "$.inputs", True)]
    assert entry.status is Status.PARTIAL


@pytest.mark.parametrize("null", ["run", "dataset"])
def test_null_part__is_absent(null: str) -> None:
    entry, said = read(job_event(**{null: None}))
    assert entry.kind is EntryKind.JOB_EVENT
    assert entry.problems == ()
    assert said.job is not None


def test_identity__is_the_hash_of_the_canonical_text() -> None:
    event = run_event()
    entry, _ = read(event)
    assert entry.body == encode(event)
    assert entry.hash == sha256(entry.body)


def test_identity__is_the_same_for_another_writing_of_the_same_event() -> None:
    event = run_event(run={"runId": RUN_ID, "facets": {"x": {"n": 1.50, "t": "é"}}})
    one, _ = recognise(json.dumps(event), received_ns=RECEIVED_NS)
    backwards = json.dumps(dict(reversed(event.items())), indent=2, ensure_ascii=False).replace(
        "1.5", "15e-1"
    )
    other, _ = recognise(backwards.encode(), received_ns=RECEIVED_NS + 1)
    assert one.hash == other.hash


def test_order_key__is_effective_time_rank_and_hash() -> None:
    entry, _ = read(run_event())
    assert instant_of(entry.order_key) == TIME_NS
    assert entry.order_key[16:] == f"{RANK[EventType.COMPLETE]:x}{entry.hash[:32]}"


def test_order_key__of_a_static_event_has_rank_0() -> None:
    entry, _ = read(dataset_event())
    assert entry.order_key[16] == "0"


def test_actor__is_on_the_entry() -> None:
    entry, _ = recognise(json.dumps(run_event()), received_ns=RECEIVED_NS, actor="airflow")
    assert entry.actor == "airflow"


@pytest.mark.parametrize("body", [b"", b"{", b"nonsense", b"\xff\xfe\x00", b'{"a": 01}', '{"a": "\ud800'])
def test_no_json__is_unparsable(body: bytes | str) -> None:
    with pytest.raises(Unparsable, match=r"not JSON.*UTF-8"):
        recognise(body, received_ns=RECEIVED_NS)


@pytest.mark.parametrize(
    "value",
    [
        *(None, 1, "text", [], [run_event()], {}, {"eventTime": "2024-01-01T00:00:00Z"}, {"run": {}}),
        *({"eventTime": 1, "run": odd, "job": odd, "dataset": odd} for odd in (None, 1, "x", ["y"])),
    ],
)
def test_other_json__is_not_an_event(value: Any) -> None:
    with pytest.raises(NotAnEvent):
        read(value)


def test_depth__of_200_levels_is_kept_and_201_are_too_deep() -> None:
    nested: Any = 1
    for _ in range(200 - 3):
        nested = [nested]
    deepest = run_event(run={"runId": RUN_ID, "facets": {"x": nested}})
    assert read(deepest)[0].status is Status.APPLIED
    with pytest.raises(TooDeep):
        read(run_event(run={"runId": RUN_ID, "facets": {"x": [nested]}}))


@pytest.mark.parametrize("levels", [600, 5000, 1_000_000])
@pytest.mark.parametrize("leaf", ["1", "NaN"])
def test_depth__beyond_the_stack_is_too_deep(levels: int, leaf: str) -> None:
    with pytest.raises(TooDeep):
        recognise("[" * levels + leaf + "]" * levels, received_ns=RECEIVED_NS)


def test_size__beyond_the_bound_is_too_large() -> None:
    body = json.dumps(run_event())
    assert recognise(body, received_ns=RECEIVED_NS, max_bytes=len(body))[0].status is Status.APPLIED
    with pytest.raises(TooLarge):
        recognise(body, received_ns=RECEIVED_NS, max_bytes=len(body) - 1)


@pytest.mark.parametrize(
    ("text", "kept"),
    [("NaN", '"NaN"'), ("-Infinity", '"-Infinity"'), ("1e999", '"1e999"'), ('"\\ud800"', '"?"')],
)
def test_careless_json__is_repaired_and_noted(text: str, kept: str) -> None:
    body = json.dumps(run_event(run={"runId": RUN_ID, "facets": {"x": {"n": 0}}})).replace(
        '"n": 0', f'"n": {text}'
    )
    entry, said = recognise(body, received_ns=RECEIVED_NS)
    assert problems(entry) == [("repaired-json", "$", False)]
    assert entry.status is Status.APPLIED
    assert said.run is not None
    assert said.run.facets["x"] == f'{{"n":{kept}}}'


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_other_encodings__are_read(encoding: str) -> None:
    entry, _ = recognise(json.dumps(run_event()).encode(encoding), received_ns=RECEIVED_NS)
    assert entry.hash == read(run_event())[0].hash
    assert entry.status is Status.APPLIED


@pytest.mark.parametrize("odd", [None, 17, "yesterday", "", [], "0001-01-01T00:00:00Z"])
def test_event_time__unreadable_quarantines(odd: Any) -> None:
    entry, said = read(run_event(eventTime=odd, inputs=[dataset("orders")]))
    assert (entry.status, said) == (Status.QUARANTINED, NOTHING)
    assert problems(entry) == [("event-time", "$.eventTime", True)]
    assert instant_of(entry.order_key) == RECEIVED_NS


def test_event_time__without_zone_is_utc() -> None:
    entry, _ = read(run_event(eventTime="2024-05-01T10:00:00"))
    assert instant_of(entry.order_key) == TIME_NS
    assert problems(entry) == [("event-time-zone", "$.eventTime", False)]
    assert entry.status is Status.APPLIED


def test_event_time__of_the_far_future_is_the_receipt() -> None:
    entry, _ = read(run_event(eventTime="2124-05-01T10:00:00Z"))
    assert instant_of(entry.order_key) == RECEIVED_NS
    assert problems(entry) == [("event-time-future", "$.eventTime", False)]


@pytest.mark.parametrize(
    ("sent", "read_as", "noted"),
    [
        ("START", EventType.START, False),
        ("FAIL", EventType.FAIL, False),
        (None, None, False),
        ("RESTART", EventType.OTHER, True),
        ("complete", EventType.OTHER, True),
        (5, EventType.OTHER, True),
    ],
)
def test_event_type__unknown_is_other(sent: Any, read_as: EventType | None, noted: bool) -> None:
    entry, said = read(run_event(eventType=sent))
    assert said.run is not None
    assert said.run.event_type is read_as
    assert problems(entry) == ([("event-type", "$.eventType", False)] if noted else [])


def test_event_type__absent_is_none() -> None:
    event = run_event()
    del event["eventType"]
    _, said = read(event)
    assert said.run is not None
    assert said.run.event_type is None


@pytest.mark.parametrize(
    "url",
    [
        None,
        3,
        "http://test.schema.url",
        "https://openlineage.io/spec/2-8-9/OpenLineage.json#/$defs/RunEvent",
        "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/JobEvent",
    ],
)
def test_schema_url__odd_is_noted_once_and_decides_nothing(url: Any) -> None:
    entry, _ = read(run_event(schemaURL=url))
    assert entry.kind is EntryKind.RUN_EVENT
    assert problems(entry) == [("schema-url", "$.schemaURL", False)]


@pytest.mark.parametrize(
    "url",
    [
        "https://openlineage.io/spec/1-0-5/OpenLineage.json#/definitions/RunEvent",
        "https://openlineage.io/spec/2-0-2/OpenLineage.json",
        "https://raw.githubusercontent.com/OpenLineage/OpenLineage/main/spec/OpenLineage.json#/definitions/RunEvent",
    ],
)
def test_schema_url__of_older_shapes_is_fine(url: str) -> None:
    assert read(run_event(schemaURL=url))[0].problems == ()


@pytest.mark.parametrize("producer", [None, "", 7])
def test_producer__odd_is_noted(producer: Any) -> None:
    assert problems(read(run_event(producer=producer))[0]) == [("producer", "$.producer", False)]


@pytest.mark.parametrize("text", [RUN_ID.upper(), RUN_ID.replace("-", "")])
def test_run_id__is_canonical(text: str) -> None:
    entry, said = read(run_event(run={"runId": text}))
    assert said.run is not None
    assert said.run.run == RunId(RUN_ID)
    assert entry.problems == ()


def test_run_id__that_is_no_uuid_is_kept() -> None:
    entry, said = read(run_event(run={"runId": "run_id"}))
    assert said.run is not None
    assert said.run.run == RunId("run_id")
    assert problems(entry) == [("run-id", "$.run.runId", False)]


@pytest.mark.parametrize("run", [{}, {"runId": None}, {"runId": 5}, {"runId": ""}, "text", []])
def test_run_without_id__loses_the_run_and_keeps_job_and_datasets(run: Any) -> None:
    facets = {"documentation": {"description": "d"}}
    event = run_event(
        run=run, job={"namespace": "jobs", "name": "load", "facets": facets}, inputs=[dataset("orders")]
    )
    entry, said = read(event)
    assert entry.kind is EntryKind.RUN_EVENT
    assert entry.status is Status.PARTIAL
    assert problems(entry) == [
        ("run-id", "$.run.runId", True),
        ("run", "$.run", True),
        ("run", "$.inputs", True),
    ]
    assert said.run is None
    assert said.job is not None
    assert said.job.values["description"] == '"d"'
    assert [sighting.dataset for sighting in said.datasets] == [ORDERS]


def test_run_without_job__is_quarantined() -> None:
    entry, said = read(base("RunEvent", run={"runId": RUN_ID}))
    assert (entry.kind, entry.status, said) == (EntryKind.RUN_EVENT, Status.QUARANTINED, NOTHING)
    assert problems(entry) == [("job", "$.job", True), ("run", "$.run", True)]


@pytest.mark.parametrize(
    "job", ["text", [], {}, {"name": "load"}, {"namespace": 1, "name": "a"}, {"namespace": "", "name": ""}]
)
def test_job_without_identity__keeps_the_datasets(job: Any) -> None:
    entry, said = read(run_event(job=job, outputs=[dataset("orders")]))
    assert entry.status is Status.PARTIAL
    assert (said.run, said.job) == (None, None)
    assert [sighting.dataset for sighting in said.datasets] == [ORDERS]


@pytest.mark.parametrize("odd", [{}, {"namespace": "db"}, {"namespace": "db", "name": 3}])
def test_dataset_event_without_identity__is_quarantined(odd: Any) -> None:
    entry, said = read(base("DatasetEvent", dataset=odd))
    assert (entry.status, said) == (Status.QUARANTINED, NOTHING)
    assert problems(entry) == [("dataset", "$.dataset", True)]


def test_run_job_and_dataset__is_a_run_event_without_the_dataset() -> None:
    entry, said = read(run_event(dataset=dataset("orders")))
    assert (entry.kind, entry.status) == (EntryKind.RUN_EVENT, Status.PARTIAL)
    assert problems(entry) == [("extra-part", "$.dataset", True)]
    assert said.datasets == ()


def test_run_and_dataset_without_job__is_a_dataset_event() -> None:
    entry, said = read(base("DatasetEvent", dataset=dataset("orders"), run={"runId": RUN_ID}))
    assert (entry.kind, entry.status) == (EntryKind.DATASET_EVENT, Status.PARTIAL)
    assert problems(entry) == [("extra-part", "$.run", True)]
    assert [sighting.dataset for sighting in said.datasets] == [ORDERS]


@pytest.mark.parametrize(
    ("inputs", "path"),
    [
        ("text", "$.inputs"),
        ({"namespace": "db", "name": "orders"}, "$.inputs"),
        (["text"], "$.inputs[0]"),
        ([None], "$.inputs[0]"),
        ([{"namespace": "db", "name": ["orders"]}], "$.inputs[0]"),
    ],
)
def test_odd_inputs__are_set_aside_alone(inputs: Any, path: str) -> None:
    entry, said = read(run_event(inputs=inputs, outputs=[dataset("report")]))
    assert problems(entry) == [("dataset", path, True)]
    assert said.run is not None
    assert (set(said.run.inputs), set(said.run.outputs)) == (set(), {REPORT})


def test_null_lists_and_facets__say_nothing() -> None:
    item = {**dataset("orders"), "facets": None, "inputFacets": None}
    entry, said = read(run_event(inputs=[item], outputs=None, run={"runId": RUN_ID, "facets": None}))
    assert entry.problems == ()
    assert said.run is not None
    assert dict(said.run.inputs) == {ORDERS: {}}


def test_self_reference__is_input_and_output() -> None:
    entry, said = read(run_event(inputs=[dataset("orders")], outputs=[dataset("orders")]))
    assert entry.problems == ()
    assert said.run is not None
    assert (set(said.run.inputs), set(said.run.outputs)) == ({ORDERS}, {ORDERS})
    assert len(said.datasets) == 1


def test_dataset_named_twice__has_the_facets_of_both_and_the_last_of_equal_keys() -> None:
    one, two = {"name": "s3", "uri": "one"}, {"name": "s3", "uri": "two"}
    event = run_event(
        inputs=[dataset("orders", custom=one, a={}), dataset("orders", custom=two, a={})],
        outputs=[dataset("orders", b={})],
    )
    entry, said = read(event)
    assert problems(entry) == [("repeated", "$.inputs[0].facets.custom", False)]
    [sighting] = said.datasets
    assert dict(sighting.values) == {"facet:a": "{}", "facet:b": "{}", "facet:custom": encode(two)}


def test_input_named_twice__merges_input_facets() -> None:
    items = [{**dataset("orders"), "inputFacets": {"s": {"n": n}, f"k{n}": {}}} for n in (1, 2)]
    entry, said = read(run_event(inputs=items))
    assert problems(entry) == [("repeated", "$.inputs[0].inputFacets.s", False)]
    assert said.run is not None
    assert dict(said.run.inputs) == {ORDERS: {"s": '{"n":2}', "k1": "{}", "k2": "{}"}}


def test_problems__beyond_the_bound_are_counted() -> None:
    entry, _ = read(run_event(inputs=[None] * (MAX_PROBLEMS + 5)))
    assert len(entry.problems) == MAX_PROBLEMS + 1
    assert entry.problems[-1].message == "5 more problems are not listed."
    assert entry.problems[-1].lost


def test_nul__becomes_text_and_long_keys_are_kept() -> None:
    key, name = "k" * 5000, "orders\x00"
    entry, said = read(run_event(inputs=[{"namespace": "db", "name": name, "facets": {key: "x\x00"}}]))
    [sighting] = said.datasets
    assert sighting.dataset == DatasetId("db", "orders\ufffd")
    assert sighting.values == {f"facet:{key}": '"x\ufffd"'}
    assert entry.problems[0].code == "repaired-json"
    assert len(entry.problems[-1].path) < 200
