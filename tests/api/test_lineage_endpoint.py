"""POST /api/v1/lineage and /batch: what is kept, what is answered."""

import gzip
import json
import time
from collections.abc import Callable
from dataclasses import replace
from statistics import median
from typing import Any

import httpx
import pytest

from api.settings import Settings
from catalog.entry import EntryKind, Status
from catalog.store.registry import open_store
from tests.api.events import body, run_event
from tests.api.running import Service, serving

ONE = "/api/v1/lineage"
BATCH = "/api/v1/lineage/batch"


def test_one_event__is_kept_and_its_receipt_answered(http: httpx.Client, settings: Settings) -> None:
    answer = http.post(ONE, json=run_event())
    receipt = answer.json()
    assert (answer.status_code, receipt["status"], receipt["kind"], receipt["problems"]) == (
        201,
        "applied",
        "RunEvent",
        [],
    )
    entry = stored(settings)[receipt["hash"]]
    assert (entry.kind, entry.actor, json.loads(entry.body)) == (EntryKind.RUN_EVENT, "local", run_event())


def test_repeated_event__is_a_duplicate_with_the_same_hash(http: httpx.Client) -> None:
    first, second = (http.post(ONE, json=run_event()) for _ in range(2))
    assert (second.status_code, second.json()["status"]) == (201, "duplicate")
    assert second.json()["hash"] == first.json()["hash"]


def test_odd_event__is_kept_with_its_problems(http: httpx.Client) -> None:
    answer = http.post(ONE, json=run_event(run={}))
    assert answer.status_code == 201
    assert answer.json()["status"] == "partial"
    assert {problem["code"] for problem in answer.json()["problems"] if problem["lost"]} >= {"run-id"}


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/json; charset=UTF-8",
        "APPLICATION/JSON",
        "application/cloudevents+json",
        "",
    ],
)
def test_content_type__is_matched_by_its_type(http: httpx.Client, content_type: str) -> None:
    assert (
        http.post(ONE, content=body(run_event()), headers={"Content-Type": content_type}).status_code == 201
    )


def test_missing_content_type__is_accepted(http: httpx.Client) -> None:
    request = http.build_request("POST", ONE, content=body(run_event()))
    assert "content-type" not in request.headers
    assert http.send(request).status_code == 201


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "GZIP"])
def test_gzip__is_inflated(http: httpx.Client, encoding: str) -> None:
    packed = gzip.compress(body(run_event()))
    assert http.post(ONE, content=packed, headers={"Content-Encoding": encoding}).status_code == 201


def test_gzip_of_several_members__is_one_body(http: httpx.Client) -> None:
    whole = body(run_event())
    packed = gzip.compress(whole[:50]) + gzip.compress(whole[50:]) + b"\0" * 10
    assert http.post(ONE, content=packed, headers={"Content-Encoding": "gzip"}).status_code == 201


def test_big_event__of_five_megabytes_is_kept(http: httpx.Client) -> None:
    event = run_event()
    event["run"]["facets"] = {"big": {"_producer": "p", "_schemaURL": "s", "text": "x" * 5_000_000}}
    assert http.post(ONE, json=event).json()["status"] == "applied"


@pytest.mark.parametrize("path", [ONE, BATCH])
@pytest.mark.parametrize("wrap", [lambda events: events, lambda events: {"events": events}])
def test_batch__is_taken_at_both_paths_in_both_forms(
    http: httpx.Client, path: str, wrap: Callable[[list[Any]], Any]
) -> None:
    answer = http.post(path, json=wrap([run_event(1), run_event(2), run_event(1)]))
    said = answer.json()
    assert (answer.status_code, said["status"], said["failed_events"]) == (200, "success", [])
    assert said["summary"] == summary(received=3, successful=3)
    assert [receipt["status"] for receipt in said["receipts"]] == ["applied", "applied", "duplicate"]


def test_batch_with_a_bad_event__keeps_the_others(http: httpx.Client) -> None:
    answer = http.post(BATCH, json=[run_event(1), {"no": "event"}, 3, run_event(2)])
    said = answer.json()
    assert (answer.status_code, said["status"]) == (200, "partial_success")
    assert said["summary"] == summary(received=4, successful=2, failed=2, non_retriable=2)
    assert [(event["index"], event["retriable"], event["code"]) for event in said["failed_events"]] == [
        (1, False, "not-an-event"),
        (2, False, "not-an-event"),
    ]
    assert [receipt and receipt["status"] for receipt in said["receipts"]] == [
        "applied",
        None,
        None,
        "applied",
    ]


def test_batch_with_unstrict_json__costs_nothing_but_a_note(http: httpx.Client) -> None:
    odd = json.dumps([run_event(1), run_event(2, extra=float("nan"))])
    said = http.post(BATCH, content=odd).json()
    assert said["summary"] == summary(received=2, successful=2)
    assert [problem["code"] for problem in said["receipts"][1]["problems"]] == ["repaired-json"]


def test_empty_batch__is_a_success_of_nothing(http: httpx.Client) -> None:
    assert http.post(BATCH, json=[]).json()["summary"] == summary(received=0)


def test_batch_of_a_thousand__is_answered_in_order(http: httpx.Client) -> None:
    said = http.post(BATCH, json=[run_event(number) for number in range(1000)]).json()
    assert said["summary"] == summary(received=1000, successful=1000)
    again = [http.post(ONE, json=run_event(number)).json()["hash"] for number in (0, 499, 999)]
    assert again == [said["receipts"][number]["hash"] for number in (0, 499, 999)]


def test_counts__add_up_over_kept_duplicate_and_rejected(http: httpx.Client) -> None:
    http.post(ONE, json=run_event())
    http.post(ONE, json=run_event())
    http.post(ONE, json=run_event(1, run={}))
    http.post(ONE, content=b"{")
    http.post(ONE, content=b"")
    http.post(BATCH, json=[{}, run_event(2)])
    counts = {
        status: metric(http, f'meshline_events_total{{status="{status}"}}')
        for status in (*Status, "rejected")
    }
    assert counts == {"applied": 2, "partial": 1, "quarantined": 0, "duplicate": 1, "rejected": 3}


def test_answers_on_one_connection__are_not_held_up(http: httpx.Client) -> None:
    """Without TCP_NODELAY each answer waits 40 ms for the client's delayed acknowledgement."""
    http.get("/healthz")
    times = []
    for _ in range(50):
        started = time.perf_counter()
        http.get("/healthz")
        times.append(time.perf_counter() - started)
    assert median(times) < 0.03


def test_bodies_of_a_slow_sender__do_not_hold_up_others(service: Service, http: httpx.Client) -> None:
    whole = body(run_event(7))

    def slowly() -> Any:
        for start in range(0, len(whole), len(whole) // 3):
            yield whole[start : start + len(whole) // 3]
            assert http.post(ONE, json=run_event(start)).status_code == 201

    with service.client() as slow:
        assert slow.post(ONE, content=slowly()).status_code == 201


def test_small_limits__are_those_of_the_settings(settings: Settings) -> None:
    with (
        serving(replace(settings, max_body_bytes=2000, max_inflated_bytes=3000)) as small,
        small.client() as http,
    ):
        assert http.post(ONE, content=b" " * 2001).status_code == 413
        packed = gzip.compress(b" " * 3001)
        assert http.post(ONE, content=packed, headers={"Content-Encoding": "gzip"}).status_code == 413
        assert http.post(ONE, json=run_event()).status_code == 201


def summary(**counts: int) -> dict[str, int]:
    return {"received": 0, "successful": 0, "failed": 0, "retriable": 0, "non_retriable": 0, **counts}


def stored(settings: Settings) -> dict[str, Any]:
    store = open_store(settings.store)
    with store.read() as reader:
        entries = {entry.hash: entry for entry in reader.log(None, 10_000)}
    store.close()
    return entries


def metric(http: httpx.Client, name: str) -> float:
    [line] = [line for line in http.get("/metrics").text.splitlines() if line.startswith(name + " ")]
    return float(line.rpartition(" ")[2])
