"""Control flow between jobs: which comes before which, as their runs tell it."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.graphql import words
from api.graphql.asking import Info
from api.graphql.node import shown_as
from api.graphql.paging import Connection, part
from api.graphql.scalars import Instant, instant
from api.graphql.words import described
from catalog.graph import Edge

if TYPE_CHECKING:
    from api.graphql.job import Job

_Job = Annotated["Job", strawberry.lazy("api.graphql.job")]


@strawberry.type(
    description="That one job waits for another, as one of the two tells it. Control flow, not data."
)
class Precedence:
    edge: strawberry.Private[Edge]
    other: strawberry.Private[str]

    @described("The other job.")
    async def job(self, info: Info) -> _Job:
        from api.graphql.job import Job

        return shown_as(Job, (await info.context.loaders.nodes([self.other]))[0])

    @described("The job whose runs tell it: one of the two.")
    async def told_by(self, info: Info) -> _Job:
        from api.graphql.job import Job

        return shown_as(Job, (await info.context.loaders.nodes([self.edge.via]))[0])

    def _text(self, name: str) -> str | None:
        value = dict(self.edge.properties).get(name)
        return None if value is None else str(value)

    @described(words.relation_word("PRECEDES", "dependencyType"))
    def dependency_type(self) -> str | None:
        return self._text("dependencyType")

    @described(words.relation_word("PRECEDES", "sequenceRule"))
    def sequence_rule(self) -> str | None:
        return self._text("sequenceRule")

    @described(words.relation_word("PRECEDES", "statusRule"))
    def status_rule(self) -> str | None:
        return self._text("statusRule")

    @described(words.relation_word("PRECEDES", "triggerRule"))
    def trigger_rule(self) -> str | None:
        return self._text("triggerRule")

    @described("The time from which on it holds.")
    def valid_from(self) -> Instant | None:
        return instant(self.edge.valid_from)

    @described("The time at which it ended; null while it holds.")
    def valid_to(self) -> Instant | None:
        return instant(self.edge.valid_to)


def precedences(
    edges: Iterable[Edge], other: Callable[[Edge], str], first: int, after: str | None
) -> Connection[Precedence]:
    """A page of edges between jobs, by the other job."""
    found = [(other(edge), edge) for edge in edges]
    page = part(found, lambda one: (one[0], one[1].via, one[1].id), first, after)
    return page.connection([Precedence(edge=edge, other=key) for key, edge in page.items])
