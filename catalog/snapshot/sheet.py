"""The quads of one block by subject and predicate, for reading; what is not as an export writes it is told."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TypeVar

from catalog.identity import DatasetId, JobId, is_hashed
from catalog.instant import InvalidInstant, parse_instant, sortable
from catalog.snapshot import terms
from ontology.rdf import DATE_TIME, JSON, Iri, Typed, Value
from ontology.rdf_quads import Row

_EVIDENCE = re.compile(r"[0-9a-f]{33}")

Id = TypeVar("Id", DatasetId, JobId)


class Inconsistent(ValueError):
    """Quads that no export writes so. ``subject``: the IRI they are of."""

    def __init__(self, subject: str, message: str) -> None:
        super().__init__(message)
        self.subject = subject


class Sheet:
    """The quads of a block. Every question that the quads do not answer raises Inconsistent."""

    def __init__(self, base: str, rows: Iterable[Row]) -> None:
        self.base = base
        self._values: dict[str, dict[str, list[Value]]] = {}
        for row in rows:
            self._values.setdefault(row.subject, {}).setdefault(row.predicate, []).append(row.value)

    def subjects(self, kind: str) -> Iterator[str]:
        """The IRIs that begin so behind the base."""
        return (subject for subject in self._values if subject.startswith(self.base + kind))

    def has(self, subject: str, term: str) -> bool:
        return term in self._values.get(subject, {})

    def text(self, subject: str, term: str) -> str:
        """The one text."""
        found = self._one(subject, term)
        if type(found) is not str:
            raise Inconsistent(subject, f"{_local(term)} is no text")
        return found

    def iris(self, subject: str, term: str) -> list[str]:
        """Any number of IRIs."""
        found = self._values.get(subject, {}).get(term, [])
        if not all(isinstance(value, Iri) for value in found):
            raise Inconsistent(subject, f"{_local(term)} is no IRI")
        return [str(value) for value in found]

    def value(self, subject: str) -> str | None:
        """The value of a history; None: no longer."""
        if self.has(subject, terms.DELETED):
            return None
        return self.json(subject, terms.VALUE_TEXT)

    def json(self, subject: str, term: str) -> str:
        """The text of a JSON value."""
        return self._typed(subject, term, JSON)

    def sight(self, subject: str, name: str) -> str:
        """The order key."""
        seen, evidence = terms.seen_terms(name)
        return _order_key(subject, seen, self._typed(subject, seen, DATE_TIME), self.text(subject, evidence))

    def order_keys(self, subject: str, term: str) -> Iterator[str]:
        """Order keys, each in one text: the instant, a space, the evidence."""
        for value in self._values.get(subject, {}).get(term, []):
            instant, _, evidence = str(value).partition(" ")
            yield _order_key(subject, term, instant, evidence)

    def identity(self, subject: str, term: str, kind: type[Id]) -> Id:
        """A dataset or job that is named."""
        iris = self.iris(subject, term)
        key = iris[0].removeprefix(self.base) if iris else ""
        if len(iris) != 1 or "/" not in key:
            raise Inconsistent(subject, f"{_local(term)} is not the IRI of one thing")
        if is_hashed(key):
            return kind(self.text(subject, terms.NAMESPACE), self.text(subject, terms.NAME))
        try:
            return kind.parse(key)
        except ValueError as error:
            raise Inconsistent(subject, f"{_local(term)}: {error}") from error

    def _typed(self, subject: str, term: str, datatype: str) -> str:
        found = self._one(subject, term)
        if not isinstance(found, Typed) or found[1] != datatype:
            raise Inconsistent(subject, f"{_local(term)} is no {_local(datatype)}")
        return found[0]

    def _one(self, subject: str, term: str) -> Value:
        found = self._values.get(subject, {}).get(term, [])
        if len(found) != 1:
            raise Inconsistent(subject, f"it has {len(found)} times {_local(term)}, not once")
        return found[0]


def _local(iri: str) -> str:
    return iri[iri.rindex("#") + 1 :]


def _order_key(subject: str, term: str, instant: str, evidence: str) -> str:
    if not _EVIDENCE.fullmatch(evidence):
        raise Inconsistent(subject, f"{_local(term)}: no start of a log entry: {evidence[:80]!r}")
    try:
        return _sortable(instant) + evidence
    except InvalidInstant as error:
        raise Inconsistent(subject, f"{_local(term)}: {error}") from error


@lru_cache(maxsize=10_000)
def _sortable(instant: str) -> str:
    """Remembered: what one event told has one instant."""
    return sortable(parse_instant(instant).ns)
