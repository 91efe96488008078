"""The store on a Neo4j server; Community Edition is enough.

Labels, relationship types and properties are real ones, so that a person with Neo4j Browser reads the graph.

Neo4j reads what is committed at the moment of each statement. A fold therefore locks the entities it folds
before it reads what decides its writes.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from catalog.entry import LogEntry, Status
from catalog.errors import StoreError
from catalog.graph import Direction, Edge, Node
from catalog.store import neo4j_cypher as cypher
from catalog.store.neo4j_connection import Connection, Neo4jUrl, Row, Runner
from catalog.store.neo4j_rows import (
    Nodes,
    edge_of,
    edge_row,
    entry_of,
    entry_row,
    indexed_text,
    lucene_query,
    sort_of,
    sort_text,
)
from catalog.store.neo4j_schema import prepare
from catalog.store.port import (
    EVERY_ENTRY,
    NOW,
    At,
    ChangeSet,
    LogFilter,
    NodeFilter,
    Range,
    Reader,
    Record,
    Space,
    Transaction,
    batched,
)
from ontology.compiler import load_model
from ontology.model import GraphModel

BATCH_ROWS = 1000

LAST = "~"
"""Behind every order key and hash, which begin with hex digits."""

T = TypeVar("T")


class Neo4jStore:
    """The port on Neo4j. Safe for several threads; goes on by itself when the server has been away."""

    def __init__(self, url: str, *, of_any_ontology: bool = False) -> None:
        """Connect, and make the schema in an empty database. ``of_any_ontology``: open an older one too, to
        read its log.

        Raises UnknownStoreUrl, NotOurStore, OntologyChanged, NewerOntology, ReplayNeeded and StoreUnavailable.
        """
        self._model = load_model()
        self._written = _Written()
        self._connection = Connection(Neo4jUrl.parse(url))
        try:
            prepare(self._connection, self._model, of_any_ontology=of_any_ontology)
        except StoreError:
            self._connection.close()
            raise

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """What is committed, statement by statement."""
        with self._connection.session() as run:
            yield _Reader(run, self._model)

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Run ``work`` in one transaction and commit it; ``work`` runs again after a deadlock.

        Raises StoreUnavailable.
        """
        return self._connection.transaction(lambda run: work(_Unit(run, self._model, self._written)))

    def ping(self) -> None:
        """Raises StoreUnavailable when the server does not answer."""
        with self._connection.session() as run:
            run(cypher.PING, {})

    def close(self) -> None:
        """Close all connections."""
        self._connection.close()


class _Reader:
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
        places = [_place(space, partition, sort) for partition, sort in sorted(set(keys))]
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


class _Written:
    """The relationship types that this store has written, sorted.

    A statement for all types of the ontology takes Neo4j seconds to plan, and most graphs have few of them. So
    statements name those that came up so far: a text changes with each new type, and then no more.
    """

    def __init__(self) -> None:
        self.types: tuple[str, ...] = ()

    def add(self, types: Collection[str]) -> None:
        if not set(types) <= set(self.types):
            self.types = tuple(sorted({*self.types, *types}))


class _Unit(_Reader):
    """A transaction: a few statements for all labels, types and spaces that a change set touches."""

    def __init__(self, run: Runner, model: GraphModel, written: _Written) -> None:
        super().__init__(run, model)
        self._written = written

    def lock(self, keys: Collection[str]) -> None:
        self._each("keys", sorted(set(keys)), cypher.LOCK)

    def apply(self, changes: ChangeSet) -> None:
        self._write_nodes(changes.nodes)
        self._delete_edges(sorted(changes.dropped))
        self._write_edges(changes.edges)
        self._write_records(changes.records)
        self._each("rows", [entry_row(entry) for entry in _by_hash(changes.entries)], cypher.WRITE_ENTRIES)
        rewritten = [entry_row(entry) for entry in _by_hash(changes.rewritten)]
        self._each("rows", rewritten, cypher.REWRITE_ENTRIES)

    def _write_nodes(self, nodes: Mapping[str, Node | None]) -> None:
        self._each("keys", sorted(key for key, node in nodes.items() if node is None), cypher.DELETE_NODES)
        kept = [node for _, node in sorted(nodes.items()) if node is not None]
        for label in sorted({node.label for node in kept}):
            self._model.node(label)  # raises UnknownTerm
        self._each("rows", [self._node_rows.row(node) for node in kept], cypher.WRITE_NODES)

    def _write_edges(self, edges: Mapping[str, Edge]) -> None:
        kept = {edge_id: edge_row(edge) for edge_id, edge in sorted(edges.items())}
        types = {self._type(row["type"]) for row in kept.values()}
        self._written.add(types)
        old = self._end_edges(kept.values())
        new = [row for id_, row in kept.items() if id_ not in old]
        written = self._each("rows", new, cypher.CREATE_EDGES)
        if sum(row[0] for row in written) != len(new):
            self._refuse_loose_ends(new)

    def _delete_edges(self, ids: Sequence[str]) -> None:
        """An id does not tell the type. Most are of the few types that are written here; the others are asked then."""
        usual = self._written.types
        others = tuple(type_ for type_ in self._model.relationship_types if type_ not in usual)
        deleted = self._each("ids", ids, cypher.delete_edges(usual)) if usual else []
        if len(deleted) < len(ids) and others:
            self._each("ids", ids, cypher.delete_edges(others))

    def _end_edges(self, rows: Iterable[dict[str, Any]]) -> set[str]:
        """Give the edges that exist their end; which these are."""
        old: set[str] = set()
        if not self._written.types:
            return old
        statement = cypher.end_edges(self._written.types)
        for batch in batched(rows, BATCH_ROWS):
            by_type: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
            for row in batch:
                by_type[row["type"]].append({"id": row["id"], "validTo": row["validTo"]})
            old.update(self._list(statement, {"rows": by_type}))
        return old

    def _refuse_loose_ends(self, rows: list[dict[str, Any]]) -> None:
        found = self.nodes({row[end] for row in rows for end in ("source", "target")})
        type_, missing = min(
            (row["type"], row[end]) for row in rows for end in ("source", "target") if row[end] not in found
        )
        raise StoreError(f"An edge {type_} names a node that is not there: {missing[:200]!r}.")

    def _write_records(self, records: Mapping[tuple[Space, str, str], str | None]) -> None:
        gone = sorted(place for place, value in records.items() if value is None)
        kept = sorted((place, value) for place, value in records.items() if value is not None)
        self._each("places", [_place(*place) for place in gone], cypher.DELETE_RECORDS)
        self._each("rows", [[*_place(*place), value] for place, value in kept], cypher.WRITE_RECORDS)


def _edges(rows: Collection[Row]) -> list[Edge]:
    """Edges in the order of the port, each once."""
    found = {row[3]["edgeId"]: edge_of(*row) for row in rows}
    return sorted(found.values(), key=lambda edge: (edge.type, edge.source, edge.target, edge.id))


def _place(space: Space, partition: str, sort: str) -> Row:
    return [space.value, indexed_text(partition), sort_text(sort)]


def _range_row(space: Space, wanted: Range) -> Row:
    high = None if wanted.high is None else sort_text(wanted.high)
    return [*_place(space, wanted.partition, wanted.low or ""), high]


def _equals(where: NodeFilter) -> dict[str, list[str]]:
    return {"equals": [indexed_text(value) for value in where.equals.values()]}


def _search(words: Sequence[str], where: NodeFilter) -> dict[str, Any]:
    return {"query": lucene_query(words), "words": [f" {word}" for word in words], **_equals(where)}


def _by_hash(entries: Sequence[LogEntry]) -> list[LogEntry]:
    """One entry for each hash, the first, in hash order."""
    first = {entry.hash: entry for entry in reversed(entries)}
    return [first[hash_] for hash_ in sorted(first)]
