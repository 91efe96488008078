"""``meshline lineage``: what a dataset, field or job leads to or comes from."""

import os
from typing import Annotated

import typer
from rich.console import Console

from api.answers import Coverage, LineageAnswer
from api.catalogue import open_catalogue
from api.commands.options import JsonOption, StoreOption, UrlOption
from api.commands.output import console, print_json, table
from api.errors import UsageError
from api.naming import resolve
from api.questions import LineageQuestion
from catalog.coverage import spoken
from catalog.graph import Direction
from catalog.instant import InvalidInstant, parse_instant
from catalog.lineage_steps import Level

OfArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="NAME…",
        help="Datasets, fields or jobs: a key, NAMESPACE/NAME, NAMESPACE/NAME#FIELD, or a name alone.",
    ),
]
UpstreamOption = Annotated[bool, typer.Option("--upstream", help="What it comes from.")]
DownstreamOption = Annotated[bool, typer.Option("--downstream", help="What it leads to. [default]")]
DepthOption = Annotated[
    int | None,
    typer.Option("--depth", min=0, metavar="HOPS", help="Hops to walk. [default: all]", show_default=False),
]
LevelOption = Annotated[
    Level, typer.Option("--level", case_sensitive=False, help="Walk between datasets, fields or jobs.")
]
AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of", metavar="TIME", help="As it was then (ISO 8601). [default: now]", show_default=False
    ),
]


def lineage(
    of: OfArgument,
    upstream: UpstreamOption = False,
    downstream: DownstreamOption = False,
    depth: DepthOption = None,
    level: LevelOption = Level.DATASET,
    as_of: AsOfOption = None,
    store: StoreOption = None,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show lineage downstream, upstream or (with both) both ways."""
    at = _instant(as_of)
    with open_catalogue(store, url, os.environ) as catalogue:
        roots = tuple(resolve(catalogue, name) for name in of)
        answer = catalogue.lineage(LineageQuestion(roots, _direction(upstream, downstream), level, depth, at))
    if as_json:
        print_json(answer)
    else:
        _show(console(), answer)


def _direction(upstream: bool, downstream: bool) -> Direction:
    if upstream:
        return Direction.BOTH if downstream else Direction.IN
    return Direction.OUT


def _instant(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return parse_instant(text).ns
    except InvalidInstant as error:
        raise UsageError(f"--as-of: {error}.", "Write it like 2026-01-31T12:00:00Z.") from error


def _show(out: Console, answer: LineageAnswer) -> None:
    when = "" if answer.as_of is None else f" as of {answer.as_of}"
    out.print(f"{answer.direction.capitalize()} of {', '.join(map(spoken, answer.of))}{when}", markup=False)
    out.print(table(("hops", "kind", "name"), [(node.hops, node.kind, node.name) for node in answer.nodes]))
    if answer.edges:
        rows = [
            (spoken(edge.source), spoken(edge.target), "" if edge.job is None else spoken(edge.job), edge.use)
            for edge in answer.edges
        ]
        uses = any(edge.use for edge in answer.edges)
        columns = ("from", "to", "by job", "use")
        out.print(
            table(
                columns if uses else columns[:3], rows if uses else [row[:3] for row in rows], title="\nEdges"
            )
        )
    show_coverage(out, answer.coverage)


def show_coverage(out: Console, coverage: Coverage) -> None:
    """What an answer does not know."""
    out.print(f"\nCoverage: {coverage.status}", markup=False)
    for reason in coverage.reasons:
        out.print(f"  {reason.message}", markup=False)
