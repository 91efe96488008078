"""A proposed change of a dataset: what may be asked, and whether it makes sense for the dataset as it is."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeAlias

from catalog.coverage import spoken
from catalog.errors import InvalidQuery, UnknownNode
from catalog.impact.rules import Effect


@dataclass(frozen=True, slots=True, order=True)
class DropField:
    """The field, and all that is nested in it, goes away."""

    path: str


@dataclass(frozen=True, slots=True, order=True)
class RenameField:
    """The field gets another path: whoever names the old one does not find it."""

    path: str
    new_path: str


@dataclass(frozen=True, slots=True, order=True)
class RetypeField:
    """The field gets another type."""

    path: str
    new_type: str


@dataclass(frozen=True, slots=True, order=True)
class DropDataset:
    """The whole dataset goes away."""


Change: TypeAlias = DropField | RenameField | RetypeField | DropDataset


@dataclass(frozen=True, slots=True)
class ProposedChange:
    """Changes of one dataset, named by its key or by that of an alias."""

    dataset: str
    changes: tuple[Change, ...]


def field_effects(
    proposed: ProposedChange, known: Mapping[str, str], types: Mapping[str, Collection[str]]
) -> dict[str, Effect]:
    """What happens to which field. ``known``: path → field, of all known fields of the dataset.
    ``types``: path → type as it was told, of those whose type is known (names of one dataset may differ).

    A field nested in a removed one is removed too; a field around a changed one has another type. Raises
    UnknownNode and InvalidQuery, with all that is wrong.
    """
    _check(proposed, known, types)
    effects: dict[str, Effect] = {}
    for change in proposed.changes:
        if isinstance(change, DropDataset):
            return dict.fromkeys(known.values(), Effect.REMOVED)
        own = Effect.RETYPED if isinstance(change, RetypeField) else Effect.REMOVED
        for path, field in known.items():
            if path == change.path or path.startswith(change.path + "."):
                effects[field] = max(own, effects.get(field, own))
            elif change.path.startswith(path + "."):
                effects[field] = max(Effect.RETYPED, effects.get(field, Effect.RETYPED))
    return effects


def _check(proposed: ProposedChange, known: Mapping[str, str], types: Mapping[str, Collection[str]]) -> None:
    if not proposed.changes:
        raise InvalidQuery("Nothing is changed.", "Name a field to drop, rename or retype.")
    named = [change for change in proposed.changes if not isinstance(change, DropDataset)]
    missing = sorted({change.path for change in named} - known.keys())
    if missing:
        raise UnknownNode(
            f"{spoken(proposed.dataset)} has no field {', '.join(missing)}.", _near(missing, known)
        )
    wrong = _contradictions(proposed.changes, known) + _wrong_retypes(proposed.changes, types)
    if len(named) not in (0, len(proposed.changes)):
        wrong.append("A dataset that goes away has no fields to change.")
    if wrong:
        raise InvalidQuery(" ".join(wrong), "Say each change once, as the dataset will be after all of them.")


def _contradictions(changes: Sequence[Change], known: Mapping[str, str]) -> list[str]:
    found: list[str] = []
    distinct = set(changes)
    gone = {change.path for change in distinct if isinstance(change, DropField | RenameField)}
    moves = sorted(change for change in distinct if isinstance(change, RenameField))
    removals = [change.path for change in distinct if isinstance(change, DropField | RenameField)]
    found += [f"{path} is removed twice." for path in sorted(gone) if removals.count(path) > 1]
    new_paths = [move.new_path for move in moves]
    for move in moves:
        if move.new_path in known and move.new_path not in gone - {move.path}:
            found.append(f"{move.path} cannot become {move.new_path}: there is a field of that name.")
        elif new_paths.count(move.new_path) > 1:
            found.append(f"{move.path} cannot become {move.new_path}: another field becomes that too.")
    return found


def _wrong_retypes(changes: Sequence[Change], types: Mapping[str, Collection[str]]) -> list[str]:
    """Retypes that change nothing, and those that another change contradicts."""
    retypes = sorted({change for change in changes if isinstance(change, RetypeField)})
    dropped = {change.path for change in changes if isinstance(change, DropField)}
    paths = [change.path for change in retypes]
    found = [f"{path} gets two types." for path in sorted(set(paths)) if paths.count(path) > 1]
    for retype in retypes:
        path, new_type = retype.path, retype.new_type
        told = types.get(path, ())
        if path in dropped:
            found.append(f"{path} is removed, so it gets no other type.")
        elif told and all(new_type.casefold() == one.casefold() for one in told):
            found.append(f"{path} is {min(told)} already, so this is no change of it.")
    return found


def _near(missing: Sequence[str], known: Mapping[str, str]) -> str:
    near = sorted({match for path in missing for match in get_close_matches(path, known, n=3)})
    if near:
        return f"Did you mean {', '.join(near)}?"
    return f"It has {', '.join(sorted(known)[:10])}." if known else "No field of it is known."
