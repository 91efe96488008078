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
from ingest.event import recognise
from ingest.pipeline import MAX_REFUSALS, Ingest, Limits, Outcome, apply_or_quarantine
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
    ingest, first = started(gate)
    others = [ingest.receive(event(n)) for n in range(1, 4)]
    gate.fails = lambda batch: StoreUnavailable("away")
    gate.opened.set()
    for future in (first, *others):
        with pytest.raises(StoreUnavailable):
            future.result(10)
    assert ingest.counts.now().received == 0
    gate.fails = lambda batch: None
    assert ingest.receive(event(1)).result(10).status is Status.APPLIED
    ingest.close()


def test_too_little_memory__is_unavailable_and_never_poison(gate: Gate) -> None:
    gate.fails = lambda batch: MemoryError() if any("job 1" in entry.body for entry, _ in batch) else None
    ingest, first = started(gate)
    second, third = ingest.receive(event(1)), ingest.receive(event(2))
    gate.opened.set()
    with pytest.raises(StoreUnavailable, match="memory"):
        second.result(10)
    assert first.result(10).status is third.result(10).status is Status.APPLIED
    assert ingest.counts.now() == Counted(applied=2)
    ingest.close()


def test_store_away_during_quarantine__is_told(gate: Gate) -> None:
    gate.fails = lambda batch: (
        StoreUnavailable("away") if batch and batch[0][1] == NOTHING else KeyError("bug")
    )
    ingest, first = started(gate)
    gate.opened.set()
    with pytest.raises(StoreUnavailable):
        first.result(10)
    ingest.close()


class Failing:
    """A projection that keeps what it is not told to fail on, and records what it was asked, by size."""

    def __init__(self, fails: Callable[[Batch], Exception | None]) -> None:
        self.fails = fails
        self.asked: list[int] = []
        self.kept: list[str] = []

    def apply(self, batch: Batch) -> list[Receipt]:
        self.asked.append(len(batch))
        error = self.fails(batch)
        if error is not None:
            raise error
        self.kept += [entry.hash for entry, _ in batch]
        return [Receipt(entry.hash, entry.kind, entry.status, entry.problems) for entry, _ in batch]


def said(count: int) -> list[tuple[LogEntry, Statements]]:
    return [recognise(event(number), received_ns=RECEIVED_NS) for number in range(count)]


def test_apply_or_quarantine__finds_the_poison_by_halves() -> None:
    batch = said(8)
    poison = batch[5]
    projection = Failing(lambda tried: KeyError("bug") if poison in tried else None)
    outcomes = apply_or_quarantine(projection, batch)
    assert projection.asked == [8, 4, 4, 2, 1, 1, 1, 2]  # the third 1 is the quarantine
    assert projection.kept == [entry.hash for entry, _ in batch]
    assert [(receipt.status, [p.code for p in receipt.problems]) for receipt in receipts(outcomes)] == [
        (Status.QUARANTINED, ["apply-failed"]) if number == 5 else (Status.APPLIED, []) for number in range(8)
    ]
    assert "KeyError" in receipts(outcomes)[5].problems[0].message


def receipts(outcomes: Sequence[Outcome]) -> list[Receipt]:
    return [outcome for outcome in outcomes if isinstance(outcome, Receipt)]


def test_apply_or_quarantine__asks_a_store_that_is_away_once_more_and_no_further() -> None:
    projection = Failing(lambda tried: StoreUnavailable("away"))
    outcomes = apply_or_quarantine(projection, said(8))
    assert [type(outcome) for outcome in outcomes] == [StoreUnavailable] * 8
    assert projection.asked == [8, 0]


def test_apply_or_quarantine__fails_the_rest_at_once_when_the_store_goes_away_while_it_looks_for_poison() -> (
    None
):
    batch = said(8)
    gone: list[int] = []

    def fails(tried: Batch) -> Exception | None:
        if batch[3] in tried and len(tried) == 2:
            gone.append(1)
        return StoreUnavailable("away") if gone else KeyError("bug") if batch[2] in tried else None

    projection = Failing(fails)
    outcomes = apply_or_quarantine(projection, batch)
    assert projection.asked == [8, 4, 2, 2, 0]
    assert projection.kept == [entry.hash for entry, _ in batch[:2]]
    assert [type(outcome) for outcome in outcomes] == [Receipt] * 2 + [StoreUnavailable] * 6


def test_apply_or_quarantine__splits_a_batch_that_is_too_much_for_the_store() -> None:
    projection = Failing(lambda tried: StoreUnavailable("too much") if len(tried) > 2 else None)
    outcomes = apply_or_quarantine(projection, said(8))
    assert [receipt.status for receipt in receipts(outcomes)] == [Status.APPLIED] * 8
    assert projection.asked == [8, 0, 4, 0, 2, 2, 4, 0, 2, 2]


@pytest.mark.parametrize("place", [0, 100, 255])
def test_apply_or_quarantine__keeps_the_neighbours_of_one_that_is_too_much_alone(place: int) -> None:
    batch = said(256)
    heavy = batch[place]
    projection = Failing(lambda tried: StoreUnavailable("too much") if heavy in tried else None)
    outcomes = apply_or_quarantine(projection, batch)
    assert [n for n, outcome in enumerate(outcomes) if isinstance(outcome, StoreUnavailable)] == [place]
    assert len(receipts(outcomes)) == 255


def test_apply_or_quarantine__gives_a_store_up_that_answers_and_refuses_everything() -> None:
    projection = Failing(lambda tried: StoreUnavailable("disk full") if tried else None)
    outcomes = apply_or_quarantine(projection, said(256))
    assert [type(outcome) for outcome in outcomes] == [StoreUnavailable] * 256
    assert len([size for size in projection.asked if size]) == MAX_REFUSALS


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
