"""Neo4j answers every statement from an index: no plan looks at all nodes, a whole label or a whole type."""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import pytest
from neo4j import GraphDatabase, NotificationMinimumSeverity

from catalog.entry import Status
from catalog.graph import Direction, Edge, Node
from catalog.store import neo4j_cypher as cypher
from catalog.store.neo4j import Neo4jStore
from catalog.store.port import ALL_TIME, NOW, ChangeSet, LogFilter, NodeFilter
from ontology.compiler import load_model
from tests.neo4j.server import Neo4j

MODEL = load_model()
TYPES = MODEL.relationship_types
EVERY = NodeFilter(("Dataset", "Job", "Field", "Run"))
ONE_NAMESPACE = NodeFilter(("Dataset", "Job"), {"namespace": "n"})


def _statements() -> dict[str, str]:
    found = {
        "nodes": cypher.NODES,
        "delete nodes": cypher.DELETE_NODES,
        "write nodes, edges, records and entries": cypher.WRITE,
        "end edges": cypher.end_edges(TYPES),
        "delete edges": cypher.delete_edges(TYPES),
        "edges told by": cypher.edges_told_by(TYPES),
        "page": cypher.page(MODEL, EVERY),
        "page of a namespace": cypher.page(MODEL, ONE_NAMESPACE),
        "count": cypher.count(MODEL, EVERY),
        "count of a namespace": cypher.count(MODEL, ONE_NAMESPACE),
        "search": cypher.search(MODEL, ONE_NAMESPACE),
        "search counts": cypher.search_counts(MODEL, EVERY),
        "records": cypher.RECORDS,
        "delete records": cypher.DELETE_RECORDS,
        "entries": cypher.ENTRIES,
        "entry counts": cypher.ENTRY_COUNTS,
        "entries at": cypher.ENTRIES_AT,
        "rewrite entries": cypher.REWRITE_ENTRIES,
        "scan of a space": cypher.WALK_ALL,
        "scan of the rest of a partition": cypher.WALK_PARTITION,
        "scan of the partitions behind it": cypher.WALK_PARTITIONS,
        "log": cypher.LOG,
        "lock": cypher.LOCK,
        "mark": cypher.WRITE_META,
    }
    for direction, at in product(Direction, (NOW, 5, ALL_TIME)):
        found[f"edges {direction} {at}"] = cypher.edges(TYPES, direction, at)
    for at in (NOW, 5, ALL_TIME):
        found[f"entering edges {at}"] = cypher.entering("HAS_FIELD", "FEEDS", at)
    for status, producer, reverse in product((None, Status.APPLIED), (None, "p"), (True, False)):
        text = cypher.log_in_order(LogFilter(status, producer), reverse=reverse)
        found[f"log in order {status=} {producer=} {reverse=}"] = text
    for ended, limited, reverse in product((True, False), repeat=3):
        statement = cypher.scan(ended=ended, limited=limited, reverse=reverse)
        found[f"scan {ended=} {limited=} {reverse=}"] = statement
    return found


def _operators(plan: dict[str, Any]) -> Iterator[str]:
    yield plan["operatorType"].partition("@")[0]
    for child in plan.get("children", ()):
        yield from _operators(child)


def _write_few_edges(store: Neo4jStore) -> None:
    """Many nodes and one edge of each type: looking through all edges would seem cheap."""
    nodes = [Node(f"dataset/n/{number}", "Dataset") for number in range(1000)]
    edges = [Edge(type_, nodes[0].key, nodes[1].key, "job/n/j", "OBSERVED") for type_ in TYPES]
    changes = ChangeSet({node.key: node for node in nodes}, {edge.id: edge for edge in edges})
    store.write(lambda transaction: transaction.apply(changes))


def _scanning(server: Neo4j, statements: Mapping[str, str]) -> dict[str, set[str]]:
    """The statements that scan, and by which operators; planned by what is there now.

    Left to itself the server samples its indexes some time later: it would plan by what tests of before had written.
    """
    driver = GraphDatabase.driver(
        server.address, auth=server.auth, notifications_min_severity=NotificationMinimumSeverity.OFF
    )
    scanning = {}
    with driver, driver.session() as session:
        session.run("CALL db.prepareForReplanning()").consume()
        for name, statement in statements.items():
            plan = session.run(f"EXPLAIN {statement}").consume().plan
            assert plan is not None
            operators = set(_operators(plan))
            # A limited scan takes its order from the index too: it reads no more rows than the limit.
            bad = {o for o in operators if "Scan" in o or (name.startswith("scan") and o in ("Sort", "Top"))}
            if bad:
                scanning[name] = bad
    return scanning


@pytest.mark.usefixtures("neo4j_store")
def test_plans__look_up_and_never_scan(neo4j_server: Neo4j) -> None:
    assert _scanning(neo4j_server, _statements()) == {}


def test_plans_of_edges__look_up_while_edges_are_few(neo4j_server: Neo4j, neo4j_store: Neo4jStore) -> None:
    _write_few_edges(neo4j_store)
    statements = {name: text for name, text in _statements().items() if "edges" in name}
    assert len(statements) >= 13
    assert _scanning(neo4j_server, statements) == {}


def test_plans__the_pages_of_every_label_have_an_index(neo4j_store: Neo4jStore) -> None:
    labels = MODEL.concrete_labels
    assert {"Dataset", "Field", "Job", "Run"} <= set(labels)
    with neo4j_store.read() as reader:
        assert reader.page(NodeFilter(labels), None, 10) == []
