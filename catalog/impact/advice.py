"""Which part of a contract's version a proposal raises, by Semantic Versioning 2.0 as ODCS uses it.

What may break who relies on the old version is ``major``; what only adds, or promises more, is ``minor``; what is only
said otherwise is ``patch``. A wider type is ``minor``: each value fits the logical type as before; one that is narrower
or of another kind is ``major``, for values are cut or refused.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from catalog.impact.change import Change, ChangeKind
from catalog.impact.report import Affected
from catalog.impact.severity import Severity
from catalog.impact.spoken import spoken_change

_K = ChangeKind
PARTS = ("none", "patch", "minor", "major")
"""From the least on."""
MAJOR = frozenset(
    (
        *(_K.FIELD_REMOVED, _K.FIELD_RENAMED, _K.TYPE_NARROWED, _K.TYPE_INCOMPATIBLE, _K.FIELD_NULLABLE),
        *(_K.KEY_CHANGED, _K.ENUM_VALUE_ADDED, _K.CONSTRAINT_RELAXED, _K.SLO_RELAXED, _K.SLO_REMOVED),
        *(_K.DATASET_REMOVED, _K.DATASET_MOVED, _K.PORT_REMOVED, _K.LICENCE_CHANGED),
    )
)
PATCH = frozenset((_K.OWNER_CHANGED,))
TEXTS = frozenset(
    (
        *("description", "title", "name", "example", "examples", "tags", "usage", "limitations", "purpose"),
        *("relationships", "input ports", "domain", "status", "support", "homepage"),
    )
)
"""Notes of changes of meaning, or of a contract, after which the data is promised as before."""
ENDED = frozenset(("retired", "end of life", "inactive", "withdrawn"))
"""Statuses after which a contract promises nothing: ODCS, ODPS and what people write for it."""
ADDRESSES = frozenset(("endpoint", "protocol"))
"""Notes of changes of a port that whoever uses it has to follow."""
VERSION = "version"
_MOST = 3


class Semver(NamedTuple):
    """``part``: "major", "minor", "patch" or "none"; ``why``: a sentence."""

    part: str
    why: str


def is_ended(change: Change) -> bool:
    """Whether what was promised is promised no longer."""
    return (
        change.kind is _K.CONTRACT_CHANGED
        and change.note == "status"
        and (change.after or "").casefold().replace("_", " ") in ENDED
    )


def part_of(change: Change) -> str:
    """The part of the version that one change raises."""
    if change.kind is _K.CONTRACT_CHANGED and change.note == VERSION:
        return "none"
    if change.kind is _K.KEY_CHANGED and (change.before, change.after) == ("no", "yes"):
        return "minor"  # a key more is promised
    if (
        is_ended(change)
        or change.kind in MAJOR
        or (change.kind is _K.CONTRACT_CHANGED and change.note in ADDRESSES)
    ):
        return "major"
    if change.kind in PATCH or (
        change.kind in (_K.MEANING_CHANGED, _K.CONTRACT_CHANGED) and change.note in TEXTS
    ):
        return "patch"
    return "minor"


def semver(changes: Sequence[Change], items: Iterable[Affected] = ()) -> Semver:
    """What the changes raise together. Whatever they are, what breaks something is major."""
    parts = {part: [one for one in changes if part_of(one) == part] for part in PARTS}
    part = next((part for part in reversed(PARTS) if parts[part]), "none")
    broken = next((item for item in items if item.severity is Severity.BREAKS), None)
    if part != "major" and broken is not None:
        return Semver("major", f"Something that uses it breaks. {broken.reason}")
    if part == "none":
        return Semver(part, "Nothing that a contract says is changed.")
    told = parts[part]
    more = f" and {len(told) - _MOST} more" if len(told) > _MOST else ""
    return Semver(part, f"{_WHY[part]}: {', '.join(map(spoken_change, told[:_MOST]))}{more}.")


_WHY = {
    "major": "Who relies on the old version may break",
    "minor": "What was promised stays",
    "patch": "Only words change",
}


def raised(version: str, part: str) -> str | None:
    """The next version; None where the old one is no semantic version."""
    numbers = version.split("+")[0].split("-")[0].split(".")
    if part == "none" or len(numbers) != 3 or not all(one.isascii() and one.isdigit() for one in numbers):
        return None
    major, minor, patch = map(int, numbers)
    if part == "major":
        return f"{major + 1}.0.0"
    return f"{major}.{minor + 1}.0" if part == "minor" else f"{major}.{minor}.{patch + 1}"
