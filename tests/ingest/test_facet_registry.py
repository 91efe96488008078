"""The registry of facets against the schemas of the specification."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from catalog.fold.dataset_nodes import DATASET_PROPERTIES
from catalog.fold.job_nodes import JOB_PROPERTIES
from ingest.facets.facet_type import Entity, Level
from ingest.facets.registry import ELSEWHERE, FACETS

ENTITIES = {
    "RunFacet": Entity.RUN,
    "JobFacet": Entity.JOB,
    "DatasetFacet": Entity.DATASET,
    "InputDatasetFacet": Entity.INPUT,
    "OutputDatasetFacet": Entity.OUTPUT,
}


def slots(schema: dict[str, Any]) -> set[tuple[Entity, str, str]]:
    """(entity, key, version) of the slots that one file of the specification defines."""
    version = schema["$id"].split("/")[-2]
    return {
        (entity, key, version)
        for key, property_ in schema["properties"].items()
        for entity in _entities(property_, schema["$defs"])
    }


def _entities(part: Any, definitions: dict[str, Any]) -> set[Entity]:
    """The entities of which the classes are facets that a part of a schema leads to."""
    if "$ref" in part:
        base, name = part["$ref"].rsplit("/", 1)
        return {ENTITIES[name]} if "OpenLineage.json" in base else _entities(definitions[name], definitions)
    choices = [one for word in ("allOf", "anyOf", "oneOf") for one in part.get(word, ())]
    return {entity for one in choices for entity in _entities(one, definitions)}


def test_registry__has_each_slot_of_the_specification_in_its_newest_version(corpus: Path) -> None:
    files = (corpus / "openlineage-spec" / "facets").glob("*.json")
    specified = set().union(*(slots(json.loads(file.read_text(encoding="utf-8"))) for file in files))
    assert {(one.entity, one.key, one.version) for one in FACETS} == specified
    assert Counter(one.entity for one in FACETS) == {
        Entity.RUN: 11,
        Entity.JOB: 8,
        Entity.DATASET: 15,
        Entity.INPUT: 4,
        Entity.OUTPUT: 2,
    }


def test_registry__has_one_row_for_a_key_of_an_entity() -> None:
    places = Counter((one.entity, one.key) for one in (*FACETS, *ELSEWHERE))
    assert set(places.values()) == {1}


def test_registry__names_the_values_of_each_reader() -> None:
    readers = [one for one in (*FACETS, *ELSEWHERE) if one.read is not None]
    assert all(one.level is not Level.STORED for one in readers)
    assert all(one.gives for one in readers if one.level is Level.STRUCTURE)
    assert not any(one.gives for one in readers if one.entity in (Entity.INPUT, Entity.OUTPUT))


def test_registry__gives_the_properties_that_nodes_have_and_the_values_that_become_edges() -> None:
    given = {
        entity: {name for one in FACETS if one.entity is entity for name in one.gives} for entity in Entity
    }
    edges = {"fields", "aliases", "owners", "tags", "lifecycle", "previous"}
    assert given[Entity.DATASET] == {*DATASET_PROPERTIES, "hierarchy", *edges}
    assert given[Entity.JOB] == {*JOB_PROPERTIES, "owners", "tags"}
