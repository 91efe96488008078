"""What the notes in ``tests.producers.emporium`` say of events of openlineage-dbt, seen in those recorded."""

import json
from typing import Any

import pytest

from tests.producers.emporium import RELATIONS, namespace, recorded_events, recorded_manifest

EPHEMERAL = {"model.emporium.stg_customers"}


def nodes(name: str, types: set[str]) -> list[tuple[str, dict[str, Any], list[tuple[str, str]]]]:
    """Of each event of a node: its unique_id, its facet, its outputs."""
    found = []
    for event in recorded_events(name):
        facets = event["job"]["facets"]
        if "dbt_node" in facets and facets["jobType"]["jobType"] in types:
            outputs = [(output["namespace"], output["name"]) for output in event.get("outputs", [])]
            found.append((facets["dbt_node"]["unique_id"], facets["dbt_node"], outputs))
    return found


@pytest.mark.parametrize(("name", "place"), [("prod", "prod"), ("dev", "dev"), ("logs", "prod")])
def test_job_of_a_model__has_its_unique_id_and_its_one_output(name: str, place: str) -> None:
    told = nodes(name, {"MODEL", "SEED", "SNAPSHOT"})
    assert {unique_id for unique_id, _, _ in told} >= {
        node for node in RELATIONS if node.startswith("model.")
    }
    for unique_id, facet, outputs in told:
        if unique_id not in EPHEMERAL and outputs:
            assert outputs == [(namespace(f"/warehouse/{place}"), RELATIONS[unique_id])]
            assert outputs[0][1] == ".".join(facet[part] for part in ("database", "schema", "alias"))


def test_job_of_a_test__never_writes_what_it_names() -> None:
    assert not any(outputs for _, _, outputs in nodes("prod", {"TEST"}))
    written = {name for _, _, outputs in nodes("logs", {"TEST"}) for _, name in outputs}
    assert written
    assert not written & set(RELATIONS.values())


def test_manifest__is_of_the_build_that_was_recorded() -> None:
    manifest = json.loads(recorded_manifest())
    relations = {
        key: node["relation_name"].replace('"', "")
        for key, node in {**manifest["nodes"], **manifest["sources"]}.items()
        if node["relation_name"]
    }
    assert relations == RELATIONS
    runs = {event["run"]["facets"]["dbt_run"]["invocation_id"] for event in recorded_events("prod")}
    assert runs == {manifest["metadata"]["invocation_id"]}
