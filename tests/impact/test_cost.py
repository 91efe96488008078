"""What an impact answer asks of the store, and what it does only for who looks at an item."""

import pytest

from bench.graphs import Graph, column_name, dataset_id, diamond, hub
from bench.walk import load
from catalog.derivation.marks import mark, waiting_jobs
from catalog.impact.evaluation import impact
from catalog.impact.report import ImpactReport, Story
from catalog.store.memory import MemoryStore
from catalog.store.port import ChangeSet
from tests.api.graphql.counting import CountingStore
from tests.impact.words import drop, proposed

FIXED, OF_A_LEVEL = 18, 4


def told(graph: Graph) -> tuple[ImpactReport, CountingStore]:
    store = MemoryStore()
    load("memory", store, graph)
    counting = CountingStore(store)
    with counting.read() as reader:
        return impact(reader, proposed(dataset_id(0).key, drop(column_name(0)))), counting


def test_questions__are_not_more_for_more_readers() -> None:
    counted = [told(hub(readers))[1].asked for readers in (1, 10, 100)]
    assert counted[0] == counted[1] == counted[2]


@pytest.mark.parametrize("levels", [1, 5, 20])
def test_questions__are_four_for_each_level_and_some_more(levels: int) -> None:
    report, counting = told(diamond(levels + 1, 1))
    assert max(item.hops for item in report.items) == levels
    assert counting.asked.total() <= FIXED + OF_A_LEVEL * levels


def test_story__is_told_after_the_store_is_closed_and_asks_nothing() -> None:
    report, counting = told(hub(10))
    before = counting.asked.copy()
    assert {item.reason for item in report.items if item.label == "Job"} == {
        f"Job bench/load_{number:06} copies a column that is gone." for number in range(1, 11)
    }
    assert all(item.routes and item.all_routes for item in report.items)
    assert counting.asked == before


def test_story__is_told_once_and_equals_what_it_says() -> None:
    item = told(hub(1))[0].items[0]
    story = item.story
    assert item.story is story
    same = Story(story.reason, story.changed, story.routes, story.all_routes, story.message)
    assert item.tale == same
    assert same == item.tale
    assert hash(item.tale) == hash(same)
    assert item.tale != Story("It is another.", (), ())


def test_reports__of_one_graph_are_equal() -> None:
    assert told(hub(10))[0].items == told(hub(10))[0].items


def test_waiting_jobs__are_told_unless_they_are_very_many() -> None:
    store = MemoryStore()
    store.write(
        lambda transaction: transaction.apply(ChangeSet(records=mark(["job/a/b", "job/a/b", "job/c/d"])))
    )
    with store.read() as reader:
        assert waiting_jobs(reader) == frozenset(("job/a/b", "job/c/d"))
    many = mark(f"job/a/{number}" for number in range(1_000))
    store.write(lambda transaction: transaction.apply(ChangeSet(records=many)))
    with store.read() as reader:
        assert waiting_jobs(reader) is None
