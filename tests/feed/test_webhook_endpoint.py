"""Webhooks over HTTP and on the command line: made, listed, tested, taken away."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.settings import Settings
from catalog.feed.webhook import MOST_WEBHOOKS
from tests.api.asking import Cli
from tests.api.conftest import cli
from tests.api.running import Service, serving
from tests.feed.receiver import Receiver, receiving, status
from tests.feed.verifying import verify

__all__ = ["cli"]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("webhooks")
    settings = Settings(store=f"sqlite:///{folder}/mesh.db", port=0, keys_file=folder / "keys.json")
    with serving(replace(settings, webhook_allow=("127.0.0.0/8",))) as running:
        yield running


@pytest.fixture
def http(service: Service) -> Iterator[httpx.Client]:
    with service.client() as client:
        yield client
        for one in client.get("/api/v1/webhooks").json()["webhooks"]:
            client.delete(f"/api/v1/webhooks/{one['id']}")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


def _add(http: httpx.Client, **said: Any) -> dict[str, Any]:
    answer = http.post("/api/v1/webhooks", json=said)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_webhook__is_made_and_listed_without_its_secret(http: httpx.Client, receiver: Receiver) -> None:
    made = _add(http, url=receiver.url, kinds=["owner.changed"], domains=["shop"])

    [shown] = http.get("/api/v1/webhooks").json()["webhooks"]

    assert made["secret"].startswith("whsec_")
    assert shown == {name: value for name, value in made.items() if name != "secret"}
    assert (shown["kinds"], shown["domains"], shown["actor"]) == (["owner.changed"], ["shop"], "local")


def test_webhook__may_bring_its_own_secret(http: httpx.Client, receiver: Receiver) -> None:
    own = "whsec_" + "QUJD" * 8

    assert _add(http, url=receiver.url, secret=own)["secret"] == own


@pytest.mark.parametrize(
    ("body", "code", "http_status"),
    [
        (b"[", "not-a-webhook", 400),
        (b"{}", "not-a-webhook", 400),
        (b'{"url": 7}', "not-a-webhook", 400),
        (b'{"url": "https://example.org", "extra": 1}', "not-a-webhook", 400),
        (b'{"url": "https://10.0.0.1/"}', "webhook-refused", 422),
        (b'{"url": "http://169.254.169.254/latest/meta-data"}', "webhook-refused", 422),
        (b'{"url": "https://no.such.host.invalid/"}', "webhook-refused", 422),
        (b'{"url": "https://127.0.0.1/", "kinds": ["nothing"]}', "webhook-refused", 422),
        (b'{"url": "https://127.0.0.1/", "secret": "short"}', "webhook-refused", 422),
    ],
)
def test_webhook__that_cannot_be_is_refused(
    http: httpx.Client, body: bytes, code: str, http_status: int
) -> None:
    answer = http.post("/api/v1/webhooks", content=body, headers={"Content-Type": "application/json"})

    assert (answer.json()["error"]["code"], answer.status_code) == (code, http_status)
    assert http.get("/api/v1/webhooks").json() == {"webhooks": []}


def test_webhooks__are_as_many_as_there_may_be(
    http: httpx.Client, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MOST_WEBHOOKS > 1
    monkeypatch.setattr("catalog.feed.webhook.MOST_WEBHOOKS", 1)
    _add(http, url=receiver.url)

    answer = http.post("/api/v1/webhooks", json={"url": receiver.url})

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "invalid-query")


def test_test__sends_a_signed_event_and_tells_the_answer(http: httpx.Client, receiver: Receiver) -> None:
    made = _add(http, url=receiver.url)
    receiver.answers = [status(200), status(302)]

    first, second = (http.post(f"/api/v1/webhooks/{made['id']}/test").json() for _ in range(2))

    assert first == {"taken": True, "answer": "It answered 200."}
    assert second == {"taken": False, "answer": "It answered 302; redirects are not followed."}
    request = receiver.requests[0]
    sent_s = int(request.headers["webhook-timestamp"])
    assert verify(made["secret"], request.headers, request.body, now_s=sent_s)
    assert request.event["type"] == "meshline.webhook.test"


@pytest.mark.parametrize("path", ["", "/test", "/dead-letters", "/redeliver"])
def test_unknown_webhook__is_not_found(http: httpx.Client, path: str) -> None:
    method = {"": "DELETE", "/dead-letters": "GET"}.get(path, "POST")

    answer = http.request(method, f"/api/v1/webhooks/wh_none{path}")

    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "unknown-node")


@pytest.mark.parametrize("where", ["store", "url"])
def test_command__makes_lists_tests_and_removes(
    cli: Cli,
    service: Service,
    receiver: Receiver,
    where: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("MESHLINE_WEBHOOK_ALLOW", "127.0.0.0/8")
    place = ("--url", service.url) if where == "url" else ("--store", f"sqlite:///{tmp_path}/own.db")

    code, out, _ = cli("webhook", "add", receiver.url, "--kind", "run.failed", "--json", *place)
    made = json.loads(out)
    assert code == 0
    assert made["kinds"] == ["run.failed"]

    _, shown, _ = cli("webhook", "list", *place)
    assert made["id"] in shown
    assert made["secret"] not in shown

    receiver.answers = [status(200), status(500)]
    assert cli("webhook", "test", made["id"], *place)[:2] == (0, "Taken: It answered 200.\n")
    assert cli("webhook", "test", made["id"], *place)[:2] == (1, "Not taken: It answered 500.\n")
    assert cli("webhook", "redeliver", made["id"], *place)[1] == "0 dead letters will be sent once more.\n"
    assert json.loads(cli("webhook", "dead-letters", made["id"], "--json", *place)[1]) == {"deadLetters": []}

    assert cli("webhook", "remove", made["id"], *place)[:2] == (0, f"Webhook {made['id']} is removed.\n")
    code, _, error = cli("webhook", "test", made["id"], *place)
    assert code == 3
    assert "There is no webhook" in error


def test_command__refuses_an_address_that_is_not_public(cli: Cli, tmp_path: Path) -> None:
    code, _, error = cli("webhook", "add", "https://192.168.0.1/", "--store", f"sqlite:///{tmp_path}/own.db")

    assert code == 3
    assert "not public" in error
    assert "MESHLINE_WEBHOOK_ALLOW" in error
