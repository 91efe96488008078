"""``meshline impact``: what breaks if a dataset is changed. Its exit code states the verdict, unless told otherwise."""

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from api import exit_codes
from api.against import open_asked
from api.commands import impact_changes as changes
from api.commands.coverage import show_coverage
from api.commands.options import AgainstOption, AsOfOption, JsonOption, StoreOption, UrlOption, instant_option
from api.commands.output import console, error_console, print_line
from api.errors import ApiError, UsageError
from api.impact_answer import ImpactAnswer
from api.impact_question import FIRST, MAX_FIRST, ImpactQuestion
from api.impact_views.formats import Format, rendered
from api.impact_views.text import impact_lines, impact_text
from api.impact_views.verdicts import FailOn, exit_code
from api.naming import resolve_dataset
from catalog.impact.facets import ItemFilter
from catalog.impact.severity import Severity
from ingest.errors import EmptyChange, IngestError
from ingest.proposals.documents import Given
from ontology.vocabulary import Origin

_FILE_WIDTH = 100

RoutesOption = Annotated[
    bool, typer.Option("--routes", help="Show the routes to every item, not only one to what breaks.")
]
FirstOption = Annotated[
    int, typer.Option("--first", metavar="N", min=1, max=MAX_FIRST, help="List at most so many items.")
]
SeverityOption = Annotated[
    list[Severity],
    typer.Option(
        "--severity",
        metavar="WORD",
        help="List only items of this severity; may be given again.",
        case_sensitive=False,
    ),
]
OwnerOption = Annotated[
    list[str],
    typer.Option(
        "--owner", metavar="KEY", help="List only items of this owner (team/…); may be given again."
    ),
]
DomainOption = Annotated[
    list[str],
    typer.Option(
        "--domain", metavar="KEY", help="List only items of this domain (domain/…); may be given again."
    ),
]
OriginsOption = Annotated[
    list[Origin],
    typer.Option(
        "--origins",
        metavar="ORIGIN",
        help="Follow only lineage of this origin (OBSERVED, PARSED, …); may be given again.",
        case_sensitive=False,
    ),
]
FailOption = Annotated[
    FailOn,
    typer.Option(
        "--fail-on",
        metavar="review|block|never",
        help="Which verdicts are an exit code other than 0; 3 stays 3.",
        case_sensitive=False,
    ),
]
AllowEmptyOption = Annotated[
    bool,
    typer.Option(
        "--allow-empty", help="End with 0 where nothing changes; else that is 3, as there is no answer."
    ),
]
FormatOption = Annotated[
    Format | None,
    typer.Option(
        "--format",
        metavar="text|markdown|json|sarif|csv|html",
        help="The form of the answer. [default: text]",
        show_default=False,
        case_sensitive=False,
    ),
]
OutputOption = Annotated[
    str | None,
    typer.Option(
        "--output", metavar="FILE", help="Write to this file. [default: standard output]", show_default=False
    ),
]

ProposalOption = Annotated[
    str | None,
    typer.Option(
        "--proposal",
        metavar="ID",
        help="The change of this stored proposal (meshline proposal list), in place of one that is named.",
        show_default=False,
    ),
]


@changes.taking_changes
def impact(
    *,
    asked: changes.Asked,
    proposal: ProposalOption = None,
    fail_on: FailOption = FailOn.REVIEW,
    allow_empty: AllowEmptyOption = False,
    format_: FormatOption = None,
    output: OutputOption = None,
    routes: RoutesOption = False,
    first: FirstOption = FIRST,
    severity: SeverityOption = [],  # noqa: B006
    owner: OwnerOption = [],  # noqa: B006
    domain: DomainOption = [],  # noqa: B006
    as_of: AsOfOption = None,
    origins: OriginsOption = [],  # noqa: B006
    against: AgainstOption = None,
    store: StoreOption = None,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> int:
    """Say what a change of a dataset would do, without doing it.

    Exit codes: 0 safe, 1 block, 2 review, 3 could not decide (also wrong usage).
    """
    form = _form(format_, as_json)
    given = _given(asked, proposal)
    where = ItemFilter(severity=_some(severity), owner=_some(owner), domain=_some(domain))
    at = instant_option(as_of, "--as-of")
    with open_asked(store, url, against, os.environ) as who:
        if given.dataset is not None:
            given = replace(given, dataset=resolve_dataset(who.catalogue, given.dataset))
        question = ImpactQuestion(given, at, _some(origins), where, first, proposal=proposal)
        try:
            answer = who.catalogue.impact(question)
        except (ApiError, IngestError) as error:
            if not allow_empty or error.code != EmptyChange.code:
                raise
            print_line(error_console(), error.message)
            return exit_codes.OK
    if who.note is not None:
        print_line(error_console(), who.note)
    if output is None:
        _show(answer, form, routes)
    else:
        _write(Path(output), answer, form)
    return exit_code(answer.verdict, fail_on)


def _given(asked: changes.Asked, proposal: str | None) -> Given:
    """What the options give; nothing where a stored proposal is named."""
    if proposal is None:
        return changes.given_by(asked)
    if not asked.is_empty:
        raise UsageError(
            "--proposal excludes a change that is named beside it.",
            "Ask for the stored one alone, or leave --proposal out.",
        )
    return Given()


def _form(format_: Format | None, as_json: bool) -> Format:
    if as_json and format_ not in (None, Format.JSON):
        raise UsageError(f"--json and --format {format_} exclude each other.", "Leave one of them out.")
    return Format.JSON if as_json else format_ or Format.TEXT


def _some(values: list[str] | list[Severity] | list[Origin]) -> frozenset[str] | None:
    return frozenset(map(str, values)) or None


def _show(answer: ImpactAnswer, form: Format, routes: bool) -> None:
    if form is Format.TEXT:
        _show_text(console(), answer, routes)
        return
    sys.stdout.write(rendered(answer, form))


def _show_text(out: Console, answer: ImpactAnswer, routes: bool) -> None:
    for line in impact_lines(answer, out.width, routes=routes):
        print_line(out, *line)
    show_coverage(out, answer.coverage)


def _write(path: Path, answer: ImpactAnswer, form: Format) -> None:
    text = f"{impact_text(answer, _FILE_WIDTH)}\n" if form is Format.TEXT else rendered(answer, form)
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.", "Name another file.") from error
