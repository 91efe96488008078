"""A store in memory, for tests and previews: the whole port in plain dictionaries, gone with the process.

A transaction writes into a layer of its own above the committed one; committing folds the layer in, and an
exception drops it. Readers that are open while a commit happens keep the layer they began with.
"""

import threading
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from catalog.entry import LogEntry, Status
from catalog.errors import StoreError
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
    Transaction,
)

T = TypeVar("T")
_History = tuple[str, str]
_Place = tuple[str, str]


@dataclass(slots=True)
class _Layer:
    """Tables and their indexes. In the layer of a transaction None stands for something deleted."""

    nodes: dict[str, Node | None] = field(default_factory=dict)
    edges: dict[str, Edge | None] = field(default_factory=dict)
    touching: dict[str, set[str]] = field(default_factory=dict)  # node key → ids of its edges
    told: dict[_History, set[str]] = field(default_factory=dict)  # (via, origin) → ids of its edges
    rows: dict[tuple[Space, str], dict[str, str | None]] = field(default_factory=dict)
    log: dict[str, LogEntry] = field(default_factory=dict)
    log_order: list[_Place] = field(default_factory=list)  # (order key, hash) of each entry, sorted
    readers: int = 0

    def clone(self) -> "_Layer":
        return _Layer(
            nodes=dict(self.nodes),
            edges=dict(self.edges),
            touching={key: set(ids) for key, ids in self.touching.items()},
            told={key: set(ids) for key, ids in self.told.items()},
            rows={key: dict(rows) for key, rows in self.rows.items()},
            log=dict(self.log),
            log_order=list(self.log_order),
        )

    def put_edge(self, edge: Edge) -> None:
        self.edges[edge.id] = edge
        for key in (edge.source, edge.target):
            self.touching.setdefault(key, set()).add(edge.id)
        self.told.setdefault((edge.via, edge.origin), set()).add(edge.id)

    def drop_edge(self, edge_id: str) -> None:
        edge = self.edges.pop(edge_id, None)
        if edge is None:
            return
        for key in {edge.source, edge.target}:
            _discard(self.touching, key, edge_id)
        _discard(self.told, (edge.via, edge.origin), edge_id)

    def absorb(self, above: "_Layer") -> None:
        """Fold the layer of a transaction in."""
        for key, node in above.nodes.items():
            if node is None:
                self.nodes.pop(key, None)
            else:
                self.nodes[key] = node
        for edge_id, edge in above.edges.items():
            if edge is None:
                self.drop_edge(edge_id)
            else:
                self.put_edge(edge)
        for place, rows in above.rows.items():
            self._absorb_rows(place, rows)
        for entry in above.log.values():
            self.put_entry(entry)

    def put_entry(self, entry: LogEntry) -> None:
        known = self.log.get(entry.hash)
        if known is None or known.order_key != entry.order_key:
            if known is not None:
                self.log_order.remove((known.order_key, known.hash))
            insort(self.log_order, (entry.order_key, entry.hash))
        self.log[entry.hash] = entry

    def _absorb_rows(self, place: tuple[Space, str], rows: dict[str, str | None]) -> None:
        mine = self.rows.setdefault(place, {})
        for sort, value in rows.items():
            if value is None:
                mine.pop(sort, None)
            else:
                mine[sort] = value
        if not mine:
            del self.rows[place]


K = TypeVar("K")


def _discard(index: dict[K, set[str]], key: K, edge_id: str) -> None:
    ids = index[key]
    ids.discard(edge_id)
    if not ids:
        del index[key]


class _View:
    """The reads of the port over a committed layer and, in a transaction, the one above it."""

    def __init__(self, base: _Layer, above: _Layer) -> None:
        self._base = base
        self._above = above

    def nodes(self, keys: Collection[str]) -> dict[str, Node]:
        found = ((key, self._node(key)) for key in keys)
        return {key: node for key, node in found if node is not None}

    def edges(
        self, frontier: Collection[str], types: Collection[str], direction: Direction, at: At = NOW
    ) -> list[Edge]:
        wanted_types, ends = set(types), set(frontier)
        ids = {edge_id for key in ends for edge_id in self._touching(key)}
        return _sorted(
            edge
            for edge in self._edges(ids)
            if edge.type in wanted_types and _touches(edge, ends, direction) and _holds(edge, at)
        )

    def entering(self, wholes: Collection[str], part: str, type_: str, at: At = NOW) -> list[Entering]:
        return entering_by_edges(self, wholes, part, type_, at)

    def edges_told_by(
        self, via: str, origin: str, since: int, types: Collection[str] | None = None
    ) -> list[Edge]:
        place = (via, origin)
        ids = self._base.told.get(place, set()) | self._above.told.get(place, set())
        told = (edge for edge in self._edges(ids) if edge.valid_to is None or edge.valid_to >= since)
        return _sorted(edge for edge in told if types is None or edge.type in types)

    def page(self, where: NodeFilter, after: str | None, limit: int) -> list[Node]:
        found = (node for node in self._matching(where) if after is None or node.key > after)
        return sorted(found, key=lambda node: node.key)[:limit]

    def count(self, where: NodeFilter) -> int:
        return sum(1 for _ in self._matching(where))

    def search(self, tokens: Sequence[str], where: NodeFilter, limit: int) -> list[Node]:
        return sorted(self._found(tokens, where), key=lambda node: node.key)[:limit]

    def search_counts(self, tokens: Sequence[str], where: NodeFilter) -> dict[tuple[str, str], int]:
        counts: dict[tuple[str, str], int] = {}
        for node in self._found(tokens, where):
            place = (node.label, str(node.properties.get("namespace", "")))
            counts[place] = counts.get(place, 0) + 1
        return counts

    def records(self, space: Space, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
        found = {}
        for partition, sort in keys:
            value = self._partition(space, partition).get(sort)
            if value is not None:
                found[(partition, sort)] = value
        return found

    def scan(
        self, space: Space, ranges: Collection[Range], *, reverse: bool = False, limit: int | None = None
    ) -> list[Record]:
        found: dict[str, dict[str, str]] = {}
        for wanted in ranges:
            rows = self._partition(space, wanted.partition)
            sorts = sorted((sort for sort in rows if _inside(sort, wanted)), reverse=reverse)[:limit]
            found.setdefault(wanted.partition, {}).update((sort, rows[sort]) for sort in sorts)
        return [
            Record(space, partition, sort, found[partition][sort])
            for partition in sorted(found)
            for sort in sorted(found[partition], reverse=reverse)
        ]

    def walk(self, space: Space, after: tuple[str, str] | None, limit: int) -> list[Record]:
        partitions = {
            partition
            for layer in (self._base, self._above)
            for kind, partition in layer.rows
            if kind == space
        }
        found = (
            Record(space, partition, sort, value)
            for partition in partitions
            for sort, value in self._partition(space, partition).items()
        )
        behind = (row for row in found if after is None or (row.partition, row.sort) > after)
        return sorted(behind, key=lambda row: (row.partition, row.sort))[:limit]

    def entries(self, hashes: Collection[str]) -> dict[str, LogEntry]:
        log = self._log()
        return {hash_: log[hash_] for hash_ in hashes if hash_ in log}

    def entries_at(self, order_keys: Collection[str]) -> dict[str, LogEntry]:
        log, wanted = self._log(), set(order_keys)
        places = (*self._base.log_order, *self._above.log_order)
        found = ((order_key, log[hash_]) for order_key, hash_ in places if order_key in wanted)
        return {order_key: entry for order_key, entry in found if entry.order_key == order_key}

    def log(self, after: str | None, limit: int) -> list[LogEntry]:
        log = self._log()
        behind = sorted(hash_ for hash_ in log if after is None or hash_ > after)
        return [log[hash_] for hash_ in behind[:limit]]

    def log_in_order(
        self,
        after: tuple[str, str] | None,
        limit: int,
        where: LogFilter = EVERY_ENTRY,
        *,
        reverse: bool = False,
    ) -> list[LogEntry]:
        log, places = self._log(), self._base.log_order
        if self._above.log_order:
            places = sorted({*places, *self._above.log_order})
        if reverse:
            places = places[: len(places) if after is None else bisect_left(places, after)][::-1]
        elif after is not None:
            places = places[bisect_right(places, after) :]
        found = (log[hash_] for order_key, hash_ in places if log[hash_].order_key == order_key)
        return list(islice((entry for entry in found if _is_of(entry, where)), limit))

    def entry_counts(self) -> dict[Status, int]:
        counts: dict[Status, int] = {}
        for entry in self._log().values():
            counts[entry.status] = counts.get(entry.status, 0) + 1
        return counts

    def _node(self, key: str) -> Node | None:
        above = self._above.nodes
        return above[key] if key in above else self._base.nodes.get(key)

    def _touching(self, key: str) -> set[str]:
        return self._base.touching.get(key, set()) | self._above.touching.get(key, set())

    def _edges(self, ids: Collection[str]) -> Iterator[Edge]:
        above, base = self._above.edges, self._base.edges
        for edge_id in ids:
            edge = above[edge_id] if edge_id in above else base.get(edge_id)
            if edge is not None:
                yield edge

    def _matching(self, where: NodeFilter) -> Iterator[Node]:
        for node in {**self._base.nodes, **self._above.nodes}.values():
            if node is not None and node.label in where.labels and _equals(node, where):
                yield node

    def _found(self, tokens: Sequence[str], where: NodeFilter) -> Iterator[Node]:
        for node in self._matching(where):
            words = str(node.properties.get("searchText", "")).split()
            if words and all(any(word.startswith(token) for word in words) for token in tokens if token):
                yield node

    def _partition(self, space: Space, partition: str) -> dict[str, str]:
        place = (space, partition)
        merged = {**self._base.rows.get(place, {}), **self._above.rows.get(place, {})}
        return {sort: value for sort, value in merged.items() if value is not None}

    def _log(self) -> dict[str, LogEntry]:
        return {**self._base.log, **self._above.log} if self._above.log else self._base.log


class _Unit(_View):
    """A transaction: writes go to the layer above."""

    def lock(self, keys: Collection[str]) -> None:
        """Nothing to do: there is one writer at a time."""

    def apply(self, changes: ChangeSet) -> None:
        above = self._above
        for key, node in changes.nodes.items():
            above.nodes[key] = node
            if node is None:
                above.edges.update((edge.id, None) for edge in list(self._edges(self._touching(key))))
        above.edges.update(dict.fromkeys(changes.dropped))
        for edge in changes.edges.values():
            self._require_ends(edge)
            above.put_edge(edge)
        for (space, partition, sort), value in changes.records.items():
            above.rows.setdefault((space, partition), {})[sort] = value
        for entry in changes.entries:
            if entry.hash not in self._base.log and entry.hash not in above.log:
                above.put_entry(entry)
        for entry in changes.rewritten:
            if entry.hash in self._base.log or entry.hash in above.log:
                above.put_entry(entry)

    def _require_ends(self, edge: Edge) -> None:
        for key in (edge.source, edge.target):
            if self._node(key) is None:
                raise StoreError(f"An edge {edge.type} names a node that is not there: {key[:200]!r}.")


def _sorted(edges: Iterator[Edge]) -> list[Edge]:
    return sorted(edges, key=lambda edge: (edge.type, edge.source, edge.target, edge.id))


def _touches(edge: Edge, ends: set[str], direction: Direction) -> bool:
    leaves, enters = edge.source in ends, edge.target in ends
    if direction is Direction.BOTH:
        return leaves or enters
    return leaves if direction is Direction.OUT else enters


def _holds(edge: Edge, at: At) -> bool:
    return isinstance(at, AllTime) or edge.holds_at(at)


def _equals(node: Node, where: NodeFilter) -> bool:
    return all(node.properties.get(name) == value for name, value in where.equals.items())


def _is_of(entry: LogEntry, where: LogFilter) -> bool:
    return where.status in (None, entry.status) and where.producer in (None, entry.producer)


def _inside(sort: str, wanted: Range) -> bool:
    return (wanted.low is None or wanted.low <= sort) and (wanted.high is None or sort < wanted.high)


class MemoryStore:
    """The port in memory. Safe for several threads: one writer at a time, any number of readers."""

    def __init__(self) -> None:
        self._committed = _Layer()
        self._writing = threading.Lock()
        self._swapping = threading.Lock()

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """A view that later commits do not change."""
        with self._swapping:
            base = self._committed
            base.readers += 1
        try:
            yield _View(base, _Layer())
        finally:
            with self._swapping:
                base.readers -= 1

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Run ``work`` and commit; an exception drops everything it wrote."""
        with self._writing:
            above = _Layer()
            result = work(_Unit(self._committed, above))
            with self._swapping:
                if self._committed.readers:
                    self._committed = self._committed.clone()
                self._committed.absorb(above)
            return result

    def ping(self) -> None:
        """Always there."""

    def close(self) -> None:
        """Nothing to give back."""
