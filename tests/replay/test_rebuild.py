"""A store is what its log makes, or is told and mended; writers wait meanwhile, readers do not."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from catalog.changes import position
from catalog.difference import Difference, Part
from catalog.entry import Status
from catalog.errors import Frozen
from catalog.fold.history import load_observation
from catalog.freeze import LEASE_NS, Freeze
from catalog.projection import Projection
from catalog.store.port import ChangeSet, Range, Reader, Space, Store
from catalog.store.registry import open_store
from ingest import rebuild as module
from ingest.derivation.settle import settle
from ingest.event import recognise
from ingest.pipeline import apply_or_quarantine
from ingest.rebuild import rebuild, verify
from ingest.split import split
from tests.api.graphql.world import load
from tests.convergence.conftest import NEO4J_WHEN_SLOW
from tests.replay.build import export_of, late, spoil, told_apart
from tests.roundtrip.restoring import recognised

NOW = time.time_ns()


def clock() -> int:
    return time.time_ns()


@NEO4J_WHEN_SLOW
def test_a_store__is_what_its_log_makes(live: Store, scratch: Store) -> None:
    found = verify(live, scratch)

    assert (found.is_same, found.first) == (True, [])
    assert (found.replayed.entries, found.replayed.quarantined) == (10, 1)


def test_verify__tells_each_thing_that_differs_and_changes_nothing(live: Store, scratch: Store) -> None:
    spoil(live)
    before = export_of(live)

    found = verify(live, scratch)

    assert found.counts == {Part.NODE: 3, Part.EDGE: 3, Part.RECORD: 2, Part.RECEIPT: 1}
    assert export_of(live) == before


def test_values_that_nothing_holds__make_no_difference(live: Store, scratch: Store) -> None:
    """Which of them there are depends on how events were batched."""
    record = {(Space.BLOB, "0" * 32, ""): '"left over"'}
    live.write(lambda transaction: transaction.apply(ChangeSet(records=record)))
    verify(live, scratch)
    scratch.write(
        lambda transaction: transaction.apply(ChangeSet(records={(Space.BLOB, "1" * 32, ""): '"x"'}))
    )
    assert told_apart(live, scratch) == 0


@pytest.mark.parametrize("text", [None, '"other"'])
def test_value_of_a_history_that_is_gone_or_another__is_told(
    live: Store, scratch: Store, text: str | None
) -> None:
    with live.read() as reader:
        fields = history_of(reader)
    live.write(lambda transaction: transaction.apply(ChangeSet(records={(Space.BLOB, fields, ""): text})))

    found = verify(live, scratch)

    assert found.counts == {Part.RECORD: 1}


def history_of(reader: Reader) -> str:
    """The digest of the fields of a dataset."""
    rows = reader.scan(Space.SIGHTING, [Range("dataset/db/raw")])
    return next(
        value for row in rows if (value := load_observation(row.sort, row.value).values.get("fields"))
    )


def test_events_one_by_one_and_at_once__are_the_same_to_verify(corpus: Path, scratch: Store) -> None:
    """Of a run whose events come one by one, values are kept that no history holds when they come together."""
    live = open_store("memory:")
    events = [
        line
        for file in sorted(corpus.rglob("openlineage/**/*.json"))[:150]
        for line in split(file.read_bytes())
    ]
    for event in events:
        if isinstance(event, bytes):
            Projection(live).apply([recognise(event, received_ns=NOW)])
    settle(live)
    assert verify(live, scratch).is_same


def test_rebuild__mends_what_differs_and_leaves_the_rest(live: Store, scratch: Store) -> None:
    whole = export_of(live)
    spoil(live)
    with live.read() as reader:
        before = position(reader)

    found = rebuild(live, scratch, clock)

    assert found.counts.total() > 6
    assert export_of(live) == whole
    assert told_apart(live, scratch) == 0
    with live.read() as reader:
        assert position(reader).version == before.version + 1
    load(live, late(1))
    assert told_apart(live, scratch) > 0


@NEO4J_WHEN_SLOW
def test_rebuild__of_a_graph_that_is_as_it_should_be_writes_nothing(live: Store, scratch: Store) -> None:
    with live.read() as reader:
        before = position(reader)

    assert rebuild(live, scratch, clock).is_same
    with live.read() as reader:
        assert position(reader) == before


@NEO4J_WHEN_SLOW
def test_rebuild__in_many_transactions_comes_to_the_same(
    live: Store, scratch: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = export_of(live)
    spoil(live)
    monkeypatch.setattr(module, "CHUNK", 2)

    rebuild(live, scratch, clock)

    assert export_of(live) == whole
    load(live, late(1))  # it takes events again


@NEO4J_WHEN_SLOW
def test_rebuild__catches_up_with_what_comes_meanwhile(
    live: Store, scratch: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(live)

    def frozen(store: Store, clock: Callable[[], int]) -> Freeze:
        load(live, late(1), late(2))
        return Freeze(store, clock)

    monkeypatch.setattr(module, "Freeze", frozen)
    found = rebuild(live, scratch, clock, lambda done: load(live, late(done)))

    assert found.replayed.entries == 13
    assert told_apart(live, scratch) == 0
    with live.read() as reader:
        assert {"job/etl/late1", "job/etl/late2", "job/etl/late10"} <= reader.nodes(
            ["job/etl/late1", "job/etl/late2", "job/etl/late10"]
        ).keys()


def test_a_frozen_store__takes_no_event_and_answers_reads(live: Store) -> None:
    before = export_of(live)
    freeze = Freeze(live, clock)

    outcomes = apply_or_quarantine(Projection(live), recognised([late(1), late(2)], NOW))

    assert [type(outcome) for outcome in outcomes] == [Frozen, Frozen]
    assert export_of(live) == before
    freeze.thaw()
    assert [one.status for one in Projection(live).apply(recognised([late(1)], NOW))] == [Status.APPLIED]


@NEO4J_WHEN_SLOW
def test_a_freeze__is_of_one_process_at_a_time(live: Store) -> None:
    freeze = Freeze(live, clock)
    with pytest.raises(Frozen, match="Another process"):
        Freeze(live, clock)
    freeze.thaw()
    Freeze(live, clock).thaw()


@NEO4J_WHEN_SLOW
def test_a_freeze__that_only_compares_ends_when_its_owner_is_not_heard_of(live: Store) -> None:
    long_ago = NOW - 2 * LEASE_NS
    freeze = Freeze(live, lambda: long_ago)

    load(live, late(1))

    other = Freeze(live, clock)
    with pytest.raises(Frozen, match="lost"):
        freeze.thaw()
    other.thaw()


@NEO4J_WHEN_SLOW
def test_an_interrupted_rebuild__is_told_and_completed_by_another(
    live: Store, scratch: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = export_of(live)
    spoil(live)
    monkeypatch.setattr(module, "CHUNK", 2)
    change_set = module.change_set
    written: list[object] = []

    def crash(chunk: list[Difference]) -> ChangeSet:
        if written:
            raise KeyboardInterrupt
        written.append(chunk)
        return change_set(chunk)

    with monkeypatch.context() as broken:
        broken.setattr(module, "change_set", crash)
        with pytest.raises(KeyboardInterrupt):
            rebuild(live, scratch, lambda: NOW - 2 * LEASE_NS)
    with pytest.raises(Frozen, match="meshline replay"):
        load(live, late(1))

    rebuild(live, scratch, clock)

    assert export_of(live) == whole
    load(live, late(1))


@NEO4J_WHEN_SLOW
def test_an_interrupted_comparison__frees_the_store_at_once(
    live: Store, scratch: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "differences", crash)
    with pytest.raises(KeyboardInterrupt):
        rebuild(live, scratch, clock)
    load(live, late(1))


@NEO4J_WHEN_SLOW
def test_a_renewed_freeze__lasts(live: Store) -> None:
    begin = time.time_ns() - 2 * LEASE_NS
    times = [begin, begin]
    freeze = Freeze(live, lambda: times.pop() if times else time.time_ns())
    freeze.renew()

    with pytest.raises(Frozen):
        Projection(live).apply(recognised([late(1)], NOW))
