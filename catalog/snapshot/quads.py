"""Pieces that all told blocks are written with: order keys, values, names."""

from collections.abc import Iterator
from functools import lru_cache

from catalog.canonical import digest
from catalog.identity import DatasetId, JobId, is_hashed
from catalog.instant import format_instant, instant_of
from catalog.snapshot import terms
from ontology.rdf import DATE_TIME, JSON, Iri, Typed, quad


def sight(subject: str, name: str, at: str) -> Iterator[str]:
    """An order key: when, and the log entry by the start of its hash."""
    seen, evidence = terms.seen_terms(name)
    yield quad(subject, seen, Typed((instant_text(at), DATE_TIME)))
    yield quad(subject, evidence, at[16:])


def instant_text(at: str) -> str:
    """The instant of an order key."""
    return _instant_text(at[:16])


@lru_cache(maxsize=10_000)
def _instant_text(sortable: str) -> str:
    """Remembered: what one event told has one instant."""
    return format_instant(instant_of(sortable))


def value(subject: str, text: str | None) -> Iterator[str]:
    """A value of a history; None: no longer."""
    if text is None:
        yield quad(subject, terms.DELETED, value=True)
    else:
        yield quad(subject, terms.VALUE_TEXT, Typed((text, JSON)))


def named(subject: str, term: str, identity: DatasetId | JobId, base: str) -> Iterator[str]:
    """A dataset or job by its IRI, and by its names where the IRI does not spell them."""
    yield quad(subject, term, Iri(base + identity.key))
    if is_hashed(identity.key):
        yield quad(subject, terms.NAMESPACE, identity.namespace)
        yield quad(subject, terms.NAME, identity.name)


def part_of(kind: str, *names: str) -> str:
    """The IRI, behind the base, of something that has no key of its own; ``names`` say what of what it is."""
    return f"{kind}/{digest(' '.join(names))}"
