"""What every test may ask for: a real Neo4j, an empty database in it, the corpus."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer

from tests.convergence.emptied_neo4j import EmptiedNeo4j
from tests.maven import Unavailable
from tests.neo4j.release import chosen_release
from tests.neo4j.server import LocalNeo4j, Neo4j, local_neo4j
from tests.workers import InGroups, available_kib, cores, count_workers

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"

GIVEN_NEO4J = "MESHLINE_TEST_NEO4J_URL"

settings.register_profile(
    "untimed", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("untimed")  # a busy machine is no fault of what is tested


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """What `-n auto` is here."""
    return count_workers(cores(), available_kib(), one_server=GIVEN_NEO4J in os.environ)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> InGroups:
    """Whatever `--dist` says: fixtures of a module are not made in every worker."""
    return InGroups(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark by fixture, so that `-m neo4j` and `-m corpus` miss nothing."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if fixtures & {"neo4j_server", "neo4j_local", "neo4j_url", "fresh_neo4j_url"}:
            item.add_marker("neo4j")
        if "kafka" in fixtures:
            item.add_marker("kafka")
        if "corpus" in fixtures:
            item.add_marker("corpus")


@pytest.fixture(scope="session")
def neo4j_server() -> Iterator[Neo4j]:
    """One Neo4j for the run, or for each worker: the one that MESHLINE_TEST_NEO4J_URL names, else one of our own."""
    with ExitStack() as stack:
        url = os.environ.get(GIVEN_NEO4J)
        if url and "PYTEST_XDIST_WORKER" in os.environ:
            pytest.fail(f"{GIVEN_NEO4J} names one server, which workers would empty for each other: use -n 0")
        try:
            own = local_neo4j(chosen_release(), short_lived=True)
            server = Neo4j(url) if url else stack.enter_context(own)
        except Unavailable as error:
            if os.environ.get("CI") == "true":
                pytest.fail(f"CI needs a real Neo4j: {error}", pytrace=False)
            pytest.skip(f"no real Neo4j: {error}")
        stack.callback(server.close)
        yield server


@pytest.fixture
def neo4j_url(neo4j_server: Neo4j) -> str:
    """The URL, with user and password, of a Neo4j without a graph.

    Constraints and indexes of a store of before may be there: to make them anew takes longer than most tests.
    """
    _run_again(neo4j_server)
    neo4j_server.empty()
    return neo4j_server.url


@pytest.fixture
def fresh_neo4j_url(neo4j_server: Neo4j) -> str:
    """The URL of a Neo4j without any data, constraint or index."""
    _run_again(neo4j_server)
    neo4j_server.wipe()
    return neo4j_server.url


def _run_again(server: Neo4j) -> None:
    if isinstance(server, LocalNeo4j) and not server.running():
        server.restart()


@pytest.fixture(scope="session")
def emptied_neo4j(neo4j_server: Neo4j) -> Iterator[EmptiedNeo4j]:
    """The store that tests share which only need an empty one, whatever it was used for before."""
    shared = EmptiedNeo4j(neo4j_server)
    yield shared
    shared.close()


@pytest.fixture
def neo4j_local(neo4j_server: Neo4j, neo4j_url: str) -> Iterator[LocalNeo4j]:
    """The empty server where it is a process of ours: one that a test may kill, stop and restart."""
    if not isinstance(neo4j_server, LocalNeo4j):
        pytest.skip(f"{GIVEN_NEO4J} names a Neo4j that is not ours to kill")
    yield neo4j_server
    if not neo4j_server.running():
        neo4j_server.restart()


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real events and documents beside the project; without it the test is skipped."""
    if not CORPUS.is_dir():
        pytest.skip("no ../shared/corpus beside the project")
    return CORPUS
