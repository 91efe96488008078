"""What other threads settle reaches the event loop: all of it, whoever is first, and at few wake-ups."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager

import pytest

from api.outcomes import Outcomes


@contextmanager
def counted(loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    woken: list[object] = []
    wake = loop.call_soon_threadsafe

    def count(*args: object, **options: object) -> object:
        woken.append(args)
        return wake(*args, **options)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(loop, "call_soon_threadsafe", count)
        yield woken


def settle(futures: list[Future[int]]) -> None:
    for number, future in enumerate(futures):
        future.set_result(number)


def test_outcomes__of_one_commit_arrive_at_one_wake_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        loop = asyncio.get_running_loop()
        outcomes, futures = Outcomes(loop), [Future[int]() for _ in range(50)]
        waiting = [outcomes.of(future) for future in futures]
        with counted(loop, monkeypatch) as woken:
            thread = threading.Thread(target=settle, args=(futures,))
            thread.start()
            thread.join()  # the loop stands still meanwhile
            assert len(woken) == 1
        assert await asyncio.gather(*waiting) == list(range(50))

    asyncio.run(scenario())


def test_outcomes__of_many_threads_all_arrive() -> None:
    async def scenario() -> None:
        outcomes, futures = Outcomes(asyncio.get_running_loop()), [Future[int]() for _ in range(4000)]

        threads = [threading.Thread(target=settle, args=(futures[first::4],)) for first in range(4)]
        for thread in threads:
            thread.start()
        async with asyncio.timeout(30):
            assert await asyncio.gather(*map(outcomes.of, futures)) == [number // 4 for number in range(4000)]
        for thread in threads:
            thread.join()

    asyncio.run(scenario())


def test_an_error__is_raised_to_who_waits() -> None:
    async def scenario() -> None:
        future = Future[int]()
        future.set_exception(ValueError("away"))
        with pytest.raises(ValueError, match="away"):
            await Outcomes(asyncio.get_running_loop()).of(future)

    asyncio.run(scenario())


def test_who_hangs_up__neither_cancels_what_was_received_nor_disturbs_others() -> None:
    async def scenario() -> None:
        outcomes, gone, other = Outcomes(asyncio.get_running_loop()), Future[int](), Future[int]()
        hung_up, waiting = outcomes.of(gone), outcomes.of(other)
        hung_up.cancel()
        assert not gone.cancelled()
        gone.set_result(1)
        other.set_result(2)
        assert await waiting == 2

    asyncio.run(scenario())
