"""Neo4j follows another ontology: the full-text index is filled again, nodes get the labels above their own."""

from dataclasses import replace

import pytest

from catalog.errors import ReplayNeeded
from catalog.graph import Node
from catalog.migration import migrate
from catalog.store.migrator import Action, Step
from catalog.store.neo4j import Neo4jStore
from catalog.store.port import ChangeSet
from ontology.compiler import load_model
from ontology.ddl import SEARCH_INDEX
from ontology.model import GraphModel, NodeType
from tests.neo4j.server import Neo4j

MODEL = load_model()
NODES = [
    Node("dataset/n/a", "Dataset", {"namespace": "n", "name": "a", "searchText": "orders"}),
    Node("namespace/dataset/n", "Namespace", {"name": "n", "of": "dataset", "searchText": "orders"}),
]


@pytest.fixture
def url(neo4j_url: str) -> str:
    store = Neo4jStore(neo4j_url)
    changes = ChangeSet(nodes={node.key: node for node in NODES})
    store.write(lambda transaction: transaction.apply(changes))
    store.close()
    return neo4j_url


def with_node(node: NodeType, *others: NodeType) -> GraphModel:
    """Another ontology: one label is different, others are new."""
    kept = [one for one in MODEL.nodes if one.label != node.label]
    nodes = sorted([*kept, node, *others], key=lambda one: one.label)
    return replace(MODEL, nodes=tuple(nodes), digest="1" * 64)


def values(server: Neo4j, cypher: str) -> list[object]:
    with server.driver().session() as session:
        return session.run(cypher).value()


def test_a_label_that_becomes_searchable__is_found_with_what_it_already_has(
    url: str, neo4j_server: Neo4j
) -> None:
    without = {n.label: tuple(p for p in n.properties if p.name != "searchText") for n in MODEL.nodes}
    datasets = [n if n.label == "Dataset" else replace(n, properties=without[n.label]) for n in MODEL.nodes]
    found = f"CALL db.index.fulltext.queryNodes('{SEARCH_INDEX}', 'ord*') YIELD node AS n RETURN n.key ORDER BY n.key"
    renewed = Step(Action.RENEW, "full-text index", (SEARCH_INDEX,), 1)
    assert renewed in migrate(url, model=replace(MODEL, nodes=tuple(datasets), digest="1" * 64)).steps
    assert values(neo4j_server, found) == [NODES[0].key]
    assert renewed in migrate(url).steps
    assert values(neo4j_server, found) == [node.key for node in NODES]


def test_a_new_label_above__is_given_to_the_nodes(url: str, neo4j_server: Neo4j) -> None:
    above = NodeType("Place", "urn:place", "A place.", MODEL.node("Resource").properties, (), "Resource")
    moved = with_node(replace(MODEL.node("Namespace"), super_label="Place"), above)
    labels = "MATCH (n:Namespace) UNWIND labels(n) AS label RETURN label ORDER BY label"
    given = migrate(url, model=moved)
    assert Step(Action.RELABEL, "node", ("Resource:Place:Namespace",), 1) in given.steps
    assert values(neo4j_server, labels) == ["Namespace", "Place", "Resource"]
    with pytest.raises(ReplayNeeded, match="1 of Namespace:Place:Resource"):
        migrate(url)


def test_an_index_of_another_form__is_made_anew_and_foreign_ones_stay(url: str, neo4j_server: Neo4j) -> None:
    for statement in (
        "DROP INDEX mesh_field_dataset",
        "CREATE RANGE INDEX mesh_field_dataset FOR (n:Field) ON (n.name)",
        "CREATE RANGE INDEX mesh_of_no_ontology FOR (n:Field) ON (n.ordinal)",
        "CREATE RANGE INDEX of_somebody_else FOR (n:Field) ON (n.type)",
    ):
        values(neo4j_server, statement)
    assert migrate(url).steps == (
        Step(Action.RENEW, "index", ("mesh_field_dataset",), 1),
        Step(Action.DROP, "index", ("mesh_of_no_ontology",), 1),
    )
    shown = "SHOW INDEXES YIELD name, labelsOrTypes, properties WHERE labelsOrTypes = ['Field'] "
    assert values(neo4j_server, shown + "RETURN name + ' ' + properties[0] AS shown ORDER BY shown") == [
        "mesh_field_dataset dataset",
        "meshline_page_field key",
        "of_somebody_else type",
    ]
    values(neo4j_server, "DROP INDEX of_somebody_else")
