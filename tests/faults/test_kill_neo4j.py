"""Neo4j itself is killed while the service writes: 503 meanwhile, then it goes on by itself, and nothing is lost."""

import time
from pathlib import Path

import pytest

from tests.faults.clients import ONE, Clients
from tests.faults.events import MESH, events
from tests.faults.service import served
from tests.faults.truth import check_store
from tests.neo4j.server import LocalNeo4j

ANSWER_S = 20


def outages(neo4j: LocalNeo4j, folder: Path, rounds: int, acknowledged_each: int, seed: int) -> Clients:
    """One life of the service, and so many of Neo4j, each ended by SIGKILL in the middle of concurrent writes."""
    made = events(seed, (rounds + 1) * acknowledged_each * 4, MESH)
    clients = Clients(seed, made[1:])
    with served(neo4j.url, folder) as service, clients.sending(service):
        for _ in range(rounds):
            clients.await_acknowledged(len(clients.acknowledged) + acknowledged_each)
            neo4j.kill()
            with service.client() as http:
                begun = time.monotonic()
                answer = http.post(ONE, json=made[0])
                assert time.monotonic() - begun < ANSWER_S
                assert (answer.status_code, answer.json()["error"]["code"]) == (503, "store-unavailable")
                assert int(answer.headers["retry-after"]) > 0
                assert http.get("/healthz").status_code == 200
            neo4j.restart()
        clients.await_acknowledged(len(clients.acknowledged) + acknowledged_each)
        assert service.running()
    assert clients.faults == []
    assert clients.without_retry_after == 0
    check_store(neo4j.url, clients.acknowledged, clients.sent)
    print(
        f"\n{rounds} kills of Neo4j, {len(clients.acknowledged)} acknowledged, 0 lost ({dict(clients.answers)})"
    )
    return clients


def test_killed_neo4j__is_answered_503_and_the_service_goes_on(
    neo4j_local: LocalNeo4j, tmp_path: Path
) -> None:
    assert outages(neo4j_local, tmp_path, 1, 30, seed=5).answers[503] > 0


@pytest.mark.slow
def test_neo4j_killed_3_times__loses_nothing_acknowledged(neo4j_local: LocalNeo4j, tmp_path: Path) -> None:
    assert outages(neo4j_local, tmp_path, 3, 60, seed=6).answers[503] > 0
