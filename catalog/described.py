"""What documents say of things, now or as of an instant: which of them, since what, and what it all comes to."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from catalog import state
from catalog.canonical import digest
from catalog.fold.descriptions import (
    RECORD,
    Description,
    Standing,
    Telling,
    load_description,
    merged,
    ordered,
)
from catalog.fold.documents import ABOUT, document_values
from catalog.fold.history import NODE, NODES, load_closed
from catalog.fold.ledger import Address
from catalog.graph import Property
from catalog.identity import is_curation_of
from catalog.instant import instant_of, sortable
from catalog.statement import DocumentStatement
from catalog.store.port import Range, Reader, Space

Tellings = dict[str, dict[str, Telling]]
"""Node key → document key → what the document says of it."""


@dataclass(frozen=True, slots=True)
class DescribedThing:
    """What documents say of one thing. ``documents``: the keys of those that have it, what counts more last;
    ``only_named``: none of them says anything of it."""

    label: str
    properties: Mapping[str, Property]
    documents: tuple[str, ...]
    only_named: bool = False


def described(reader: Reader, keys: Collection[str], at: int | None = None) -> dict[str, DescribedThing]:
    """What documents say of things now or as of ``at`` (nanoseconds); only of those that a document has then."""
    if at is None:
        return {key: _thing(one) for key, one in descriptions(reader, keys).items() if one.lives}
    known = descriptions(reader, keys)
    found = _tellings_then(reader, known, at)
    ranks = state.last_sight(reader, {document for told in found.values() for document in told}, at)
    texts = state.blobs(reader, {one.digest for told in found.values() for one in told.values()})
    ranked = {
        key: {document: Telling(ranks[document], one.digest) for document, one in told.items()}
        for key, told in found.items()
    }
    then = {key: merged(key, told, texts.__getitem__) for key, told in ranked.items()}
    return {key: _thing(one) for key, one in then.items() if not _only_curated(key, one, known[key])}


def _only_curated(key: str, then: Description, now: Description) -> bool:
    """Whether only curations of it had a thing that documents have, or had: these do not keep it."""
    if then.standing is not Standing.NAMED or not all(is_curation_of(one, key) for one in then.tellings):
        return False
    return not all(is_curation_of(one, key) for one in now.tellings)


def _thing(description: Description) -> DescribedThing:
    told = [(one, document) for document, one in ordered(description.tellings) if not one.ended]
    return DescribedThing(
        description.label,
        description.properties,
        tuple(document for _, document in told),
        description.standing is Standing.NAMED,
    )


def descriptions(reader: Reader, keys: Collection[str]) -> dict[str, Description]:
    """What documents say of nodes now, or said last."""
    stored = reader.records(Space.STATE, [(key, RECORD) for key in keys])
    return {key: load_description(text) for (key, _), text in stored.items()}


def last_left(reader: Reader, key: str) -> tuple[str, int] | None:
    """The document that was the last to leave a node out, and when; None for what a document has, or none ever had."""
    found = descriptions(reader, (key,)).get(key)
    if found is None or found.lives:
        return None
    at, document = max((telling.at, document) for document, telling in found.tellings.items())
    return document, instant_of(at)


def in_force_instead(reader: Reader, said: DocumentStatement, at: str) -> int | None:
    """The time of the version of a document that is in force, where that is later than the order key ``at`` and says
    something else than ``said``; else None."""
    history = state.histories(reader, (said.document.key,)).get(said.document.key)
    if history is None or history.stretches[NODES].last <= at:
        return None
    now = {key: one.value for key, one in history.stretches.items() if key == NODES or key.startswith(NODE)}
    ours = {key: digest(text) for key, text in document_values(said).items() if key != ABOUT}
    return None if ours == now else instant_of(history.stretches[NODES].last)


def speaks(reader: Reader, document: str) -> bool:
    """Whether a version of a document (key) is in force that says something."""
    history = state.histories(reader, (document,)).get(document)
    return history is not None and any(name.startswith(NODE) for name in history.stretches)


def tellings(reader: Reader, keys: Collection[str], at: int | None = None) -> Tellings:
    """What each document says of nodes now, or as of ``at``; with the order key of the last version that says so, even
    if that came after ``at``."""
    known = descriptions(reader, keys)
    if at is not None:
        return _tellings_then(reader, known, at)
    found = {
        key: {document: telling for document, telling in one.tellings.items() if not telling.ended}
        for key, one in known.items()
    }
    return {key: told for key, told in found.items() if told}


def _tellings_then(reader: Reader, known: Mapping[str, Description], at: int) -> Tellings:
    documents = {document for one in known.values() for document in one.tellings}
    found: Tellings = {}
    for document, history in state.histories(reader, documents).items():
        for name, stretch in history.stretches.items():
            key = name.removeprefix(NODE)
            if name.startswith(NODE) and key in known and instant_of(stretch.first) <= at:
                found.setdefault(key, {})[document] = Telling(stretch.last, stretch.value)
    partitions = {Address(document).stretches: document for document in documents}
    for row in reader.scan(Space.STRETCH, [Range(one, low=sortable(at + 1)) for one in partitions]):
        closed = load_closed(row.value)
        key = closed.key.removeprefix(NODE)
        if closed.key.startswith(NODE) and key in known and instant_of(closed.stretch.first) <= at:
            telling = Telling(closed.stretch.last, closed.stretch.value)
            found.setdefault(key, {})[partitions[row.partition]] = telling
    return found
