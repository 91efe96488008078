"""What documents say of a node, with line and commit; where they differ; who says an edge."""

from typing import Any

import pytest

from catalog.entry import LogEntry
from catalog.projection import Projection
from catalog.store.memory import MemoryStore
from ingest.descriptors.document import interpret_descriptor
from ingest.documents.commit import Commit
from ingest.documents.given import Given
from ingest.replay import interpret_again
from tests.api.graphql.world import RECEIVED_NS, World, nodes

FIRST = """meshline: 1
products:
  - id: orders
    name: Orders
    owner: order-team
    lifecycle: active
"""
SECOND = """{"meshline": 1, "products": [
  {"id": "orders", "owner": "billing",
   "lifecycle": "draft"}]}"""
COMMIT = Commit("a" * 40, "https://git.example/mesh", "orders.yaml", "Ada L")
HOUR_NS = 3600 * 10**9
PLACE = "saidAt { line path commit repository file committedBy actor }"


def entry(text: str, source: str, given: Given) -> LogEntry:
    reading = interpret_descriptor(
        text.encode(), source, given, received_ns=RECEIVED_NS, max_bytes=10_000, actor="ci"
    )
    assert not reading.kept_out
    return reading.entry


@pytest.fixture(scope="module")
def world() -> World:
    store = MemoryStore()
    entries = [
        entry(FIRST, "https://git.example/mesh/orders.yaml", Given(RECEIVED_NS - 2 * HOUR_NS, COMMIT)),
        entry(SECOND, "billing.json", Given(RECEIVED_NS - HOUR_NS)),
    ]
    Projection(store).apply([interpret_again(one) for one in entries])
    return World(store)


def asked(world: World, fields: str) -> Any:
    return world.ask(f'query {{ node(id: "product/orders") {{ {fields} }} }}')["node"]


def test_documents__have_line_commit_and_author(world: World) -> None:
    found = nodes(asked(world, f"documents {{ edges {{ node {{ source {PLACE} }} }} }}")["documents"])

    assert {one["source"]: one["saidAt"] for one in found} == {
        "https://git.example/mesh/orders.yaml": {
            "line": 3,
            "path": "products[0]",
            "commit": "a" * 40,
            "repository": "https://git.example/mesh",
            "file": "orders.yaml",
            "committedBy": "Ada L",
            "actor": "ci",
        },
        "billing.json": {
            "line": 2,
            "path": "products[0]",
            "commit": None,
            "repository": None,
            "file": None,
            "committedBy": None,
            "actor": "ci",
        },
    }


def test_statements__have_the_line_of_each_fact_and_whether_it_counts(world: World) -> None:
    fields = "statements { edges { node { name values counts why curated toldBy { name } saidAt { line path } } } }"
    found = nodes(asked(world, fields)["statements"])

    told = [(one["name"], one["values"], one["saidAt"]["line"], one["counts"], one["why"]) for one in found]
    assert told == [
        ("lifecycle", ["draft"], 3, True, "NEWEST"),
        ("lifecycle", ["active"], 6, False, "NEWEST"),
        ("name", ["Orders"], 4, True, "ONLY"),
        ("OWNED_BY", ["team/billing"], 2, True, "UNDECIDED"),
        ("OWNED_BY", ["team/order-team"], 5, True, "UNDECIDED"),
    ]
    assert not any(one["curated"] for one in found)


def test_conflicts__tell_who_says_what_and_what_decides(world: World) -> None:
    found = asked(world, "conflicts { name why decided claims { values counts target { key } } }")[
        "conflicts"
    ]

    assert found == [
        {
            "name": "lifecycle",
            "why": "NEWEST",
            "decided": True,
            "claims": [
                {"values": ["draft"], "counts": True, "target": None},
                {"values": ["active"], "counts": False, "target": None},
            ],
        },
        {
            "name": "OWNED_BY",
            "why": "UNDECIDED",
            "decided": False,
            "claims": [
                {"values": ["team/billing"], "counts": True, "target": {"key": "team/billing"}},
                {"values": ["team/order-team"], "counts": True, "target": {"key": "team/order-team"}},
            ],
        },
    ]


def test_edge__is_explained_by_line_and_commit(world: World) -> None:
    query = """query { explainEdge(source: "product/orders", target: "team/order-team") {
        tellings { evidence { saidAt { line path commit } } } } }"""

    [edge] = world.ask(query)["explainEdge"]
    assert edge["tellings"][0]["evidence"][0]["saidAt"] == {
        "line": 5,
        "path": "products[0].owner",
        "commit": "a" * 40,
    }
