"""Everything that GraphQL tells of real events, it tells of what was restored from their export."""

import pytest

from catalog.projection import Said
from catalog.store.memory import MemoryStore
from tests.api.graphql.test_corpus import LISTS, everything
from tests.api.graphql.world import World
from tests.roundtrip.restoring import apply, snapshot

LINEAGE = """query ($of: [ID!]!) { lineage(of: $of, direction: BOTH, depth: 2) { edges(first: 5000) {
    source target job { name } origin firstSeen lastSeen validFrom validTo evidence { entry run { id state } } } } }"""


@pytest.fixture(scope="module")
def worlds(entries: list[Said], whole: str) -> tuple[World, World]:
    original, restored = MemoryStore(), MemoryStore()
    apply(original, entries)
    apply(restored, snapshot(whole))
    return World(original), World(restored)


@pytest.mark.parametrize("kind", LISTS)
def test_lists__are_those_of_the_original(worlds: tuple[World, World], kind: str) -> None:
    original, restored = (everything(world, kind, LISTS[kind]) for world in worlds)
    assert original
    assert restored == original


def test_lineage__has_the_evidence_of_the_original(worlds: tuple[World, World]) -> None:
    keys = [one["id"] for one in everything(worlds[0], "datasets", "id")][:100]
    original, restored = (world.ask(LINEAGE, of=keys)["lineage"]["edges"] for world in worlds)
    assert len(original) > 50
    assert restored == original
