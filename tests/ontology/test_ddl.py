"""The schemas that both stores get from the model."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace

import pytest

from ontology.compiler import load_model
from ontology.ddl import SEARCH_INDEX, cypher_statements, sqlite_views, view_name
from ontology.model import Datatype, GraphModel, Index, NodeType, PropertyType, RelationshipType

MODEL = load_model()

TABLES = """
CREATE TABLE node (id INTEGER PRIMARY KEY, key TEXT, label TEXT, props TEXT);
CREATE TABLE edge (id TEXT, type TEXT, source TEXT, target TEXT, via TEXT, origin TEXT,
                   valid_from INTEGER, valid_to INTEGER, props TEXT);
"""
EVENT_VIEWS = {
    *("aliases", "dataset_references", "datasets", "fields", "jobs", "namespaces", "resources", "runs"),
    *("alias_of", "child_of", "consumed_by", "feeds", "had_derivation", "has_field", "in_namespace"),
    *("influences", "of_job", "produces", "root"),
}
"""What events fill; the rest is filled by documents."""


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.row_factory = sqlite3.Row
    connection.executescript(TABLES)
    yield connection
    connection.close()


def _create_views(database: sqlite3.Connection, model: GraphModel) -> None:
    for statement in sqlite_views(model):
        database.execute(statement)


def _rows(database: sqlite3.Connection, query: str) -> list[dict[str, object]]:
    return [dict(row) for row in database.execute(query)]


def test_cypher__has_one_key_of_all_nodes() -> None:
    constraints = [s for s in cypher_statements(MODEL) if "CONSTRAINT" in s and "(n:" in s]
    assert constraints == [
        "CREATE CONSTRAINT `mesh_resource_key` IF NOT EXISTS FOR (n:`Resource`) REQUIRE n.`key` IS UNIQUE"
    ]


def test_cypher__has_one_edge_key_and_history_index_for_each_relationship_type() -> None:
    statements = [s for s in cypher_statements(MODEL) if "[r:" in s]
    assert set(statements) == {
        statement
        for type_ in MODEL.relationship_types
        for statement in (
            f"CREATE CONSTRAINT `mesh_{type_.lower()}_edge_id` IF NOT EXISTS "
            f"FOR ()-[r:`{type_}`]-() REQUIRE r.`edgeId` IS UNIQUE",
            f"CREATE RANGE INDEX `mesh_{type_.lower()}_via` IF NOT EXISTS "
            f"FOR ()-[r:`{type_}`]-() ON (r.`via`)",
        )
    }
    assert len(statements) == 2 * len(MODEL.relationship_types)


def test_cypher__has_the_range_indexes_of_nodes() -> None:
    indexes = {s.partition(" FOR ")[2] for s in cypher_statements(MODEL) if "RANGE" in s and "(n:" in s}
    assert indexes == {
        "(n:`Alias`) ON (n.`namespace`)",
        "(n:`Dataset`) ON (n.`namespace`)",
        "(n:`DatasetReference`) ON (n.`namespace`)",
        "(n:`Field`) ON (n.`dataset`)",
        "(n:`Job`) ON (n.`namespace`)",
    }


def test_cypher__has_one_full_text_index_by_whitespace() -> None:
    (statement,) = [s for s in cypher_statements(MODEL) if "FULLTEXT" in s]
    assert statement == (
        f"CREATE FULLTEXT INDEX `{SEARCH_INDEX}` IF NOT EXISTS FOR (n:`Resource`) "
        "ON EACH [n.`searchText`] OPTIONS {indexConfig: {`fulltext.analyzer`: 'whitespace'}}"
    )


def test_cypher__has_nothing_of_the_enterprise_edition_and_can_be_run_again() -> None:
    for statement in cypher_statements(MODEL):
        assert " IF NOT EXISTS FOR " in statement
        assert not any(
            word in statement for word in ("IS NOT NULL", "IS KEY", "NODE KEY", "IS ::", "IS TYPED")
        )


def test_cypher__names_are_all_different() -> None:
    names = [s.partition(" IF NOT EXISTS")[0].rpartition(" ")[2] for s in cypher_statements(MODEL)]
    assert len(names) == len(set(names))


def test_cypher__of_a_model_without_search_has_no_full_text_index() -> None:
    assert cypher_statements(replace(MODEL, nodes=(), relationships=())) == []


def test_cypher__quotes_names() -> None:
    assert cypher_statements(_hostile()) == [
        "CREATE RANGE INDEX `mesh_a``b'\"c_x``y'z` IF NOT EXISTS FOR (n:`A``b'\"c`) ON (n.`x``y'z`)"
    ]


def test_views__are_one_for_each_label_and_relationship_type(database: sqlite3.Connection) -> None:
    _create_views(database, MODEL)
    views = {row["name"] for row in _rows(database, "SELECT name FROM sqlite_master WHERE type = 'view'")}
    assert views > {*EVENT_VIEWS, "data_products", "governance_policies", "classified_as", "on"}
    assert len(views) == len(MODEL.labels) + len(MODEL.relationship_types)


def test_views__of_every_label_and_relationship_type_can_be_read(database: sqlite3.Connection) -> None:
    _create_views(database, MODEL)
    for row in _rows(database, "SELECT name FROM sqlite_master WHERE type = 'view'"):
        columns = [column[1] for column in database.execute(f'PRAGMA table_info("{row["name"]}")')]
        assert len(columns) == len({column.lower() for column in columns}), row["name"]
        assert _rows(database, f'SELECT * FROM "{row["name"]}"') == []


def test_views__show_a_property_named_like_an_end_of_the_edge_beside_it(database: sqlite3.Connection) -> None:
    database.execute(
        "INSERT INTO edge (type, source, target, props) VALUES ('CLASSIFIED_AS', 'field/a', 'classification/c', ?)",
        [json.dumps({"source": "scanner"})],
    )
    _create_views(database, MODEL)
    (row,) = _rows(database, "SELECT source, target, sourceProperty FROM classified_as")
    assert row == {"source": "field/a", "target": "classification/c", "sourceProperty": "scanner"}


def test_views__can_be_created_again(database: sqlite3.Connection) -> None:
    _create_views(database, MODEL)
    _create_views(database, MODEL)
    assert _rows(database, "SELECT * FROM datasets") == []


def test_views__show_properties_as_columns(database: sqlite3.Connection) -> None:
    properties = {"dataset": "dataset/n/d", "name": "a.b", "type": "INT", "ordinal": 2, "inferred": True}
    database.execute("INSERT INTO node VALUES (1, 'field/n/d/a.b', 'Field', ?)", [json.dumps(properties)])
    _create_views(database, MODEL)
    (row,) = _rows(database, "SELECT * FROM fields")
    shown = {name: value for name, value in row.items() if value is not None}
    assert shown == {"key": "field/n/d/a.b", "label": "Field", **properties, "inferred": 1}
    assert list(row)[:2] == ["key", "label"]
    assert set(row) == {"label", *(p.name for p in MODEL.node("Field").properties)}
    assert _rows(database, "SELECT * FROM jobs") == []


def test_views__of_a_super_label_show_the_nodes_below_it(database: sqlite3.Connection) -> None:
    database.executemany(
        "INSERT INTO node (key, label, props) VALUES (?, ?, '{}')", [("job/a/b", "Job"), ("run/c", "Run")]
    )
    _create_views(database, MODEL)
    rows = _rows(database, "SELECT key, label FROM resources ORDER BY key")
    assert rows == [{"key": "job/a/b", "label": "Job"}, {"key": "run/c", "label": "Run"}]


def test_views__show_edges_with_their_time_and_provenance(database: sqlite3.Connection) -> None:
    database.execute(
        "INSERT INTO edge VALUES ('e1', 'FEEDS', 'field/a', 'field/b', 'job/j', 'OBSERVED', 1, NULL, ?)",
        [json.dumps({"subtype": "IDENTITY", "masking": False})],
    )
    _create_views(database, MODEL)
    assert _rows(database, "SELECT * FROM feeds") == [
        {
            **{
                "source": "field/a",
                "target": "field/b",
                "edgeId": "e1",
                "origin": "OBSERVED",
                "via": "job/j",
            },
            **{"validFrom": 1, "validTo": None, "description": None, "subtype": "IDENTITY", "masking": 0},
        }
    ]
    assert _rows(database, "SELECT * FROM influences") == []


def test_views__quote_names(database: sqlite3.Connection) -> None:
    database.execute("INSERT INTO node VALUES (1, 'k', ?, ?)", ["A`b'\"c", json.dumps({"x`y'z": 5})])
    database.execute("INSERT INTO edge (type, source) VALUES (?, 's')", ["T'\"`"])
    _create_views(database, _hostile())
    (node,) = _rows(database, 'SELECT * FROM "a`b\'""cs"')
    (edge,) = _rows(database, 'SELECT * FROM "t\'""`"')
    assert node["x`y'z"] == 5
    assert edge == {"source": "s", "target": None}


@pytest.mark.parametrize(
    ("label", "view"), [("Dataset", "datasets"), ("Alias", "aliases"), ("UsagePolicy", "usage_policies")]
)
def test_view_name__is_the_plural_in_lower_case(label: str, view: str) -> None:
    assert view_name(label) == view


def _hostile() -> GraphModel:
    """A model whose names would break out of careless quotes."""
    property_ = PropertyType("x`y'z", "urn:p", Datatype.STRING, "A p.", index=Index.RANGE)
    node = NodeType("A`b'\"c", "urn:n", "An n.", (property_,))
    relationship = RelationshipType("T'\"`", "urn:r", (node.label,), (node.label,), "An r.", ())
    return GraphModel((node,), (relationship,), "1", "")
