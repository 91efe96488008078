"""``meshline replay``: the graph again from the log, into another store."""

import os
from typing import Annotated

import typer

from api.commands.options import JsonOption, StoreOption
from api.commands.output import console, error_console, print_json
from api.errors import UsageError
from api.settings import Settings
from api.target import is_same_store, opened_store
from catalog.projection import Projection
from ingest.replay import replay as replay_log

ToOption = Annotated[str, typer.Option("--to", metavar="URL", help="The store to fill.")]


def replay(to: ToOption, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """Interpret the log of a store again, into another store.

    It may be a store that other commands refuse because an older ontology or older folds have made it. Running
    it again completes a replay that was interrupted.
    """
    if is_same_store(Settings.from_environment(os.environ, store=store).store, to):
        raise UsageError("A store is not replayed into itself.", "Name a new store with --to.")
    with (
        opened_store(store, os.environ, of_any_ontology=True) as source,
        opened_store(to, os.environ, create=True) as target,
        error_console().status("Replaying") as status,
    ):
        done = replay_log(source, Projection(target), lambda done: status.update(f"Replayed {done} entries"))
    if as_json:
        print_json({"replayed": done})
        return
    console().print(f"Replayed {done} entries.", markup=False)
