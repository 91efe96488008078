"""Loading over HTTP with the real client, against a small recording server."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from api.demo import load_demo
from api.errors import ServiceError, UsageError
from tests.demo.conftest import NOW


@dataclass
class Recorder:
    """What arrived, and the status to answer with."""

    status: int = 201
    url: str = ""
    paths: set[str] = field(default_factory=set)
    keys: set[str | None] = field(default_factory=set)
    bodies: list[bytes] = field(default_factory=list)


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    recorder = Recorder()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            recorder.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            recorder.paths.add(self.path)
            recorder.keys.add(self.headers["Authorization"])
            self.send_response(recorder.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        recorder.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield recorder
        server.shutdown()
        thread.join()


def test_load_demo__sends_every_event_and_a_second_time_the_same_bodies(recorder: Recorder) -> None:
    summary = load_demo(recorder.url, now=NOW)
    assert len(recorder.bodies) == summary.events == 112
    assert recorder.paths == {"/api/v1/lineage"}
    assert recorder.keys == {None}
    assert f"--url {recorder.url}" in str(summary)
    load_demo(recorder.url, now=NOW)
    assert recorder.bodies[:112] == recorder.bodies[112:]


def test_load_demo__sends_the_key_and_keeps_the_path_of_the_url(recorder: Recorder) -> None:
    recorder.status = 404
    with pytest.raises(ServiceError):
        load_demo(f"{recorder.url}/mesh", "secret", now=NOW)
    assert recorder.paths == {"/mesh/api/v1/lineage"}
    assert recorder.keys == {"Bearer secret"}


def test_load_demo__says_when_nothing_answers() -> None:
    with pytest.raises(
        ServiceError,
        match=r"^http://127.0.0.1:9 does not answer. Start one with `[^`]*`, or correct --url.$",
    ):
        load_demo("http://127.0.0.1:9", now=NOW)


@pytest.mark.parametrize(("status", "hint"), [(401, "API key"), (404, "Meshline service")])
def test_load_demo__stops_at_a_refusal(recorder: Recorder, status: int, hint: str) -> None:
    recorder.status = status
    with pytest.raises(ServiceError, match=rf"HTTP {status}\..*{hint}"):
        load_demo(recorder.url, now=NOW)
    assert len(recorder.bodies) == 1


def test_load_demo__refuses_what_is_no_url() -> None:
    with pytest.raises(UsageError, match="is not the URL of a service"):
        load_demo("shop", now=NOW)


def test_load_demo__refuses_when_the_client_is_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENLINEAGE_DISABLED", "true")
    with pytest.raises(UsageError, match="OPENLINEAGE_DISABLED"):
        load_demo("http://127.0.0.1:8000", now=NOW)


def test_load_demo__says_when_the_client_cannot_be_configured(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENLINEAGE__FILTERS", '[{"nonsense": 1}]')
    with pytest.raises(UsageError, match="cannot read its configuration"):
        load_demo("http://127.0.0.1:8000", now=NOW)
