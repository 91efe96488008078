"""``meshline lineage``: what a dataset, field or job leads to or comes from."""

import os
import time
from typing import Annotated

import typer
from rich.console import Console

from api.answers import LineageAnswer
from api.catalogue import open_catalogue
from api.commands.coverage import show_coverage
from api.commands.diff_text import diff_lines
from api.commands.lineage_text import lineage_lines
from api.commands.options import AsOfOption, JsonOption, StoreOption, UrlOption, instant_option
from api.commands.output import console, print_json, print_line
from api.errors import UsageError
from api.naming import resolve_root
from api.questions import LineageQuestion
from catalog.graph import Direction
from catalog.instant import is_future
from catalog.walks import Level

OfArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="NAME",
        help="Datasets, fields or jobs: a key, NAMESPACE/NAME, NAMESPACE/NAME#FIELD, or a name alone; "
        "products and domains at their levels.",
    ),
]
UpstreamOption = Annotated[bool, typer.Option("--upstream", help="What it comes from.")]
DownstreamOption = Annotated[bool, typer.Option("--downstream", help="What it leads to. [default]")]
DepthOption = Annotated[
    int | None,
    typer.Option(
        "--depth", min=0, metavar="HOPS", help="Walk at most so many hops. [default: all]", show_default=False
    ),
]
LevelOption = Annotated[
    Level,
    typer.Option(
        "--level",
        metavar="dataset|field|job|product|domain",
        case_sensitive=False,
        show_default=False,
        help="Walk between datasets, fields, jobs, products or domains. [default: dataset]",
    ),
]
DiffOption = Annotated[
    tuple[str, str] | None,
    typer.Option(
        "--diff",
        metavar="FROM TO",
        help="What changed between two times (ISO 8601; TO may be now): edges, schemas and facets.",
        show_default=False,
    ),
]
EdgesOption = Annotated[bool, typer.Option("--edges", help="Show too how each leads to the next.")]


def lineage(
    of: OfArgument,
    upstream: UpstreamOption = False,
    downstream: DownstreamOption = False,
    depth: DepthOption = None,
    level: LevelOption = Level.DATASET,
    as_of: AsOfOption = None,
    diff: DiffOption = None,
    edges: EdgesOption = False,
    store: StoreOption = None,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show lineage downstream, upstream or (with both) both ways."""
    if diff is not None:
        if as_of is not None:
            raise UsageError("--diff has its own times.", "Leave out --as-of.")
        _diff(of, _direction(upstream, downstream), level, depth, diff, store, url, as_json)
        return
    at = instant_option(as_of, "--as-of")
    with open_catalogue(store, url, os.environ) as catalogue:
        roots = tuple(resolve_root(catalogue, name, level) for name in of)
        answer = catalogue.lineage(LineageQuestion(roots, _direction(upstream, downstream), level, depth, at))
    if as_json:
        print_json(answer)
    else:
        _show(console(), answer, edges)


def _direction(upstream: bool, downstream: bool) -> Direction:
    if upstream:
        return Direction.BOTH if downstream else Direction.IN
    return Direction.OUT


def _diff(
    of: list[str],
    direction: Direction,
    level: Level,
    depth: int | None,
    times: tuple[str, str],
    store: str | None,
    url: str | None,
    as_json: bool,
) -> None:
    since, until = (instant_option(None if text == "now" else text, "--diff") for text in times)
    if since is None:
        raise UsageError("--diff begins now.", "Give the earlier time first.")
    if until is not None and until < since:
        raise UsageError("--diff ends before it begins.", "Give the earlier time first.")
    for text, time_ in zip(times, (since, until), strict=True):
        if time_ is not None and is_future(time_, time.time_ns()):
            raise UsageError(
                f"--diff: {text} is in the future.", "Nothing is known of it; for now write now."
            )
    with open_catalogue(store, url, os.environ) as catalogue:
        roots = tuple(resolve_root(catalogue, name, level) for name in of)
        answer = catalogue.lineage_diff(LineageQuestion(roots, direction, level, depth, until), since)
    if as_json:
        print_json(answer)
        return
    out = console()
    for line in diff_lines(answer):
        print_line(out, *line)
    show_coverage(out, answer.coverage_before, "Coverage before")
    show_coverage(out, answer.coverage_after, "Coverage after")


def _show(out: Console, answer: LineageAnswer, edges: bool) -> None:
    for line in lineage_lines(answer, out.width, edges=edges):
        print_line(out, *line)
    show_coverage(out, answer.coverage)
