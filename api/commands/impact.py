"""``meshline impact``: what breaks if a dataset is changed. Its exit code states the verdict, always."""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
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
RoutesOption = Annotated[bool, typer.Option("--routes", help="Show a shortest route to each item.")]
FirstOption = Annotated[int, typer.Option("--first", min=1, max=10_000, help="List at most so many items.")]


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
    changes = read_changes(drop, rename, retype, drop_dataset)
    with open_catalogue(store, url, os.environ) as catalogue:
        key = resolve(catalogue, dataset, DATASETS)
        answer = catalogue.impact(ProposedChange(key, changes), first)
    if as_json:
        print_json(answer)
    else:
        _show(console(), answer, routes)
    return EXIT_CODES[Verdict(answer.verdict)]


def _show(out: Console, answer: ImpactAnswer, routes: bool) -> None:
    verdict = Verdict(answer.verdict)
    out.print(f"{spoken(answer.dataset)}: {', '.join(answer.changes)}", markup=False)
    out.print(f"Verdict: {verdict}", style=f"bold {_COLOURS[verdict]}", markup=False)
    if answer.items:
        out.print(_counts(answer.items), markup=False)
        rows = list(_routed(answer) if routes else _told(answer.items))
        last = "route" if routes else "why"
        out.print(table(("severity", "certainty", "hops", "kind", "name", last), rows, title=" "))
        if answer.total > len(answer.items):
            out.print(f"… and {answer.total - len(answer.items)} more (--first lists more).")
    else:
        out.print("Nothing is affected.")
    show_coverage(out, answer.coverage)


def _counts(items: Sequence[ImpactItem]) -> str:
    """``1 BREAKS (1 job), 40 STALE (13 jobs, 12 datasets, 15 fields)``, worst first."""
    found: dict[str, Counter[str]] = {}
    for item in items:
        found.setdefault(item.severity, Counter())[item.kind.lower()] += 1
    return ", ".join(
        f"{kinds.total()} {severity} ({', '.join(_plural(n, kind) for kind, n in kinds.most_common())})"
        for severity, kinds in found.items()
    )


def _plural(count: int, kind: str) -> str:
    return f"{count} {kind}" if count == 1 else f"{count} {kind}s"


def _told(items: Sequence[ImpactItem]) -> Iterator[tuple[object, ...]]:
    """Rows with the reason; the fields of a listed dataset that fare alike stand in one row under it."""
    listed = {item.name for item in items}
    fields: dict[str, dict[tuple[str, str, int, str], list[str]]] = {}
    for item in items:
        home, path = _field(item)
        if home in listed:
            alike = (item.severity, item.certainty, item.hops, _why(item))
            fields.setdefault(home, {}).setdefault(alike, []).append(f"#{path}")
    for item in items:
        if _field(item)[0] in listed:
            continue
        yield (item.severity, item.certainty, item.hops, item.kind, item.name, _why(item))
        for (severity, certainty, hops, why), paths in fields.get(item.name, {}).items():
            kind = "Field" if len(paths) == 1 else f"{len(paths)} fields"
            same = why == _why(item)
            yield (severity, certainty, hops, kind, "  " + ", ".join(paths), "" if same else why)


def _field(item: ImpactItem) -> tuple[str, str]:
    """The dataset and the path of a field; ("", "") for other kinds."""
    if item.kind != "Field":
        return "", ""
    home, _, path = item.name.partition("#")
    return home, path


def _why(item: ImpactItem) -> str:
    """The reason without its subject, which stands beside it."""
    return item.reason.removeprefix(f"{item.kind} {item.name} ")


def _routed(answer: ImpactAnswer) -> Iterator[tuple[object, ...]]:
    near = _namespace(answer.dataset)
    for item in answer.items:
        yield (item.severity, item.certainty, item.hops, item.kind, item.name, _route(item, near))


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
