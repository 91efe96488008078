"""Two processes write to one store at the same time, some events both: the graph is that of one writer."""

import json
from pathlib import Path
from random import Random

import pytest

from catalog.store.registry import open_store
from tests.faults.events import FAMILY, MESH, ONE_DATASET, ONE_JOB, SHARED_FIELDS, World, events
from tests.faults.truth import differences, graph, graph_of_one_writer, replayed
from tests.faults.writers import write_together

WORLDS = [
    pytest.param(MESH, id="mesh"),
    pytest.param(ONE_JOB, id="one-job"),
    pytest.param(ONE_DATASET, id="one-dataset"),
    pytest.param(SHARED_FIELDS, id="shared-fields"),
    pytest.param(FAMILY, id="parents-and-children"),
]
BATCH = 4


def bodies(seed: int, count: int, world: World) -> list[bytes]:
    """Made-up events as they are sent."""
    return [json.dumps(event).encode() for event in events(seed, count, world)]


def shares(given: list[bytes], seed: int) -> list[list[bytes]]:
    """Two overlapping shares, each in an order of its own: a third of the events is in both."""
    random = Random(seed)
    both: tuple[list[bytes], list[bytes]] = ([], [])
    for body in given:
        for share in random.choice([both[:1], both[1:], both]):
            share.append(body)
    for share in both:
        random.shuffle(share)
    return list(both)


def assert_two_writers_agree(url: str, given: list[bytes], seed: int, batch_entries: int = BATCH) -> None:
    write_together(url, shares(given, seed), batch_entries)
    store = open_store(url)
    try:
        found = graph(store)
        assert differences(found, graph_of_one_writer(given)) == []
        assert differences(found, replayed(store)) == []
    finally:
        store.close()


@pytest.mark.parametrize("world", WORLDS)
def test_two_writers_on_sqlite__make_the_graph_of_one(tmp_path: Path, world: World) -> None:
    assert_two_writers_agree(f"sqlite:///{tmp_path}/mesh.db", bodies(1, 120, world), 1)


@pytest.mark.parametrize("world", WORLDS[:2])
def test_two_writers_on_neo4j__make_the_graph_of_one(neo4j_url: str, world: World) -> None:
    assert_two_writers_agree(neo4j_url, bodies(2, 60, world), 2)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 13))
@pytest.mark.parametrize("world", WORLDS)
def test_two_writers_on_sqlite__make_the_graph_of_one_for_many_seeds(
    tmp_path: Path, world: World, seed: int
) -> None:
    assert_two_writers_agree(
        f"sqlite:///{tmp_path}/mesh.db", bodies(seed, 400, world), seed, batch_entries=1 + seed % 4
    )


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20, 22))
@pytest.mark.parametrize("world", WORLDS)
def test_two_writers_on_neo4j__make_the_graph_of_one_for_many_seeds(
    neo4j_url: str, world: World, seed: int
) -> None:
    assert_two_writers_agree(neo4j_url, bodies(seed, 300, world), seed, batch_entries=1 + seed % 4)


@pytest.fixture(scope="module")
def real_bodies(corpus: Path) -> list[bytes]:
    """The real events beside the project."""
    return [path.read_bytes() for path in sorted((corpus / "openlineage").rglob("*.json"))]


@pytest.mark.slow
def test_two_writers_on_sqlite__make_the_graph_of_one_from_real_events(
    tmp_path: Path, real_bodies: list[bytes]
) -> None:
    assert_two_writers_agree(f"sqlite:///{tmp_path}/mesh.db", real_bodies, 3, batch_entries=8)


@pytest.mark.slow
def test_two_writers_on_neo4j__make_the_graph_of_one_from_real_events(
    neo4j_url: str, real_bodies: list[bytes]
) -> None:
    assert_two_writers_agree(neo4j_url, real_bodies, 4, batch_entries=8)
