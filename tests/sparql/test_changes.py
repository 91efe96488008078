"""The graph version and its journal, on the three stores."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from catalog import changes
from catalog.changes import Changes, Position, changes_since, graph_version, note_changes, position
from catalog.graph import Node
from catalog.identity import DatasetId
from catalog.store.memory import MemoryStore
from catalog.store.port import ChangeSet, Range, Space, Store, Transaction
from catalog.store.registry import open_store
from ontology.vocabulary import Label
from tests.convergence import observed
from tests.convergence.cases import JOB, RUN, A, B, C, about, dataset_event, run
from tests.convergence.said import Event

SCHEMA = {"fields": [{"name": "x", "type": "int"}]}
NONE: dict[str, list[object]] = {"fields": []}


def version(store: Store) -> int:
    with store.read() as reader:
        return graph_version(reader)


def now(store: Store) -> Position:
    with store.read() as reader:
        return position(reader)


def since(store: Store, begin: Position, limit: int = 100) -> Changes | None:
    with store.read() as reader:
        return changes_since(reader, begin, limit)


def journal(store: Store) -> list[int]:
    with store.read() as reader:
        return [int(row.sort, 16) for row in reader.scan(Space.CHANGE, [Range("graph")])]


def touch(store: Store, *keys: str) -> None:
    """A commit that writes a node for each key."""
    nodes = {key: Node(key, Label.DATASET, {"namespace": "db", "name": key}) for key in keys}

    def work(transaction: Transaction) -> None:
        transaction.apply(ChangeSet(nodes=nodes))
        note_changes(transaction, nodes)

    store.write(work)


def test_version__grows_by_one_with_each_commit_that_changes_the_graph(store: Store) -> None:
    assert version(store) == 0
    for number, event in enumerate((dataset_event(1, A, schema=SCHEMA), run(1, "START", 2, [A], [B])), 1):
        observed.send(store, [[event]])
        assert version(store) == number
    assert journal(store) == [1, 2]


def test_version__stays_at_duplicates_and_at_what_changes_nothing(store: Store) -> None:
    first = run(1, "RUNNING", 1, [A], [B])
    observed.send(store, [[dataset_event(0, A, schema=SCHEMA), first]])
    before = now(store)

    observed.send(store, [[first], [dataset_event(3, A, schema=SCHEMA)], [run(1, "RUNNING", 4, [A], [B])]])

    assert now(store) == before
    assert since(store, before) == Changes(before, frozenset())


def test_version__is_no_part_of_the_canonical_export(store: Store) -> None:
    events: list[Event] = [dataset_event(1, A, schema=SCHEMA), run(1, "COMPLETE", 2, [A], [B])]
    whole, steps = MemoryStore(), store
    observed.send(whole, [events])
    observed.send(steps, [[event] for event in events])

    assert (version(whole), version(steps)) == (1, 2)
    assert observed.export(whole) == observed.export(steps)


def test_changes__name_written_and_deleted_nodes_and_the_ends_of_edges(store: Store) -> None:
    observed.send(store, [[dataset_event(1, A, schema=SCHEMA)], [run(1, "COMPLETE", 2, [A], [B])]])
    begin = now(store)
    observed.send(store, [[dataset_event(3, A, schema=NONE)]])
    field = A.field("x").key
    ended = since(store, begin)
    observed.send(store, [[run(2, "COMPLETE", 4, [], [C])]])
    begun = since(store, begin)

    assert ended is not None
    assert begun is not None
    assert ended.keys == {A.key, field}
    assert begun.keys - ended.keys == {B.key, C.key, C.namespace_key, JOB.key, RUN[2].key}
    assert begun.until == now(store)


def test_changes__come_in_portions_that_join(store: Store) -> None:
    touch(store, "dataset/db/a")
    begin = now(store)
    for number in range(5):
        touch(store, f"dataset/db/{number}", "dataset/db/same")

    first = since(store, begin, limit=3)
    assert first is not None
    rest = since(store, first.until, limit=3)

    assert rest is not None
    assert first.keys == {"dataset/db/0", "dataset/db/1", "dataset/db/2", "dataset/db/same"}
    assert rest == Changes(now(store), frozenset({"dataset/db/3", "dataset/db/4", "dataset/db/same"}))


def test_changes__begin_at_nothing(store: Store) -> None:
    assert since(store, Position()) == Changes(Position(), frozenset())
    touch(store, "dataset/db/a")
    assert since(store, Position()) == Changes(now(store), frozenset({"dataset/db/a"}))


def test_journal__keeps_the_last_changes(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "KEPT", 3)
    touch(store, "dataset/db/first")
    begin = now(store)
    touch(store, "dataset/db/second")
    touch(store, "dataset/db/third")
    third = now(store)
    for number in range(2):
        touch(store, f"dataset/db/{number}")

    assert journal(store) == [3, 4, 5]
    assert since(store, begin) is None
    assert since(store, Position()) is None
    assert since(store, third) == Changes(now(store), frozenset({"dataset/db/0", "dataset/db/1"}))


def test_changes__of_too_many_nodes_are_told_as_such(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(store, "dataset/db/a")
    begin = now(store)
    monkeypatch.setattr(changes, "MOST_KEYS", 2)
    touch(store, "dataset/db/b", "dataset/db/c")
    two = now(store)
    touch(store, "dataset/db/d", "dataset/db/e", "dataset/db/f")

    assert since(store, begin, limit=1) == Changes(two, frozenset({"dataset/db/b", "dataset/db/c"}))
    assert since(store, begin) is None


def test_changes__do_not_mistake_another_history_for_this_one(store: Store) -> None:
    other = MemoryStore()
    for opened in (store, other):
        touch(opened, "dataset/db/a")
        touch(opened, "dataset/db/b")
    ahead = Position(7, now(store).mark)

    assert since(store, now(other)) is None
    assert since(store, ahead) is None


def test_note__of_nothing_takes_no_version(store: Store) -> None:
    store.write(lambda transaction: note_changes(transaction, ()))

    assert now(store) == Position()


def test_changes__name_a_run_with_another_input_though_no_node_says_so(store: Store) -> None:
    observed.send(store, [[run(1, "FAIL", 2, [A], [B])]])
    begin = now(store)
    observed.send(store, [[run(1, "OTHER", 3, [C], [B])]])
    found = since(store, begin)

    assert found is not None
    assert RUN[1].key in found.keys


def write_many(url: str, number: int) -> None:
    """Twenty commits that change the graph, half of them of one dataset that the other writer changes too."""
    store = open_store(url)
    try:
        for minute in range(20):
            dataset = DatasetId("db", "shared" if minute % 2 else f"own-{number}")
            text = f"{number} {minute}"
            event = dataset_event(minute, dataset, documentation={"description": text})
            observed.send(store, [[event, run(number, None, minute, [about(dataset)], [A])]])
    finally:
        store.close()


def test_two_writers__leave_versions_without_gaps_and_lose_no_record(neo4j_url: str) -> None:
    open_store(neo4j_url).close()
    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(write_many, neo4j_url, number) for number in (1, 2)]:
            done.result(120)
    store = open_store(neo4j_url)
    try:
        numbers = journal(store)
        found = since(store, Position())
        with store.read() as reader:
            rows = reader.scan(Space.CHANGE, [Range("graph")])
    finally:
        store.close()

    assert numbers == list(range(1, len(numbers) + 1))
    assert len({json.loads(row.value)[0] for row in rows}) == len(numbers)
    assert len(numbers) > 20
    assert found is not None
    assert found.until.version == len(numbers)
    assert {DatasetId("db", name).key for name in ("shared", "own-1", "own-2")} <= found.keys
