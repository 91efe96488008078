"""The worker of a service: settles while events come, beside others, and again after it was stopped."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from catalog.derivation.marks import is_settled, marked
from catalog.store.memory import MemoryStore
from catalog.store.registry import open_store
from ingest.derivation.settle import settle
from ingest.derivation.worker import DerivationWorker
from tests.convergence import observed
from tests.derivation.test_convergence import SMALL, at_once

EVENTS = [event for case in SMALL.values() for event in case]
PATIENCE_S = 60


def eventually(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def test_workers__of_two_services_settle_one_store_while_events_come(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/mesh.db"
    one, other = open_store(url), open_store(url)

    def settled() -> bool:
        with one.read() as reader:
            return is_settled(reader)

    with DerivationWorker(one, pause_s=0.01), DerivationWorker(other, pause_s=0.01):
        for event in reversed(EVENTS):
            observed.send(one, [[event]])
        assert eventually(settled)

    assert observed.export(one) == at_once(EVENTS)
    one.close()
    other.close()


def test_settle__goes_on_where_it_was_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.derivation.settle.JOBS_AT_ONCE", 1)
    store = open_store(f"sqlite:///{tmp_path}/mesh.db")
    observed.send(store, [EVENTS])
    answers = iter((False, False))

    with store.read() as reader:
        all_ = marked(reader, 100)
    settle(store, until=lambda: next(answers, True))
    with store.read() as reader:
        left = marked(reader, 100)
    settle(store)

    assert 0 < len(left) < len(all_)
    assert observed.export(store) == at_once(EVENTS)
    store.close()


@pytest.mark.parametrize("asked", range(1, 8))
def test_group_written_in_parts__is_stopped_or_overtaken_between_them(
    asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.derivation.settle.WRITTEN_AT_ONCE", 1)
    stopped, overtaken = MemoryStore(), MemoryStore()
    observed.send(stopped, [EVENTS])
    observed.send(overtaken, [EVENTS[1:]])
    answers, questions = iter([False] * asked), iter(range(1, 1000))

    def another_event_comes() -> bool:
        if next(questions) == asked:
            observed.send(overtaken, [EVENTS[:1]])
        return False

    settle(stopped, until=lambda: next(answers, True))
    settle(stopped)
    settle(overtaken, until=another_event_comes)

    assert observed.export(stopped) == observed.export(overtaken) == at_once(EVENTS)
