"""What became of one document: one shape for the command's ``--json``, the answers over HTTP and their client."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from catalog.entry import Receipt, Status
from ingest.errors import IngestError
from ingest.rdf.document import Reading
from ingest.rdf.findings import Component, Note
from ingest.rdf.interpretation import Interpretation
from ingest.rdf.places import Places
from ontology.errors import MalformedRdf, RdfError
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
class Broken:
    """A rule that the document breaks: where (a key, and what the document calls it), which, and a sentence for people.

    ``line``: where the text first has what is wrong, as far as words tell that.
    """

    focus: str
    thing: str
    path: str | None
    value: str | None
    component: str
    shape: str
    severity: str
    message: str
    line: int | None = None


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

    ``document``: its source. ``hash``: of its entry in the log, None where it has none.
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

    @property
    def is_kept(self) -> bool:
        """Whether it is in the graph now, or would be."""
        return self.outcome in (Outcome.APPLIED, Outcome.DUPLICATE, Outcome.VALID)


def read_report(source: str, data: bytes, reading: Reading, receipt: Receipt | None) -> DocumentReport:
    """The report on a document that was read. ``receipt`` None: it was not handed to the catalog."""
    found = reading.interpretation
    outcome = Outcome.REJECTED if reading.kept_out else Outcome.VALID
    return DocumentReport(
        source,
        outcome if receipt is None else _OUTCOMES[receipt.status],
        None if receipt is None else receipt.hash,
        found.described,
        found.named,
        reading.notes,
        tuple(_broken(found, data)),
        max(0, len(found.violations) - MAX_LISTED),
    )


def unread_report(source: str, error: IngestError | RdfError) -> DocumentReport:
    """The report on a document that could not be read."""
    line, column = (error.line, error.column) if isinstance(error, MalformedRdf) else (None, None)
    unread = Unread(error.code, error.message, error.hint, line, column)
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
