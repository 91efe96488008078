"""The constraints and indexes of a Neo4j database: what there is, what the ontology wants, and the mark."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace

from catalog.errors import NotOurStore, StoreError
from catalog.store import neo4j_cypher as cypher
from catalog.store.mark import BEFORE_MARKS, StoreMark
from catalog.store.neo4j_connection import Connection, Runner
from ontology.ddl import CypherIndex, cypher_indexes, cypher_name
from ontology.model import GraphModel, Index

FORMAT = 2
"""Form of what we keep in a database; a newer one is refused. 1 has no more of the mark than a digest."""

_OURS = ("mesh_", "meshline")
"""What the names of our constraints and indexes begin with; people may add others."""

_POLL_S = 0.1


def prepare(connection: Connection, model: GraphModel, *, of_any_ontology: bool = False) -> None:
    """Make an empty database ours, or check that it is and of this ontology, and restore indexes it lacks.

    Raises NotOurStore, OntologyChanged, NewerOntology and ReplayNeeded before anything is written.
    """
    ours, mark = StoreMark.of(model), read_mark(connection)
    if mark is None:
        update(connection, model, shared=True)
    elif of_any_ontology:
        mark.refuse_newer(ours)
    else:
        mark.require(ours)
        missing = difference(connection, model, shared=True).missing
        if missing:
            _create(connection, missing)


def read_mark(connection: Connection) -> StoreMark | None:
    """What made the store; None when the database is empty. Raises NotOurStore for anything else."""
    with connection.session() as run:
        # In this order: another process may be opening the same empty database.
        if not run(cypher.ANY_NODE, {}):
            return None
        found = run(cypher.META, {})
    if not found:
        raise NotOurStore(
            "This Neo4j database holds a graph that is not Meshline's.",
            "Name an empty database in the store URL; Meshline shares none.",
        )
    meta = found[0][0]
    if meta["format"] > FORMAT:
        raise NotOurStore(
            f"This Neo4j database has format {meta['format']}, this Meshline knows {FORMAT}.",
            "Update Meshline.",
        )
    return StoreMark(
        version=meta.get("ontologyVersion", BEFORE_MARKS),
        digest=meta.get("ontologyDigest", ""),
        projection=meta.get("projection", 1),
        extensions=tuple(meta.get("extensions", ())),
        naming=meta.get("naming", ""),
        precedence=meta.get("precedence", ""),
    )


def update(
    connection: Connection, model: GraphModel, *, shared: bool = False, graph_of: StoreMark | None = None
) -> None:
    """Bring constraints and indexes up to date, then mark the store: what is marked is complete.

    ``shared``: other processes may be doing the same at this moment; ``graph_of``: what made the graph.
    """
    found = difference(connection, model, shared=shared)
    if found.stale:
        connection.transaction(lambda run: _drop(run, found.stale))
    if found.missing:
        _create(connection, found.missing)
    mark = StoreMark.of(model).around_graph_of(graph_of)
    said = {
        "ontologyDigest": mark.digest,
        "ontologyVersion": mark.version,
        "projection": mark.projection,
        "extensions": [*mark.extensions],
        "naming": mark.naming,
        "precedence": mark.precedence,
    }
    connection.transaction(lambda run: run(cypher.WRITE_META, {"mark": {"format": FORMAT, **said}}))


@dataclass(frozen=True, slots=True)
class Present:
    """A constraint or index of ours that the database has."""

    index: CypherIndex
    failed: bool

    def is_as(self, wanted: CypherIndex, *, shared: bool) -> bool:
        """Whether it is the wanted one, or will be: a constraint is an index until its transaction ends."""
        index = (
            replace(self.index, kind=wanted.kind) if shared and self.index.kind is Index.RANGE else self.index
        )
        return index == wanted and not self.failed


@dataclass(frozen=True, slots=True)
class Difference:
    """``missing``: to create; ``stale``: to drop before that, because it is another one or is not wanted."""

    missing: list[CypherIndex]
    stale: list[CypherIndex]


def difference(connection: Connection, model: GraphModel, *, shared: bool = False) -> Difference:
    """How the constraints and indexes differ from those that the ontology wants."""
    with connection.session() as run:
        present = _present(run)
    wanted = {index.name: index for index in (*cypher_indexes(model), *cypher.bookkeeping_indexes(model))}
    same = {
        name for name, one in present.items() if name in wanted and one.is_as(wanted[name], shared=shared)
    }
    return Difference(
        missing=[index for name, index in wanted.items() if name not in same],
        stale=[one.index for name, one in sorted(present.items()) if name not in same],
    )


def _present(run: Runner) -> dict[str, Present]:
    found = {}
    for name, type_, entity, over, properties, constraint, state in run(cypher.SHOW_INDEXES, {}):
        if name.startswith(_OURS):
            kind = Index.UNIQUE if constraint else Index(type_.lower())
            of_relationships = entity == "RELATIONSHIP"
            index = CypherIndex(name, kind, tuple(sorted(over)), tuple(properties), of_relationships)
            found[name] = Present(index, failed=state == "FAILED")
    return found


def _drop(run: Runner, indexes: Iterable[CypherIndex]) -> None:
    for index in indexes:
        kind = "CONSTRAINT" if index.kind is Index.UNIQUE else "INDEX"
        run(f"DROP {kind} {cypher_name(index.name)} IF EXISTS", {})


def _create(connection: Connection, indexes: Iterable[CypherIndex]) -> None:
    """Create, and wait until all of them can be used: filling one takes as long as the graph is large."""

    def create(run: Runner) -> None:
        for index in indexes:
            run(index.statement, {})

    connection.transaction(create)
    while True:
        with connection.session() as run:
            states = {row[0]: row[6] for row in run(cypher.SHOW_INDEXES, {}) if row[0].startswith(_OURS)}
        failed = sorted(name for name, state in states.items() if state == "FAILED")
        if failed:
            raise StoreError(f"Neo4j could not make {', '.join(failed)}.", "Its log, neo4j.log, says why.")
        if all(state == "ONLINE" for state in states.values()):
            return
        time.sleep(_POLL_S)
