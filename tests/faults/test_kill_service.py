"""The service is killed while it writes: what it acknowledged is there, and nothing is half-applied."""

import time
from pathlib import Path
from random import Random

import pytest

from tests.faults.clients import Clients
from tests.faults.events import MESH, World, events
from tests.faults.service import served
from tests.faults.truth import check_store

BUSY = World(jobs=12, datasets=20, runs=300)


def storm(
    store_url: str, folder: Path, rounds: int, acknowledged_each: int, world: World, seed: int
) -> Clients:
    """So many lives of a service on one store, each ended by SIGKILL at a random moment of concurrent writes."""
    random = Random(seed)
    clients = Clients(seed, events(seed, rounds * acknowledged_each * 4, world))
    for _ in range(rounds):
        known = len(clients.acknowledged)
        with served(store_url, folder) as service, clients.sending(service):
            clients.await_acknowledged(known + acknowledged_each + random.randrange(acknowledged_each))
            time.sleep(random.uniform(0, 0.1))
            service.kill()
        assert clients.faults == []
    with served(store_url, folder) as service, clients.sending(service):
        clients.await_acknowledged(len(clients.acknowledged) + 1)
    check_store(store_url, clients.acknowledged, clients.sent)
    answers = ", ".join(f"{status}: {number}" for status, number in clients.answers.items())
    print(
        f"\n{rounds} kills, {len(clients.acknowledged)} acknowledged of {len(clients.sent)} sent, 0 lost ({answers})"
    )
    return clients


def test_killed_service__loses_nothing_acknowledged(tmp_path: Path) -> None:
    clients = storm(f"sqlite:///{tmp_path}/mesh.db", tmp_path, 3, 70, MESH, seed=1)
    assert len(clients.acknowledged) >= 200


@pytest.mark.slow
def test_service_killed_20_times_on_sqlite__loses_nothing_acknowledged(tmp_path: Path) -> None:
    clients = storm(f"sqlite:///{tmp_path}/mesh.db", tmp_path, 20, 60, BUSY, seed=2)
    assert len(clients.acknowledged) >= 1000


@pytest.mark.slow
def test_service_killed_20_times_on_neo4j__loses_nothing_acknowledged(tmp_path: Path, neo4j_url: str) -> None:
    clients = storm(neo4j_url, tmp_path, 20, 60, BUSY, seed=3)
    assert len(clients.acknowledged) >= 1000
