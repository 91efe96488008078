"""What a walk answers, by example; test_walk_oracle.py holds the properties."""

from collections.abc import Collection
from typing import Any, cast

import pytest

from catalog.coverage import CoverageStatus, ReasonCode
from catalog.errors import InvalidQuery, UnknownNode
from catalog.graph import Direction, Edge, Node
from catalog.identity import DatasetId
from catalog.lineage import Kind, Level, Lineage, Transformation, walk
from catalog.store.memory import MemoryStore
from catalog.store.port import ChangeSet, Reader, Store
from tests.lineage.build import (
    CountingReader,
    alias,
    dataset,
    derived,
    feeds,
    field,
    graph,
    has,
    influences,
    job,
    put,
    reads,
    writes,
)


def ask(
    store: Store, roots: Collection[str], direction: Direction = Direction.OUT, **options: Any
) -> Lineage:
    with store.read() as reader:
        return walk(reader, roots, direction=direction, **options)


def hops(lineage: Lineage) -> dict[str, int]:
    return {node.key: node.hops for node in lineage.nodes}


def codes(lineage: Lineage) -> list[ReasonCode]:
    return [reason.code for reason in lineage.coverage.reasons]


CHAIN = [
    *reads("load", "raw"),
    *writes("load", "clean"),
    *reads("report", "clean"),
    *writes("report", "sums"),
    *reads("mail", "sums"),
]


def test_walk__shows_jobs_at_the_hop_of_what_they_write_and_those_that_only_read() -> None:
    lineage = ask(graph(CHAIN), [dataset("raw")])
    assert hops(lineage) == {
        dataset("raw"): 0,
        job("load"): 1,
        dataset("clean"): 1,
        job("report"): 2,
        dataset("sums"): 2,
        job("mail"): 3,
    }
    assert lineage.coverage.status is CoverageStatus.COMPLETE


def test_walk__upstream_goes_against_the_flow_and_keeps_edges_as_data_flows() -> None:
    lineage = ask(graph(CHAIN), [dataset("clean")], Direction.IN)
    assert hops(lineage) == {dataset("clean"): 0, job("load"): 1, dataset("raw"): 1}
    assert [(edge.source, edge.target) for edge in lineage.edges] == [
        (dataset("raw"), job("load")),
        (job("load"), dataset("clean")),
    ]


def test_walk__from_a_job_begins_with_what_it_writes() -> None:
    assert hops(ask(graph(CHAIN), [job("load")], depth=1)) == {job("load"): 0, dataset("clean"): 1}


def test_walk__between_jobs_names_the_dataset_they_share() -> None:
    lineage = ask(graph(CHAIN), [job("load")], level=Level.JOB)
    assert hops(lineage) == {job("load"): 0, job("report"): 1, job("mail"): 2}
    assert [(e.source, e.target, e.dataset) for e in lineage.edges] == [
        (job("load"), job("report"), dataset("clean")),
        (job("report"), job("mail"), dataset("sums")),
    ]


def test_walk__gives_every_transformation_of_an_edge() -> None:
    columns = [*feeds("j", "a.x", "b.y", "IDENTITY"), *feeds("j", "a.x", "b.y", "AGGREGATION")]
    lineage = ask(graph(has("a", "x"), has("b", "y"), columns), [field("a.x")], level=Level.FIELD)
    (edge,) = lineage.edges
    assert edge.transformations == (Transformation("AGGREGATION"), Transformation("IDENTITY"))
    assert (edge.job, edge.kind) == (job("j"), Kind.DIRECT)


def test_walk__spreads_an_influence_on_a_dataset_to_its_known_fields() -> None:
    store = graph(has("a", "x"), has("b", "y", "z"), influences("j", "a.x", "b"))
    lineage = ask(store, [field("a.x")], level=Level.FIELD)
    assert hops(lineage) == {field("a.x"): 0, field("b.y"): 1, field("b.z"): 1}
    assert {edge.kind for edge in lineage.edges} == {Kind.INDIRECT}
    assert hops(ask(store, [field("b.z")], Direction.IN, level=Level.FIELD)) == {
        field("b.z"): 0,
        field("a.x"): 1,
    }


def test_walk__crosses_aliases_at_no_hop_and_shows_a_class_once() -> None:
    store = graph(
        writes("load", "s3"),
        alias("s3", "table"),
        reads("report", "table"),
        writes("report", "out"),
        labels={"s3": "Alias"},
    )
    lineage = ask(store, [job("load")])
    assert hops(lineage) == {job("load"): 0, dataset("table"): 1, job("report"): 2, dataset("out"): 2}
    assert lineage.nodes[1].aliases == (dataset("s3"),)


def test_walk__carries_a_field_over_to_the_same_field_of_an_alias() -> None:
    store = graph(
        has("s3", "x"),
        feeds("in", "a.x", "s3.x"),
        alias("s3", "t"),
        has("t", "x"),
        feeds("out", "t.x", "b.x"),
    )
    lineage = ask(store, [field("a.x")], level=Level.FIELD)
    assert hops(lineage) == {field("a.x"): 0, field("s3.x"): 1, field("b.x"): 2}


def test_walk__says_that_it_ended_at_its_depth() -> None:
    lineage = ask(graph(CHAIN), [dataset("raw")], depth=1)
    assert (lineage.coverage.status, codes(lineage)) == (CoverageStatus.PARTIAL, [ReasonCode.DEPTH])


def test_walk__says_that_it_ended_at_its_bound_and_keeps_to_it() -> None:
    store = graph(reads("j", "a"), writes("j", *(f"b{number}" for number in range(20))))
    for direction in (Direction.OUT, Direction.BOTH):
        lineage = ask(store, [dataset("a")], direction, max_nodes=5)
        assert len(lineage.nodes) == 5
        assert ReasonCode.MAX_NODES in codes(lineage)
        assert {end for edge in lineage.edges for end in (edge.source, edge.target)} <= hops(lineage).keys()


def test_walk__names_the_jobs_that_fields_cannot_cross() -> None:
    store = graph(
        has("a", "x"),
        reads("told", "a"),
        writes("told", "b"),
        feeds("told", "a.x", "b.x"),
        has("b", "x"),
        reads("silent", "a"),
        writes("silent", "c"),
    )
    lineage = ask(store, [field("a.x")], level=Level.FIELD)
    (reason,) = lineage.coverage.reasons
    assert (reason.code, reason.keys) == (ReasonCode.NO_COLUMN_LINEAGE, (job("silent"), dataset("c")))
    assert lineage.coverage.status is CoverageStatus.PARTIAL


def test_walk__is_unknown_where_no_job_told_columns() -> None:
    store = graph(has("a", "x"), reads("silent", "a"), writes("silent", "c"), has("c", "x"))
    assert ask(store, [field("a.x")], level=Level.FIELD).coverage.status is CoverageStatus.UNKNOWN
    assert (
        ask(store, [field("c.x")], Direction.IN, level=Level.FIELD).coverage.status is CoverageStatus.UNKNOWN
    )


def test_walk__does_not_miss_columns_of_a_job_that_reads_nothing() -> None:
    lineage = ask(graph(writes("seed", "a"), has("a", "x")), [field("a.x")], Direction.IN, level=Level.FIELD)
    assert lineage.coverage.status is CoverageStatus.COMPLETE


def test_walk__says_that_a_dataset_has_no_known_fields() -> None:
    lineage = ask(graph(reads("j", "a")), [dataset("a")], level=Level.FIELD)
    assert (lineage.nodes, codes(lineage)) == ((), [ReasonCode.NO_FIELDS])


def test_walk__says_what_is_unresolved_and_inferred() -> None:
    store = graph(has("a", "x"), has("b", "y"), feeds("j", "a.x", "b.y"), labels={"a": "DatasetReference"})
    guessed = Node(field("b.y"), "Field", {"name": "y", "dataset": dataset("b"), "inferred": True})
    store.write(lambda transaction: transaction.apply(ChangeSet(nodes={guessed.key: guessed})))
    lineage = ask(store, [field("b.y")], Direction.IN, level=Level.FIELD)
    assert [(reason.code, reason.keys) for reason in lineage.coverage.reasons] == [
        (ReasonCode.INFERRED_FIELD, (dataset("b"), field("b.y"))),
        (ReasonCode.UNRESOLVED_REFERENCE, (dataset("a"),)),
    ]


def test_walk__sees_what_a_dataset_declares_without_a_job() -> None:
    store = graph(has("a", "x"), has("b", "y"), feeds(None, "a.x", "b.y"), derived("a", "b"))
    lineage = ask(store, [dataset("a")])
    assert hops(lineage) == {dataset("a"): 0, dataset("b"): 1}
    (edge,) = lineage.edges
    assert (edge.job, edge.kind, edge.origins) == (None, None, ("DECLARED",))
    assert hops(ask(store, [dataset("b")], Direction.IN)) == {dataset("b"): 0, dataset("a"): 1}
    (column,) = ask(store, [dataset("a")], level=Level.FIELD).edges
    assert (column.job, column.kind) == (None, Kind.DIRECT)


def test_walk__between_datasets_reads_no_columns() -> None:
    store = graph(CHAIN, has("raw", "x", "y"), has("clean", "x"), feeds("load", "raw.x", "clean.x"))
    assert ask(store, [dataset("raw")]).coverage.edges == len(CHAIN)


def test_walk__reads_names_that_are_too_long_for_a_key() -> None:
    long, short = DatasetId("n", "x" * 2500), DatasetId("n", "short")
    source, target = long.field("a"), short.field("y" * 2500)
    nodes = [
        *(Node(one.key, "Dataset", {"namespace": one.namespace, "name": one.name}) for one in (long, short)),
        *(Node(f.key, "Field", {"name": f.path, "dataset": f.dataset.key}) for f in (source, target)),
    ]
    edges = [
        Edge("HAS_FIELD", long.key, source.key, long.key, "OBSERVED"),
        Edge("HAS_FIELD", short.key, target.key, short.key, "OBSERVED"),
        Edge("FEEDS", source.key, target.key, job("j"), "OBSERVED"),
        Edge("ALIAS_OF", long.key, dataset("other"), dataset("other"), "OBSERVED"),
    ]
    store = graph(has("other", "a"))
    changes = ChangeSet(nodes={node.key: node for node in nodes}, edges={edge.id: edge for edge in edges})
    store.write(lambda transaction: transaction.apply(changes))
    lineage = ask(store, [field("other.a")], level=Level.FIELD)
    assert hops(lineage) == {field("other.a"): 0, target.key: 1}
    assert lineage.nodes[0].aliases == (source.key,)
    assert ask(store, [target.key], Direction.IN, level=Level.FIELD).nodes[1].hops == 1


def test_walk__asks_as_many_questions_however_wide_the_graph_is() -> None:
    def questions(width: int) -> int:
        store = MemoryStore()
        for number in range(width):
            put(
                store,
                reads(f"j{number}", "hub"),
                writes(f"j{number}", f"out{number}"),
                reads("sink", f"out{number}"),
            )
        with store.read() as reader:
            counting = CountingReader(reader)
            walk(cast(Reader, counting), [dataset("hub")], direction=Direction.OUT)
        return counting.questions

    assert questions(1) == questions(10) == questions(40)


@pytest.mark.parametrize(
    ("roots", "options", "error"),
    [
        ([], {}, InvalidQuery),
        ([dataset("raw")], {"depth": -1}, InvalidQuery),
        ([dataset("raw")], {"max_nodes": 0}, InvalidQuery),
        ([dataset("none")], {}, UnknownNode),
        (["run/1"], {}, InvalidQuery),
    ],
)
def test_walk__refuses_a_question_without_an_answer(
    roots: list[str], options: dict[str, Any], error: type[Exception]
) -> None:
    store = graph(CHAIN)
    run = Node("run/1", "Run", {"name": "1"})
    store.write(lambda transaction: transaction.apply(ChangeSet(nodes={run.key: run})))
    with pytest.raises(error):
        ask(store, roots, **options)
