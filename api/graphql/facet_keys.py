"""Which facets there are, and what has a facet of a key."""

from enum import Enum
from typing import TypeVar

import strawberry

from api.graphql import words
from api.graphql.asking import Info
from api.graphql.node import Node, shown_as
from api.graphql.paging import Connection, Page, check_first, cursor, edges_and_info, key_after
from catalog.facet_keys import facet_keys, having_facet
from ingest.facets.registry import FACETS

MAX_FACET_KEYS = 100

K = TypeVar("K", bound=Node)


class FacetOwner(Enum):
    """Whose facets."""

    DATASET = "dataset"
    JOB = "job"
    RUN = "run"


words.describe(
    FacetOwner,
    "What a facet may be of; those of inputs and outputs are with their runs.",
    {
        "DATASET": "Facets that datasets have now.",
        "JOB": "Facets that jobs have now.",
        "RUN": "Facets that runs have.",
    },
)


@strawberry.type(description="A kind of facet that something has.")
class FacetKind:
    key: str = strawberry.field(description="Its key.")
    standard: bool = strawberry.field(
        description="Whether the specification of OpenLineage has it there; others are kept as they are sent."
    )


async def key_page(info: Info, of: FacetOwner, first: int, after: str | None) -> Page[FacetKind]:
    """A page of the kinds of facets, by key."""
    check_first(first, MAX_FACET_KEYS)
    behind = key_after(after)
    found = await info.context.ask(lambda reader: facet_keys(reader, of.value, behind, first + 1))
    standard = {one.key for one in FACETS if one.entity == of.value}
    kinds = [FacetKind(key=key, standard=key in standard) for key in found[:first]]
    edges, page_info = edges_and_info(kinds, [cursor(one.key) for one in kinds], len(found) > first, after)
    return Page(edges=edges, page_info=page_info)


async def having(
    info: Info,
    kind: type[K],
    of: FacetOwner,
    facet: str,
    namespace: str | None,
    first: int,
    after: str | None,
) -> Connection[K]:
    """A page of the things that have a facet."""
    check_first(first)
    behind = key_after(after)
    found = await info.context.ask(
        lambda reader: having_facet(reader, of.value, facet, namespace, behind, first + 1)
    )

    async def count() -> int:
        every = await info.context.ask(
            lambda reader: having_facet(reader, of.value, facet, namespace, None, None)
        )
        return len(every)

    nodes = [shown_as(kind, node) for node in await info.context.loaders.nodes(found[:first])]
    edges, page_info = edges_and_info(
        nodes, [cursor(key) for key in found[:first]], len(found) > first, after
    )
    return Connection(edges=edges, page_info=page_info, total=count)
