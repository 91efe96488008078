"""Ctrl-C while modules are loaded: nothing is begun, so nothing is to be ended; an exception could be lost in there."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from api import exit_codes


@contextmanager
def loading() -> Iterator[None]:
    """Leave at once where Ctrl-C comes in the block: around imports, before anything is begun."""
    if threading.current_thread() is not threading.main_thread():  # which alone is told of signals
        yield
        return
    previous = signal.signal(signal.SIGINT, _leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)


def _leave(signum: int, frame: FrameType | None) -> None:
    os._exit(exit_codes.INTERRUPTED)
