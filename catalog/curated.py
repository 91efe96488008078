"""What people have curated, read: which aspect of what, by whom, since when; and which relationships count for it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from catalog import state
from catalog.canonical import plain
from catalog.curation import ACTOR, REASON, VALUE, Aspect, Value
from catalog.fold.documents import ABOUT
from catalog.fold.history import load_observation
from catalog.graph import Edge
from catalog.identity import CurationId
from catalog.instant import instant_of, sortable
from catalog.store.port import ALL_CURATIONS, Range, Reader, Space
from ontology.vocabulary import Origin, Rel

NEVER = "0"
"""The version of an aspect that nobody has curated yet."""
SINGLE = frozenset((Rel.OWNED_BY, Rel.IN_DOMAIN))
"""Relationships of which a curated one takes the place of all others of the same source; of the rest people add to what
others say."""


@dataclass(frozen=True, slots=True)
class Curated:
    """One version of a curation. ``value`` None: withdrawn, or never there. ``order``: the order key of the version,
    empty where there is none."""

    curation: CurationId
    value: Value | None
    order: str
    actor: str | None = None
    why: str | None = None

    @property
    def version(self) -> str:
        """What names this version, for those who change it only if nobody else has."""
        return self.order[17:49] or NEVER

    @property
    def at(self) -> int | None:
        """From when on it counts, nanoseconds."""
        return instant_of(self.order) if self.order else None


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the audit trail: a version, and what it replaced."""

    after: Curated
    before: Value | None


def counting(edges: Iterable[Edge]) -> list[Edge]:
    """Those of the edges, as of one instant, that count where a source has one of a type: where one is curated only
    curated ones do. Other types pass as they are; the order stays."""
    found = list(edges)
    over = {(one.source, one.type) for one in found if one.origin == Origin.CURATED and one.type in SINGLE}
    return [one for one in found if (one.source, one.type) not in over or one.origin == Origin.CURATED]


def curated(
    reader: Reader, curations: Collection[CurationId], at: int | None = None
) -> dict[CurationId, Curated]:
    """The versions in force now, or as of ``at`` (nanoseconds), of all that are asked for."""
    facts = state.facts(reader, [one.key for one in curations], at)
    found = {}
    for one in curations:
        fact = facts.get(one.key, {}).get(ABOUT)
        found[one] = Curated(one, None, "") if fact is None else _version(one, fact.last, fact.text)
    return found


def curated_of(reader: Reader, subjects: Collection[str], at: int | None = None) -> dict[str, list[Curated]]:
    """By subject (key) the aspects that people have curated, and those that they have withdrawn, in order."""
    asked = [CurationId(subject, aspect.value) for subject in subjects for aspect in Aspect]
    found: dict[str, list[Curated]] = {subject: [] for subject in subjects}
    for one, version in curated(reader, asked, at).items():
        if version.order:
            found[one.subject].append(version)
    return found


def changes_of(reader: Reader, subject: str, since: int | None = None) -> list[Change]:
    """The audit trail of one thing, all aspects, the latest first; from ``since`` on (nanoseconds)."""
    keys = [CurationId(subject, aspect.value) for aspect in Aspect]
    found = _changes(reader, keys)
    low = "" if since is None else sortable(since)
    return sorted((one for one in found if one.after.order >= low), key=_order, reverse=True)


def latest_changes(
    reader: Reader, limit: int, before: str | None = None, since: int | None = None
) -> list[Change]:
    """A page of the audit trail of all things, the latest first: at most ``limit`` before the order key ``before``."""
    low = None if since is None else sortable(since)
    asked = [Range(ALL_CURATIONS, low=low, high=before)]
    rows = reader.scan(Space.CURATION, asked, reverse=True, limit=limit)
    wanted = {row.sort for row in rows}
    found = _changes(reader, [CurationId.parse(key) for key in {row.value for row in rows}])
    return sorted((one for one in found if one.after.order in wanted), key=_order, reverse=True)


def _order(change: Change) -> str:
    return change.after.order


def _changes(reader: Reader, curations: Collection[CurationId]) -> list[Change]:
    """All versions of curations, oldest first within each."""
    by_key = {one.key: one for one in curations}
    rows = reader.scan(Space.SIGHTING, [Range(key) for key in by_key]) if by_key else []
    told = [(row.partition, load_observation(row.sort, row.value)) for row in rows]
    texts = state.blobs(reader, {one.values[ABOUT] for _, one in told if ABOUT in one.values})
    found: list[Change] = []
    last: dict[str, Value | None] = {}
    for key, one in sorted(told, key=lambda item: (item[0], item[1].at)):
        version = _version(by_key[key], one.at, texts.get(one.values.get(ABOUT, "")))
        found.append(Change(version, last.get(key)))
        last[key] = version.value
    return found


def _version(curation: CurationId, order: str, text: str | None) -> Curated:
    about: dict[str, Any] = {} if text is None else plain(text)
    value = about.get(VALUE)
    return Curated(
        curation, None if value is None else plain(value), order, about.get(ACTOR), about.get(REASON)
    )
