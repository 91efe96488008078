"""Where documents say what they say: the version, its commit, and the line of each fact.

Lines are found by reading the stored text again, so nothing of them is kept beside it. Of RDF there are none: its text
is kept as canonical N-Quads. Curations and texts that were forgotten have none either.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from catalog.canonical import plain
from catalog.described import tellings
from catalog.entry import EntryKind, LogEntry
from catalog.graph import EdgeSpec
from catalog.statements import Stated, statements
from catalog.store.port import Reader
from ingest.descriptors.draft import Drafted, Place
from ingest.descriptors.reading import MEDIA_TYPE, read_descriptor
from ingest.documents.commit import Commit
from ingest.errors import Rejected

MAX_CHARS = 1024 * 1024
"""A longer text is not read again for the sake of a line: this one takes about a second."""
MAX_TOTAL_CHARS = 4 * MAX_CHARS
"""So much is read again for one question, the shorter texts first."""
_REMEMBERED = 64


@dataclass(frozen=True, slots=True)
class SaidAt:
    """Where something is said: the entry of the document's version, the commit that has it, the place in its text."""

    entry: LogEntry
    commit: Commit | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class StatedAt:
    """A statement, and where it is said; None where the entry is no more."""

    stated: Stated
    said: SaidAt | None


def node_said(entry: LogEntry, key: str, *, lines: bool = True) -> SaidAt:
    """Where a version of a document first says something of a node. ``lines``: whether its text may be read again."""
    found = _drafted_of(entry) if lines else None
    return SaidAt(entry, commit_of(entry), None if found is None else found.nodes.get(key))


def property_said(entry: LogEntry, key: str, name: str, *, lines: bool = True) -> SaidAt:
    """Where it says a property of a node."""
    found = _drafted_of(entry) if lines else None
    place = None if found is None else found.properties.get((key, name), found.nodes.get(key))
    return SaidAt(entry, commit_of(entry), place)


def edge_said(entry: LogEntry, edge: EdgeSpec, *, lines: bool = True) -> SaidAt:
    """Where it says a relationship."""
    found = _drafted_of(entry) if lines else None
    ends = (edge.type, edge.source, edge.target)
    place = None if found is None else found.edges.get(ends, found.nodes.get(edge.source))
    return SaidAt(entry, commit_of(entry), place)


def commit_of(entry: LogEntry) -> Commit | None:
    """The commit that a document came with."""
    return Commit.read(_body(entry).get("commit"))


def described_at(
    reader: Reader, keys: Collection[str], at: int | None = None
) -> dict[str, dict[str, SaidAt]]:
    """Where each document says what it says of things: key → document → place, by the last version that says so."""
    told = tellings(reader, keys, at)
    entries = _bounded(reader.entries_at({one.at for found in told.values() for one in found.values()}))
    return {
        key: {
            teller: node_said(entries[one.at].entry, key, lines=entries[one.at].lines)
            for teller, one in found.items()
            if one.at in entries
        }
        for key, found in told.items()
    }


def statements_at(reader: Reader, keys: Collection[str], at: int | None = None) -> dict[str, list[StatedAt]]:
    """All statements of documents and curations about things, and where each is said."""
    said = statements(reader, keys, at)
    entries = _bounded(reader.entries_at({one.at for found in said.values() for one in found}))
    return {key: [_stated_at(key, one, entries.get(one.at)) for one in found] for key, found in said.items()}


@dataclass(frozen=True, slots=True)
class _Version:
    """The entry of a version, and whether its text may be read again for this question."""

    entry: LogEntry
    lines: bool


def _bounded(entries: Mapping[str, LogEntry]) -> dict[str, _Version]:
    """The entries by order key; of all their texts so much is read as the bounds allow."""
    total = 0
    found: dict[str, _Version] = {}
    for at, entry in sorted(entries.items(), key=lambda item: (len(item[1].body), item[0])):
        total += len(entry.body)
        found[at] = _Version(entry, total <= MAX_TOTAL_CHARS)
    return found


def _stated_at(key: str, one: Stated, version: _Version | None) -> StatedAt:
    if version is None:
        return StatedAt(one, None)
    entry, lines = version.entry, version.lines
    if one.edge is None:
        return StatedAt(one, property_said(entry, key, one.name, lines=lines))
    return StatedAt(one, edge_said(entry, one.edge, lines=lines))


def _body(entry: LogEntry) -> dict[str, Any]:
    """The body of the entry of a document; empty for others, and where it was forgotten."""
    if entry.kind is not EntryKind.DOCUMENT or not entry.body:
        return {}
    body: Any = plain(entry.body)
    return body if isinstance(body, dict) else {}


def _drafted_of(entry: LogEntry) -> Drafted | None:
    body = _body(entry)
    if body.get("mediaType") != MEDIA_TYPE or len(body["content"]) > MAX_CHARS:
        return None
    return _drafted(body["content"], body["document"])


@lru_cache(maxsize=_REMEMBERED)
def _drafted(content: str, source: str) -> Drafted | None:
    """What a text comes to today; None where it is refused today."""
    try:
        return read_descriptor(content.encode(), source).drafted
    except Rejected:
        return None
