"""Empty stores, as many as a property needs, of each of the three kinds."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import TypeAlias

import pytest

from catalog.store.mark import StoreMark
from catalog.store.port import Store
from catalog.store.registry import open_store
from ontology.compiler import load_model
from tests.convergence import observed
from tests.convergence.cases import Always, Check, orders
from tests.convergence.emptied_neo4j import EmptiedNeo4j
from tests.convergence.said import Event

pytest.register_assert_rewrite("tests.convergence.agreement")

_MADE: dict[StoreMark, bytes] = {}
"""The file of an empty SQLite store, by what made it: to make one takes longer than most cases."""

FreshStore: TypeAlias = Callable[[], Store]
"""Gives an empty store; on Neo4j it is the one given before, emptied."""


NEO4J_WHEN_SLOW = pytest.mark.parametrize(
    "kind",
    ["memory", "sqlite", pytest.param("neo4j", marks=[pytest.mark.neo4j, pytest.mark.slow])],
    indirect=True,
)
"""For tests of many small transactions: on a server only with the slow ones."""


@pytest.fixture(params=["memory", "sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def kind(request: pytest.FixtureRequest) -> str:
    """The kind of store."""
    return str(request.param)


def empty_sqlite(path: Path) -> Store:
    """An empty store at a path where there is none; the file is a copy of one that was made before."""
    mark = StoreMark.of(load_model())
    if mark not in _MADE:
        open_store(f"sqlite:///{path}").close()
        _MADE[mark] = path.read_bytes()
    path.write_bytes(_MADE[mark])
    return open_store(f"sqlite:///{path}")


@pytest.fixture
def fresh_store(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FreshStore]:
    """Makes empty stores of the kind."""
    if kind == "neo4j":
        shared: EmptiedNeo4j = request.getfixturevalue("emptied_neo4j")
        yield shared.emptied
        return
    numbers = count()
    with ExitStack() as latest:

        def make() -> Store:
            latest.close()
            store = (
                open_store("memory:") if kind == "memory" else empty_sqlite(tmp_path / f"{next(numbers)}.db")
            )
            latest.callback(store.close)
            return store

        yield make


@pytest.fixture
def store(fresh_store: FreshStore) -> Store:
    """One empty store of the kind."""
    return fresh_store()


@pytest.fixture
def always(fresh_store: FreshStore, kind: str) -> Always:
    """Check the graph of a set of events, whatever way they are sent; a real server is sent fewer ways."""

    def check_all(events: list[Event], check: Check) -> None:
        for batches in orders(events, few=kind == "neo4j"):
            store = fresh_store()
            observed.send(store, batches)
            with store.read() as reader:
                check(reader)

    return check_all
