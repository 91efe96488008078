"""What facets say of datasets and jobs, typed: owners, tags, kind, storage, source code."""

from typing import Any

import pytest

from catalog.store.memory import MemoryStore
from tests.api.graphql.world import World, at, dataset, load, run_event, schema

OWNERS = {"owners": [{"name": "team:orders", "type": "MAINTAINER"}, {"name": "user:ada"}]}
TAGS = {
    "tags": [{"key": "gold", "value": "yes"}, {"key": "pii", "value": "true", "source": "USER", "field": "a"}]
}
DETAILS: dict[str, Any] = {
    "datasetType": {"datasetType": "VIEW", "subType": "MATERIALIZED"},
    "version": {"datasetVersion": "v7"},
    "hierarchy": {"hierarchy": [{"type": "DATABASE", "name": "shop"}, {"type": "TABLE", "name": "orders"}]},
    "dataSource": {"name": "pg", "uri": "postgres://db"},
    "storage": {"storageLayer": "delta", "fileFormat": "parquet"},
    "catalog": {"framework": "delta", "type": "glue", "name": "main", "warehouseUri": "s3://lake"},
}
JOB = {
    "ownership": OWNERS,
    "tags": {"tags": [{"key": "nightly", "value": ""}]},
    "sql": {"query": "select 1", "dialect": "duckdb"},
    "sourceCodeLocation": {"type": "git", "url": "https://example.org/x.py", "version": "abc"},
    "sourceCode": {"language": "python", "sourceCode": "print()"},
    "jobType": {
        "processingType": "STREAMING",
        "integration": "FLINK",
        "emissionPattern": {
            "eventTrigger": "PERIODIC",
            "eventContentMode": "ACCUMULATIVE",
            "windowDuration": 60,
        },
    },
}


@pytest.fixture(scope="module")
def told() -> World:
    store = MemoryStore()
    first = dataset("orders", schema=schema("a:int"), ownership=OWNERS, tags=TAGS, **DETAILS)
    later = dataset(
        "orders", ownership={"owners": [{"name": "team:sales"}]}, storage={"storageLayer": "iceberg"}
    )
    event = run_event(1, "COMPLETE", 1, "load", outputs=[first])
    load(store, {**event, "job": {**event["job"], "facets": JOB}})
    load(store, run_event(2, "COMPLETE", 2, "other", outputs=[later]))
    return World(store)


def test_dataset__has_its_owners_as_of_any_time(told: World) -> None:
    query = """query ($then: DateTime) { dataset(namespace: "db", name: "orders") {
        owners(asOf: $then) { edges { node { agent { key name } type origin until } } } } }"""
    now = told.ask(query)["dataset"]["owners"]["edges"]
    then = told.ask(query, then=at(1))["dataset"]["owners"]["edges"]
    assert [(one["node"]["agent"]["key"], one["node"]["type"]) for one in now] == [("team/sales", None)]
    assert [(one["node"]["agent"]["key"], one["node"]["type"]) for one in then] == [
        ("person/ada", None),
        ("team/orders", "MAINTAINER"),
    ]
    assert {one["node"]["origin"] for one in then} == {"DECLARED"}


def test_dataset_and_its_fields__have_their_tags(told: World) -> None:
    found = told.ask(
        """{ dataset(namespace: "db", name: "orders") {
            tags { edges { node { tag { name } value source } } }
            fields { edges { node { name tags { edges { node { tag { name } value source } } } } } } } }"""
    )["dataset"]
    assert [one["node"] for one in found["tags"]["edges"]] == [
        {"tag": {"name": "gold"}, "value": "yes", "source": None}
    ]
    [field] = found["fields"]["edges"]
    assert [one["node"] for one in field["node"]["tags"]["edges"]] == [
        {"tag": {"name": "pii"}, "value": "true", "source": "USER"}
    ]


def test_dataset__has_what_its_facets_say_as_of_any_time(told: World) -> None:
    query = """query ($then: DateTime) { dataset(namespace: "db", name: "orders", asOf: $then) {
        datasetType subType datasetVersion hierarchy { type name } dataSource { name uri }
        storage { layer fileFormat } catalog { name type framework source metadataUri warehouseUri } } }"""
    expected = {
        "datasetType": "VIEW",
        "subType": "MATERIALIZED",
        "datasetVersion": "v7",
        "hierarchy": [{"type": "DATABASE", "name": "shop"}, {"type": "TABLE", "name": "orders"}],
        "dataSource": {"name": "pg", "uri": "postgres://db"},
        "storage": {"layer": "delta", "fileFormat": "parquet"},
        "catalog": {
            "name": "main",
            "type": "glue",
            "framework": "delta",
            "source": None,
            "metadataUri": None,
            "warehouseUri": "s3://lake",
        },
    }
    assert told.ask(query, then=at(1))["dataset"] == expected
    iceberg = {"layer": "iceberg", "fileFormat": None}
    assert told.ask(query)["dataset"] == {**expected, "storage": iceberg}


def test_job__has_what_its_facets_say(told: World) -> None:
    found = told.ask(
        """{ job(namespace: "etl", name: "load") { dialect processingType
            owners { totalCount } tags { edges { node { tag { name } value } } }
            emissionPattern { eventTrigger eventContentMode windowDuration }
            sourceCode { control url version branch language } } }"""
    )["job"]
    assert found == {
        "dialect": "duckdb",
        "processingType": "STREAMING",
        "owners": {"totalCount": 2},
        "tags": {"edges": [{"node": {"tag": {"name": "nightly"}, "value": ""}}]},
        "emissionPattern": {
            "eventTrigger": "PERIODIC",
            "eventContentMode": "ACCUMULATIVE",
            "windowDuration": 60,
        },
        "sourceCode": {
            "control": "git",
            "url": "https://example.org/x.py",
            "version": "abc",
            "branch": None,
            "language": "python",
        },
    }


def test_dataset__of_which_no_facet_says_anything_has_none_of_it() -> None:
    store = MemoryStore()
    load(store, run_event(1, "COMPLETE", 1, "load", outputs=[dataset("plain")]))
    found = World(store).ask(
        """{ dataset(namespace: "db", name: "plain") { datasetType hierarchy { name } dataSource { name }
            storage { layer } catalog { name } owners { totalCount } tags { totalCount } } }"""
    )["dataset"]
    assert found == {
        "datasetType": None,
        "hierarchy": [],
        "dataSource": None,
        "storage": None,
        "catalog": None,
        "owners": {"totalCount": 0},
        "tags": {"totalCount": 0},
    }


def test_facet_keys__say_which_are_standard(told: World) -> None:
    found = told.ask("{ facetKeys(of: JOB) { edges { node { key standard } } pageInfo { hasNextPage } } }")[
        "facetKeys"
    ]
    keys = {one["node"]["key"] for one in found["edges"]}
    assert keys == {"jobType", "ownership", "sourceCode", "sourceCodeLocation", "sql", "tags"}
    assert all(one["node"]["standard"] for one in found["edges"])


def test_things__are_found_by_the_key_of_a_facet() -> None:
    store = MemoryStore()
    events = [
        run_event(1, "COMPLETE", number, f"job{number}", (), [dataset(f"d{number}", **facets)], **facets)
        for number, facets in enumerate(({"mine": {"n": 1}}, {}, {"mine": {"n": 2}}))
    ]
    load(store, *events)
    found = World(store).ask(
        """{ datasets(facet: "mine", first: 1) { totalCount edges { node { name facets(key: "mine") { edges { node {
                value } } } } } pageInfo { hasNextPage endCursor } }
            none: datasets(facet: "mine", namespace: "elsewhere") { totalCount }
            jobs(facet: "sql") { totalCount }
            runs(facet: "mine") { edges { node { job { name } } } }
            facetKeys(of: RUN) { edges { node { key standard } } } }"""
    )
    [first] = found["datasets"]["edges"]
    assert (first["node"]["name"], found["datasets"]["totalCount"]) == ("d0", 2)
    assert first["node"]["facets"]["edges"][0]["node"]["value"]["n"] == 1
    assert found["datasets"]["pageInfo"]["hasNextPage"]
    assert (found["none"]["totalCount"], found["jobs"]["totalCount"]) == (0, 3)
    assert {one["node"]["job"]["name"] for one in found["runs"]["edges"]} == {"job0", "job2"}
    assert [one["node"] for one in found["facetKeys"]["edges"]] == [{"key": "mine", "standard": False}]
