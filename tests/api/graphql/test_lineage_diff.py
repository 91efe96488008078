"""What changed between two times: edges, schemas and facets that came, went and changed."""

from typing import Any

import pytest

from catalog import lineage_diff
from catalog.store.memory import MemoryStore
from tests.api.graphql.counting import CountingStore
from tests.api.graphql.world import BASE, SHOP, World, at, load, nodes, run_event

DIFF = """query ($of: [ID!]!, $from: DateTime!, $to: DateTime, $level: Level = DATASET) {
    lineageDiff(of: $of, from: $from, to: $to, level: $level) { notCompared
        edges { totalCount edges { node { change before { source target }
            after { source target evidence { run { name } } job { name } } } } }
        fields { edges { node { change path dataset { key } before { type } after { type } } } }
        facets { edges { node { change key node { key } before { value } after { since } } } }
        coverageBefore { status } coverageAfter { status } } }"""
RAW = "dataset/db/raw"


def changes(world: World, since: str, until: str | None, of: str = RAW, **more: Any) -> dict[str, set[Any]]:
    """The changes of each list, short."""
    found = world.ask(DIFF, **{"of": [of], "from": since, "to": until, **more})["lineageDiff"]
    edges = nodes(found["edges"])
    fields, facets = nodes(found["fields"]), nodes(found["facets"])
    return {
        "edges": {(one["change"], *_ends(one["after"] or one["before"])) for one in edges},
        "fields": {(one["change"], one["dataset"]["key"], one["path"]) for one in fields},
        "facets": {(one["change"], one["node"]["key"], one["key"]) for one in facets},
    }


def _ends(edge: dict[str, str]) -> tuple[str, str]:
    names = [edge[end].removeprefix(BASE).rpartition("/")[2] for end in ("source", "target")]
    return names[0], names[1]


def test_diff__of_a_time_with_itself_is_empty(every: World) -> None:
    assert changes(every, at(3.5), at(3.5)) == {"edges": set(), "fields": set(), "facets": set()}


def test_diff__lists_what_came_and_went(every: World) -> None:
    came = changes(every, at(1.5), at(3.5), "job/etl/load")
    went = changes(every, at(3.5), None, "job/etl/load")

    assert came["edges"] == {
        ("CAME", "extra", "load"),
        ("CAME", "clean", "summarise"),
        ("CAME", "summarise", "report"),
    }
    assert ("CAME", "dataset/db/report", "total") in came["fields"]
    assert ("CAME", "dataset/db/report", "columnLineage") in came["facets"]
    # The declared job came later. The last run of load read raw alone, and wrote nothing: so only its inputs changed.
    assert ("WENT", "extra", "load") in went["edges"]
    assert ("CAME", "plan", "forecast") in went["edges"]


def test_diff__tells_how_a_schema_and_its_facet_changed(every: World) -> None:
    found = every.ask(DIFF, **{"of": [RAW], "from": at(5), "to": at(6)})["lineageDiff"]

    fields = {one["path"]: one for one in nodes(found["fields"])}
    assert fields["id"] == {
        "change": "CHANGED",
        "path": "id",
        "dataset": {"key": RAW},
        "before": {"type": "int"},
        "after": {"type": "bigint"},
    }
    assert fields["email"]["change"] == "WENT"
    (facet,) = nodes(found["facets"])
    assert (facet["change"], facet["key"], facet["after"]) == ("CHANGED", "schema", {"since": at(6)})
    assert facet["before"]["value"]["fields"][0] == {"name": "id", "type": "int"}


def test_diff__tells_an_edge_that_is_told_otherwise(every: World) -> None:
    output = {"namespace": "db", "name": "clean", "facets": {}}
    declared = {
        **SHOP[5],
        "eventTime": at(7),
        "job": {"namespace": "etl", "name": "load"},
        "inputs": [SHOP[0]["inputs"][0]],
    }
    load(every.store, {**declared, "outputs": [output]})

    found = changes(every, at(6.5), None, "job/etl/load")

    assert ("CHANGED", "raw", "load") in found["edges"]
    assert ("CHANGED", "load", "clean") in found["edges"]


def test_diff__between_fields(every: World) -> None:
    found = changes(every, at(0.5), at(2.5), "field/db/raw/id", level="FIELD")
    assert {("CAME", "id", "id"), ("CAME", "id", "total")} <= found["edges"]


def test_diff__of_times_in_the_wrong_order_is_refused(shop: World) -> None:
    code, message = shop.refused(DIFF, **{"of": [RAW], "from": at(3), "to": at(2)})
    assert (code, "wrong order" in message) == ("BAD_USER_INPUT", True)


@pytest.mark.parametrize("times", [("2020-01-01", "2200-01-01"), ("2200-01-01", None)])
def test_diff__of_a_time_in_the_future_is_refused(shop: World, times: tuple[str, str | None]) -> None:
    code, message = shop.refused(DIFF, **{"of": [RAW], "from": times[0], "to": times[1]})
    assert (code, "is in the future" in message) == ("BAD_USER_INPUT", True)


def test_diff__from_before_anything_was_known_says_so(shop: World) -> None:
    found = shop.ask(DIFF, **{"of": [RAW], "from": "2020-01-01", "to": "2020-02-01"})["lineageDiff"]
    assert (found["coverageBefore"]["status"], found["coverageAfter"]["status"]) == ("UNKNOWN", "UNKNOWN")


def test_diff__says_how_much_it_did_not_compare(shop: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lineage_diff, "MAX_COMPARED", 1)
    found = shop.ask(DIFF, **{"of": [RAW], "from": at(0.5), "to": None})["lineageDiff"]
    assert found["notCompared"] > 3
    assert {one["dataset"]["key"] for one in nodes(found["fields"])} <= {RAW, "alias/file/raw.csv"}


def test_store_questions__do_not_grow_with_changes() -> None:
    def asked(count: int) -> int:
        store = MemoryStore()
        load(store, *SHOP)
        load(
            store,
            *(run_event(8, "COMPLETE", 100 + n, f"more{n}", [SHOP[0]["inputs"][0]]) for n in range(count)),
        )
        counting = CountingStore(store)
        World(counting).ask(DIFF, **{"of": [RAW], "from": at(7), "to": at(9)})
        return counting.asked.total()

    assert asked(1) == asked(10) == asked(60)
