"""The queries of docs/graphql.md run against the demo mesh and find something."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from openlineage.client.serde import Serde

from api.demo import emit_demo
from api.demo.events import Event
from api.graphql.sdl import FILE
from catalog.projection import Projection
from catalog.store.memory import MemoryStore
from ingest.derivation.settle import settle
from ingest.event import recognise
from tests.api.graphql.world import World

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
GUIDE = (FILE.parent.parent / "docs" / "graphql.md").read_text(encoding="utf-8")
QUERIES = re.findall(r"^```graphql\n(.*?)^```", GUIDE, flags=re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def demo() -> World:
    events: list[Event] = []
    emit_demo(events.append, now=NOW)
    store = MemoryStore()
    received_ns = int(NOW.timestamp()) * 10**9
    Projection(store).apply([recognise(Serde.to_json(event), received_ns=received_ns) for event in events])
    settle(store)
    return World(store)


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of an answer that is no list or map, an empty list as None; lists share a path."""
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from leaves(inner, f"{path}/{name}")
    elif isinstance(value, list) and value:
        for inner in value:
            yield from leaves(inner, path)
    else:
        yield path, None if value in ([], {}) else value


@pytest.mark.parametrize("query", QUERIES, ids=range(len(QUERIES)))
def test_query_of_the_guide__runs_and_finds_something(demo: World, query: str) -> None:
    found = demo.ask(query)

    values = [value for _, value in leaves(found) if value is not None]
    assert all(root is not None for root in found.values())
    assert len(values) >= 3


def test_guide__shows_every_question() -> None:
    assert len(QUERIES) >= 11
    for name in ("node", "search", "resources", "dataset", "job", "lineage", "impact", "receipts"):
        assert any(re.search(rf"\b{name}\(", query) for query in QUERIES)
