"""Replay from the log."""

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from catalog.entry import LogEntry, Receipt, Status
from catalog.errors import StoreUnavailable
from catalog.graph import Direction
from catalog.projection import Projection
from catalog.statement import NOTHING, Statements
from catalog.store.port import ALL_TIME, ChangeSet, LogFilter, NodeFilter, Store
from catalog.store.registry import open_store
from ingest.event import recognise
from ingest.replay import PAGE, Replayed, interpret_again, replay
from ontology.vocabulary import Label, Rel
from tests.ingest.build import RECEIVED_NS, column, dataset, lineage, read, run_event


def graph(store: Store) -> object:
    """All nodes and edges of a store, and its log."""
    with store.read() as reader:
        nodes = reader.page(NodeFilter(tuple(Label)), None, 100_000)
        keys = [node.key for node in nodes]
        edges = reader.edges(keys, list(Rel), Direction.BOTH, ALL_TIME)
        return nodes, edges, reader.log(None, 100_000)


def event(number: int) -> str:
    facet = lineage(column("amount"), column(f"c{number}"))
    run = {"runId": f"00000000-0000-0000-0000-{number:012d}"}
    outputs = [dataset(f"report {number % 7}", columnLineage=facet)]
    return json.dumps(run_event(run=run, inputs=[dataset("orders")], outputs=outputs)).replace(
        "10:00:00", f"10:00:{number % 60:02d}"
    )


def filled(count: int) -> Store:
    store = open_store("memory:")
    entries = [recognise(event(n), received_ns=RECEIVED_NS + n, actor=f"actor {n}") for n in range(count)]
    Projection(store).apply(entries)
    return store


def test_replay__gives_the_same_graph_and_log_over_several_pages() -> None:
    source, target = filled(PAGE + 20), open_store("memory:")
    heard: list[int] = []
    assert replay(source, Projection(target), heard.append) == Replayed(PAGE + 20)
    assert graph(target) == graph(source)
    assert heard == [PAGE, PAGE + 20]


def test_replay__of_an_empty_store_is_empty() -> None:
    target = open_store("memory:")
    assert replay(filled(0), Projection(target)) == Replayed()


def test_replay__twice_changes_nothing() -> None:
    source, target = filled(5), open_store("memory:")
    replay(source, Projection(target))
    once = graph(target)
    replay(source, Projection(target))
    assert graph(target) == once


def test_replay__keeps_that_an_event_was_repaired() -> None:
    body = json.dumps(run_event(run={"runId": "r", "facets": {"x": 1}})).replace(": 1}", ": NaN}")
    entry, _ = recognise(body, received_ns=RECEIVED_NS)
    again, _ = interpret_again(entry)
    assert again == entry


def test_replay__applies_what_once_failed() -> None:
    entry, said = read(run_event())
    failed = replace(entry, status=Status.QUARANTINED)
    assert interpret_again(failed) == (entry, said)


def test_replay__keeps_what_is_no_event_any_more_as_quarantined() -> None:
    entry, _ = read(run_event())
    store = open_store("memory:")
    odd: LogEntry = replace(entry, body="[]")
    store.write(lambda transaction: transaction.apply(ChangeSet(entries=[odd])))
    target = open_store("memory:")
    replay(store, Projection(target))
    with target.read() as reader:
        [kept] = reader.log(None, 10)
    assert (kept.status, kept.body, [p.code for p in kept.problems]) == (
        Status.QUARANTINED,
        "[]",
        ["not-an-event"],
    )
    assert interpret_again(odd)[1] == NOTHING


class Breaking(Projection):
    """A projection with a fault: it fails on what names "report 3"."""

    def __init__(self, store: Store, fault: Exception | None = None) -> None:
        super().__init__(store)
        self.fault = fault
        self.order_keys: list[str] = []

    def apply(self, batch: Sequence[tuple[LogEntry, Statements]]) -> list[Receipt]:
        if self.fault is not None and any(
            "report 3" in entry.body and said != NOTHING for entry, said in batch
        ):
            raise self.fault
        self.order_keys += [entry.order_key for entry, _ in batch]
        return super().apply(batch)


def test_replay__quarantines_what_the_catalog_fails_on_and_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    source, target = filled(10), open_store("memory:")
    assert replay(source, Breaking(target, KeyError("bug"))).entries == 10
    with target.read() as reader:
        assert reader.entry_counts() == {Status.APPLIED: 9, Status.QUARANTINED: 1}
        [kept] = reader.log_in_order(None, 10, LogFilter(Status.QUARANTINED))
    assert [(problem.code, "KeyError" in problem.message) for problem in kept.problems] == [
        ("apply-failed", True)
    ]
    assert kept.hash in caplog.text


def test_replay__of_a_target_with_quarantined_entries_applies_them_after_the_fault_is_mended() -> None:
    source, broken, mended = filled(10), open_store("memory:"), open_store("memory:")
    replay(source, Breaking(broken, KeyError("bug")))
    replay(broken, Projection(mended))
    assert graph(mended) == graph(source)


def test_replay__ends_when_the_store_refuses_and_a_second_one_completes_it() -> None:
    source, target = filled(10), open_store("memory:")
    with pytest.raises(StoreUnavailable):
        replay(source, Breaking(target, StoreUnavailable("too much")))
    with target.read() as reader:
        assert reader.entry_counts() == {Status.APPLIED: 9}
    replay(source, Projection(target))
    assert graph(target) == graph(source)


def test_replay__reads_the_log_as_its_events_took_effect() -> None:
    source, target = filled(PAGE + 20), Breaking(open_store("memory:"))
    replay(source, target)
    assert len(target.order_keys) == PAGE + 20
    assert target.order_keys == sorted(target.order_keys)
