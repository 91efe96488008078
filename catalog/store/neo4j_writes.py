"""The writes of the port, in Cypher, inside one transaction."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from catalog.entry import LogEntry
from catalog.errors import StoreError
from catalog.graph import Node
from catalog.store import neo4j_cypher as cypher
from catalog.store.neo4j_connection import Runner
from catalog.store.neo4j_reads import BATCH_ROWS, Neo4jReader
from catalog.store.neo4j_rows import edge_row, entry_row, place_row
from catalog.store.port import ChangeSet, Space, batched
from ontology.model import GraphModel

WRITTEN_ROWS = 5000
"""How many nodes, edges, records and entries are sent at once."""


class WrittenTypes:
    """The relationship types that this store has written, sorted.

    A statement for all types of the ontology takes Neo4j seconds to plan, and most graphs have few of them. So
    statements name those that came up so far: a text changes with each new type, and then no more.
    """

    def __init__(self) -> None:
        self.types: tuple[str, ...] = ()

    def add(self, types: Collection[str]) -> None:
        if not set(types) <= set(self.types):
            self.types = tuple(sorted({*self.types, *types}))


class Neo4jTransaction(Neo4jReader):
    """A transaction: a few statements for all labels, types and spaces that a change set touches."""

    def __init__(self, run: Runner, model: GraphModel, written: WrittenTypes) -> None:
        super().__init__(run, model)
        self._written = written
        self._absent: set[str] = set()

    def lock(self, keys: Collection[str]) -> None:
        self._each("keys", sorted(set(keys)), cypher.LOCK)

    def nodes(self, keys: Collection[str]) -> dict[str, Node]:
        """Also remembers which are not there: to create one is much cheaper than to look for it first.

        Where another transaction creates it meanwhile its constraint fails, and this one begins again.
        """
        found = super().nodes(keys)
        self._absent.update(key for key in keys if key not in found)
        return found

    def apply(self, changes: ChangeSet) -> None:
        nodes = {key: node for key, node in sorted(changes.nodes.items()) if node is not None}
        for node in nodes.values():
            self._model.node(node.label)  # raises UnknownTerm
        edges = {edge_id: edge_row(edge) for edge_id, edge in sorted(changes.edges.items())}
        types = {edge.type for edge in (*changes.edges.values(), *changes.dropped.values())}
        self._written.add({self._type(type_) for type_ in types})
        self._delete(changes)
        created = nodes.keys() & self._absent
        self._absent.difference_update(nodes)
        self._write(
            created=[self._node_rows.row(node) for key, node in nodes.items() if key in created],
            replaced=[self._node_rows.row(node) for key, node in nodes.items() if key not in created],
            edges=self._end_edges(edges, created),
            records=[[*place_row(*place), value] for place, value in _kept_records(changes)],
            entries=[entry_row(entry) for entry in _by_hash(changes.entries)],
        )
        rewritten = [entry_row(entry) for entry in _by_hash(changes.rewritten)]
        self._each("rows", rewritten, cypher.REWRITE_ENTRIES)

    def _delete(self, changes: ChangeSet) -> None:
        """What comes first: an edge may lose its end and a node may come back in the same change set."""
        gone = sorted(key for key, node in changes.nodes.items() if node is None)
        self._each("keys", gone, cypher.DELETE_NODES)
        dropped = [{"type": edge.type, "id": edge_id} for edge_id, edge in sorted(changes.dropped.items())]
        for rows in _by_type(dropped):
            self._run(cypher.delete_edges(self._written.types), {"rows": rows})
        places = sorted(place for place, value in changes.records.items() if value is None)
        self._each("places", [place_row(*place) for place in places], cypher.DELETE_RECORDS)

    def _write(self, **parts: list[Any]) -> None:
        """Write rows in the order of the parts, a batch at a time: edges come behind the nodes at their ends."""
        drawn = 0
        rows = [(part, row) for part, rows in parts.items() for row in rows]
        for batch in batched(rows, WRITTEN_ROWS):
            load: dict[str, list[Any]] = {part: [] for part in parts}
            for part, row in batch:
                load[part].append(row)
            drawn += self._run(cypher.WRITE, load)[0][0]
        if drawn != len(parts["edges"]):
            self._refuse_loose_ends(parts["edges"])

    def _end_edges(self, kept: Mapping[str, dict[str, Any]], created: set[str]) -> list[dict[str, Any]]:
        """Give the edges that exist their end; gives the others. At a node that is new every edge is new."""
        unsure = [row for row in kept.values() if created.isdisjoint((row["source"], row["target"]))]
        old: set[str] = set()
        ends = [{"type": row["type"], "id": row["id"], "validTo": row["validTo"]} for row in unsure]
        for rows in _by_type(ends):
            old.update(self._list(cypher.end_edges(self._written.types), {"rows": rows}))
        return [row for edge_id, row in kept.items() if edge_id not in old]

    def _refuse_loose_ends(self, rows: Collection[dict[str, Any]]) -> None:
        found = self.nodes({row[end] for row in rows for end in ("source", "target")})
        type_, missing = min(
            (row["type"], row[end]) for row in rows for end in ("source", "target") if row[end] not in found
        )
        raise StoreError(f"An edge {type_} names a node that is not there: {missing[:200]!r}.")


def _by_type(edges: Collection[dict[str, Any]]) -> Iterator[dict[str, list[dict[str, Any]]]]:
    """Rows of edges by their type, a batch at a time."""
    for batch in batched(edges, BATCH_ROWS):
        rows: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in batch:
            rows[row["type"]].append(row)
        yield rows


def _kept_records(changes: ChangeSet) -> list[tuple[tuple[Space, str, str], str]]:
    return sorted((place, value) for place, value in changes.records.items() if value is not None)


def _by_hash(entries: Sequence[LogEntry]) -> list[LogEntry]:
    """One entry for each hash, the first, in hash order."""
    first = {entry.hash: entry for entry in reversed(entries)}
    return [first[hash_] for hash_ in sorted(first)]
