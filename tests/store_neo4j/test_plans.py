"""Neo4j answers every statement from an index: no plan looks at all nodes, a whole label or a whole type."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from neo4j import GraphDatabase, NotificationMinimumSeverity

from catalog.graph import Direction
from catalog.store import neo4j_cypher as cypher
from catalog.store.neo4j import Neo4jStore
from catalog.store.port import ALL_TIME, NOW, NodeFilter
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
        "write nodes": cypher.WRITE_NODES,
        "stored edges": cypher.stored_edges(TYPES),
        "create edges": cypher.CREATE_EDGES,
        "end edges": cypher.end_edges(TYPES),
        "delete edges": cypher.delete_edges(TYPES),
        "edges told by": cypher.edges_told_by(TYPES),
        "page": cypher.page(EVERY),
        "page of a namespace": cypher.page(ONE_NAMESPACE),
        "count": cypher.count(EVERY),
        "count of a namespace": cypher.count(ONE_NAMESPACE),
        "search": cypher.search(ONE_NAMESPACE),
        "search counts": cypher.search_counts(EVERY),
        "records": cypher.RECORDS,
        "write records": cypher.WRITE_RECORDS,
        "delete records": cypher.DELETE_RECORDS,
        "entries": cypher.ENTRIES,
        "write entries": cypher.WRITE_ENTRIES,
        "entry counts": cypher.ENTRY_COUNTS,
        "log": cypher.log(of_status=False),
        "log of a status": cypher.log(of_status=True),
        "lock": cypher.LOCK,
        "mark": cypher.WRITE_META,
    }
    for direction, at in product(Direction, (NOW, 5, ALL_TIME)):
        found[f"edges {direction} {at}"] = cypher.edges(TYPES, direction, at)
    for ended, limited, reverse in product((True, False), repeat=3):
        statement = cypher.scan(ended=ended, limited=limited, reverse=reverse)
        found[f"scan {ended=} {limited=} {reverse=}"] = statement
    return found


def _operators(plan: dict[str, Any]) -> Iterator[str]:
    yield plan["operatorType"].partition("@")[0]
    for child in plan.get("children", ()):
        yield from _operators(child)


@pytest.mark.usefixtures("neo4j_store")
def test_plans__look_up_and_never_scan(neo4j_server: Neo4j) -> None:
    driver = GraphDatabase.driver(
        neo4j_server.address,
        auth=neo4j_server.auth,
        notifications_min_severity=NotificationMinimumSeverity.OFF,
    )
    scanning = {}
    with driver, driver.session() as session:
        for name, statement in _statements().items():
            plan = session.run(f"EXPLAIN {statement}").consume().plan
            assert plan is not None
            operators = set(_operators(plan))
            # A limited scan takes its order from the index too: it reads no more rows than the limit.
            bad = {o for o in operators if "Scan" in o or (name.startswith("scan") and o in ("Sort", "Top"))}
            if bad:
                scanning[name] = bad
    assert scanning == {}


def test_plans__the_pages_of_every_label_have_an_index(neo4j_store: Neo4jStore) -> None:
    labels = tuple(cypher.concrete_labels(MODEL))
    assert {"Dataset", "Field", "Job", "Run"} <= set(labels)
    with neo4j_store.read() as reader:
        assert reader.page(NodeFilter(labels), None, 10) == []
