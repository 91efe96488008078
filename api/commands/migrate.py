"""``meshline migrate``: a store that an earlier Meshline or another ontology has made, brought up to date."""

import os
import shlex
from dataclasses import asdict
from typing import Annotated, Any

import typer

from api.commands.compared import ScratchOption, as_answer, rebuilt_in_place, summary
from api.commands.options import JsonOption, StoreOption
from api.commands.output import console, print_json, print_line
from api.target import existing_store
from catalog.errors import ReplayNeeded
from catalog.migration import Migration, mark_rebuilt
from catalog.migration import migrate as migrate_store
from catalog.store.migrator import Action, Step

_SHOWN_NAMES = 3

DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")]


def migrate(
    store: StoreOption = None,
    dry_run: DryRunOption = False,
    scratch: ScratchOption = None,
    as_json: JsonOption = False,
) -> None:
    """Bring a store to the ontology and the folds of this Meshline.

    Stop what writes to the store first. A graph that older folds or other naming rules made is made anew from
    the log, in place.
    Running it again completes a migration that was interrupted.
    """
    url = existing_store(store, os.environ)
    try:
        done = migrate_store(url, dry_run=dry_run)
    except ReplayNeeded as error:
        raise ReplayNeeded(error.message, f"Run `{_replay(url)}`, then use that store.") from error
    rebuilt = None
    if done.rebuilds and not dry_run:
        rebuilt = rebuilt_in_place(url, scratch)
        mark_rebuilt(url)
    if as_json:
        print_json(_json(done, dry_run) | ({} if rebuilt is None else {"replayed": as_answer(rebuilt)}))
        return
    out = console()
    if not done.needed:
        print_line(out, f"Nothing to do: the store has {done.after}.")
        return
    said = "This would bring the store" if dry_run else "Brought the store"
    print_line(out, f"{said} from {done.before} to {done.after}:")
    for step in done.steps:
        print_line(out, f"  {_line(step)}")
    if done.rebuilds and dry_run:
        print_line(out, "  make the graph anew from the log")
    if rebuilt is not None:
        print_line(out, f"  {summary(rebuilt)}")
    elif done.unread:
        print_line(
            out,
            "Documents stay as they were read by the ontology before; to read them again: meshline replay",
        )


def _line(step: Step) -> str:
    if step.action is Action.RELABEL:
        return f"{step.action} {step.count} nodes :{step.names[0]}"
    more = f" and {step.count - _SHOWN_NAMES} more" if step.count > _SHOWN_NAMES else ""
    plural = "es" if step.kind.endswith("x") else "s"
    kind = step.kind if step.count == 1 else f"{step.count} {step.kind}{plural}"
    return f"{step.action} {kind}: {', '.join(step.names[:_SHOWN_NAMES])}{more}"


def _json(done: Migration, dry_run: bool) -> dict[str, Any]:
    return {
        "migrated": done.needed and not dry_run,
        "needed": done.needed,
        "before": asdict(done.before),
        "after": asdict(done.after),
        "steps": [asdict(step) for step in done.steps],
        "replayNeeded": done.rebuilds,
        "documentsUnread": done.unread and not done.rebuilds,
    }


def _replay(url: str) -> str:
    """The command that makes the graph anew; a URL that may hold a password is not repeated."""
    if not url.startswith("sqlite:"):
        return "meshline replay --store OLD --to NEW"
    return f"meshline replay --store {shlex.quote(url)} --to {shlex.quote(url + '.new')}"
