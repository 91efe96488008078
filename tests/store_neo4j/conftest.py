"""A store on the real Neo4j."""

from collections.abc import Iterator

import pytest

from catalog.store.neo4j import Neo4jStore


@pytest.fixture
def neo4j_store(neo4j_url: str) -> Iterator[Neo4jStore]:
    """An empty store."""
    store = Neo4jStore(neo4j_url)
    yield store
    store.close()
