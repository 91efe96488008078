"""One facet in one event, sent to an empty catalog, and what a client then learns of it over GraphQL."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from catalog.store.memory import MemoryStore
from ingest.event import recognise
from ingest.facets.facet_type import Entity
from tests.api.graphql.world import RECEIVED_NS, World, at, load, nodes, run_id

JOB, RUN = "job/etl/load", f"run/{run_id(1)}"
INPUT, OUTPUT = "dataset/db/raw", "dataset/db/clean"
PRODUCER = {"_producer": "https://example.org/producer", "_schemaURL": "https://example.org/facet"}


def example(corpus: Path, name: str) -> dict[str, Any]:
    """An example of the specification, without its key: ``NominalTimeRunFacet/1``."""
    text = (corpus / "openlineage-facets" / f"{name}.json").read_text(encoding="utf-8")
    ((_key, facet),) = json.loads(text).items()
    assert isinstance(facet, dict)
    return facet


def event(entity: Entity, key: str, facet: Mapping[str, Any]) -> dict[str, Any]:
    """A COMPLETE event of a run that reads ``raw`` and writes ``clean``, with one facet."""
    facets = {key: {**PRODUCER, **facet}}
    place = {of: facets if of is entity else {} for of in Entity}
    return {
        "eventType": "COMPLETE",
        "eventTime": at(1),
        "producer": "https://example.org/producer",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": run_id(1), "facets": place[Entity.RUN]},
        "job": {"namespace": "etl", "name": "load", "facets": place[Entity.JOB]},
        "inputs": [{"namespace": "db", "name": "raw", "inputFacets": place[Entity.INPUT]}],
        "outputs": [
            {
                "namespace": "db",
                "name": "clean",
                "facets": place[Entity.DATASET],
                "outputFacets": place[Entity.OUTPUT],
            }
        ],
    }


def dataset_event(key: str, facet: Mapping[str, Any]) -> dict[str, Any]:
    """An event about ``clean`` alone."""
    return {
        "eventTime": at(1),
        "producer": "https://example.org/producer",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/DatasetEvent",
        "dataset": {"namespace": "db", "name": "clean", "facets": {key: {**PRODUCER, **facet}}},
    }


def problems(told: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(code, path) of what was odd in an event."""
    entry, _ = recognise(json.dumps(told), received_ns=RECEIVED_NS)
    return [(problem.code, problem.path) for problem in entry.problems]


@dataclass(frozen=True)
class Catalog(World):
    """A catalog of its own."""

    def tell(self, entity: Entity, key: str, facet: Mapping[str, Any]) -> "Catalog":
        """Send the event with the facet, which is accepted without a problem."""
        return self.send(event(entity, key, facet))

    def send(self, told: Mapping[str, Any]) -> "Catalog":
        """Send an event, which is accepted without a problem."""
        assert problems(told) == []
        load(self.store, dict(told))
        return self

    def properties(self, key: str) -> dict[str, Any]:
        """The properties of a node: the text of one value, the list of several."""
        query = "query ($id: ID!) { node(id: $id) { properties { name values } } }"
        return {
            one["name"]: one["values"][0] if len(one["values"]) == 1 else one["values"]
            for one in self.ask(query, id=key)["node"]["properties"]
        }

    def relations(self, key: str, *types: str) -> set[tuple[str, str, tuple[tuple[str, str], ...]]]:
        """(direction, key of the other node, own properties of the relationship) of each relationship."""
        query = """query ($id: ID!, $types: [String!]) { node(id: $id) { relations(types: $types) { edges { node {
            direction node { key } properties { name values } } } } } }"""
        found = nodes(self.ask(query, id=key, types=list(types))["node"]["relations"])
        return {
            (
                one["direction"],
                one["node"]["key"],
                tuple(sorted((p["name"], p["values"][0]) for p in one["properties"])),
            )
            for one in found
        }

    def run(self, fields: str) -> Any:
        """Fields of the run."""
        return self.ask(f'query {{ run(id: "{run_id(1)}") {{ {fields} }} }}')["run"]

    def job(self, fields: str) -> Any:
        """Fields of the job."""
        return self.ask(f'query {{ job(namespace: "etl", name: "load") {{ {fields} }} }}')["job"]

    def dataset(self, fields: str, name: str = "clean") -> Any:
        """Fields of a dataset."""
        return self.ask(f'query {{ dataset(namespace: "db", name: "{name}") {{ {fields} }} }}')["dataset"]


@pytest.fixture
def catalog() -> Catalog:
    return Catalog(MemoryStore())
