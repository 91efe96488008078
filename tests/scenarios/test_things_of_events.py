"""Facts §5 about datasets, jobs and facets: deletion, identity, symlinks, parents, column lineage, odd content."""

from typing import Any

import pytest

from catalog import state
from catalog.entry import Status
from catalog.graph import Direction
from catalog.identity import DatasetId, FieldId, JobId, RunId
from catalog.lineage import Level
from catalog.store.port import NodeFilter, Reader
from ontology.vocabulary import Label, Rel
from tests.convergence.cases import (
    RUN,
    A,
    Always,
    B,
    C,
    about,
    at,
    columns,
    dataset_event,
    facet,
    from_column,
    inputs,
    labels,
    of_run,
    run,
)
from tests.convergence.conftest import NEO4J_WHEN_SLOW
from tests.scenarios.test_runs_of_events import run_facet
from tests.scenarios.words import PRODUCER, lineage, origins, reached, reasons

pytestmark = NEO4J_WHEN_SLOW

DELETED = {**PRODUCER, "_deleted": True}


def test_a_deleted_facet__is_gone_from_its_time_on_and_older_ones_do_not_come_back(always: Always) -> None:
    def check(reader: Reader) -> None:
        found = [facet(reader, A, "x_one", at(minute)) for minute in (1, 2, 3)]
        assert found == ['{"a":1}', '{"a":2}', None]

    always(
        [
            dataset_event(3, A, x_one=DELETED),
            dataset_event(1, A, x_one={"a": 1}),
            dataset_event(2, A, x_one={"a": 2}),
        ],
        check,
    )


def test_a_later_facet__revives_a_deleted_one(always: Always) -> None:
    def check(reader: Reader) -> None:
        assert facet(reader, A, "x_one") == '{"a":3}'

    always([dataset_event(2, A, x_one=DELETED), dataset_event(3, A, x_one={"a": 3})], check)


def test_a_deletion__is_seen_before_the_other_required_fields(always: Always) -> None:
    """The client sends an empty list of owners along, and of fields."""

    def check(reader: Reader) -> None:
        assert reader.edges([A.key], (Rel.OWNED_BY, Rel.HAS_FIELD), Direction.OUT) == []
        assert "ownership" not in state.facets(state.facts(reader, [A.key])[A.key])

    owned = {"ownership": {**PRODUCER, "owners": [{"name": "team:x"}]}, "schema": {"fields": [{"name": "x"}]}}
    gone = {"ownership": {**DELETED, "owners": []}, "schema": {**DELETED, "fields": []}}
    always([dataset_event(1, A, **owned), dataset_event(2, A, **gone)], check)


def test_deletion__is_no_word_for_facets_of_runs_inputs_and_outputs(always: Always) -> None:
    """They belong to the run; what is sent is kept."""

    def check(reader: Reader) -> None:
        assert run_facet(reader, "x_one") == '{"_deleted":true,"a":1}'
        part = state.run_states(reader, [RUN[1].key])[RUN[1].key].parts.popitem()[1]
        assert set(part.inputs[A.key].facets) == {"x_two"}

    told = {**about(A), "inputFacets": {"x_two": {"_deleted": True}}}
    always([run(1, "COMPLETE", 1, [told], facets={"x_one": {"_deleted": True, "a": 1}})], check)


@pytest.mark.parametrize(
    "names",
    [
        [("db", "Orders"), ("db", "orders"), ("DB", "orders")],
        [("db", "a.b.c"), ("db.a", "b.c")],
        [("s3://bucket", "a/b c/{x,y}"), ("s3://bucket", "a/b c/{x,y}/")],
        [("db", 'quoted "name"'), ("db", "Änderung, ß: 表")],
    ],
)
def test_identity__is_exact(always: Always, names: list[tuple[str, str]]) -> None:
    """Case counts, nothing is split on dots, any character is allowed."""

    def check(reader: Reader) -> None:
        found = reader.page(NodeFilter((Label.DATASET,)), None, 20)
        assert {(n.properties["namespace"], n.properties["name"]) for n in found} >= set(names)

    always([run(1, "COMPLETE", 1, [DatasetId(*one) for one in names])], check)


def test_jobs_and_datasets__have_key_spaces_of_their_own(always: Always) -> None:
    def check(reader: Reader) -> None:
        assert labels(reader, JobId("jobs", "load").key, DatasetId("jobs", "load").key) == ["Job", "Dataset"]

    always([run(1, "COMPLETE", 1, [DatasetId("jobs", "load")])], check)


@pytest.mark.parametrize("text", [RUN[1].value.upper(), RUN[1].value.replace("-", "")])
def test_a_run_id__is_one_however_a_uuid_is_written(always: Always, text: str) -> None:
    def check(reader: Reader) -> None:
        assert of_run(reader, 1)[0] == "COMPLETE"
        assert reader.count(NodeFilter((Label.RUN,))) == 1

    written = run(1, "COMPLETE", 2)
    written["run"]["runId"] = text
    always([run(1, "START", 1), written], check)


@pytest.mark.parametrize("text", ["run_id", "scheduled__2024-05-01T00:00:00+00:00", "0", "a/b c"])
def test_a_run_id__that_is_no_uuid_is_kept_as_it_is(always: Always, text: str) -> None:
    def check(reader: Reader) -> None:
        assert labels(reader, RunId(text).key) == ["Run"]

    told = run(1, "COMPLETE", 2)
    told["run"]["runId"] = text
    always([told], check)


def test_a_run_id_of_two_jobs__merges_no_jobs(always: Always) -> None:
    def check(reader: Reader) -> None:
        assert inputs(reader) == {"a"}
        assert labels(reader, JobId("jobs", "other").key) == ["Job"]

    other = {**run(1, "COMPLETE", 2, [B]), "job": {"namespace": "jobs", "name": "other"}}
    always([run(1, "COMPLETE", 1, [A]), other], check)


def symlinks(*others: DatasetId) -> dict[str, Any]:
    named = [{"namespace": one.namespace, "name": one.name, "type": "TABLE"} for one in others]
    return {"symlinks": {**PRODUCER, "identifiers": named}}


def test_symlinks__are_names_of_one_dataset_whichever_comes_first(always: Always) -> None:
    """One that is first seen by its alias joins later; lineage and columns follow the class."""

    def check(reader: Reader) -> None:
        found = lineage(reader, C, Direction.OUT)
        names = [{node.key, *node.aliases} for node in found.nodes if node.key.startswith("dataset/")]
        assert names == [{C.key}, {A.key, B.key}]
        columns_of = lineage(reader, FieldId(C, "x"), Direction.OUT, Level.FIELD)
        assert [edge.source for edge in columns_of.edges] == [FieldId(C, "x").key]

    always(
        [
            run(1, "COMPLETE", 1, [C], [about(A, columnLineage=from_column(C, "x", "y"))]),
            dataset_event(2, B, **symlinks(A)),
        ],
        check,
    )


def test_symlinks__of_some_events_only_hold_until_others_are_sent(always: Always) -> None:
    """A bad alias is removable, and then both are as they were."""

    def check(reader: Reader) -> None:
        assert reader.edges([A.key], (Rel.ALIAS_OF,), Direction.BOTH) == []
        assert len(reader.edges([A.key], (Rel.ALIAS_OF,), Direction.BOTH, at(2))) == 1

    always(
        [
            dataset_event(1, B, **symlinks(A)),
            dataset_event(2, B, x_one={}),
            dataset_event(3, B, **symlinks()),
        ],
        check,
    )


def parent(number: int, key: str = "parent", **more: Any) -> dict[str, Any]:
    job = {"namespace": "jobs", "name": "dag"}
    return {"facets": {key: {**PRODUCER, "run": {"runId": RUN[number].value}, "job": job, **more}}}


@pytest.mark.parametrize("key", ["parent", "parentRun"])
def test_a_parent__is_a_placeholder_until_it_tells_of_itself(always: Always, key: str) -> None:
    def check(reader: Reader) -> None:
        node = reader.nodes([RUN[2].key])[RUN[2].key]
        assert node.properties.get("inferred") is True
        edges = reader.edges([RUN[1].key], (Rel.CHILD_OF,), Direction.OUT)
        assert [edge.target for edge in edges] == [RUN[2].key]

    always([run(1, "COMPLETE", 1, **parent(2, key))], check)


def test_a_parent__that_is_the_run_itself_is_no_parent(always: Always) -> None:
    def check(reader: Reader) -> None:
        assert reader.edges([RUN[1].key], (Rel.CHILD_OF, Rel.ROOT), Direction.BOTH) == []

    always([run(1, "COMPLETE", 1, **parent(1))], check)


def test_a_circle_of_parents__ends_no_walk_and_moves_no_data(always: Always) -> None:
    """Hierarchy is containment, never data flow."""

    def check(reader: Reader) -> None:
        assert len(reader.edges([RUN[1].key, RUN[2].key], (Rel.CHILD_OF,), Direction.OUT)) == 2
        assert reached(reader, A) == {"b"}

    always(
        [run(1, "COMPLETE", 1, [A], [B], **parent(2)), run(2, "COMPLETE", 2, [A], [B], **parent(1))], check
    )


def transformed(*how: dict[str, Any]) -> dict[str, Any]:
    source = {"namespace": "db", "name": "a", "field": "x", "transformations": list(how)}
    return {"columnLineage": {"fields": {"y": {"inputFields": [source]}}}}


def test_column_lineage__is_the_union_over_the_events_of_a_run(always: Always) -> None:
    def check(reader: Reader) -> None:
        assert columns(reader, C.field("y")) == {"db/a#x", "db/b#x"}

    always(
        [
            run(1, "START", 1, [A, B], [about(C, columnLineage=from_column(A, "x", "y"))]),
            run(1, "COMPLETE", 2, [A, B], [about(C, columnLineage=from_column(B, "x", "y"))]),
        ],
        check,
    )


def test_transformations_of_one_edge__are_all_kept_direct_and_indirect_apart(always: Always) -> None:
    def check(reader: Reader) -> None:
        edges = reader.edges([FieldId(A, "x").key], (Rel.FEEDS, Rel.INFLUENCES), Direction.OUT)
        assert {(str(edge.type), dict(edge.properties)["subtype"]) for edge in edges} == {
            ("FEEDS", "IDENTITY"),
            ("FEEDS", "AGGREGATION"),
            ("INFLUENCES", "FILTER"),
        }

    how = [("DIRECT", "IDENTITY"), ("DIRECT", "AGGREGATION"), ("INDIRECT", "FILTER")]
    output = about(C, **transformed(*({"type": kind, "subtype": subtype} for kind, subtype in how)))
    always([run(1, "COMPLETE", 1, [A], [output])], check)


def test_masking__is_kept_in_the_new_form_and_in_the_old(always: Always) -> None:
    def check(reader: Reader) -> None:
        edges = reader.edges([FieldId(A, "x").key], (Rel.FEEDS,), Direction.OUT)
        assert {edge.target: dict(edge.properties).get("masking") for edge in edges} == {
            FieldId(B, "y").key: True,
            FieldId(C, "y").key: True,
        }

    new = about(B, **transformed({"type": "DIRECT", "subtype": "TRANSFORMATION", "masking": True}))
    old = transformed()
    old["columnLineage"]["fields"]["y"]["transformationType"] = "MASKED"
    always([run(1, "COMPLETE", 1, [A], [new, about(C, **old)])], check)


def test_an_influence_on_the_whole_dataset__is_stored_once_and_reaches_every_field(always: Always) -> None:
    def check(reader: Reader) -> None:
        edges = reader.edges([FieldId(A, "x").key], (Rel.INFLUENCES,), Direction.OUT)
        assert [edge.target for edge in edges] == [C.key]
        found = lineage(reader, FieldId(A, "x"), Direction.OUT, Level.FIELD)
        assert {node.key for node in found.nodes if node.hops == 1} == {
            FieldId(C, "p").key,
            FieldId(C, "q").key,
        }

    whole = {"dataset": [{"namespace": "db", "name": "a", "field": "x"}]}
    shown = about(C, schema={"fields": [{"name": "p"}, {"name": "q"}]}, columnLineage=whole)
    always([run(1, "COMPLETE", 1, [A], [shown])], check)


def test_a_dataset_that_only_column_lineage_names__is_a_reference(always: Always) -> None:
    """And a field that no schema shows is inferred; both are said in the answer."""

    def check(reader: Reader) -> None:
        assert labels(reader, B.key, C.key) == ["DatasetReference", "Dataset"]
        found = lineage(reader, FieldId(C, "y"), Direction.IN, Level.FIELD)
        assert reasons(found) == {"UNRESOLVED_REFERENCE", "INFERRED_FIELD"}

    always([run(1, "COMPLETE", 1, [A], [about(C, columnLineage=from_column(B, "x", "y"))])], check)


@pytest.mark.parametrize("url", [None, "", "https://openlineage.io/spec/2-8-9/OpenLineage.json", 7])
def test_a_schema_url__decides_nothing(always: Always, url: Any) -> None:
    def check(reader: Reader) -> None:
        assert inputs(reader) == {"a"}
        assert {entry.status for entry in reader.log(None, 9)} == {Status.APPLIED}

    told = {**run(1, "COMPLETE", 1, [A]), "schemaURL": url}
    always([{key: value for key, value in told.items() if value is not None}], check)


@pytest.mark.parametrize("more", [{}, {"_producer": ""}, {"_producer": "x", "_schemaURL": 7}])
def test_a_facet__needs_no_producer_and_no_schema_url(always: Always, more: dict[str, Any]) -> None:
    def check(reader: Reader) -> None:
        assert len(reader.edges([A.key], (Rel.HAS_FIELD,), Direction.OUT)) == 1

    always([dataset_event(1, A, schema={"fields": [{"name": "x"}], **more})], check)


def test_a_facet_of_an_unknown_key__is_stored_verbatim(always: Always) -> None:
    def check(reader: Reader) -> None:
        assert facet(reader, A, "x_odd.key/with 字") == '{"deep":[1,{"a":null}]}'

    always([dataset_event(1, A, **{"x_odd.key/with 字": {"deep": [1, {"a": None}]}})], check)


@pytest.mark.parametrize(
    "content", [None, "text", 7, ["x"], {"fields": "none"}, {"fields": [{"type": "int"}]}]
)
def test_a_known_facet_with_invalid_content__is_kept_alone_and_the_others_apply(
    always: Always, content: Any
) -> None:
    def check(reader: Reader) -> None:
        assert "schema" in {key.removeprefix("facet:") for key in state.facts(reader, [A.key])[A.key]}
        node = reader.nodes([A.key])[A.key]
        assert node.properties["description"] == "d"
        assert reader.edges([A.key], (Rel.HAS_FIELD,), Direction.OUT) == []

    always([dataset_event(1, A, schema=content, documentation={"description": "d"})], check)


def test_no_dataset__is_made_of_references_alone(always: Always) -> None:
    """The phantom check: only what events name as an input, an output or a subject."""

    def check(reader: Reader) -> None:
        assert {n.key for n in reader.page(NodeFilter((Label.DATASET,)), None, 9)} == {A.key, C.key}
        assert origins(reader, C) == {"a"}

    cte = DatasetId("cte", "renamed")
    always([run(1, "COMPLETE", 1, [A], [about(C, columnLineage=from_column(cte, "x", "y"))])], check)


def test_nul__becomes_text_with_a_problem(always: Always) -> None:
    """In names of any kind, so that column lineage meets its dataset."""

    def check(reader: Reader) -> None:
        named = DatasetId("db", "a\ufffdb")
        assert labels(reader, named.key, FieldId(named, "x\ufffd").key) == ["Dataset", "Field"]
        (entry,) = reader.log(None, 5)
        assert "repaired-json" in {problem.code for problem in entry.problems}
        assert "\\u0000" not in entry.body

    odd = DatasetId("db", "a\0b")
    shown = about(C, columnLineage=from_column(odd, "x\0", "y"))
    always([run(1, "COMPLETE", 1, [odd], [shown])], check)
