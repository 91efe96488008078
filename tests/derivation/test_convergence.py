"""Derived lineage is a function of the set of events: any order, batches, repetition, and any moments of settling.

The world is small, so that jobs read what each other make: chains and cycles of inferred schemas, tables that get or
lose a schema, names that come to mean something else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise, permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.derivation.marks import is_settled
from catalog.identity import DatasetId
from catalog.store.memory import MemoryStore
from catalog.store.port import Store
from ingest.derivation.settle import settle
from tests.convergence import observed
from tests.convergence.conftest import FreshStore
from tests.convergence.said import Event
from tests.derivation.cases import dataset_event, holder, job_event, run

A, B, C, OTHER = (DatasetId("db", name) for name in ("s.a", "s.b", "s.c", "t.a"))
DATASETS = (A, B, C, OTHER)
JOBS = ("one", "two", "three")
SQL = (
    (None, A, B),
    ("select * from s.a", A, B),
    ("select * from s.b", B, A),
    ("select *, 1 as more from s.b", B, C),
    ("select x as y, c.z from s.a join c on a.x = c.x", A, OTHER),
    ("create table s.b as select x, y from a where z > 1", A, B),
    ("create table s.a as select * from s.c", C, A),
    ("insert into s.c select * from t.a", OTHER, C),
    ("update s.a set x = 1 where y in (select y from s.b)", B, A),
    ("select from where", A, B),
)
"""A query, a dataset that it reads, and the one that it writes."""
LINK = {"symlinks": {"identifiers": [{"namespace": "db", "name": "s.c", "type": "TABLE"}]}}


@st.composite
def events(draw: Callable[..., Any]) -> Event:
    """One event: mostly of a run, else what a job or a dataset declares."""
    minute = draw(st.integers(1, 6))
    kind = draw(st.sampled_from(("run", "run", "run", "run", "job", "dataset")))
    if kind == "dataset":
        columns = draw(st.sampled_from(((), ("x",), ("x", "y"), ("x", "y", "z"))))
        facets = draw(st.sampled_from(({}, LINK, {"schema": {"_deleted": True}})))
        return dataset_event(minute, draw(st.sampled_from(DATASETS)), *columns, **facets)
    job, (query, read, written) = draw(st.sampled_from(JOBS)), draw(st.sampled_from(SQL))
    columns = st.sampled_from(((), (), (), ("x", "y")))
    sides = [
        [holder(one, *draw(columns)) for one in draw(st.sampled_from(choices))]
        for choices in (((), (read,), (read, C)), ((), (written,), (written,), (written,)))
    ]
    if kind == "job":
        return job_event(job, minute, query, *sides)
    type_ = draw(st.sampled_from(("START", "COMPLETE", "COMPLETE", "FAIL")))
    return run(job, minute, query, *sides, type_=type_, number=draw(st.integers(1, 5)))


@dataclass(frozen=True)
class Schedule:
    """Batches of events; after which of them all is settled."""

    batches: list[list[Event]]
    settled: list[bool]


@st.composite
def schedules(draw: Callable[..., Any], said: list[Event]) -> Schedule:
    """Mostly one by one, all settled between: then a cause that leaves no mark shows."""
    order = draw(st.permutations([*said, *draw(st.lists(st.sampled_from(said), max_size=1))]))
    if draw(st.sampled_from((True, True, False))):
        return Schedule([[event] for event in order], [True] * len(order))
    cuts = sorted(draw(st.sets(st.integers(1, len(order)), max_size=5)) | {0, len(order)})
    batches = [order[start:end] for start, end in pairwise(cuts)]
    return Schedule(batches, draw(st.lists(st.booleans(), min_size=len(batches), max_size=len(batches))))


def at_once(said: list[Event]) -> list[str]:
    """The export of the set, applied in one batch and settled once."""
    return by(MemoryStore(), Schedule([said], [True]))


def by(store: Store, schedule: Schedule) -> list[str]:
    for batch, settles in zip(schedule.batches, schedule.settled, strict=True):
        observed.send(store, [batch])
        if settles:
            settle(store)
    settle(store)
    with store.read() as reader:
        assert is_settled(reader)
    return observed.export(store)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_derived__is_the_same_in_any_order_and_whenever_it_is_settled(data: st.DataObject) -> None:
    said = data.draw(st.lists(events(), min_size=2, max_size=7))

    assert by(MemoryStore(), data.draw(schedules(said))) == at_once(said)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_derived__of_a_group_written_in_parts_is_the_same(data: st.DataObject) -> None:
    said = data.draw(st.lists(events(), min_size=2, max_size=7))
    whole = at_once(said)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("ingest.derivation.settle.WRITTEN_AT_ONCE", 1)
        assert by(MemoryStore(), data.draw(schedules(said))) == whole


SMALL: dict[str, list[Event]] = {
    "a schema comes later": [
        run("one", 1, "select * from s.a", [holder(A)], [holder(B)]),
        dataset_event(2, A, "x", "y"),
        dataset_event(3, A, "x", "z"),
    ],
    "a schema takes the place of one that was inferred": [
        run("one", 1, "select 1 as x", [], [holder(A)]),
        run("two", 2, "select * from s.a", [holder(A)], [holder(B)]),
        dataset_event(3, A, "y"),
    ],
    "a schema is taken back": [
        run("one", 1, "select * from s.a", [holder(A)], [holder(B)]),
        dataset_event(2, A, "x", "y"),
        dataset_event(3, A, schema={"_deleted": True}),
    ],
    "the dataset of a name comes later": [
        run("one", 1, "select a.x, b.y from s.a, s.b", [], [holder(C)]),
        dataset_event(2, A, "x"),
        dataset_event(3, B, "y"),
    ],
    "a name becomes ambiguous": [
        run("one", 1, "select x from a", [], [holder(C)]),
        dataset_event(2, A, "x"),
        dataset_event(3, OTHER, "x"),
    ],
    "an input is told later": [
        run("one", 1, "select x from s.a", [], [holder(C)], type_="START", number=1),
        run("one", 2, None, [holder(DatasetId("elsewhere", "s.a"))], [], number=1),
        dataset_event(3, A, "x"),
    ],
    "an alias comes later": [
        run("one", 1, "select x from s.a", [holder(DatasetId("db", "/files/a"))], [holder(C)]),
        dataset_event(
            2,
            DatasetId("db", "/files/a"),
            symlinks={"identifiers": [{"namespace": "hive", "name": "s.a", "type": "TABLE"}]},
        ),
    ],
    "other SQL": [
        run("one", 1, "select x from s.a", [holder(A)], [holder(B)]),
        run("one", 2, "select y from s.a", [], []),
        run("two", 3, "select * from s.b", [holder(B)], [holder(C)]),
    ],
    "a failed run": [
        run("one", 1, "select x from s.a", [holder(A)], [holder(B)], type_="START", number=1),
        run("one", 2, None, [], [], type_="FAIL", number=1),
        run("two", 3, "select x from s.b", [holder(B)], [holder(C)]),
    ],
    "a run that never ends, and one that does with the same SQL": [
        run("one", 1, "select x from s.a", [holder(A)], [holder(B)], type_="START", number=1),
        run("one", 2, "select x from s.a", [holder(A)], [holder(B)]),
        run("one", 3, "select x from s.a", [holder(A)], [holder(B)], type_="START", number=3),
    ],
    "declared SQL": [
        job_event("one", 1, "select x from s.a", [holder(A)], [holder(B)]),
        job_event("one", 2, "select y from s.a", [holder(A)], [holder(C)]),
        run("one", 3, "select z from s.a", [holder(A)], []),
    ],
    "another job ends the run": [
        job_event("one", 1, "select x from a"),
        run("one", 2, None, [holder(A, "x")], [holder(B)]),
        run("one", 3, None, [holder(OTHER, "x")], [holder(C)], type_="START", number=9),
        run("two", 4, None, number=9),
    ],
    "two jobs make one table": [
        run("one", 1, "select 1 as x", [], [holder(A)]),
        run("two", 2, "select 1 as y", [], [holder(A)]),
        run("three", 3, "select * from s.a", [holder(A)], [holder(B)]),
    ],
    "two texts of one job make a table at once": [
        run("one", 1, None, [holder(A, "x", "y")], [], type_="START"),
        job_event("one", 1, "select *, 1 as more from s.b"),
        run("one", 2, "select * from s.a", [], [holder(B)], type_="START", number=1),
        run("two", 3, "select * from s.b", [holder(B)], [holder(C)], type_="START", number=1),
        job_event("two", 3, "select y from s.b"),
    ],
    "a cycle that lost its beginning": [
        run("one", 1, "select * from s.b", [holder(B)], [holder(A)]),
        run("two", 2, "select * from s.a", [holder(A)], [holder(B)]),
        run("three", 3, "create table s.b as select x, y from s.c", [holder(C, "x", "y")], [holder(B)]),
        run("three", 5, "create table s.c as select 1 as z", [], [holder(C)]),
    ],
}


@pytest.mark.parametrize("case", SMALL)
def test_derived__follows_each_cause_whatever_came_first(case: str) -> None:
    expected = at_once(SMALL[case])
    assert any('"PARSED"' in line for line in expected)

    for order in permutations(SMALL[case]):
        assert by(MemoryStore(), Schedule([[event] for event in order], [True] * len(order))) == expected


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)], indirect=True)
def test_derived__is_the_same_in_every_store(fresh_store: FreshStore, kind: str) -> None:
    said = [event for case in SMALL.values() for event in case]
    batches = [said[n : n + 8] for n in range(0, len(said), 8)][::-1]

    assert by(fresh_store(), Schedule(batches, [True] * len(batches))) == at_once(said)
