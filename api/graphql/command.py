"""What operators have told the catalog to do."""

import strawberry

from api.graphql.asking import Info
from api.graphql.paging import Page, check_first, cursor, edges_and_info, position_of
from api.graphql.scalars import Instant, Json
from api.graphql.words import described
from catalog import command as commands
from catalog.instant import instant_of


@strawberry.type(description="A command of an operator. It is in force: for what comes late too.")
class Command:
    command: strawberry.Private[commands.Command]

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

    @described("All that it says.")
    def terms(self) -> Json:
        return Json(dict(self.command.terms))


async def command_page(info: Info, first: int, after: str | None) -> Page[Command]:
    """A page of the commands in force, the oldest first."""
    check_first(first)
    behind = None
    if after is not None:
        _, place = position_of(after, str, str)
        behind = str(place)
    found = await info.context.ask(lambda reader: commands.page(reader, behind, first + 1))
    shown = [Command(command=one) for one in found[:first]]
    cursors = [cursor("command", one.command.at) for one in shown]
    edges, page_info = edges_and_info(shown, cursors, len(found) > first, after)
    return Page(edges=edges, page_info=page_info)
