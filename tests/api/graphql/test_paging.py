"""Pages: keyset cursors lose and repeat nothing, also while the graph grows."""

import base64

import pytest

from catalog.store.memory import MemoryStore
from tests.api.graphql.world import World, dataset, load, nodes, run_event

QUERY = """query ($after: String) { datasets(first: 2, after: $after) {
    edges { cursor node { name } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount } }"""


def test_pages__go_through_the_list_once() -> None:
    world = World(MemoryStore())
    load(world.store, run_event(1, "COMPLETE", 1, "j", [dataset(name) for name in "abcde"]))
    seen, after, previous = [], None, []
    for _ in range(3):
        page = world.ask(QUERY, after=after)["datasets"]
        info = page["pageInfo"]
        seen += nodes(page, "name")
        previous.append((info["hasPreviousPage"], info["hasNextPage"]))
        assert (info["startCursor"], info["endCursor"]) == (
            page["edges"][0]["cursor"],
            page["edges"][-1]["cursor"],
        )
        after = info["endCursor"]

    assert seen == ["a", "b", "c", "d", "e"]
    assert previous == [(False, True), (True, True), (True, False)]
    assert page["totalCount"] == 5


def test_pages__neither_repeat_nor_lose_when_the_list_grows_before_them() -> None:
    world = World(MemoryStore())
    load(world.store, run_event(1, "COMPLETE", 1, "j", [dataset(name) for name in "bdf"]))
    first = world.ask(QUERY)["datasets"]
    load(world.store, run_event(2, "COMPLETE", 2, "j", [dataset(name) for name in "ace"]))

    second = world.ask(QUERY, after=first["pageInfo"]["endCursor"])["datasets"]

    assert (nodes(first, "name"), nodes(second, "name")) == (["b", "d"], ["e", "f"])


def test_runs__page_latest_first() -> None:
    world = World(MemoryStore())
    load(world.store, *(run_event(n, "COMPLETE", n, "j", [dataset("a")]) for n in range(1, 6)))
    query = """query ($after: String) { job(namespace: "etl", name: "j") { runs(first: 2, after: $after) {
        edges { node { name } } pageInfo { endCursor hasNextPage } } } }"""
    seen, after = [], None
    for _ in range(3):
        runs = world.ask(query, after=after)["job"]["runs"]
        seen += [int(name[-2:]) for name in nodes(runs, "name")]
        after = runs["pageInfo"]["endCursor"]

    assert seen == [5, 4, 3, 2, 1]
    assert not runs["pageInfo"]["hasNextPage"]


def test_impact__pages_through_all_items(shop: World) -> None:
    query = """query ($n: Int!, $after: String) { impact(change: {dataset: "dataset/db/raw", drop: ["id"]}, first: $n,
        after: $after) { items { edges { node { node { id } } } pageInfo { endCursor hasNextPage } } } }"""
    whole = [item["node"]["id"] for item in nodes(shop.ask(query, n=500)["impact"]["items"])]
    seen, after, more = [], None, True
    while more:
        items = shop.ask(query, n=2, after=after)["impact"]["items"]
        seen += [item["node"]["id"] for item in nodes(items)]
        after, more = items["pageInfo"]["endCursor"], items["pageInfo"]["hasNextPage"]

    assert seen == whole
    assert len(whole) > 4


def encoded(text: bytes) -> str:
    return base64.urlsafe_b64encode(text).decode()


@pytest.mark.parametrize(
    "after", ["x", "é", "", encoded(b"[1]"), encoded(b'["a","b"]'), encoded(b"{}"), encoded(b"\xff")]
)
@pytest.mark.parametrize(
    "query",
    [
        QUERY,
        "query ($after: String) { receipts(after: $after) { edges { cursor } } }",
        "query ($after: String) { search(after: $after) { totalCount } }",
        'query ($after: String) { dataset(namespace: "db", name: "raw") { fields(after: $after) { totalCount } } }',
        'query ($after: String) { job(namespace: "etl", name: "load") { runs(after: $after) { edges { cursor } } } }',
        'query ($after: String) { lineage(of: ["dataset/db/raw"]) { nodes(after: $after) { hops } } }',
    ],
)
def test_foreign_cursors__are_refused(shop: World, query: str, after: str) -> None:
    assert shop.refused(query, after=after)[0] == "BAD_USER_INPUT"
