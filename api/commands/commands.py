"""``meshline commands``: what operators have told the catalog to do."""

import os

from api.catalogue import open_catalogue
from api.commands.options import JsonOption, StoreOption, UrlOption
from api.commands.output import console, print_json, table


def commands(store: StoreOption = None, url: UrlOption = None, as_json: JsonOption = False) -> None:
    """List the operators' commands that are in force."""
    with open_catalogue(store, url, os.environ) as catalogue:
        found = catalogue.commands()
    if as_json:
        print_json(found)
        return
    if not found:
        console().print("No operator has given a command.")
        return
    rows = [(one.at, one.command, one.about, one.by, one.why, one.hash[:12]) for one in found]
    console().print(table(("at", "command", "about", "by", "why", "entry"), rows))
