"""``meshline follow``: events from files that are still written, until it is told to stop."""

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from api import exit_codes
from api.auth import LOCAL
from api.commands.ingest import BatchOption
from api.commands.ingest_report import Report
from api.commands.options import JsonOption, StoreOption, UrlOption
from api.commands.output import console, error_console, print_json
from api.errors import ServiceError, UsageError
from api.sinks import Sent, into_store, to_service
from api.stopping import told_to_stop
from api.target import open_client, opened_store, refuse_both
from catalog.errors import StoreUnavailable
from ingest.errors import Rejected
from ingest.files import Found, NotRead
from ingest.follow import Follower

PathsArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="PATH", help="Files that grow (a line an event), or folders of them; they may come later."
    ),
]
OnceOption = Annotated[bool, typer.Option("--once", help="Stop when all that is there has been read.")]
_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 30.0

Send = Callable[[Iterable[Found]], Iterator[Sent]]


def follow(
    paths: PathsArgument,
    store: StoreOption = None,
    url: UrlOption = None,
    batch: BatchOption = 200,
    once: OnceOption = False,
    as_json: JsonOption = False,
) -> int:
    """Ingest files while they are written.

    They are what OpenLineage's file transport writes, or anything with a line for each event.
    It begins at the beginning: what is known already is a duplicate, which changes nothing. Rotated files are followed.
    It ends at SIGTERM or Ctrl-C, with a report; when the store or service is away it waits.

    Exit codes: 0 all kept, 1 some rejected, 3 could not.
    """
    refuse_both(store, url)
    folderless = [path for path in paths if not Path(path).absolute().parent.is_dir()]
    if folderless:
        raise UsageError(
            f"There is no folder for {', '.join(folderless)}.", "Name files or folders; files may come later."
        )
    missing = [path for path in paths if not Path(path).exists()]
    if missing and once:
        raise UsageError(f"There is no {', '.join(missing)}.", "Without --once it is waited for.")
    for path in missing:
        error_console().print(f"{path} is not there yet; it is read once it is.", markup=False)
    report = Report()
    with told_to_stop() as stop, _sink(store, url, batch) as send:
        for events in _chunks(Follower(paths, to_the_end=once), stop, batch, report, once=once):
            _keep(events, send, stop, report)
            report.losses.clear()  # it may run for months; the receipts have them
    if as_json:
        print_json(report.as_json())
    else:
        report.show(console())
    return exit_codes.REJECTED if report.rejected else exit_codes.OK


def _chunks(
    follower: Follower, stop: threading.Event, batch: int, report: Report, *, once: bool
) -> Iterator[list[Found]]:
    """What is new, as much at once as there is, at most a batch."""
    found: list[Found] = []
    for item in follower.items(stop):
        if isinstance(item, Found):
            found.append(item)
        elif isinstance(item, NotRead):
            report.reject(item.source, item.error)
            error_console().print(f"{item.source}: {item.error.message}", markup=False)
        if found and (item is None or len(found) >= batch):
            yield found
            found = []
        if once and item is None:
            return
    if found:
        yield found


def _keep(events: list[Found], send: Send, stop: threading.Event, report: Report) -> None:
    """Send until each is kept or rejected; where nothing answers, again after a pause."""
    pause = _FIRST_PAUSE_S
    while events:
        done: set[int] = set()  # what is rejected is told before what came earlier is stored
        try:
            for found, outcome in send(events):
                done.add(id(found))
                if isinstance(outcome, Rejected):
                    report.reject(found.source, outcome)
                    error_console().print(f"{found.source}: {outcome.message}", markup=False)
                else:
                    report.keep(found.source, outcome)
            return
        except (StoreUnavailable, ServiceError) as error:
            error_console().print(f"{error} Next attempt in {pause:g} s.", markup=False)
        events = [found for found in events if id(found) not in done]
        if stop.wait(pause):
            return
        pause = min(2 * pause, _LONGEST_PAUSE_S)


@contextmanager
def _sink(store: str | None, url: str | None, batch: int) -> Iterator[Send]:
    if url is not None:
        with open_client(url, os.environ) as client:
            yield lambda events: to_service(client, events, batch)
    else:
        with opened_store(store, os.environ, create=True) as opened:
            yield lambda events: into_store(opened, events, batch, LOCAL.name)
