"""The join of two states of one run: what the log has told of it, and what a snapshot tells.

As ``catalog.fold.runs`` has it: minimum, maximum and union, so that states and events meet in any order.
"""

from collections.abc import Mapping
from typing import TypeVar

from catalog import values
from catalog.fold.runs import (
    Intern,
    Latest,
    Member,
    Part,
    RunState,
    Text,
    later,
    later_parent,
    sides,
    united_lineage,
)

T = TypeVar("T")


def join(known: RunState | None, other: RunState, intern: Intern, text: Text) -> RunState:
    """The state behind both; shares nothing with either that ``catalog.fold.runs.merge`` would change.

    ``text`` answers for the columns of both; ``intern`` is told the texts that are new.
    """
    one = other if known is None else known
    return RunState(
        one.run,
        min(one.first, other.first),
        max(one.last, other.last),
        _earlier(one.started, other.started),
        _latest(one.terminal, other.terminal),
        _latest(one.active, other.active),
        one.parent if other.parent is None else later_parent(one.parent, other.parent),
        _facets(one.facets, other.facets),
        {
            job: _part(mine, theirs, intern, text)
            for job, (mine, theirs) in _paired(one.parts, other.parts).items()
        },
        _facets(one.told, other.told),
    )


def _paired(one: Mapping[str, T], other: Mapping[str, T]) -> dict[str, tuple[T, T]]:
    """What each side has under a key; the same twice where only one has it."""
    keys = sorted({*one, *other})
    return {
        key: (one[key] if key in one else other[key], other[key] if key in other else one[key])
        for key in keys
    }


def _earlier(one: str | None, other: str | None) -> str | None:
    return min((at for at in (one, other) if at is not None), default=None)


def _latest(one: Latest | None, other: Latest | None) -> Latest | None:
    return one if other is None else later(one, other)


def _facets(one: Mapping[str, Latest], other: Mapping[str, Latest]) -> dict[str, Latest]:
    return {key: later(*both) for key, both in _paired(one, other).items()}


def _part(one: Part, other: Part, intern: Intern, text: Text) -> Part:
    part = Part(
        one.job,
        min(one.first, other.first),
        max(one.last, other.last),
        _latest(one.terminal, other.terminal),
        _members(one.inputs, other.inputs),
        _members(one.outputs, other.outputs),
        {
            output: _columns(mine, theirs, intern, text)
            for output, (mine, theirs) in _paired(one.columns, other.columns).items()
        },
        {},
        _facets(one.values, other.values),
        united_lineage(one.stated, other.stated, intern, text),
    )
    part.sides = sides(part, intern, text)
    return part


def _members(one: Mapping[str, Member], other: Mapping[str, Member]) -> dict[str, Member]:
    return {
        key: Member(
            mine.id,
            min(mine.first, theirs.first),
            max(mine.last, theirs.last),
            _facets(mine.facets, theirs.facets),
        )
        for key, (mine, theirs) in _paired(one, other).items()
    }


def _columns(one: str, other: str, intern: Intern, text: Text) -> str:
    """The digest of the union of two sets of column edges."""
    if one == other:
        return one
    edges = frozenset((*values.decode_columns(text(one)), *values.decode_columns(text(other))))
    return intern(values.encode_columns(edges))
