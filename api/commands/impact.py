"""``meshline impact``: what breaks if a dataset is changed. Its exit code states the verdict, always."""

import os
from typing import Annotated

import typer
from rich.console import Console

from api import exit_codes
from api.answers import ImpactAnswer, ImpactItem
from api.catalogue import open_catalogue
from api.commands.lineage import show_coverage
from api.commands.options import JsonOption, StoreOption, UrlOption
from api.commands.output import console, print_json, table
from api.naming import DATASETS, resolve
from api.spoken_changes import read_changes
from catalog.coverage import spoken
from catalog.identity import DatasetId
from catalog.impact_change import ProposedChange
from catalog.impact_rules import Verdict

EXIT_CODES = {
    Verdict.SAFE: exit_codes.OK,
    Verdict.BLOCK: exit_codes.BLOCK,
    Verdict.REVIEW: exit_codes.REVIEW,
}
_COLOURS = {Verdict.SAFE: "green", Verdict.REVIEW: "yellow", Verdict.BLOCK: "red"}

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
FirstOption = Annotated[int, typer.Option("--first", min=1, max=10_000, help="List at most so many items.")]


def impact(
    dataset: DatasetArgument,
    drop: DropOption = [],  # noqa: B006 (typer needs the value itself, and copies it)
    rename: RenameOption = [],  # noqa: B006
    retype: RetypeOption = [],  # noqa: B006
    drop_dataset: DropDatasetOption = False,
    first: FirstOption = 100,
    store: StoreOption = None,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> int:
    """Say what a change of a dataset would do, without doing it.

    Exit codes: 0 safe, 1 block, 2 review, 3 could not decide (also wrong usage).
    """
    changes = read_changes(drop, rename, retype, drop_dataset)
    with open_catalogue(store, url, os.environ) as catalogue:
        key = resolve(catalogue, dataset, DATASETS)
        answer = catalogue.impact(ProposedChange(key, changes), first)
    if as_json:
        print_json(answer)
    else:
        _show(console(), answer)
    return EXIT_CODES[Verdict(answer.verdict)]


def _show(out: Console, answer: ImpactAnswer) -> None:
    verdict = Verdict(answer.verdict)
    out.print(f"{spoken(answer.dataset)}: {', '.join(answer.changes)}", markup=False)
    out.print(f"Verdict: {verdict}", style=f"bold {_COLOURS[verdict]}", markup=False)
    near = _namespace(answer.dataset)
    if answer.items:
        rows = [
            (item.severity, item.certainty, item.hops, item.kind, item.name, _route(item, near))
            for item in answer.items
        ]
        out.print(table(("severity", "certainty", "hops", "kind", "name", "route"), rows, title=" "))
        if answer.total > len(answer.items):
            out.print(f"… and {answer.total - len(answer.items)} more (--first lists more).")
    else:
        out.print("Nothing is affected.")
    show_coverage(out, answer.coverage)


def _route(item: ImpactItem, near: str) -> str:
    """``source -(job, DIRECT)-> target`` hop by hop; names without the namespace of the changed dataset."""
    if not item.route:
        return ""
    text = _short(item.route[0].source, near)
    for step in item.route:
        job = "" if step.job is None or step.job == step.target else _short(step.job, near)
        how = ", ".join(part for part in (job, step.use) if part)
        text += f" -({how})-> {_short(step.target, near)}" if how else f" -> {_short(step.target, near)}"
    return text


def _namespace(dataset: str) -> str:
    try:
        return DatasetId.parse(dataset).namespace
    except ValueError:  # a key that was hashed for its length
        return ""


def _short(key: str, near: str) -> str:
    return spoken(key).removeprefix(f"{near}/")
