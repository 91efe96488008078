"""Pages of lists: Relay connections, forward, with keyset cursors that survive changes of the graph."""

import base64
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeAlias, TypeVar

import msgspec
import strawberry

from api.graphql.errors import bad_input
from api.graphql.words import described

MAX_FIRST = 500

T = TypeVar("T")
I = TypeVar("I")  # noqa: E741
Position: TypeAlias = tuple[str | int, ...]
"""Where an item stands in its list: what the list is sorted by."""

First: TypeAlias = Annotated[
    int, strawberry.argument(description=f"How many items to give at most, from 1 to {MAX_FIRST}.")
]
After: TypeAlias = Annotated[
    str | None, strawberry.argument(description="Continue behind this cursor of an earlier page.")
]


@strawberry.type(description="Where a page lies in its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether there are items behind the last one.")
    has_previous_page: bool = strawberry.field(description="Whether the page was asked for behind a cursor.")
    start_cursor: str | None = strawberry.field(
        description="The cursor of the first item, null for no items."
    )
    end_cursor: str | None = strawberry.field(
        description="The cursor of the last item, null for no items: the next page's `after`."
    )


@strawberry.type(description="An item of a page.")
class Edge(Generic[T]):
    node: T = strawberry.field(description="The item.")
    cursor: str = strawberry.field(description="Where the item stands in its list.")


@strawberry.type(description="A page of a list.")
class Page(Generic[T]):
    edges: list[Edge[T]] = strawberry.field(description="The items, in the order of the list.")
    page_info: PageInfo = strawberry.field(description="Where the page lies in the list.")


@strawberry.type(description="A page of a list whose length is known.")
class Connection(Page[T], Generic[T]):
    total: strawberry.Private[int | Callable[[], Awaitable[int]]]

    @described("How many items the whole list has.")
    async def total_count(self) -> int:
        return self.total if isinstance(self.total, int) else await self.total()


def check_first(first: int, most: int = MAX_FIRST) -> int:
    """``first`` if it is within its bounds; else an error that says them."""
    if not 1 <= first <= most:
        raise bad_input(f"first is {first}; it must be from 1 to {most}.")
    return first


def cursor(*position: str | int) -> str:
    """The cursor of a position."""
    return base64.urlsafe_b64encode(msgspec.json.encode(position)).rstrip(b"=").decode()


def position_of(text: str, *kinds: type) -> Position:
    """The position of a cursor. ``kinds``: the types of its parts."""
    try:
        parts = msgspec.json.decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, msgspec.DecodeError) as error:
        raise bad_input("after is no cursor of this list.") from error
    if not isinstance(parts, list) or [type(part) for part in parts] != list(kinds):
        raise bad_input("after is no cursor of this list.")
    return tuple(parts)


def key_after(after: str | None) -> str | None:
    """The key behind which a list in key order continues."""
    return None if after is None else str(position_of(after, str)[0])


def edges_and_info(
    items: Sequence[T], cursors: Sequence[str], more: bool, after: str | None
) -> tuple[list[Edge[T]], PageInfo]:
    """The parts of a page."""
    edges = [Edge(node=item, cursor=text) for item, text in zip(items, cursors, strict=True)]
    ends = (cursors[0], cursors[-1]) if cursors else (None, None)
    info = PageInfo(
        has_next_page=more, has_previous_page=after is not None, start_cursor=ends[0], end_cursor=ends[1]
    )
    return edges, info


@dataclass(frozen=True, slots=True)
class Slice(Generic[I]):
    """The part of a list in memory that a page shows."""

    items: list[I]
    cursors: list[str]
    more: bool
    total: int
    after: str | None

    def connection(self, made: Sequence[T]) -> Connection[T]:
        """The page, with each item as the schema shows it."""
        edges, info = edges_and_info(made, self.cursors, self.more, self.after)
        return Connection(edges=edges, page_info=info, total=self.total)


def part(
    items: Iterable[I],
    position: Callable[[I], Position],
    first: int,
    after: str | None,
    most: int = MAX_FIRST,
) -> Slice[I]:
    """The first items behind the cursor, in the order of their positions."""
    check_first(first, most)
    ordered = sorted(((position(item), item) for item in items), key=lambda pair: pair[0])
    behind = ordered
    if after is not None:
        kinds = [str if isinstance(value, str) else int for value in ordered[0][0]] if ordered else None
        low = position_of(after, *kinds) if kinds else None
        behind = [pair for pair in ordered if low is not None and pair[0] > low]
    shown = behind[:first]
    return Slice(
        [item for _, item in shown],
        [cursor(*place) for place, _ in shown],
        len(behind) > first,
        len(ordered),
        after,
    )
