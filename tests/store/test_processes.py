"""Two processes on one store."""

from multiprocessing import get_context

from catalog.store.port import NodeFilter, Space
from catalog.store.registry import open_store
from tests.store.writers import count_up

TIMES = 30


def test_two_writer_processes__count_every_step_once(shared_url: str) -> None:
    spawn = get_context("spawn")
    processes = [
        spawn.Process(target=count_up, args=(shared_url, TIMES, name), daemon=True) for name in ("one", "two")
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(timeout=60)
    assert [process.exitcode for process in processes] == [0, 0]
    store = open_store(shared_url)
    with store.read() as reader:
        assert reader.records(Space.STATE, [("counter", "")]) == {("counter", ""): str(2 * TIMES)}
        assert reader.count(NodeFilter(("Dataset",))) == 2 * TIMES
        assert reader.count(NodeFilter(("Dataset",), {"by": "one"})) == TIMES
    store.close()
