"""Listening over HTTP: server-sent events and subscriptions of a running service."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.changes import event_stream
from api.changes.hub import ChangeHub, Place
from api.keys import KeysFile, Role
from api.metrics import Metrics
from api.settings import Settings
from catalog.errors import StoreUnavailable
from catalog.feed.change import Change, ChangeFilter
from catalog.projection import Projection
from catalog.store.port import Reader, Store
from catalog.store.registry import open_store
from ingest.replay import interpret_again
from tests.api.graphql.counting import CountingStore
from tests.api.running import Service, serving
from tests.docs.markdown import ROOT, snippets
from tests.feed.mesh import SALES, Mesh, sales
from tests.feed.receiver import await_that

PAGE = ROOT / "docs" / "changes.md"
SUBSCRIPTION = """subscription ($filter: ChangeFilter, $after: String) {
  changes(filter: $filter, after: $after) {
    id kind how subjectId subjectKind subjectName products { name } domains { name }
    facts { name before after } moreFacts
  }
}"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(store=f"sqlite:///{tmp_path}/mesh.db", port=0, keys_file=tmp_path / "keys.json")


@pytest.fixture
def service(settings: Settings) -> Iterator[Service]:
    with serving(settings) as running:
        yield running


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    opened = open_store(settings.store)
    yield opened
    opened.close()


class Described:
    """Describes the mesh of a service from beside it."""

    def __init__(self, store: Store) -> None:
        self._mesh = Mesh.__new__(Mesh)
        self._mesh.store, self._mesh.minute = store, 0
        self._mesh.projection = Projection(store, interpret_again)

    def __call__(self, **said: Any) -> None:
        self._mesh.describe(*sales(**said))


@pytest.fixture
def describe(service: Service, store: Store) -> Described:
    return Described(store)


class Listener:
    """Reads a stream in a thread: the fields of each event."""

    def __init__(self, response: httpx.Response) -> None:
        self.events: list[dict[str, str]] = []
        self.comments = 0
        self.ended = threading.Event()
        self._response = response
        threading.Thread(target=self._read, daemon=True).start()

    def await_events(self, count: int) -> list[dict[str, str]]:
        await_that(lambda: len(self.events) >= count, f"{count} events")
        return self.events

    @property
    def data(self) -> list[Any]:
        return [json.loads(event["data"]) for event in self.events if event["data"]]

    def _read(self) -> None:
        event: dict[str, str] = {}
        try:
            for line in self._response.iter_lines():
                if not line and "data" in event:
                    self.events.append(event)
                    event = {}
                elif line.startswith(":"):
                    self.comments += 1
                elif line:
                    name, _, value = line.partition(":")
                    event[name] = value.removeprefix(" ")
        except httpx.TransportError:
            pass
        self.ended.set()


@contextmanager
def listening(service: Service, query: str = "", **headers: str) -> Iterator[Listener]:
    with (
        httpx.Client(timeout=60, trust_env=False) as client,
        client.stream("GET", f"{service.url}/api/v1/changes{query}", headers=headers) as response,
    ):
        assert response.status_code == 200, response.read()
        assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
        yield Listener(response)


@contextmanager
def subscribing(service: Service, query: str = SUBSCRIPTION, **variables: Any) -> Iterator[Listener]:
    headers = {"Accept": "text/event-stream"}
    body = {"query": query, "variables": variables}
    with (
        httpx.Client(timeout=60, trust_env=False) as client,
        client.stream("POST", f"{service.url}/graphql", json=body, headers=headers) as response,
    ):
        assert response.status_code == 200, response.read()
        yield Listener(response)


def test_stream__tells_changes_as_cloud_events(service: Service, describe: Described) -> None:
    with listening(service) as listener:
        describe()
        events = listener.await_events(6)

    assert {one["subject"] for one in listener.data} >= {SALES}
    assert all(json.loads(event["data"])["id"] == event["id"] for event in events)


def test_stream__goes_on_behind_the_last_event(service: Service, describe: Described) -> None:
    with listening(service, "?kind=product.changed") as listener:
        describe(description="1")
        [first] = listener.await_events(1)
    describe(description="2")

    with listening(service, "?kind=product.changed", **{"Last-Event-ID": first["id"]}) as again:
        describe_after = again.await_events(1)

    assert json.loads(describe_after[0]["data"])["data"]["facts"] == [
        {"name": "description", "before": "1", "after": "2"}
    ]


def test_stream__says_that_changes_were_missed(service: Service, describe: Described) -> None:
    with listening(service, "?after=5-abcdef") as listener:
        [reset] = listener.await_events(1)

    assert reset["event"] == "reset"


def test_stream__tells_only_what_is_asked_for(service: Service, describe: Described) -> None:
    with listening(service, "?kind=owner.changed&kind=product.changed&domain=retail") as listener:
        describe(owner="team/finance")
        listener.await_events(1)
        describe(owner="team/orders")
        listener.await_events(2)

    assert [one["type"] for one in listener.data] == ["meshline.product.changed", "meshline.owner.changed"]


@pytest.mark.parametrize("query", ["?kind=nothing", "?kinds=owner.changed", "?after=zz"])
def test_stream__refuses_what_it_does_not_know(service: Service, query: str) -> None:
    with service.client() as http:
        answer = http.get(f"/api/v1/changes{query}")

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad-parameter")


def test_stream__needs_a_key_that_may_read(settings: Settings) -> None:
    keys = KeysFile(settings.keys_file)
    emitter = keys.add("pipeline", Role.EMITTER)[1]
    with serving(settings) as service:
        with service.client() as http:
            assert http.get("/api/v1/changes").status_code == 401
        with service.client(emitter) as http:
            assert http.get("/api/v1/changes").status_code == 403
            assert http.get("/api/v1/webhooks").status_code == 403


def test_stream__says_now_and_then_that_it_lives(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_stream, "HEARTBEAT_S", 0.05)

    with listening(service) as listener:
        await_that(lambda: listener.comments > 2, "comments")
    assert listener.events == []


def test_stream__ends_at_once_when_the_service_stops(settings: Settings) -> None:
    with serving(settings) as service, ExitStack() as stack:
        listener = stack.enter_context(listening(service))
        stack.pop_all()  # it stays open until the service ends it
        begun = time.monotonic()

    assert listener.ended.wait(5)
    assert time.monotonic() - begun < 10


def test_streams__are_as_many_as_there_may_be(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.changes.hub.MOST_LISTENERS", 1)

    with service.client() as one, one.stream("GET", "/api/v1/changes"), service.client() as http:
        answer = http.get("/api/v1/changes")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "too-many-listeners")
    await_that(lambda: _listens(service), "room again")


def _listens(service: Service) -> bool:
    with service.client() as http, http.stream("GET", "/api/v1/changes") as response:
        return response.status_code == 200


def test_listener__waits_for_a_store_that_is_away(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    class Away(CountingStore):
        reads = 0

        def read(self) -> AbstractContextManager[Reader]:
            Away.reads += 1
            if Away.reads == 1:
                raise StoreUnavailable("It is away.")
            return super().read()

    async def first() -> Change:
        hub = ChangeHub(Away(store), Metrics())
        return await anext(hub.listen(ChangeFilter(), Place(0)))

    mesh = Mesh(store)
    mesh.follow()
    mesh.describe(*sales())
    told = mesh.follow()
    monkeypatch.setattr("api.changes.hub.PAUSE_AFTER_FAILURE_S", 0.01)

    assert asyncio.run(first()) == told[0]
    assert Away.reads == 2


def test_subscription__tells_changes(service: Service, describe: Described) -> None:
    describe(description="1")
    with subscribing(service, filter={"kinds": ["PRODUCT_CHANGED"], "domains": ["shop"]}) as listener:
        await_that(lambda: _is_listened_to(service), "a listener")
        describe(description="2")
        [event] = listener.await_events(1)

    assert event["event"] == "next"
    change = json.loads(event["data"])["data"]["changes"]
    id_ = change.pop("id")
    assert change == {
        "kind": "PRODUCT_CHANGED",
        "how": "CHANGED",
        "subjectId": f"{service.settings.base_iri}{SALES}",
        "subjectKind": "DataProduct",
        "subjectName": "sales",
        "products": [{"name": "sales"}],
        "domains": [{"name": "shop"}, {"name": "retail"}],
        "facts": [{"name": "description", "before": "1", "after": "2"}],
        "moreFacts": 0,
    }
    describe(description="3")
    with subscribing(service, after=id_) as again:
        [event] = again.await_events(1)
    assert json.loads(event["data"])["data"]["changes"]["facts"][0]["after"] == "3"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("subscription { changes { nothing } }", "VALIDATION_FAILED"),
        ("subscription { changes", "PARSE_FAILED"),
        ('subscription { changes(after: "5-abcdef") { id } }', "BAD_USER_INPUT"),
        ("subscription { changes(filter: {kinds: [NOTHING]}) { id } }", "VALIDATION_FAILED"),
        ("", "BAD_USER_INPUT"),
        ("query A { kinds { name } } query B { kinds { name } }", "BAD_USER_INPUT"),
        (
            "subscription { " + " ".join(f"a{n}: changes {{ id }}" for n in range(60)) + " }",
            "VALIDATION_FAILED",
        ),
    ],
)
def test_subscription__that_cannot_be_is_told_why_and_completes(
    service: Service, query: str, code: str
) -> None:
    with subscribing(service, query) as listener:
        assert listener.ended.wait(10)

    assert [event["event"] for event in listener.events] == ["next", "complete"]
    assert code in [one["extensions"]["code"] for one in listener.data[0]["errors"]]


def test_subscription__of_the_page_is_one(service: Service, describe: Described) -> None:
    [text] = [one.text for one in snippets(PAGE) if one.language == "graphql"]
    with subscribing(service, text.replace('"orders"', '"shop"')) as listener:
        await_that(lambda: _is_listened_to(service), "a listener")
        describe()
        listener.await_events(1)

    assert listener.data[0]["data"]["changes"]["kind"] == "CONTRACT_CHANGED"


def test_query__may_be_asked_as_a_stream_too(service: Service) -> None:
    with subscribing(service, "{ kinds { name } }") as listener:
        assert listener.ended.wait(10)

    assert [event["event"] for event in listener.events] == ["next", "complete"]


def test_subscription__without_a_stream_is_told_how(service: Service) -> None:
    with service.client() as http:
        answer = http.post("/graphql", json={"query": "subscription { changes { id } }"})

    assert "text/event-stream" in answer.json()["errors"][0]["message"]


def _is_listened_to(service: Service) -> bool:
    with service.client() as http:
        return "meshline_change_listeners 1.0" in http.get("/metrics").text
