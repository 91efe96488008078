"""``meshline findings``: where what is declared and what is observed differ."""

import os
from typing import Annotated

import typer
from rich.console import Console

from api import exit_codes
from api.answers import FindingAnswer, FindingsAnswer
from api.catalogue import open_catalogue
from api.commands.options import AsOfOption, JsonOption, StoreOption, UrlOption, instant_option
from api.commands.output import console, print_json, print_line
from api.questions import FindingsQuestion
from catalog.mesh.finding import SEVERITY_RANK, FindingKind, FindingSeverity

_LEVELS = "info|warn|error"
_STYLES = {"ERROR": "red", "WARN": "yellow", "INFO": None}

ProductOption = Annotated[
    str | None,
    typer.Option(
        "--product", metavar="NAME", help="Only of this product, or that touch it: its key, id or name."
    ),
]
DomainOption = Annotated[
    str | None, typer.Option("--domain", metavar="NAME", help="Only of this domain and its parts.")
]
KindOption = Annotated[
    list[FindingKind],
    typer.Option("--kind", metavar="KIND", help="Only of this kind; may be given several times."),
]
SeverityOption = Annotated[
    FindingSeverity | None,
    typer.Option(
        "--severity", metavar=_LEVELS, help="Only what matters at least so much.", case_sensitive=False
    ),
]
FailOption = Annotated[
    FindingSeverity | None,
    typer.Option(
        "--fail-on",
        metavar=_LEVELS,
        help="Exit with 1 if there is one at least so severe.",
        case_sensitive=False,
    ),
]
FirstOption = Annotated[
    int, typer.Option("--first", metavar="N", min=1, max=1_000, help="List at most so many, the worst first.")
]


def findings(
    product: ProductOption = None,
    domain: DomainOption = None,
    kind: KindOption = [],  # noqa: B006 (typer needs the value itself, and copies it)
    severity: SeverityOption = None,
    as_of: AsOfOption = None,
    fail_on: FailOption = None,
    first: FirstOption = 100,
    store: StoreOption = None,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> int:
    """List where what is declared and what is observed differ.

    Each comes with what to do and whom to tell; docs/findings.md explains the kinds.

    Exit codes: 0 told, 1 one is as severe as --fail-on says, 3 could not.
    """
    question = FindingsQuestion(product, domain, tuple(kind), severity, instant_option(as_of, "--as-of"))
    with open_catalogue(store, url, os.environ) as catalogue:
        answer = catalogue.findings(question, first)
    if as_json:
        print_json(answer)
    else:
        _show(console(), answer)
    return exit_codes.FOUND if _fails(answer, fail_on) else exit_codes.OK


def _fails(answer: FindingsAnswer, least: FindingSeverity | None) -> bool:
    return least is not None and any(
        count and SEVERITY_RANK[FindingSeverity(word)] >= SEVERITY_RANK[least]
        for word, count in answer.by_severity.items()
    )


def _show(out: Console, answer: FindingsAnswer) -> None:
    for one in answer.items:
        _show_one(out, one)
    if not answer.total:
        print_line(out, "Nothing differs.")
        return
    counts = ", ".join(f"{count} {word}" for word, count in answer.by_severity.items() if count)
    shown = "" if len(answer.items) == answer.total else f"; the first {len(answer.items)} are shown"
    print_line(out, f"{answer.total} finding{'' if answer.total == 1 else 's'}: {counts}{shown}.")


def _show_one(out: Console, one: FindingAnswer) -> None:
    since = "" if one.since is None else f"  since {one.since}"
    print_line(out, f"{one.severity}  {one.kind}{since}", _STYLES[one.severity])
    print_line(out, f"  {one.message}")
    print_line(out, f"  To do: {one.remedy}")
    if one.tell:
        print_line(out, f"  Tell: {', '.join(one.tell)}")
    print_line(out, "")
