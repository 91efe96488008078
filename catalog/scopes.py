"""Readers that show only a part of the lineage: of a window of time, or of one run. Walks work on them."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from catalog.entry import LogEntry, Status
from catalog.errors import InvalidQuery
from catalog.fold.edges import Names, edge_specs
from catalog.fold.runs import Part, RunState, told_digests
from catalog.graph import Direction, Edge, EdgeSpec, Node
from catalog.identity import JobId
from catalog.instant import instant_of
from catalog.state import blobs, run_state
from catalog.store.entering import entering_by_edges
from catalog.store.port import (
    ALL_TIME,
    EVERY_ENTRY,
    NOW,
    At,
    Entering,
    LogFilter,
    NodeFilter,
    Range,
    Reader,
    Record,
    Space,
)
from ontology.vocabulary import Origin, Rel

LINEAGE = frozenset(
    {Rel.CONSUMED_BY, Rel.PRODUCES, Rel.FEEDS, Rel.INFLUENCES, Rel.HAD_DERIVATION, Rel.PASSES_DATA_TO}
)


class PassingReader:
    """A reader that passes every question on."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def nodes(self, keys: Collection[str]) -> dict[str, Node]:
        return self._reader.nodes(keys)

    def edges(
        self, frontier: Collection[str], types: Collection[str], direction: Direction, at: At = NOW
    ) -> list[Edge]:
        return self._reader.edges(frontier, types, direction, at)

    def entering(self, wholes: Collection[str], part: str, type_: str, at: At = NOW) -> list[Entering]:
        return self._reader.entering(wholes, part, type_, at)

    def edges_told_by(
        self, via: str, origin: str, since: int, types: Collection[str] | None = None
    ) -> list[Edge]:
        return self._reader.edges_told_by(via, origin, since, types)

    def page(self, where: NodeFilter, after: str | None, limit: int) -> list[Node]:
        return self._reader.page(where, after, limit)

    def count(self, where: NodeFilter) -> int:
        return self._reader.count(where)

    def search(self, tokens: Sequence[str], where: NodeFilter, limit: int) -> list[Node]:
        return self._reader.search(tokens, where, limit)

    def search_counts(self, tokens: Sequence[str], where: NodeFilter) -> dict[tuple[str, str], int]:
        return self._reader.search_counts(tokens, where)

    def records(self, space: Space, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
        return self._reader.records(space, keys)

    def scan(
        self, space: Space, ranges: Collection[Range], *, reverse: bool = False, limit: int | None = None
    ) -> list[Record]:
        return self._reader.scan(space, ranges, reverse=reverse, limit=limit)

    def walk(self, space: Space, after: tuple[str, str] | None, limit: int) -> list[Record]:
        return self._reader.walk(space, after, limit)

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


class WindowReader(PassingReader):
    """Edges that held at any time from ``since`` to ``until`` (None: now). Aliases are those of ``until``.

    Raises InvalidQuery for a window that ends before it begins.
    """

    def __init__(self, reader: Reader, since: int, until: int | None) -> None:
        super().__init__(reader)
        if until is not None and since > until:
            raise InvalidQuery("since is later than asOf.", "A window begins before it ends.")
        self._since = since
        self._until = until

    def edges(
        self, frontier: Collection[str], types: Collection[str], direction: Direction, at: At = NOW
    ) -> list[Edge]:
        if Rel.ALIAS_OF in types:
            return self._reader.edges(frontier, types, direction, at)
        found = self._reader.edges(frontier, types, direction, ALL_TIME)
        return [edge for edge in found if self._holds(edge)]

    def entering(self, wholes: Collection[str], part: str, type_: str, at: At = NOW) -> list[Entering]:
        return entering_by_edges(self, wholes, part, type_, at)

    def _holds(self, edge: Edge) -> bool:
        begun = self._until is None or edge.valid_from is None or edge.valid_from <= self._until
        return begun and (edge.valid_to is None or edge.valid_to > self._since)


class RunReader(PassingReader):
    """The lineage that one run told, whether it failed or not; fields and aliases as they are now.

    Raises UnknownNode where no event of the run is known.
    """

    def __init__(self, reader: Reader, run: str) -> None:
        super().__init__(reader)
        self._touching: dict[str, list[Edge]] = defaultdict(list)
        for edge in _edges_of(reader, run_state(reader, run)):
            for key in {edge.source, edge.target}:
                self._touching[key].append(edge)

    def edges(
        self, frontier: Collection[str], types: Collection[str], direction: Direction, at: At = NOW
    ) -> list[Edge]:
        others = [rel for rel in types if rel not in LINEAGE]
        found = self._reader.edges(frontier, others, direction, at) if others else []
        ends = set(frontier)
        told = {edge.id: edge for key in ends for edge in self._touching.get(key, ())}
        found += [edge for edge in told.values() if edge.type in types and _touches(edge, ends, direction)]
        return sorted(found, key=lambda edge: (edge.type, edge.source, edge.target, edge.id))

    def entering(self, wholes: Collection[str], part: str, type_: str, at: At = NOW) -> list[Entering]:
        return entering_by_edges(self, wholes, part, type_, at)


def _touches(edge: Edge, ends: set[str], direction: Direction) -> bool:
    leaves, enters = edge.source in ends, edge.target in ends
    if direction is Direction.BOTH:
        return leaves or enters
    return leaves if direction is Direction.OUT else enters


def _edges_of(reader: Reader, state: RunState) -> list[Edge]:
    texts = blobs(reader, {digest for part in state.parts.values() for digest in told_digests(part).values()})
    return [
        Edge(
            spec.type, spec.source, spec.target, job, Origin.OBSERVED, spec.properties, instant_of(part.first)
        )
        for job, part in state.parts.items()
        for spec in _specs(part, texts)
    ]


def _specs(part: Part, texts: dict[str, str]) -> set[EdgeSpec]:
    job = JobId(*part.job)
    names: Names = {}
    specs: set[EdgeSpec] = set()
    for key, digest in told_digests(part).items():
        specs.update(edge_specs(job, key, texts[digest], names))
    return specs
