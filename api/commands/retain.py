"""``meshline retain``: take away what ended long ago."""

import os
import time
from datetime import timedelta
from typing import Annotated

import typer

from api.command_sinks import command_sink
from api.commands.lines import plural
from api.commands.options import JsonOption, StoreOption, UrlOption, WhyOption
from api.commands.output import console, print_json, print_line
from api.durations import read_duration
from api.errors import UsageError
from catalog.entry import Status

OlderOption = Annotated[
    str, typer.Option("--older-than", metavar="DURATION", help="Such as P90D: what ended before that.")
]
KeepOption = Annotated[
    int, typer.Option("--keep-runs", metavar="N", min=0, help="Keep the N latest runs of each job.")
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Say what would go; take nothing away.")]


def retain(
    older_than: OlderOption,
    keep_runs: KeepOption = 1,
    why: WhyOption = None,
    dry_run: DryRunOption = False,
    store: StoreOption = None,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take away what ended before a time.

    That is history, runs, and the bodies of the events that told them.
    What holds then or later never changes. It cannot be undone.
    """
    if dry_run and url is not None:
        raise UsageError("--dry-run asks a store.", "Name the store with --store.")
    before_ns = time.time_ns() - _nanoseconds(read_duration(older_than, "--older-than"))
    with command_sink(store, url, os.environ) as sink:
        if dry_run:
            taken = sink.rehearse_retain(before_ns, keep_runs)
            if as_json:
                print_json({"runs": taken.runs, "observations": taken.observations, "bodies": taken.bodies})
                return
            sights = f"{plural(taken.observations, 'sight')} of datasets and jobs"
            bodies = f"the bodies of {plural(taken.bodies, 'event')}"
            print_line(console(), f"Would go: {plural(taken.runs, 'run')}, {sights}, {bodies}.")
            return
        receipt = sink.retain(before_ns, keep_runs, why)
    if as_json:
        print_json(receipt)
    elif receipt.status is Status.QUARANTINED:
        print_line(console(), f"Nothing went: {receipt.problems[-1].message}")
    else:
        print_line(console(), f"Gone: what ended before. The command is log entry {receipt.hash[:12]}.")


def _nanoseconds(duration: timedelta) -> int:
    return (duration.days * 86_400 + duration.seconds) * 1_000_000_000
