"""What commands take away, in words."""

from collections.abc import Mapping

from api.commands.lines import plural
from api.commands.output import console, print_json, print_line
from api.receipts import Rehearsed

_NO_NODES = ("values", "entries", "bodies")


def taken_text(counts: Mapping[str, int]) -> str:
    """``1 dataset, 3 fields, 8 values of facets, schemas and lineage, parts of 2 log entries``; empty: nothing."""
    parts = [plural(count, kind) for kind, count in counts.items() if kind not in _NO_NODES]
    if counts.get("values"):
        parts.append(f"{plural(counts['values'], 'value')} of facets, schemas and lineage")
    entries, whole = counts.get("entries", 0), counts.get("bodies", 0)
    if whole:
        parts.append(f"the content of {_entries(whole)}")
    if entries > whole:
        parts.append(f"parts of {_entries(entries - whole)}")
    return ", ".join(parts)


def _entries(count: int) -> str:
    return "1 log entry" if count == 1 else f"{count} log entries"


def print_rehearsed(rehearsed: Rehearsed, nothing: str, *, as_json: bool) -> None:
    """What a command would take away; ``nothing``: the words where that is nothing."""
    if as_json:
        print_json(rehearsed)
        return
    goes = taken_text(rehearsed.takes)
    print_line(console(), f"Would go: {goes}." if goes else nothing)
