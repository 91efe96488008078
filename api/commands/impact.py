"""``meshline impact``: what breaks if a dataset is changed. Its exit code states the verdict, always."""

import os
from dataclasses import replace
from typing import Annotated

import typer
from rich.console import Console

from api import exit_codes
from api.answers import ImpactAnswer
from api.catalogue import open_catalogue
from api.commands import impact_changes as changes
from api.commands.coverage import show_coverage
from api.commands.impact_text import impact_lines
from api.commands.options import JsonOption, StoreOption, UrlOption
from api.commands.output import console, print_json, print_line
from api.naming import resolve_dataset
from catalog.impact.severity import Verdict

EXIT_CODES = {
    Verdict.SAFE: exit_codes.OK,
    Verdict.BLOCK: exit_codes.BLOCK,
    Verdict.REVIEW: exit_codes.REVIEW,
}

RoutesOption = Annotated[
    bool, typer.Option("--routes", help="Show a shortest route to every item, not only to what breaks.")
]
FirstOption = Annotated[
    int, typer.Option("--first", metavar="N", min=1, max=10_000, help="List at most so many items.")
]


def impact(
    dataset: changes.DatasetArgument = None,
    drop: changes.DropOption = [],  # noqa: B006 (typer needs the value itself, and copies it)
    rename: changes.RenameOption = [],  # noqa: B006
    retype: changes.RetypeOption = [],  # noqa: B006
    add: changes.AddOption = [],  # noqa: B006
    nullable: changes.NullableOption = [],  # noqa: B006
    required: changes.RequiredOption = [],  # noqa: B006
    values: changes.ValuesOption = [],  # noqa: B006
    drop_dataset: changes.DropDatasetOption = False,
    move: changes.MoveOption = None,
    ddl: changes.DdlOption = [],  # noqa: B006
    contract: changes.ContractOption = [],  # noqa: B006
    manifest: changes.ManifestOption = [],  # noqa: B006
    schema: changes.SchemaOption = None,
    events: changes.EventsOption = [],  # noqa: B006
    base: changes.BaseOption = [],  # noqa: B006
    dialect: changes.DialectOption = None,
    other_target: changes.OtherTargetOption = False,
    routes: RoutesOption = False,
    first: FirstOption = 500,
    store: StoreOption = None,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> int:
    """Say what a change of a dataset would do, without doing it.

    Exit codes: 0 safe, 1 block, 2 review, 3 could not decide (also wrong usage).
    """
    given = changes.given_by(
        changes.Asked(
            *(dataset, drop, rename, retype, add, nullable, required, values, drop_dataset, move),
            *(ddl, contract, manifest, schema, events, base, dialect, other_target),
        )
    )
    with open_catalogue(store, url, os.environ) as catalogue:
        if dataset is not None:
            given = replace(given, dataset=resolve_dataset(catalogue, dataset))
        answer = catalogue.impact(given, first)
    if as_json:
        print_json(answer)
    else:
        _show(console(), answer, routes)
    return EXIT_CODES[Verdict(answer.verdict)]


def _show(out: Console, answer: ImpactAnswer, routes: bool) -> None:
    for line in impact_lines(answer, out.width, routes=routes):
        print_line(out, *line)
    show_coverage(out, answer.coverage)
