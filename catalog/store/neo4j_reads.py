"""The questions of the port, in Cypher."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from catalog.entry import LogEntry, Status
from catalog.graph import Direction, Edge, Node
from catalog.store import neo4j_cypher as cypher
from catalog.store.neo4j_connection import Row, Runner
from catalog.store.neo4j_rows import (
    Nodes,
    edge_of,
    entry_of,
    indexed_text,
    lucene_query,
    place_row,
    sort_of,
    sort_text,
)
from catalog.store.port import (
    EVERY_ENTRY,
    NOW,
    At,
    Entering,
    LogFilter,
    NodeFilter,
    Range,
    Record,
    Space,
    batched,
)
from ontology.model import GraphModel

BATCH_ROWS = 1000

LAST = "~"
"""Behind every order key and hash, which begin with hex digits."""


class Neo4jReader:
    """The questions of the port, each one statement for every thousand keys."""

    def __init__(self, run: Runner, model: GraphModel) -> None:
        self._run = run
        self._model = model
        self._node_rows = Nodes(model)

    def nodes(self, keys: Collection[str]) -> dict[str, Node]:
        found = self._lists("keys", sorted(set(keys)), cypher.NODES)
        return {node.key: node for node in self._nodes(found)}

    def edges(
        self, frontier: Collection[str], types: Collection[str], direction: Direction, at: At = NOW
    ) -> list[Edge]:
        if not types:
            return []
        statement = cypher.edges([self._type(type_) for type_ in sorted(set(types))], direction, at)
        instant = at if isinstance(at, int) else None
        return _edges(self._lists("keys", sorted(set(frontier)), statement, at=instant))

    def entering(self, wholes: Collection[str], part: str, type_: str, at: At = NOW) -> list[Entering]:
        statement = cypher.entering(self._type(part), self._type(type_), at)
        instant = at if isinstance(at, int) else None
        return [Entering(*row) for row in self._lists("keys", sorted(set(wholes)), statement, at=instant)]

    def edges_told_by(
        self, via: str, origin: str, since: int, types: Collection[str] | None = None
    ) -> list[Edge]:
        asked = (
            self._model.relationship_types
            if types is None
            else sorted({self._type(type_) for type_ in types})
        )
        if not asked:
            return []
        statement = cypher.edges_told_by(asked)
        return _edges(self._list(statement, {"via": via, "origin": origin, "since": since}))

    def page(self, where: NodeFilter, after: str | None, limit: int) -> list[Node]:
        where = self._concrete(where)
        if not where.labels:
            return []
        parameters = {"after": after or "", "limit": limit, **_equals(where)}
        return self._nodes(self._list(cypher.page(self._model, where), parameters))

    def count(self, where: NodeFilter) -> int:
        where = self._concrete(where)
        if not where.labels:
            return 0
        return sum(row[0] for row in self._run(cypher.count(self._model, where), _equals(where)))

    def search(self, tokens: Sequence[str], where: NodeFilter, limit: int) -> list[Node]:
        words = [token for token in tokens if token]
        where = self._concrete(where)
        if not where.labels:
            return []
        if not words:
            statement = cypher.page(self._model, where, searched=True)
            return self._nodes(self._list(statement, {"after": "", "limit": limit, **_equals(where)}))
        statement = cypher.search(self._model, where)
        return self._nodes(self._list(statement, {"limit": limit, **_search(words, where)}))

    def search_counts(self, tokens: Sequence[str], where: NodeFilter) -> dict[tuple[str, str], int]:
        where = self._concrete(where)
        if not where.labels:
            return {}
        words = [token for token in tokens if token]
        if words:
            rows = self._run(cypher.search_counts(self._model, where), _search(words, where))
        else:
            rows = self._run(cypher.namespace_counts(self._model, where), _equals(where))
        counts: defaultdict[tuple[str, str], int] = defaultdict(int)
        for labels, namespace, number in rows:
            counts[self._node_rows.own_label(labels), namespace] += number
        return dict(counts)

    def records(self, space: Space, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
        asked = {indexed_text(partition): partition for partition, _ in keys}
        places = [place_row(space, partition, sort) for partition, sort in sorted(set(keys))]
        rows = self._each("places", places, cypher.RECORDS)
        return {(asked[partition], sort_of(sort)): value for partition, sort, value in rows}

    def scan(
        self, space: Space, ranges: Collection[Range], *, reverse: bool = False, limit: int | None = None
    ) -> list[Record]:
        asked = {indexed_text(wanted.partition): wanted.partition for wanted in ranges}
        found: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for ended in (True, False):
            statement = cypher.scan(ended=ended, limited=limit is not None, reverse=reverse)
            rows = [_range_row(space, wanted) for wanted in ranges if (wanted.high is not None) is ended]
            for partition, sort, value in self._each("ranges", rows, statement, limit=limit):
                found[asked[partition]][sort_of(sort)] = value
        return [
            Record(space, partition, sort, found[partition][sort])
            for partition in sorted(found)
            for sort in sorted(found[partition], reverse=reverse)
        ]

    def walk(self, space: Space, after: tuple[str, str] | None, limit: int) -> list[Record]:
        partition, sort = after or ("", "")
        parameters = {"space": space.value, "partition": partition, "sort": sort_text(sort), "limit": limit}
        rows = self._run(cypher.WALK_ALL if after is None else cypher.WALK_PARTITION, parameters)
        if after is not None and len(rows) < limit:
            rows += self._run(cypher.WALK_PARTITIONS, {**parameters, "limit": limit - len(rows)})
        return [Record(space, partition, sort_of(sort), value) for partition, sort, value in rows]

    def entries(self, hashes: Collection[str]) -> dict[str, LogEntry]:
        rows = self._each("hashes", sorted(set(hashes)), cypher.ENTRIES)
        return {entry.hash: entry for entry in (entry_of(row[0]) for row in rows)}

    def entries_at(self, order_keys: Collection[str]) -> dict[str, LogEntry]:
        rows = self._each("keys", sorted(set(order_keys)), cypher.ENTRIES_AT)
        return {entry.order_key: entry for entry in (entry_of(row[0]) for row in rows)}

    def log(self, after: str | None, limit: int) -> list[LogEntry]:
        return [entry_of(row[0]) for row in self._run(cypher.LOG, {"after": after or "", "limit": limit})]

    def log_in_order(
        self,
        after: tuple[str, str] | None,
        limit: int,
        where: LogFilter = EVERY_ENTRY,
        *,
        reverse: bool = False,
    ) -> list[LogEntry]:
        order_key, hash_ = after or ((LAST, LAST) if reverse else ("", ""))
        parameters = {
            "orderKey": order_key,
            "hash": hash_,
            "limit": limit,
            "status": where.status and where.status.value,
            "producer": where.producer,
        }
        statement = cypher.log_in_order(where, reverse=reverse)
        return [entry_of(row[0]) for row in self._run(statement, parameters)]

    def entry_counts(self) -> dict[Status, int]:
        rows = self._run(cypher.ENTRY_COUNTS, {"statuses": [status.value for status in Status]})
        return {Status(status): number for status, number in rows if number}

    def _each(self, name: str, values: Sequence[Any], statement: str, **others: Any) -> list[Row]:
        """The rows of a statement for all the values, a batch at a time; none is run for no value."""
        batches = batched(values, BATCH_ROWS)
        return [row for batch in batches for row in self._run(statement, {name: batch, **others})]

    def _lists(self, name: str, values: Sequence[Any], statement: str, **others: Any) -> list[Any]:
        """The same for a statement that gives all in one list."""
        batches = batched(values, BATCH_ROWS)
        return [row for batch in batches for row in self._list(statement, {name: batch, **others})]

    def _list(self, statement: str, parameters: dict[str, Any]) -> list[Any]:
        found: list[Any] = self._run(statement, parameters)[0][0]
        return found

    def _nodes(self, rows: Collection[Row]) -> list[Node]:
        return [self._node_rows.node(labels, properties) for labels, properties in rows]

    def _type(self, type_: str) -> str:
        """The type, when the ontology has it. Raises UnknownTerm."""
        return self._model.relationship(type_).type

    def _concrete(self, where: NodeFilter) -> NodeFilter:
        """The filter without the labels that no node has as its own. Raises UnknownTerm for an unknown one."""
        labels = tuple(label for label in where.labels if not self._model.node(label).abstract)
        return NodeFilter(labels, where.equals)


def _edges(rows: Collection[Row]) -> list[Edge]:
    """Edges in the order of the port, each once."""
    found = {row[3]["edgeId"]: edge_of(*row) for row in rows}
    return sorted(found.values(), key=lambda edge: (edge.type, edge.source, edge.target, edge.id))


def _range_row(space: Space, wanted: Range) -> Row:
    high = None if wanted.high is None else sort_text(wanted.high)
    return [*place_row(space, wanted.partition, wanted.low or ""), high]


def _equals(where: NodeFilter) -> dict[str, list[str]]:
    return {"equals": [indexed_text(value) for value in where.equals.values()]}


def _search(words: Sequence[str], where: NodeFilter) -> dict[str, Any]:
    return {"query": lucene_query(words), "words": [f" {word}" for word in words], **_equals(where)}
