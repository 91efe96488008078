"""Proposed changes as people write them on the command line, and as they are said back."""

from collections.abc import Sequence

from api.errors import UsageError
from catalog.impact.field_change import Change, DropDataset, DropField, RenameField, RetypeField


def read_changes(
    drop: Sequence[str], rename: Sequence[str], retype: Sequence[str], drop_dataset: bool
) -> tuple[Change, ...]:
    """``COL``, ``OLD=NEW`` and ``COL=TYPE`` as changes. Raises UsageError with all that is wrong."""
    faults: list[str] = []
    renames = [RenameField(*pair) for pair in _pairs("--rename", "OLD=NEW", rename, faults)]
    retypes = [RetypeField(*pair) for pair in _pairs("--retype", "COL=TYPE", retype, faults)]
    if faults:
        raise UsageError(" ".join(faults))
    changes: list[Change] = [*map(DropField, drop), *renames, *retypes]
    if drop_dataset:
        changes.append(DropDataset())
    if not changes:
        raise UsageError("No change is named.", "Name one with --drop, --rename, --retype or --drop-dataset.")
    return tuple(changes)


def _pairs(option: str, form: str, texts: Sequence[str], faults: list[str]) -> list[tuple[str, str]]:
    """The two sides of each text; types may hold =, so the first one counts."""
    pairs = []
    for text in texts:
        left, _, right = (part.strip() for part in text.partition("="))
        if left and right:
            pairs.append((left, right))
        else:
            faults.append(f"{option} {text!r} is not {form}.")
    return pairs


def said(change: Change) -> str:
    """One change as a person reads it."""
    match change:
        case DropField(path):
            return f"drop {path}"
        case RenameField(path, new_path):
            return f"rename {path} to {new_path}"
        case RetypeField(path, new_type):
            return f"retype {path} to {new_type}"
        case DropDataset():
            return "drop the dataset"
