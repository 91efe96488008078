"""Loaded stores of every kind."""

from collections.abc import Iterator

import pytest

from catalog.store.memory import MemoryStore
from catalog.store.registry import open_store
from tests.api.graphql.world import SHOP, World, load

KINDS = ("memory", "sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j))


def _url(kind: str, request: pytest.FixtureRequest) -> str:
    if kind == "sqlite":
        return f"sqlite:///{request.getfixturevalue('tmp_path')}/shop.db"
    return "memory:" if kind == "memory" else str(request.getfixturevalue("neo4j_url"))


@pytest.fixture(params=KINDS)
def every(request: pytest.FixtureRequest) -> Iterator[World]:
    """The shop in a store of each kind."""
    store = open_store(_url(request.param, request))
    try:
        load(store, *SHOP)
        yield World(store)
    finally:
        store.close()


@pytest.fixture(scope="module")
def shop() -> World:
    """The shop in memory, not to be changed."""
    store = MemoryStore()
    load(store, *SHOP)
    return World(store)


@pytest.fixture
def empty() -> World:
    """A store of one's own."""
    return World(MemoryStore())
