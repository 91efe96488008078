"""Empty stores of each of the three kinds."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.store.port import Store
from catalog.store.registry import open_store
from tests.api.conftest import cli, filled
from tests.neo4j.server import Neo4j

__all__ = ("cli", "filled", "store")


@pytest.fixture(params=["memory", "sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store of the kind."""
    if request.param == "neo4j":
        server: Neo4j = request.getfixturevalue("neo4j_server")
        with server.driver().session() as session:
            session.run("MATCH (n) DETACH DELETE n").consume()
        url = server.url
    else:
        url = "memory:" if request.param == "memory" else f"sqlite:///{tmp_path}/mesh.db"
    opened = open_store(url)
    yield opened
    opened.close()
