"""Receipts are found by what became of an event, what is wrong with it, who sent it, when, and what it names."""

from typing import Any

import pytest

from catalog import receipts
from catalog.store.memory import MemoryStore
from tests.api.graphql.counting import CountingStore
from tests.api.graphql.world import SHOP, World, at, dataset, load, run_event

RECEIPTS = """query ($filter: ReceiptFilter, $first: Int = 100, $after: String) {
    receipts(filter: $filter, first: $first, after: $after) {
        edges { node { effectiveAt producer status } } pageInfo { hasNextPage endCursor } } }"""


def spoiled(hour: float, producer: str, **parts: Any) -> dict[str, Any]:
    return {**run_event(hour, "COMPLETE", 90, "load"), "producer": producer, **parts}


BAD = (
    spoiled(20, "urn:a", eventTime="yesterday"),
    spoiled(21, "urn:a", run={"facets": {}}, job={}, inputs=[dataset("odd")]),
    spoiled(22, "urn:b", eventTime=7),
    spoiled(23, "urn:b", schemaURL="urn:none"),
)


def hours(world: World, **wanted: Any) -> list[str]:
    """The hours of the receipts that a filter finds, in their order."""
    found = world.ask(RECEIPTS, filter=wanted)["receipts"]["edges"]
    return [edge["node"]["effectiveAt"] for edge in found]


@pytest.fixture
def spoilt(every: World) -> World:
    load(every.store, *BAD)
    return every


def test_receipts__are_found_by_each_filter_and_by_several(spoilt: World) -> None:
    received = "2026-02-01T00:00:00Z"  # of what has no readable time
    assert hours(spoilt, status="QUARANTINED") == [received, received]
    assert hours(spoilt, status="PARTIAL") == [at(21)]
    assert hours(spoilt, producer="urn:b") == [received, at(23)]
    assert hours(spoilt, producer="urn:b", status="QUARANTINED") == [received]
    assert hours(spoilt, code="schema-url") == [at(23)]
    assert hours(spoilt, code="event-time", producer="urn:a") == [received]
    assert hours(spoilt, code="none") == []
    assert hours(spoilt, dataset="dataset/db/odd") == [at(21)]
    assert hours(spoilt, since=at(21), until=at(22)) == [at(21)]
    assert hours(spoilt, text="URN:NONE") == [at(23)]
    assert len(hours(spoilt, kind="JOB_EVENT")) == 1
    of_job = hours(spoilt, job="job/etl/load")
    assert (len(of_job), of_job[0]) == (6, at(23))
    assert of_job == sorted(of_job, reverse=True)
    assert hours(spoilt, job="job/etl/load", dataset="dataset/db/extra", until=at(3.5)) == [at(3)]
    assert hours(spoilt, job="job/etl/load", code="schema-url") == [at(23)]


def test_receipts__refuse_an_id_of_another_kind(shop: World) -> None:
    code, message = shop.refused(RECEIPTS, filter={"job": "dataset/db/raw"})[:2]
    assert (code, message) == ("BAD_USER_INPUT", "filter.job is no id of a job.")


def test_receipts__of_which_few_match_end_a_page_early_and_go_on(
    shop: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receipts, "MAX_EXAMINED", 2)
    monkeypatch.setattr(receipts, "_CHUNK", 2)
    pages, after = [], None
    while True:
        page = shop.ask(RECEIPTS, filter={"text": '"plan"'}, after=after)["receipts"]
        pages.append(len(page["edges"]))
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert sum(pages) == 1
    assert len(pages) == 4  # seven events, two to a page


@pytest.mark.parametrize("wanted", [{}, {"code": "event-time"}, {"job": "job/etl/load"}, {"until": at(9)}])
def test_receipts__in_pages_are_those_of_one_page(spoilt: World, wanted: dict[str, Any]) -> None:
    whole = hours(spoilt, **wanted)
    seen: list[str] = []
    after, more = None, True
    while more:
        page = spoilt.ask(RECEIPTS, filter=wanted, first=1, after=after)["receipts"]
        seen += [edge["node"]["effectiveAt"] for edge in page["edges"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert seen == whole
    assert whole


def test_quarantine__says_how_many_from_whom_and_why(spoilt: World) -> None:
    found = spoilt.ask(
        """{ quarantine { totalCount reasons { producer code lost count }
                receipts(filter: {producer: "urn:a"}) { edges { node { producer status problems { code } } } } }
             problemCounts { producer code status } }"""
    )
    assert found["quarantine"] == {
        "totalCount": 2,
        "reasons": [
            {"producer": "urn:a", "code": "event-time", "lost": True, "count": 1},
            {"producer": "urn:b", "code": "event-time", "lost": True, "count": 1},
        ],
        "receipts": {
            "edges": [
                {"node": {"producer": "urn:a", "status": "QUARANTINED", "problems": [{"code": "event-time"}]}}
            ]
        },
    }
    assert {"producer": "urn:b", "code": "schema-url", "status": "APPLIED"} in found["problemCounts"]


def test_quarantine__has_nothing_of_another_status(spoilt: World) -> None:
    query = "{ quarantine { receipts(filter: {status: APPLIED}) { edges { cursor } } } }"
    assert spoilt.ask(query)["quarantine"]["receipts"]["edges"] == []


def test_quarantine__reads_no_entry_to_count_reasons() -> None:
    store = MemoryStore()
    load(store, *SHOP, *BAD)
    counting = CountingStore(store)
    World(counting).ask("{ quarantine { totalCount reasons { count } } }")
    assert dict(counting.asked) == {"scan": 1}
