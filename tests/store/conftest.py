"""The stores that the conformance suite runs on. Another store is one more line of KINDS."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from catalog.store.port import Store
from catalog.store.registry import open_store


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of store, and what the port leaves open to it.

    ``examples``: of each property test. ``snapshots``: an open read does not see later commits.
    ``shared``: several processes can open it. ``fresh_url``: of a place where no store was ever made, when
    ``url`` may name one that was emptied.
    """

    name: str
    url: Callable[[pytest.FixtureRequest], str]
    examples: int = 60
    snapshots: bool = True
    shared: bool = True
    fresh_url: Callable[[pytest.FixtureRequest], str] | None = None


def _sqlite_url(request: pytest.FixtureRequest) -> str:
    return f"sqlite:///{request.getfixturevalue('tmp_path')}/store.db"


def _neo4j_url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue("neo4j_url"))


def _fresh_neo4j_url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue("fresh_neo4j_url"))


KINDS = (
    Kind("memory", lambda _: "memory:", shared=False),
    Kind("sqlite", _sqlite_url),
    Kind("neo4j", _neo4j_url, examples=10, snapshots=False, fresh_url=_fresh_neo4j_url),
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test on every kind of store that gives what its fixtures need."""
    wanted = set(metafunc.fixturenames)
    if "kind" in wanted:
        kinds = [k for k in KINDS if k.snapshots or "snapshot_store" not in wanted]
        kinds = [k for k in kinds if k.shared or not wanted & {"shared_url", "kept_url"}]
        marked = [
            pytest.param(k, marks=[pytest.mark.neo4j] if k.name == "neo4j" else [], id=k.name) for k in kinds
        ]
        metafunc.parametrize("kind", marked)


@pytest.fixture
def store(kind: Kind, request: pytest.FixtureRequest) -> Iterator[Store]:
    """An empty store of the kind."""
    opened = open_store(kind.url(request))
    yield opened
    opened.close()


@pytest.fixture
def snapshot_store(store: Store) -> Store:
    """An empty store whose open reads do not see later commits."""
    return store


@pytest.fixture
def shared_url(kind: Kind, request: pytest.FixtureRequest) -> str:
    """The URL of a store still to be made, which several processes can open."""
    return (kind.fresh_url or kind.url)(request)


@pytest.fixture
def kept_url(kind: Kind, request: pytest.FixtureRequest) -> str:
    """The URL of a store that outlives those who open it, without a graph."""
    return kind.url(request)


@pytest.fixture
def examples(kind: Kind) -> int:
    """How many examples a property test takes on this kind of store."""
    return kind.examples
