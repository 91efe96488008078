"""A real Kafka for the tests, or by hand: one broker that is its own controller (KRaft).

python -m tests.kafka.broker prepare    fetch the jars, so that a test run need not
python -m tests.kafka.broker run        start one, print its address, serve until Ctrl-C
"""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from tests import maven
from tests.by_hand import command
from tests.java import find_java
from tests.ports import free_port

VERSION = "3.9.1"
JAVA_VERSIONS = (17, 21)
START_TIMEOUT_S = 60
HERE = Path(__file__).parent
CACHE = maven.CACHE / "kafka"

PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={folder}/data
num.partitions=1
auto.create.topics.enable=false
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
log.cleaner.enable=false
"""


class Broker:
    """A broker process of ours, with a folder of its own, on a loopback port."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.address = f"127.0.0.1:{free_port()}"
        port = self.address.rpartition(":")[2]
        properties = folder / "server.properties"
        properties.write_text(PROPERTIES.format(port=port, controller=free_port(), folder=folder))
        self._java = str(find_java(f"Kafka {VERSION}", JAVA_VERSIONS))
        self._jars = classpath()
        self._properties = str(properties)
        maven.run([*self._main("kafka.tools.StorageTool"), "format", "-t", _cluster_id(), "-c", properties])
        self._process = self._start()

    def create(self, topic: str, partitions: int = 1) -> None:
        """A new topic."""
        client = AdminClient({"bootstrap.servers": self.address})
        client.create_topics([NewTopic(topic, partitions, 1)])[topic].result(timeout=20)

    def stop(self) -> None:
        """SIGKILL: the address is refused from now on."""
        self._process.kill()
        self._process.wait()

    def restart(self) -> None:
        """Again on the same data and port."""
        self._process = self._start()

    def _main(self, name: str) -> list[str | Path]:
        memory = ("-Xms256m", "-Xmx256m", "-XX:+UseSerialGC")
        options = (*memory, "-XX:TieredStopAtLevel=1", "-Dslf4j.internal.verbosity=ERROR")
        return [self._java, *options, "-cp", self._jars, name]

    def _start(self) -> subprocess.Popen[bytes]:
        log = self.folder / "server.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [*self._main("kafka.Kafka"), self._properties],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
            )
        deadline = time.monotonic() + START_TIMEOUT_S
        while not self._answers():
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                raise RuntimeError(f"Kafka {VERSION} did not start:\n{log.read_text()[-4000:]}")
        return process

    def _answers(self) -> bool:
        client = AdminClient({"bootstrap.servers": self.address, "log_level": 0})
        try:
            return bool(client.list_topics(timeout=1).brokers)
        except KafkaException:
            return False


def classpath() -> str:
    """All jars, fetched by the first call. Raises Unavailable."""
    with maven.locked(CACHE):
        java = find_java(f"Kafka {VERSION}", JAVA_VERSIONS)
        return maven.resolved(HERE / "pom.xml", CACHE / VERSION, java, kafka_version=VERSION)


@contextmanager
def local_broker() -> Iterator[Broker]:
    """A broker in a folder of its own, both gone at the end. Raises Unavailable."""
    folder = Path(tempfile.mkdtemp(prefix="meshline-kafka-"))
    try:
        broker = Broker(folder)
        try:
            yield broker
        finally:
            broker.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _cluster_id() -> str:
    return "bWVzaGxpbmUtdGVzdHMtMQ"


@contextmanager
def _serving() -> Iterator[str]:
    with local_broker() as broker:
        yield f"Kafka {VERSION} serves {broker.address}"


if __name__ == "__main__":
    command("Kafka", __doc__, classpath, _serving)
