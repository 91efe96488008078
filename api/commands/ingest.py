"""``meshline ingest``: events from files, folders and standard input, into a store or to a service."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from api import exit_codes
from api.auth import LOCAL
from api.commands.ingest_report import Report
from api.commands.options import JsonOption, StoreOption, UrlOption
from api.commands.output import console, error_console, print_json, print_line
from api.errors import UsageError
from api.keys import is_keys_file
from api.settings import Settings
from api.sinks import Sent, into_store, nowhere, to_service
from api.target import open_client, opened_store, refuse_both, store_if_there
from ingest.errors import Rejected
from ingest.files import STDIN, Found, NotRead, read_paths

PathsArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="PATH", help="Files, folders (.json, .ndjson, .jsonl, also .gz), or - for standard input."
    ),
]
BatchOption = Annotated[
    int, typer.Option("--batch", metavar="N", min=1, max=5000, help="Events to a transaction or request.")
]

DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Tell what would become of the events; store nothing.")
]


def ingest(
    paths: PathsArgument,
    store: StoreOption = None,
    url: UrlOption = None,
    batch: BatchOption = 200,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
) -> int:
    """Ingest OpenLineage events and report what became of each.

    Exit codes: 0 all kept, 1 some rejected, 3 could not.
    """
    refuse_both(store, url)
    if dry_run and url is not None:
        raise UsageError("A dry run asks no service.", "Leave out --url; --store says whose log to look at.")
    _require(paths)
    report = Report()
    with _progress(paths) as tell, _sink(store, url, batch, dry_run) as send:
        for found, outcome in send(_found(paths, report)):
            if isinstance(outcome, Rejected):
                report.reject(found.source, outcome)
            else:
                report.keep(found.source, outcome)
            tell(len(found.data), report.received)
    if as_json:
        print_json(report.as_json())
    else:
        if dry_run:
            print_line(console(), "A dry run: nothing was stored.", "bold")
        report.show(console())
    return exit_codes.REJECTED if report.rejected else exit_codes.OK


def _require(paths: list[str]) -> None:
    missing = [path for path in paths if path != STDIN and not Path(path).exists()]
    if missing:
        raise UsageError(
            f"There is no {', '.join(missing)}.", "Name files or folders that exist, or - for standard input."
        )


def _found(paths: list[str], report: Report) -> Iterator[Found]:
    """The events; what cannot be read goes straight to the report, and so do keys files that lie in folders."""
    for item in read_paths(paths):
        if isinstance(item, Found) and item.source not in paths and is_keys_file(item.data):
            report.passed_over.append(item.source)
        elif isinstance(item, Found):
            yield item
        elif isinstance(item, NotRead):
            report.reject(item.source, item.error)
        else:
            report.passed_over.append(item.source)


@contextmanager
def _sink(
    store: str | None, url: str | None, batch: int, dry_run: bool
) -> Iterator[Callable[[Iterable[Found]], Iterator[Sent]]]:
    if url is not None:
        with open_client(url, os.environ) as client:
            yield lambda events: to_service(client, events, batch)
        return
    redaction = Settings.from_environment(os.environ).redaction
    if dry_run:
        with store_if_there(store, os.environ) as there:
            yield lambda events: nowhere(there, events, batch, redaction)
    else:
        with opened_store(store, os.environ, create=True) as opened:
            yield lambda events: into_store(opened, events, batch, LOCAL.name, redaction)


@contextmanager
def _progress(paths: list[str]) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal: by bytes, or by events alone where the bytes are not known beforehand."""
    total = _bytes_of(paths)
    columns = (SpinnerColumn(), BarColumn(), TextColumn("{task.fields[events]} events"), TimeElapsedColumn())
    terminal = error_console()
    with Progress(*columns, console=terminal, transient=True, disable=not terminal.is_terminal) as progress:
        task = progress.add_task("ingest", total=total, events=0)
        yield lambda size, events: progress.update(task, advance=size, events=events)


def _bytes_of(paths: list[str]) -> int | None:
    if STDIN in paths:
        return None
    files = [
        file
        for path in map(Path, paths)
        for file in (path.rglob("*") if path.is_dir() else [path])
        if file.is_file()
    ]
    if any(file.suffix.lower() == ".gz" for file in files):
        return None
    return sum(file.stat().st_size for file in files)
