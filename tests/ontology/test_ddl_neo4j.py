"""The Cypher schema on a real Neo4j."""

import pytest
from neo4j import Driver
from neo4j.exceptions import ConstraintError

from ontology.compiler import load_model
from ontology.ddl import SEARCH_INDEX, cypher_statements
from tests.neo4j.server import Neo4j

MODEL = load_model()
STATEMENTS = cypher_statements(MODEL)


@pytest.fixture
def driver(neo4j_server: Neo4j, fresh_neo4j_url: str) -> Driver:
    """A driver to the emptied server, with the schema in it."""
    driver = neo4j_server.driver()
    _apply(driver)
    driver.execute_query("CALL db.awaitIndexes(60)")
    return driver


def _apply(driver: Driver) -> None:
    for statement in STATEMENTS:
        driver.execute_query(statement)


def _schema(driver: Driver) -> dict[str, tuple[str, str]]:
    """Name of each index → its kind and state, but those that the server makes itself."""
    records, _, _ = driver.execute_query(
        "SHOW INDEXES YIELD name, type, state, owningConstraint WHERE type <> 'LOOKUP' "
        "RETURN name, CASE WHEN owningConstraint IS NULL THEN type ELSE 'UNIQUE' END AS kind, state"
    )
    return {record["name"]: (record["kind"], record["state"]) for record in records}


def test_cypher__makes_every_constraint_and_index_online(driver: Driver) -> None:
    kinds = {"CONSTRAINT": "UNIQUE", "RANGE": "RANGE", "FULLTEXT": "FULLTEXT"}
    expected = {s.split("`")[1]: (kinds[s.split()[1]], "ONLINE") for s in STATEMENTS}
    assert _schema(driver) == expected


def test_cypher__run_again_changes_nothing(driver: Driver) -> None:
    before = _schema(driver)
    _apply(driver)
    assert _schema(driver) == before


def test_cypher__lets_no_two_nodes_have_one_key(driver: Driver) -> None:
    driver.execute_query("CREATE (:Resource:Job {key: 'job/a/b'})")
    with pytest.raises(ConstraintError):
        driver.execute_query("CREATE (:Resource:Dataset {key: 'job/a/b'})")


def test_cypher__lets_no_two_edges_of_a_type_have_one_id(driver: Driver) -> None:
    for type_ in MODEL.relationship_types:
        statement = f"CREATE (:Resource)-[:`{type_}` {{edgeId: 'e'}}]->(:Resource)"
        driver.execute_query(statement)
        with pytest.raises(ConstraintError):
            driver.execute_query(statement)


def test_cypher__search_finds_words_split_by_spaces_alone(driver: Driver) -> None:
    driver.execute_query(
        "CREATE (:Resource:Dataset {key: 'dataset/n/d', searchText: 'orders_2024 first-class'})"
    )
    found = {
        word: driver.execute_query(
            "CALL db.index.fulltext.queryNodes($index, $word) YIELD node RETURN node.key AS key",
            index=SEARCH_INDEX,
            word=word,
        ).records
        for word in ("orders_2024", "orders", "first\\-class")
    }
    assert {word: [record["key"] for record in records] for word, records in found.items()} == {
        "orders_2024": ["dataset/n/d"],
        "orders": [],
        "first\\-class": ["dataset/n/d"],
    }
