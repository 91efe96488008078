"""The log: entries by hash, in hash order and in order of effect, counted by status, never overwritten."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from catalog.entry import Problem, Status
from catalog.store.port import ChangeSet, Store, Transaction
from catalog.store.sqlite import SqliteStore
from catalog.store.sqlite_reads import SqliteReader
from tests.store.build import apply, entry, write


def test_entries__come_back_as_written(store: Store) -> None:
    problems = (
        Problem("no-zone", "$.eventTime", "no time zone: UTC", lost=False),
        Problem("odd", '$.a["b"]', "é\0'"),
    )
    full = entry(
        "f" * 64, Status.PARTIAL, problems=problems, actor="ann", body='{"a":"\\u0000"}', received_ns=2**62
    )
    plain = entry("0" * 64)
    write(store, full, plain)
    with store.read() as reader:
        assert reader.entries([full.hash, plain.hash, "none"]) == {full.hash: full, plain.hash: plain}
        assert reader.entries([]) == {}


def test_an_entry__that_is_there_is_left_as_it_is(store: Store) -> None:
    first = entry("a", actor="first")
    write(store, first)
    again = replace(first, actor="second", received_ns=9, status=Status.QUARANTINED)
    apply(store, ChangeSet(entries=[again, entry("b"), replace(entry("b"), actor="twice")]))
    with store.read() as reader:
        assert reader.entries(["a", "b"]) == {"a": first, "b": entry("b")}
        assert reader.entry_counts() == {Status.APPLIED: 2}


def test_log__goes_through_all_entries_in_hash_order(store: Store) -> None:
    entries = [entry(hash_) for hash_ in ("c", "a", "e", "b", "d")]
    write(store, *entries)
    with store.read() as reader:
        assert [found.hash for found in reader.log(None, 2)] == ["a", "b"]
        assert [found.hash for found in reader.log("b", 2)] == ["c", "d"]
        assert [found.hash for found in reader.log("d", 2)] == ["e"]
        assert reader.log("e", 2) == []


def test_log_in_order__goes_through_all_entries_by_order_key_and_hash(store: Store) -> None:
    keys = {"c": "1", "a": "2", "e": "2", "b": "2", "d": "3"}
    write(store, *(entry(hash_, order_key=key) for hash_, key in keys.items()))
    write(store, entry("f", order_key="0"))
    with store.read() as reader:
        assert [found.hash for found in reader.log_in_order(None, 3)] == ["f", "c", "a"]
        assert [found.hash for found in reader.log_in_order(("2", "a"), 2)] == ["b", "e"]
        assert [found.hash for found in reader.log_in_order(("2", "c"), 9)] == ["e", "d"]
        assert reader.log_in_order(("2", "e"), 9) == [entry("d", order_key="3")]
        assert reader.log_in_order(("3", "d"), 9) == []


def test_log_in_order__has_an_entry_once_and_sees_what_its_transaction_wrote(store: Store) -> None:
    write(store, entry("a", order_key="2"))

    def work(transaction: Transaction) -> list[str]:
        again = entry("a", order_key="9")
        transaction.apply(ChangeSet(entries=[again, entry("b", order_key="1"), entry("c", order_key="3")]))
        return [found.hash for found in transaction.log_in_order(None, 9)]

    assert store.write(work) == ["b", "a", "c"]
    with store.read() as reader:
        assert [found.order_key for found in reader.log_in_order(None, 9)] == ["1", "2", "3"]


def test_log_in_order__of_a_sqlite_file_that_was_made_without_its_index(tmp_path: Path) -> None:
    path = str(tmp_path / "old.db")
    store = SqliteStore(path)
    write(store, entry("a", order_key="2"), entry("b", order_key="1"))
    store.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP INDEX log_in_order")
    store = SqliteStore(path)
    with store.read() as reader:
        assert [found.hash for found in reader.log_in_order(None, 9)] == ["b", "a"]
    store.close()


def test_log_in_order__asks_the_index_of_a_sqlite_file_alone(tmp_path: Path) -> None:
    path = str(tmp_path / "store.db")
    SqliteStore(path).close()
    asked: list[str] = []
    with closing(sqlite3.connect(path)) as connection:
        connection.set_trace_callback(asked.append)
        SqliteReader(connection).log_in_order(("2", "a"), 9)
        connection.set_trace_callback(None)
        [[*_, plan]] = connection.execute(f"EXPLAIN QUERY PLAN {asked[0]}").fetchall()
    assert plan.startswith("SEARCH log USING INDEX log_in_order ((order_key,hash)>")


def test_log__is_asked_by_status(store: Store) -> None:
    write(
        store,
        entry("a", Status.QUARANTINED),
        entry("b"),
        entry("c", Status.QUARANTINED),
        entry("d", Status.PARTIAL),
    )
    with store.read() as reader:
        assert [found.hash for found in reader.log(None, 9, Status.QUARANTINED)] == ["a", "c"]
        assert [found.hash for found in reader.log("a", 9, Status.QUARANTINED)] == ["c"]
        assert [found.hash for found in reader.log(None, 1, Status.QUARANTINED)] == ["a"]
        assert reader.log(None, 9, Status.DUPLICATE) == []
        assert reader.entry_counts() == {Status.QUARANTINED: 2, Status.APPLIED: 1, Status.PARTIAL: 1}


def test_entry_counts__of_an_empty_log_are_empty(store: Store) -> None:
    with store.read() as reader:
        assert reader.entry_counts() == {}
