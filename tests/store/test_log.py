"""The log: entries by hash, in hash order, counted by status, never overwritten."""

from dataclasses import replace

from catalog.entry import Problem, Status
from catalog.store.port import ChangeSet, Store
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
