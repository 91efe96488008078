"""One real broker for the run, and new topics in it."""

import os
import uuid
from collections.abc import Callable, Iterator

import pytest

from tests.kafka.broker import Broker, local_broker
from tests.maven import Unavailable


@pytest.fixture(scope="session")
def kafka() -> Iterator[Broker]:
    """A broker of our own; where none can be started the test is skipped, in CI it fails."""
    try:
        with local_broker() as broker:
            yield broker
    except Unavailable as error:
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI needs a real Kafka: {error}", pytrace=False)
        pytest.skip(f"no real Kafka: {error}")


@pytest.fixture
def topic(kafka: Broker) -> Callable[[int], str]:
    """Makes a new topic with so many partitions."""

    def made(partitions: int = 1) -> str:
        name = f"events-{uuid.uuid4().hex[:12]}"
        kafka.create(name, partitions)
        return name

    return made
