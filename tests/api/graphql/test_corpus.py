"""Everything that real events left in the graph can be read over GraphQL."""

import time
from pathlib import Path
from typing import Any

import pytest

from catalog.projection import Projection
from catalog.store.memory import MemoryStore
from ingest.event import recognise
from tests.api.graphql.world import World, nodes

LISTS = {
    "datasets": """id description lastSeen resolved { id } aliases(first: 5) { edges { node { id name namespace } } }
        fields(first: 50) { totalCount edges { node { id name type ordinal inferred description } } }
        facets(first: 50) { edges { node { key value since lastSeen until evidence { first last } } } }
        readers(first: 5) { edges { node { id } } } writers(first: 5) { edges { node { id } } }
        schemaHistory(first: 5) { edges { node { since until fields(first: 5) { totalCount } } } }""",
    "jobs": """id description processingType integration jobType inferred lastSeen
        facets(first: 20) { edges { node { key value } } }
        inputs(first: 20) { edges { node { id } } } outputs(first: 20) { edges { node { id } } }
        runs(first: 10) { edges { node { id state startedAt endedAt inferred parent { id } root { id }
            facets(first: 20) { edges { node { key value } } }
            inputs(first: 5) { edges { node { dataset { id } facets(first: 5) { edges { node { key } } } } } }
            outputs(first: 5) { edges { node { dataset { id } facets(first: 5) { edges { node { key } } } } } }
        } } }""",
}


@pytest.fixture(scope="module")
def world(request: pytest.FixtureRequest) -> World:
    corpus: Path = request.getfixturevalue("corpus")
    bodies = [path.read_bytes() for path in sorted((corpus / "openlineage").rglob("*.json"))]
    assert len(bodies) >= 500
    store = MemoryStore()
    Projection(store).apply([recognise(body, received_ns=time.time_ns()) for body in bodies])
    return World(store)


def everything(world: World, kind: str, selection: str) -> list[Any]:
    query = f"""query ($after: String) {{ {kind}(first: 20, after: $after) {{ totalCount
        edges {{ node {{ {selection} }} }} pageInfo {{ endCursor hasNextPage }} }} }}"""
    found: list[Any] = []
    after, more = None, True
    while more:
        page = world.ask(query, after=after)[kind]
        found += nodes(page)
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert len(found) == page["totalCount"]
    return found


@pytest.mark.parametrize("kind", LISTS)
def test_corpus__is_readable_whole(world: World, kind: str, corpus: Path) -> None:
    found = everything(world, kind, LISTS[kind])

    assert len({one["id"] for one in found}) == len(found) > 50


def test_corpus__has_lineage_and_evidence_for_every_edge(world: World, corpus: Path) -> None:
    query = """query ($of: [ID!]!) { lineage(of: $of, direction: BOTH, depth: 2) {
        edges(first: 5000) { source target lastSeen evidence { entry run { id } } } } }"""
    keys = [one["id"] for one in everything(world, "datasets", "id")]

    edges = [
        edge
        for start in range(0, len(keys), 100)
        for edge in world.ask(query, of=keys[start : start + 100])["lineage"]["edges"]
    ]

    assert len(edges) > 100
    assert [edge for edge in edges if edge["lastSeen"] is None or edge["evidence"] is None] == []
