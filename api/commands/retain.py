"""``meshline retain``: take away what ended long ago."""

import os
import time
from datetime import timedelta
from typing import Annotated

import typer

from api.command_sinks import command_sink
from api.commands.options import DryRunOption, JsonOption, StoreOption, UrlOption, WhyOption
from api.commands.output import console, print_json, print_line
from api.commands.taken_text import print_rehearsed, taken_text
from api.durations import read_duration
from catalog.entry import Status
from catalog.instant import format_instant
from catalog.retention import RETAIN

OlderOption = Annotated[
    str, typer.Option("--older-than", metavar="DURATION", help="Such as P90D: what ended before that.")
]
KeepOption = Annotated[
    int, typer.Option("--keep-runs", metavar="N", min=0, help="Keep the N latest runs of each job.")
]


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

    That is runs, replaced values of facets, schemas and lineage, and the content of the
    events that told them.
    What holds then or later never changes. It cannot be undone.
    """
    before_ns = time.time_ns() - _nanoseconds(read_duration(older_than, "--older-than"))
    terms = {"before": format_instant(before_ns), "keepRuns": keep_runs, "why": why}
    with command_sink(store, url, os.environ) as sink:
        if dry_run:
            print_rehearsed(sink.rehearse(RETAIN, terms, None), "Nothing would go.", as_json=as_json)
            return
        receipt = sink.give(RETAIN, terms, None)
    if as_json:
        print_json(receipt)
    elif receipt.status is Status.QUARANTINED:
        print_line(console(), f"Nothing went: {receipt.problems[-1].message}")
    else:
        went = taken_text(receipt.took or {}) or "nothing; what comes late will not stay either"
        print_line(console(), f"Gone: {went}. The command is log entry {receipt.hash[:12]}.")


def _nanoseconds(duration: timedelta) -> int:
    return (duration.days * 86_400 + duration.seconds) * 1_000_000_000
