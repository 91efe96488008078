"""``meshline forget``: take back all that was said of a dataset, job, run or namespace until now."""

import os
import sys
from typing import Annotated

import typer

from api.command_sinks import command_sink
from api.commands.options import (
    DryRunOption,
    JsonOption,
    StoreOption,
    UrlOption,
    WhenOption,
    WhyOption,
    instant_option,
)
from api.commands.output import console, print_json, print_line
from api.commands.taken_text import print_rehearsed, taken_text
from api.errors import UsageError
from catalog.entry import Status
from catalog.forget import FORGET, KINDS, Scope

KindArgument = Annotated[str, typer.Argument(metavar="|".join(KINDS), help="What kind of thing.")]
NamesArgument = Annotated[
    list[str],
    typer.Argument(metavar="NAME", help="Namespace and name of a dataset or job; a runId; a namespace."),
]
YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def forget(
    kind: KindArgument,
    names: NamesArgument,
    why: WhyOption = None,
    at: WhenOption = None,
    dry_run: DryRunOption = False,
    yes: YesOption = False,
    store: StoreOption = None,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Forget a dataset, job or run, or a whole namespace.

    As if nothing had been said of it until now.
    What says something of it later makes it anew; what comes late does not. It cannot be undone.
    """
    scope = _scope(kind, names)
    at_ns = instant_option(at, "--at")
    terms = {**scope.terms, "why": why}
    if not (dry_run or yes or _is_confirmed(scope)):
        raise typer.Abort
    with command_sink(store, url, os.environ) as sink:
        if dry_run:
            print_rehearsed(sink.rehearse(FORGET, terms, at_ns), _UNNAMED.format(scope), as_json=as_json)
            return
        receipt = sink.give(FORGET, terms, at_ns)
    if as_json:
        print_json(receipt)
    elif receipt.status is Status.QUARANTINED:
        print_line(console(), f"Not forgotten: {receipt.problems[-1].message}")
    else:
        went = taken_text(receipt.took or {})
        print_line(console(), f"Forgotten: {scope}. The command is log entry {receipt.hash[:12]}.")
        print_line(console(), f"Gone: {went}." if went else _UNNAMED.format(scope))


_UNNAMED = "Nothing in the log or the graph names {} yet; what comes late, of the time before, stays out."


def _is_confirmed(scope: Scope) -> bool:
    """Raises UsageError where nobody is there to answer, Abort where somebody breaks off."""
    try:
        return typer.confirm(f"Forget {scope}, and all that was said of it?", err=True)
    except typer.Abort as error:
        if sys.stdin.isatty():
            raise
        hint = "Say --yes to forget without being asked, --dry-run to see what would go."
        raise UsageError("Nobody answered: the input has ended. Nothing was forgotten.", hint) from error


def _scope(kind: str, names: list[str]) -> Scope:
    """Raises UsageError."""
    wanted = {"run": ("name",), "namespace": ("namespace",)}.get(kind, ("namespace", "name"))
    if kind not in KINDS or len(names) != len(wanted):
        hint = "Examples: forget dataset NAMESPACE NAME, forget run RUNID, forget namespace NAMESPACE."
        raise UsageError(f"{kind} {' '.join(names)} names nothing that can be forgotten.", hint)
    return Scope.of({"kind": kind, **dict(zip(wanted, names, strict=True))})
