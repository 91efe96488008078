"""Proposed changes as people write them on the command line, and as they are said back."""

from collections.abc import Sequence

from api.errors import UsageError
from catalog.impact.change import Change, ChangeKind
from catalog.impact.proposed import RETYPES, VANISHES


def read_changes(
    dataset: str, drop: Sequence[str], rename: Sequence[str], retype: Sequence[str], drop_dataset: bool
) -> tuple[Change, ...]:
    """``COL``, ``OLD=NEW`` and ``COL=TYPE`` as changes of a dataset. Raises UsageError with all that is wrong."""
    faults: list[str] = []
    renames = _pairs("--rename", "OLD=NEW", rename, faults)
    retypes = _pairs("--retype", "COL=TYPE", retype, faults)
    if faults:
        raise UsageError(" ".join(faults))
    changes = [Change(dataset, ChangeKind.FIELD_REMOVED, path) for path in drop]
    changes += [Change(dataset, ChangeKind.FIELD_RENAMED, path, path, after) for path, after in renames]
    changes += [Change(dataset, ChangeKind.TYPE_INCOMPATIBLE, path, after=type_) for path, type_ in retypes]
    if drop_dataset:
        changes.append(Change(dataset, ChangeKind.DATASET_REMOVED))
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
    if change.kind is ChangeKind.FIELD_REMOVED:
        return f"drop {change.path}"
    if change.kind is ChangeKind.FIELD_RENAMED:
        return f"rename {change.path} to {change.after}"
    if change.kind in RETYPES:
        return f"retype {change.path} to {change.after}"
    if change.kind in VANISHES:
        return "drop the dataset"
    return " ".join((change.kind.lower().replace("_", " "), *filter(None, (change.path, change.after))))
