"""Lineage: directions, levels, times, one run, origins, and who told an edge; on every store."""

from typing import Any

import pytest

from tests.api.graphql.world import BASE, World, at, run_id

QUERY = """query ($of: [ID!]!, $direction: Direction! = DOWNSTREAM, $level: Level! = DATASET, $depth: Int,
        $asOf: DateTime, $since: DateTime, $run: String, $origins: [Origin!]) {
    lineage(of: $of, direction: $direction, level: $level, depth: $depth, asOf: $asOf, since: $since, run: $run,
            origins: $origins) {
        nodeCount edgeCount
        nodes { node { __typename name } hops aliases cursor }
        edges { source target job { name } kind origin firstSeen lastSeen validFrom validTo cursor
            transformations { subtype masking }
            evidence { entry run { name } } }
        coverage { status nodes reasonCount reasons { code message nodes nodeCount } } } }"""


def lineage(world: World, *of: str, **arguments: Any) -> Any:
    return world.ask(QUERY, of=list(of), **arguments)["lineage"]


def reached(found: Any) -> dict[str, int]:
    return {node["node"]["name"]: node["hops"] for node in found["nodes"]}


def arrows(found: Any) -> set[tuple[str, str]]:
    return {(_short(edge["source"]), _short(edge["target"])) for edge in found["edges"]}


def _short(id_: str) -> str:
    assert id_.startswith(BASE)
    return "/".join(id_.removeprefix(BASE).split("/")[2:])


def test_downstream__goes_to_the_end(every: World) -> None:
    found = lineage(every, "dataset/db/raw")

    assert reached(found) == {
        "raw": 0,
        "load": 1,
        "clean": 1,
        "summarise": 2,
        "report": 2,
        "plan": 2,
        "forecast": 2,
    }
    assert arrows(found) == {
        ("raw", "load"),
        ("load", "clean"),
        ("clean", "summarise"),
        ("clean", "plan"),
        ("plan", "forecast"),
        ("summarise", "report"),
    }
    assert found["coverage"]["status"] == "COMPLETE"
    assert found["nodes"][0]["aliases"] == [f"{BASE}dataset/file/raw.csv"]


def test_depth__is_said_to_have_ended_the_walk(every: World) -> None:
    found = lineage(every, f"{BASE}dataset/db/raw", depth=1)

    assert reached(found) == {"raw": 0, "load": 1, "clean": 1}
    assert [reason["code"] for reason in found["coverage"]["reasons"]] == ["DEPTH"]
    assert found["coverage"]["status"] == "PARTIAL"


@pytest.mark.parametrize(
    ("hour", "inputs"), [(2.5, {"raw"}), (3.5, {"raw", "extra"}), (4.5, {"raw", "extra"})]
)
def test_upstream__as_of_has_the_inputs_of_then_and_none_of_a_failed_run(
    every: World, hour: float, inputs: set[str]
) -> None:
    found = lineage(every, "dataset/db/clean", direction="UPSTREAM", asOf=at(hour))

    assert {name for name, hops in reached(found).items() if hops == 1} == inputs | {"load"}


def test_since__has_every_edge_that_held_in_the_window(every: World) -> None:
    now = lineage(every, "dataset/db/clean", direction="UPSTREAM")
    window = lineage(every, "dataset/db/clean", direction="UPSTREAM", since=at(4))
    before = lineage(every, "dataset/db/clean", direction="UPSTREAM", since=at(1), asOf=at(2))

    assert set(reached(now)) == {"clean", "load", "raw"}
    assert set(reached(window)) == {"clean", "load", "raw", "extra"}
    assert set(reached(before)) == {"clean", "load", "raw"}
    ended = next(edge for edge in window["edges"] if _short(edge["source"]) == "extra")
    assert (ended["validFrom"], ended["validTo"], ended["lastSeen"]) == (at(3), at(6), at(3))


def test_run__has_what_that_run_told_even_if_it_failed(every: World) -> None:
    failed = lineage(every, "dataset/db/clean", direction="UPSTREAM", run=run_id(4))
    columns = lineage(every, "field/db/clean/id", direction="UPSTREAM", level="FIELD", run=run_id(1))

    assert arrows(failed) == {("spare", "load"), ("load", "clean")}
    assert {edge["lastSeen"] for edge in failed["edges"]} == {at(4)}
    assert arrows(columns) == {("raw/id", "clean/id")}
    assert columns["edges"][0]["transformations"] == [{"subtype": "IDENTITY", "masking": False}]


def test_field_level__goes_through_columns_and_says_what_it_does_not_know(every: World) -> None:
    found = lineage(every, "field/db/raw/id", level="FIELD")

    assert arrows(found) == {("raw/id", "clean/id"), ("clean/id", "report/total")}
    assert [edge["kind"] for edge in found["edges"]] == ["DIRECT", "DIRECT"]
    (gap,) = found["coverage"]["reasons"]
    assert (gap["code"], gap["nodeCount"]) == ("NO_COLUMN_LINEAGE", 2)
    assert gap["nodes"] == [f"{BASE}job/etl/plan", f"{BASE}dataset/db/forecast"]


def test_job_level__goes_through_shared_datasets(every: World) -> None:
    found = lineage(every, "job/etl/load", level="JOB")

    assert arrows(found) == {("load", "summarise"), ("load", "plan")}
    assert all(edge["lastSeen"] is not None for edge in found["edges"])


def test_origins__are_told_apart(every: World) -> None:
    declared = lineage(every, "dataset/db/clean", origins=["DECLARED"])
    observed = lineage(every, "dataset/db/clean", origins=["OBSERVED"])

    assert arrows(declared) == {("clean", "plan"), ("plan", "forecast")}
    assert arrows(observed) == {("clean", "summarise"), ("summarise", "report")}
    assert {tuple(edge["origin"]) for edge in declared["edges"]} == {("DECLARED",)}


def test_edges__name_who_told_them_last(every: World) -> None:
    found = {
        (_short(edge["source"]), _short(edge["target"])): edge
        for edge in lineage(every, "dataset/db/raw")["edges"]
    }

    observed, declared = found["raw", "load"], found["clean", "plan"]
    assert (observed["firstSeen"], observed["lastSeen"]) == (at(0.9), at(6))
    assert observed["evidence"] == {"entry": None, "run": {"name": run_id(6)}}
    assert found["load", "clean"]["evidence"]["run"] == {"name": run_id(3)}
    assert declared["lastSeen"] == at(5)
    entry = declared["evidence"]["entry"]
    receipt = every.ask("query ($h: String!) { receipt(hash: $h) { kind } }", h=entry)["receipt"]
    assert receipt == {"kind": "JOB_EVENT"}


def test_pages__continue_behind_a_cursor_and_lose_nothing(shop: World) -> None:
    query = """query ($nodes: String, $edges: String) { lineage(of: ["dataset/db/raw"]) {
        nodes(first: 2, after: $nodes) { cursor node { id } }
        edges(first: 2, after: $edges) { cursor source target } } }"""
    whole = lineage(shop, "dataset/db/raw")
    seen_nodes: list[str] = []
    seen_edges: list[str] = []
    cursors: dict[str, str] = {}
    for _ in range(4):
        page = shop.ask(query, **cursors)["lineage"]
        seen_nodes += [node["cursor"] for node in page["nodes"]]
        seen_edges += [edge["cursor"] for edge in page["edges"]]
        cursors = {"nodes": seen_nodes[-1], "edges": seen_edges[-1]}

    assert seen_nodes == [node["cursor"] for node in whole["nodes"]]
    assert seen_edges == [edge["cursor"] for edge in whole["edges"]]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"of": []}, "BAD_USER_INPUT"),
        ({"of": ["dataset/db/none"]}, "UNKNOWN_NODE"),
        ({"of": [f"run/{run_id(1)}"]}, "BAD_USER_INPUT"),
        ({"of": ["dataset/db/raw"], "depth": -1}, "BAD_USER_INPUT"),
        ({"of": ["dataset/db/raw"], "depth": 100_000}, "BAD_USER_INPUT"),
        ({"of": ["dataset/db/raw"] * 101}, "BAD_USER_INPUT"),
        ({"of": ["dataset/db/raw"], "run": "nothing"}, "UNKNOWN_NODE"),
        ({"of": ["dataset/db/raw"], "run": run_id(1), "asOf": at(1)}, "BAD_USER_INPUT"),
        ({"of": ["dataset/db/raw"], "since": at(2), "asOf": at(1)}, "BAD_USER_INPUT"),
        ({"of": ["dataset/db/raw"], "origins": []}, "BAD_USER_INPUT"),
        ({"of": ["dataset/db/raw"], "asOf": "yesterday"}, "BAD_USER_INPUT"),
    ],
)
def test_bad_questions__are_refused(shop: World, arguments: dict[str, Any], code: str) -> None:
    assert shop.refused(QUERY, **arguments)[0] == code
