"""``meshline import``: what people describe, from files, folders and standard input."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console

from api import exit_codes
from api.auth import LOCAL
from api.commands.import_asked import Asked, ended, imported, without_strangers
from api.commands.import_options import (
    FORMATS,
    AtOption,
    CommitOption,
    DryRunOption,
    EveryOption,
    FormatOption,
    GoneSinceOption,
    NoGitOption,
    PathsArgument,
    RepositoryOption,
    RetireOption,
    SourceOption,
    TakeOverOption,
    WatchOption,
)
from api.commands.import_shown import passed_over_json, show, show_passed_over, show_restored, summarise
from api.commands.import_watch import Watch, documents
from api.commands.options import JsonOption, StoreOption, UrlOption, instant_option
from api.commands.output import console, print_json
from api.document_sinks import RestoreReport, Sink, into_store, nowhere, to_service
from api.enforcing import enforcer_of
from api.errors import UsageError
from api.settings import Settings
from api.stopping import told_to_stop
from api.target import open_client, opened_store, refuse_both, store_if_there
from catalog.errors import NotActivated, PolicyViolated
from ingest.derivation.settle import settle
from ingest.documents.commit import SHA, Commit, repository_name
from ingest.documents.files import FoundDocument, FoundExport, Item, read_documents
from ingest.documents.git import Checkouts
from ingest.documents.report import DocumentReport, Unread
from ingest.documents.syntax import Syntax
from ingest.files import STDIN, NotRead, PassedOver


def import_(
    paths: PathsArgument,
    store: StoreOption = None,
    url: UrlOption = None,
    at: AtOption = None,
    source: SourceOption = None,
    format_: FormatOption = None,
    commit: CommitOption = None,
    repository: RepositoryOption = None,
    gone_since: GoneSinceOption = None,
    no_git: NoGitOption = False,
    take_over: TakeOverOption = False,
    retire: RetireOption = False,
    dry_run: DryRunOption = False,
    watch: WatchOption = False,
    every: EveryOption = 5.0,
    as_json: JsonOption = False,
) -> int:
    """Import descriptions and report what was understood.

    Data contracts (ODCS), data products (ODPS), dbt manifests, Backstage catalogs, Meshline's own YAML, and RDF; the
    content tells which. A document is applied whole or not at all. The git that has a file dates it.

    With --watch it goes on: what changes is imported again, a file that is no more ends what it said, and it waits
    for a store or service that is away. It ends at SIGTERM or Ctrl-C.

    Exit codes: 0 all applied or known already, 1 some rejected or superseded (without --at), 3 could not.
    """
    refuse_both(store, url)
    _require(paths, source)
    asked = Asked(
        source,
        instant_option(at, "--at"),
        _commit(commit, repository),
        None if no_git else Checkouts(repository_name(repository) if repository else None),
        take_over,
        retire,
    )
    syntax = _syntax(format_)
    if watch:
        return _watched(paths, syntax, asked, store, url, every, dry_run=dry_run, as_json=as_json)
    with opened_sink(store, url, dry_run=dry_run) as sink:
        done = _imported(paths, syntax, gone_since, asked, sink, None if as_json else console())
    if as_json:
        print_json(
            {"documents": done.reports, "restored": done.restored, **passed_over_json(done.passed_over)}
        )
    else:
        summarise(console(), done.reports, done.passed_over)
    return exit_codes.OK if done.is_kept(dated=at is not None) else exit_codes.REJECTED


@dataclass(frozen=True, slots=True)
class _Done:
    """What became of all that was found, in its order."""

    reports: list[DocumentReport] = field(default_factory=list)
    restored: list[RestoreReport] = field(default_factory=list)
    passed_over: list[PassedOver] = field(default_factory=list)

    def is_kept(self, *, dated: bool) -> bool:
        """Whether all of it counts. Of documents ``dated`` by hand it is enough that they are in the timeline."""
        taken = all(one.counts or (dated and one.is_kept) for one in self.reports)
        return taken and all(one.is_kept for one in self.restored)


def _imported(
    paths: list[str],
    syntax: Syntax | None,
    gone_since: str | None,
    asked: Asked,
    sink: Sink,
    out: Console | None,
) -> _Done:
    """Hand all that is found to the sink, and tell each on the console, if there is one."""
    done = _Done()
    again: list[tuple[int, FoundDocument | NotRead]] = []
    for item in without_strangers(_found(paths, syntax), asked, sink):
        if isinstance(item, PassedOver):
            done.passed_over.append(item)
        elif isinstance(item, FoundExport):
            done.restored.append(_restored(item, asked, sink))
            show_restored(out, done.restored[-1])
        else:
            done.reports.append(imported(item, asked, sink))
            if _is_refused_by_policies(done.reports[-1]):
                again.append((len(done.reports) - 1, item))
            else:
                show(out, done.reports[-1])
    _send_again(again, done, asked, sink, out)
    for report in ended(paths, gone_since, asked, sink):
        done.reports.append(report)
        show(out, report)
    return done


def _send_again(
    again: list[tuple[int, FoundDocument | NotRead]],
    done: _Done,
    asked: Asked,
    sink: Sink,
    out: Console | None,
) -> None:
    """Documents may need each other: what policies refused is tried again as long as some of it is taken."""
    while again:
        left = []
        for place, item in again:
            done.reports[place] = imported(item, asked, sink)
            if _is_refused_by_policies(done.reports[place]):
                left.append((place, item))
            else:
                show(out, done.reports[place])
        if len(left) == len(again):
            break
        again = left
    for place, item in again:
        if sink.send_last is not None:
            done.reports[place] = imported(item, asked, sink.once)
        show(out, done.reports[place])


def _is_refused_by_policies(report: DocumentReport) -> bool:
    """Whether policies stand against a document, and may not after others came."""
    return report.error is not None and report.error.code in (PolicyViolated.code, NotActivated.code)


def _watched(
    paths: list[str],
    syntax: Syntax | None,
    asked: Asked,
    store: str | None,
    url: str | None,
    every_s: float,
    *,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Import what is there, and again what changes, until it is told to stop."""
    if STDIN in paths or dry_run or asked.source is not None or asked.commit is not None:
        raise UsageError(
            "--watch is for files and folders.",
            "Leave out -, --dry-run, --source and --commit; git tells commits.",
        )

    def tell(report: DocumentReport) -> None:
        if as_json:
            print_json(report)
        else:
            show(console(), report)

    def tell_passed_over(found: list[PassedOver]) -> None:
        if as_json:
            print_json(passed_over_json(found))
        else:
            show_passed_over(console(), found)

    with told_to_stop() as stop, opened_sink(store, url, dry_run=False) as sink:
        found = lambda: documents(_found(paths, syntax))  # noqa: E731
        Watch(found, asked, sink.once, tell, tell_passed_over).run(every_s, stop)
    return exit_codes.OK


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


def _syntax(format_: str | None) -> Syntax | None:
    if format_ is None:
        return None
    if format_ not in FORMATS:
        raise UsageError(f"{format_!r} is no format.", f"It is one of {', '.join(FORMATS)}.")
    return FORMATS[format_]


def _commit(sha: str | None, repository: str | None) -> Commit | None:
    if sha is None:
        return None
    if not SHA.fullmatch(sha):
        raise UsageError(f"--commit: {sha!r} is no commit.", "Give its SHA: 7 to 64 hexadecimal digits.")
    return Commit(sha, repository_name(repository) if repository else None)


def _found(paths: list[str], syntax: Syntax | None) -> Iterator[Item]:
    return read_documents(paths, syntax, Settings.from_environment(os.environ).max_document_bytes)


def _restored(item: FoundExport, asked: Asked, sink: Sink) -> RestoreReport:
    if asked.at_ns is not None:
        message = "A canonical export has the times of its history."
        return RestoreReport(item.source, error=Unread("usage", message, "Leave out --at."))
    return sink.restore(item.path, item.source)


@contextmanager
def opened_sink(store: str | None, url: str | None, *, dry_run: bool) -> Iterator[Sink]:
    """Where documents go: the service, the store, or nobody."""
    settings = Settings.from_environment(os.environ)
    limits, enforcer = settings.document_limits, enforcer_of(settings)
    clock: Callable[[], int] = time.time_ns
    if url is not None:
        with open_client(url, os.environ) as client:
            yield to_service(client, dry_run=dry_run)
    elif dry_run:
        with store_if_there(store, os.environ) as there:
            yield nowhere(there, limits, clock, enforcer)
    else:
        with opened_store(store, os.environ, create=True) as opened:
            sink = into_store(opened, limits, clock, LOCAL.name, enforcer)
            yield sink
            sink.finish()
            settle(opened)
