"""The pipeline: groups commits, isolates poison, says when it cannot, drains when it closes."""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, wait

import pytest

from catalog.entry import LogEntry, Receipt, Status
from catalog.errors import StoreUnavailable
from catalog.projection import Projection
from catalog.statement import NOTHING, Statements
from catalog.store.registry import open_store
from ingest.counts import Counted
from ingest.errors import Closing, NotAnEvent, NotKept, Overloaded, TooLarge
from ingest.pipeline import Ingest, Limits
from tests.ingest.build import RECEIVED_NS, run_event

Batch = Sequence[tuple[LogEntry, Statements]]


class Gate:
    """A projection that waits until it is opened, records the batches, and fails as it is told."""

    def __init__(self, fails: Callable[[Batch], Exception | None] = lambda batch: None) -> None:
        self.opened = threading.Event()
        self.entered = threading.Event()
        self.batches: list[Batch] = []
        self.fails = fails

    def apply(self, batch: Batch) -> list[Receipt]:
        self.entered.set()
        assert self.opened.wait(10)
        error = self.fails(batch)
        if error is not None:
            raise error
        self.batches.append(batch)
        return [Receipt(entry.hash, entry.kind, entry.status, entry.problems) for entry, _ in batch]


def event(number: int) -> bytes:
    return json.dumps(run_event(job={"namespace": "jobs", "name": f"job {number}"})).encode()


def started(gate: Gate, limits: Limits | None = None) -> tuple[Ingest, Future[Receipt]]:
    """A pipeline whose writer is busy with a first event."""
    ingest = Ingest(gate, clock=lambda: RECEIVED_NS, limits=limits)
    first = ingest.receive(event(0))
    assert gate.entered.wait(10)
    return ingest, first


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.opened.set()


def test_receipt__comes_after_the_commit(gate: Gate) -> None:
    ingest, first = started(gate)
    assert not first.done()
    gate.opened.set()
    assert first.result(10).status is Status.APPLIED
    ingest.close()


def test_waiting_events__are_committed_together(gate: Gate) -> None:
    ingest, first = started(gate)
    others = [ingest.receive(event(n)) for n in range(1, 6)]
    assert ingest.depth == 5
    gate.opened.set()
    wait([first, *others], 10)
    assert [len(batch) for batch in gate.batches] == [1, 5]
    ingest.close()


def test_batch__is_bounded_by_entries(gate: Gate) -> None:
    ingest, first = started(gate, Limits(batch_entries=2))
    others = [ingest.receive(event(n)) for n in range(1, 6)]
    gate.opened.set()
    wait([first, *others], 10)
    assert [len(batch) for batch in gate.batches] == [1, 2, 2, 1]
    ingest.close()


def test_batch__is_bounded_by_bytes_and_has_one_event_at_least(gate: Gate) -> None:
    ingest, first = started(gate, Limits(batch_bytes=1))
    others = [ingest.receive(event(n)) for n in range(1, 4)]
    gate.opened.set()
    wait([first, *others], 10)
    assert [len(batch) for batch in gate.batches] == [1, 1, 1, 1]
    ingest.close()


def test_full_queue__is_overloaded_and_goes_on_later(gate: Gate) -> None:
    ingest, first = started(gate, Limits(waiting_entries=1))
    second = ingest.receive(event(1))
    with pytest.raises(Overloaded) as overloaded:
        ingest.receive(event(2))
    assert overloaded.value.retry_after_s > 0
    gate.opened.set()
    wait([first, second], 10)
    assert ingest.receive(event(2)).result(10).status is Status.APPLIED
    assert ingest.counts.now().received == 3
    ingest.close()


def test_full_queue__counts_bytes_but_takes_one_event_of_any_size(gate: Gate) -> None:
    ingest, first = started(gate, Limits(waiting_bytes=1))
    second = ingest.receive(event(1))
    with pytest.raises(Overloaded):
        ingest.receive(event(2))
    gate.opened.set()
    wait([first, second], 10)
    ingest.close()


def test_close__commits_what_waits_and_takes_nothing_more(gate: Gate) -> None:
    ingest, first = started(gate)
    others = [ingest.receive(event(n)) for n in range(1, 4)]
    closer = threading.Thread(target=ingest.close)
    closer.start()
    gate.opened.set()
    closer.join(10)
    assert all(future.done() for future in (first, *others))
    with pytest.raises(Closing):
        ingest.receive(event(9))
    ingest.close()


def test_poison__alone_is_quarantined(gate: Gate, caplog: pytest.LogCaptureFixture) -> None:
    poison = "job 2"
    gate.fails = lambda batch: (
        KeyError("bug") if any(poison in entry.body and said != NOTHING for entry, said in batch) else None
    )
    ingest, first = started(gate)
    others = [ingest.receive(event(n)) for n in range(1, 4)]
    gate.opened.set()
    receipts = [future.result(10) for future in (first, *others)]
    assert [receipt.status for receipt in receipts] == [
        Status.APPLIED,
        Status.APPLIED,
        Status.QUARANTINED,
        Status.APPLIED,
    ]
    assert [problem.code for problem in receipts[2].problems] == ["apply-failed"]
    assert ingest.counts.now() == Counted(applied=3, quarantined=1)
    assert "KeyError" in caplog.text
    assert receipts[2].hash in caplog.text
    ingest.close()


def test_poison__that_cannot_even_be_quarantined_is_not_kept(gate: Gate) -> None:
    gate.fails = lambda batch: KeyError("bug") if any("job 1" in entry.body for entry, _ in batch) else None
    ingest, first = started(gate)
    second, third = ingest.receive(event(1)), ingest.receive(event(2))
    gate.opened.set()
    with pytest.raises(NotKept):
        second.result(10)
    assert first.result(10).status is third.result(10).status is Status.APPLIED
    assert ingest.counts.now().received == 2
    ingest.close()


def test_store_away__is_told_to_all_waiters_and_goes_on_by_itself(gate: Gate) -> None:
    gate.fails = lambda batch: StoreUnavailable("away") if len(batch) > 1 else None
    ingest, first = started(gate)
    others = [ingest.receive(event(n)) for n in range(1, 4)]
    gate.opened.set()
    assert first.result(10).status is Status.APPLIED
    for future in others:
        with pytest.raises(StoreUnavailable):
            future.result(10)
    assert ingest.counts.now().received == 1
    gate.fails = lambda batch: None
    assert ingest.receive(event(1)).result(10).status is Status.APPLIED
    ingest.close()


def test_store_away_during_quarantine__is_told(gate: Gate) -> None:
    gate.fails = lambda batch: StoreUnavailable("away") if batch[0][1] == NOTHING else KeyError("bug")
    ingest, first = started(gate)
    gate.opened.set()
    with pytest.raises(StoreUnavailable):
        first.result(10)
    ingest.close()


def test_cancelled_waiter__does_not_harm_the_others(gate: Gate) -> None:
    ingest, first = started(gate)
    gone, stays = ingest.receive(event(1)), ingest.receive(event(2))
    assert gone.cancel()
    assert not first.cancel()
    gate.opened.set()
    assert stays.result(10).status is Status.APPLIED
    assert len(gate.batches[1]) == 2
    ingest.close()


def test_rejected__is_counted_and_never_queued(gate: Gate) -> None:
    ingest = Ingest(gate, limits=Limits(event_bytes=2000))
    for body, error in ((b"[]", NotAnEvent), (b" " * 3000, TooLarge)):
        with pytest.raises(error):
            ingest.receive(body)
    assert ingest.counts.now() == Counted(rejected=2)
    assert ingest.depth == 0
    ingest.close()


def test_pipeline__on_a_store_knows_duplicates() -> None:
    store = open_store("memory:")
    ingest = Ingest(Projection(store), clock=lambda: RECEIVED_NS)
    futures = [ingest.receive(event(n % 3), actor="me") for n in range(9)]
    statuses = [future.result(10).status for future in futures]
    ingest.close()
    assert statuses == [Status.APPLIED] * 3 + [Status.DUPLICATE] * 6
    assert ingest.counts.now() == Counted(applied=3, duplicate=6)
    with store.read() as reader:
        assert {entry.actor for entry in reader.log(None, 10)} == {"me"}
    store.close()
