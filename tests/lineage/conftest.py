"""Stores to walk in: made once for a test, shared by its generated worlds."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.store.port import Store
from catalog.store.registry import open_store
from tests.convergence.emptied_neo4j import EmptiedNeo4j


@pytest.fixture(params=["memory", "sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """One of the three stores, empty."""
    if request.param == "neo4j":
        shared: EmptiedNeo4j = request.getfixturevalue("emptied_neo4j")
        yield shared.emptied()
        return
    opened = open_store("memory:" if request.param == "memory" else f"sqlite:///{tmp_path}/graph.db")
    yield opened
    opened.close()
