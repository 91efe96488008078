"""A reader with changes above it: the store as it would be, and nothing is written.

It is a transaction too, so that the folds which write entries to a store write them here: what they would come to is
then read like any store. One thread uses it, as long as the reader below is open.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from catalog.entry import LogEntry, Status
from catalog.graph import Direction, Edge, Node
from catalog.store.entering import entering_by_edges
from catalog.store.port import (
    EVERY_ENTRY,
    NOW,
    AllTime,
    At,
    ChangeSet,
    Entering,
    LogFilter,
    NodeFilter,
    Range,
    Reader,
    Record,
    Space,
)

T = TypeVar("T")


class Overlay:
    """The port over a reader (``base``) and what was applied to this."""

    def __init__(self, base: Reader) -> None:
        self.base = base
        self._nodes: dict[str, Node | None] = {}
        self._edges: dict[str, Edge | None] = {}
        self._put_edges: dict[str, Edge] = {}  # all that were ever written or dropped here
        self._hidden: set[str] = set()
        self._touching: dict[str, set[str]] = defaultdict(set)
        self._told: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._rows: dict[tuple[Space, str], dict[str, str | None]] = defaultdict(dict)
        self._log: dict[str, LogEntry] = {}

    @property
    def touched_nodes(self) -> set[str]:
        """The keys of the nodes that may differ from those below."""
        return set(self._nodes)

    @property
    def touched_sources(self) -> set[str]:
        """The keys of what the edges leave that may differ from those below."""
        return {edge.source for edge in self._put_edges.values()}

    @property
    def touched_types(self) -> set[str]:
        """The types of these edges."""
        return {edge.type for edge in self._put_edges.values()}

    @property
    def hidden(self) -> set[str]:
        """The keys of nodes that were deleted: of the edges below none of theirs is seen."""
        return set(self._hidden)

    def lock(self, keys: Collection[str]) -> None:
        """Nothing to do: nobody else writes here."""

    def apply(self, changes: ChangeSet) -> None:
        """Lay a change set above all that was applied."""
        for key, node in changes.nodes.items():
            self._nodes[key] = node
            if node is None:
                self._hidden.add(key)
                self._edges.update(dict.fromkeys(self._touching[key]))
        for edge_id, edge in changes.dropped.items():
            self._put(edge_id, edge, None)
        for edge in changes.edges.values():
            self._put(edge.id, edge, edge)
        for (space, partition, sort), value in changes.records.items():
            self._rows[space, partition][sort] = value
        known = self.entries([entry.hash for entry in (*changes.entries, *changes.rewritten)])
        self._log.update({entry.hash: entry for entry in changes.entries if entry.hash not in known})
        self._log.update({entry.hash: entry for entry in changes.rewritten if entry.hash in known})

    def _put(self, edge_id: str, edge: Edge, value: Edge | None) -> None:
        self._edges[edge_id] = value
        self._put_edges[edge_id] = edge
        self._touching[edge.source].add(edge_id)
        self._touching[edge.target].add(edge_id)
        self._told[edge.via, edge.origin].add(edge_id)

    def nodes(self, keys: Collection[str]) -> dict[str, Node]:
        above = self._nodes
        below = self.base.nodes([key for key in keys if key not in above])
        return below | {key: node for key in keys if (node := above.get(key)) is not None}

    def edges(
        self, frontier: Collection[str], types: Collection[str], direction: Direction, at: At = NOW
    ) -> list[Edge]:
        ends, wanted = set(frontier), set(types)
        ids = {edge_id for key in ends for edge_id in self._touching.get(key, ())}
        found = [
            edge
            for edge in self._above(ids)
            if edge.type in wanted and _touches(edge, ends, direction) and _holds(edge, at)
        ]
        below = self._left(self.base.edges(frontier, types, direction, at))
        return _sorted([*below, *found]) if found else below

    def entering(self, wholes: Collection[str], part: str, type_: str, at: At = NOW) -> list[Entering]:
        return entering_by_edges(self, wholes, part, type_, at)

    def edges_told_by(
        self, via: str, origin: str, since: int, types: Collection[str] | None = None
    ) -> list[Edge]:
        found = [
            edge
            for edge in self._above(self._told.get((via, origin), ()))
            if (edge.valid_to is None or edge.valid_to >= since) and (types is None or edge.type in types)
        ]
        below = self._left(self.base.edges_told_by(via, origin, since, types))
        return _sorted([*below, *found]) if found else below

    def page(self, where: NodeFilter, after: str | None, limit: int) -> list[Node]:
        size = limit + len(self._nodes)
        below = _walked(lambda last: self.base.page(where, last, size), lambda node: node.key, after)
        kept = islice((node for node in below if node.key not in self._nodes), limit)
        own = (node for node in self._matching(where) if after is None or node.key > after)
        return sorted([*kept, *own], key=lambda node: node.key)[:limit]

    def count(self, where: NodeFilter) -> int:
        covered = sum(_is_of(node, where) for node in self.base.nodes(self._nodes.keys()).values())
        return self.base.count(where) - covered + sum(1 for _ in self._matching(where))

    def search(self, tokens: Sequence[str], where: NodeFilter, limit: int) -> list[Node]:
        below = self.base.search(tokens, where, limit + len(self._nodes))
        kept = (node for node in below if node.key not in self._nodes)
        own = (node for node in self._matching(where) if _is_found(node, tokens))
        return sorted([*kept, *own], key=lambda node: node.key)[:limit]

    def search_counts(self, tokens: Sequence[str], where: NodeFilter) -> dict[tuple[str, str], int]:
        counts = defaultdict(int, self.base.search_counts(tokens, where))
        for node in self.base.nodes(self._nodes.keys()).values():
            if _is_of(node, where) and _is_found(node, tokens):
                counts[_place(node)] -= 1
        for node in self._matching(where):
            if _is_found(node, tokens):
                counts[_place(node)] += 1
        return {place: count for place, count in counts.items() if count}

    def records(self, space: Space, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
        own = {key: self._rows[space, key[0]][key[1]] for key in keys if self._has(space, *key)}
        below = self.base.records(space, [key for key in keys if key not in own])
        return below | {key: value for key, value in own.items() if value is not None}

    def scan(
        self, space: Space, ranges: Collection[Range], *, reverse: bool = False, limit: int | None = None
    ) -> list[Record]:
        over = max((len(self._rows.get((space, one.partition), ())) for one in ranges), default=0)
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for wanted in ranges:
            below = self.base.scan(
                space, [wanted], reverse=reverse, limit=None if limit is None else limit + over
            )
            rows = {row.sort: row.value for row in below if not self._has(space, row.partition, row.sort)}
            own = self._rows.get((space, wanted.partition), {})
            rows |= {
                sort: value for sort, value in own.items() if value is not None and _is_inside(sort, wanted)
            }
            sorts = sorted(rows, reverse=reverse)[:limit]
            found[wanted.partition].update((sort, rows[sort]) for sort in sorts)
        return [
            Record(space, partition, sort, found[partition][sort])
            for partition in sorted(found)
            for sort in sorted(found[partition], reverse=reverse)
        ]

    def walk(self, space: Space, after: tuple[str, str] | None, limit: int) -> list[Record]:
        size = limit + sum(map(len, self._rows.values()))
        rows = _walked(
            lambda last: self.base.walk(space, last, size), lambda row: (row.partition, row.sort), after
        )
        kept = islice((row for row in rows if not self._has(space, row.partition, row.sort)), limit)
        own = (
            Record(space, partition, sort, value)
            for (kind, partition), values in self._rows.items()
            for sort, value in values.items()
            if kind == space and value is not None and (after is None or (partition, sort) > after)
        )
        return sorted([*kept, *own], key=lambda row: (row.partition, row.sort))[:limit]

    def entries(self, hashes: Collection[str]) -> dict[str, LogEntry]:
        below = self.base.entries([one for one in hashes if one not in self._log])
        return below | {one: self._log[one] for one in hashes if one in self._log}

    def entries_at(self, order_keys: Collection[str]) -> dict[str, LogEntry]:
        below = self.base.entries_at(order_keys)
        kept = {order: entry for order, entry in below.items() if entry.hash not in self._log}
        own = {one.order_key: one for one in self._log.values() if one.order_key in set(order_keys)}
        return kept | own

    def log(self, after: str | None, limit: int) -> list[LogEntry]:
        size = limit + len(self._log)
        below = _walked(lambda last: self.base.log(last, size), lambda entry: entry.hash, after)
        kept = islice((entry for entry in below if entry.hash not in self._log), limit)
        own = (entry for entry in self._log.values() if after is None or entry.hash > after)
        return sorted([*kept, *own], key=lambda entry: entry.hash)[:limit]

    def log_in_order(
        self,
        after: tuple[str, str] | None,
        limit: int,
        where: LogFilter = EVERY_ENTRY,
        *,
        reverse: bool = False,
    ) -> list[LogEntry]:
        size = limit + len(self._log)
        below = _walked(
            lambda last: self.base.log_in_order(last, size, where, reverse=reverse), _order, after
        )
        kept = islice((entry for entry in below if entry.hash not in self._log), limit)
        own = [
            entry
            for entry in self._log.values()
            if where.status in (None, entry.status) and where.producer in (None, entry.producer)
        ]
        if after is not None:
            own = [one for one in own if (_order(one) < after if reverse else _order(one) > after)]
        return sorted([*kept, *own], key=_order, reverse=reverse)[:limit]

    def entry_counts(self) -> dict[Status, int]:
        counts = defaultdict(int, self.base.entry_counts())
        for entry in self.base.entries(self._log.keys()).values():
            counts[entry.status] -= 1
        for entry in self._log.values():
            counts[entry.status] += 1
        return {status: count for status, count in counts.items() if count}

    def _has(self, space: Space, partition: str, sort: str) -> bool:
        return sort in self._rows.get((space, partition), ())

    def _above(self, ids: Iterable[str]) -> Iterator[Edge]:
        return (edge for edge_id in ids if (edge := self._edges[edge_id]) is not None)

    def _left(self, below: list[Edge]) -> list[Edge]:
        """Those of the edges below that nothing above replaces or takes away."""
        touching, hidden, edges = self._touching, self._hidden, self._edges
        return [
            edge
            for edge in below
            if edge.source not in hidden
            and edge.target not in hidden
            and (edge.source not in touching or edge.id not in edges)
        ]

    def _matching(self, where: NodeFilter) -> Iterator[Node]:
        return (node for node in self._nodes.values() if node is not None and _is_of(node, where))


K = TypeVar("K")


def _walked(read: Callable[[K | None], list[T]], key: Callable[[T], K], after: K | None) -> Iterator[T]:
    """All that is read page by page."""
    while found := read(after):
        yield from found
        after = key(found[-1])


def _order(entry: LogEntry) -> tuple[str, str]:
    return entry.order_key, entry.hash


def _sorted(edges: Iterable[Edge]) -> list[Edge]:
    return sorted(edges, key=lambda edge: (edge.type, edge.source, edge.target, edge.id))


def _touches(edge: Edge, ends: Collection[str], direction: Direction) -> bool:
    leaves, enters = edge.source in ends, edge.target in ends
    if direction is Direction.BOTH:
        return leaves or enters
    return leaves if direction is Direction.OUT else enters


def _holds(edge: Edge, at: At) -> bool:
    return isinstance(at, AllTime) or edge.holds_at(at)


def _is_of(node: Node, where: NodeFilter) -> bool:
    named = all(node.properties.get(name) == value for name, value in where.equals.items())
    return node.label in where.labels and named


def _is_found(node: Node, tokens: Sequence[str]) -> bool:
    words = str(node.properties.get("searchText", "")).split()
    return bool(words) and all(any(word.startswith(token) for word in words) for token in tokens if token)


def _place(node: Node) -> tuple[str, str]:
    return node.label, str(node.properties.get("namespace", ""))


def _is_inside(sort: str, wanted: Range) -> bool:
    return (wanted.low is None or wanted.low <= sort) and (wanted.high is None or sort < wanted.high)
