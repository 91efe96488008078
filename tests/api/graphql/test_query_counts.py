"""What a query costs the store: not more for more parents, and one reader for the whole answer."""

from collections import Counter

import pytest

from catalog.store.memory import MemoryStore
from tests.api.graphql.counting import CountingStore
from tests.api.graphql.world import World, at, columns, dataset, load, run_event, schema

PARENTS = 100


@pytest.fixture(scope="module")
def wide() -> MemoryStore:
    """A hundred jobs, each with a run, an input and an output of its own with columns and aliases."""
    store = MemoryStore()
    events = []
    for number in range(PARENTS):
        source = dataset(
            f"in{number:03}",
            schema=schema("a:int"),
            ownership={"owners": [{"name": f"team:{number}"}]},
            tags={"tags": [{"key": f"t{number}", "value": ""}]},
            storage={"storageLayer": "delta"},
            lifecycleStateChange={
                "lifecycleStateChange": "RENAME",
                "previousIdentifier": {"namespace": "db", "name": f"was{number:03}"},
            },
            symlinks={"identifiers": [{"namespace": "file", "name": f"f{number}", "type": "LOCATION"}]},
        )
        lineage = columns({"b": [(f"in{number:03}", "a", "DIRECT", "IDENTITY")]})
        target = dataset(f"out{number:03}", schema=schema("b:int"), columnLineage=lineage)
        events.append(run_event(1, "COMPLETE", number, f"job{number:03}", [source], [target], nominalTime={}))
    later = [
        {
            **event,
            "eventTime": at(2),
            "run": {"runId": event["run"]["runId"][:-4] + "9" + event["run"]["runId"][-3:]},
        }
        for event in events
    ]
    load(store, *events)
    load(store, *later)
    return store


DATASETS = """query ($first: Int!, $then: DateTime) { datasets(first: $first) { totalCount edges { node {
    description(asOf: $then) lastSeen resolved { name }
    fields(first: 2, asOf: $then) { edges { node { name type dataset { name }
        upstream(first: 2) { edges { node { field { name dataset { name } } job { name } } } }
        downstream(first: 2) { totalCount } } } }
    facets(first: 2, asOf: $then) { edges { node { key value evidence { first } } } }
    aliases(first: 2) { edges { node { name resolved { name } } } }
    owners(first: 2, asOf: $then) { edges { node { agent { name } type } } }
    tags(first: 2, asOf: $then) { edges { node { tag { name } value } } }
    hierarchy(asOf: $then) { name } storage(asOf: $then) { layer }
    aliasLinks(first: 2) { edges { node { source type counts evidence { last } ruling { name } } } }
    aliasConflicts { code nameCount }
    lifecycleState(asOf: $then) droppedAt(asOf: $then)
    renamedTo(first: 2, asOf: $then) { edges { node { name } } } renamedFrom(first: 2) { edges { node { name } } }
    readers(first: 2) { edges { node { name } } }
    writers(first: 2) { edges { node { name } } }
    schemaHistory(first: 2) { edges { node { since fields(first: 2) { totalCount } } } }
} } } }"""

JOBS = """query ($first: Int!, $then: DateTime) { jobs(first: $first) { edges { node {
    description(asOf: $then) lastSeen
    facets(first: 2) { totalCount }
    inputs(first: 2, asOf: $then) { edges { node { name resolved { name } } } }
    outputs(first: 2) { edges { node { name } } }
    lastRun { name }
    runs(first: 2) { edges { node { name job { name } jobs(first: 2) { totalCount } parent { name } root { name }
        children(first: 2) { totalCount } facets(first: 2) { edges { node { value } } }
        inputs(first: 2) { edges { node { dataset { name } job { name } facets(first: 2) { totalCount } } } } } } }
} } } }"""

LINEAGE = """query ($of: [ID!]!) { lineage(of: $of) {
    nodes { node { name } hops } edges { job { name } lastSeen evidence { run { name } } } } }"""


def asked(store: MemoryStore, query: str, **variables: object) -> Counter[str]:
    counting = CountingStore(store)
    World(counting).ask(query, **variables)
    assert (counting.opened, counting.closed) == (1, 1)
    return counting.asked


@pytest.mark.parametrize("query", [DATASETS, JOBS], ids=["datasets", "jobs"])
@pytest.mark.parametrize("then", [None, at(1.5)], ids=["now", "as-of"])
def test_store_questions__do_not_grow_with_parents(wide: MemoryStore, query: str, then: str | None) -> None:
    counts = [asked(wide, query, first=first, then=then) for first in (1, 10, PARENTS)]

    assert counts[0] == counts[1] == counts[2]
    assert counts[0].total() > 5


def test_store_questions__do_not_grow_with_edges_of_a_lineage(wide: MemoryStore) -> None:
    keys = [f"dataset/db/in{number:03}" for number in range(PARENTS)]

    counts = [asked(wide, LINEAGE, of=keys[:number]) for number in (1, 10, PARENTS)]

    assert counts[0] == counts[1] == counts[2]


def test_store_questions__do_not_grow_with_ids(wide: MemoryStore) -> None:
    query = "query ($ids: [ID!]!, $then: DateTime) { nodes(ids: $ids, asOf: $then) { name } }"
    keys = [f"dataset/db/in{number:03}" for number in range(PARENTS)]

    counts = [asked(wide, query, ids=keys[:number], then=at(1.5)) for number in (1, 10, PARENTS)]

    assert counts[0] == counts[1] == counts[2]
