"""What ``meshline import`` prints for people."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console

from api.commands.lines import plural
from api.commands.output import print_line
from api.document_sinks import RestoreReport
from ingest.documents.files import DOT_FOLDER, NearMiss
from ingest.documents.reading import Broken
from ingest.documents.report import DocumentReport, Unread
from ingest.files import PassedOver
from ingest.problems import Code
from ingest.rdf.findings import Note
from ontology.prefixes import compact

_SHOWN = 12
_NOTES = {
    Code.NOT_UNDERSTOOD: "not understood",
    Code.LANGUAGE: "left out, another language",
    Code.VALUE_LEFT_OUT: "left out, a further value",
    Code.KIND_ASSUMED: "no class, taken for",
    Code.UNDEFINED_KEY: "defined by no context",
    Code.UNMAPPED: "no place in the graph",
}


def show_restored(out: Console | None, report: RestoreReport) -> None:
    """One canonical export, where there is somebody to read it."""
    if out is None:
        return
    if report.error is not None:
        print_line(out, f"{report.document}: rejected", "bold")
        print_line(out, f"  {report.error.message} {report.error.hint}".rstrip())
        return
    print_line(out, f"{report.document}: a graph with its history", "bold")
    if report.planned:
        told = f"{report.applied} would be applied, {report.duplicate} are known already"
    else:
        told = f"{report.applied} applied, {report.duplicate} known already, {report.quarantined} quarantined"
    print_line(out, f"  {told}")


def show(out: Console | None, report: DocumentReport) -> None:
    """One document, where there is somebody to read it: what became of it, what it says, what is wrong with it."""
    if out is None:
        return
    print_line(out, f"{report.document}: {report.outcome}{_kind(report)}", "bold")
    if report.error is not None:
        print_line(out, f"  {_unread(report.error)}".rstrip())
    if report.superseded:
        print_line(out, f"  {_superseded(report)}")
    if report.describes or report.names:
        print_line(out, f"  describes {_counted(report.describes)}{_also_names(report)}")
    for broken in report.violations[:_SHOWN]:
        print_line(out, f"  {_word(broken.severity)} {_place(broken)}{broken.message}")
    more = len(report.violations) - _SHOWN + report.unlisted
    if len(report.violations) > _SHOWN:
        print_line(out, f"  … and {more} more (--json lists them).")
    for note in report.notes[:_SHOWN]:
        print_line(out, f"  {_NOTES[note.code]}: {_noted(note)}")
    if len(report.notes) > _SHOWN:
        print_line(out, f"  … and {plural(len(report.notes) - _SHOWN, 'term')} more (--json lists them).")


def summarise(out: Console, reports: list[DocumentReport], passed_over: list[PassedOver]) -> None:
    """How many documents there were, and what became of them."""
    counts: dict[str, int] = {}
    for report in reports:
        counts[report.outcome] = counts.get(report.outcome, 0) + 1
    told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items()))
    if reports:
        print_line(out, f"{plural(len(reports), 'document')}: {told}")
    show_passed_over(out, passed_over)


def show_passed_over(out: Console, passed_over: list[PassedOver]) -> None:
    """What was not read: by name what seems to be meant as a document, and folders; of the other files how many."""
    folders = [one.source for one in passed_over if one.reason == DOT_FOLDER]
    near = [one for one in passed_over if isinstance(one, NearMiss)]
    count = len(passed_over) - len(folders) - len(near)
    for one in near:
        print_line(out, f"{one.source}: passed over. {one.reason}")
    if folders:
        print_line(out, f"Passed over folders whose names begin with a dot: {', '.join(folders)}")
    if count:
        hold = "holds" if count == 1 else "hold"
        print_line(out, f"Passed over {plural(count, 'file')} that {hold} no document (--json lists them).")


def passed_over_json(passed_over: list[PassedOver]) -> dict[str, Any]:
    """The same for programs."""
    near = [{"source": one.source, "message": one.reason} for one in passed_over if isinstance(one, NearMiss)]
    return {"passedOver": [one.source for one in passed_over], "nearMisses": near}


def _superseded(report: DocumentReport) -> str:
    """What is in force instead, and what to do."""
    told = (
        f"The version of {report.newer} is in force and says something else: this one counts only before it."
    )
    again = "commit it again" if report.commit else "import it with a later --at"
    return f"{told} To make this one count, {again}."


def _unread(error: Unread) -> str:
    told = f"{error.message} {error.hint}"
    return told if error.line is None or told.startswith("Line ") else f"Line {error.line}: {told}"


def _kind(report: DocumentReport) -> str:
    """The format and the commit, where they are known."""
    said = [report.format] if report.format else []
    if report.commit is not None:
        said.append(f"commit {report.commit[:12]}")
    return f" ({', '.join(said)})" if said else ""


def _place(broken: Broken) -> str:
    """Line and, in a descriptor, path."""
    place = "" if broken.line is None else f"line {broken.line}: "
    return place if broken.shape or broken.path is None else f"{place}{broken.path}: "


def _noted(note: Note) -> str:
    if note.line is not None:
        return f"{note.count} {compact(note.term)}, first in line {note.line}"
    return f"{note.count} {compact(note.term)}, first {note.example}"


def _word(severity: str) -> str:
    return severity.rpartition("#")[2].lower()


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in counts.items()) or "nothing"


def _also_names(report: DocumentReport) -> str:
    return f"; names {_counted(report.names)}" if report.names else ""
