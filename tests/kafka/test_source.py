"""Kafka as a source: a real broker, the real client, nothing lost, nothing applied twice."""

import json
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent, RunState
from openlineage.client.transport.kafka import KafkaConfig, KafkaTransport

from catalog.entry import EntryKind, LogEntry, Receipt, Status
from catalog.errors import StoreUnavailable
from catalog.projection import Projection, Said
from catalog.store.port import NodeFilter, Store
from catalog.store.registry import open_store
from ingest.dead_letters import content_of
from ingest.errors import KafkaUnavailable
from ingest.kafka import KafkaSettings, KafkaSource
from ingest.pipeline import Ingest, Projects
from ingest.replay import replay
from tests.convergence.cases import A, B, run
from tests.kafka.broker import Broker

Topics = Callable[[int], str]


def send(kafka: Broker, topic: str, values: Sequence[bytes | None]) -> None:
    producer = Producer({"bootstrap.servers": kafka.address})
    for number, value in enumerate(values):
        producer.produce(topic, value=value, key=str(number).encode())
    assert producer.flush(20) == 0


def events(count: int) -> list[bytes]:
    return [
        json.dumps(run(number % 10, "COMPLETE", number // 10, inputs=[A], outputs=[B])).encode()
        for number in range(count)
    ]


def consume(
    kafka: Broker, topics: Sequence[str], store: Store | Projects, *, group: str = "g", batch: int = 256
) -> Ingest:
    """Read all there is; the pipeline, closed."""
    ingest = Ingest(store if isinstance(store, Away) else Projection(cast(Store, store)))
    try:
        settings = KafkaSettings(kafka.address, tuple(topics), group)
        KafkaSource(settings, ingest, batch=batch).run(threading.Event(), until_end=True)
    finally:
        ingest.close()
    return ingest


def entries(store: Store) -> list[LogEntry]:
    with store.read() as reader:
        return reader.log(None, 10_000)


def committed(kafka: Broker, topic: str, group: str = "g") -> int:
    consumer = Consumer({"bootstrap.servers": kafka.address, "group.id": group})
    try:
        (found,) = consumer.committed([TopicPartition(topic, 0)], timeout=20)
        return int(found.offset)
    finally:
        consumer.close()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(f"sqlite:///{tmp_path}/mesh.db")


def test_events_of_the_real_client__arrive(kafka: Broker, topic: Topics, store: Store) -> None:
    name = topic(2)
    config = KafkaConfig(config={"bootstrap.servers": kafka.address}, topic=name, flush=True)
    client = OpenLineageClient(transport=KafkaTransport(config))
    for number, state in enumerate((RunState.START, RunState.COMPLETE)):
        client.emit(
            RunEvent(
                eventType=state,
                eventTime=f"2024-05-01T10:0{number}:00Z",
                run=Run("00000000-0000-4000-8000-000000000001"),
                job=Job("jobs", "load"),
                inputs=[InputDataset("db", "a")],
                outputs=[OutputDataset("db", "b")],
                producer="urn:test",
            )
        )
    counts = consume(kafka, [name], store).counts.now()
    assert (counts.received, counts.applied) == (2, 2)
    assert {entry.actor for entry in entries(store)} == {f"kafka:{name}"}
    with store.read() as reader:
        assert reader.count(NodeFilter(("Dataset",))) == 2


def test_a_group__reads_each_message_once(kafka: Broker, topic: Topics, store: Store) -> None:
    name = topic(1)
    send(kafka, name, events(30))
    assert consume(kafka, [name], store, batch=7).counts.now().applied == 30
    assert committed(kafka, name) == 30
    assert consume(kafka, [name], store).counts.now().received == 0
    send(kafka, name, events(31))
    again = consume(kafka, [name], store).counts.now()
    assert (again.applied, again.duplicate) == (1, 30)


def test_another_group__reads_all_again_and_changes_nothing(
    kafka: Broker, topic: Topics, store: Store
) -> None:
    name = topic(1)
    send(kafka, name, events(10))
    consume(kafka, [name], store)
    assert consume(kafka, [name], store, group="other").counts.now().duplicate == 10


def test_what_is_no_event__is_kept_in_quarantine(kafka: Broker, topic: Topics, store: Store) -> None:
    name = topic(1)
    odd = [b"{", b"\xff\x00", b"[]", None, b"", *events(1)]
    send(kafka, name, odd)
    counts = consume(kafka, [name], store).counts.now()
    assert (counts.applied, counts.quarantined, counts.received) == (1, 4, 5)
    letters = [entry for entry in entries(store) if entry.kind is EntryKind.UNRECOGNISED]
    assert {content_of(letter) for letter in letters} == {b"{", b"\xff\x00", b"[]", b""}
    assert all(letter.status is Status.QUARANTINED and letter.problems for letter in letters)
    assert {json.loads(letter.body)["source"] for letter in letters} == {
        f"kafka:{name}/0/{offset}" for offset in (0, 1, 2, 4)
    }
    again = open_store("memory:")
    replay(store, Projection(again))
    assert {entry.hash: entry for entry in entries(again)} == {entry.hash: entry for entry in entries(store)}


class Away:
    """A projection whose store is away for some time."""

    def __init__(self, projection: Projection, refusals: int) -> None:
        self._projection = projection
        self.refusals = refusals
        self.committed_meanwhile: list[int] = []
        self.look: Callable[[], int] = lambda: 0

    def apply(self, batch: Sequence[Said]) -> list[Receipt]:
        if self.refusals:
            self.refusals -= 1
            self.committed_meanwhile.append(self.look())
            raise StoreUnavailable("away")
        return self._projection.apply(batch)


def test_store_that_is_away__is_waited_for_and_nothing_is_committed_meanwhile(
    kafka: Broker, topic: Topics, store: Store
) -> None:
    name = topic(1)
    send(kafka, name, events(5))
    away = Away(Projection(store), refusals=4)
    away.look = lambda: committed(kafka, name)
    counts = consume(kafka, [name], away).counts.now()
    assert counts.applied == 5
    assert set(away.committed_meanwhile) == {-1001}  # no offset
    assert committed(kafka, name) == 5


@pytest.mark.slow
def test_stop_while_the_store_is_away__commits_nothing(kafka: Broker, topic: Topics, store: Store) -> None:
    name = topic(1)
    send(kafka, name, events(5))
    ingest, stop = Ingest(Away(Projection(store), refusals=10**9)), threading.Event()
    source = KafkaSource(KafkaSettings(kafka.address, (name,), "g"), ingest)
    reading = threading.Thread(target=source.run, args=(stop,))
    reading.start()
    time.sleep(3)
    stop.set()
    reading.join(timeout=30)
    ingest.close()
    assert not reading.is_alive()
    assert committed(kafka, name) == -1001
    assert consume(kafka, [name], store).counts.now().applied == 5


@pytest.mark.slow
def test_two_members_of_a_group__share_the_partitions(kafka: Broker, topic: Topics, tmp_path: Path) -> None:
    name = topic(4)
    send(kafka, name, events(200))
    url = f"sqlite:///{tmp_path}/mesh.db"
    stores = [open_store(url), open_store(url)]
    stop = threading.Event()
    pipelines = [Ingest(Projection(one)) for one in stores]
    sources = [KafkaSource(KafkaSettings(kafka.address, (name,), "g"), one, batch=10) for one in pipelines]
    threads = [threading.Thread(target=source.run, args=(stop,)) for source in sources]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 60
    while len(entries(stores[0])) < 200 and time.monotonic() < deadline:
        time.sleep(0.2)
    stop.set()
    for thread in threads:
        thread.join(timeout=30)
    for pipeline in pipelines:
        pipeline.close()
    assert len(entries(stores[0])) == 200


@pytest.mark.slow
def test_broker_that_goes_and_comes_back__is_read_on(kafka: Broker, topic: Topics, store: Store) -> None:
    name = topic(1)
    send(kafka, name, events(5))
    ingest, stop = Ingest(Projection(store)), threading.Event()
    source = KafkaSource(KafkaSettings(kafka.address, (name,), "g"), ingest)
    reading = threading.Thread(target=source.run, args=(stop,))
    reading.start()
    _wait_for(store, 5)
    kafka.stop()
    time.sleep(1)
    kafka.restart()
    send(kafka, name, events(12))
    _wait_for(store, 12)
    stop.set()
    reading.join(timeout=30)
    ingest.close()
    assert len(entries(store)) == 12


def _wait_for(store: Store, count: int) -> None:
    deadline = time.monotonic() + 60
    while len(entries(store)) < count and time.monotonic() < deadline:
        time.sleep(0.1)


def test_unknown_topic__is_told_with_those_that_there_are(kafka: Broker, topic: Topics, store: Store) -> None:
    known = topic(1)
    with pytest.raises(KafkaUnavailable, match=f"There is no topic nowhere .*{known}"):
        consume(kafka, ["nowhere"], store)


def test_no_broker__is_told(store: Store) -> None:
    ingest = Ingest(Projection(store))
    source = KafkaSource(KafkaSettings("127.0.0.1:1", ("events",)), ingest)
    with pytest.raises(KafkaUnavailable, match=r"No Kafka broker answers at 127\.0\.0\.1:1"):
        source.run(threading.Event())
    ingest.close()


def test_unknown_property__is_told(store: Store) -> None:
    ingest = Ingest(Projection(store))
    settings = KafkaSettings("127.0.0.1:1", ("events",), properties={"no.such.property": "1"})
    with pytest.raises(KafkaUnavailable, match=r"no\.such\.property"):
        KafkaSource(settings, ingest).run(threading.Event())
    ingest.close()
