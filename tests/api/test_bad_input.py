"""Bad input: each case has its status and code; none is a 5xx, an empty answer or the end of the service."""

import gzip
import json
import socket
import tracemalloc
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx
import pytest

from api.body import gunzip
from api.budget import Budget
from api.errors import HttpError
from api.settings import Settings
from tests.api.events import body, run_event
from tests.api.running import Service, serving

ONE = "/api/v1/lineage"
BATCH = "/api/v1/lineage/batch"
MIB = 1024 * 1024


@dataclass(frozen=True)
class Case:
    """How to make a body, what must be answered, and how it is sent."""

    content: Callable[[], bytes]
    status: int
    code: str
    path: str = ONE
    headers: Mapping[str, str] = field(default_factory=dict)


def bomb(mebibytes: int) -> bytes:
    """So many MiB of zeros in gzip, made without ever holding them."""
    packer = zlib.compressobj(1, wbits=31)
    piece = bytes(MIB)
    return b"".join(packer.compress(piece) for _ in range(mebibytes)) + packer.flush()


GZIP = {"Content-Encoding": "gzip"}
CASES = {
    "empty": Case(lambda: b"", 400, "empty-body"),
    "only spaces": Case(lambda: b" \n\t ", 400, "empty-body"),
    "no JSON": Case(lambda: b"hello", 400, "unparsable"),
    "cut off": Case(lambda: body(run_event())[:-5], 400, "unparsable"),
    "two values": Case(lambda: body(run_event()) + body(run_event()), 400, "unparsable"),
    "not UTF-8": Case(lambda: b'{"eventTime":"\xff\xfe\xfa"}', 400, "unparsable"),
    "a number": Case(lambda: b"3", 400, "not-an-event"),
    "null": Case(lambda: b"null", 400, "not-an-event"),
    "a string": Case(lambda: b'"event"', 400, "not-an-event"),
    "an empty object": Case(lambda: b"{}", 400, "not-an-event"),
    "no eventTime": Case(lambda: body({"run": {"runId": "1"}}), 400, "not-an-event"),
    "nothing that happened": Case(lambda: body({"eventTime": "2024-05-01T10:00:00Z"}), 400, "not-an-event"),
    "parts of wrong types": Case(
        lambda: body({"eventTime": "2024-05-01T10:00:00Z", "run": 3, "job": "x"}), 400, "not-an-event"
    ),
    "nested deeply": Case(
        lambda: b'{"eventTime":' + b"[" * 5000 + b"]" * 5000 + b',"run":{}}', 400, "too-deep"
    ),
    "nested very deeply": Case(lambda: b"[" * 1_000_000, 400, "too-deep"),
    "objects nested very deeply": Case(lambda: b'{"run":' * 200_000, 400, "too-deep"),
    "an object as batch": Case(lambda: body(run_event()), 400, "not-a-batch", BATCH),
    "events of a wrong type": Case(lambda: body({"events": 3}), 400, "not-a-batch", BATCH),
    "a batch that is cut off": Case(lambda: b"[" + body(run_event())[:-5], 400, "not-a-batch", BATCH),
    "oversize": Case(lambda: b" " * (33 * MIB), 413, "too-large"),
    "a gzip bomb": Case(lambda: bomb(100), 413, "too-large", headers=GZIP),
    "gzip that is none": Case(lambda: body(run_event()), 400, "not-gzip", headers=GZIP),
    "gzip cut off": Case(lambda: gzip.compress(body(run_event()))[:-9], 400, "not-gzip", headers=GZIP),
    "gzip with a wrong sum": Case(
        lambda: gzip.compress(body(run_event()))[:-8] + b"\0" * 8, 400, "not-gzip", headers=GZIP
    ),
    "gzip with garbage behind": Case(
        lambda: gzip.compress(b"{}") + b"garbage", 400, "not-gzip", headers=GZIP
    ),
    "a train of empty members": Case(lambda: gzip.compress(b"") * 100_000, 400, "not-gzip", headers=GZIP),
    "empty gzip": Case(lambda: b"", 400, "not-gzip", headers=GZIP),
    "zlib as gzip": Case(lambda: zlib.compress(body(run_event())), 400, "not-gzip", headers=GZIP),
    "another encoding": Case(
        lambda: body(run_event()), 415, "unknown-encoding", headers={"Content-Encoding": "zstd"}
    ),
    "two encodings": Case(
        lambda: body(run_event()), 415, "unknown-encoding", headers={"Content-Encoding": "gzip, gzip"}
    ),
    "a form": Case(
        lambda: body(run_event()),
        415,
        "not-json-type",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    ),
    "plain text": Case(
        lambda: body(run_event()), 415, "not-json-type", headers={"Content-Type": "text/plain"}
    ),
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service for the whole module: that it goes on after each case is part of the claim."""
    folder = tmp_path_factory.mktemp("bad-input")
    with serving(
        Settings(store=f"sqlite:///{folder}/mesh.db", port=0, keys_file=folder / "keys.json")
    ) as running:
        yield running


@pytest.fixture(scope="module")
def http(service: Service) -> Iterator[httpx.Client]:
    with service.client() as client:
        yield client


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_bad_body__is_told_what_is_wrong_and_the_service_goes_on(http: httpx.Client, case: Case) -> None:
    before = rejected(http)
    answer = http.post(case.path, content=case.content(), headers=case.headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (case.status, case.code)
    assert answer.json()["error"].keys() == {"code", "message", "hint"}
    assert answer.json()["error"]["message"]
    assert answer.json()["error"]["hint"]
    assert "retry-after" not in answer.headers
    assert rejected(http) == before + 1
    assert http.post(ONE, json=run_event()).status_code == 201


def rejected(http: httpx.Client) -> float:
    """How many bodies and events the service has counted as rejected."""
    start = 'meshline_events_total{status="rejected"} '
    [line] = [line for line in http.get("/metrics").text.splitlines() if line.startswith(start)]
    return float(line.removeprefix(start))


def test_gzip_bomb__never_takes_more_memory_than_its_bound() -> None:
    packed = bomb(700)
    tracemalloc.start()
    try:
        with pytest.raises(HttpError, match="more than 8388608 bytes"):
            gunzip(packed, 8 * MIB, Budget(64 * MIB).hold())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 9 * MIB


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"])
@pytest.mark.parametrize("path", [ONE, BATCH])
def test_other_methods__are_405_with_allow(http: httpx.Client, method: str, path: str) -> None:
    answer = http.request(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize(
    "path", ["/api/v1/lineage/", "/api/v1/lineage/batch/", "//api/v1/lineage", "/nothing", "/"]
)
def test_other_paths__are_404_and_never_a_redirect(http: httpx.Client, path: str) -> None:
    answer = http.send(
        http.build_request("POST", httpx.URL(str(http.base_url).rstrip("/") + path), json=run_event())
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not-found")


def test_event_whose_sender_hangs_up__leaves_nothing_and_no_crash(
    service: Service, http: httpx.Client
) -> None:
    address = urlsplit(service.url)
    whole = body(run_event())
    head = f"POST {ONE} HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Length: {len(whole)}\r\n\r\n".encode()
    with socket.create_connection((str(address.hostname), address.port or 0)) as connection:
        connection.sendall(head + whole[: len(whole) // 2])
    assert http.post(ONE, json=run_event()).status_code == 201
    assert 'status="500"' not in http.get("/metrics").text


def test_hostile_headers__are_refused_by_the_server(service: Service, http: httpx.Client) -> None:
    address = urlsplit(service.url)
    with socket.create_connection((str(address.hostname), address.port or 0)) as connection:
        connection.sendall(b"POST " + b"x" * 100 + b"\r\n\r\n")
        connection.settimeout(5)
        assert connection.recv(12) == b"HTTP/1.1 400"
    assert http.get("/healthz").status_code == 200


def test_reply_to_bad_input__is_json_without_our_insides(http: httpx.Client) -> None:
    answer = http.post(ONE, content=b"{")
    assert answer.headers["content-type"] == "application/json"
    assert "Traceback" not in json.dumps(answer.json())
