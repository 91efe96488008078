"""Transactions: all or nothing, own writes seen, one writer at a time for an entity."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from catalog.graph import Direction, Node
from catalog.store.port import ALL_TIME, ChangeSet, NodeFilter, Range, Space, Store, Transaction
from tests.store.build import ALL_TYPES, changes, dataset, entry, feeds, write

ALL = NodeFilter(("Dataset",))
COUNTER = (Space.STATE, "counter", "")


class Deliberate(Exception):
    """Raised by the work of a transaction."""


def everything(store: Store) -> object:
    with store.read() as reader:
        return (
            reader.page(ALL, None, 99),
            reader.edges(["dataset/n/a", "dataset/n/b"], ALL_TYPES, Direction.BOTH, ALL_TIME),
            reader.edges_told_by("job/n/j", "OBSERVED", 0),
            reader.search(["w"], ALL, 99),
            reader.scan(Space.STATE, [Range("p")]),
            reader.log(None, 99),
            reader.entry_counts(),
        )


BEFORE = changes(
    *(dataset("a", searchText="w"), dataset("b"), feeds("a", "b"), entry("e1")),
    records={(Space.STATE, "p", "1"): "one"},
)
MORE = ChangeSet(
    nodes={
        "dataset/n/a": dataset("a", searchText="x"),
        "dataset/n/b": None,
        "dataset/n/c": dataset("c", searchText="w"),
    },
    edges={feeds("a", "c").id: feeds("a", "c")},
    records={(Space.STATE, "p", "1"): None, (Space.STATE, "p", "2"): "two"},
    entries=[entry("e2")],
)


def test_write__gives_what_the_work_gives(store: Store) -> None:
    assert store.write(lambda transaction: 42) == 42


def test_write__that_raises_leaves_nothing(store: Store) -> None:
    store.write(lambda transaction: transaction.apply(BEFORE))
    before = everything(store)

    def work(transaction: Transaction) -> None:
        transaction.apply(MORE)
        raise Deliberate

    with pytest.raises(Deliberate):
        store.write(work)
    assert everything(store) == before
    store.write(lambda transaction: transaction.apply(MORE))
    assert everything(store) != before


def test_a_transaction__sees_its_own_writes_and_no_one_else_does(store: Store) -> None:
    store.write(lambda transaction: transaction.apply(BEFORE))
    before = everything(store)

    def work(transaction: Transaction) -> None:
        transaction.apply(MORE)
        assert transaction.page(ALL, None, 9) == [dataset("a", searchText="x"), dataset("c", searchText="w")]
        assert transaction.count(ALL) == 2
        assert set(transaction.nodes(["dataset/n/b", "dataset/n/c"])) == {"dataset/n/c"}
        assert transaction.edges(["dataset/n/a"], ALL_TYPES, Direction.OUT) == [feeds("a", "c")]
        assert transaction.edges_told_by("job/n/j", "OBSERVED", 0) == [feeds("a", "c")]
        assert transaction.records(Space.STATE, [("p", "1"), ("p", "2")]) == {("p", "2"): "two"}
        assert [record.sort for record in transaction.scan(Space.STATE, [Range("p")])] == ["2"]
        assert [found.hash for found in transaction.log(None, 9)] == ["e1", "e2"]
        assert set(transaction.entries(["e1", "e2", "e3"])) == {"e1", "e2"}
        assert everything(store) == before

    store.write(work)
    assert everything(store) != before


def test_a_transaction__applies_several_change_sets(store: Store) -> None:
    def work(transaction: Transaction) -> None:
        transaction.apply(changes(dataset("a")))
        transaction.apply(changes(dataset("b"), feeds("a", "b")))
        transaction.apply(ChangeSet(nodes={"dataset/n/a": None}))

    store.write(work)
    with store.read() as reader:
        assert reader.page(ALL, None, 9) == [dataset("b")]
        assert reader.edges(["dataset/n/b"], ALL_TYPES, Direction.BOTH, ALL_TIME) == []


def test_an_empty_change_set__changes_nothing(store: Store) -> None:
    store.write(lambda transaction: transaction.apply(BEFORE))
    before = everything(store)
    store.write(lambda transaction: transaction.apply(ChangeSet()))
    assert everything(store) == before


def test_an_open_read__does_not_see_later_commits(snapshot_store: Store) -> None:
    write(snapshot_store, dataset("a"))
    with snapshot_store.read() as reader:
        assert reader.count(ALL) == 1
        write(snapshot_store, dataset("b"), feeds("a", "b"), entry("e"), records={COUNTER: "1"})
        assert reader.page(ALL, None, 9) == [dataset("a")]
        assert reader.edges(["dataset/n/a"], ALL_TYPES, Direction.OUT) == []
        assert reader.records(Space.STATE, [("counter", "")]) == {}
        assert reader.entry_counts() == {}
    with snapshot_store.read() as reader:
        assert reader.count(ALL) == 2


def increment(transaction: Transaction) -> None:
    transaction.lock(["job/n/counter"])
    seen = transaction.records(Space.STATE, [("counter", "")]).get(("counter", ""), "0")
    transaction.apply(ChangeSet(records={COUNTER: str(int(seen) + 1)}))


def test_locked_work__of_several_threads_runs_in_turn(store: Store) -> None:
    with ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(store.write, increment) for _ in range(40)]:
            done.result()
    with store.read() as reader:
        assert reader.records(Space.STATE, [("counter", "")]) == {("counter", ""): "40"}


def test_lock__takes_overlapping_keys_in_any_order(store: Store) -> None:
    keys = [f"job/n/{name}" for name in "abcd"]

    def work(transaction: Transaction, order: list[str]) -> None:
        transaction.lock(order)
        transaction.lock([])
        transaction.apply(changes(*(Node(key, "Job", {"namespace": "n"}) for key in order)))

    with ThreadPoolExecutor(4) as threads:
        orders = [keys, keys[::-1], keys[1:3], keys[2::-1]] * 5
        for done in [threads.submit(store.write, lambda t, o=order: work(t, o)) for order in orders]:
            done.result()
    with store.read() as reader:
        assert reader.count(NodeFilter(("Job",))) == 4


def test_reads__go_on_beside_a_writer(store: Store) -> None:
    write(store, dataset("a"))
    stop, seen = threading.Event(), set()

    def watch() -> None:
        while not stop.is_set():
            with store.read() as reader:
                seen.add((reader.count(ALL) - 1) % 3)

    with ThreadPoolExecutor(1) as threads:
        watching = threads.submit(watch)
        for number in range(10):
            write(store, *(dataset(f"{number}-{part}") for part in range(3)))
        stop.set()
        watching.result()
    assert seen == {0}


def test_ping__answers_and_reads_can_be_nested(store: Store) -> None:
    write(store, dataset("a"))
    store.ping()
    with store.read() as outer, store.read() as inner:
        assert outer.count(ALL) == inner.count(ALL) == 1
