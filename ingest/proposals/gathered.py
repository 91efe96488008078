"""Changes as they are gathered from the parts of a proposal, with what of it could not be understood or placed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from catalog.impact.change import Change, ChangeKind
from ingest.errors import Contradiction
from ingest.proposals.documents import GivenDocument

_ONCE = frozenset(
    (
        *(ChangeKind.FIELD_REMOVED, ChangeKind.FIELD_RENAMED, ChangeKind.FIELD_ADDED, ChangeKind.FIELD_MOVED),
        *(ChangeKind.TYPE_WIDENED, ChangeKind.TYPE_NARROWED, ChangeKind.TYPE_INCOMPATIBLE),
        *(ChangeKind.DATASET_REMOVED, ChangeKind.DATASET_MOVED, ChangeKind.QUERY_CHANGED),
    )
)
"""Of one path, two different changes of one of these kinds cannot both be."""
_GOES = (ChangeKind.FIELD_REMOVED, ChangeKind.FIELD_RENAMED)


@dataclass(slots=True)
class Gathered:
    """``changes`` in any order; ``unread``: sentences. ``sources``: what told them, for people. ``contracts``:
    those of which it is a new version. ``descriptors``: documents that tell of the mesh as it will be."""

    changes: list[Change] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    contracts: list[str] = field(default_factory=list)
    descriptors: list[GivenDocument] = field(default_factory=list)

    def add(self, other: "Gathered") -> None:
        """With what another part says."""
        self.changes += other.changes
        self.unread += other.unread
        self.sources += other.sources
        self.contracts += other.contracts
        self.descriptors += other.descriptors


def united(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Each change once, in an order that depends on nothing but them; of two that say the same, the surer counts.

    Raises Contradiction, with all that cannot be together.
    """
    best: dict[tuple[str, str, str, str, str], Change] = {}
    for change in sorted(changes, key=_order):
        same = (change.subject, change.kind, change.path or "", change.before or "", change.after or "")
        known = best.get(same)
        if known is None or known.confidence < change.confidence:
            best[same] = change
    found = sorted(best.values(), key=_order)
    wrong = sorted({*_twice(found), *_gone_and_there(found)})
    if wrong:
        raise Contradiction(" ".join(wrong))
    return tuple(found)


def _twice(changes: Iterable[Change]) -> Iterable[str]:
    seen: dict[tuple[str, str, str], Change] = {}
    for change in changes:
        if change.kind not in _ONCE:
            continue
        what = (change.subject, "TYPE" if change.kind.startswith("TYPE_") else change.kind, change.path or "")
        first = seen.setdefault(what, change)
        if first is not change and first.after != change.after:
            yield f"{_named(change)} becomes both {first.after or 'nothing'} and {change.after or 'nothing'}."


def _gone_and_there(changes: Iterable[Change]) -> Iterable[str]:
    by_field: dict[tuple[str, str], set[ChangeKind]] = {}
    for change in changes:
        if change.path is not None and change.kind is not ChangeKind.FIELD_ADDED:
            by_field.setdefault((change.subject, change.path), set()).add(change.kind)
    for (_, path), kinds in by_field.items():
        if ChangeKind.FIELD_REMOVED in kinds and len(kinds) > 1:
            yield f"{path} goes away, so nothing else can become of it."


def _named(change: Change) -> str:
    return change.path or change.subject


def _order(change: Change) -> tuple[str | float, ...]:
    place = change.place
    return (
        *(change.subject, change.path or "", change.kind, change.before or "", change.after or ""),
        *(-change.confidence, place.file if place else "", (place.line or 0) if place else 0),
        *(change.note or "", change.ordinal or 0),
    )


def listed(names: Iterable[str], most: int = 10) -> str:
    """Names for people, the first of them where there are many."""
    found = sorted(names)
    more = f" and {len(found) - most} more" if len(found) > most else ""
    return ", ".join(found[:most]) + more


KINDS: Mapping[str, ChangeKind] = {kind.value: kind for kind in ChangeKind}
