"""Events from Kafka topics, as openlineage-python's Kafka transport writes them: one event of JSON a message.

At least once: an offset is committed when the events before it are durable in the store. What is delivered twice is a
duplicate, which changes nothing. A message that is no event becomes a dead letter in quarantine, so that nothing is
lost and nothing blocks a partition.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Event as Flag

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from catalog.entry import Receipt
from catalog.errors import StoreUnavailable
from catalog.statement import NOTHING
from ingest.dead_letters import dead_letter
from ingest.errors import KafkaUnavailable, NotKept, Rejected, Unavailable
from ingest.pipeline import Ingest, Said

log = logging.getLogger(__name__)

OURS = (
    "bootstrap.servers",
    "group.id",
    "enable.auto.commit",
    "enable.auto.offset.store",
    "enable.partition.eof",
)
"""Properties that the source sets itself."""
_ANSWER_S = 5
_POLL_S = 0.5
_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 30.0
_LOST_TURN = frozenset(
    (
        KafkaError.ILLEGAL_GENERATION,
        KafkaError.UNKNOWN_MEMBER_ID,
        KafkaError.REBALANCE_IN_PROGRESS,
        KafkaError._NO_OFFSET,
        KafkaError._ASSIGNMENT_LOST,
    )
)
"""Why a commit may fail when others take over the partitions: they read again from the last commit."""


@dataclass(frozen=True, slots=True)
class KafkaSettings:
    """Where to read. ``properties``: of librdkafka, for example ``security.protocol`` and ``sasl.*``.

    ``from_latest``: a group that has read nothing yet begins with what comes from now on, not with the oldest.
    """

    brokers: str
    topics: tuple[str, ...]
    group: str = "meshline"
    properties: Mapping[str, str] = field(default_factory=dict)
    from_latest: bool = False

    def consumer(self) -> Mapping[str, str | bool | int]:
        """The properties of the consumer."""
        return {
            "auto.offset.reset": "latest" if self.from_latest else "earliest",
            "max.poll.interval.ms": 600_000,
            **self.properties,
            "bootstrap.servers": self.brokers,
            "group.id": self.group,
            "enable.auto.commit": False,
            "enable.auto.offset.store": False,
            "enable.partition.eof": True,
        }


class KafkaSource:
    """Reads topics as a member of a consumer group and hands events to the pipeline."""

    def __init__(
        self,
        settings: KafkaSettings,
        ingest: Ingest,
        *,
        batch: int = 256,
        clock: Callable[[], int] = time.time_ns,
    ) -> None:
        self._settings = settings
        self._ingest = ingest
        self._batch = batch
        self._clock = clock
        self._ends: set[tuple[str, int]] = set()

    def run(self, stop: Flag, *, until_end: bool = False) -> None:
        """Read until ``stop`` is set; ``until_end``: until all there is has been read.

        Raises KafkaUnavailable when no broker answers at first, a topic is not there, or the broker refuses us.
        """
        try:
            consumer = Consumer(dict(self._settings.consumer()), logger=log)
        except KafkaException as error:
            raise KafkaUnavailable(f"Kafka does not take these properties: {_words(error)}.") from error
        try:
            self._require_topics(consumer)
            consumer.subscribe(list(self._settings.topics), on_revoke=self._revoked)
            while not stop.is_set() and not (until_end and self._at_end(consumer)):
                self._take(consumer, consumer.consume(self._batch, timeout=_POLL_S), stop)
        finally:
            consumer.close()

    def _require_topics(self, consumer: Consumer) -> None:
        try:
            known = consumer.list_topics(timeout=_ANSWER_S).topics
        except KafkaException as error:
            message = f"No Kafka broker answers at {self._settings.brokers}: {_words(error)}."
            raise KafkaUnavailable(message) from error
        missing = [topic for topic in self._settings.topics if topic not in known]
        if missing:
            there = ", ".join(sorted(name for name in known if not name.startswith("__"))) or "none"
            message = (
                f"There is no topic {', '.join(missing)} at {self._settings.brokers}; there are: {there}."
            )
            raise KafkaUnavailable(message, "Create it, or name another.")

    def _revoked(self, consumer: Consumer, partitions: Sequence[TopicPartition]) -> None:
        self._ends -= {(one.topic, one.partition) for one in partitions}

    def _at_end(self, consumer: Consumer) -> bool:
        assigned = {(one.topic, one.partition) for one in consumer.assignment()}
        return bool(assigned) and assigned <= self._ends

    def _take(self, consumer: Consumer, messages: Sequence[Message], stop: Flag) -> None:
        """Make a batch durable, then commit how far it goes; stopped before that, it will come again."""
        said: list[Said] = []
        for message in messages:
            place = (message.topic() or "", message.partition() or 0)
            failure = message.error()
            if failure is not None:
                self._fail(failure, place)
                continue
            self._ends.discard(place)
            data = message.value()
            if data is not None:
                said.append(self._said(data, message))
        if self._stored(said, stop):
            self._commit(consumer, messages)

    def _fail(self, failure: KafkaError, place: tuple[str, int]) -> None:
        if failure.code() == KafkaError._PARTITION_EOF:
            self._ends.add(place)
        elif failure.fatal() or failure.code() in (
            KafkaError.TOPIC_AUTHORIZATION_FAILED,
            KafkaError.GROUP_AUTHORIZATION_FAILED,
            KafkaError._AUTHENTICATION,
        ):
            raise KafkaUnavailable(f"Kafka refuses us: {failure.str()}.")
        else:
            log.warning("Kafka: %s", failure.str())

    def _said(self, data: bytes, message: Message) -> Said:
        received, actor = self._clock(), f"kafka:{message.topic()}"
        try:
            return self._ingest.recognise(data, received, actor)
        except Rejected as error:
            source = f"kafka:{message.topic()}/{message.partition()}/{message.offset()}"
            return dead_letter(data, source, error, received_ns=received, actor=actor), NOTHING

    def _stored(self, said: Sequence[Said], stop: Flag) -> bool:
        """Whether all are durable. Tries again, after longer and longer pauses, until the store takes them."""
        pause = _FIRST_PAUSE_S
        while said:
            said = self._submit(said)
            if said:
                log.warning("%d events wait for the store; next attempt in %.1f s.", len(said), pause)
                if stop.wait(pause):
                    return False
                pause = min(2 * pause, _LONGEST_PAUSE_S)
        return True

    def _submit(self, said: Sequence[Said]) -> list[Said]:
        """Hand events over in their order and wait; gives those that were not stored."""
        again: list[Said] = []
        waiting: list[tuple[Said, Future[Receipt]]] = []
        for one in said:
            try:
                waiting.append((one, self._ingest.submit(*one)))
            except Unavailable:
                again.append(one)
        for one, future in waiting:
            try:
                future.result()
            except (StoreUnavailable, NotKept):
                again.append(one)
        return again

    def _commit(self, consumer: Consumer, messages: Sequence[Message]) -> None:
        ends = {
            (message.topic(), message.partition()): (message.offset() or 0) + 1
            for message in messages
            if message.error() is None
        }
        offsets = [
            TopicPartition(str(topic), partition or 0, end) for (topic, partition), end in ends.items()
        ]
        if not offsets:
            return
        try:
            consumer.commit(offsets=offsets, asynchronous=False)
        except KafkaException as error:
            if error.args[0].code() not in _LOST_TURN:
                log.warning("Kafka took no commit (it will deliver some again): %s", _words(error))


def _words(error: KafkaException) -> str:
    return str(error.args[0].str() if isinstance(error.args[0], KafkaError) else error).rstrip(".")
