"""Search over names, fields and descriptions."""

from collections.abc import Iterable
from typing import Annotated, TypeAlias

import strawberry

from api.graphql.asking import Info
from api.graphql.node import Node, shown
from api.graphql.paging import First, PageInfo, check_first
from api.graphql.words import described
from catalog import search as catalog_search
from catalog.search import Found, Hit


@strawberry.input(description="What search is to look at; parts left out do not narrow it.")
class SearchFilter:
    kinds: list[str] | None = strawberry.field(
        default=None,
        description="Only nodes of these kinds, as Query.kinds names them, and of those below them.",
    )
    namespaces: list[str] | None = strawberry.field(
        default=None, description="Only nodes of these namespaces, exactly as sent; at most 100."
    )
    dropped: bool | None = strawberry.field(
        default=None,
        description="Only datasets that were dropped or renamed, or only what was not; it needs a text. "
        "Left out: both, what was dropped below the rest.",
    )


SearchText: TypeAlias = Annotated[
    str | None,
    strawberry.argument(
        description="Words, each the beginning of a word to be found; left out: everything, by key."
    ),
]


@strawberry.type(description="Where the text was found.")
class Highlight:
    place: str = strawberry.field(
        description="name, field, property (another one), description or namespace."
    )
    words: list[str] = strawberry.field(
        description="The words there that begin with words of the text, in lower case."
    )


@strawberry.type(description="A node that search found.")
class SearchEdge:
    hit: strawberry.Private[Hit]

    @described("The node.")
    def node(self) -> Node:
        return shown(self.hit.node)

    @described("Whether it is a dataset that was dropped, or that goes on under another name.")
    def dropped(self) -> bool:
        return catalog_search.is_dropped(self.hit.node)

    @described("How well it answers; only to be compared within one search.")
    def score(self) -> int:
        return self.hit.score

    @described("Where the text was found.")
    def highlights(self) -> list[Highlight]:
        return [Highlight(place=one.place, words=list(one.words)) for one in self.hit.highlights]

    @described("Where the node stands in the list.")
    def cursor(self) -> str:
        return self.hit.cursor


@strawberry.type(description="How many nodes have a value.")
class SearchCount:
    value: str = strawberry.field(description="The kind or namespace.")
    count: int = strawberry.field(description="How many nodes have it.")


@strawberry.type(description="What the matching nodes have in common, each counted without its own filter.")
class SearchFacets:
    found: strawberry.Private[Found]

    @described("How many nodes match, by kind.")
    def kinds(self, first: First = 20) -> list[SearchCount]:
        return _counts(self.found.kinds.items(), first)

    @described("How many nodes match, by namespace; the most frequent first.")
    def namespaces(self, first: First = 20) -> list[SearchCount]:
        return _counts(self.found.namespaces.items(), first)

    @described("How many namespaces have a match.")
    def namespace_count(self) -> int:
        return len(self.found.namespaces)


def _counts(counted: Iterable[tuple[str, int]], first: int) -> list[SearchCount]:
    return [SearchCount(value=value, count=count) for value, count in list(counted)[: check_first(first)]]


@strawberry.type(description="A page of what search found, the best first.")
class SearchConnection:
    found: strawberry.Private[Found]
    after: strawberry.Private[str | None]

    @described("The nodes found.")
    def edges(self) -> list[SearchEdge]:
        return [SearchEdge(hit=hit) for hit in self.found.hits]

    @described("Where the page lies in the list.")
    def page_info(self) -> PageInfo:
        cursors = [hit.cursor for hit in self.found.hits]
        return PageInfo(
            has_next_page=self.found.has_next,
            has_previous_page=self.after is not None,
            start_cursor=cursors[0] if cursors else None,
            end_cursor=cursors[-1] if cursors else None,
        )

    @described("How many nodes match in all.")
    def total_count(self) -> int:
        return self.found.total

    @described("Whether there were too many to rank them all: a longer text finds better.")
    def bounded(self) -> bool:
        return self.found.bounded

    @described("How the matching nodes are spread.")
    def facets(self) -> SearchFacets:
        return SearchFacets(found=self.found)


async def search_page(
    info: Info, text: str | None, filter_: SearchFilter | None, first: int, after: str | None
) -> SearchConnection:
    """A page of a search."""
    chosen = filter_ or SearchFilter()
    check_first(first)
    found = await info.context.ask(
        lambda reader: catalog_search.search(
            reader,
            text or "",
            labels=chosen.kinds or (),
            namespaces=chosen.namespaces or (),
            dropped=chosen.dropped,
            limit=first,
            after=after,
        )
    )
    return SearchConnection(found=found, after=after)
