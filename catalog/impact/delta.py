"""What has happened to a dataset: to all of it, and to its fields. What a job makes of its inputs' deltas is the delta
of its outputs."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from catalog.impact.severity import Certainty


class Mark(StrEnum):
    """What has happened to a field or a dataset.

    Of fields: REMOVED (a renamed one too), RETYPED, VALUES, STALE, ADDED. Of datasets: GONE, STALE, SCHEMA (its columns
    or their types are others), ROWS, VALUES (of some of its fields), MOVED (its columns stand in another order), QUERY
    (the SQL that makes it is another) and UNKNOWN. RULE, of either: what it may hold is bounded more strictly, which
    concerns who writes it.
    """

    GONE = "GONE"
    REMOVED = "REMOVED"
    STALE = "STALE"
    RETYPED = "RETYPED"
    ADDED = "ADDED"
    SCHEMA = "SCHEMA"
    ROWS = "ROWS"
    VALUES = "VALUES"
    MOVED = "MOVED"
    UNKNOWN = "UNKNOWN"
    RULE = "RULE"
    QUERY = "QUERY"


class FieldDelta(msgspec.Struct, frozen=True, gc=False):
    """``renamed``: the new path of a removed one; ``type``: that of a retyped one, None: not known; ``was``: its type
    before, where the proposal says it; ``wider``: the new one takes all that the old one took."""

    marks: frozenset[Mark]
    renamed: str | None = None
    type: str | None = None
    wider: bool = False
    was: str | None = None

    def joined(self, other: "FieldDelta") -> "FieldDelta":
        """Both. Two types are none that is known."""
        types = {one.type for one in (self, other) if Mark.RETYPED in one.marks}
        return FieldDelta(
            self.marks | other.marks,
            self.renamed if self.renamed == other.renamed else None,
            types.pop() if len(types) == 1 else None,
            all(one.wider for one in (self, other) if Mark.RETYPED in one.marks),
            self.was if self.was == other.was else None,
        )


class Delta(msgspec.Struct, frozen=True, gc=False):
    """Of a dataset. ``whole``: marks of all of it. ``fields`` by key. ``added``: name → type, None: not known."""

    whole: frozenset[Mark] = frozenset()
    fields: Mapping[str, FieldDelta] = msgspec.field(default_factory=dict)
    added: Mapping[str, str | None] = msgspec.field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.whole or self.fields or self.added)

    @property
    def loses(self) -> bool:
        """Whether a field of it is gone."""
        return any(Mark.REMOVED in one.marks for one in self.fields.values())

    @property
    def reshaped(self) -> bool:
        """Whether SQL finds other columns or types than before."""
        shapes = {Mark.REMOVED, Mark.RETYPED}
        return bool(self.added) or any(shapes & one.marks for one in self.fields.values())

    def with_marks(self, *marks: Mark) -> "Delta":
        """With more marks of the whole."""
        return replace(self, whole=self.whole | set(marks))


def joined(deltas: Iterable[Delta]) -> Delta:
    """All of them together."""
    found = list(deltas)
    if len(found) == 1:
        return found[0]
    fields: dict[str, FieldDelta] = {}
    added: dict[str, str | None] = {}
    for one in found:
        for key, delta in one.fields.items():
            fields[key] = fields[key].joined(delta) if key in fields else delta
        for name, type_ in one.added.items():
            added[name] = type_ if added.get(name, type_) == type_ else None
    return Delta(frozenset().union(*(one.whole for one in found)), fields, added)


CERTAIN = {certainty: rank for rank, certainty in enumerate(Certainty)}
"""Certainties by how weak they are."""
