"""Python's garbage collector rests for what is soon done, and never for ever."""

import gc
from threading import Thread

from catalog.collector import LONGEST_S, Rest, at_rest


def test_collector__rests_until_the_last_one_is_done() -> None:
    assert gc.isenabled()
    with at_rest():
        with at_rest():
            assert not gc.isenabled()
        Thread(target=_rest_once).start()
        assert not gc.isenabled()
    assert gc.isenabled()


def _rest_once() -> None:
    with at_rest():
        pass


def test_collector__that_is_off_stays_so() -> None:
    gc.disable()
    try:
        with at_rest():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_collector__works_where_answers_overlap_without_an_end() -> None:
    times = iter([0.0, 1.0, LONGEST_S + 1])
    rest = Rest(lambda: next(times))
    rest.begin()
    rest.begin()
    assert not gc.isenabled()
    rest.begin()
    assert gc.isenabled()
    for _ in range(3):
        rest.end()
    assert gc.isenabled()
