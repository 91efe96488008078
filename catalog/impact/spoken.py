"""Proposed changes in words, as what becomes of a thing: ``status is removed``, ``the dataset goes away``."""

from catalog.coverage import spoken
from catalog.impact.change import Change, ChangeKind

_OF_FIELDS: dict[ChangeKind, str] = {
    ChangeKind.FIELD_ADDED: "is added",
    ChangeKind.FIELD_REMOVED: "is removed",
    ChangeKind.FIELD_RENAMED: "is renamed",
    ChangeKind.TYPE_WIDENED: "gets a wider type",
    ChangeKind.TYPE_NARROWED: "gets a narrower type",
    ChangeKind.TYPE_INCOMPATIBLE: "gets another type",
    ChangeKind.FIELD_REQUIRED: "is never null any more",
    ChangeKind.FIELD_NULLABLE: "may be null",
    ChangeKind.VALUES_CHANGED: "has other values",
    ChangeKind.ROWS_CHANGED: "decides about other rows",
    ChangeKind.KEY_CHANGED: "changes its part in the key",
    ChangeKind.PARTITION_CHANGED: "changes its part in the partitioning",
    ChangeKind.ENUM_VALUE_ADDED: "may have one more value",
    ChangeKind.ENUM_VALUE_REMOVED: "has a value less",
    ChangeKind.CONSTRAINT_TIGHTENED: "has a stricter rule",
    ChangeKind.CONSTRAINT_RELAXED: "has a looser rule",
    ChangeKind.DEFAULT_CHANGED: "gets another default",
    ChangeKind.FIELD_MOVED: "gets another place among the columns",
    ChangeKind.MEANING_CHANGED: "means something else",
    ChangeKind.CLASSIFICATION_RAISED: "is classified higher",
    ChangeKind.CLASSIFICATION_LOWERED: "is classified lower",
}
_OF_THINGS: dict[ChangeKind, str] = {
    ChangeKind.VALUES_CHANGED: "the values change",
    ChangeKind.ROWS_CHANGED: "the rows change",
    ChangeKind.KEY_CHANGED: "the key changes",
    ChangeKind.PARTITION_CHANGED: "the partitioning changes",
    ChangeKind.CONSTRAINT_TIGHTENED: "a rule becomes stricter",
    ChangeKind.CONSTRAINT_RELAXED: "a rule becomes looser",
    ChangeKind.MEANING_CHANGED: "it is described otherwise",
    ChangeKind.CLASSIFICATION_RAISED: "it is classified higher",
    ChangeKind.CLASSIFICATION_LOWERED: "it is classified lower",
    ChangeKind.SLO_TIGHTENED: "a service level objective becomes stricter",
    ChangeKind.SLO_RELAXED: "a service level objective becomes looser",
    ChangeKind.SLO_REMOVED: "a service level objective is removed",
    ChangeKind.DATASET_REMOVED: "it goes away",
    ChangeKind.DATASET_MOVED: "it gets another address",
    ChangeKind.PORT_REMOVED: "the port is removed",
    ChangeKind.OWNER_CHANGED: "the owner changes",
    ChangeKind.LICENCE_CHANGED: "the licence changes",
    ChangeKind.CONTRACT_CHANGED: "the contract changes",
    ChangeKind.QUERY_CHANGED: "the SQL that makes it changes",
}


def spoken_change(change: Change) -> str:
    """What becomes of the thing that is changed, with its field, as far as it is told from what to what."""
    words = _OF_FIELDS.get(change.kind) if change.path is not None else None
    if change.path is None or words is None:
        told = _OF_THINGS.get(change.kind, change.kind.replace("_", " ").lower())
        told = told if change.path is None else f"{change.path}: {told}"
    else:
        told = f"{change.path} {words}"
    named = change.note if change.kind in _NAMED and change.note is not None else None
    return f"{told}{'' if named is None else f' ({named})'}{_between(change)}"


_NAMED = frozenset(
    (
        *(ChangeKind.SLO_TIGHTENED, ChangeKind.SLO_RELAXED, ChangeKind.SLO_REMOVED, ChangeKind.KEY_CHANGED),
        *(ChangeKind.CONSTRAINT_TIGHTENED, ChangeKind.CONSTRAINT_RELAXED, ChangeKind.CONTRACT_CHANGED),
        *(ChangeKind.MEANING_CHANGED, ChangeKind.LICENCE_CHANGED),
    )
)
"""Of these the note says what in particular."""


def _between(change: Change) -> str:
    """``: INT to TEXT``, as far as both sides are short and told."""
    if change.kind is ChangeKind.QUERY_CHANGED:
        return ""
    if change.kind is ChangeKind.FIELD_RENAMED:
        return "" if change.after is None else f" to {change.after}"
    sides = [side for side in (change.before, change.after) if side]
    if change.kind is ChangeKind.DATASET_MOVED:
        sides = [spoken(side) if side.startswith("dataset/") else side for side in sides]
    return f": {' to '.join(sides)}" if sides else ""
