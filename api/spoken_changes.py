"""Proposed changes as they are said back."""

from catalog.impact.change import Change, ChangeKind
from catalog.impact.proposed import RETYPES, VANISHES


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
