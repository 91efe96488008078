"""``meshline impact``: what breaks if a dataset is changed. Its exit code states the verdict, always."""

import os
from typing import Annotated

import typer
from rich.console import Console

from api import exit_codes
from api.answers import ImpactAnswer
from api.catalogue import open_catalogue
from api.commands.coverage import show_coverage
from api.commands.impact_text import impact_lines
from api.commands.options import JsonOption, StoreOption, UrlOption
from api.commands.output import console, print_json, print_line
from api.naming import resolve_dataset
from api.spoken_changes import read_changes
from catalog.impact.change import Proposal
from catalog.impact.severity import Verdict

EXIT_CODES = {
    Verdict.SAFE: exit_codes.OK,
    Verdict.BLOCK: exit_codes.BLOCK,
    Verdict.REVIEW: exit_codes.REVIEW,
}

DatasetArgument = Annotated[
    str, typer.Argument(metavar="DATASET", help="The dataset: a key, NAMESPACE/NAME, or a name alone.")
]
DropOption = Annotated[list[str], typer.Option("--drop", metavar="COL", help="This column goes away.")]
RenameOption = Annotated[
    list[str], typer.Option("--rename", metavar="OLD=NEW", help="This column is renamed.")
]
RetypeOption = Annotated[
    list[str], typer.Option("--retype", metavar="COL=TYPE", help="This column gets another type.")
]
DropDatasetOption = Annotated[bool, typer.Option("--drop-dataset", help="The whole dataset goes away.")]
RoutesOption = Annotated[
    bool, typer.Option("--routes", help="Show a shortest route to every item, not only to what breaks.")
]
FirstOption = Annotated[
    int, typer.Option("--first", metavar="N", min=1, max=10_000, help="List at most so many items.")
]


def impact(
    dataset: DatasetArgument,
    drop: DropOption = [],  # noqa: B006 (typer needs the value itself, and copies it)
    rename: RenameOption = [],  # noqa: B006
    retype: RetypeOption = [],  # noqa: B006
    drop_dataset: DropDatasetOption = False,
    routes: RoutesOption = False,
    first: FirstOption = 500,
    store: StoreOption = None,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> int:
    """Say what a change of a dataset would do, without doing it.

    Exit codes: 0 safe, 1 block, 2 review, 3 could not decide (also wrong usage).
    """
    read_changes("", drop, rename, retype, drop_dataset)  # what is wrong is said before a store is opened
    with open_catalogue(store, url, os.environ) as catalogue:
        key = resolve_dataset(catalogue, dataset)
        changes = read_changes(key, drop, rename, retype, drop_dataset)
        answer = catalogue.impact(Proposal(changes), first)
    if as_json:
        print_json(answer)
    else:
        _show(console(), answer, routes)
    return EXIT_CODES[Verdict(answer.verdict)]


def _show(out: Console, answer: ImpactAnswer, routes: bool) -> None:
    for line in impact_lines(answer, out.width, routes=routes):
        print_line(out, *line)
    show_coverage(out, answer.coverage)
