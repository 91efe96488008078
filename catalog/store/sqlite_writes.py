"""The writes of the port, in SQL, inside one BEGIN IMMEDIATE transaction."""

from collections.abc import Collection, Mapping

from catalog.graph import Edge, Node
from catalog.store.port import ChangeSet, Space
from catalog.store.sqlite_codec import LOG_COLUMNS, edge_row, log_row, node_row
from catalog.store.sqlite_reads import SqliteReader

_PUT_NODE = """INSERT INTO node (key, label, namespace, dataset, search, props) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (key) DO UPDATE SET label = excluded.label, namespace = excluded.namespace,
    dataset = excluded.dataset, search = excluded.search, props = excluded.props
    WHERE node.props IS NOT excluded.props OR node.label IS NOT excluded.label"""
_DROP_NODE = (
    "DELETE FROM edge_row WHERE source = (SELECT id FROM node WHERE key = ?)",
    "DELETE FROM edge_row WHERE target = (SELECT id FROM node WHERE key = ?)",
    "DELETE FROM node WHERE key = ?",
)
_PUT_HISTORY = "INSERT INTO history (via, origin) VALUES (?, ?) ON CONFLICT DO NOTHING"
# All but the end of a stretch is in its id, so a conflict can only be the same stretch with another end.
# An end that is not there makes its column NULL, which the table refuses.
_PUT_EDGE = """INSERT INTO edge_row (source, type, target, id, history, valid_from, valid_to, props) VALUES (
    (SELECT id FROM node WHERE key = ?), ?, (SELECT id FROM node WHERE key = ?), ?,
    (SELECT id FROM history WHERE via = ? AND origin = ?), ?, ?, ?)
    ON CONFLICT (source, type, target, id) DO UPDATE SET valid_to = excluded.valid_to
    WHERE valid_to IS NOT excluded.valid_to"""
_DROP_EDGE = """DELETE FROM edge_row WHERE source = (SELECT id FROM node WHERE key = ?) AND type = ?
    AND target = (SELECT id FROM node WHERE key = ?) AND id = ?"""
_PUT_RECORD = """INSERT INTO record (space, partition, sort, value) VALUES (?, ?, ?, ?)
    ON CONFLICT (space, partition, sort) DO UPDATE SET value = excluded.value WHERE value <> excluded.value"""
_DROP_RECORD = "DELETE FROM record WHERE space = ? AND partition = ? AND sort = ?"
_PUT_ENTRY = f"""INSERT INTO log ({LOG_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (hash) DO NOTHING"""
_REWRITE_ENTRY = """UPDATE log SET kind = ?2, order_key = ?3, received_ns = ?4, status = ?5, problems = ?6, actor = ?7,
    producer = ?8, body = ?9 WHERE hash = ?1"""


class SqliteTransaction(SqliteReader):
    """A transaction of the one writer that the file has at a time."""

    def lock(self, keys: Collection[str]) -> None:
        """Nothing to do: BEGIN IMMEDIATE keeps all other writers out, also those of other processes."""

    def apply(self, changes: ChangeSet) -> None:
        self._apply_nodes(changes.nodes)
        self._drop_edges(changes.dropped)
        self._apply_edges(changes.edges)
        self._apply_records(changes.records)
        self._connection.executemany(_PUT_ENTRY, [log_row(entry) for entry in changes.entries])
        self._connection.executemany(_REWRITE_ENTRY, [log_row(entry) for entry in changes.rewritten])

    def _apply_nodes(self, nodes: Mapping[str, Node | None]) -> None:
        gone = [(key,) for key, node in nodes.items() if node is None]
        if gone:
            for statement in _DROP_NODE:
                self._connection.executemany(statement, gone)
        rows = sorted(node_row(node) for node in nodes.values() if node is not None)
        self._connection.executemany(_PUT_NODE, rows)

    def _drop_edges(self, edges: Mapping[str, Edge]) -> None:
        gone = [(edge.source, edge.type, edge.target, edge_id) for edge_id, edge in edges.items()]
        self._connection.executemany(_DROP_EDGE, gone)

    def _apply_edges(self, edges: Mapping[str, Edge]) -> None:
        histories = {(edge.via, edge.origin) for edge in edges.values()}
        self._connection.executemany(_PUT_HISTORY, sorted(histories))
        self._connection.executemany(_PUT_EDGE, [edge_row(edge_id, edge) for edge_id, edge in edges.items()])

    def _apply_records(self, records: Mapping[tuple[Space, str, str], str | None]) -> None:
        gone = [(s.value, *place) for (s, *place), text in records.items() if text is None]
        self._connection.executemany(_DROP_RECORD, gone)
        rows = [(s.value, *place, text) for (s, *place), text in records.items() if text is not None]
        self._connection.executemany(_PUT_RECORD, sorted(rows))
