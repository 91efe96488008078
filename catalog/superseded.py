"""Commands that later ones have superseded: without them the graph would be the same."""

from collections.abc import Hashable, Iterable

from catalog.alias_rulings import Pair, Ruling
from catalog.command import Command
from catalog.forget import FORGET, Scope


def superseded(commands: Iterable[Command]) -> dict[str, str]:
    """By hash the commands that are not in force any more, and the hash of the one that took the place of each.

    Of two names the last ruling counts, of forgetting one thing the last command: it covers all that those before do. A
    command to retain stays in force: which runs it keeps is its own.
    """
    found: dict[str, str] = {}
    latest: dict[Hashable, str] = {}
    for command in sorted(commands, key=lambda one: one.at):
        about = _about(command)
        if about is None:
            continue
        before = latest.get(about)
        if before is not None:
            found[before] = command.hash
        latest[about] = command.hash
    return found


def _about(command: Command) -> Hashable | None:
    """What two commands have in common of which the later one supersedes the other."""
    if command.name == FORGET:
        return Scope.of(command.terms)
    return Pair.of(command.terms).keys if command.name in tuple(Ruling) else None
