"""Every facet of the specification has a scenario."""

from types import ModuleType

import pytest

from ingest.facets.facet_type import Entity
from ingest.facets.registry import FACETS
from tests.facets import test_dataset_facets, test_job_facets, test_role_facets, test_run_facets

SCENARIOS: dict[Entity, tuple[ModuleType, str]] = {
    Entity.RUN: (test_run_facets, "test_"),
    Entity.JOB: (test_job_facets, "test_"),
    Entity.DATASET: (test_dataset_facets, "test_"),
    Entity.INPUT: (test_role_facets, "test_input_"),
    Entity.OUTPUT: (test_role_facets, "test_output_"),
}


@pytest.mark.parametrize("entity", list(Entity))
def test_facet__has_a_scenario(entity: Entity) -> None:
    module, prefix = SCENARIOS[entity]
    told = {name.removeprefix(prefix).partition("__")[0] for name in vars(module) if name.startswith(prefix)}
    if entity is Entity.DATASET:
        told |= {key for key, *_ in test_dataset_facets.PROPERTIES}
    assert {one.key for one in FACETS if one.entity is entity} <= told
