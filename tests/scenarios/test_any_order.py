"""Stated lineage, complete snapshots and lifecycle: a function of the entries, in any order, batching and store; an
export of them is read back."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.convergence.cases import A, B, C, D, about, dataset_event, run
from tests.convergence.conftest import FreshStore
from tests.convergence.events import RECEIVED_NS, Draw
from tests.convergence.said import Event
from tests.roundtrip.restoring import recognised
from tests.roundtrip.test_generated import (
    Case,
    _case,
    a_function_of_the_entries,
    one_with_the_events,
    restored,
)
from tests.scenarios.test_explicit_lineage import OTHER
from tests.scenarios.test_lifecycle import change
from tests.scenarios.words import PRODUCER, columns, entry, job_event, source

DATASETS = st.sampled_from([A, B, C, D])
SIDES = st.lists(DATASETS, max_size=3, unique=True)
MINUTES = st.integers(1, 6)
EXAMPLES = {"memory": 40, "sqlite": 5, "neo4j": 1}
CHECKS = [restored, one_with_the_events, a_function_of_the_entries]
TOMBSTONE = {**PRODUCER, "_deleted": True}


@st.composite
def sources(draw: Draw) -> dict[str, Any]:
    what = draw(DATASETS | st.sampled_from([OTHER, None]))
    return source(what, **({"field": "x"} if what in (A, B, C, D) and draw(st.booleans()) else {}))


@st.composite
def entries(draw: Draw) -> dict[str, Any]:
    target = draw(DATASETS | st.sampled_from([OTHER, None]))
    given = draw(st.lists(sources(), max_size=2))
    if target in (A, B, C, D) and draw(st.booleans()):
        return entry(target, *given, fields=columns(y=draw(st.lists(sources(), max_size=2))))
    return entry(target, *given)


def stated() -> st.SearchStrategy[dict[str, Any]]:
    listed = st.lists(entries(), max_size=3)
    return st.one_of(listed.map(lambda one: {**PRODUCER, "entries": one}), st.just(TOMBSTONE))


@st.composite
def job_facets(draw: Draw) -> dict[str, Any]:
    facets: dict[str, Any] = {}
    if draw(st.integers(0, 3)):
        facets["lineage"] = draw(stated())
    if draw(st.integers(0, 4)) == 0:
        facets["jobType"] = {"emissionPattern": {"eventContentMode": "COMPLETE_SNAPSHOT"}}
    return facets


@st.composite
def changes(draw: Draw) -> dict[str, Any]:
    word = draw(st.sampled_from(["CREATE", "DROP", "ALTER", "RENAME", "RENAME"]))
    return change(word, draw(DATASETS | st.none()) if word == "RENAME" else None)


@st.composite
def events(draw: Draw) -> Event:
    kind, minute = draw(st.sampled_from(["run", "run", "job", "dataset"])), draw(MINUTES)
    if kind == "run":
        type_ = draw(st.sampled_from(["START", "RUNNING", "COMPLETE", "COMPLETE", "FAIL"]))
        outputs = [about(one, **(draw(changes()) if draw(st.booleans()) else {})) for one in draw(SIDES)]
        return run(
            draw(st.integers(1, 3)), type_, minute, draw(SIDES), outputs, job={"facets": draw(job_facets())}
        )
    if kind == "job":
        return job_event(minute, *draw(st.sampled_from([(None, None), ([A], [B])])), **draw(job_facets()))
    told = {**PRODUCER, "inputs": draw(st.lists(sources(), max_size=2))}
    facets = {"lineage": draw(st.sampled_from([told, TOMBSTONE]))} | (
        draw(changes()) if draw(st.booleans()) else {}
    )
    return dataset_event(minute, draw(DATASETS), **facets)


@st.composite
def cases(draw: Draw) -> Case:
    return _case(draw, recognised(draw(st.lists(events(), min_size=1, max_size=7)), RECEIVED_NS))


@pytest.mark.parametrize(
    "kind", ["memory", "sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)], indirect=True
)
@pytest.mark.parametrize(
    "check", [restored, one_with_the_events, a_function_of_the_entries], ids=lambda one: one.__name__
)
def test_any_order__gives_the_same_graph(fresh_store: FreshStore, kind: str, check: Any) -> None:
    @settings(
        max_examples=EXAMPLES[kind],
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        database=None,
    )
    @given(case=cases())
    def assert_holds(case: Case) -> None:
        check(fresh_store, case)

    assert_holds()
