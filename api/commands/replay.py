"""``meshline replay``: the graph again from the log, in place or into another store."""

import os
from typing import Annotated

import typer

from api.commands.compared import ScratchOption, as_answer, entries, rebuilt_in_place, summary
from api.commands.options import JsonOption, StoreOption
from api.commands.output import console, error_console, print_json, print_line
from api.errors import UsageError
from api.settings import Settings
from api.target import existing_store, is_same_store, opened_store
from catalog.projection import Projection
from ingest.derivation.settle import settle
from ingest.replay import interpret_again
from ingest.replay import replay as replay_log

ToOption = Annotated[
    str | None,
    typer.Option(
        "--to", metavar="URL", help="Another store to fill. [default: the store itself]", show_default=False
    ),
]


def replay(
    to: ToOption = None,
    store: StoreOption = None,
    scratch: ScratchOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a graph anew from its log, in place or in another store.

    In place the replay goes on beside the graph, then what differs is written. Reads go on all the while; while that is
    written, who sends events is told to send them again. With --to the store may be one that other commands refuse
    because an older ontology or older folds have made it.

    Running it again completes a replay that was interrupted.
    """
    if to is None:
        _in_place(store, scratch, as_json)
        return
    if is_same_store(Settings.from_environment(os.environ, store=store).store, to):
        raise UsageError(
            "A store is not replayed into itself.", "Leave out --to: then it is made anew in place."
        )
    with (
        opened_store(store, os.environ, of_any_ontology=True) as source,
        opened_store(to, os.environ, create=True) as target,
        error_console().status("Replaying") as status,
    ):
        done = replay_log(
            source,
            Projection(target, interpret_again),
            lambda done: status.update(f"Replayed {entries(done)}"),
        )
        settle(target, progress=lambda jobs: status.update(f"Derived lineage from the SQL of {jobs} jobs"))
    if as_json:
        print_json({"replayed": done.entries, "quarantined": done.quarantined})
        return
    print_line(console(), f"Replayed {entries(done.entries)}, {done.quarantined} quarantined.")


def _in_place(store: str | None, scratch: str | None, as_json: bool) -> None:
    url = existing_store(store, os.environ)
    with opened_store(url, os.environ):  # raises for one that `meshline migrate` is to bring up to date first
        pass
    found = rebuilt_in_place(url, scratch)
    if as_json:
        print_json(as_answer(found))
    else:
        print_line(console(), summary(found))
