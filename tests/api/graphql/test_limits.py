"""Queries that ask for too much are refused before anything is asked."""

import asyncio

import pytest
from graphql import DocumentNode

from api.graphql.known_queries import MAX_CHARACTERS, MAX_KNOWN, KnownQueries
from api.graphql.limits import MAX_ALIASES, MAX_DEPTH
from api.graphql.meshes import MOST_INSTANTS
from api.graphql.schema import answer
from catalog.store.memory import MemoryStore
from tests.api.graphql.counting import CountingStore
from tests.api.graphql.described import describe, thing
from tests.api.graphql.world import World


@pytest.fixture
def counting() -> CountingStore:
    return CountingStore(MemoryStore())


def refused(counting: CountingStore, query: str, **variables: object) -> str:
    code, _ = World(counting).refused(query, **variables)
    assert counting.opened == 0
    return code


def nested(levels: int) -> str:
    inner = "name"
    for _ in range(levels - 2):
        inner = f"parent {{ {inner} }}"
    return f'{{ run(id: "x") {{ {inner} }} }}'


def test_depth__is_bounded(counting: CountingStore) -> None:
    assert refused(counting, nested(MAX_DEPTH + 1)) == "DEPTH_LIMIT"
    assert World(counting).ask(nested(MAX_DEPTH)) == {"run": None}


def test_depth__is_not_hidden_by_fragments(counting: CountingStore) -> None:
    spread = " ".join(f"fragment F{i} on Run {{ parent {{ ...F{i + 1} }} }}" for i in range(MAX_DEPTH))
    query = f'{{ run(id: "x") {{ ...F0 }} }} {spread} fragment F{MAX_DEPTH} on Run {{ name }}'

    assert refused(counting, query) == "DEPTH_LIMIT"


def test_tokens__are_bounded(counting: CountingStore) -> None:
    assert refused(counting, "{" + " jobs { totalCount }" * 1500 + "}") == "TOKEN_LIMIT"


def test_aliases__are_bounded(counting: CountingStore) -> None:
    query = " ".join(f'a{i}: run(id: "{i}") {{ name }}' for i in range(MAX_ALIASES + 1))

    assert refused(counting, f"{{ {query} }}") == "ALIAS_LIMIT"


@pytest.mark.parametrize(
    "query",
    [
        "{ datasets(first: 500) { edges { node { fields(first: 500) { edges { node { name } } } } } } }",
        "query ($n: Int!) { datasets(first: $n) { edges { node { fields(first: $n) { edges { node { name } } } } } } }",
        "query ($m: Int = 500) { datasets(first: $m) { edges { node { fields(first: $m) { edges { cursor } } } } } }",
        """{ datasets(first: 500) { ...Wide } }
           fragment Wide on DatasetConnection { edges { node { ...Fields } } }
           fragment Fields on Dataset { fields(first: 500) { edges { node { name } } } }""",
        "{" + "".join(f'l{i}: lineage(of: ["x"]) {{ nodeCount }} ' for i in range(49)) + "}",
    ],
    ids=["literal", "variable", "default", "fragments", "walks"],
)
def test_cost__is_estimated_before_anything_is_asked(counting: CountingStore, query: str) -> None:
    assert refused(counting, query, n=500) == "COST_LIMIT"


def test_cost__is_that_of_a_whole_number_written_as_a_float(counting: CountingStore) -> None:
    query = """query ($n: Int!) {
        datasets(first: $n) { edges { node { fields(first: $n) { edges { node { name } } } } } } }"""

    assert refused(counting, query, n=500.0) == "COST_LIMIT"


def test_cost__of_a_fragment_is_by_the_defaults_of_the_operation_that_spreads_it() -> None:
    query = """query A($m: Int = 1) { ...Wide } query B($m: Int = 500) { ...Wide }
        fragment Wide on Query { datasets(first: $m) { edges { node { fields(first: $m) { totalCount
            edges { node { name } } } } } } }"""

    found = asyncio.run(answer(MemoryStore(), "http://mesh.example/id/", query, operation_name="B"))

    assert [error["extensions"]["code"] for error in found.errors] == ["COST_LIMIT"]


def test_mesh__is_looked_at_as_of_so_many_times() -> None:
    def asked(instants: int) -> str:
        looks = " ".join(
            f'a{n}: upstream(asOf: "2024-01-01T00:00:{n:02}Z") {{ totalCount }}' for n in range(instants)
        )
        return f'{{ product(name: "a") {{ {looks} }} }}'

    store = MemoryStore()
    describe(store, 0, [thing("product/a", "DataProduct", name="A")])

    assert len(World(store).ask(asked(MOST_INSTANTS))["product"]) == MOST_INSTANTS
    assert World(store).refused(asked(MOST_INSTANTS + 1))[0] == "COST_LIMIT"


def test_cost__of_fragments_spread_in_fragments_is_measured_quickly(counting: CountingStore) -> None:
    bomb = " ".join(f"fragment F{i} on Run {{ {f'...F{i + 1} ' * 20} }}" for i in range(30))
    query = f'{{ run(id: "x") {{ ...F0 }} }} {bomb} fragment F30 on Run {{ name }}'

    assert refused(counting, query) == "COST_LIMIT"


def test_fragments__that_spread_themselves_are_refused(counting: CountingStore) -> None:
    query = '{ run(id: "x") { ...A } } fragment A on Run { parent { ...A } }'

    assert refused(counting, query) == "VALIDATION_FAILED"


@pytest.mark.parametrize("first", [0, -1, 501])
def test_first__is_bounded_everywhere(shop: World, first: int) -> None:
    for query in (
        "query ($n: Int!) { datasets(first: $n) { totalCount } }",
        "query ($n: Int!) { receipts(first: $n) { pageInfo { endCursor } } }",
        "query ($n: Int!) { search(first: $n) { totalCount } }",
        'query ($n: Int!) { dataset(namespace: "db", name: "raw") { facets(first: $n) { totalCount } } }',
        'query ($n: Int!) { job(namespace: "etl", name: "load") { runs(first: $n) { pageInfo { endCursor } } } }',
        'query ($n: Int!) { impact(change: {dataset: "dataset/db/raw", drop: ["id"]}, first: $n) { verdict } }',
    ):
        assert shop.refused(query, n=first)[0] == "BAD_USER_INPUT"


def test_lists_of_arguments__are_bounded(shop: World) -> None:
    ids = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    drop = 'query ($d: [String!]) { impact(change: {dataset: "dataset/db/raw", drop: $d}) { verdict } }'

    assert shop.refused(ids, ids=["x"] * 501)[0] == "BAD_USER_INPUT"
    assert shop.refused(drop, d=[str(i) for i in range(501)])[0] == "BAD_USER_INPUT"


def test_limits__hold_of_a_query_that_is_known_too() -> None:
    query = (
        "query ($n: Int!) { datasets(first: $n) { edges { node { fields(first: 500) { totalCount } } } } }"
    )
    fields = "fields(first: $n) { edges { node { name } } }"
    asked = f"query ($n: Int!) {{ datasets(first: $n) {{ edges {{ node {{ {fields} }} }} }} }}"
    counting = CountingStore(MemoryStore())
    for text in (query, asked):
        assert World(counting).ask(text, n=1) == {"datasets": {"edges": []}}
        assert World(counting).ask(text, n=2) == {"datasets": {"edges": []}}
    before = counting.opened
    assert World(counting).refused(asked, n=500)[0] == "COST_LIMIT"
    assert counting.opened == before


def test_known_queries__are_kept_by_schema_and_text_the_last_used_ones() -> None:
    known, document = KnownQueries(), DocumentNode()
    for number in range(MAX_KNOWN):
        known.keep("schema", str(number), document)
    assert known.get("schema", "0") is document
    known.keep("schema", "one more", document)
    assert known.get("schema", "1") is None
    assert known.get("schema", "0") is document
    assert known.get("another", "0") is None
    known.keep("schema", "x" * (MAX_CHARACTERS + 1), document)
    assert known.get("schema", "x" * (MAX_CHARACTERS + 1)) is None
