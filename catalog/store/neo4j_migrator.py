"""Bringing a Neo4j store up to date: constraints, indexes, and the labels above that of each node.

Neo4j changes its schema and its nodes in separate transactions. The mark comes last, so after a crash the
store is still refused, and migrating it again does what is left.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from catalog.errors import StoreError
from catalog.store import neo4j_cypher as cypher
from catalog.store.mark import StoreMark
from catalog.store.migrator import Action, Step, step
from catalog.store.neo4j_connection import Connection, Neo4jUrl
from catalog.store.neo4j_schema import difference, read_mark, update
from ontology.ddl import CypherIndex
from ontology.model import GraphModel, Index

BATCH_NODES = 10_000

_KINDS = {Index.UNIQUE: "constraint", Index.RANGE: "index", Index.FULLTEXT: "full-text index"}


@dataclass(frozen=True, slots=True)
class _Labels:
    """Nodes that have exactly these labels. ``own``: the label below the others, as the ontology has it, if any."""

    labels: frozenset[str]
    own: str | None
    count: int


class Neo4jMigrator:
    """The schema of a database. Raises UnknownStoreUrl, NotOurStore and StoreUnavailable."""

    def __init__(self, url: str, model: GraphModel) -> None:
        self._model = model
        self._connection = Connection(Neo4jUrl.parse(url))
        try:
            self.mark()
        except StoreError:
            self._connection.close()
            raise

    def mark(self) -> StoreMark | None:
        """What made the store; None for an empty database."""
        return read_mark(self._connection)

    def strangers(self) -> Mapping[str, int]:
        """How many nodes and edges the ontology has no label or type for."""
        found = {":".join(sorted(one.labels)): one.count for one in self._labels() if one.own is None}
        with self._connection.session() as run:
            for (type_,) in run(cypher.TYPES, {}):
                # A type stays known to Neo4j when its last edge is gone.
                if type_ not in self._model.relationship_types:
                    count = run(cypher.edge_count(type_), {})[0][0]
                    found |= {type_: count} if count else {}
        return dict(sorted(found.items()))

    def holds(self, label: str) -> bool:
        """Whether there are nodes of a label."""
        with self._connection.session() as run:
            return bool(run(cypher.any_of(label), {}))

    def steps(self) -> list[Step]:
        """Constraints and indexes to create, make anew and drop; nodes to relabel."""
        found = difference(self._connection, self._model)
        missing, stale = {i.name for i in found.missing}, {i.name for i in found.stale}
        return [
            *_steps(Action.CREATE, [index for index in found.missing if index.name not in stale]),
            *_steps(Action.RENEW, [index for index in found.missing if index.name in stale]),
            *_steps(Action.DROP, [index for index in found.stale if index.name not in missing]),
            *(
                Step(Action.RELABEL, "node", (":".join(self._model.label_path(one.own)),), one.count)
                for one in self._changed()
                if one.own is not None
            ),
        ]

    def migrate(self, graph_of: StoreMark | None = None) -> None:
        """Relabel nodes, bring constraints and indexes up to date, mark the store."""
        for one in self._changed():
            if one.own is not None:
                self._relabel(one.labels, self._model.label_path(one.own))
        update(self._connection, self._model, graph_of=graph_of)

    def close(self) -> None:
        """Close all connections."""
        self._connection.close()

    def _labels(self) -> list[_Labels]:
        with self._connection.session() as run:
            rows = run(cypher.LABEL_SETS, {})
        return [_Labels(frozenset(labels), self._own(labels), count) for labels, count in rows]

    def _changed(self) -> list[_Labels]:
        """Nodes that lack labels above their own."""
        return [
            one for one in self._labels() if one.own and {*one.labels} != {*self._model.label_path(one.own)}
        ]

    def _own(self, labels: Collection[str]) -> str | None:
        """The label that all the others are above; None where none is, or one is not known."""
        known = [one for one in labels if one in self._model.labels]
        return next((one for one in known if {*labels} <= {*self._model.label_path(one)}), None)

    def _relabel(self, labels: Collection[str], path: Collection[str]) -> None:
        statement, more = cypher.relabel(labels), {"path": [*path], "limit": BATCH_NODES}
        while self._connection.transaction(lambda run: run(statement, more))[0][0]:
            pass


def _steps(action: Action, indexes: Collection[CypherIndex]) -> list[Step]:
    return [
        one
        for kind, said in _KINDS.items()
        for one in step(action, said, [index.name for index in indexes if index.kind is kind])
    ]
