"""``meshline search``: datasets, fields and jobs by the words of their names, descriptions and fields."""

import os
from enum import StrEnum
from typing import Annotated

import typer

from api.catalogue import open_catalogue
from api.commands.options import JsonOption, StoreOption, UrlOption
from api.commands.output import console, print_json, table


class Kind(StrEnum):
    """What can be searched for."""

    DATASET = "Dataset"
    JOB = "Job"


TextArgument = Annotated[
    str, typer.Argument(metavar="TEXT", help="Words, or beginnings of words; all must match.")
]
KindOption = Annotated[
    list[Kind],
    typer.Option(
        "--kind", metavar="dataset|job", case_sensitive=False, help="Only this kind. [default: both]"
    ),
]
NamespaceOption = Annotated[
    str | None,
    typer.Option("--namespace", metavar="NAME", help="Only in this namespace.", show_default=False),
]
FirstOption = Annotated[
    int, typer.Option("--first", metavar="N", min=1, max=100, help="List at most so many.")
]


def search(
    text: TextArgument,
    kind: KindOption = [],  # noqa: B006 (typer needs the value itself, and copies it)
    namespace: NamespaceOption = None,
    first: FirstOption = 20,
    store: StoreOption = None,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Search the catalog, the best matches first."""
    with open_catalogue(store, url, os.environ) as catalogue:
        answer = catalogue.search(text, list(kind), namespace, first)
    if as_json:
        print_json(answer)
        return
    out = console()
    if not answer.items:
        out.print(f"Nothing matches {text!r}.", markup=False)
        return
    rows = [(hit.kind, hit.namespace, hit.name, hit.description) for hit in answer.items]
    out.print(table(("kind", "namespace", "name", "description"), rows))
    if answer.total > len(answer.items):
        out.print(f"{len(answer.items)} of {answer.total} (--first lists more).")
