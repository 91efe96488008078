"""How far an answer about lineage can be trusted: what it does not know is said, never guessed."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from urllib.parse import unquote

from catalog.graph import Edge
from catalog.instant import format_instant


class CoverageStatus(StrEnum):
    """COMPLETE: all that the graph holds. PARTIAL: more may exist. UNKNOWN: nothing could be followed."""

    COMPLETE = "COMPLETE"
    PARTIAL = "PARTIAL"
    UNKNOWN = "UNKNOWN"


class ReasonCode(StrEnum):
    """Why an answer is not complete, or is about what is no more."""

    DEPTH = "DEPTH"
    MAX_NODES = "MAX_NODES"
    MAX_EDGES = "MAX_EDGES"
    NO_FIELDS = "NO_FIELDS"
    NO_COLUMN_LINEAGE = "NO_COLUMN_LINEAGE"
    SQL_NOT_UNDERSTOOD = "SQL_NOT_UNDERSTOOD"
    UNRESOLVED_REFERENCE = "UNRESOLVED_REFERENCE"
    INFERRED_FIELD = "INFERRED_FIELD"
    ALIAS_CONFLICT = "ALIAS_CONFLICT"
    DROPPED = "DROPPED"
    GONE = "GONE"
    EXTRACTION_ERROR = "EXTRACTION_ERROR"
    NOT_YET_KNOWN = "NOT_YET_KNOWN"
    NO_LINEAGE = "NO_LINEAGE"
    ORIGINS_LEFT_OUT = "ORIGINS_LEFT_OUT"
    WRITER_NOT_JUDGED = "WRITER_NOT_JUDGED"


_ENDED = (ReasonCode.DROPPED, ReasonCode.GONE)
"""These say what is no more, not what is not known: an answer is complete with them."""


@dataclass(frozen=True, slots=True, order=True)
class Reason:
    """One thing the answer does not know: the keys of the nodes it is about, and a sentence."""

    code: ReasonCode
    keys: tuple[str, ...]
    message: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """``nodes`` are those of the answer, ``edges`` the lineage edges read to find it."""

    status: CoverageStatus
    reasons: tuple[Reason, ...]
    nodes: int
    edges: int


_BLIND = (
    ReasonCode.NO_COLUMN_LINEAGE,
    ReasonCode.NO_FIELDS,
    ReasonCode.SQL_NOT_UNDERSTOOD,
    ReasonCode.NOT_YET_KNOWN,
    ReasonCode.NO_LINEAGE,
)


def coverage(reasons: Iterable[Reason], nodes: int, edges: int, followed: bool) -> Coverage:
    """The coverage of an answer; ``followed`` tells whether any lineage was found."""
    gathered = tuple(sorted(set(reasons)))
    blind = not followed and any(reason.code in _BLIND for reason in gathered)
    open_ends = any(reason.code not in _ENDED for reason in gathered)
    status = CoverageStatus.PARTIAL if open_ends else CoverageStatus.COMPLETE
    return Coverage(CoverageStatus.UNKNOWN if blind else status, gathered, nodes, edges)


@lru_cache(maxsize=16_384)
def spoken(key: str) -> str:
    """A key as a person writes it: ``namespace/name``, a field behind ``#``."""
    kind, *parts = key.split("/")
    names = [unquote(part) for part in parts]
    if kind == "field" and len(names) == 3:
        return f"{names[0]}/{names[1]}#{names[2]}"
    return "/".join(names)


def no_column_lineage(job: str, outputs: Iterable[str]) -> Reason:
    """A hop that field lineage cannot cross: a job that told no column lineage for some of its outputs."""
    named = sorted(outputs)
    listed = ", ".join(spoken(key) for key in named[:3])
    more = f" and {len(named) - 3} more" if len(named) > 3 else ""
    message = f"Job {spoken(job)} told no column lineage for {listed}{more}."
    if not named:
        message = f"Job {spoken(job)} writes nothing known, so nothing tells which columns it uses."
    return Reason(ReasonCode.NO_COLUMN_LINEAGE, (job, *named), message)


def sql_not_understood(job: str, status: str, why: str | None) -> Reason:
    """A hop of which only SQL tells the columns, and not all of them."""
    how = {"PARTIAL": "is understood only in part", "FAILED": "is not understood"}
    said = how.get(status, "is still to be analysed")
    message = f"The SQL of job {spoken(job)} {said}{'.' if why is None else f': {why}'}"
    return Reason(ReasonCode.SQL_NOT_UNDERSTOOD, (job,), message)


def no_fields(dataset: str) -> Reason:
    """A dataset at which field lineage cannot begin."""
    message = f"No field of {spoken(dataset)} is known: no schema and no column lineage names one."
    return Reason(ReasonCode.NO_FIELDS, (dataset,), message)


def unresolved(reference: str) -> Reason:
    """A dataset that only column lineage names; what lies behind it is not known."""
    message = f"{spoken(reference)} is only named by column lineage or SQL: no event reads or writes it."
    return Reason(ReasonCode.UNRESOLVED_REFERENCE, (reference,), message)


def inferred(dataset: str, fields: Iterable[str]) -> Reason:
    """Fields that column lineage names and no schema has shown: other fields may be unknown too."""
    named = tuple(sorted(fields))
    message = f"No schema has shown {len(named)} of the fields reached in {spoken(dataset)}; more may exist."
    return Reason(ReasonCode.INFERRED_FIELD, (dataset, *named), message)


def unseen_columns(dataset: str, paths: Iterable[str]) -> Reason:
    """Columns of a proposal that neither a schema nor lineage has shown."""
    named = sorted(paths)
    message = f"No schema or lineage of {spoken(dataset)} that is known names {', '.join(named)}."
    return Reason(ReasonCode.INFERRED_FIELD, (dataset, *named), message)


def dropped(dataset: str, state: str, since: str) -> Reason:
    """A dataset that does not exist any more: what it led to is told of the past."""
    how = "was dropped" if state == "DROP" else "goes on under another name"
    return Reason(ReasonCode.DROPPED, (dataset,), f"{spoken(dataset)} {how} at {since}.")


def gone(key: str) -> Reason:
    """A dataset that no document has any more, and no event ever named."""
    message = f"No document describes {spoken(key)} any more, and no event names it: nothing of it holds now."
    return Reason(ReasonCode.GONE, (key,), message)


def not_yet_known(key: str, at: int) -> Reason:
    """A start that events name later than the instant asked for."""
    message = f"{spoken(key)} was not known then: no event until {format_instant(at)} names it."
    return Reason(ReasonCode.NOT_YET_KNOWN, (key,), message)


def no_lineage(key: str, is_job: bool, at: int | None) -> Reason:
    """A start of which no edge tells anything: it may stand alone, or nobody has told."""
    then = "" if at is None else f" until {format_instant(at)}"
    what = "what it reads or writes" if is_job else "what reads or writes it"
    message = f"Nothing is known of the lineage of {spoken(key)}: no event{then} tells {what}."
    return Reason(ReasonCode.NO_LINEAGE, (key,), message)


def missing_tasks(gap: Edge) -> int:
    """How many tasks of a job a LINEAGE_GAP says that its producer could not read."""
    return int(dict(gap.properties).get("failedTasks", 0))


def extraction_error(gap: Edge) -> Reason:
    """A job whose producer could not read all of its last run: inputs, outputs or columns may be missing."""
    total = dict(gap.properties).get("totalTasks")
    tasks = str(missing_tasks(gap)) if total is None else f"{missing_tasks(gap)} of {total}"
    message = (
        f"The producer could not read {tasks} tasks of job {spoken(gap.source)}: lineage may be missing."
    )
    return Reason(ReasonCode.EXTRACTION_ERROR, (gap.source,), message)


def kept_apart(shown: str, names: Iterable[str], why: str) -> Reason:
    """Names that links would join to a dataset, and that are not believed to be the same."""
    named = sorted(set(names) - {shown})
    listed = ", ".join(spoken(key) for key in named[:3])
    more = f" and {len(named) - 3} more" if len(named) > 3 else ""
    message = f"{spoken(shown)} is linked to {listed}{more} and not joined: {why}."
    return Reason(ReasonCode.ALIAS_CONFLICT, (shown, *named), message)


def origins_left_out(origins: Iterable[str]) -> Reason:
    """Only lineage of some origins was asked for, so that the rest may hold more."""
    message = f"Only lineage of the origins {', '.join(sorted(origins))} is looked at; others may tell more."
    return Reason(ReasonCode.ORIGINS_LEFT_OUT, (), message)


def writer_not_judged(job: str, dataset: str, how: str) -> Reason:
    """A job writes into a table that others made; what it does to the new one could not be judged."""
    message = (
        f"Job {spoken(job)} writes into {spoken(dataset)} by {how}; whether it fits the change is not known."
    )
    return Reason(ReasonCode.WRITER_NOT_JUDGED, (job, dataset), message)


def too_deep(depth: int, left: int) -> Reason:
    """The walk ended where it was told to."""
    message = f"The walk ended at depth {depth}; {left} nodes there may lead further."
    return Reason(ReasonCode.DEPTH, (), message)


def too_many_nodes(max_nodes: int) -> Reason:
    """The walk ended at its bound."""
    message = f"The walk ended at its bound of {max_nodes} nodes; there are more."
    return Reason(ReasonCode.MAX_NODES, (), message)


def too_many_edges(max_edges: int) -> Reason:
    """The nodes are all there, the edges between them are not."""
    message = f"Only the first {max_edges} edges are listed; the nodes are not affected."
    return Reason(ReasonCode.MAX_EDGES, (), message)
