"""A real service that is killed while it follows and sends: no change is lost, none comes out of order."""

import time
from pathlib import Path

import httpx
import pytest

from tests.api.events import run_event, schema
from tests.faults.service import ServiceProcess
from tests.feed.receiver import Receiver, await_that, receiving, status

URLS = ("sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j))
SETTINGS = {"MESHLINE_WEBHOOK_ALLOW": "127.0.0.1", "MESHLINE_WEBHOOK_RETRY_SECONDS": "1"}
EVENTS = 24
KILLS = (5, 13, 17)


@pytest.mark.slow
@pytest.mark.parametrize("kind", URLS)
def test_killed_service__sends_every_change_in_order(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    store = f"sqlite:///{tmp_path}/mesh.db" if kind == "sqlite" else str(request.getfixturevalue("neo4j_url"))
    service = ServiceProcess(store, tmp_path, **SETTINGS)
    try:
        with receiving() as receiver:
            _send(service, 0)
            with service.client() as http:
                made = http.post("/api/v1/webhooks", json={"url": receiver.url, "kinds": ["schema.changed"]})
                assert made.status_code == 201, made.text
            receiver.answers = [status(500), status(200), 0.2, status(503)]
            for number in range(1, EVENTS):
                _send(service, number)
                time.sleep(0.15)
                if number in KILLS:
                    service.kill()
                    service = ServiceProcess(store, tmp_path, **SETTINGS)
            await_that(lambda: _shown(receiver)[-1:] == [f"field f{EVENTS - 1}"], "the last change", 60)
    finally:
        service.kill()

    chain = [*_shown(receiver)]
    removed = [_facts(event)[1] for event in _each_once(receiver)]
    assert removed == ["field f0", *chain[:-1]]


def _send(service: ServiceProcess, number: int) -> None:
    """An event by which one column takes the place of another."""
    event = run_event(number, eventTime=f"2024-05-01T10:{number:02}:00Z", inputs=[])
    event["outputs"] = [{"namespace": "warehouse", "name": "mart.orders", "facets": schema(f"f{number}")}]
    with service.client() as http:
        answer: httpx.Response = http.post("/api/v1/lineage", json=event)
    assert answer.status_code == 201, answer.text


def _each_once(receiver: Receiver) -> list[dict[str, object]]:
    """The events in the order in which they came first."""
    return list({str(event["id"]): event for event in receiver.events}.values())


def _facts(event: dict[str, object]) -> tuple[str, str]:
    """The column that came and the one that went."""
    data = event["data"]
    assert isinstance(data, dict)
    [came] = [fact["name"] for fact in data["facts"] if fact["before"] is None]
    [went] = [fact["name"] for fact in data["facts"] if fact["after"] is None]
    return came, went


def _shown(receiver: Receiver) -> list[str]:
    return [_facts(event)[0] for event in _each_once(receiver)]
