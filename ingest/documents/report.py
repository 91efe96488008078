"""What became of one document: one shape for the command's ``--json``, the answers over HTTP and their client."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from catalog.entry import Receipt, Status
from catalog.errors import Refused
from catalog.instant import format_instant
from ingest.documents.reading import Broken, Interpretation, Reading
from ingest.errors import IngestError, MalformedDescriptor
from ingest.rdf.findings import Component, Note
from ingest.rdf.places import Places
from ontology.errors import MalformedRdf, RdfError
from ontology.shapes import Severity
from ontology.validation import Violation

MAX_LISTED = 200
"""Violations that are listed one by one; the others are counted."""


class Outcome(StrEnum):
    """What became of a document. ENDED: it is empty, which ends what its source said. SUPERSEDED: it is kept, and a
    later version that says something else is in force. VALID: it would be applied, but that was not asked for (a dry
    run)."""

    APPLIED = "applied"
    ENDED = "ended"
    SUPERSEDED = "superseded"
    DUPLICATE = "duplicate"
    VALID = "valid"
    QUARANTINED = "quarantined"
    REJECTED = "rejected"


_OUTCOMES = {
    Status.APPLIED: Outcome.APPLIED,
    Status.PARTIAL: Outcome.APPLIED,
    Status.DUPLICATE: Outcome.DUPLICATE,
    Status.QUARANTINED: Outcome.QUARANTINED,
}


@dataclass(frozen=True, slots=True)
class Unread:
    """Why a document could not be read at all, and where."""

    code: str
    message: str
    hint: str = ""
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class DocumentReport:
    """What became of a document and what it says: ``describes`` and ``names`` count things by kind.

    ``document``: its source. ``hash``: of its entry in the log, None where it has none. ``format``: that of a
    descriptor; ``commit``: the SHA of the commit that has it. ``superseded``: a later version is in force that says
    something else, so that this one counts only for the time before; ``newer``: the time of that one.
    """

    document: str
    outcome: Outcome
    hash: str | None = None
    describes: Mapping[str, int] = field(default_factory=dict)
    names: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    violations: tuple[Broken, ...] = ()
    unlisted: int = 0
    error: Unread | None = None
    format: str | None = None
    commit: str | None = None
    superseded: bool = False
    newer: str | None = None

    @property
    def is_kept(self) -> bool:
        """Whether it is in the graph, or would be."""
        return self.counts or self.outcome is Outcome.SUPERSEDED

    @property
    def counts(self) -> bool:
        """Whether what it says holds now, or would."""
        return self.outcome in (Outcome.APPLIED, Outcome.ENDED, Outcome.DUPLICATE, Outcome.VALID)


def read_report(
    source: str, data: bytes, reading: Reading, receipt: Receipt | None, *, newer_ns: int | None = None
) -> DocumentReport:
    """The report on a document that was read. ``receipt`` None: it was not handed to the catalog. ``newer_ns``: the
    time of the version that is in force instead."""
    found = reading.interpretation
    broken = tuple(_broken(found, data)) if reading.broken is None else reading.broken[:MAX_LISTED]
    return DocumentReport(
        source,
        _outcome(reading, receipt, is_superseded=newer_ns is not None),
        None if receipt is None else receipt.hash,
        found.described,
        found.named,
        reading.notes,
        broken,
        max(0, len(found.violations) - MAX_LISTED),
        format=", ".join(reading.formats) or None,
        commit=reading.commit,
        superseded=newer_ns is not None,
        newer=None if newer_ns is None else format_instant(newer_ns),
    )


def _outcome(reading: Reading, receipt: Receipt | None, *, is_superseded: bool) -> Outcome:
    if receipt is None:
        return Outcome.REJECTED if reading.kept_out else Outcome.VALID
    outcome = _OUTCOMES[receipt.status]
    if is_superseded and outcome in (Outcome.APPLIED, Outcome.DUPLICATE):
        return Outcome.SUPERSEDED
    is_empty = not reading.interpretation.statement.nodes
    return Outcome.ENDED if is_empty and outcome is Outcome.APPLIED else outcome


def refused_report(source: str, data: bytes, reading: Reading, error: Refused) -> DocumentReport:
    """The report on a document that what is in force stands against."""
    places = Places(data)
    against = tuple(
        Broken(
            one.key,
            one.key,
            None,
            None,
            error.code,
            "",
            str(Severity.VIOLATION),
            one.message,
            reading.lines.get(one.key) or places.line(reading.interpretation.things.get(one.key)),
        )
        for one in error.against[:MAX_LISTED]
    )
    return replace(
        read_report(source, data, reading, None),
        outcome=Outcome.REJECTED,
        violations=against,
        unlisted=max(0, len(error.against) - MAX_LISTED),
        error=Unread(error.code, error.message, error.hint),
    )


def unread_report(source: str, error: IngestError | RdfError) -> DocumentReport:
    """The report on a document that could not be read."""
    if isinstance(error, MalformedRdf | MalformedDescriptor):
        unread = Unread(error.code, error.message, error.hint, error.line, error.column)
    else:
        unread = Unread(error.code, error.message, error.hint)
    return DocumentReport(source, Outcome.REJECTED, error=unread)


def _broken(found: Interpretation, data: bytes) -> Iterable[Broken]:
    if not found.violations:
        return
    places = Places(data)
    for violation in found.violations[:MAX_LISTED]:
        thing = found.things.get(violation.focus, violation.focus)
        value = None if violation.value is None else _shown(violation)
        yield Broken(
            violation.focus,
            thing,
            violation.path,
            value,
            violation.component,
            violation.shape,
            str(violation.severity),
            violation.message,
            places.line(*_marks(violation, value, thing)),
        )


def _marks(violation: Violation, value: str | None, thing: str) -> tuple[str | None, ...]:
    """What to look for in the text, the surest first."""
    path = violation.path if violation.component == Component.CLOSED else None
    return (path, thing) if path is not None else (value, thing)


def _shown(violation: Violation) -> str:
    value = violation.value
    return str(value[0]) if isinstance(value, tuple) else str(value)
