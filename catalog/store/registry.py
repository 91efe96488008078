"""From a store URL to a store.

- ``memory:`` in memory, gone with the process
- ``sqlite:///relative.db`` a file, from the working directory; ``sqlite:////absolute/path.db``
- ``neo4j://``, ``bolt://`` a Neo4j server; with ``+s`` or ``+ssc`` behind the scheme over TLS
"""

import re
from urllib.parse import unquote

from catalog.errors import UnknownStoreUrl
from catalog.store.memory import MemoryStore
from catalog.store.migrator import Migrator
from catalog.store.port import Store
from catalog.store.sqlite import SqliteStore
from catalog.store.sqlite_migrator import SqliteMigrator
from ontology.model import GraphModel

NEO4J_SCHEMES = frozenset({"neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc"})

_FORMS = (
    "Use sqlite:///file.db, sqlite:////folder/file.db, neo4j://user:password@host:7687, bolt://… or memory:"
)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*(?=:)")


def open_store(url: str, *, of_any_ontology: bool = False) -> Store:
    """The store a URL names, opened; a SQLite file is made when it is not there.

    ``of_any_ontology``: one that an older or other ontology has made too, to read its log.

    Raises UnknownStoreUrl, NotOurStore, OntologyChanged, NewerOntology, ReplayNeeded and StoreUnavailable. No
    message repeats more of the URL than its scheme, since a URL may carry a password.
    """
    scheme, rest = _taken_apart(url)
    if scheme == "memory" and rest in ("", "//"):
        return MemoryStore()
    if scheme == "sqlite":
        return SqliteStore(_sqlite_path(rest), of_any_ontology=of_any_ontology)
    if scheme in NEO4J_SCHEMES:
        # Imported here: only those who use Neo4j pay for loading its driver.
        from catalog.store.neo4j import Neo4jStore

        return Neo4jStore(url.strip(), of_any_ontology=of_any_ontology)
    raise _unknown(scheme)


def open_migrator(url: str, model: GraphModel) -> Migrator:
    """What brings the store that a URL names up to an ontology.

    Raises UnknownStoreUrl, NotOurStore and StoreUnavailable.
    """
    scheme, rest = _taken_apart(url)
    if scheme == "memory":
        raise UnknownStoreUrl(
            "A store in memory has nothing to migrate.", "Name a SQLite file or a Neo4j server."
        )
    if scheme == "sqlite":
        return SqliteMigrator(_sqlite_path(rest), model)
    if scheme in NEO4J_SCHEMES:
        from catalog.store.neo4j_migrator import Neo4jMigrator

        return Neo4jMigrator(url.strip(), model)
    raise _unknown(scheme)


def _taken_apart(url: str) -> tuple[str, str]:
    match = _SCHEME.match(url.strip())
    scheme = match.group().lower() if match else ""
    return scheme, url.strip()[len(scheme) + 1 :]


def _unknown(scheme: str) -> UnknownStoreUrl:
    named = f"No store is known for {scheme}: URLs." if scheme else "This is no store URL: it has no scheme."
    return UnknownStoreUrl(named, _FORMS)


def _sqlite_path(rest: str) -> str:
    if not rest.startswith("///"):
        raise UnknownStoreUrl("A SQLite URL has three slashes and a path.", _FORMS)
    path = unquote(rest[3:])
    if path in ("", "/"):
        raise UnknownStoreUrl("This SQLite URL names no file.", _FORMS)
    if path == ":memory:":
        hint = "Use memory: for a store that is not kept."
        raise UnknownStoreUrl("SQLite in memory is not a store here.", hint)
    if "\0" in path:
        raise UnknownStoreUrl("The path of a SQLite URL holds a NUL character.", _FORMS)
    return path
