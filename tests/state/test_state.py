"""Timelines and runs, as the histories of a small store have them."""

import pytest

from catalog import state
from catalog.errors import UnknownNode
from catalog.instant import instant_of
from catalog.state import Fact
from catalog.statement import FieldSpec
from catalog.store.memory import MemoryStore
from tests.convergence.cases import JOB, RUN, A, B, C, at
from tests.lineage.build import CountingReader


def stretches(found: list[Fact]) -> list[tuple[int, int | None, list[str]]]:
    """(since, until, the fields) of schemas."""
    return [(fact.since, fact.until, [spec.path for spec in state.fields(fact)]) for fact in found]


def test_timelines__are_of_each_pair_oldest_first(store: MemoryStore) -> None:
    asked = [(A.key, "fields"), (A.key, "none"), (C.key, "facet:schema"), ("dataset/db/none", "fields")]
    with store.read() as reader:
        found = state.timelines(reader, asked)

    assert list(found) == asked
    assert stretches(found[A.key, "fields"]) == [(at(0), at(7), ["x"]), (at(7), None, ["x", "y"])]
    assert found[A.key, "none"] == found["dataset/db/none", "fields"] == []
    assert [fact.text is None for fact in found[C.key, "facet:schema"]] == [False, True]
    assert {fact.key for fact in found[C.key, "facet:schema"]} == {"facet:schema"}


def test_timelines__ask_no_more_for_many_than_for_one(store: MemoryStore) -> None:
    questions = []
    with store.read() as reader:
        for asked in ([(A.key, "fields")], [(key, name) for key in (A.key, B.key, C.key) for name in "abc"]):
            counting = CountingReader(reader)
            state.timelines(counting, [*asked, (A.key, "fields")])  # type: ignore[arg-type]
            questions.append(counting.questions)

    assert questions[0] == questions[1]


def test_schemas__say_when_one_was_taken_back(store: MemoryStore) -> None:
    with store.read() as reader:
        found = state.schemas(reader, [B.key, C.key])

    assert found[B.key] == []
    assert stretches(found[C.key]) == [(at(8), at(9), ["x"]), (at(9), None, [])]


def test_fields__are_those_of_the_schema(store: MemoryStore) -> None:
    with store.read() as reader:
        (_, newest) = state.schemas(reader, [A.key])[A.key]

    assert {(spec.path, spec.type) for spec in state.fields(newest)} == {("x", "bigint"), ("y", "int")}
    assert all(isinstance(spec, FieldSpec) for spec in state.fields(newest))


@pytest.mark.parametrize(
    ("minute", "behind", "numbers"),
    [
        (None, None, [4, 3, 2, 1]),
        (6, None, [4, 3, 2, 1]),
        (5, None, [3, 2, 1]),
        (None, 3, [2, 1]),
        (6, 3, [2, 1]),
        (2, 4, [2, 1]),
        (0, None, []),
    ],
)
def test_runs__are_those_begun_until_an_instant_and_behind_a_position(
    store: MemoryStore, minute: int | None, behind: int | None, numbers: list[int]
) -> None:
    with store.read() as reader:
        every = {run: position for position, run in state.runs_of(reader, [JOB.key], limit=9)[JOB.key]}
        found = state.runs_of(
            reader,
            [JOB.key],
            limit=9,
            before=None if behind is None else every[RUN[behind].key],
            at=None if minute is None else at(minute),
        )

    assert [run for _, run in found[JOB.key]] == [RUN[number].key for number in numbers]


def test_run_state__is_of_a_run_with_events_of_its_own(store: MemoryStore) -> None:
    with store.read() as reader:
        assert instant_of(state.run_state(reader, RUN[2].key).last) == at(2)
        with pytest.raises(UnknownNode, match=RUN[7].value):
            state.run_state(reader, RUN[7].key)
