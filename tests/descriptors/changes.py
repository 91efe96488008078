"""Values with one thing in them changed: what people get wrong, and what nobody thinks of."""

import random
from collections.abc import Iterator
from copy import deepcopy
from typing import Any, TypeAlias

Edit: TypeAlias = tuple[tuple[Any, ...], Any]
"""Where, and what is there instead."""

OTHERS: tuple[Any, ...] = (None, 1, "", "text", [], {}, [1], [""], True, -1.5, "é\n" * 400)
_MISSPELT = object()


def changes(value: Any, others: tuple[Any, ...] = OTHERS) -> Iterator[Any]:
    """The value with one thing of another type or misspelt, for each thing in it."""
    return (_changed(value, edit) for edit in _edits(value, others))


def some_changes(value: Any, count: int, seed: int) -> Iterator[Any]:
    """So many of them, drawn by the seed."""
    drawn = random.Random(seed).sample(list(_edits(value, OTHERS)), count)
    return (_changed(value, edit) for edit in drawn)


def _edits(value: Any, others: tuple[Any, ...]) -> Iterator[Edit]:
    for path in _paths(value):
        yield from ((path, other) for other in others)
        if isinstance(path[-1], str):
            yield path, _MISSPELT


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield (*path, step)
        yield from _paths(inner, (*path, step))


def _changed(value: Any, edit: Edit) -> Any:
    path, other = edit
    copy = deepcopy(value)
    inside, last = copy, path[-1]
    for step in path[:-1]:
        inside = inside[step]
    if other is _MISSPELT:
        inside[f"{last}x"] = inside.pop(last)
    else:
        inside[last] = other
    return copy
