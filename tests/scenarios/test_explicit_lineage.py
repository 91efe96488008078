"""The explicit ``lineage`` facet (LineageFacet 1-0-0): one test for each sentence of facts 2b."""

import pytest

from catalog.graph import Direction
from catalog.identity import FieldId, JobId
from catalog.impact.evaluation import impact
from catalog.lineage import Level
from catalog.store.port import Reader
from ontology.vocabulary import Label, Rel
from tests.convergence.cases import JOB, A, Always, B, C, D, about, at, dataset_event, from_column, run
from tests.convergence.conftest import NEO4J_WHEN_SLOW
from tests.impact.words import drop, drop_dataset, proposed
from tests.scenarios.words import (
    PRODUCER,
    columns,
    detail,
    entry,
    job_event,
    lineage,
    origins,
    reached,
    reasons,
    source,
    stating,
)

OTHER, THIRD = JobId("jobs", "other"), JobId("jobs", "third")
PAIRS = stating(entry(C, source(A)), entry(D, source(B)))
"""Two tables copied by one job: A to C and B to D."""


def edges(reader: Reader, rel: Rel, at: int | None = None) -> set[tuple[str, str]]:
    """The ends of all edges of a type among A to D and the jobs."""
    keys = [one.key for one in (A, B, C, D, JOB, OTHER, THIRD)]
    return {(edge.source, edge.target) for edge in reader.edges(keys, (rel,), Direction.OUT, at)}


def test_an_output_with_an_entry__comes_from_its_sources_only(always: Always) -> None:
    """Two by two: the facet gives two edges, where the product gives four."""

    def check(reader: Reader) -> None:
        assert (reached(reader, A), reached(reader, B)) == ({"c"}, {"d"})
        assert (origins(reader, C), origins(reader, D)) == ({"a"}, {"b"})
        found = lineage(reader, A, Direction.OUT)
        assert {(e.source, e.target, e.job) for e in found.edges} == {
            (A.key, JOB.key, JOB.key),
            (A.key, C.key, JOB.key),
        }
        assert edges(reader, Rel.HAD_DERIVATION) == {(A.key, C.key), (B.key, D.key)}

    always([run(1, "COMPLETE", 1, [A, B], [C, D], job=PAIRS)], check)


@NEO4J_WHEN_SLOW
def test_without_the_facet__each_output_comes_from_each_input(always: Always) -> None:
    def check(reader: Reader) -> None:
        assert [reached(reader, one) for one in (A, B)] == [{"c", "d"}] * 2

    always([run(1, "COMPLETE", 1, [A, B], [C, D])], check)


@NEO4J_WHEN_SLOW
def test_a_job__leads_to_all_that_it_writes_and_comes_from_all_that_it_reads(always: Always) -> None:
    def check(reader: Reader) -> None:
        assert (reached(reader, JOB), origins(reader, JOB)) == ({"c", "d"}, {"a", "b"})

    always([run(1, "COMPLETE", 1, [A, B], [C, D], job=PAIRS)], check)


@NEO4J_WHEN_SLOW
def test_entries_of_one_run__add_up_over_its_events(always: Always) -> None:
    def check(reader: Reader) -> None:
        assert edges(reader, Rel.HAD_DERIVATION) == {(A.key, C.key), (B.key, C.key), (B.key, D.key)}

    always(
        [
            run(1, "START", 1, [A, B], [C, D], job=stating(entry(C, source(A)))),
            run(1, "RUNNING", 2, job=stating(entry(C, source(B)))),
            run(1, "COMPLETE", 3, job=stating(entry(D, source(B)))),
        ],
        check,
    )


@NEO4J_WHEN_SLOW
def test_a_completed_run__replaces_what_the_one_before_it_stated(always: Always) -> None:
    def check(reader: Reader) -> None:
        assert (reached(reader, A), reached(reader, B)) == ({"d"}, {"c"})
        assert reached(reader, A, at=at(5)) == {"c"}

    swapped = stating(entry(C, source(B)), entry(D, source(A)))
    always(
        [
            run(1, "COMPLETE", 1, [A, B], [C, D], job=PAIRS),
            run(2, "COMPLETE", 9, [A, B], [C, D], job=swapped),
        ],
        check,
    )


@NEO4J_WHEN_SLOW
def test_a_later_run_without_the_facet__gives_the_product_again(always: Always) -> None:
    def check(reader: Reader) -> None:
        assert reached(reader, A) == {"c", "d"}
        assert reached(reader, A, at=at(5)) == {"c"}

    always([run(1, "COMPLETE", 1, [A, B], [C, D], job=PAIRS), run(2, "COMPLETE", 9, [A, B], [C, D])], check)


@NEO4J_WHEN_SLOW
def test_a_failed_run__states_nothing(always: Always) -> None:
    def check(reader: Reader) -> None:
        assert edges(reader, Rel.HAD_DERIVATION) == edges(reader, Rel.PRODUCES) == set()

    always([run(1, "START", 1, job=PAIRS), run(1, "FAIL", 2, [A, B], [C, D])], check)


def test_the_newest_job_event__replaces_what_was_declared(always: Always) -> None:
    def check(reader: Reader) -> None:
        assert edges(reader, Rel.HAD_DERIVATION) == {(B.key, D.key)}
        assert edges(reader, Rel.HAD_DERIVATION, at(2)) == {(A.key, C.key)}
        assert reached(reader, A) == set()

    first, second = (stating(entry(*pair))["facets"] for pair in ((C, source(A)), (D, source(B))))
    always([job_event(1, [A], [C], **first), job_event(3, [B], [D], **second)], check)


@NEO4J_WHEN_SLOW
def test_a_job_event__needs_no_lists_beside_the_facet(always: Always) -> None:
    def check(reader: Reader) -> None:
        assert reached(reader, A) == {"c"}
        assert edges(reader, Rel.CONSUMED_BY) == {(A.key, JOB.key)}
        assert edges(reader, Rel.PRODUCES) == {(JOB.key, C.key)}
        labels = {node.label for node in reader.nodes([A.key, C.key]).values()}
        assert labels == {Label.DATASET}

    always([job_event(1, **stating(entry(C, source(A)))["facets"])], check)


@NEO4J_WHEN_SLOW
def test_a_deleted_facet_of_a_job_event__ends_what_was_declared(always: Always) -> None:
    def check(reader: Reader) -> None:
        assert edges(reader, Rel.PRODUCES) == edges(reader, Rel.HAD_DERIVATION) == set()
        assert reached(reader, A, at=at(1)) == {"c"}

    deleted = {"lineage": {**PRODUCER, "_deleted": True, "entries": []}}
    always([job_event(1, [A], [C], **stating(entry(C, source(A)))["facets"]), job_event(2, **deleted)], check)


def test_a_dataset_event__derives_a_dataset_without_a_job(always: Always) -> None:
    """The newest replaces; field and entity sources both count."""

    def check(reader: Reader) -> None:
        assert origins(reader, C) == {"b"}
        assert origins(reader, C, at=at(1)) == {"a"}
        found = lineage(reader, FieldId(C, "x"), Direction.IN, Level.FIELD)
        assert {node.key for node in found.nodes} == {FieldId(C, "x").key, FieldId(B, "y").key}

    second = {**PRODUCER, "inputs": [source(B)], "fields": columns(x=[source(B, field="y")])}
    always(
        [
            dataset_event(1, C, lineage={**PRODUCER, "inputs": [source(A)]}),
            dataset_event(2, C, lineage=second),
        ],
        check,
    )


@NEO4J_WHEN_SLOW
def test_a_dataset_event__goes_before_column_lineage_until_it_is_deleted(always: Always) -> None:
    def check(reader: Reader) -> None:
        assert [origins(reader, C, at=at(minute)) for minute in (1, 2, 3, 4)] == [{"a"}, {"b"}, {"b"}, {"d"}]

    always(
        [
            dataset_event(1, C, columnLineage=from_column(A, "x", "y")),
            dataset_event(2, C, lineage={**PRODUCER, "inputs": [source(B)]}),
            dataset_event(3, C, columnLineage=from_column(D, "x", "y")),
            dataset_event(4, C, lineage={**PRODUCER, "_deleted": True}),
        ],
        check,
    )


@NEO4J_WHEN_SLOW
def test_the_facet_of_a_dataset__counts_on_dataset_events_only(always: Always) -> None:
    def check(reader: Reader) -> None:
        assert origins(reader, C) == {"a"}

    output = about(C, lineage={**PRODUCER, "inputs": [source(B)]})
    always([run(1, "COMPLETE", 1, [A], [output])], check)


@NEO4J_WHEN_SLOW
def test_column_lineage_of_an_output__rests_where_an_entry_tells_of_it(always: Always) -> None:
    """Whichever event of the run brings which of them."""

    def check(reader: Reader) -> None:
        found = lineage(reader, C, Direction.IN, Level.FIELD)
        assert {(edge.source, edge.target) for edge in found.edges} == {
            (FieldId(A, "x").key, FieldId(C, "x").key)
        }

    always(
        [
            run(1, "START", 1, [A, B], [about(C, columnLineage=from_column(B, "y", "y"))]),
            run(1, "COMPLETE", 2, job=stating(entry(C, source(A), fields=columns(x=[source(A, field="x")])))),
        ],
        check,
    )


@NEO4J_WHEN_SLOW
def test_an_output_without_an_entry__is_written_by_the_job_and_comes_from_nothing_told(
    always: Always,
) -> None:
    """Boundary edges make no product; an input that no entry names is read by the job."""

    def check(reader: Reader) -> None:
        assert (reached(reader, B), origins(reader, D)) == (set(), set())
        assert edges(reader, Rel.CONSUMED_BY) == {(A.key, JOB.key), (B.key, JOB.key)}
        assert edges(reader, Rel.PRODUCES) == {(JOB.key, C.key), (JOB.key, D.key)}

    always([run(1, "COMPLETE", 1, [A, B], [C, D], job=stating(entry(C, source(A))))], check)


@NEO4J_WHEN_SLOW
def test_an_output_without_an_entry__keeps_its_column_lineage(always: Always) -> None:
    def check(reader: Reader) -> None:
        assert (origins(reader, C), origins(reader, D)) == ({"a"}, {"b"})

    output = about(D, columnLineage=from_column(B, "x", "y"))
    always([run(1, "COMPLETE", 1, [A, B], [C, output], job=stating(entry(C, source(A))))], check)


def test_no_inputs__is_known_to_have_no_upstream(always: Always) -> None:
    """Another thing than an entry without ``inputs``, and than no entry: nothing is left open."""

    def check(reader: Reader) -> None:
        assert origins(reader, C) == set()
        assert reasons(lineage(reader, C, Direction.IN)) == set()
        assert "NO_COLUMN_LINEAGE" not in reasons(lineage(reader, FieldId(C, "x"), Direction.IN, Level.FIELD))

    schema = about(C, schema={"fields": [{"name": "x", "type": "int"}]})
    always([run(1, "COMPLETE", 1, [A], [schema], job=stating(entry(C)))], check)


@NEO4J_WHEN_SLOW
def test_no_inputs__ends_the_columns_that_an_earlier_run_told(always: Always) -> None:
    def check(reader: Reader) -> None:
        assert edges(reader, Rel.FEEDS) == set()
        assert origins(reader, C) == set()

    columns_of = about(C, columnLineage=from_column(A, "x", "y"))
    always(
        [run(1, "COMPLETE", 1, [A], [columns_of]), run(2, "COMPLETE", 2, [A], [C], job=stating(entry(C)))],
        check,
    )


@NEO4J_WHEN_SLOW
def test_an_entry_with_fields_alone__comes_from_the_datasets_of_their_sources(always: Always) -> None:
    def check(reader: Reader) -> None:
        assert origins(reader, C) == {"a"}
        assert reasons(lineage(reader, FieldId(C, "x"), Direction.IN, Level.FIELD)) == {"INFERRED_FIELD"}

    always([run(1, "COMPLETE", 1, [A, B], [C], job=stating(detail(C, x=[source(A, field="y")])))], check)


@NEO4J_WHEN_SLOW
def test_a_source_with_a_field__influences_the_whole_target(always: Always) -> None:
    def check(reader: Reader) -> None:
        found = reader.edges([FieldId(A, "g").key], (Rel.INFLUENCES,), Direction.OUT)
        assert [(edge.target, edge.properties) for edge in found] == [(C.key, (("subtype", "GROUP_BY"),))]
        assert origins(reader, C) == {"a"}

    grouped = source(A, field="g", transformations=[{"type": "INDIRECT", "subtype": "GROUP_BY"}])
    always([run(1, "COMPLETE", 1, [A], [C], job=stating(entry(C, source(A), grouped)))], check)


@NEO4J_WHEN_SLOW
def test_a_field_whose_source_names_none__leaves_its_columns_open(always: Always) -> None:
    """Partial column lineage: what is dropped from the source may be what the field comes from."""

    def check(reader: Reader) -> None:
        assert "NO_COLUMN_LINEAGE" in reasons(lineage(reader, FieldId(C, "x"), Direction.IN, Level.FIELD))
        report = impact(reader, proposed(A.key, drop("other")))
        assert {item.key: item.severity for item in report.items} == {C.key: "UNKNOWN", JOB.key: "UNKNOWN"}

    table = about(A, schema={"fields": [{"name": "x"}, {"name": "other"}]})
    told = entry(C, source(A), fields=columns(x=[source(A, field="x")], y=[source(A)]))
    always([run(1, "COMPLETE", 1, [table], [C], job=stating(told))], check)


def test_another_job_as_source__writes_the_target(always: Always) -> None:
    def check(reader: Reader) -> None:
        assert edges(reader, Rel.PRODUCES) == {(OTHER.key, C.key)}
        assert reader.nodes([OTHER.key])[OTHER.key].properties["inferred"] is True
        assert reached(reader, OTHER) == {"c"}

    always([run(1, "COMPLETE", 1, job=stating(entry(C, source(OTHER))))], check)


@NEO4J_WHEN_SLOW
def test_the_own_job_as_source__says_no_more_than_that_it_writes_the_target(always: Always) -> None:
    def check(reader: Reader) -> None:
        assert edges(reader, Rel.PRODUCES) == {(JOB.key, C.key)}
        assert (reached(reader, JOB), origins(reader, C)) == ({"c"}, set())

    how = [{"type": "DIRECT", "subtype": "AGGREGATION", "description": "sum()"}]
    always(
        [
            run(
                1,
                "COMPLETE",
                1,
                [A],
                [C],
                job=stating(entry(C, fields=columns(total=[source(None, transformations=how)]))),
            )
        ],
        check,
    )


@NEO4J_WHEN_SLOW
@pytest.mark.parametrize("target", [None, JOB], ids=["unnamed", "named"])
def test_the_own_job_as_target__reads_the_source(always: Always, target: JobId | None) -> None:
    def check(reader: Reader) -> None:
        assert edges(reader, Rel.CONSUMED_BY) == {(A.key, JOB.key)}

    always([run(1, "COMPLETE", 1, job=stating(entry(target, source(A))))], check)


def test_another_job_as_target__reads_datasets_and_gets_the_data_of_jobs(always: Always) -> None:
    """Data flow, and not one of scheduling: walks go through it, within the hop of what it leads to."""

    def check(reader: Reader) -> None:
        assert edges(reader, Rel.CONSUMED_BY) == {(A.key, OTHER.key)}
        assert edges(reader, Rel.PASSES_DATA_TO) == {(OTHER.key, THIRD.key)}
        found = lineage(reader, A, Direction.OUT)
        assert {node.key: node.hops for node in found.nodes} == {A.key: 0, OTHER.key: 1, THIRD.key: 1}
        jobs = lineage(reader, OTHER, Direction.OUT, Level.JOB)
        assert {(edge.source, edge.target, edge.job) for edge in jobs.edges} == {
            (OTHER.key, THIRD.key, JOB.key)
        }

    told = stating(entry(OTHER, source(A)), entry(THIRD, source(OTHER)))
    always([run(1, "COMPLETE", 1, job=told)], check)


@NEO4J_WHEN_SLOW
def test_a_job_that_others_name__is_inferred_only_until_it_runs_itself(always: Always) -> None:
    def check(reader: Reader) -> None:
        assert "inferred" not in reader.nodes([OTHER.key])[OTHER.key].properties

    own = run(2, "COMPLETE", 2, [A])
    own["job"] = {"namespace": OTHER.namespace, "name": OTHER.name}
    always([run(1, "COMPLETE", 1, job=stating(entry(C, source(OTHER)))), own], check)


@NEO4J_WHEN_SLOW
def test_impact__follows_what_is_stated(always: Always) -> None:
    """A change of A's rows stays with C; a job that breaks leaves all of its outputs stale."""

    def check(reader: Reader) -> None:
        dropped = impact(reader, proposed(A.key, drop("x")))
        assert {item.key for item in dropped.items} == {FieldId(C, "x").key, C.key, D.key, JOB.key}
        gone = impact(reader, proposed(B.key, drop_dataset()))
        assert {item.key for item in gone.items if item.severity == "STALE"} == {C.key, D.key}
        unused = impact(reader, proposed(B.key, drop("y")))
        assert {item.key for item in unused.items} == {JOB.key, D.key}

    told = stating(entry(C, fields=columns(x=[source(A, field="x")])), entry(D, source(B)))
    other = about(B, schema={"fields": [{"name": "y"}]})
    always([run(1, "COMPLETE", 1, [A, other], [C, D], job=told)], check)
