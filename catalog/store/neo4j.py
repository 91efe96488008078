"""The store on a Neo4j server; Community Edition is enough.

Labels, relationship types and properties are real ones, so that a person with Neo4j Browser reads the graph.

Neo4j reads what is committed at the moment of each statement. A fold therefore locks the entities it folds
before it reads what decides its writes.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from catalog.errors import StoreError
from catalog.store import neo4j_cypher as cypher
from catalog.store.neo4j_connection import Connection, Neo4jUrl
from catalog.store.neo4j_reads import Neo4jReader
from catalog.store.neo4j_schema import prepare
from catalog.store.neo4j_writes import Neo4jTransaction, WrittenTypes
from catalog.store.port import Reader, Transaction
from ontology.compiler import load_model

T = TypeVar("T")


class Neo4jStore:
    """The port on Neo4j. Safe for several threads; goes on by itself when the server has been away."""

    def __init__(self, url: str, *, of_any_ontology: bool = False) -> None:
        """Connect, and make the schema in an empty database. ``of_any_ontology``: open an older one too, to
        read its log.

        Raises UnknownStoreUrl, NotOurStore, OntologyChanged, NewerOntology, ReplayNeeded and StoreUnavailable.
        """
        self._model = load_model()
        self._written = WrittenTypes()
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
            yield Neo4jReader(run, self._model)

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Run ``work`` in one transaction and commit it; ``work`` runs again after a deadlock.

        Raises StoreUnavailable.
        """
        return self._connection.transaction(
            lambda run: work(Neo4jTransaction(run, self._model, self._written))
        )

    def ping(self) -> None:
        """Raises StoreUnavailable when the server does not answer."""
        with self._connection.session() as run:
            run(cypher.PING, {})

    def close(self) -> None:
        """Close all connections."""
        self._connection.close()
