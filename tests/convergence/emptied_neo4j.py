"""One store on Neo4j for many tests: opened once, emptied between them.

A store that stays open keeps the texts of its statements, and so the server the plans it has made for them: to make
those takes longer than most tests.
"""

from catalog.store.neo4j import Neo4jStore
from catalog.store.neo4j_cypher import META
from catalog.store.port import Store
from tests.neo4j.server import Neo4j


class EmptiedNeo4j:
    """A store on a server that other tests use and empty in their own way."""

    def __init__(self, server: Neo4j) -> None:
        self._server = server
        self._store: Neo4jStore | None = None

    def emptied(self) -> Store:
        """The store without a graph, log and records."""
        if self._store is None or not self._is_marked():
            self.close()
            self._server.empty()
            self._store = Neo4jStore(self._server.url)
        else:
            with self._server.driver().session() as session:
                session.run("MATCH (n) WHERE NOT n:MeshlineMeta DETACH DELETE n").consume()
        return self._store

    def _is_marked(self) -> bool:
        """Whether nobody has emptied the database since: its mark is there."""
        with self._server.driver().session() as session:
            return session.run(META).peek() is not None

    def close(self) -> None:
        """Let go of it."""
        if self._store is not None:
            self._store.close()
            self._store = None
