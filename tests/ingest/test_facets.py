"""Facets: kept as sent, known ones projected, deleted ones gone, odd ones set aside alone."""

from typing import Any

import pytest

from catalog.canonical import encode
from catalog.entry import Status
from catalog.identity import DatasetId
from catalog.statement import FieldSpec, Statements, Symlink
from catalog.values import decode_fields, decode_symlinks
from tests.ingest.build import RUN_ID, dataset, dataset_event, job_event, problems, read, run_event

AT = "$.dataset.facets"


def values_of(said: Statements) -> dict[str, str | None]:
    [sighting] = said.datasets
    return dict(sighting.values)


def job_values(**facets: Any) -> dict[str, str | None]:
    _, said = read(job_event(job={"namespace": "jobs", "name": "load", "facets": facets}))
    assert said.job is not None
    return dict(said.job.values)


def fields_of(schema: Any) -> list[FieldSpec]:
    text = values_of(read(dataset_event(schema=schema))[1])["fields"]
    assert text is not None
    return decode_fields(text)


def test_facet__known_or_not_is_kept_as_canonical_text() -> None:
    facet = {"z": [1.0, {"ü": None}], "a": 12345678901234567890123}
    assert values_of(read(dataset_event(custom=facet))[1]) == {
        "facet:custom": '{"a":12345678901234567890123,"z":[1,{"ü":null}]}'
    }


def test_run_facets__are_kept_and_not_deletable() -> None:
    facets = {"nominalTime": {"nominalStartTime": "2024-05-01T00:00:00Z"}, "x": {"_deleted": True}}
    _, said = read(run_event(run={"runId": RUN_ID, "facets": facets}))
    assert said.run is not None
    assert dict(said.run.facets) == {key: encode(value) for key, value in facets.items()}


def test_input_and_output_facets__are_of_the_run() -> None:
    source = {**dataset("orders"), "inputFacets": {"dataQualityAssertions": {"assertions": []}}}
    target = {
        **dataset("report"),
        "outputFacets": {"outputStatistics": {"rowCount": 5}, "x": {"_deleted": True}},
    }
    _, said = read(run_event(inputs=[source], outputs=[target]))
    assert said.run is not None
    assert dict(said.run.inputs) == {
        DatasetId("db", "orders"): {"dataQualityAssertions": '{"assertions":[]}'}
    }
    assert dict(said.run.outputs) == {
        DatasetId("db", "report"): {"outputStatistics": '{"rowCount":5}', "x": '{"_deleted":true}'}
    }


def test_data_quality_assertions__may_stand_in_both_places() -> None:
    facet = {"assertions": [{"assertion": "not_null", "success": False, "severity": "warn"}]}
    item = {**dataset("orders", dataQualityAssertions=facet), "inputFacets": {"dataQualityAssertions": facet}}
    _, said = read(run_event(inputs=[item]))
    assert {value for key, value in values_of(said).items() if "run-of:" not in key} == {encode(facet)}
    assert said.run is not None
    assert said.run.inputs[DatasetId("db", "orders")] == {"dataQualityAssertions": encode(facet)}


@pytest.mark.parametrize(
    ("key", "derived"),
    [
        ("schema", "fields"),
        ("symlinks", "aliases"),
        ("documentation", "description"),
        ("columnLineage", "columns"),
    ],
)
def test_deleted_facet__takes_its_values_with_it_whatever_else_it_has(key: str, derived: str) -> None:
    entry, said = read(
        dataset_event(**{key: {"_deleted": True, "fields": 5, "identifiers": 5, "description": 5}})
    )
    assert values_of(said) == {f"facet:{key}": None, derived: None}
    assert entry.problems == ()


def test_deleted_facet__of_a_job() -> None:
    assert job_values(jobType={"_deleted": True}, documentation={"_deleted": True}, x={"_deleted": True}) == {
        "facet:jobType": None,
        "processingType": None,
        "integration": None,
        "jobType": None,
        "eventTrigger": None,
        "eventContentMode": None,
        "windowDuration": None,
        "facet:documentation": None,
        "description": None,
        "facet:x": None,
    }


@pytest.mark.parametrize("flag", [False, "true", 1, None])
def test_deleted_flag__other_than_true_deletes_nothing(flag: Any) -> None:
    facet = {"_deleted": flag, "description": "d"}
    assert values_of(read(dataset_event(documentation=facet))[1])["description"] == '"d"'


@pytest.mark.parametrize("key", ["schema", "symlinks", "documentation", "columnLineage"])
@pytest.mark.parametrize("odd", ["text", [], 5, True])
def test_known_facet_of_wrong_type__is_kept_and_not_projected(key: str, odd: Any) -> None:
    entry, said = read(dataset_event(**{key: odd, "other": {}}))
    assert values_of(said) == {f"facet:{key}": encode(odd), "facet:other": "{}"}
    assert ("facet-type", f"{AT}.{key}", True) in problems(entry)
    assert entry.status is Status.PARTIAL


@pytest.mark.parametrize("key", ["schema", "documentation", "columnLineage", "custom"])
def test_null_facet__is_kept_and_loses_nothing(key: str) -> None:
    entry, said = read(dataset_event(**{key: None}))
    assert values_of(said) == {f"facet:{key}": "null"}
    assert set(problems(entry)) == {("facet-type", f"{AT}.{key}", False)}
    assert entry.status is Status.APPLIED


def test_null_run_facet__is_kept() -> None:
    entry, said = read(run_event(run={"runId": RUN_ID, "facets": {"nominalTime": None, "parent": None}}))
    assert said.run is not None
    assert dict(said.run.facets) == {"nominalTime": "null", "parent": "null"}
    assert {lost for _, _, lost in problems(entry)} == {False}


@pytest.mark.parametrize("odd", ["text", [], 5])
def test_facets_of_wrong_type__are_set_aside(odd: Any) -> None:
    entry, said = read(run_event(inputs=[{"namespace": "db", "name": "orders", "facets": odd}]))
    assert values_of(said) == {}
    assert problems(entry) == [("facets", "$.inputs[0].facets", True)]


def test_bad_facet__never_harms_the_others() -> None:
    entry, said = read(dataset_event(schema={"fields": "x"}, documentation={"description": "d"}, symlinks=3))
    assert values_of(said)["description"] == '"d"'
    assert {path for _, path, _ in problems(entry)} == {f"{AT}.schema.fields", f"{AT}.symlinks"}


def test_schema__nested_fields_have_dotted_paths() -> None:
    schema = {
        "fields": [
            {"name": "id", "type": "int", "ordinal_position": 7},
            {
                "name": "items",
                "type": "array",
                "fields": [
                    {"name": "_element", "type": "struct", "fields": [{"name": "sku", "description": "code"}]}
                ],
            },
        ]
    }
    assert fields_of(schema) == [
        FieldSpec("id", "int", 7),
        FieldSpec("items", "array", 2),
        FieldSpec("items._element", "struct", 1),
        FieldSpec("items._element.sku", None, 1, "code"),
    ]


def test_schema__order_of_members_does_not_matter_to_the_text() -> None:
    fields = [{"name": "b", "ordinal_position": 2}, {"name": "a", "ordinal_position": 1}]
    texts = {
        values_of(read(dataset_event(schema={"fields": f}))[1])["fields"] for f in (fields, fields[::-1])
    }
    assert texts == {'[["a",null,1,null],["b",null,2,null]]'}


def test_schema__with_an_empty_list_has_no_fields() -> None:
    assert fields_of({"fields": []}) == []


@pytest.mark.parametrize("schema", [{}, {"fields": None}])
def test_schema__without_fields_says_nothing_of_them(schema: Any) -> None:
    entry, said = read(dataset_event(schema=schema))
    assert values_of(said) == {"facet:schema": encode(schema)}
    assert entry.problems == ()


def test_schema__keeps_readable_fields_and_tells_the_others() -> None:
    fields = [
        {"name": "a", "type": {"odd": 1}},
        {"type": "int"},
        5,
        {"name": "b", "fields": "x"},
        {"name": "a"},
    ]
    entry, said = read(dataset_event(schema={"fields": fields}))
    assert values_of(said)["fields"] == '[["a",null,1,null],["b",null,4,null]]'
    assert [path.removeprefix(f"{AT}.schema.") for _, path, lost in problems(entry) if lost] == [
        "fields[0].type",
        "fields[1]",
        "fields[2]",
        "fields[3].fields",
        "fields[4]",
    ]


def test_schema__without_any_readable_field_does_not_erase_the_known_ones() -> None:
    assert "fields" not in values_of(read(dataset_event(schema={"fields": [1]}))[1])


@pytest.mark.parametrize("ordinal", ["1", True, -1, 2**40, 1.5])
def test_schema__odd_ordinal_is_the_position(ordinal: Any) -> None:
    assert fields_of({"fields": [{"name": "a", "ordinal_position": ordinal}]}) == [FieldSpec("a", None, 1)]


def test_symlinks__are_aliases() -> None:
    identifiers = [
        {"namespace": "hive", "name": "db.orders", "type": "TABLE"},
        {"namespace": "s3://b", "name": "/orders", "type": "LOCATION"},
    ]
    text = values_of(read(dataset_event(symlinks={"identifiers": identifiers}))[1])["aliases"]
    assert text is not None
    assert decode_symlinks(text) == [
        Symlink(DatasetId("hive", "db.orders"), "TABLE"),
        Symlink(DatasetId("s3://b", "/orders"), "LOCATION"),
    ]


def test_symlinks__keep_readable_identifiers() -> None:
    identifiers = [{"namespace": "n", "name": "a"}, {"name": "b", "type": "TABLE"}, "x"]
    entry, said = read(dataset_event(symlinks={"identifiers": identifiers}))
    assert values_of(said)["aliases"] == '[["n","a",""]]'
    assert [lost for _, _, lost in problems(entry)] == [False, True, True]


@pytest.mark.parametrize(
    ("symlinks", "aliases"), [({}, None), ({"identifiers": None}, None), ({"identifiers": []}, "[]")]
)
def test_symlinks__absent_say_nothing_and_empty_say_none(symlinks: Any, aliases: str | None) -> None:
    assert values_of(read(dataset_event(symlinks=symlinks))[1]).get("aliases") == aliases


def test_documentation__of_dataset_and_job_is_the_description() -> None:
    facet = {"description": 'All "orders"'}
    assert values_of(read(dataset_event(documentation=facet))[1])["description"] == r'"All \"orders\""'
    assert job_values(documentation=facet)["description"] == r'"All \"orders\""'


@pytest.mark.parametrize(
    ("facet", "lost"), [({}, False), ({"description": None}, False), ({"description": 5}, True)]
)
def test_documentation__without_text_says_nothing(facet: Any, lost: bool) -> None:
    entry, said = read(dataset_event(documentation=facet))
    assert values_of(said) == {"facet:documentation": encode(facet)}
    assert [told for _, _, told in problems(entry)] == [lost]


def test_job_type__replaces_all_its_properties() -> None:
    facet = {"processingType": "BATCH", "integration": "DBT"}
    assert job_values(jobType=facet) == {
        "facet:jobType": encode(facet),
        "processingType": '"BATCH"',
        "integration": '"DBT"',
        "jobType": None,
        "eventTrigger": None,
        "eventContentMode": None,
        "windowDuration": None,
    }


def test_job_type__of_wrong_content_says_nothing_of_that_property() -> None:
    assert job_values(jobType={"processingType": 5, "integration": "DBT", "jobType": "MODEL"}) == {
        "facet:jobType": '{"integration":"DBT","jobType":"MODEL","processingType":5}',
        "integration": '"DBT"',
        "jobType": '"MODEL"',
        "eventTrigger": None,
        "eventContentMode": None,
        "windowDuration": None,
    }
