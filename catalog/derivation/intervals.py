"""Values that hold for a while: a timeline of something, and its value at an instant."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

T = TypeVar("T")

Interval: TypeAlias = tuple[int, int | None]
"""[start, end), nanoseconds; without an end: until now."""


@dataclass(frozen=True, slots=True)
class Held(Generic[T]):
    """A value that holds in [start, end), nanoseconds; ``start`` None: since ever, ``end`` None: until now."""

    value: T
    start: int | None
    end: int | None

    def at(self, instant: int) -> bool:
        return (self.start is None or self.start <= instant) and (self.end is None or instant < self.end)


def bounds(held: Iterable[Held[T]]) -> set[int]:
    """The instants at which a value begins or ends."""
    return {instant for one in held for instant in (one.start, one.end) if instant is not None}


def cut(instants: Iterable[int], start: int, end: int | None) -> list[tuple[int, int | None]]:
    """[start, end) cut at the instants within it."""
    inner = sorted({one for one in instants if one > start and (end is None or one < end)})
    begins = [start, *inner]
    return list(zip(begins, [*inner, end], strict=True))


def in_force(
    held: Iterable[Held[T]], instant: int, order: Callable[[Held[T]], tuple[int, str]]
) -> Held[T] | None:
    """The value at an instant: of those that hold the last in order; else of those that begin later the first; else the
    last of those that ended before."""
    all_ = list(held)
    holding = [one for one in all_ if one.at(instant)]
    if holding:
        return max(holding, key=order)
    later = [one for one in all_ if one.start is not None and one.start > instant]
    return min(later, key=order) if later else max(all_, key=order, default=None)


def joined(intervals: Iterable[Interval]) -> list[Interval]:
    """The same times in order, those that touch or overlap as one."""
    found: list[Interval] = []
    for start, end in sorted(intervals, key=lambda one: one[0]):
        if found and (found[-1][1] is None or found[-1][1] >= start):
            begin, until = found[-1]
            found[-1] = (begin, None if until is None or end is None else max(until, end))
        else:
            found.append((start, end))
    return found
