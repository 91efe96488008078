"""``meshline import``: what people describe in RDF, from files, folders and standard input."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from api import exit_codes
from api.auth import LOCAL
from api.commands.lines import plural
from api.commands.options import JsonOption, StoreOption, UrlOption
from api.commands.output import console, print_json, print_line
from api.document_sinks import RestoreReport, Send, Sink, into_store, nowhere, to_service
from api.errors import UsageError
from api.settings import Settings
from api.target import open_client, opened_store, refuse_both, store_if_there
from catalog.instant import InvalidInstant, parse_instant
from ingest.derivation.settle import settle
from ingest.files import STDIN, NotRead, PassedOver
from ingest.problems import Code
from ingest.rdf.files import SUFFIXES, FoundDocument, FoundExport, Item, read_documents
from ingest.rdf.report import DocumentReport, Unread, unread_report
from ontology.prefixes import compact
from ontology.rdf_reading import RdfSyntax

FORMATS = {suffix.removeprefix("."): syntax for suffix, syntax in SUFFIXES.items() if suffix != ".json"}
_SHOWN = 12
_NOTES = {
    Code.NOT_UNDERSTOOD: "not understood",
    Code.LANGUAGE: "left out, another language",
    Code.VALUE_LEFT_OUT: "left out, a further value",
    Code.KIND_ASSUMED: "no class, taken for",
    Code.UNDEFINED_KEY: "defined by no context",
}

PathsArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="PATH", help="Files, folders (.ttl .trig .nt .nq .jsonld .json), or - for standard input."
    ),
]
AtOption = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="TIME",
        help="When they begin to hold, ISO 8601: the time of their commit. [default: their first receipt]",
        show_default=False,
    ),
]
SourceOption = Annotated[
    str | None,
    typer.Option(
        "--source",
        metavar="IRI",
        help="Where the one document comes from. [default: its path]",
        show_default=False,
    ),
]
FormatOption = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="|".join(FORMATS),
        help="How they are written. [default: by name, else by content]",
    ),
]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Tell what would become of them; write nothing.")
]


def import_(
    paths: PathsArgument,
    store: StoreOption = None,
    url: UrlOption = None,
    at: AtOption = None,
    source: SourceOption = None,
    format_: FormatOption = None,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
) -> int:
    """Import descriptions in RDF and report what was understood.

    Turtle, TriG, N-Triples, N-Quads and JSON-LD; a document is applied whole or not at all.

    Exit codes: 0 all applied or known already, 1 some rejected, 3 could not.
    """
    refuse_both(store, url)
    _require(paths, source)
    syntax, at_ns = _syntax(format_), _instant(at)
    reports: list[DocumentReport] = []
    restored: list[RestoreReport] = []
    passed_over: list[str] = []
    out = console()
    with _sink(store, url, at_ns, dry_run) as sink:
        for item in _found(paths, syntax):
            if isinstance(item, PassedOver):
                passed_over.append(item.source)
            elif isinstance(item, FoundExport):
                restored.append(_restored(item, at_ns, sink))
                _show_restored(None if as_json else out, restored[-1])
            else:
                reports.append(_imported(item, source, sink.send))
                _show(None if as_json else out, reports[-1])
    if as_json:
        print_json({"documents": reports, "restored": restored, "passedOver": passed_over})
    else:
        _summarise(out, reports, passed_over)
    kept = all(one.is_kept for one in reports) and all(one.is_kept for one in restored)
    return exit_codes.OK if kept else exit_codes.REJECTED


def _require(paths: list[str], source: str | None) -> None:
    missing = [path for path in paths if path != STDIN and not Path(path).exists()]
    if missing:
        hint = "Name files or folders that exist, or - for standard input."
        raise UsageError(f"There is no {', '.join(missing)}.", hint)
    if source is not None and (len(paths) > 1 or (paths[0] != STDIN and Path(paths[0]).is_dir())):
        raise UsageError("--source is for one document.", "Import the documents one by one.")
    if source is None and STDIN in paths:
        hint = (
            "Say with --source where it comes from: a later version with the same source replaces this one."
        )
        raise UsageError("What comes by standard input has no path.", hint)


def _syntax(format_: str | None) -> RdfSyntax | None:
    if format_ is None:
        return None
    if format_ not in FORMATS:
        raise UsageError(f"{format_!r} is no format.", f"It is one of {', '.join(FORMATS)}.")
    return FORMATS[format_]


def _instant(at: str | None) -> int | None:
    if at is None:
        return None
    try:
        return parse_instant(at).ns
    except InvalidInstant as error:
        raise UsageError(f"--at: {error}.", "It looks like 2026-01-31T12:00:00Z.") from error


def _found(paths: list[str], syntax: RdfSyntax | None) -> Iterator[Item]:
    return read_documents(paths, syntax, Settings.from_environment(os.environ).max_document_bytes)


def _imported(item: FoundDocument | NotRead, source: str | None, send: Send) -> DocumentReport:
    name = source or item.source
    if isinstance(item, NotRead):
        return unread_report(name, item.error)
    return send(item.data, item.syntax, name)


def _restored(item: FoundExport, at_ns: int | None, sink: Sink) -> RestoreReport:
    if at_ns is not None:
        message = "A canonical export has the times of its history."
        return RestoreReport(item.source, error=Unread("usage", message, "Leave out --at."))
    return sink.restore(item.path, item.source)


@contextmanager
def _sink(store: str | None, url: str | None, at_ns: int | None, dry_run: bool) -> Iterator[Sink]:
    limits = Settings.from_environment(os.environ).document_limits
    clock: Callable[[], int] = time.time_ns
    if url is not None:
        with open_client(url, os.environ) as client:
            yield to_service(client, at_ns, dry_run=dry_run)
    elif dry_run:
        with store_if_there(store, os.environ) as there:
            yield nowhere(there, at_ns, limits, clock)
    else:
        with opened_store(store, os.environ, create=True) as opened:
            yield into_store(opened, at_ns, limits, clock, LOCAL.name)
            settle(opened)


def _show_restored(out: Console | None, report: RestoreReport) -> None:
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


def _show(out: Console | None, report: DocumentReport) -> None:
    """One document, where there is somebody to read it: what became of it, what it says, what is wrong with it."""
    if out is None:
        return
    print_line(out, f"{report.document}: {report.outcome}", "bold")
    if report.error is not None:
        print_line(out, f"  {report.error.message} {report.error.hint}".rstrip())
    if report.describes or report.names:
        print_line(out, f"  describes {_counted(report.describes)}{_also_names(report)}")
    for broken in report.violations[:_SHOWN]:
        place = "" if broken.line is None else f"line {broken.line}: "
        print_line(out, f"  {_word(broken.severity)} {place}{broken.message}")
    more = len(report.violations) - _SHOWN + report.unlisted
    if len(report.violations) > _SHOWN:
        print_line(out, f"  … and {more} more (--json lists them).")
    for note in report.notes[:_SHOWN]:
        print_line(out, f"  {_NOTES[note.code]}: {note.count} {compact(note.term)}, first {note.example}")
    if len(report.notes) > _SHOWN:
        print_line(out, f"  … and {plural(len(report.notes) - _SHOWN, 'term')} more (--json lists them).")


def _word(severity: str) -> str:
    return severity.rpartition("#")[2].lower()


def _counted(counts: object) -> str:
    assert isinstance(counts, dict)
    return ", ".join(f"{count} {kind}" for kind, count in counts.items()) or "nothing"


def _also_names(report: DocumentReport) -> str:
    return f"; names {_counted(report.names)}" if report.names else ""


def _summarise(out: Console, reports: list[DocumentReport], passed_over: list[str]) -> None:
    counts: dict[str, int] = {}
    for report in reports:
        counts[report.outcome] = counts.get(report.outcome, 0) + 1
    told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items()))
    if reports:
        print_line(out, f"{plural(len(reports), 'document')}: {told}")
    if passed_over:
        files = plural(len(passed_over), "file")
        print_line(out, f"Passed over {files} that hold no RDF by name or content (--json lists them).")
