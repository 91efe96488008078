"""The law of convergence case by case, of runs and their lineage (facts/openlineage.md §5, design §4).

Every test sends its events in every order that matters, and asks of each graph what holds now and what held earlier.
"""

from typing import Any

import pytest

from catalog import state
from catalog.graph import Direction
from catalog.identity import JobId
from catalog.store.port import Reader, Store
from ontology.vocabulary import Label, Rel
from tests.convergence import observed
from tests.convergence.cases import (
    RUN,
    A,
    Always,
    B,
    C,
    D,
    about,
    at,
    columns,
    from_column,
    inputs,
    labels,
    of_run,
    outputs,
    run,
)
from tests.convergence.events import named


def test_start__arrives_after_complete(always: Always) -> None:
    events = [run(1, "START", 1, [A]), run(1, "COMPLETE", 5, (), [B])]

    def check(reader: Reader) -> None:
        assert of_run(reader, 1) == ("COMPLETE", at(1), at(5))
        assert (inputs(reader), outputs(reader)) == ({"a"}, {"b"})
        assert (inputs(reader, at(1)), outputs(reader, at(1))) == ({"a"}, {"b"})
        assert (inputs(reader, at(0)), outputs(reader, at(0))) == (set(), set())

    always(events, check)


def test_late_start__is_the_begin_of_an_ended_run(store: Store) -> None:
    observed.send(store, [[run(1, "COMPLETE", 5, (), [B])]])
    with store.read() as reader:
        assert (of_run(reader, 1), outputs(reader, at(3))) == (("COMPLETE", at(5), at(5)), set())
    observed.send(store, [[run(1, "START", 1)]])
    with store.read() as reader:
        assert (of_run(reader, 1), outputs(reader, at(3))) == (("COMPLETE", at(1), at(5)), {"b"})


def test_duplicate__changes_nothing(store: Store) -> None:
    event = run(1, "COMPLETE", 1, [A], [about(B, custom={"n": 1})])
    observed.send(store, [[event]])
    before = observed.export(store)
    rewritten = dict(reversed(event.items()))
    receipts = observed.send(store, [[event, event], [rewritten]])
    assert [receipt.status for receipt in receipts] == ["duplicate"] * 3
    assert observed.export(store) == before


def test_next_run__replaces_what_it_reports(always: Always) -> None:
    events = [run(1, "COMPLETE", 1, [A], [C]), run(2, "COMPLETE", 5, [B], [C])]

    def check(reader: Reader) -> None:
        assert (inputs(reader), outputs(reader)) == ({"b"}, {"c"})
        assert (inputs(reader, at(4)), outputs(reader, at(4))) == ({"a"}, {"c"})
        assert inputs(reader, at(5)) == {"b"}

    always(events, check)


def test_run_after_a_failed_one__replaces_what_held_before_it(always: Always) -> None:
    """The failed run was the last of the history for a while, and left it again."""
    events = [
        run(1, "COMPLETE", 1, [A], [C]),
        run(2, "START", 5, [B], [D]),
        run(2, "FAIL", 6),
        run(3, "COMPLETE", 8, [B], [C]),
    ]

    def check(reader: Reader) -> None:
        assert (inputs(reader), outputs(reader)) == ({"b"}, {"c"})
        assert [inputs(reader, at(minute)) for minute in (1, 7, 8)] == [{"a"}, {"a"}, {"b"}]

    always(events, check)


@pytest.mark.parametrize("failure", ["FAIL", "ABORT"])
def test_failed_run__neither_adds_nor_removes(always: Always, failure: str) -> None:
    events = [run(1, "COMPLETE", 1, [A], [C]), run(2, "START", 5, [B], [D]), run(2, failure, 6)]

    def check(reader: Reader) -> None:
        assert (inputs(reader), outputs(reader)) == ({"a"}, {"c"})
        assert (inputs(reader, at(5)), outputs(reader, at(5))) == ({"a"}, {"c"})
        assert of_run(reader, 2) == (failure, at(5), at(6))
        attempted = observed.run_parts(reader, RUN[2].key)["job", "jobs", "load"]
        assert attempted == ({("dataset", "db", "b")}, {("dataset", "db", "d")}, set())

    always(events, check)


def test_retry__of_a_failed_run_counts(always: Always) -> None:
    """Another run, or the same run that completes after it failed: the latest terminal decides."""
    events = [run(1, "FAIL", 1, [A], [C]), run(1, "COMPLETE", 3), run(2, "FAIL", 5, [B], [C])]

    def check(reader: Reader) -> None:
        assert of_run(reader, 1) == ("COMPLETE", at(1), at(3))
        assert (inputs(reader), outputs(reader)) == ({"a"}, {"c"})
        assert inputs(reader, at(1)) == {"a"}

    always(events, check)


def test_other_and_untyped_events__never_change_the_state(always: Always) -> None:
    events = [run(1, "COMPLETE", 5, [A]), run(1, "OTHER", 7, (), [B]), run(1, None, 1, (), [C])]

    def check(reader: Reader) -> None:
        assert of_run(reader, 1) == ("COMPLETE", at(1), at(5))
        assert (inputs(reader), outputs(reader)) == ({"a"}, {"b", "c"})
        assert outputs(reader, at(1)) == {"b", "c"}

    always(events, check)


def test_terminals__of_one_instant_are_ranked(always: Always) -> None:
    events = [run(1, "COMPLETE", 5, [A]), run(1, "FAIL", 5), run(1, "RUNNING", 9)]

    def check(reader: Reader) -> None:
        assert (of_run(reader, 1), inputs(reader)) == (("FAIL", at(5), at(5)), set())

    always(events, check)


def test_empty_start__of_the_next_run_erases_nothing(always: Always) -> None:
    events = [run(1, "COMPLETE", 1, [A], [B]), run(2, "START", 5)]

    def check(reader: Reader) -> None:
        assert (inputs(reader), outputs(reader)) == ({"a"}, {"b"})
        assert (inputs(reader, at(3)), inputs(reader, at(0))) == ({"a"}, set())

    always(events, check)


def test_open_run__adds_until_it_completes(always: Always) -> None:
    events = [run(1, "COMPLETE", 1, [A], [C]), run(2, "START", 5, [B])]

    def while_open(reader: Reader) -> None:
        assert (inputs(reader), inputs(reader, at(4))) == ({"a", "b"}, {"a"})

    def when_complete(reader: Reader) -> None:
        assert (inputs(reader), inputs(reader, at(5)), inputs(reader, at(4))) == ({"b"}, {"b"}, {"a"})

    always(events, while_open)
    always([*events, run(2, "COMPLETE", 7)], when_complete)


def test_one_sided_run__keeps_the_other_side(always: Always) -> None:
    events = [run(1, "COMPLETE", 1, [A], [C]), run(2, "COMPLETE", 5, [B])]

    def check(reader: Reader) -> None:
        assert (inputs(reader), outputs(reader)) == ({"b"}, {"c"})
        assert (inputs(reader, at(1)), outputs(reader, at(1))) == ({"a"}, {"c"})

    always(events, check)


def test_run_without_columns__keeps_the_columns_of_its_outputs(always: Always) -> None:
    lineage = from_column(A, "id", "key")
    events = [run(1, "COMPLETE", 1, [A], [about(B, columnLineage=lineage)]), run(2, "COMPLETE", 5, [A], [B])]

    def check(reader: Reader) -> None:
        assert columns(reader, B.field("key")) == columns(reader, B.field("key"), at(1)) == {"db/a#id"}
        assert columns(reader, B.field("key"), at(0)) == set()

    always(events, check)


def test_output_no_longer_written__loses_its_columns(always: Always) -> None:
    lineage = from_column(A, "id", "key")
    events = [run(1, "COMPLETE", 1, [A], [about(B, columnLineage=lineage)]), run(2, "COMPLETE", 5, [A], [C])]

    def check(reader: Reader) -> None:
        assert (outputs(reader), columns(reader, B.field("key"))) == ({"c"}, set())
        assert columns(reader, B.field("key"), at(4)) == {"db/a#id"}

    always(events, check)


def test_late_run__does_not_revive_an_open_run_that_was_replaced(always: Always) -> None:
    """Run 5 comes last, between runs that say the same outputs; run 2 was open before one of them completed."""
    events = [
        run(1, "COMPLETE", 1, [A], [C]),
        run(2, "START", 2, [B]),
        run(3, "COMPLETE", 3, [A]),
        run(4, "COMPLETE", 8, [A], [C]),
        run(5, "START", 5, [D]),
    ]

    def check(reader: Reader) -> None:
        found = [inputs(reader, at(minute)) for minute in (1, 2, 3, 5, 8)]
        assert found == [{"a"}, {"a", "b"}, {"a"}, {"a", "d"}, {"a"}]
        assert [outputs(reader, at(minute)) for minute in (0, 1, 5, 8)] == [set(), {"c"}, {"c"}, {"c"}]

    always(events, check)


def test_streaming_run__lives_from_its_start(always: Always) -> None:
    def check(reader: Reader) -> None:
        assert (inputs(reader), outputs(reader)) == ({"a"}, {"b"})
        assert (outputs(reader, at(1)), outputs(reader, at(0))) == ({"b"}, set())

    always([run(1, "START", 1, [A], [B]), run(1, "RUNNING", 9)], check)


def test_running_flood__changes_no_node_and_no_edge(store: Store) -> None:
    observed.send(store, [[run(1, "START", 1, [A], [B]), run(1, "RUNNING", 2, [A], [B])]])
    before = _graph(store)
    flood = [run(1, "RUNNING", minute, [A], [B]) for minute in range(3, 60)]
    observed.send(store, [flood[:20], flood[20:]])
    assert _graph(store) == before
    with store.read() as reader:
        assert state.last_sight(reader, (A.key,)).keys() == {A.key}
        assert of_run(reader, 1) == ("RUNNING", at(1), None)


def _graph(store: Store) -> tuple[Any, Any]:
    with store.read() as reader:
        nodes = observed.nodes(reader)
        return nodes, sorted(map(repr, observed.timed(reader, nodes)))


def test_run_id_used_by_two_jobs__keeps_their_lineage_apart(always: Always) -> None:
    other = {**run(1, "COMPLETE", 2, [B], [C]), "job": named(("jobs", "other"))}
    events = [run(1, "START", 1, [A]), other]

    def check(reader: Reader) -> None:
        assert (inputs(reader), outputs(reader)) == ({"a"}, set())
        read = reader.edges((JobId("jobs", "other").key,), (Rel.CONSUMED_BY,), Direction.IN)
        assert [edge.source for edge in read] == [B.key]
        assert inputs(reader, at(0)) == set()

    always(events, check)


def test_run_id_used_by_two_jobs__fails_for_the_one_that_failed(always: Always) -> None:
    other = {**run(1, "FAIL", 3, [B], [C]), "job": named(("jobs", "other"))}
    events = [run(1, "START", 1, [A]), run(1, "COMPLETE", 2), other]

    def check(reader: Reader) -> None:
        assert inputs(reader) == {"a"}
        assert reader.edges((JobId("jobs", "other").key,), (Rel.CONSUMED_BY,), Direction.IN) == []

    always(events, check)


def test_run_whose_job_is_renamed_on_the_way__ends_as_the_run_ends(always: Always) -> None:
    other = {**run(1, "FAIL", 3), "job": named(("jobs", "renamed"))}

    def check(reader: Reader) -> None:
        assert (inputs(reader), inputs(reader, at(1))) == (set(), set())

    always([run(1, "START", 1, [A]), other], check)


# Parents


def parent(number: int, job: str = "parent") -> dict[str, Any]:
    return {"parent": {"run": {"runId": RUN[number].value}, "job": named(("jobs", job))}}


def test_parent__without_events_is_a_placeholder(always: Always) -> None:
    job = JobId("jobs", "parent")

    def check(reader: Reader) -> None:
        assert labels(reader, RUN[9].key, job.key) == [Label.RUN, Label.JOB]
        found = reader.nodes((RUN[9].key, job.key))
        assert [found[key].properties.get("inferred") for key in (RUN[9].key, job.key)] == [True, True]
        edges = reader.edges((RUN[1].key,), (Rel.CHILD_OF,), Direction.OUT, at(0))
        assert [edge.target for edge in edges] == [RUN[9].key]

    always([run(1, "START", 1, facets=parent(9)), run(1, "COMPLETE", 2)], check)


def test_parent__with_events_of_its_own_is_as_they_say(always: Always) -> None:
    """The placeholder and its job are gone, whichever came first."""
    own = {**run(9, "START", 1), "job": named(("jobs", "driver"))}

    def check(reader: Reader) -> None:
        assert "inferred" not in reader.nodes((RUN[9].key,))[RUN[9].key].properties
        assert of_run(reader, 9) == ("START", at(1), None)
        driver, named_only = JobId("jobs", "driver").key, JobId("jobs", "parent").key
        assert labels(reader, driver, named_only) == [Label.JOB, None]
        edges = reader.edges((RUN[9].key,), (Rel.OF_JOB,), Direction.OUT, at(0))
        assert [edge.target for edge in edges] == [driver]

    always([run(1, "START", 2, facets=parent(9)), own], check)


def test_parent__newest_facet_decides(always: Always) -> None:
    events = [run(1, "START", 1, facets=parent(8, "old")), run(1, "COMPLETE", 2, facets=parent(9))]

    def check(reader: Reader) -> None:
        edges = reader.edges((RUN[1].key,), (Rel.CHILD_OF,), Direction.OUT)
        assert [edge.target for edge in edges] == [RUN[9].key]
        assert labels(reader, RUN[8].key, JobId("jobs", "old").key) == [None, None]

    always(events, check)
