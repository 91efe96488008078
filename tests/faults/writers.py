"""A writer process; importable by ``multiprocessing`` when it spawns it."""

from collections.abc import Sequence
from concurrent.futures import Future
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier

from catalog.entry import Receipt
from catalog.projection import Projection
from catalog.store.registry import open_store
from ingest.pipeline import Ingest, Limits

TIMEOUT_S = 300
AHEAD = 30


def write(url: str, bodies: Sequence[bytes], batch_entries: int, begin: Barrier) -> None:
    """Open the store, wait for the other writers, and apply all events in small batches."""
    store = open_store(url)
    ingest = Ingest(Projection(store), limits=Limits(batch_entries=batch_entries))
    begin.wait(TIMEOUT_S)
    waiting: list[Future[Receipt]] = []
    for body in bodies:
        waiting.append(ingest.receive(body))
        if len(waiting) > AHEAD:
            _require_kept(waiting.pop(0))
    for future in waiting:
        _require_kept(future)
    ingest.close()
    store.close()


def _require_kept(future: Future[Receipt]) -> None:
    receipt = future.result(TIMEOUT_S)
    assert not any(problem.code == "apply-failed" for problem in receipt.problems), receipt


def write_together(url: str, shares: Sequence[Sequence[bytes]], batch_entries: int) -> None:
    """One writer process for each share, all at the same time."""
    spawn = get_context("spawn")
    begin = spawn.Barrier(len(shares))
    processes = [spawn.Process(target=write, args=(url, share, batch_entries, begin)) for share in shares]
    for process in processes:
        process.start()
    try:
        for process in processes:
            process.join(TIMEOUT_S)
        assert [process.exitcode for process in processes] == [0] * len(shares)
    finally:
        for process in processes:
            if process.is_alive():
                process.kill()
            process.join()
