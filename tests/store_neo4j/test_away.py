"""A server that is away, comes back, refuses us, or holds somebody else's graph."""

import time
from urllib.parse import quote

import pytest

from catalog.errors import NotOurStore, StoreUnavailable
from catalog.graph import Node
from catalog.store.neo4j import Neo4jStore
from catalog.store.neo4j_schema import FORMAT
from catalog.store.port import ChangeSet, NodeFilter, Transaction
from tests.neo4j.server import LocalNeo4j, Neo4j
from tests.ports import free_port

SOON_S = 20


def _write(store: Neo4jStore, *keys: str) -> None:
    nodes = {key: Node(key, "Dataset", {"namespace": "n", "name": key}) for key in keys}
    store.write(lambda transaction: transaction.apply(ChangeSet(nodes=nodes)))


def _keys(store: Neo4jStore) -> list[str]:
    with store.read() as reader:
        return [node.key for node in reader.page(NodeFilter(("Dataset",)), None, 100)]


def _run(server: Neo4j, statement: str) -> None:
    with server.driver().session() as session:
        session.run(statement).consume()


def test_server_away__is_said_soon_without_the_password() -> None:
    begun = time.monotonic()
    with pytest.raises(StoreUnavailable) as caught:
        Neo4jStore(f"bolt://neo4j:secret@127.0.0.1:{free_port()}")
    assert time.monotonic() - begun < SOON_S
    assert "does not answer" in caught.value.message
    assert "secret" not in str(caught.value)
    assert caught.value.hint


def test_server_killed__the_same_store_goes_on_after_it_is_back(
    neo4j_local: LocalNeo4j, neo4j_store: Neo4jStore
) -> None:
    _write(neo4j_store, "dataset/1")
    with neo4j_store.read() as reader:
        assert reader.count(NodeFilter(("Dataset",))) == 1
        neo4j_local.kill()
        begun = time.monotonic()
        with pytest.raises(StoreUnavailable):
            neo4j_store.ping()
        with pytest.raises(StoreUnavailable):
            _write(neo4j_store, "dataset/2")
        assert time.monotonic() - begun < SOON_S
        neo4j_local.restart()
        assert reader.count(NodeFilter(("Dataset",))) == 1
    _write(neo4j_store, "dataset/3")
    assert _keys(neo4j_store) == ["dataset/1", "dataset/3"]


def test_server_killed__in_a_transaction_nothing_of_it_is_there(
    neo4j_local: LocalNeo4j, neo4j_store: Neo4jStore
) -> None:
    def work(transaction: Transaction) -> None:
        transaction.apply(ChangeSet(nodes={"dataset/1": Node("dataset/1", "Dataset")}))
        assert transaction.nodes(["dataset/1"])
        neo4j_local.kill()

    with pytest.raises(StoreUnavailable):
        neo4j_store.write(work)
    neo4j_local.restart()
    assert _keys(neo4j_store) == []


def test_wrong_password__is_said(neo4j_server: Neo4j, neo4j_url: str) -> None:
    wrong = neo4j_url.replace(f":{quote(neo4j_server.auth[1])}@", ":not-it@")
    assert wrong != neo4j_url
    with pytest.raises(StoreUnavailable) as caught:
        Neo4jStore(wrong)
    assert "refuses the user name or password" in caught.value.message
    assert "not-it" not in str(caught.value)


def test_missing_database__is_said(neo4j_url: str) -> None:
    with pytest.raises(StoreUnavailable, match="has no database nowhere") as caught:
        Neo4jStore(f"{neo4j_url}/nowhere")
    assert caught.value.hint


@pytest.mark.parametrize("node", ["(:Person {name: 'a'})", "(:Resource {key: 'dataset/a'})"])
def test_foreign_graph__is_refused_and_left_alone(
    neo4j_server: Neo4j, fresh_neo4j_url: str, node: str
) -> None:
    _run(neo4j_server, f"CREATE {node}")
    with pytest.raises(NotOurStore) as caught:
        Neo4jStore(fresh_neo4j_url)
    assert caught.value.hint
    with neo4j_server.driver().session() as session:
        assert session.run("MATCH (n) RETURN count(n)").value() == [1]
        assert session.run("SHOW CONSTRAINTS YIELD name RETURN name").value() == []


def test_newer_format__is_refused(neo4j_server: Neo4j, neo4j_url: str) -> None:
    Neo4jStore(neo4j_url).close()
    _run(neo4j_server, f"MATCH (m:MeshlineMeta) SET m.format = {FORMAT + 1}")
    with pytest.raises(NotOurStore, match="Update Meshline"):
        Neo4jStore(neo4j_url)


def test_opened_again__keeps_the_graph_and_restores_an_index(neo4j_server: Neo4j, neo4j_url: str) -> None:
    store = Neo4jStore(neo4j_url)
    _write(store, "dataset/1")
    store.close()
    names = "SHOW INDEXES YIELD name RETURN name ORDER BY name"
    with neo4j_server.driver().session() as session:
        before = session.run(names).value()
        session.run("DROP INDEX mesh_search").consume()
        again = Neo4jStore(neo4j_url)
        assert session.run(names).value() == before
    assert _keys(again) == ["dataset/1"]
    again.close()
