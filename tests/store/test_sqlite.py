"""What is particular to the SQLite store: the file, its schema, its locks and its failures."""

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from catalog.entry import Status
from catalog.errors import NotOurStore, StoreError, StoreUnavailable
from catalog.graph import Direction
from catalog.store.port import ChangeSet, LogFilter, NodeFilter, Reader, Space
from catalog.store.sqlite import MAX_IDLE_READERS, SqliteStore
from catalog.store.sqlite_schema import APPLICATION_ID, FORMAT, INDEXED_PROPERTIES
from ontology.compiler import load_model
from ontology.ddl import TABLES, sqlite_views, view_name
from ontology.model import Index
from tests.store.build import dataset, entry, feeds, write
from tests.store.writers import count_up

DATASETS = NodeFilter(("Dataset",))
OF_DATASET = NodeFilter(("Field",), {"dataset": "d"})
OF_NAMESPACE = NodeFilter(("Job",), {"namespace": "n"})
BY_KEY = "node_by_key (key=?)"


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "mesh.db")


@pytest.fixture
def file_store(path: str) -> Iterator[SqliteStore]:
    store = SqliteStore(path)
    yield store
    store.close()


def ask(path: str, sql: str, *values: Any) -> list[Any]:
    """What a person with the sqlite3 shell sees."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        return connection.execute(sql, values).fetchall()
    finally:
        connection.close()


# The file


def test_a_store__is_there_after_it_was_closed(path: str) -> None:
    store = SqliteStore(path)
    write(
        store, dataset("a"), dataset("b"), feeds("a", "b"), entry("e"), records={(Space.BLOB, "p", ""): "v"}
    )
    store.close()
    again = SqliteStore(path)
    with again.read() as reader:
        assert reader.page(DATASETS, None, 9) == [dataset("a"), dataset("b")]
        assert reader.edges(["dataset/n/a"], ["FEEDS"], Direction.OUT) == [feeds("a", "b")]
        assert reader.records(Space.BLOB, [("p", "")]) == {("p", ""): "v"}
        assert set(reader.entries(["e"])) == {"e"}
        assert reader.search(["b"], DATASETS, 9) == [dataset("b")]
    again.close()
    assert not Path(path + "-wal").exists()


def test_a_file__says_that_it_is_ours(file_store: SqliteStore, path: str) -> None:
    assert ask(path, "PRAGMA application_id") == [(APPLICATION_ID,)]
    assert ask(path, "PRAGMA user_version") == [(FORMAT,)]
    assert ask(path, "PRAGMA journal_mode") == [("wal",)]
    assert ask(path, "SELECT value FROM meta WHERE name = 'ontology'") == [(load_model().digest,)]
    assert ask(path, "PRAGMA integrity_check") == [("ok",)]


def test_an_empty_file__becomes_a_store(path: str) -> None:
    Path(path).touch()
    store = SqliteStore(path)
    write(store, dataset("a"))
    store.close()
    assert ask(path, "SELECT key FROM node") == [("dataset/n/a",)]


def test_a_file_that_is_not_sqlite__is_refused_and_left_alone(path: str) -> None:
    content = b"name,owner\n" * 1000
    Path(path).write_bytes(content)
    with pytest.raises(NotOurStore, match=r"not a SQLite database.*Name a file of Meshline"):
        SqliteStore(path)
    assert Path(path).read_bytes() == content


@pytest.mark.parametrize(
    "made_by",
    [
        "CREATE TABLE node (id)",
        "PRAGMA application_id = 77",
        "PRAGMA user_version = 1",
        "CREATE VIEW v AS SELECT 1",
    ],
)
def test_a_database_of_something_else__is_refused_and_left_alone(path: str, made_by: str) -> None:
    ask(path, made_by)
    content = Path(path).read_bytes()
    with pytest.raises(NotOurStore, match="SQLite database of something else"):
        SqliteStore(path)
    assert Path(path).read_bytes() == content


def test_a_newer_format__is_refused(path: str) -> None:
    SqliteStore(path).close()
    ask(path, f"PRAGMA user_version = {FORMAT + 1}")
    with pytest.raises(NotOurStore, match=rf"newer Meshline \(format {FORMAT + 1}\).*reads format {FORMAT}"):
        SqliteStore(path)


@pytest.mark.parametrize("place", ["none/mesh.db", "."])
def test_a_path_that_cannot_be_opened__is_unavailable(tmp_path: Path, place: str) -> None:
    with pytest.raises(StoreUnavailable, match=r"unable to open.*Check that the folder"):
        SqliteStore(str(tmp_path / place))


def test_a_file_that_was_damaged__is_said_to_be(path: str) -> None:
    store = SqliteStore(path)
    write(store, *(dataset(f"{number:04}", description="x" * 200) for number in range(300)))
    store.close()
    with Path(path).open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * 4096 * 40)
    with pytest.raises(StoreError, match="damaged"):
        read_all(path)


def read_all(path: str) -> None:
    store = SqliteStore(path)
    try:
        with store.read() as reader:
            reader.page(DATASETS, None, 999)
    finally:
        store.close()


# The schema


def test_indexed_properties__are_those_of_the_ontology_with_a_range_index() -> None:
    ranged = {p.name for node in load_model().nodes for p in node.properties if p.index is Index.RANGE}
    assert ranged == set(INDEXED_PROPERTIES)


def test_views__show_labels_and_relationships_by_name(file_store: SqliteStore, path: str) -> None:
    write(file_store, dataset("a"), dataset("b"), feeds("a", "b", 1, 2, subtype="IDENTITY"))
    assert ask(path, "SELECT key, namespace, name FROM datasets ORDER BY key") == [
        ("dataset/n/a", "n", "a"),
        ("dataset/n/b", "n", "b"),
    ]
    assert ask(path, "SELECT source, target, via, origin, validFrom, validTo, subtype FROM feeds") == [
        ("dataset/n/a", "dataset/n/b", "job/n/j", "OBSERVED", 1, 2, "IDENTITY")
    ]
    views = {name for (name,) in ask(path, "SELECT name FROM sqlite_master WHERE type = 'view'")}
    assert {view_name(label) for label in load_model().labels} < views
    assert len(views) == len(sqlite_views(load_model())) + 1  # and edge
    for view in views:
        ask(path, f'SELECT * FROM "{view}"')


def test_tables__are_the_names_that_no_view_can_have(file_store: SqliteStore, path: str) -> None:
    made = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'node_text_%'"
    views = {view_name(label) for label in load_model().labels}
    views |= {type_.lower() for type_ in load_model().relationship_types}
    assert {name for (name,) in ask(path, made)} - views == TABLES


def test_statistics__are_dropped_when_a_store_is_opened(path: str) -> None:
    store = SqliteStore(path)
    write(store, dataset("a"))
    ask(path, "ANALYZE")
    store.close()
    SqliteStore(path).close()
    assert ask(path, "SELECT name FROM sqlite_master WHERE name LIKE 'sqlite_stat%'") == []


@pytest.mark.parametrize(
    ("asked", "indexes"),
    [
        (
            lambda reader: reader.edges(["k"], ["T"], Direction.OUT),
            {"PRIMARY KEY (source=? AND type=?)", BY_KEY},
        ),
        (
            lambda reader: reader.edges(["k"], ["T"], Direction.IN),
            {"edge_backwards (target=? AND type=?)", BY_KEY},
        ),
        (
            lambda reader: reader.edges_told_by("v", "o", 0),
            {"edge_by_history (history=?", "history_by_name (via=? AND"},
        ),
        (
            lambda reader: reader.edges_told_by("v", "o", 0, ["FEEDS"]),
            {"edge_by_history (history=?", "history_by_name (via=? AND"},
        ),
        (lambda reader: reader.nodes(["k"]), {BY_KEY}),
        (lambda reader: reader.page(DATASETS, "a", 9), {"node_by_label (label=? AND key>?)"}),
        (lambda reader: reader.page(OF_DATASET, "a", 9), {"node_by_dataset (dataset=?)"}),
        (
            lambda reader: reader.page(OF_NAMESPACE, "a", 9),
            {"node_by_namespace (namespace=? AND label=? AND key>?)"},
        ),
        (lambda reader: reader.count(OF_DATASET), {"node_by_dataset (dataset=?)"}),
        (lambda reader: reader.search(["t"], OF_DATASET, 9), {"node USING INTEGER PRIMARY KEY"}),
        (lambda reader: reader.entries(["h"]), {"sqlite_autoindex_log_1 (hash"}),
        (lambda reader: reader.log("a", 9), {"sqlite_autoindex_log_1 (hash"}),
        (lambda reader: reader.entries_at(["k"]), {"log_in_order (order_key=?)"}),
        (
            lambda reader: reader.log_in_order(("a", "b"), 9, reverse=True),
            {"log_in_order ((order_key,hash)<"},
        ),
        (
            lambda reader: reader.log_in_order(("a", "b"), 9, LogFilter(Status.PARTIAL)),
            {"log_of_status (status=? AND (order_key,hash)>"},
        ),
        (
            lambda reader: reader.log_in_order(("a", "b"), 9, LogFilter(Status.PARTIAL, "p")),
            {"log_of_producer (producer=? AND (order_key,hash)>"},
        ),
        (lambda reader: reader.walk(Space.STATE, ("a", "b"), 9), {"(space=? AND (partition,sort)>"}),
    ],
)
def test_reads__use_their_index_with_and_without_statistics(
    file_store: SqliteStore, path: str, asked: Any, indexes: set[str]
) -> None:
    names = [f"{number:03}" for number in range(200)]
    write(file_store, *(dataset(name, dataset="d") for name in names))
    write(file_store, *(feeds("000", name, via=f"job/n/{name}") for name in names))
    write(file_store, *(entry(name) for name in names))
    for statistics in ("", "ANALYZE"):
        ask(path, statistics)
        plan = plan_of(path, asked)
        for index in indexes:
            assert index in plan
        assert not [line for line in plan.splitlines() if line.startswith("SCAN") and " VIRTUAL " not in line]


def plan_of(path: str, asked: Any) -> str:
    """How SQLite goes about the questions of a read."""
    from catalog.store.sqlite_reads import SqliteReader

    class Explained(SqliteReader):
        def _rows(self, sql: str, *values: str | int) -> list[Any]:
            plan.extend(row[3] for row in self._connection.execute("EXPLAIN QUERY PLAN " + sql, values))
            return super()._rows(sql, *values)

    plan: list[str] = []
    connection = sqlite3.connect(path)
    try:
        asked(Explained(connection))
    finally:
        connection.close()
    return "\n".join(plan)


# Locks, threads and failures


def test_a_writer__that_waited_too_long_says_so_and_goes_on_later(path: str) -> None:
    store = SqliteStore(path, busy_timeout_s=0.05)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match=r"database is locked.*try again"):
        write(store, dataset("a"))
    with store.read() as reader:
        assert reader.count(DATASETS) == 0
    other.execute("ROLLBACK")
    other.close()
    write(store, dataset("a"))
    store.close()


def test_a_full_disk__is_unavailable_and_nothing_is_half_applied(path: str) -> None:
    store = SqliteStore(path)
    write(store, dataset("a"))
    (pages,) = store._writer.execute("PRAGMA page_count").fetchone()
    store._writer.execute(f"PRAGMA max_page_count = {pages + 8}")
    with pytest.raises(StoreUnavailable, match=r"full.*Make room"):
        write(store, dataset("b"), *(dataset(f"c{number}", description="x" * 9000) for number in range(50)))
    with store.read() as reader:
        assert reader.page(DATASETS, None, 9) == [dataset("a")]
    write(store, dataset("b"))
    store.close()


def test_an_edge_without_its_node__is_refused(file_store: SqliteStore) -> None:
    with pytest.raises(StoreError, match=r"edge_row\.target"):
        write(file_store, dataset("a"), feeds("a", "none"))
    with file_store.read() as reader:
        assert reader.count(DATASETS) == 0


def test_a_closed_store__is_unavailable(file_store: SqliteStore) -> None:
    with file_store.read() as reader:
        file_store.close()
        assert reader.count(DATASETS) == 0
    with pytest.raises(StoreUnavailable, match="closed"), file_store.read():
        pass
    with pytest.raises(StoreUnavailable, match="closed"):
        write(file_store, dataset("a"))
    with pytest.raises(StoreUnavailable, match="closed"):
        file_store.ping()


def test_a_reader__cannot_write(file_store: SqliteStore) -> None:
    with pytest.raises(StoreUnavailable, match="readonly"), file_store.read() as reader:
        reader._connection.execute("DELETE FROM node")  # type: ignore[attr-defined]


def test_readers__are_reused_and_bounded(file_store: SqliteStore) -> None:
    together = MAX_IDLE_READERS + 4
    met = threading.Barrier(together)

    def read(_: int) -> int:
        with file_store.read() as reader:
            met.wait(10)
            return connection_of(reader)

    with ThreadPoolExecutor(together) as threads:
        assert len(set(threads.map(read, range(together)))) == together
    assert len(file_store._idle) == MAX_IDLE_READERS
    idle = {id(connection) for connection in file_store._idle}
    with file_store.read() as reader:
        assert connection_of(reader) in idle


def connection_of(reader: Reader) -> int:
    return id(reader._connection)  # type: ignore[attr-defined]


def test_unchanged_things__are_not_written_again(file_store: SqliteStore) -> None:
    things = (dataset("a"), dataset("b"), feeds("a", "b"))
    write(file_store, *things)
    before = file_store._writer.total_changes
    write(file_store, *things)
    assert file_store._writer.total_changes == before
    file_store.write(lambda transaction: transaction.apply(ChangeSet()))


def test_several_processes__may_make_the_file_at_once(path: str) -> None:
    spawn = get_context("spawn")
    for attempt in range(2):
        url = f"sqlite:///{path}{attempt}"
        processes = [
            spawn.Process(target=count_up, args=(url, 1, str(number)), daemon=True) for number in range(3)
        ]
        for process in processes:
            process.start()
        for process in processes:
            process.join(timeout=60)
        assert [process.exitcode for process in processes] == [0, 0, 0]
        assert ask(path + str(attempt), "SELECT value FROM record") == [("3",)]
