"""The tables of a SQLite store, and how a file is told to be ours.

A person can read the file with the ``sqlite3`` shell: ``node``, ``edge`` (with keys), ``record``, ``log``,
and a view for each label and relationship type of the ontology.
"""

import sqlite3
from time import monotonic, sleep

from catalog.errors import NotOurStore, StoreUnavailable
from catalog.store.mark import BEFORE_MARKS, StoreMark
from catalog.store.sqlite_connection import BUSY_TIMEOUT_S, immediate
from ontology.ddl import sqlite_views
from ontology.model import GraphModel

APPLICATION_ID = 0x4D53484C  # "MSHL"; `file` and SQLite's own tools show it
FORMAT = 3
"""PRAGMA user_version: the form of the file. A file with a greater one was written by a newer Meshline.

1: ``meta`` has the digest of the ontology alone. 2: it has all of the store's mark. 3: ``record`` has a rowid, and
edges are found by their ends alone. A file of an earlier form is brought to this one when it is opened.
"""

_PAUSE_S = 0.01

INDEXED_PROPERTIES = ("namespace", "dataset")
"""Node properties with a column of their own: those with a range index in the ontology (a test compares)."""

_RECORD = (
    # Values are too large for a table without rowid: each would lie where its place sorts, and rewrite a page there.
    """CREATE TABLE record (
        id INTEGER PRIMARY KEY, space TEXT NOT NULL, partition TEXT NOT NULL, sort TEXT NOT NULL,
        value TEXT NOT NULL
    )""",
    "CREATE UNIQUE INDEX record_by_place ON record (space, partition, sort)",
)
_TABLES = (
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    # search: the words of searchText in the alphabet of the full-text index (sqlite_codec.index_words).
    """CREATE TABLE node (
        id INTEGER PRIMARY KEY, key TEXT NOT NULL, label TEXT NOT NULL,
        namespace TEXT, dataset TEXT, search TEXT, props TEXT NOT NULL
    )""",
    "CREATE UNIQUE INDEX node_by_key ON node (key)",
    "CREATE INDEX node_by_label ON node (label, key)",
    "CREATE INDEX node_by_namespace ON node (namespace, label, key) WHERE namespace IS NOT NULL",
    "CREATE INDEX node_by_dataset ON node (dataset) WHERE dataset IS NOT NULL",
    "CREATE TABLE history (id INTEGER PRIMARY KEY, via TEXT NOT NULL, origin TEXT NOT NULL)",
    "CREATE UNIQUE INDEX history_by_name ON history (via, origin)",
    """CREATE TABLE edge_row (
        source INTEGER NOT NULL, type TEXT NOT NULL, target INTEGER NOT NULL, id TEXT NOT NULL,
        history INTEGER NOT NULL, valid_from INTEGER, valid_to INTEGER, props TEXT NOT NULL,
        PRIMARY KEY (source, type, target, id)
    ) WITHOUT ROWID""",
    "CREATE INDEX edge_backwards ON edge_row (target, type, source)",
    "CREATE INDEX edge_by_history ON edge_row (history, valid_to)",
    *_RECORD,
    """CREATE TABLE log (
        id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, order_key TEXT NOT NULL,
        received_ns INTEGER NOT NULL, status TEXT NOT NULL, problems TEXT NOT NULL, actor TEXT,
        body TEXT NOT NULL, producer TEXT
    )""",
    # Words are made of [0-9a-z_] alone, so that the tokenizer neither splits nor folds anything.
    """CREATE VIRTUAL TABLE node_text USING fts5 (
        search, content='node', content_rowid='id', detail='none', columnsize=0,
        tokenize="ascii tokenchars '_'"
    )""",
    """CREATE TRIGGER node_text_insert AFTER INSERT ON node WHEN new.search IS NOT NULL BEGIN
        INSERT INTO node_text (rowid, search) VALUES (new.id, new.search);
    END""",
    """CREATE TRIGGER node_text_delete AFTER DELETE ON node WHEN old.search IS NOT NULL BEGIN
        INSERT INTO node_text (node_text, rowid, search) VALUES ('delete', old.id, old.search);
    END""",
    """CREATE TRIGGER node_text_update AFTER UPDATE OF search ON node WHEN old.search IS NOT new.search BEGIN
        INSERT INTO node_text (node_text, rowid, search)
            SELECT 'delete', old.id, old.search WHERE old.search IS NOT NULL;
        INSERT INTO node_text (rowid, search) SELECT new.id, new.search WHERE new.search IS NOT NULL;
    END""",
    """CREATE VIEW edge AS
        SELECT e.id, e.type, s.key AS source, t.key AS target, h.via, h.origin, e.valid_from, e.valid_to,
        e.props
        FROM edge_row e JOIN node s ON s.id = e.source JOIN node t ON t.id = e.target
        JOIN history h ON h.id = e.history""",
)

_INDEXES_OF_LOG = (
    "DROP INDEX IF EXISTS log_by_status",  # of an earlier Meshline
    "CREATE INDEX IF NOT EXISTS log_in_order ON log (order_key, hash)",
    "CREATE INDEX IF NOT EXISTS log_of_status ON log (status, order_key, hash)",
    "CREATE INDEX IF NOT EXISTS log_of_producer ON log (producer, order_key, hash) WHERE producer IS NOT NULL",
)
"""Made apart from the table: files of an earlier Meshline lack some."""


def prepare(
    connection: sqlite3.Connection, path: str, model: GraphModel, *, of_any_ontology: bool = False
) -> None:
    """Make an empty file ours, or check that it is and of this ontology; bring its indexes up to date.

    Raises NotOurStore, OntologyChanged, NewerOntology and ReplayNeeded before anything is written.
    """
    _check(connection, path, model, of_any_ontology)
    _use_wal(connection, path)
    with immediate(connection):
        if not _check(connection, path, model, of_any_ontology):  # another process may have made it since
            _create(connection, model)
        _complete_log(connection)
        _complete_tables(connection)
        # Statistics gathered in a small file make plans that are slow in the large one it grows into.
        connection.execute("DROP TABLE IF EXISTS sqlite_stat1")


def _check(connection: sqlite3.Connection, path: str, model: GraphModel, of_any_ontology: bool) -> bool:
    """Whether the file is a store that can be used; False when it is empty."""
    mark = read_mark(connection, path)
    if mark is None:
        return False
    if of_any_ontology:
        mark.refuse_newer(StoreMark.of(model))
    else:
        mark.require(StoreMark.of(model))
    return True


def read_mark(connection: sqlite3.Connection, path: str) -> StoreMark | None:
    """What made the store; None when the file is empty. Raises NotOurStore for anything else."""
    application_id = _number(connection, "PRAGMA application_id")
    version = _number(connection, "PRAGMA user_version")
    if application_id == APPLICATION_ID and version > FORMAT:
        hint = f"This Meshline reads format {FORMAT}; use a newer one, or another file."
        raise NotOurStore(f"{path} is a store of a newer Meshline (format {version}).", hint)
    if application_id == APPLICATION_ID and version > 0:
        meta: dict[str, str] = dict(connection.execute("SELECT name, value FROM meta"))
        return StoreMark(
            version=meta.get("ontology_version", BEFORE_MARKS),
            digest=meta.get("ontology", ""),
            projection=int(meta.get("projection", "1")),
            extensions=tuple(meta.get("extensions", "").split()),
            naming=meta.get("naming", ""),
            precedence=meta.get("precedence", ""),
        )
    if application_id or version or _number(connection, "SELECT count(*) FROM sqlite_master"):
        hint = "Name a file of Meshline, or one that does not exist yet."
        raise NotOurStore(f"{path} is a SQLite database of something else.", hint)
    return None


def write_mark(connection: sqlite3.Connection, mark: StoreMark) -> None:
    """Say what made the store."""
    said = {
        "ontology": mark.digest,
        "ontology_version": mark.version,
        "projection": str(mark.projection),
        "extensions": " ".join(mark.extensions),
        "naming": mark.naming,
        "precedence": mark.precedence,
    }
    connection.executemany("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", said.items())
    connection.execute(f"PRAGMA user_version = {FORMAT}")


def _complete_log(connection: sqlite3.Connection) -> None:
    """Add what the log of an earlier Meshline lacks; the form of the file is the same without."""
    if "producer" not in {row[1] for row in connection.execute("PRAGMA table_info(log)")}:
        connection.execute("ALTER TABLE log ADD COLUMN producer TEXT")
    for statement in _INDEXES_OF_LOG:
        connection.execute(statement)


def _complete_tables(connection: sqlite3.Connection) -> None:
    """Bring the tables of an earlier form to this one: told by what they are, as a migration marks the file alone."""
    found = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'index'")}
    if "record_by_place" not in found:
        connection.execute("ALTER TABLE record RENAME TO record_before")
        for statement in _RECORD:
            connection.execute(statement)
        columns = "space, partition, sort, value"
        connection.execute(f"INSERT INTO record ({columns}) SELECT {columns} FROM record_before")
        connection.execute("DROP TABLE record_before")
    if "edge_by_id" in found:
        connection.execute("DROP INDEX edge_by_id")
    connection.execute(f"PRAGMA user_version = {FORMAT}")


def _number(connection: sqlite3.Connection, sql: str) -> int:
    return int(connection.execute(sql).fetchone()[0])


def _use_wal(connection: sqlite3.Connection, path: str) -> None:
    """Keep a write-ahead log from now on.

    SQLite asks no busy handler here: of two processes that open a new file at once one is refused at once.
    So the waiting is ours, as long as any writer waits.
    """
    give_up = monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or monotonic() > give_up:
                raise
            sleep(_PAUSE_S)
            continue
        if mode != "wal":
            hint = "Put the file on a local disk; network file systems often cannot share memory."
            raise StoreUnavailable(f"SQLite cannot keep a write-ahead log for {path}.", hint)
        return


def _create(connection: sqlite3.Connection, model: GraphModel) -> None:
    for statement in (*_TABLES, *sqlite_views(model)):
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    write_mark(connection, StoreMark.of(model))
