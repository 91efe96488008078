"""The log: entries by hash, in hash order and in order of effect, counted by status, never overwritten."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from catalog.entry import Problem, Status
from catalog.store.port import ChangeSet, LogFilter, Store, Transaction
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


QUARANTINED = LogFilter(Status.QUARANTINED)


def test_log_in_order__is_asked_by_status_and_producer(store: Store) -> None:
    write(
        store,
        entry("a", Status.QUARANTINED, producer="p"),
        entry("b", producer="p"),
        entry("c", Status.QUARANTINED),
        entry("d", Status.PARTIAL, producer="q"),
    )

    def asked(where: LogFilter, after: str | None = None, limit: int = 9, *, reverse: bool = False) -> str:
        place = None if after is None else (after, after)
        return "".join(found.hash for found in reader.log_in_order(place, limit, where, reverse=reverse))

    with store.read() as reader:
        assert asked(QUARANTINED) == "ac"
        assert asked(QUARANTINED, "a") == "c"
        assert asked(QUARANTINED, limit=1) == "a"
        assert asked(QUARANTINED, reverse=True) == "ca"
        assert asked(QUARANTINED, "c", reverse=True) == "a"
        assert asked(LogFilter(Status.DUPLICATE)) == ""
        assert asked(LogFilter(producer="p")) == "ab"
        assert asked(LogFilter(producer="p"), "b", reverse=True) == "a"
        assert asked(LogFilter(Status.APPLIED, "p"), reverse=True) == "b"
        assert asked(LogFilter(), reverse=True) == "dcba"
        assert asked(LogFilter(), "c", 1, reverse=True) == "b"
        assert reader.entry_counts() == {Status.QUARANTINED: 2, Status.APPLIED: 1, Status.PARTIAL: 1}


def test_entries_at__are_found_by_their_order_keys(store: Store) -> None:
    first, second = entry("a", order_key="2"), entry("b", order_key="1")
    write(store, first, second)
    with store.read() as reader:
        assert reader.entries_at(["1", "2", "3"]) == {"1": second, "2": first}
        assert reader.entries_at([]) == {}


def test_a_rewritten_entry__stands_in_place_of_the_one_that_was_there(store: Store) -> None:
    write(store, entry("a", actor="me", body='{"secret":1}'))
    other = replace(entry("a", Status.QUARANTINED, order_key="9", producer="p"), body="{}")
    apply(store, ChangeSet(rewritten=[other, entry("never there")]))
    with store.read() as reader:
        assert reader.log(None, 9) == [other]
        assert reader.log_in_order(None, 9, QUARANTINED) == [other]


def test_log__of_a_sqlite_file_that_was_made_before_producers(tmp_path: Path) -> None:
    path = str(tmp_path / "old.db")
    store = SqliteStore(path)
    write(store, entry("a"))
    store.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("DROP INDEX log_of_producer; ALTER TABLE log DROP COLUMN producer;")
        connection.execute("CREATE INDEX log_by_status ON log (status, hash)")
    store = SqliteStore(path)
    write(store, entry("b", producer="p"))
    with store.read() as reader:
        assert reader.log(None, 9) == [entry("a"), entry("b", producer="p")]
        assert reader.log_in_order(None, 9, LogFilter(producer="p")) == [entry("b", producer="p")]
    store.close()


def test_entry_counts__of_an_empty_log_are_empty(store: Store) -> None:
    with store.read() as reader:
        assert reader.entry_counts() == {}
