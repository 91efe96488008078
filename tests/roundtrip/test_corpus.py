"""Real events: exported and read back they are the same graph, which goes on like the one it was made from."""

import random
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from typing import Any

import pytest

from catalog import state
from catalog.entry import EntryKind, Status
from catalog.graph import Direction
from catalog.impact.evaluation import impact
from catalog.instant import instant_of
from catalog.lineage import walk
from catalog.lineage_steps import Level
from catalog.projection import Projection, Said
from catalog.store.port import NodeFilter, Reader, Store
from catalog.store.registry import open_store
from ingest.replay import replay
from ontology.vocabulary import Label
from tests.convergence.conftest import NEO4J_WHEN_SLOW, FreshStore
from tests.impact.words import drop_dataset, proposed
from tests.roundtrip.restoring import apply, export_of, graph_of, snapshot

OTHER_BASE = "https://catalog.example/graph/id/"


@pytest.fixture(scope="module")
def restoring(whole: str) -> list[Said]:
    return snapshot(whole)


def test_corpus__is_restored_byte_for_byte(store: Store, whole: str, restoring: list[Said]) -> None:
    apply(store, restoring)
    assert export_of(store) == whole


def test_corpus__restored_twice_is_unchanged(whole: str, restoring: list[Said]) -> None:
    store = open_store("memory:")
    apply(store, restoring)
    again = apply(store, snapshot(whole), size=40)
    assert {receipt.status for receipt in again} == {Status.DUPLICATE}
    assert {receipt.kind for receipt in again} == {EntryKind.SNAPSHOT}
    assert export_of(store) == whole


@NEO4J_WHEN_SLOW
def test_corpus__and_its_snapshot_are_one_graph_in_any_order(
    fresh_store: FreshStore, kind: str, entries: list[Said], whole: str, restoring: list[Said]
) -> None:
    for seed in range({"memory": 2, "sqlite": 1, "neo4j": 1}[kind]):
        both = [*entries, *restoring]
        random.Random(seed).shuffle(both)
        store = fresh_store()
        apply(store, both, size=50)
        assert export_of(store) == whole


@NEO4J_WHEN_SLOW
def test_corpus__restored_at_half_goes_on_to_the_whole(store: Store, entries: list[Said], whole: str) -> None:
    half = len(entries) // 2
    apply(store, snapshot(graph_of(entries[:half])))
    apply(store, entries[half:], size=60)
    assert export_of(store) == whole


def test_corpus__a_store_with_snapshots_replays_to_the_same_graph(entries: list[Said], whole: str) -> None:
    half = len(entries) // 2
    source, target = open_store("memory:"), open_store("memory:")
    apply(source, [*snapshot(graph_of(entries[:half])), *entries[half:]])
    replay(source, Projection(target))
    assert export_of(target) == whole
    with source.read() as one, target.read() as other:
        assert one.log(None, 10_000) == other.log(None, 10_000)


def test_corpus__is_restored_from_another_base(entries: list[Said], whole: str) -> None:
    store = open_store("memory:")
    apply(store, entries)
    elsewhere = export_of(store, OTHER_BASE)
    restored = open_store("memory:")
    apply(restored, snapshot(elsewhere))
    assert export_of(restored, OTHER_BASE) == elsewhere
    assert export_of(restored) == whole


def test_corpus__snapshots_of_two_bases_are_one_graph(entries: list[Said], whole: str) -> None:
    store = open_store("memory:")
    apply(store, entries)
    both = [*snapshot(whole), *snapshot(export_of(store, OTHER_BASE))]
    random.Random(3).shuffle(both)
    assert graph_of(both) == whole


def test_corpus__restored_answers_as_before(entries: list[Said], restoring: list[Said]) -> None:
    """Facts, lineage and impact, now and as of three times."""
    original, restored = open_store("memory:"), open_store("memory:")
    apply(original, entries)
    apply(restored, restoring)
    times = [None, *(entries[len(entries) * part // 4][0].order_key for part in (1, 2, 3))]
    asked = 0
    with original.read() as one, restored.read() as other:
        for time in times:
            at = None if time is None else instant_of(time)
            for question in QUESTIONS:
                answers = question(one, at)
                assert answers == question(other, at)
                asked += len(answers)
    assert asked > 200


def _facts(reader: Reader, at: int | None) -> list[Any]:
    keys = _keys(reader, Label.DATASET) + _keys(reader, Label.JOB)
    return list(state.facts(reader, keys, at).items())


def _lineage(reader: Reader, at: int | None) -> list[Any]:
    found = []
    for label, level in ((Label.DATASET, Level.DATASET), (Label.FIELD, Level.FIELD), (Label.JOB, Level.JOB)):
        for key in islice(_keys(reader, label), 0, None, 9):
            found.append(walk(reader, [key], direction=Direction.BOTH, level=level, at=at))
    return found


def _impact(reader: Reader, at: int | None) -> list[Any]:
    keys = islice(_keys(reader, Label.DATASET), 0, None, 7)
    reports = [impact(reader, proposed(key, drop_dataset()), at=at) for key in keys]
    return [replace(report, id="", version=0) for report in reports]


QUESTIONS: tuple[Callable[[Reader, int | None], list[Any]], ...] = (_facts, _lineage, _impact)


def _keys(reader: Reader, label: Label) -> list[str]:
    return [node.key for node in reader.page(NodeFilter((label,)), None, 100_000)]
