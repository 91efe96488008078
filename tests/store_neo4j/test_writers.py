"""Writers that meet: locks are real, and who loses a deadlock is run again."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor, TimeoutError

import pytest

from catalog.store.neo4j import Neo4jStore
from catalog.store.port import ChangeSet, Space, Transaction

COUNTER = (Space.STATE, "counter", "")


def _count_up(transaction: Transaction) -> int:
    value = int(transaction.records(Space.STATE, [COUNTER[1:]]).get(COUNTER[1:], "0")) + 1
    transaction.apply(ChangeSet(records={COUNTER: str(value)}))
    return value


def test_lock__of_a_key_that_was_locked_before_holds_other_writers(neo4j_store: Neo4jStore) -> None:
    neo4j_store.write(lambda transaction: transaction.lock(["a"]))
    holding, release = threading.Event(), threading.Event()

    def hold(transaction: Transaction) -> int:
        transaction.lock(["a"])
        holding.set()
        assert release.wait(20)
        return _count_up(transaction)

    def follow(transaction: Transaction) -> int:
        transaction.lock(["b", "a"])
        return _count_up(transaction)

    with ThreadPoolExecutor(2) as threads:
        first: Future[int] = threads.submit(neo4j_store.write, hold)
        assert holding.wait(20)
        second: Future[int] = threads.submit(neo4j_store.write, follow)
        with pytest.raises(TimeoutError):
            second.result(timeout=0.5)
        release.set()
        assert (first.result(20), second.result(20)) == (1, 2)


def test_write__runs_again_after_a_deadlock(neo4j_store: Neo4jStore) -> None:
    both_hold_one = threading.Barrier(2)
    attempts: list[str] = []

    def crossing(first: str, second: str) -> int:
        def work(transaction: Transaction) -> int:
            again = first in attempts
            attempts.append(first)
            transaction.lock([first])
            if not again:
                both_hold_one.wait(20)
            transaction.lock([second])
            return _count_up(transaction)

        return neo4j_store.write(work)

    with ThreadPoolExecutor(2) as threads:
        done = [threads.submit(crossing, "a", "b"), threads.submit(crossing, "b", "a")]
        assert sorted(future.result(60) for future in done) == [1, 2]
    assert len(attempts) >= 3


def test_open__by_several_at_once_makes_one_schema(fresh_neo4j_url: str) -> None:
    def locked(transaction: Transaction) -> int:
        transaction.lock(["counter"])
        return _count_up(transaction)

    def open_and_count() -> int:
        store = Neo4jStore(fresh_neo4j_url)
        try:
            return store.write(locked)
        finally:
            store.close()

    with ThreadPoolExecutor(3) as threads:
        done = [threads.submit(open_and_count) for _ in range(3)]
        assert sorted(future.result(60) for future in done) == [1, 2, 3]
