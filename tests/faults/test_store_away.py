"""A SQLite store that cannot be written for a while: 503 meanwhile, nothing half-applied, and it goes on afterwards."""

import resource
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

import api.app
from api.settings import Settings
from catalog.store.sqlite import SqliteStore
from catalog.store.sqlite_connection import BUSY_TIMEOUT_S
from tests.api.running import serving
from tests.faults.clients import BATCH, ONE
from tests.faults.events import Event, events
from tests.faults.service import ServiceProcess, served
from tests.faults.truth import check_store, text_of

ROOM_BYTES = 96 * 1024


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Somebody else holds the file for writing."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("BEGIN EXCLUSIVE")
        yield
        connection.execute("ROLLBACK")
    finally:
        connection.close()


@contextmanager
def full_disk(service: ServiceProcess, folder: Path) -> Iterator[None]:
    """The service's files may not grow beyond a little more than the largest is: the kernel refuses its writes."""
    largest = max(path.stat().st_size for path in folder.iterdir() if path.is_file())
    before = resource.prlimit(service.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(service.pid, resource.RLIMIT_FSIZE, (largest + ROOM_BYTES, before[1]))
    try:
        yield
    finally:
        if service.running():
            resource.prlimit(service.pid, resource.RLIMIT_FSIZE, before)


def require_unavailable(answer: httpx.Response) -> None:
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "store-unavailable")
    assert int(answer.headers["retry-after"]) > 0


def test_locked_store__is_answered_503_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mesh.db"
    monkeypatch.setattr(api.app, "open_store", lambda _: SqliteStore(str(path), busy_timeout_s=0.3))
    settings = Settings(store=f"sqlite:///{path}", port=0, keys_file=tmp_path / "keys.json")
    one, *several = events(7, 20)
    with serving(settings) as service, service.client() as http:
        with locked(path):
            require_unavailable(http.post(ONE, json=one))
            require_unavailable(http.post(BATCH, json=several))
        with locked(path):
            assert http.get("/healthz").status_code == 200
        assert http.post(BATCH, json=several).json()["summary"]["successful"] == len(several)
    check_store(settings.store, set(map(text_of, several)), set(map(text_of, several)))


@pytest.mark.slow
def test_store_locked_longer_than_the_service_waits__is_answered_503_and_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "mesh.db"
    one, other = events(8, 2)
    with served(f"sqlite:///{path}", tmp_path) as service, service.client(BUSY_TIMEOUT_S * 2) as http:
        with locked(path):
            begun = time.monotonic()
            require_unavailable(http.post(ONE, json=one))
            assert time.monotonic() - begun > BUSY_TIMEOUT_S / 2
        assert http.post(ONE, json=other).status_code == 201
    check_store(f"sqlite:///{path}", {text_of(other)}, {text_of(other)})


def send_until_refused(http: httpx.Client, given: list[Event]) -> tuple[list[Event], list[Event]]:
    """What was acknowledged before the first refusal, and what was not."""
    for number, event in enumerate(given):
        answer = http.post(ONE, json=event)
        if answer.status_code != 201:
            require_unavailable(answer)
            return given[:number], given[number:]
    raise AssertionError(f"{len(given)} events fitted on a full disk")


def fitting(answer: httpx.Response, batch: list[Event]) -> list[Event]:
    """What was acknowledged of a batch that the disk has no room for: a small event may fit where another did not."""
    if answer.status_code == 503:
        require_unavailable(answer)
        return []
    failed = answer.json()["failed_events"]
    assert {(one["code"], one["retriable"]) for one in failed} == {("store-unavailable", True)}
    missing = {one["index"] for one in failed}
    assert len(missing) > len(batch) / 2
    return [event for index, event in enumerate(batch) if index not in missing]


def test_full_disk__is_answered_503_and_the_service_goes_on_when_there_is_room(tmp_path: Path) -> None:
    store_url = f"sqlite:///{tmp_path}/mesh.db"
    first, *given = events(9, 400)
    with served(store_url, tmp_path) as service, service.client() as http:
        assert http.post(ONE, json=first).status_code == 201
        with full_disk(service, tmp_path):
            kept, refused = send_until_refused(http, given)
            squeezed = fitting(http.post(BATCH, json=refused), refused)
            assert http.get("/healthz").status_code == 200
        after = [event for event in refused if event not in squeezed][:10]
        assert http.post(BATCH, json=after).json()["summary"]["successful"] == len(after)
        assert service.stop() == 0
    acknowledged = set(map(text_of, [first, *kept, *squeezed, *after]))
    check_store(store_url, acknowledged, acknowledged)


def test_service_killed_on_a_full_disk__loses_nothing_acknowledged(tmp_path: Path) -> None:
    store_url = f"sqlite:///{tmp_path}/mesh.db"
    first, *given = events(10, 400)
    with served(store_url, tmp_path) as service, service.client() as http:
        assert http.post(ONE, json=first).status_code == 201
        with full_disk(service, tmp_path):
            kept, refused = send_until_refused(http, given)
            service.kill()
    check_store(store_url, set(map(text_of, [first, *kept])), set(map(text_of, [first, *kept])))
    assert refused
