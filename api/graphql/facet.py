"""Facets: what producers say of datasets, jobs and runs, kept as they sent it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, TypeAlias, TypeVar

import strawberry

from api.graphql.asking import Info
from api.graphql.paging import Connection, part
from api.graphql.scalars import Instant, Json, instant
from catalog import state
from catalog.canonical import plain
from catalog.evidence import entry_prefix
from catalog.fold.runs import Latest
from catalog.instant import instant_of
from catalog.state import Fact
from ingest.problems import Problems

T = TypeVar("T")
V = TypeVar("V")

FacetKey: TypeAlias = Annotated[str | None, strawberry.argument(description="Only the facet of this key.")]


@strawberry.type(description="The log entries that told something. A receipt is found by `receipt(hash:)`.")
class Evidence:
    first: str = strawberry.field(
        description="The first entry in a row that told it: the first 32 hex digits of its hash."
    )
    last: str = strawberry.field(
        description="The last entry so far that told the same: the first 32 hex digits of its hash."
    )

    @classmethod
    def of(cls, first: str, last: str) -> "Evidence":
        """The evidence between two order keys."""
        return cls(first=entry_prefix(first), last=entry_prefix(last))


@strawberry.type(description="A facet: one named part of what producers say, as it was sent.")
class Facet:
    key: str = strawberry.field(description="The key of the facet, for example schema or ownership.")
    value: Json | None = strawberry.field(
        description="The facet as sent, with _producer and _schemaURL; null where null was sent."
    )
    since: Instant = strawberry.field(description="The event time from which on this value was sent.")
    last_seen: Instant = strawberry.field(description="The event time at which this value was last sent.")
    until: Instant | None = strawberry.field(
        description="The event time at which another value replaced this one; null while it holds."
    )
    evidence: Evidence = strawberry.field(description="The log entries that sent it.")


def fact_facets(
    facts: Mapping[str, Fact], key: str | None, first: int, after: str | None
) -> Connection[Facet]:
    """The facets among the facts of a dataset or job."""
    found = [item for item in state.facets(facts).items() if key is None or item[0] == key]
    page = part(found, lambda item: (item[0],), first, after)
    return page.connection([fact_facet(name, fact) for name, fact in page.items])


def fact_facet(name: str, fact: Fact) -> Facet:
    return Facet(
        key=name,
        value=Json(plain(fact.text or "null")),
        since=Instant(fact.since),
        last_seen=Instant(instant_of(fact.last)),
        until=instant(fact.until),
        evidence=Evidence.of(fact.first, fact.last),
    )


def run_facet(name: str, text: str | None, latest: Latest) -> Facet:
    """A facet of a run or of one of its inputs and outputs: the newest of the run's events that have it."""
    at = latest[1]
    return Facet(
        key=name,
        value=Json(plain(text or "null")),
        since=Instant(instant_of(at)),
        last_seen=Instant(instant_of(at)),
        until=None,
        evidence=Evidence.of(at, at),
    )


async def told_facet(
    info: Info, facets: Mapping[str, Latest], key: str, read: Callable[[dict[str, Any], str, Problems], T]
) -> T | None:
    """What a facet of a run says, read when it is asked for; None without it. The event's receipt has its problems."""
    if key not in facets:
        return None
    (text,) = await info.context.loaders.texts([facets[key][0]])
    value = None if text is None else plain(text)
    return read(value, "$", Problems()) if isinstance(value, dict) else None


def listed(told: Sequence[T] | None, shown: Callable[[T], V], first: int, after: str | None) -> Connection[V]:
    """A page of what a facet lists, in its order."""
    page = part(list(enumerate(told or ())), lambda item: (item[0],), first, after)
    return page.connection([shown(item) for _, item in page.items])
