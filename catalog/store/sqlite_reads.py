"""The reads of the port, in SQL, on one connection.

The order of each join is fixed with CROSS JOIN, and its indexes with INDEXED BY: the frontier leads, whatever
statistics someone may have gathered in the file when it was small.
"""

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from itertools import chain

from catalog.entry import LogEntry, Status
from catalog.graph import Direction, Edge, Node
from catalog.store.port import (
    EVERY_ENTRY,
    NOW,
    AllTime,
    At,
    Entering,
    LogFilter,
    NodeFilter,
    Range,
    Record,
    Space,
)
from catalog.store.sqlite_codec import (
    EDGE_COLUMNS,
    LOG_COLUMNS,
    NODE_COLUMNS,
    Row,
    edge_of,
    entry_of,
    equals_terms,
    listed,
    match_all,
    node_of,
)
from catalog.store.sqlite_schema import INDEXED_PROPERTIES

_OUT = f"""SELECT {EDGE_COLUMNS} FROM json_each(?) f
    CROSS JOIN node s INDEXED BY node_by_key ON s.key = f.value
    CROSS JOIN edge_row e ON e.source = s.id
    CROSS JOIN node t ON t.id = e.target CROSS JOIN history h ON h.id = e.history"""
_IN = f"""SELECT {EDGE_COLUMNS} FROM json_each(?) f
    CROSS JOIN node t INDEXED BY node_by_key ON t.key = f.value
    CROSS JOIN edge_row e INDEXED BY edge_backwards ON e.target = t.id
    CROSS JOIN node s ON s.id = e.source CROSS JOIN history h ON h.id = e.history"""
_TOLD = f"""SELECT {EDGE_COLUMNS} FROM history h INDEXED BY history_by_name
    CROSS JOIN edge_row e INDEXED BY edge_by_history ON e.history = h.id
    CROSS JOIN node s ON s.id = e.source CROSS JOIN node t ON t.id = e.target
    WHERE h.via = ? AND h.origin = ?"""
_ENTERING = """SELECT w.key, min(s.key), h.via, h.origin FROM json_each(?) f
    CROSS JOIN node w INDEXED BY node_by_key ON w.key = f.value
    CROSS JOIN edge_row p ON p.source = w.id AND p.type = ?{held_part}
    LEFT JOIN edge_row e INDEXED BY edge_backwards ON e.target = p.target AND e.type = ?{held}
    LEFT JOIN node s ON s.id = e.source LEFT JOIN history h ON h.id = e.history
    GROUP BY w.id, coalesce(s.dataset, s.key), e.history"""
_SEARCHED = " AND node.search IS NOT NULL"
_WALKS = {Direction.OUT: (_OUT,), Direction.IN: (_IN,), Direction.BOTH: (_OUT, _IN)}


class SqliteReader:
    """The reads of the port on a connection with an open transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def nodes(self, keys: Collection[str]) -> dict[str, Node]:
        if not keys:
            return {}
        sql = f"""SELECT {NODE_COLUMNS} FROM json_each(?) f
            CROSS JOIN node INDEXED BY node_by_key ON node.key = f.value"""
        return {row[0]: node_of(row) for row in self._rows(sql, listed(keys))}

    def edges(
        self, frontier: Collection[str], types: Collection[str], direction: Direction, at: At = NOW
    ) -> list[Edge]:
        if not frontier or not types:
            return []
        keys, wanted = listed(set(frontier)), sorted(set(types))
        during, instants = _during(at)
        where = f" WHERE e.type IN ({_marks(wanted)}){during}"
        found = [self._rows(walk + where, keys, *wanted, *instants) for walk in _WALKS[direction]]
        return _sorted_edges(found[0] if len(found) == 1 else set(chain.from_iterable(found)))

    def entering(self, wholes: Collection[str], part: str, type_: str, at: At = NOW) -> list[Entering]:
        if not wholes:
            return []
        (held_part, _), (held, instants) = _during(at, "p"), _during(at)
        sql = _ENTERING.format(held_part=held_part, held=held)
        rows = self._rows(sql, listed(wholes), part, *instants, type_, *instants)
        return [Entering(*row) for row in rows]

    def edges_told_by(
        self, via: str, origin: str, since: int, types: Collection[str] | None = None
    ) -> list[Edge]:
        told, wanted = _TOLD, sorted(set(types or ()))
        if types is not None:
            told += f" AND +e.type IN ({_marks(wanted)})"  # the plus keeps other indexes out
        ongoing = self._rows(f"{told} AND e.valid_to IS NULL", via, origin, *wanted)
        return _sorted_edges(ongoing + self._rows(f"{told} AND e.valid_to >= ?", via, origin, *wanted, since))

    def page(self, where: NodeFilter, after: str | None, limit: int) -> list[Node]:
        return self._page(where, after, limit)

    def _page(self, where: NodeFilter, after: str | None, limit: int, only: str = "") -> list[Node]:
        equals, values = equals_terms(where.equals, INDEXED_PROPERTIES)
        sql = f"""SELECT {NODE_COLUMNS} FROM node INDEXED BY {_index(where)}
            WHERE label = ? AND key > ?{equals}{only} ORDER BY key LIMIT ?"""
        rows: list[Row] = []
        for label in set(where.labels):  # one by one, each in the order of its index
            rows += self._rows(sql, label, after or "", *values, limit)
        return [node_of(row) for row in sorted(rows)[:limit]]

    def count(self, where: NodeFilter) -> int:
        equals, values = equals_terms(where.equals, INDEXED_PROPERTIES)
        of_label = f"label IN ({_marks(where.labels)})"
        sql = f"SELECT count(*) FROM node INDEXED BY {_index(where)} WHERE {of_label}{equals}"
        return int(self._rows(sql, *where.labels, *values)[0][0])

    def search(self, tokens: Sequence[str], where: NodeFilter, limit: int) -> list[Node]:
        wanted = [token for token in tokens if token]
        if not wanted:
            return self._page(where, None, limit, _SEARCHED)
        found, values = _found(wanted, where)
        sql = f"SELECT {NODE_COLUMNS} {found} ORDER BY node.key LIMIT ?"
        return [node_of(row) for row in self._rows(sql, *values, limit)]

    def search_counts(self, tokens: Sequence[str], where: NodeFilter) -> dict[tuple[str, str], int]:
        found, values = _found([token for token in tokens if token], where)
        sql = f"SELECT node.label, coalesce(node.namespace, ''), count(*) {found} GROUP BY 1, 2"
        return {(label, namespace): count for label, namespace, count in self._rows(sql, *values)}

    def records(self, space: Space, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
        partitions: dict[str, set[str]] = {}
        for partition, sort in keys:
            partitions.setdefault(sort, set()).add(partition)
        return {
            (partition, sort): value
            for sort, asked in partitions.items()
            for partition, value in self._records_at(space, sort, asked)
        }

    def _records_at(self, space: Space, sort: str, partitions: Collection[str]) -> list[Row]:
        """(partition, value) of those that have a record of this sort. What may hold a NUL character is a value of its
        own: json_each would end a text there."""
        found: list[Row] = []
        alone = [one for one in partitions if "\0" in one] if len(partitions) > 1 else partitions
        for partition in alone:
            sql = "SELECT partition, value FROM record WHERE space = ? AND partition = ? AND sort = ?"
            found += self._rows(sql, space.value, partition, sort)
        if len(partitions) > len(alone):
            sql = """SELECT r.partition, r.value FROM json_each(?) f CROSS JOIN record r INDEXED BY record_by_place
                ON r.space = ? AND r.partition = f.value AND r.sort = ?"""
            found += self._rows(sql, listed(partitions), space.value, sort)
        return found

    def scan(
        self, space: Space, ranges: Collection[Range], *, reverse: bool = False, limit: int | None = None
    ) -> list[Record]:
        found: dict[str, dict[str, str]] = {}
        for wanted in ranges:
            rows = self._slice(space, wanted, reverse, limit)
            found.setdefault(wanted.partition, {}).update(rows)
        return [
            Record(space, partition, sort, found[partition][sort])
            for partition in sorted(found)
            for sort in sorted(found[partition], reverse=reverse)
        ]

    def walk(self, space: Space, after: tuple[str, str] | None, limit: int) -> list[Record]:
        sql = """SELECT partition, sort, value FROM record
            WHERE space = ? AND (partition, sort) > (?, ?) ORDER BY partition, sort LIMIT ?"""
        if after is None:
            sql = sql.replace(") > (", ") >= (")  # the first of all may be empty
        rows = self._rows(sql, space.value, *(after or ("", "")), limit)
        return [Record(space, *row) for row in rows]

    def entries(self, hashes: Collection[str]) -> dict[str, LogEntry]:
        if not hashes:
            return {}
        sql = f"SELECT {LOG_COLUMNS} FROM json_each(?) f CROSS JOIN log ON log.hash = f.value"
        return {row[0]: entry_of(row) for row in self._rows(sql, listed(hashes))}

    def entries_at(self, order_keys: Collection[str]) -> dict[str, LogEntry]:
        if not order_keys:
            return {}
        sql = f"""SELECT {LOG_COLUMNS} FROM json_each(?) f
            CROSS JOIN log INDEXED BY log_in_order ON log.order_key = f.value"""
        return {row[2]: entry_of(row) for row in self._rows(sql, listed(order_keys))}

    def log(self, after: str | None, limit: int) -> list[LogEntry]:
        sql = f"SELECT {LOG_COLUMNS} FROM log WHERE hash > ? ORDER BY hash LIMIT ?"
        return [entry_of(row) for row in self._rows(sql, after or "", limit)]

    def log_in_order(
        self,
        after: tuple[str, str] | None,
        limit: int,
        where: LogFilter = EVERY_ENTRY,
        *,
        reverse: bool = False,
    ) -> list[LogEntry]:
        index = "log_in_order" if where.status is None else "log_of_status"
        terms: list[tuple[str, str]] = [] if where.status is None else [("status = ?", where.status.value)]
        if where.producer is not None:
            # Producers are many: theirs is the narrower index; the plus keeps that of the status out.
            index = "log_of_producer"
            terms = [(f"+{term}", value) for term, value in terms]
            terms.append(("producer = ?", where.producer))
        parts, values = [term for term, _ in terms], [value for _, value in terms]
        if after is not None:
            parts.append(f"(order_key, hash) {'<' if reverse else '>'} (?, ?)")
            values += after
        way = "DESC" if reverse else "ASC"
        found = f"SELECT {LOG_COLUMNS} FROM log INDEXED BY {index} WHERE {' AND '.join(parts) or 'true'}"
        rows = self._rows(f"{found} ORDER BY order_key {way}, hash {way} LIMIT ?", *values, limit)
        return [entry_of(row) for row in rows]

    def entry_counts(self) -> dict[Status, int]:
        rows = self._rows("SELECT status, count(*) FROM log GROUP BY status")
        return {Status(status): count for status, count in rows}

    def _rows(self, sql: str, *values: str | int) -> list[Row]:
        return self._connection.execute(sql, values).fetchall()

    def _slice(self, space: Space, wanted: Range, reverse: bool, limit: int | None) -> list[Row]:
        values: list[str | int] = [space.value, wanted.partition, wanted.low or ""]
        sql = "SELECT sort, value FROM record WHERE space = ? AND partition = ? AND sort >= ?"
        if wanted.high is not None:
            sql += " AND sort < ?"
            values.append(wanted.high)
        if limit is not None:
            sql += f" ORDER BY sort {'DESC' if reverse else 'ASC'} LIMIT ?"
            values.append(limit)
        return self._rows(sql, *values)


def _found(tokens: Sequence[str], where: NodeFilter) -> tuple[str, list[str]]:
    """FROM and WHERE of a search, and the values."""
    equals, values = equals_terms(where.equals, INDEXED_PROPERTIES)
    of_label = f"node.label IN ({_marks(where.labels)}){equals}"
    if not tokens:
        return f"FROM node INDEXED BY {_index(where)} WHERE {of_label}{_SEARCHED}", [*where.labels, *values]
    joined = "FROM node_text CROSS JOIN node ON node.id = node_text.rowid"
    return f"{joined} WHERE node_text MATCH ? AND {of_label}", [match_all(tokens), *where.labels, *values]


def _index(where: NodeFilter) -> str:
    """The index that narrows a filter most."""
    if "dataset" in where.equals:
        return "node_by_dataset"
    return "node_by_namespace" if "namespace" in where.equals else "node_by_label"


def _during(at: At, edge: str = "e") -> tuple[str, list[int]]:
    if isinstance(at, AllTime):
        return "", []
    if at is None:
        return f" AND +{edge}.valid_to IS NULL", []  # the plus keeps edge_by_history out of walks
    begun = f" AND ({edge}.valid_from IS NULL OR {edge}.valid_from <= ?)"
    return f"{begun} AND (+{edge}.valid_to IS NULL OR +{edge}.valid_to > ?)", [at, at]


def _sorted_edges(rows: Iterable[Row]) -> list[Edge]:
    """In the order of the port: rows begin with type, source, target and id, which no two of them share."""
    return [edge_of(row) for row in sorted(rows)]


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))
