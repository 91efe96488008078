"""Histories longer than the folds read at a time: many sights of one dataset, many runs of one job, out of order."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.convergence import observed
from tests.convergence.agreement import assert_facts, assert_graph, assert_runs, assert_timelines
from tests.convergence.conftest import NEO4J_WHEN_SLOW, FreshStore
from tests.convergence.events import RECEIVED_NS, envelope, named
from tests.convergence.oracle import World
from tests.convergence.said import Event

LENGTH = 260
LATE = 201
RARELY = {1: 1, 3: 1, LATE: 2, LENGTH - 1: 1}
"""Sights that give a value to a facet that none between gives: its last sight lies farther back than is read at once.
The one that changes it comes late."""
BEGIN = datetime(2024, 5, 1, 10, tzinfo=UTC)


def long_history(chosen: random.Random) -> list[Event]:
    """Hours of events in which values seldom change, runs overlap, and an old value or side comes back."""
    events = []
    for number in range(LENGTH):
        moment = BEGIN + timedelta(seconds=number // 2 * 10)
        time = moment.isoformat().replace("+00:00", "Z")
        events.append(_sight(chosen, time, number) if number % 2 else _run(chosen, time, number))
    return events


def _sight(chosen: random.Random, time: str, number: int) -> Event:
    facets: dict[str, Any] = {"rare": {"n": RARELY[number]}} if number in RARELY else {}
    if chosen.random() < 0.03:
        facets["schema"] = {"fields": [{"name": chosen.choice("abc"), "type": "int"}]}
    if chosen.random() < 0.5:
        facets["custom"] = {"n": number // 90}
    if chosen.random() < 0.02:
        facets["symlinks"] = {"identifiers": [named(("db", chosen.choice("xy")), type="TABLE")]}
    return envelope(time, dataset=named(("db", "a"), facets=facets), number=number)


def _run(chosen: random.Random, time: str, number: int) -> Event:
    """Most runs say the same; some have one side, columns, or no end; many never end for a long while."""
    type_ = chosen.choice(("START", "RUNNING", "COMPLETE", "COMPLETE", "FAIL")) if number < 200 else "START"
    outputs: list[dict[str, Any]] = [named(("db", "out"))] if chosen.random() < 0.8 else []
    if outputs and chosen.random() < 0.1:
        source = named(("db", chosen.choice("ab")), field="a")
        outputs[0]["facets"] = {"columnLineage": {"fields": {"key": {"inputFields": [source]}}}}
    inputs = [named(("db", chosen.choice("aaaaaaaab")))] if chosen.random() < 0.7 else []
    run = {"runId": f"run {number - chosen.choice((0, 0, 2, 40))}"}
    job = named(("jobs", "load"))
    return envelope(time, eventType=type_, run=run, job=job, inputs=inputs, outputs=outputs)


@NEO4J_WHEN_SLOW
@pytest.mark.parametrize("seed", [1, 2])
def test_long_history__is_the_same_out_of_order(fresh_store: FreshStore, seed: int) -> None:
    chosen = random.Random(seed)
    events = long_history(chosen)
    world = World(tuple(events), RECEIVED_NS)
    in_order = fresh_store()
    observed.send(in_order, [events])
    expected = observed.export(in_order)
    with in_order.read() as reader:
        assert_graph(reader, world, [None, world.instants[LENGTH // 4]])
        assert_runs(reader, world)
        assert_timelines(reader, world)
        assert_facts(reader, world, world.instants[LENGTH // 4])
    late = [*chosen.sample(events, 30), events[LATE]]
    early = [event for event in events if event not in late]
    for batches in ([early, *([event] for event in late)], [[event] for event in events[::-1]]):
        store = fresh_store()
        observed.send(store, batches)
        assert observed.export(store) == expected
