"""The ``extractionError`` run facet (1-1-2): what the producer could not read, so that the run's lineage has gaps."""

from dataclasses import dataclass
from typing import Any

from catalog.canonical import encode
from catalog.statement import GAP
from ingest.facets.members import Members
from ingest.problems import Problems

EXTRACTION_ERROR = ("failedTasks", "totalTasks", GAP)


@dataclass(frozen=True, slots=True)
class ExtractionFailure:
    """One task, a statement of SQL mostly, that the producer could not read. ``number`` counts from 0."""

    message: str
    task: str | None = None
    number: int | None = None
    stack_trace: str | None = None


@dataclass(frozen=True, slots=True)
class ExtractionError:
    """How many tasks a run had, how many of them could not be read, and why."""

    total: int | None
    failed: int | None
    failures: tuple[ExtractionFailure, ...]

    @property
    def missing(self) -> int:
        """How many tasks the lineage lacks, as far as is told."""
        return len(self.failures) if self.failed is None else self.failed


def read_extraction_error(facet: dict[str, Any], path: str, problems: Problems) -> ExtractionError:
    members = Members(facet, path, problems)
    failures = [
        ExtractionFailure(
            error.text("errorMessage", required=True) or "",
            error.text("task"),
            error.whole("taskNumber"),
            error.text("stackTrace"),
        )
        for error in members.objects("errors", required=True)
    ]
    return ExtractionError(
        members.whole("totalTasks", required=True),
        members.whole("failedTasks", required=True),
        tuple(failures),
    )


def read_gap(facet: dict[str, Any], path: str, problems: Problems) -> dict[str, str | None]:
    """Two counts as properties of the run, and the gap in the lineage of its job where tasks are missing."""
    error = read_extraction_error(facet, path, problems)
    counts = (("failedTasks", error.missing), ("totalTasks", error.total))
    told = {name: count for name, count in counts if count is not None}
    return {
        "failedTasks": encode(error.missing),
        "totalTasks": None if error.total is None else encode(error.total),
        GAP: encode(told if error.missing > 0 else {}),
    }
