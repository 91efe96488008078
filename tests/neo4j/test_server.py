"""The Neo4j of the tests is a real one: asks for a password, keeps data over a kill, can be emptied."""

import time
from collections.abc import Iterator

import pytest
from neo4j import Driver, GraphDatabase
from neo4j.exceptions import AuthError

from tests.neo4j.release import chosen_release
from tests.neo4j.server import LocalNeo4j, Neo4j

pytestmark = pytest.mark.neo4j


@pytest.fixture
def driver(neo4j_server: Neo4j, neo4j_url: str) -> Iterator[Driver]:
    with GraphDatabase.driver(neo4j_server.address, auth=neo4j_server.auth) as driver:
        yield driver


def count_nodes(server: Neo4j) -> int:
    records, _, _ = server.driver().execute_query("MATCH (n) RETURN count(n) AS nodes")
    return int(records[0]["nodes"])


def test_server__answers_over_bolt_and_over_routing(neo4j_server: Neo4j, neo4j_url: str) -> None:
    for scheme in ("bolt://", "neo4j://"):
        address = neo4j_server.address.replace("bolt://", scheme)
        with GraphDatabase.driver(address, auth=neo4j_server.auth) as driver:
            records, _, _ = driver.execute_query("RETURN 1 AS one")
            assert records[0]["one"] == 1


def test_server__is_the_chosen_release(neo4j_local: LocalNeo4j) -> None:
    components = "CALL dbms.components() YIELD name, versions, edition WHERE name = 'Neo4j Kernel'"
    records, _, _ = neo4j_local.driver().execute_query(f"{components} RETURN versions[0] AS version, edition")
    assert records[0].data() == {"version": chosen_release().version, "edition": "community"}


def test_server__refuses_a_wrong_password(neo4j_server: Neo4j, neo4j_url: str) -> None:
    with (
        GraphDatabase.driver(neo4j_server.address, auth=("neo4j", "wrong-password")) as driver,
        pytest.raises(AuthError),
    ):
        driver.verify_connectivity()


def test_server__keeps_committed_data_over_kill_and_restart(neo4j_local: LocalNeo4j) -> None:
    neo4j_local.driver().execute_query("UNWIND range(1, 1000) AS i CREATE (:Kept {i: i})")
    url = neo4j_local.url
    neo4j_local.kill()
    assert not neo4j_local.running()
    neo4j_local.restart()
    assert (count_nodes(neo4j_local), neo4j_local.url) == (1000, url)


def test_server__stops_cleanly_and_keeps_data(neo4j_local: LocalNeo4j) -> None:
    neo4j_local.driver().execute_query("CREATE (:Kept)")
    started = time.monotonic()
    neo4j_local.stop()
    assert time.monotonic() - started < 10
    neo4j_local.restart()
    assert count_nodes(neo4j_local) == 1


def test_wipe__leaves_no_node_constraint_or_index(neo4j_server: Neo4j, driver: Driver) -> None:
    for statement in (
        "CREATE CONSTRAINT one FOR (n:Thing) REQUIRE n.key IS UNIQUE",
        "CREATE INDEX `two-dashed` FOR (n:Thing) ON (n.name)",
        "CREATE FULLTEXT INDEX three FOR (n:Thing) ON EACH [n.text]",
        "CREATE INDEX four FOR ()-[r:LINK]-() ON (r.since)",
        "UNWIND range(1, 12000) AS i CREATE (:Thing {key: i})-[:LINK]->(:Other)",
    ):
        driver.execute_query(statement)

    neo4j_server.wipe()

    assert count_nodes(neo4j_server) == 0
    assert driver.execute_query("SHOW CONSTRAINTS YIELD name").records == []
    indexes = driver.execute_query("SHOW INDEXES YIELD type").records
    assert {record["type"] for record in indexes} == {"LOOKUP"}


def test_wipe__of_an_empty_database_is_fast(neo4j_server: Neo4j, neo4j_url: str) -> None:
    neo4j_server.wipe()
    started = time.monotonic()
    neo4j_server.wipe()
    assert time.monotonic() - started < 5
