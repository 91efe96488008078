"""What operators have told the catalog to do."""

import strawberry

from api.graphql.asking import Info
from api.graphql.paging import Page, check_first, cursor, edges_and_info, position_of
from api.graphql.scalars import Instant, Json
from api.graphql.words import described
from catalog import command as commands
from catalog.instant import instant_of
from catalog.store.port import Reader
from catalog.superseded import superseded as superseded_ones


@strawberry.type(description="A command of an operator. While it is in force, it is for what comes late too.")
class Command:
    command: strawberry.Private[commands.Command]
    by_hash: strawberry.Private[str | None] = None

    @described("The SHA-256 of its canonical JSON: its identity in the log.")
    def hash(self) -> str:
        return self.command.hash

    @described("What it does: forget, retain, for example.")
    def name(self) -> str:
        return self.command.name

    @described("The time it counts from: it is about what counts before.")
    def at(self) -> Instant:
        return Instant(instant_of(self.command.at))

    @described("Who gave it; null where the service did not know.")
    def by(self) -> str | None:
        return self.command.said("by")

    @described("Why it was given, in the operator's words.")
    def why(self) -> str | None:
        return self.command.said("why")

    @described("The hash of the later command that took its place; null while it is in force.")
    def superseded_by(self) -> str | None:
        return self.by_hash

    @described("All that it says.")
    def terms(self) -> Json:
        return Json(dict(self.command.terms))


async def command_page(info: Info, first: int, after: str | None, superseded: bool) -> Page[Command]:
    """A page of the commands, the oldest first: those in force, or also those that are superseded."""
    check_first(first)
    behind = None if after is None else str(position_of(after, str, str)[1])
    found = await info.context.ask(lambda reader: _commands(reader, behind, first + 1, superseded))
    shown = found[:first]
    cursors = [cursor("command", one.command.at) for one in shown]
    edges, page_info = edges_and_info(shown, cursors, len(found) > first, after)
    return Page(edges=edges, page_info=page_info)


def _commands(reader: Reader, behind: str | None, limit: int, superseded: bool) -> list[Command]:
    brief = commands.briefly(reader)
    by = superseded_ones(brief)
    listed = (one for one in brief if superseded or one.hash not in by)
    asked = [one for one in listed if behind is None or one.at > behind]
    return [Command(command=one, by_hash=by.get(one.hash)) for one in commands.whole(reader, asked[:limit])]
