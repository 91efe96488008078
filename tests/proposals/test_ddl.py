"""DDL as a proposal."""

import pytest

from catalog.identity import DatasetId
from catalog.impact.change import Place
from catalog.store.memory import MemoryStore
from ingest.errors import (
    Contradiction,
    EmptyChange,
    ImproperProposal,
    UnknownColumn,
    UnknownDataset,
    UnparsableDdl,
)
from tests.proposals.words import NS, brief, dataset, propose, shop

SAME = """
create table sales.orders (
  order_id int,
  customer varchar(20),
  total numeric(10, 2),
  placed_at timestamp
);
"""


@pytest.fixture(scope="module")
def store() -> MemoryStore:
    return shop()


def test_ddl__of_what_is_there_is_an_empty_change(store: MemoryStore) -> None:
    with pytest.raises(EmptyChange, match="new-0 says what is there already"):
        propose(store, SAME)


def test_ddl__tells_columns_that_go_come_and_change_with_their_lines(store: MemoryStore) -> None:
    found = propose(
        store,
        """create table shop.sales.orders (
  order_id bigint,
  total decimal(8,2),
  placed_at timestamp,
  discount real
);""",
        dialect="postgres",
    )
    assert brief(found) == [
        ("FIELD_REMOVED", "customer", "varchar(20)", None),
        ("FIELD_ADDED", "discount", None, "REAL"),
        ("TYPE_WIDENED", "order_id", "integer", "BIGINT"),
        ("TYPE_NARROWED", "total", "decimal(10,2)", "DECIMAL(8,2)"),
    ]
    assert {one.subject for one in found.changes} == {dataset("orders")}
    assert [one.place for one in found.changes] == [Place("new-0", line) for line in (1, 5, 2, 3)]
    assert found.changes[1].ordinal == 4
    assert found.unread == ()


def test_ddl__of_alter_statements_is_taken_word_for_word(store: MemoryStore) -> None:
    found = propose(
        store,
        """alter table sales.orders rename column customer to client;
        alter table sales.orders alter column client type text;
        alter table sales.orders drop column placed_at;
        alter table sales.orders add column noted_at timestamp;
        alter table sales.orders alter column total set not null;""",
        dialect="postgres",
    )
    assert brief(found) == [
        ("FIELD_RENAMED", "customer", "customer", "client"),
        ("TYPE_WIDENED", "customer", "varchar(20)", "TEXT"),
        ("FIELD_ADDED", "noted_at", None, "TIMESTAMP"),
        ("FIELD_REMOVED", "placed_at", "timestamp", None),
        ("FIELD_REQUIRED", "total", None, None),
    ]
    assert {one.confidence for one in found.changes} == {1.0}


def test_ddl__of_a_renamed_struct_keeps_what_lies_in_it(store: MemoryStore) -> None:
    found = propose(store, "alter table customers rename column address to home")
    assert brief(found) == [("FIELD_RENAMED", "address", "address", "home")]


def test_ddl__expands_a_struct_where_the_graph_has_its_fields_apart(store: MemoryStore) -> None:
    found = propose(store, "create table customers (id int, address struct(city text))", dialect="duckdb")
    assert brief(found) == [("FIELD_REMOVED", "address.zip", "varchar(5)", None)]


def test_ddl__drops_and_moves_tables(store: MemoryStore) -> None:
    found = propose(store, "drop table customers; alter table orders rename to purchases;")
    assert [(one.subject, one.kind, one.after) for one in found.changes] == [
        (dataset("customers"), "DATASET_REMOVED", None),
        (dataset("orders"), "DATASET_MOVED", DatasetId(NS, "shop.sales.purchases").key),
    ]


def test_ddl__that_drops_a_table_and_makes_it_again_compares_the_two(store: MemoryStore) -> None:
    found = propose(store, f"drop table if exists orders; {SAME.replace('order_id int', 'order_id bigint')}")
    assert brief(found) == [("TYPE_WIDENED", "order_id", "integer", "BIGINT")]


def test_ddl__that_alters_what_is_moved_says_so(store: MemoryStore) -> None:
    found = propose(store, "alter table orders rename to o2; alter table o2 drop column customer")
    assert [one.kind for one in found.changes] == ["DATASET_MOVED"]
    assert found.unread == (
        f"new-0: {NS}/shop.sales.orders is changed after it is moved or dropped, which is not looked at.",
    )


def test_ddl__of_a_view_is_a_change_of_its_query_where_that_differs(store: MemoryStore) -> None:
    query = "SELECT placed_at::date AS day, SUM(total) AS total FROM sales.orders GROUP BY 1"
    same = f"create or replace view sales.daily as\n {query}"
    with pytest.raises(EmptyChange):
        propose(store, same, dialect="postgres")
    found = propose(store, same.replace("SUM", "MAX"), dialect="postgres")
    assert [(one.subject, one.kind) for one in found.changes] == [(dataset("daily"), "QUERY_CHANGED")]
    assert "MAX(total)" in (found.changes[0].after or "")
    assert "sum(total)" in (found.changes[0].before or "")


def test_ddl__takes_a_table_that_is_not_known_beside_others_for_a_new_one_and_says_so(
    store: MemoryStore,
) -> None:
    found = propose(store, SAME.replace("int,", "bigint,", 1) + "create table ordres (a int);")
    assert brief(found) == [("TYPE_WIDENED", "order_id", "integer", "BIGINT")]
    assert found.unread == (
        f"new-0: line 8: no dataset is named ordres, so it is taken for a new one. "
        f"Did you mean {NS}/shop.sales.orders?",
    )


def test_ddl__says_that_no_schema_is_known_to_compare_with(store: MemoryStore) -> None:
    found = propose(store, "create table untold (a int)")
    assert [(one.kind, one.path, one.confidence) for one in found.changes] == [("FIELD_ADDED", "a", 0.5)]
    assert found.unread == (
        f"No whole schema of {NS}/shop.sales.untold is known: columns that it loses unseen cannot be told.",
    )


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        (
            "create table orders (a int, b",
            UnparsableDdl,
            r"new-0: The text is no SQL of this dialect: .*line 1",
        ),
        ("grant select on orders to x", UnparsableDdl, "no statement that defines a table"),
        (
            "create table ordrs (a int)",
            UnknownDataset,
            "no dataset is named ordrs. Did you mean .*shop.sales.orders",
        ),
        (
            "alter table orders drop column custmer",
            UnknownColumn,
            "has no column custmer. Did you mean customer",
        ),
        ("alter table orders add column total int", Contradiction, "has a column total already"),
        ("alter table orders set schema elsewhere", UnparsableDdl, "is passed over"),
        ("-- nothing\n", ImproperProposal, ""),
    ],
)
def test_ddl__that_cannot_be_answered_is_refused(
    store: MemoryStore, text: str, error: type[ImproperProposal], said: str
) -> None:
    with pytest.raises(error) as raised:
        propose(store, text, dialect="postgres")
    assert raised.match(said)


def test_ddl__of_several_tables_is_not_of_one_dataset(store: MemoryStore) -> None:
    with pytest.raises(Contradiction, match="several tables"):
        propose(store, "create table a (x int); create table b (x int)", dataset="shop.sales.orders")


def test_ddl__of_one_table_is_of_the_dataset_that_is_named(store: MemoryStore) -> None:
    found = propose(
        store,
        SAME.replace("sales.orders", "anything").replace("customer", "customer_name"),
        dataset="shop.sales.orders",
    )
    assert [(one.path, one.after) for one in found.changes] == [("customer", "customer_name")]
    assert 0.65 <= found.changes[0].confidence < 1
