"""Facts §5 about runs: ordering, terminals, accumulation, emission patterns, failures, declarations, history."""

from typing import Any

import pytest

from catalog import state
from catalog.graph import Direction
from catalog.identity import DatasetId
from catalog.instant import instant_of
from catalog.lineage import walk
from catalog.scopes import RunReader, WindowReader
from catalog.store.port import NodeFilter, Reader
from ontology.vocabulary import Label, Rel
from tests.convergence.cases import (
    JOB,
    RUN,
    A,
    Always,
    B,
    C,
    D,
    about,
    at,
    columns,
    dataset_event,
    facet,
    from_column,
    inputs,
    labels,
    of_run,
    outputs,
    run,
)
from tests.convergence.conftest import NEO4J_WHEN_SLOW
from tests.scenarios.words import PRODUCER, job_event, reached

pytestmark = NEO4J_WHEN_SLOW

SNAPSHOT: dict[str, Any] = {
    "facets": {
        "jobType": {
            **PRODUCER,
            "processingType": "STREAMING",
            "integration": "FLINK",
            "emissionPattern": {"eventContentMode": "COMPLETE_SNAPSHOT", "windowDuration": 60},
        }
    }
}


def run_facet(reader: Reader, key: str) -> str | None:
    """The text of a facet of the first run."""
    found = state.run_states(reader, [RUN[1].key])[RUN[1].key].facets.get(key)
    return None if found is None else state.blobs(reader, [found[0]])[found[0]]


def test_a_terminal_state__is_never_left_for_running(always: Always) -> None:
    def check(reader: Reader) -> None:
        assert of_run(reader, 1)[0] == "COMPLETE"

    always([run(1, "START", 1), run(1, "COMPLETE", 2), run(1, "RUNNING", 3)], check)


def test_started_at__is_that_of_the_earliest_start_and_ended_at_of_the_terminal(always: Always) -> None:
    def check(reader: Reader) -> None:
        assert of_run(reader, 1) == ("COMPLETE", at(2), at(5))

    always([run(1, "OTHER", 1), run(1, "START", 2), run(1, "START", 3), run(1, "COMPLETE", 5)], check)


def test_events_of_one_time__are_ordered_by_their_type(always: Always) -> None:
    def check(reader: Reader) -> None:
        assert of_run(reader, 1)[0] == "FAIL"

    always([run(1, word, 1) for word in ("START", "RUNNING", "COMPLETE", "FAIL")], check)


def test_several_terminals__the_latest_wins_and_all_are_kept(always: Always) -> None:
    def check(reader: Reader) -> None:
        assert of_run(reader, 1) == ("COMPLETE", at(1), at(3))
        assert len(reader.log(None, 10)) == 3

    always([run(1, "START", 1), run(1, "FAIL", 2), run(1, "COMPLETE", 3)], check)


@pytest.mark.parametrize(("word", "known"), [("START", "START"), ("COMPLETE", "COMPLETE"), (None, None)])
def test_a_run__exists_from_the_first_event_seen(always: Always, word: str | None, known: str | None) -> None:
    """Without START, or without an end."""

    def check(reader: Reader) -> None:
        assert labels(reader, RUN[1].key) == ["Run"]
        assert of_run(reader, 1)[0] == known

    always([run(1, word, 1, [A])], check)


@pytest.mark.parametrize("word", [None, "OTHER", "SOMETHING"])
def test_an_event_without_a_known_type__is_never_a_change_of_state(always: Always, word: str | None) -> None:
    """It counts as OTHER, before START and after the end."""

    def check(reader: Reader) -> None:
        assert of_run(reader, 1)[0] == "COMPLETE"
        assert inputs(reader) == {"a", "b"}

    always([run(1, word, 1, [A]), run(1, "COMPLETE", 2), run(1, word, 3, [B])], check)


def test_late_events_after_the_end__are_merged(always: Always) -> None:
    def check(reader: Reader) -> None:
        assert (inputs(reader), outputs(reader)) == ({"a"}, {"b"})

    always([run(1, "COMPLETE", 1, [A]), run(1, "RUNNING", 2, [], [B])], check)


def test_inputs_and_outputs__are_the_union_over_the_events_of_a_run(always: Always) -> None:
    """An empty or missing list adds nothing and removes nothing."""

    def check(reader: Reader) -> None:
        assert (inputs(reader), outputs(reader)) == ({"a", "b"}, {"c"})

    bare = run(1, "RUNNING", 3)
    del bare["inputs"], bare["outputs"]
    always([run(1, "START", 1, [A], [C]), run(1, "RUNNING", 2, [B]), bare, run(1, "COMPLETE", 4)], check)


def test_facets_of_a_run__are_the_newest_of_each_key_whole(always: Always) -> None:
    """Absence is not deletion; nothing is merged deep."""

    def check(reader: Reader) -> None:
        assert (run_facet(reader, "x_one"), run_facet(reader, "x_two")) == ('{"b":2}', '{"c":3}')

    always(
        [
            run(1, "START", 1, facets={"x_one": {"a": 1}, "x_two": {"c": 3}}),
            run(1, "RUNNING", 2, facets={"x_one": {"b": 2}}),
            run(1, "COMPLETE", 3),
        ],
        check,
    )


def test_complete_snapshot__each_event_replaces_the_one_before_it(always: Always) -> None:
    """Columns too; what the run ever read stays among its inputs."""

    def check(reader: Reader) -> None:
        assert (inputs(reader), outputs(reader)) == ({"b"}, {"d"})
        assert columns(reader, D.field("y")) == {"db/b#x"}
        assert columns(reader, C.field("y")) == set()
        members = state.run_states(reader, [RUN[1].key])[RUN[1].key].parts[JOB.key].inputs
        assert set(members) == {A.key, B.key}

    always(
        [
            run(1, "START", 1, [A], [about(C, columnLineage=from_column(A, "x", "y"))], job=SNAPSHOT),
            run(1, "RUNNING", 2, [B], [about(D, columnLineage=from_column(B, "x", "y"))], job=SNAPSHOT),
        ],
        check,
    )


def test_complete_snapshot__of_nothing_replaces_nothing(always: Always) -> None:
    """A heartbeat without datasets is no window."""

    def check(reader: Reader) -> None:
        assert (inputs(reader), outputs(reader)) == ({"a"}, {"c"})

    always([run(1, "START", 1, [A], [C], job=SNAPSHOT), run(1, "RUNNING", 2, job=SNAPSHOT)], check)


def test_accumulation__is_what_an_absent_pattern_means(always: Always) -> None:
    def check(reader: Reader) -> None:
        assert inputs(reader) == {"a", "b"}

    pattern = {"facets": {"jobType": {**PRODUCER, "processingType": "STREAMING", "integration": "FLINK"}}}
    always([run(1, "START", 1, [A], job=pattern), run(1, "RUNNING", 2, [B], job=pattern)], check)


@pytest.mark.parametrize("word", ["START", "RUNNING"])
def test_a_run_that_may_never_end__has_lineage_from_its_first_event(always: Always, word: str) -> None:
    def check(reader: Reader) -> None:
        assert reached(reader, A) == {"b"}

    service = {"facets": {"jobType": {**PRODUCER, "processingType": "SERVICE", "integration": "X"}}}
    always([run(1, word, 1, [A], [B], job=service)], check)


def test_a_running_flood__adds_no_node_and_no_edge(always: Always) -> None:
    def check(reader: Reader) -> None:
        counted = reader.count(NodeFilter(tuple(Label)))
        assert counted == 7  # two datasets, a job, a run, the field, two namespaces
        assert len(reader.edges([JOB.key], (Rel.PRODUCES,), Direction.OUT)) == 1

    shown = about(B, schema={"fields": [{"name": "x"}]})
    always([run(1, "RUNNING", minute, [A], [shown]) for minute in range(1, 9)], check)


@pytest.mark.parametrize("word", ["FAIL", "ABORT"])
def test_a_failed_run__keeps_its_datasets_as_attempted_and_makes_no_lineage(
    always: Always, word: str
) -> None:
    def check(reader: Reader) -> None:
        assert labels(reader, A.key, B.key, RUN[1].key) == ["Dataset", "Dataset", "Run"]
        assert reached(reader, A) == set()
        attempted = walk(RunReader(reader, RUN[1].key), [A.key], direction=Direction.OUT)
        assert B.key in {node.key for node in attempted.nodes}

    always([run(1, "START", 1, [A], [B]), run(1, word, 2)], check)


def test_a_job_event__replaces_what_was_declared_and_leaves_what_was_observed(always: Always) -> None:
    """Both can be asked for alone."""

    def check(reader: Reader) -> None:
        def found(origin: str) -> set[str]:
            answer = walk(reader, [JOB.key], direction=Direction.IN, origins=frozenset({origin}))
            return {DatasetId.parse(n.key).name for n in answer.nodes if n.key.startswith("dataset/")}

        assert (found("OBSERVED"), found("DECLARED")) == ({"a"}, {"c"})

    always([run(1, "COMPLETE", 1, [A]), job_event(2, [B]), job_event(3, [C])], check)


def test_a_dataset_event__makes_the_dataset_and_counts_from_its_time_on(always: Always) -> None:
    def check(reader: Reader) -> None:
        assert labels(reader, A.key) == ["Dataset"]
        assert [facet(reader, A, "x_one", at(minute)) for minute in (1, 2)] == ['{"a":1}', '{"a":2}']

    always([dataset_event(1, A, x_one={"a": 1}), dataset_event(2, A, x_one={"a": 2})], check)


def test_lineage__is_that_of_the_last_run_of_a_time_of_a_window_or_of_one_run(always: Always) -> None:
    def check(reader: Reader) -> None:
        assert reached(reader, A) == set()
        assert reached(reader, A, at=at(2)) == {"c"}
        assert reached(WindowReader(reader, at(1), None), A) == {"c"}
        assert reached(RunReader(reader, RUN[1].key), A) == {"c"}
        assert reached(reader, B) == {"c"}

    always([run(1, "COMPLETE", 1, [A], [C]), run(2, "COMPLETE", 3, [B], [C])], check)


def test_a_duplicate__has_no_effect_and_other_content_of_the_same_time_is_merged(always: Always) -> None:
    def check(reader: Reader) -> None:
        assert inputs(reader) == {"a", "b"}
        assert len(reader.log(None, 10)) == 2

    always([run(1, "COMPLETE", 1, [A]), run(1, "COMPLETE", 1, [B]), run(1, "COMPLETE", 1, [A])], check)


def test_a_clock_of_the_far_future__does_not_win_for_ever(always: Always) -> None:
    """It counts at its receipt, five minutes of tolerance apart."""

    def check(reader: Reader) -> None:
        assert facet(reader, A, "x_one", at(59)) == '{"a":1}'
        future = state.facts(reader, [A.key])[A.key]["facet:x_one"]
        assert instant_of(future.first) < at(59) + 2 * 3600 * 10**9

    ahead = {**dataset_event(2, A, x_one={"a": 2}), "eventTime": "2099-01-01T00:00:00Z"}
    always([dataset_event(1, A, x_one={"a": 1}), ahead], check)


@pytest.mark.parametrize(
    "text",
    ["2024-05-01T10:01:00", "2024-05-01T12:01:00+02:00", "2024-05-01T11:01:00.000+01:00[Europe/London]"],
)
def test_an_event_time__is_read_without_a_zone_with_an_offset_and_with_a_zone_id(
    always: Always, text: str
) -> None:
    def check(reader: Reader) -> None:
        assert of_run(reader, 1)[1] == at(1)

    always([{**run(1, "START", 1), "eventTime": text}], check)


def test_an_event_time__keeps_nanoseconds(always: Always) -> None:
    def check(reader: Reader) -> None:
        assert of_run(reader, 1)[1] == at(1) + 123456789

    always([{**run(1, "START", 1), "eventTime": "2024-05-01T10:01:00.123456789Z"}], check)
