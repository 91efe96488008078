"""``meshline commands``: what operators have told the catalog to do."""

import os
from typing import Annotated

import typer

from api.catalogue import open_catalogue
from api.commands.options import JsonOption, StoreOption, UrlOption
from api.commands.output import console, print_json, table

AllOption = Annotated[bool, typer.Option("--all", help="Also those of which a later one took the place.")]


def commands(
    all_: AllOption = False,
    store: StoreOption = None,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the operators' commands that are in force."""
    with open_catalogue(store, url, os.environ) as catalogue:
        found = catalogue.commands(superseded=all_)
    if as_json:
        print_json(found)
        return
    if not found:
        console().print("No operator has given a command.")
        return
    columns = ["at", "command", "about", "by", "why", "entry"]
    rows = [[one.at, one.command, one.about, one.by, one.why, one.hash[:12]] for one in found]
    if all_:
        columns.append("superseded by")
        for row, one in zip(rows, found, strict=True):
            row.append(one.superseded_by and one.superseded_by[:12])
    console().print(table(columns, rows))
