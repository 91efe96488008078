"""The client behind ``--url``: it waits out a 503, and says in the service's words why it was refused."""

import json
from collections.abc import Callable

import httpx
import pytest

from api.client import ServiceClient
from api.errors import ServiceError, UsageError
from api.sinks import to_service
from ingest.errors import Rejected
from ingest.files import Found
from tests.api.events import body, run_event

Answer = Callable[[httpx.Request], httpx.Response]
RECEIPT = {"status": "applied", "hash": "0" * 64, "kind": "RunEvent", "problems": []}


@pytest.fixture
def talk(monkeypatch: pytest.MonkeyPatch) -> Callable[[Answer], ServiceClient]:
    """A client whose requests are answered by a function."""
    original = httpx.Client

    def client_of(answer: Answer) -> ServiceClient:
        monkeypatch.setattr(
            "api.client.httpx.Client",
            lambda **options: original(**options, transport=httpx.MockTransport(answer)),
        )
        return ServiceClient("http://mesh.example.org/", "token", patience_s=5)

    return client_of


def test_busy_service__is_asked_again_after_the_time_it_names(
    talk: Callable[[Answer], ServiceClient],
) -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if len(asked) < 3:
            return httpx.Response(503, headers={"Retry-After": "0"})
        return httpx.Response(201, json=RECEIPT)

    with talk(answer) as client:
        assert client.post_event(body(run_event())).hash == "0" * 64
    assert len(asked) == 3
    assert {(str(request.url), request.headers["authorization"]) for request in asked} == {
        ("http://mesh.example.org/api/v1/lineage", "Bearer token")
    }


def test_events_to_be_sent_again__are_and_the_others_not(talk: Callable[[Answer], ServiceClient]) -> None:
    batches: list[int] = []

    def answer(request: httpx.Request) -> httpx.Response:
        first = not batches
        batches.append(int(request.headers["content-length"]))
        failed = [
            {"index": 0, "reason": "busy", "retriable": True, "code": "overloaded"},
            {"index": 1, "reason": "bad", "retriable": False, "code": "not-an-event"},
        ]
        summary = {"received": 3, "successful": 1, "failed": 2, "retriable": 1, "non_retriable": 1}
        if first:
            said = {"status": "partial_success", "failed_events": failed, "receipts": [None, None, RECEIPT]}
        else:
            said = {"status": "success", "failed_events": [], "receipts": [RECEIPT]}
        return httpx.Response(200, json={**said, "summary": summary})

    events = [Found(name, json.dumps({"name": name}).encode()) for name in "abc"]
    with talk(answer) as client:
        outcomes = {found.source: outcome for found, outcome in to_service(client, events, 10)}
    assert len(batches) == 2
    assert isinstance(outcomes["b"], Rejected)
    assert outcomes["b"].code == "not-an-event"
    assert {name for name, outcome in outcomes.items() if not isinstance(outcome, Rejected)} == {"a", "c"}


def test_refusal__is_told_in_the_services_words(talk: Callable[[Answer], ServiceClient]) -> None:
    error = {
        "error": {"code": "forbidden", "message": "The role reader may not emit.", "hint": "Use another."}
    }
    with (
        talk(lambda request: httpx.Response(403, json=error)) as client,
        pytest.raises(ServiceError) as caught,
    ):
        client.post_event(b"{}")
    said = caught.value
    assert (said.status, said.code, said.message, said.hint) == (
        403,
        "forbidden",
        "The role reader may not emit.",
        "Use another.",
    )


@pytest.mark.parametrize("content", [b"<html>", b"[]", b'{"error": 3}'])
def test_answer_of_something_else__is_told_as_such(
    talk: Callable[[Answer], ServiceClient], content: bytes
) -> None:
    with (
        talk(lambda request: httpx.Response(404, content=content)) as client,
        pytest.raises(ServiceError, match=r"404 Not Found\. Is it a Meshline service"),
    ):
        client.ask("{ x }", {})


def test_success_that_is_not_ours__is_told_as_such(talk: Callable[[Answer], ServiceClient]) -> None:
    with (
        talk(lambda request: httpx.Response(200, text="hello")) as client,
        pytest.raises(ServiceError, match="not understood"),
    ):
        client.post_event(b"{}")


@pytest.mark.parametrize("url", ["", "127.0.0.1:8000", "ftp://host", "http://", "sqlite:///x"])
def test_url__must_be_one_of_a_service(url: str) -> None:
    with pytest.raises(UsageError, match="not the URL of a service"):
        ServiceClient(url)
