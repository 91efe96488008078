"""Webhooks of a running worker, with real receivers that are down, slow and lying; on each store."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from api.metrics import Metrics
from api.webhooks import delivery, sender, worker
from api.webhooks.delivery import Patience
from api.webhooks.registry import Registry, Wanted
from api.webhooks.target import Allowed
from api.webhooks.worker import FeedWorker
from catalog.feed import log as feed_log
from catalog.feed.webhook import Standing, Webhook, webhook
from catalog.store.port import Store
from tests.feed.conftest import fresh_store, kind, store
from tests.feed.mesh import SALES, Mesh, node, sales
from tests.feed.receiver import OK, Receiver, await_that, receiving, status
from tests.feed.verifying import verify

__all__ = ["fresh_store", "kind", "store"]

BASE = "https://mesh.example/id/"
LOOPBACK = Allowed.parse(["127.0.0.0/8"])
Start = Callable[[], FeedWorker]
IN_MEMORY = pytest.mark.parametrize("kind", ["memory"], indirect=True)


@pytest.fixture
def start(store: Store) -> Iterator[Start]:
    """Starts a worker that tries three times, soon."""
    with ExitStack() as stack:

        def make() -> FeedWorker:
            patience = Patience(tries=3, first_s=0.05)
            worker = FeedWorker(store, BASE, LOOPBACK, patience, Metrics(), pause_s=0.02)
            stack.callback(worker.close)
            return worker

        yield make


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


@pytest.fixture
def registry(store: Store) -> Registry:
    return Registry(store, BASE, LOOPBACK)


@pytest.fixture
def two_dead_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    """A webhook may have two dead letters."""
    monkeypatch.setattr(delivery, "MOST_DEAD", 2)


@pytest.fixture
def two_changes_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """The feed keeps two changes."""
    monkeypatch.setattr(feed_log, "KEPT", 2)


def _known(store: Store, id_: str) -> Webhook:
    with store.read() as reader:
        return webhook(reader, id_)


def _described(mesh: Mesh, *descriptions: str) -> None:
    """Change the description of the product, each time when the feed has told the last."""
    for text in descriptions:
        mesh.describe(*sales(description=text))
        mesh.follow()


@pytest.fixture
def mesh(store: Store) -> Mesh:
    """A mesh that the feed knows; the test itself follows it."""
    made = Mesh(store)
    made.describe(*sales(description="0"))
    made.follow()
    made.lease.give_back()
    return made


def _changes(mesh: Mesh, *texts: str) -> None:
    """What changes while no worker runs: one change of the product for each text."""
    assert mesh.lease.hold()
    _described(mesh, *texts)
    mesh.lease.give_back()


def test_webhook__gets_signed_cloud_events_in_order(
    store: Store, mesh: Mesh, registry: Registry, receiver: Receiver, start: Start
) -> None:
    made = registry.add(Wanted(receiver.url), "ada")
    _changes(mesh, "1", "2", "3")
    start()

    requests = receiver.await_requests(3)

    assert [one.event["data"]["facts"][0]["after"] for one in requests] == ["1", "2", "3"]
    assert made.secret is not None
    for request in requests:
        assert verify(made.secret, request.headers, request.body, now_s=time.time())
        assert request.line == "POST /hook HTTP/1.1"
        assert request.headers["content-type"] == "application/cloudevents+json"
        assert request.headers["webhook-id"] == request.event["id"]
    event = requests[0].event
    assert {
        name: event[name] for name in ("specversion", "source", "type", "subject", "domain", "product")
    } == {
        "specversion": "1.0",
        "source": BASE,
        "type": "meshline.product.changed",
        "subject": SALES,
        "domain": "shop",
        "product": "sales",
    }
    await_that(lambda: _known(store, made.id).delivered == 3, "three deliveries noted")


def test_webhook__gets_only_what_its_filter_takes(
    mesh: Mesh, registry: Registry, receiver: Receiver, start: Start
) -> None:
    registry.add(Wanted(receiver.url, ["owner.changed"], ["retail"], ["sales"]), None)
    start()

    mesh.describe(*sales(description="1", owner="team/finance"))
    mesh.describe(node("product/other", "DataProduct", ("OWNED_BY", "team/finance")), source="other.yaml")
    mesh.describe(node("product/other", "DataProduct", ("OWNED_BY", "team/orders")), source="other.yaml")
    mesh.describe(*sales(description="2", owner="team/finance"))
    receiver.await_requests(1)
    time.sleep(0.3)

    assert [one["type"] for one in receiver.events] == ["meshline.owner.changed"]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(status(500), id="500"),
        pytest.param(status(302, Location="http://127.0.0.1:1/elsewhere"), id="redirect"),
        pytest.param(b"\x00\xff garbage\r\n\r\n", id="garbage"),
        pytest.param(b"", id="hangs-up"),
        pytest.param(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 20_000 + b"\r\n", id="endless-headers"),
        pytest.param(b"HTTP/1.1 200 OK" + b"x" * 200_000, id="endless-line"),
        pytest.param(b"HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 503 X\r\n\r\n", id="interim"),
    ],
)
@IN_MEMORY
def test_receiver_that_lies__gets_the_same_event_again(
    mesh: Mesh, registry: Registry, receiver: Receiver, start: Start, answer: bytes
) -> None:
    registry.add(Wanted(receiver.url), None)
    receiver.answers = [answer]
    _changes(mesh, "1", "2")
    start()

    requests = receiver.await_requests(3)

    assert [one.event["data"]["facts"][0]["after"] for one in requests] == ["1", "1", "2"]
    assert requests[0].headers["webhook-id"] == requests[1].headers["webhook-id"]


@IN_MEMORY
def test_huge_answer__is_taken_by_its_status_alone(
    mesh: Mesh, registry: Registry, receiver: Receiver, start: Start
) -> None:
    registry.add(Wanted(receiver.url), None)
    receiver.answers = [b"HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n" + b"x" * 5_000_000, OK]
    _changes(mesh, "1", "2")
    start()

    requests = receiver.await_requests(2)

    assert [one.event["data"]["facts"][0]["after"] for one in requests] == ["1", "2"]


def test_event_that_is_never_taken__is_a_dead_letter_and_the_next_ones_come(
    store: Store, mesh: Mesh, registry: Registry, receiver: Receiver, start: Start
) -> None:
    made = registry.add(Wanted(receiver.url), None)
    receiver.answers = [status(500)] * 3
    _changes(mesh, "1", "2")
    start()

    receiver.await_requests(4)
    await_that(lambda: _known(store, made.id).delivered == 1, "the second change noted")

    assert [one["data"]["facts"][0]["after"] for one in receiver.events] == ["1", "1", "1", "2"]
    [letter] = registry.dead_letters(made.id).dead_letters
    assert (letter.tries, letter.answer, letter.id) == (3, "It answered 500.", receiver.events[0]["id"])

    assert registry.redeliver(made.id).redelivered == 1
    receiver.await_requests(5)
    await_that(lambda: registry.dead_letters(made.id).dead_letters == [], "no dead letter left")
    assert receiver.events[4]["id"] == letter.id


@IN_MEMORY
def test_receiver_that_is_gone__pauses_its_webhook(
    store: Store, mesh: Mesh, registry: Registry, receiver: Receiver, start: Start
) -> None:
    made = registry.add(Wanted(receiver.url), None)
    receiver.answers = [status(410)]
    _changes(mesh, "1", "2")
    start()

    await_that(lambda: _known(store, made.id).standing is Standing.PAUSED, "the webhook paused")
    time.sleep(0.2)
    assert len(receiver.requests) == 1

    registry.redeliver(made.id)
    receiver.await_requests(3)
    assert [one["data"]["facts"][0]["after"] for one in receiver.events] == ["1", "1", "2"]


@IN_MEMORY
def test_receiver_that_is_down__gets_its_events_when_it_is_back(
    mesh: Mesh, registry: Registry, start: Start
) -> None:
    down = Receiver()
    down.start()
    url, port = down.url, down.port
    down.stop()
    with receiving() as other:
        registry.add(Wanted(url), None)
        registry.add(Wanted(other.url), None)
        _changes(mesh, "1")
        start()
        other.await_requests(1)

        back = Receiver()
        back.start(port)
        try:
            assert back.await_requests(1)[0].event["data"]["facts"][0]["after"] == "1"
        finally:
            back.stop()


@IN_MEMORY
def test_receiver_that_hangs__holds_up_nobody_else(
    store: Store,
    mesh: Mesh,
    registry: Registry,
    receiver: Receiver,
    start: Start,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sender.send, "__defaults__", (0.5,))
    slow = registry.add(Wanted(receiver.url), None)
    receiver.answers = [30.0] * 3
    with receiving() as other:
        registry.add(Wanted(other.url), None)
        _changes(mesh, *map(str, range(1, 6)))
        start()
        begun = time.monotonic()
        other.await_requests(5)
        assert time.monotonic() - begun < 5
    await_that(lambda: _known(store, slow.id).last_answer == "No answer within 0.5 s.", "the time-out")


@IN_MEMORY
def test_webhook__that_wants_nothing_of_a_change_costs_no_write_for_each(
    store: Store,
    mesh: Mesh,
    registry: Registry,
    receiver: Receiver,
    start: Start,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    quiet = registry.add(Wanted(receiver.url, ["agreement.changed"]), None)
    registry.add(Wanted(receiver.url), None)
    begun = _known(store, quiet.id).position
    _changes(mesh, "1")
    start()
    await_that(lambda: _known(store, quiet.id).position == begun + 1, "the first change passed")

    for number in (2, 3):
        mesh.describe(*sales(description=str(number)))
        receiver.await_requests(number)
    assert _known(store, quiet.id).position == begun + 1

    monkeypatch.setattr(worker, "PASS_NS", 0)
    await_that(lambda: _known(store, quiet.id).position == begun + 3, "the others passed")


@IN_MEMORY
def test_retry_after__is_waited_for(
    store: Store, mesh: Mesh, registry: Registry, receiver: Receiver, start: Start
) -> None:
    made = registry.add(Wanted(receiver.url), None)
    receiver.answers = [status(503, Retry_After="3600")]
    _changes(mesh, "1")
    start()
    receiver.await_requests(1)
    await_that(lambda: _known(store, made.id).tries == 1, "the try noted")

    assert _known(store, made.id).due_ns > time.time_ns() + 3500 * 10**9


@IN_MEMORY
def test_retry_after__that_is_no_time_counts_as_a_try(
    mesh: Mesh, registry: Registry, receiver: Receiver, start: Start
) -> None:
    made = registry.add(Wanted(receiver.url), None)
    receiver.answers = [status(503, Retry_After="1 Jan 2000 00:00:00 +9999999999999")] * 3
    _changes(mesh, "1")
    start()

    await_that(lambda: len(registry.dead_letters(made.id).dead_letters) == 1, "a dead letter")
    assert len(receiver.requests) == 3


def test_two_workers__send_each_event_once(
    store: Store, mesh: Mesh, registry: Registry, receiver: Receiver, start: Start
) -> None:
    made = registry.add(Wanted(receiver.url), None)
    first, second = start(), start()

    for number in range(5):
        mesh.describe(*sales(description=f"again {number}"))
        receiver.await_requests(number + 1)
    # What is answered and not yet noted when a worker stops is sent again.
    await_that(lambda: _known(store, made.id).delivered == 5, "five noted")
    first.close()
    mesh.describe(*sales(description="last"))
    receiver.await_requests(6)
    second.close()

    assert len({one["id"] for one in receiver.events}) == 6
    assert receiver.events[-1]["data"]["facts"][0]["after"] == "last"


def test_secret__is_told_once(registry: Registry, receiver: Receiver) -> None:
    made = registry.add(Wanted(receiver.url), None)

    assert made.secret is not None
    assert all(one.secret is None for one in registry.all().webhooks)


@IN_MEMORY
def test_documented_code__refuses_what_was_tampered_with_or_is_old(
    mesh: Mesh, registry: Registry, receiver: Receiver, start: Start
) -> None:
    made = registry.add(Wanted(receiver.url), None)
    _changes(mesh, "1")
    start()
    [request] = receiver.await_requests(1)
    sent_s = int(request.headers["webhook-timestamp"])

    def verified(**changed: str) -> bool:
        return verify(made.secret, {**request.headers, **changed}, request.body, now_s=sent_s)

    assert verified()
    assert verified(**{"webhook-signature": f"v1,AAAA {request.headers['webhook-signature']}"})
    assert not verified(**{"webhook-id": "other"})
    assert not verify(made.secret, request.headers, request.body + b" ", now_s=sent_s)
    assert not verify(made.secret, request.headers, request.body, now_s=sent_s + 301)
    assert not verify("whsec_" + "A" * 44, request.headers, request.body, now_s=sent_s)


@IN_MEMORY
@pytest.mark.usefixtures("two_dead_letters")
def test_webhook__pauses_with_all_the_dead_letters_it_may_have(
    store: Store, mesh: Mesh, registry: Registry, receiver: Receiver, start: Start
) -> None:
    made = registry.add(Wanted(receiver.url), None)
    receiver.answers = [status(500)] * 6
    _changes(mesh, "1", "2", "3")
    start()

    await_that(lambda: _known(store, made.id).standing is Standing.PAUSED, "the webhook paused")
    assert len(registry.dead_letters(made.id).dead_letters) == 2
    assert registry.redeliver(made.id).redelivered == 2
    requests = receiver.await_requests(9)

    assert [one.event["data"]["facts"][0]["after"] for one in requests[6:]] == ["1", "2", "3"]
    await_that(lambda: registry.dead_letters(made.id).dead_letters == [], "no dead letter left")


@IN_MEMORY
@pytest.mark.usefixtures("two_changes_kept")
def test_webhook__counts_what_the_feed_no_longer_has(
    store: Store, mesh: Mesh, registry: Registry, receiver: Receiver, start: Start
) -> None:
    made = registry.add(Wanted(receiver.url), None)
    _changes(mesh, "1", "2", "3", "4", "5")
    start()

    requests = receiver.await_requests(2)
    await_that(lambda: _known(store, made.id).delivered == 2, "two deliveries noted")

    assert [one.event["data"]["facts"][0]["after"] for one in requests] == ["4", "5"]
    assert _known(store, made.id).missed == 3
