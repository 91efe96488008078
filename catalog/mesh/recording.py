"""A reader that remembers what it was asked and what it said, so that later it can be told whether it would say the
same again, where only some nodes were touched since."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from catalog.entry import LogEntry, Status
from catalog.graph import Direction, Edge, Node
from catalog.identity import kind_of
from catalog.store.port import EVERY_ENTRY, At, LogFilter, NodeFilter, Range, Reader, Record, Space
from ontology.compiler import load_model

_Question = tuple[tuple[str, ...], Direction, At]


class Recording:
    """A reader of another one. Of records it remembers the partitions alone."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._nodes: dict[str, Node | None] = {}
        self._edges: dict[_Question, dict[str, list[Edge]]] = defaultdict(dict)
        self._partitions: set[str] = set()
        self._kinds: set[str] = set()

    def says_the_same(self, reader: Reader, touched: Collection[str]) -> bool:
        """Whether the reader of a later graph says the same, where only these nodes were touched since."""
        if any(kind_of(key) in self._kinds or key in self._partitions for key in touched):
            return False
        keys = [key for key in touched if key in self._nodes]
        found = reader.nodes(keys) if keys else {}
        if any(found.get(key) != self._nodes[key] for key in keys):
            return False
        for (types, direction, at), known in self._edges.items():
            asked = [key for key in touched if key in known]
            if asked and _by_key(asked, reader.edges(asked, types, direction, at), direction) != {
                key: known[key] for key in asked
            }:
                return False
        return True

    def nodes(self, keys: Collection[str]) -> dict[str, Node]:
        found = self._reader.nodes(keys)
        self._nodes.update({key: found.get(key) for key in keys})
        return found

    def edges(
        self, frontier: Collection[str], types: Collection[str], direction: Direction, at: At = None
    ) -> list[Edge]:
        found = self._reader.edges(frontier, types, direction, at)
        self._edges[tuple(types), direction, at].update(_by_key(frontier, found, direction))
        return found

    def edges_told_by(
        self, via: str, origin: str, since: int, types: Collection[str] | None = None
    ) -> list[Edge]:
        self._partitions.add(via)
        return self._reader.edges_told_by(via, origin, since, types)

    def page(self, where: NodeFilter, after: str | None, limit: int) -> list[Node]:
        self._note(where)
        return self._reader.page(where, after, limit)

    def count(self, where: NodeFilter) -> int:
        self._note(where)
        return self._reader.count(where)

    def search(self, tokens: Sequence[str], where: NodeFilter, limit: int) -> list[Node]:
        self._note(where)
        return self._reader.search(tokens, where, limit)

    def search_counts(self, tokens: Sequence[str], where: NodeFilter) -> dict[tuple[str, str], int]:
        self._note(where)
        return self._reader.search_counts(tokens, where)

    def records(self, space: Space, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
        self._partitions.update(partition for partition, _ in keys)
        return self._reader.records(space, keys)

    def scan(
        self, space: Space, ranges: Collection[Range], *, reverse: bool = False, limit: int | None = None
    ) -> list[Record]:
        self._partitions.update(one.partition for one in ranges)
        if space is Space.FACET:
            self._kinds.update(one.partition.partition("/")[0] for one in ranges)
        return self._reader.scan(space, ranges, reverse=reverse, limit=limit)

    def walk(self, space: Space, after: tuple[str, str] | None, limit: int) -> list[Record]:
        raise NotImplementedError("what is walked is not remembered")

    def entries(self, hashes: Collection[str]) -> dict[str, LogEntry]:
        return self._reader.entries(hashes)

    def entries_at(self, order_keys: Collection[str]) -> dict[str, LogEntry]:
        return self._reader.entries_at(order_keys)

    def log(self, after: str | None, limit: int) -> list[LogEntry]:
        return self._reader.log(after, limit)

    def log_in_order(
        self,
        after: tuple[str, str] | None,
        limit: int,
        where: LogFilter = EVERY_ENTRY,
        *,
        reverse: bool = False,
    ) -> list[LogEntry]:
        return self._reader.log_in_order(after, limit, where, reverse=reverse)

    def entry_counts(self) -> dict[Status, int]:
        return self._reader.entry_counts()

    def _note(self, where: NodeFilter) -> None:
        model = load_model()
        self._kinds.update(model.node(label).kind for label in model.concrete(where.labels))


def _by_key(keys: Collection[str], edges: Collection[Edge], direction: Direction) -> dict[str, list[Edge]]:
    found: dict[str, list[Edge]] = {key: [] for key in keys}
    for edge in edges:
        ends = {edge.source} if direction is Direction.OUT else {edge.target}
        for key in {edge.source, edge.target} if direction is Direction.BOTH else ends:
            if key in found:
                found[key].append(edge)
    return found
