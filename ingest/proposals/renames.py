"""Which of the columns that are gone go on under another name: a guess, with how sure it is.

A column is taken for renamed where type, name, place and description speak for it together, and for no other pair
nearly as much. Whatever is guessed, the old name is gone.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from heapq import nlargest

from catalog.data_types.change import TypeChange, type_change
from ingest.proposals.shape import Column

LEAST = 0.65
"""Below it nothing is called a rename."""
MARGIN = 0.25
"""As much a pair has to be ahead of the next best of either of the two: the place alone decides nothing."""
MAX_PAIRS = 40_000
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


@dataclass(frozen=True, slots=True)
class Rename:
    """A guess: what went, what came, and how sure it is that they are one."""

    before: Column
    after: Column
    confidence: float


def renames(
    gone: Sequence[Column],
    come: Sequence[Column],
    before: Mapping[str, int],
    after: Mapping[str, int],
) -> list[Rename]:
    """The renames among columns of one level. ``before``, ``after``: their places, by path."""
    if not gone or not come or len(gone) * len(come) > MAX_PAIRS:
        return []
    scores = {
        (one.path, other.path): likeness(one, other, same_place=before[one.path] == after[other.path])
        for one in gone
        for other in come
    }
    best_of_gone = {one.path: _best_two(scores[one.path, other.path] for other in come) for one in gone}
    best_of_come = {other.path: _best_two(scores[one.path, other.path] for one in gone) for other in come}
    found = []
    for one in gone:
        for other in come:
            score = scores[one.path, other.path]
            bests = (best_of_gone[one.path], best_of_come[other.path])
            if score >= LEAST and all(score == best and score - next_ >= MARGIN for best, next_ in bests):
                found.append(Rename(one, other, score))
    return found


def _best_two(scores: Iterable[float]) -> tuple[float, float]:
    first, second, *_ = [*nlargest(2, scores), 0.0, 0.0]
    return first, second


def likeness(before: Column, after: Column, *, same_place: bool) -> float:
    """How likely two columns are one under two names, from 0 to 0.99."""
    kind = _of_types(before.type, after.type)
    if kind == 0:
        return 0.0
    told = before.description and after.description
    if told and before.description == after.description:
        return round(min(0.99, 0.85 + 0.1 * kind + 0.04 * same_place), 2)
    name = _of_names(_last(before.path), _last(after.path))
    return round(min(0.99, 0.55 * name + 0.25 * kind + 0.2 * same_place), 2)


def _of_types(before: str | None, after: str | None) -> float:
    if before is None or after is None:
        return 0.6
    return {TypeChange.SAME: 1.0, TypeChange.INCOMPATIBLE: 0.0}.get(type_change(before, after), 0.6)


def _of_names(before: str, after: str) -> float:
    """Likeness of names, by their letters and by the words in them: ``customerId`` and ``customer_key``."""
    one, other = _words(before), _words(after)
    if one == other:
        return 1.0
    shared = len({*one} & {*other}) / max(1, len({*one} | {*other}))
    letters = SequenceMatcher(None, "".join(one), "".join(other), autojunk=False).ratio()
    return max(shared, letters)


def _words(name: str) -> list[str]:
    return [word.casefold() for word in _WORDS.findall(name)] or [name.casefold()]


def _last(path: str) -> str:
    return path.rpartition(".")[2]
