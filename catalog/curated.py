"""What people have curated, read: which aspect of what, by whom, since when; and which relationships count for it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
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


def never(subject: str, aspect: Aspect) -> Curated:
    """What there is of an aspect that nobody has curated."""
    return Curated(CurationId(subject, aspect.value), None, "")


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


def changes(
    reader: Reader,
    limit: int,
    *,
    subject: str | None = None,
    before: str | None = None,
    since: int | None = None,
) -> list[Change]:
    """A page of the audit trail, of one thing (its key) or of all, the latest first: at most ``limit``, before the
    order key ``before``, from ``since`` on (nanoseconds). Three questions to the store."""
    low = None if since is None else sortable(since)
    if subject is None:
        asked = [Range(ALL_CURATIONS, low=low, high=before)]
        rows = reader.scan(Space.CURATION, asked, reverse=True, limit=limit)
        places = [(row.value, row.sort) for row in rows]
    else:
        keys = [CurationId(subject, aspect.value).key for aspect in Aspect]
        asked = [Range(key, low=low, high=before) for key in keys]
        rows = reader.scan(Space.SIGHTING, asked, reverse=True, limit=limit)
        places = [(row.partition, row.sort) for row in rows]
    latest = sorted(places, key=lambda place: place[1], reverse=True)[:limit]
    return _changes(reader, latest) if latest else []


def _changes(reader: Reader, places: Sequence[tuple[str, str]]) -> list[Change]:
    """What changed at each place (key of a curation, order key)."""
    asked = [Range(key, high=f"{order}\0") for key, order in places]
    found = {
        (row.partition, row.sort): load_observation(row.sort, row.value).values[ABOUT]
        for row in reader.scan(Space.SIGHTING, asked, reverse=True, limit=2)
    }
    texts = state.blobs(reader, set(found.values()))
    versions = {
        place: _version(CurationId.parse(place[0]), place[1], texts.get(digest))
        for place, digest in found.items()
    }
    replaced = {
        after: versions[before].value for before, after in pairwise(sorted(versions)) if before[0] == after[0]
    }
    return [Change(versions[place], replaced.get(place)) for place in places]


def _version(curation: CurationId, order: str, text: str | None) -> Curated:
    about: dict[str, Any] = {} if text is None else plain(text)
    value = about.get(VALUE)
    return Curated(
        curation, None if value is None else plain(value), order, about.get(ACTOR), about.get(REASON)
    )
