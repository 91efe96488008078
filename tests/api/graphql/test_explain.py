"""Explanations: from an event to what it did, from an edge back to its events with their facets."""

from typing import Any

import pytest

from catalog.store.memory import MemoryStore
from tests.api.graphql.counting import CountingStore
from tests.api.graphql.world import (
    RAW,
    SHOP,
    World,
    at,
    dataset,
    facet,
    load,
    nodes,
    run_event,
    run_id,
    schema,
)

EFFECTS = """query ($filter: ReceiptFilter, $first: Int = 20) {
    receipts(filter: $filter, first: $first) { edges { node {
        effectiveAt effects { factCount edgeCount nodes { key effect } facts(first: 100) { key facet name effect }
            edges(first: 100) { type source target via origin effect } } } } } }"""
EDGE = """query ($source: ID!, $target: ID!, $asOf: DateTime) {
    explainEdge(source: $source, target: $target, asOf: $asOf) { type source target via origin validFrom validTo
    tellings { firstSeen lastSeen runCount evidence { hash producer run facet { key producer schemaUrl } } } } }"""
JOB = "job/etl/load"


def effects(world: World, time: str) -> Any:
    """What the event of an hour did."""
    [found] = nodes(world.ask(EFFECTS, filter={"since": time, "until": time})["receipts"], "effects")
    return found


def edges(found: Any, *types: str) -> set[tuple[str, str, str]]:
    """Effect and ends of the edges of some types."""
    return {
        (one["effect"], one["source"].rpartition("/")[2], one["target"].rpartition("/")[2])
        for one in found["edges"]
        if one["type"] in types
    }


SOME = """query ($first: Int!) { receipts(first: $first) { edges { node {
    effects { edgeCount facts(first: 2) { name } edges(first: 2) { type } } } } } }"""
FLOW = ("CONSUMED_BY", "PRODUCES")


def test_effects__of_the_first_event_of_a_run_are_those_of_its_run(every: World) -> None:
    found = effects(every, at(1))

    assert edges(found, *FLOW) == {("CAME", "raw", "load"), ("CAME", "load", "clean")}
    assert ("CAME", "id", "id") in edges(found, "FEEDS")
    came = {node["key"] for node in found["nodes"] if node["effect"] == "CAME"}
    assert came == {"dataset/db/clean"}  # the others came with START
    assert {"key": f"run/{run_id(1)}", "facet": None, "name": "state", "effect": "CAME"} in found["facts"]


def test_effects__tell_what_a_later_run_added_and_took_away(every: World) -> None:
    added = effects(every, at(3))
    taken = effects(every, at(6))

    assert edges(added, *FLOW) == {
        ("CAME", "extra", "load"),
        ("REPEATED", "raw", "load"),
        ("REPEATED", "load", "clean"),
    }
    assert edges(taken, *FLOW) == {("WENT", "extra", "load"), ("REPEATED", "raw", "load")}
    assert edges(taken, "HAS_FIELD") == {
        ("CAME", "raw", "id"),
        ("WENT", "raw", "id"),
        ("WENT", "raw", "email"),
    }
    facets = {one["facet"]: one["effect"] for one in taken["facts"] if one["key"] == "dataset/db/raw"}
    assert (facets["schema"], facets["documentation"]) == ("CHANGED", "REPEATED")


def test_effects__of_a_run_that_failed_are_no_lineage(every: World) -> None:
    found = effects(every, at(4))

    assert edges(found, *FLOW) == {("NOT_HELD", "spare", "load"), ("NOT_HELD", "load", "clean")}
    assert {
        "key": f"run/{run_id(4)}",
        "facet": "errorMessage",
        "name": "facet:errorMessage",
        "effect": "CAME",
    } in (found["facts"])


def test_effects__of_a_job_event_and_of_a_quarantined_one(every: World) -> None:
    assert edges(effects(every, at(5)), *FLOW) == {("CAME", "clean", "plan"), ("CAME", "plan", "forecast")}
    load(every.store, {**SHOP[1], "eventTime": 7})
    [nothing] = nodes(every.ask(EFFECTS, filter={"status": "QUARANTINED"})["receipts"], "effects")
    assert nothing == {"factCount": 0, "edgeCount": 0, "nodes": [], "facts": [], "edges": []}


def test_effects__of_a_late_event_are_those_it_would_have_had_in_time(every: World) -> None:
    late = dataset("raw", schema=schema("id:int", "phone:varchar"))
    load(every.store, run_event(2.5, "COMPLETE", 30, "late", [late]))

    found = effects(every, at(2.5))

    assert edges(found, "HAS_FIELD") == {
        ("REPEATED", "raw", "id"),
        ("CAME", "raw", "phone"),
        ("WENT", "raw", "email"),
    }
    assert edges(effects(every, at(3)), "HAS_FIELD") >= {("WENT", "raw", "phone"), ("CAME", "raw", "email")}


def test_effects__of_an_event_that_a_newer_one_of_its_run_replaces(every: World) -> None:
    load(
        every.store,
        run_event(8, "START", 40, "wait", nominalTime={"nominalStartTime": at(1)}),
        run_event(9, "RUNNING", 40, "wait", nominalTime={"nominalStartTime": at(2)}),
    )
    [fact] = [one for one in effects(every, at(8))["facts"] if one["facet"] == "nominalTime"]
    assert fact["effect"] == "NOT_HELD"


def test_store_questions__do_not_grow_with_receipts() -> None:
    store = MemoryStore()
    load(store, *SHOP)
    load(
        store,
        *(run_event(8 + n, "COMPLETE", 100 + n, f"job{n}", [RAW], [dataset(f"o{n}")]) for n in range(60)),
    )

    def asked(first: int) -> int:
        counting = CountingStore(store)
        World(counting).ask(SOME, first=first)
        return counting.asked.total()

    assert asked(2) == asked(20) == asked(60)


def test_edge__leads_back_to_the_first_and_last_event_that_told_it(every: World) -> None:
    [edge] = every.ask(EDGE, source="dataset/db/raw", target=JOB)["explainEdge"]

    tellings = edge["tellings"]
    assert (edge["type"], edge["origin"], edge["via"], edge["validTo"]) == (
        "CONSUMED_BY",
        "OBSERVED",
        JOB,
        None,
    )
    assert [one["runCount"] for one in tellings] == [
        1,
        1,
        1,
    ]  # its job read something else beside it each time
    assert [one["run"] for telling in tellings for one in telling["evidence"]] == [
        f"run/{run_id(6)}",
        f"run/{run_id(3)}",
        f"run/{run_id(1)}",
    ]
    assert {one["facet"] for telling in tellings for one in telling["evidence"]} == {None}
    telling = tellings[0]
    found = every.ask(
        "query ($h: String!) { receipt(hash: $h) { effectiveAt } }", h=telling["evidence"][0]["hash"]
    )
    assert found["receipt"]["effectiveAt"] == at(6)


def test_edge__between_fields_names_the_facet_and_its_version(every: World) -> None:
    [edge] = every.ask(EDGE, source="field/db/raw/id", target="field/db/clean/id")["explainEdge"]

    assert edge["type"] == "FEEDS"
    evidence = [one for telling in edge["tellings"] for one in telling["evidence"]]
    assert {one["facet"]["key"] for one in evidence} == {"columnLineage"}
    assert {(one["facet"]["producer"], one["facet"]["schemaUrl"]) for one in evidence} == {
        ("urn:test", "urn:test#")
    }


def test_edge__of_a_schema_is_told_by_its_facet(every: World) -> None:
    found = every.ask(EDGE, source="dataset/db/raw", target="field/db/raw/email")["explainEdge"]
    assert [(one["type"], one["validTo"]) for one in found] == [("HAS_FIELD", at(6))]
    [first] = {one["facet"]["key"] for one in found[0]["tellings"][0]["evidence"]}
    assert first == "schema"


def test_edge__between_datasets_goes_through_their_job(every: World) -> None:
    found = every.ask(EDGE, source="dataset/db/clean", target="dataset/db/forecast")["explainEdge"]

    assert [(one["type"], one["origin"]) for one in found] == [
        ("CONSUMED_BY", "DECLARED"),
        ("PRODUCES", "DECLARED"),
    ]
    assert all(one["tellings"][0]["evidence"][0]["run"] is None for one in found)


@pytest.mark.parametrize(("time", "count"), [(at(2), 0), (at(3.5), 1), (None, 1)])
def test_edge__is_asked_as_of_a_time(every: World, time: str | None, count: int) -> None:
    found = every.ask(EDGE, source="dataset/db/extra", target=JOB, asOf=time)["explainEdge"]
    assert len(found) == count


def test_edge__that_is_not_there_is_none(shop: World) -> None:
    assert shop.ask(EDGE, source="dataset/db/report", target="dataset/db/raw")["explainEdge"] == []


def test_edge__of_a_run_in_progress_is_told_by_its_event(every: World) -> None:
    load(every.store, run_event(9, "START", 50, "stream", [dataset("raw", ownership=facet({"owners": []}))]))
    [edge] = every.ask(EDGE, source="dataset/db/raw", target="job/etl/stream")["explainEdge"]
    assert [one["run"] for one in edge["tellings"][0]["evidence"]] == [f"run/{run_id(50)}"]
