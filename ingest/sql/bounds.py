"""Bounds on the work for one text, counted in steps: the same text ends the same way on every machine."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

MAX_CHARACTERS = 500_000
MAX_TOKENS = 50_000
PARSER_STEPS_PER_TOKEN = 60
"""The parser goes back and tries again: ordinary texts take 1 to 4 steps a token, nested guesses grow without end."""
MAX_WORK = 300_000
"""Columns and sources put together while reading: stars of stars double with every level."""

T = TypeVar("T")


class TooComplex(Exception):
    """A bound was reached."""


@dataclass(slots=True)
class Budget:
    """Steps that are left."""

    left: int

    def spend(self, steps: int = 1) -> None:
        """Raises TooComplex when nothing is left."""
        self.left -= steps
        if self.left < 0:
            raise TooComplex


def on_fresh_stack(steps: Iterable[Callable[[], T]]) -> list[T]:
    """What these give, called one after the other in a thread of their own: how deep a text may nest must not depend
    on how deep the caller stands.

    Raises what a step raises, RecursionError among it. One thread serves all callers: a thread for each text costs
    more than reading it.
    """
    return _THREAD.submit(_each, tuple(steps)).result()


def _each(steps: Iterable[Callable[[], T]]) -> list[T]:
    found: list[T] = []
    for step in steps:
        found.append(step())
    return found


_THREAD = ThreadPoolExecutor(1, thread_name_prefix="sql")
"""Begins with the first text."""
