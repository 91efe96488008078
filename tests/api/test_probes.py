"""Probes, metrics and logs."""

import json
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import TypeVar

import httpx
import pytest

from api import app as app_module
from api.logs import JsonFormatter
from api.settings import Settings
from catalog.errors import StoreUnavailable
from catalog.store.memory import MemoryStore
from catalog.store.port import Reader, Transaction
from tests.api.events import run_event
from tests.api.running import serving

T = TypeVar("T")


class Away:
    """A store that can be told not to answer."""

    def __init__(self) -> None:
        self.away = False
        self._store = MemoryStore()

    def _awake(self) -> MemoryStore:
        if self.away:
            raise StoreUnavailable("secret-host:7687 refused the connection")
        return self._store

    def read(self) -> AbstractContextManager[Reader]:
        return self._awake().read()

    def write(self, work: Callable[[Transaction], T]) -> T:
        return self._awake().write(work)

    def ping(self) -> None:
        self._awake().ping()

    def close(self) -> None:
        self._store.close()


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Away:
    away = Away()
    monkeypatch.setattr(app_module, "open_store", lambda url: away)
    return away


@pytest.fixture
def http(settings: Settings, store: Away) -> Iterator[httpx.Client]:
    with serving(settings) as service, service.client() as client:
        yield client


def test_store_away__is_503_with_retry_after_and_then_goes_on(http: httpx.Client, store: Away) -> None:
    store.away = True
    refused = [
        http.get("/readyz"),
        http.post("/api/v1/lineage", json=run_event()),
        http.post("/api/v1/lineage/batch", json=[run_event(1), run_event(2)]),
    ]
    assert [(answer.status_code, answer.headers["retry-after"]) for answer in refused] == [(503, "2")] * 3
    assert {answer.json()["error"]["code"] for answer in refused} == {"store-unavailable"}
    assert not [answer for answer in refused if "secret-host" in answer.text]
    assert http.get("/healthz").status_code == 200
    assert "meshline_log_entries{" not in http.get("/metrics").text
    store.away = False
    assert http.get("/readyz").json() == {"status": "ready"}
    assert http.post("/api/v1/lineage", json=run_event()).json()["status"] == "applied"


def test_batch_of_which_some_must_come_again__says_which(http: httpx.Client, store: Away) -> None:
    store.away = True
    answer = http.post("/api/v1/lineage/batch", json=[run_event(1), {}])
    assert answer.status_code == 200
    assert answer.json()["summary"] == {
        "received": 2,
        "successful": 0,
        "failed": 2,
        "retriable": 1,
        "non_retriable": 1,
    }
    assert [event["retriable"] for event in answer.json()["failed_events"]] == [True, False]


def test_metrics__count_requests_batches_and_the_log(http: httpx.Client) -> None:
    http.post("/api/v1/lineage", json=run_event())
    http.get("/nothing/x?token=1")
    for name in ("a", "b"):
        http.get(f"/id/dataset/nothing/{name}")
    text = http.get("/metrics").text
    for line in (
        'meshline_request_seconds_count{method="POST",route="/api/v1/lineage",status="201"} 1.0',
        'meshline_request_seconds_count{method="GET",route="other",status="404"} 1.0',
        'meshline_request_seconds_count{method="GET",route="/id/",status="404"} 2.0',
        "meshline_batch_events_count 1.0",
        "meshline_queue_events 0.0",
        "meshline_store_errors_total 0.0",
        'meshline_log_entries{status="applied"} 1.0',
        "meshline_derivation_jobs 0.0",
        'meshline_events_total{status="applied"} 1.0',
    ):
        assert f"\n{line}\n" in text
    assert "nothing" not in text


def test_two_services__count_apart(http: httpx.Client, settings: Settings) -> None:
    http.post("/api/v1/lineage", json=run_event())
    with serving(settings) as other, other.client() as client:
        assert 'meshline_events_total{status="applied"} 0.0' in client.get("/metrics").text


def of_access(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.name == "meshline.access"]


def test_request__is_one_line_of_json_without_body_or_query(
    http: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "meshline.access"):
        http.post("/api/v1/lineage?secret=1", json=run_event(), headers={"Authorization": "Bearer hidden"})
        deadline = time.monotonic() + 10  # the line is written behind the answer
        while not of_access(caplog) and time.monotonic() < deadline:
            time.sleep(0.01)
    [record] = of_access(caplog)
    line = json.loads(JsonFormatter().format(record))
    assert {
        key: line[key] for key in ("level", "logger", "message", "method", "path", "status", "actor")
    } == {
        "level": "info",
        "logger": "meshline.access",
        "message": "request",
        "method": "POST",
        "path": "/api/v1/lineage",
        "status": 201,
        "actor": "local",
    }
    assert line["ms"] >= 0
    assert not [secret for secret in ("secret", "hidden", "raw.orders") if secret in json.dumps(line)]


def test_log_line_of_an_error__has_its_trace(caplog: pytest.LogCaptureFixture) -> None:
    try:
        raise ValueError("broken\nin two lines")
    except ValueError:
        logging.getLogger("x").exception("failed %s", "so")
    text = JsonFormatter().format(caplog.records[0])
    line = json.loads(text)
    assert "\n" not in text
    assert (line["level"], line["message"]) == ("error", "failed so")
    assert "ValueError: broken" in line["trace"]


def test_probes__end_their_line(http: httpx.Client) -> None:
    assert [http.get(path).content for path in ("/healthz", "/readyz")] == [
        b'{"status":"up"}\n',
        b'{"status":"ready"}\n',
    ]


def test_unknown_path__is_told_which_there_are(http: httpx.Client) -> None:
    hint = http.get("/nothing").json()["error"]["hint"]
    assert [
        path for path in ("/graphql", "/api/v1/lineage", "/healthz", "/readyz", "/metrics") if path in hint
    ] == [
        "/graphql",
        "/api/v1/lineage",
        "/healthz",
        "/readyz",
        "/metrics",
    ]
