"""The stores that exports are read from."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.store.port import Store
from catalog.store.registry import open_store


@pytest.fixture(params=["memory", "sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store of each kind."""
    urls = {"memory": "memory:", "sqlite": f"sqlite:///{tmp_path}/graph.db"}
    opened = open_store(urls.get(request.param) or request.getfixturevalue("neo4j_url"))
    yield opened
    opened.close()
