"""A service for each test, and short questions to it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from api.settings import Settings
from tests.api.running import Service, serving

Ask = Callable[..., Any]


@pytest.fixture
def service(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Service]:
    """On SQLite, or where a test is parametrized with ``neo4j`` on a real Neo4j."""
    store = getattr(request, "param", "sqlite")
    url = request.getfixturevalue("neo4j_url") if store == "neo4j" else f"sqlite:///{tmp_path}/mesh.db"
    with serving(Settings(store=url, port=0, sparql=False)) as running:
        yield running


@pytest.fixture
def ask(service: Service) -> Iterator[Ask]:
    """Ask GraphQL; the data."""
    with service.client() as client:

        def asked(query: str, **variables: Any) -> Any:
            answer = client.post("/graphql", json={"query": query, "variables": variables}).json()
            assert "errors" not in answer, answer["errors"]
            return answer["data"]

        yield asked
