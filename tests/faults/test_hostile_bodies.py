"""Hostile bodies against the real process: its memory stays bounded, no answer is a 5xx, and good events go on."""

import json
import socket
import time
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from api.settings import MIB
from catalog.store.registry import open_store
from tests.faults.clients import BATCH, ONE
from tests.faults.events import FACET, Event, events
from tests.faults.service import ServiceProcess, served
from tests.faults.truth import differences, graph, replayed

ODD: tuple[Any, ...] = (
    None,
    True,
    0,
    -1.5,
    10**30,
    "",
    "x\0\u2028\U0001f600",
    "x" * 5000,
    [],
    {},
    [[]],
    {"x": {}},
    [None],
)
GZIP = {"Content-Encoding": "gzip"}
MAX_BODY_MIB, MAX_INFLATED_MIB = 32, 64


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the service of this module keeps its store."""
    return tmp_path_factory.mktemp("hostile")


@pytest.fixture(scope="module")
def service(folder: Path) -> Iterator[ServiceProcess]:
    """One process for the whole module: that it goes on after each case is part of the claim."""
    with served(f"sqlite:///{folder}/mesh.db", folder) as service:
        yield service


@contextmanager
def bounded_memory(service: ServiceProcess, mebibytes: int) -> Iterator[None]:
    """Within the context the process never holds so much more than before."""
    before = service.resident_mib()
    service.forget_peak()
    yield
    grown = service.peak_mib() - before
    print(f"\nmemory grew by {grown:.0f} MiB at most")
    assert grown < mebibytes


@pytest.fixture
def http(service: ServiceProcess) -> Iterator[httpx.Client]:
    """A client; after the test the service must still be the same process and keep a good event."""
    with service.client() as http:
        yield http
        assert service.running()
        assert http.post(ONE, json=good()).status_code == 201


def good(**members: Any) -> Event:
    """An event with every part that mutations may spoil."""
    column = {
        "namespace": "db",
        "name": "orders",
        "field": "id",
        "transformations": [{"type": "DIRECT", "subtype": "IDENTITY"}],
    }
    return {
        "eventTime": "2024-05-01T10:00:00Z",
        "eventType": "COMPLETE",
        "producer": "https://example.org/faults",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {
            "runId": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
            "facets": {
                "parent": {**FACET, "run": {"runId": "p"}, "job": {"namespace": "jobs", "name": "dag"}}
            },
        },
        "job": {
            "namespace": "jobs",
            "name": "load",
            "facets": {"documentation": {**FACET, "description": "d"}},
        },
        "inputs": [
            {
                "namespace": "db",
                "name": "orders",
                "facets": {"schema": {**FACET, "fields": [{"name": "id", "type": "INT"}]}},
            }
        ],
        "outputs": [
            {
                "namespace": "db",
                "name": "report",
                "facets": {
                    "columnLineage": {**FACET, "fields": {"id": {"inputFields": [column]}}},
                    "symlinks": {
                        **FACET,
                        "identifiers": [{"namespace": "hive", "name": "report", "type": "TABLE"}],
                    },
                },
            }
        ],
        **members,
    }


def mutations(value: Any, odd: Any) -> Iterator[Any]:
    """The value with each of its parts in turn replaced by something odd."""
    yield odd
    if isinstance(value, dict):
        for key, part in value.items():
            yield from ({**value, key: changed} for changed in mutations(part, odd))
    elif isinstance(value, list):
        for at, part in enumerate(value):
            yield from ([*value[:at], changed, *value[at + 1 :]] for changed in mutations(part, odd))


def bomb(mebibytes: int) -> bytes:
    """So many MiB of spaces in gzip, made without ever holding them."""
    packer = zlib.compressobj(1, wbits=31)
    piece = b" " * MIB
    return b"".join(packer.compress(piece) for _ in range(mebibytes)) + packer.flush()


def is_safe(answer: httpx.Response) -> bool:
    """An answer that OpenLineage clients survive."""
    return answer.status_code in (200, 201) or (400 <= answer.status_code < 500 and "error" in answer.json())


def test_mutations_of_a_good_event__are_all_answered_safely(http: httpx.Client) -> None:
    mutants = [event for odd in ODD for event in mutations(good(), odd)]
    with ThreadPoolExecutor(8) as threads:
        answers = threads.map(lambda event: http.post(ONE, json=event), mutants)
        for event, answer in zip(mutants, answers, strict=True):
            assert is_safe(answer), (answer.status_code, answer.text, event)
            assert "apply-failed" not in answer.text, event
    print(f"\n{len(mutants)} mutations answered")
    assert len(mutants) > 500


def test_mutations_in_a_batch__each_have_their_outcome(http: httpx.Client) -> None:
    batch = [event for odd in ODD[:6] for event in mutations(good(eventType="START"), odd)]
    answer = http.post(BATCH, json=batch)
    assert answer.status_code == 200
    summary = answer.json()["summary"]
    assert (summary["received"], summary["retriable"]) == (len(batch), 0)
    assert summary["successful"] > len(batch) / 2


def test_event_cut_off_anywhere__is_400(http: httpx.Client) -> None:
    body = json.dumps(good()).encode()
    for end in range(1, len(body), 23):
        assert http.post(ONE, content=body[:end]).status_code == 400


DEEP: dict[str, Callable[[int], bytes]] = {
    "lists": lambda depth: (
        b'{"eventTime":"2024-05-01T10:00:00Z","run":{"facets":' + b"[" * depth + b"]" * depth + b"}}"
    ),
    "objects": lambda depth: b'{"run":' * depth + b"{}" + b"}" * depth,
    "lists never closed": lambda depth: b"[" * depth,
    "objects never closed": lambda depth: b'{"run":' * depth,
}


@pytest.mark.parametrize("make", DEEP.values(), ids=DEEP.keys())
@pytest.mark.parametrize("path", [ONE, BATCH])
def test_200_000_levels_of_nesting__are_400(
    http: httpx.Client, make: Callable[[int], bytes], path: str
) -> None:
    assert http.post(path, content=make(200_000)).status_code == 400


def test_gzip_bombs__are_413_in_bounded_memory(service: ServiceProcess, http: httpx.Client) -> None:
    packed = bomb(400)
    with bounded_memory(service, 2 * MAX_INFLATED_MIB):
        for path in (ONE, BATCH):
            answer = http.post(path, content=packed, headers=GZIP)
            assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too-large")


def test_event_of_10_mb__is_kept(http: httpx.Client) -> None:
    fields = [{"name": f"column_{n}", "type": "VARCHAR", "description": "x" * 400} for n in range(2_000)]
    schema = {**FACET, "fields": fields, "comment": "y" * 9_200_000}
    wide = {"namespace": "db", "name": "wide", "facets": {"schema": schema}}
    body = json.dumps(good(outputs=[wide])).encode()
    assert len(body) > 10_000_000
    answer = http.post(ONE, content=body)
    assert (answer.status_code, answer.json()["status"]) == (201, "applied")


def test_body_of_100_mb__is_413_in_bounded_memory(service: ServiceProcess, http: httpx.Client) -> None:
    def pieces() -> Iterator[bytes]:
        yield from (b"x" * MIB for _ in range(100))

    claimed = {"Content-Length": str(100 * MIB)}
    with bounded_memory(service, 2 * MAX_BODY_MIB):
        for headers in (claimed, {}):  # {}: chunked, so that the service learns the size as it comes
            answer = http.post(ONE, content=pieces(), headers=headers)
            assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too-large")


def test_slow_senders__hold_up_nobody(service: ServiceProcess, http: httpx.Client) -> None:
    address = urlsplit(service.url)
    body = json.dumps(good(eventTime="2024-05-02T10:00:00Z")).encode()
    head = f"POST {ONE} HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with ExitStack() as stack:
        slow = [
            stack.enter_context(socket.create_connection((str(address.hostname), address.port or 0), 30))
            for _ in range(100)
        ]
        for number, connection in enumerate(slow):
            connection.sendall((head + body)[: 1 + number * 7 % (len(head) + len(body) - 1)])
        begun = time.monotonic()
        for event in events(11, 20):
            assert http.post(ONE, json=event).status_code == 201
        assert time.monotonic() - begun < 10
        slow[0].sendall((head + body)[1:])
        assert slow[0].recv(12) == b"HTTP/1.1 201"


def test_many_hostile_senders_at_once__starve_no_good_one(
    service: ServiceProcess, http: httpx.Client
) -> None:
    packed, deep = bomb(256), DEEP["objects"](200_000)

    def attack(number: int) -> int:
        with service.client() as attacker:
            if number % 2:
                return attacker.post(ONE, content=packed, headers=GZIP).status_code
            return attacker.post(ONE, content=deep).status_code

    with bounded_memory(service, 10 * MAX_INFLATED_MIB), ThreadPoolExecutor(8) as threads:
        attacks = [threads.submit(attack, number) for number in range(16)]
        kept = [http.post(ONE, json=event).status_code for event in events(12, 20)]
        answers = {attack.result() for attack in attacks}
    assert set(kept) == {201}
    assert {400} < answers <= {400, 413, 503}  # 503: the bodies in hand have a common bound


@pytest.mark.usefixtures("http")
def test_store_after_all_that__is_the_replay_of_its_log(folder: Path) -> None:
    store = open_store(f"sqlite:///{folder}/mesh.db")
    try:
        assert differences(graph(store), replayed(store)) == []
    finally:
        store.close()
