"""What became of one document: one shape for the command's ``--json``, the answers over HTTP and their client."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from catalog.entry import Receipt, Status
from catalog.errors import Refused
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
    """What became of a document. VALID: it would be applied, but that was not asked for (a dry run)."""

    APPLIED = "applied"
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
    descriptor; ``commit``: the SHA of the commit that has it. ``superseded``: a later version is in force, so that
    this one counts only for the time before.
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

    @property
    def is_kept(self) -> bool:
        """Whether it is in the graph now, or would be."""
        return self.outcome in (Outcome.APPLIED, Outcome.DUPLICATE, Outcome.VALID)


def read_report(
    source: str, data: bytes, reading: Reading, receipt: Receipt | None, *, superseded: bool = False
) -> DocumentReport:
    """The report on a document that was read. ``receipt`` None: it was not handed to the catalog."""
    found = reading.interpretation
    outcome = Outcome.REJECTED if reading.kept_out else Outcome.VALID
    broken = tuple(_broken(found, data)) if reading.broken is None else reading.broken[:MAX_LISTED]
    return DocumentReport(
        source,
        outcome if receipt is None else _OUTCOMES[receipt.status],
        None if receipt is None else receipt.hash,
        found.described,
        found.named,
        reading.notes,
        broken,
        max(0, len(found.violations) - MAX_LISTED),
        format=", ".join(reading.formats) or None,
        commit=reading.commit,
        superseded=superseded,
    )


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
