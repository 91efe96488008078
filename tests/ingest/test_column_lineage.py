"""The columnLineage facet in its two forms, on the three kinds of events."""

from typing import Any

import pytest

from catalog.entry import LogEntry, Status
from catalog.identity import DatasetId
from catalog.statement import ColumnEdge
from catalog.values import decode_columns, decode_declared
from tests.ingest.build import column, dataset, dataset_event, job_event, lineage, problems, read, run_event

ORDERS, REPORT = DatasetId("db", "orders"), DatasetId("db", "report")


def edges_of(facet: Any) -> set[ColumnEdge]:
    return {*edges_and_entry(facet)[0]}


def edges_and_entry(facet: Any) -> tuple[frozenset[ColumnEdge], LogEntry]:
    entry, said = read(run_event(outputs=[dataset("report", columnLineage=facet)]))
    assert said.run is not None
    return said.run.columns.get(REPORT, frozenset({NONE})), entry


NONE = ColumnEdge(ORDERS, "nothing was said", REPORT, None)


def edge(field: str, target: str | None = "total", **how: Any) -> ColumnEdge:
    return ColumnEdge(ORDERS, field, REPORT, target, **how)


def test_transformations__are_one_edge_each() -> None:
    facet = lineage(
        column(
            "amount",
            {"type": "DIRECT", "subtype": "AGGREGATION", "description": "sum", "masking": False},
            {"type": "INDIRECT", "subtype": "FILTER", "masking": True},
        )
    )
    assert edges_of(facet) == {
        edge("amount", subtype="AGGREGATION", description="sum"),
        edge("amount", kind="INDIRECT", subtype="FILTER", masking=True),
    }


@pytest.mark.parametrize("transformations", [[], None])
def test_no_transformations__is_one_direct_edge(transformations: Any) -> None:
    source = {**column("amount"), "transformations": transformations}
    assert edges_of(lineage(source, column("rate"))) == {edge("amount"), edge("rate")}


def test_dataset_form__influences_the_whole_dataset() -> None:
    facet = {
        "fields": {},
        "dataset": [column("country", {"type": "INDIRECT", "subtype": "FILTER"}), column("day")],
    }
    assert edges_of(facet) == {
        edge("country", None, kind="INDIRECT", subtype="FILTER"),
        edge("day", None, kind="INDIRECT"),
    }


def test_dataset_form__called_direct_is_an_influence_nevertheless() -> None:
    found, entry = edges_and_entry({"dataset": [column("day", {"type": "DIRECT", "subtype": "IDENTITY"})]})
    assert found == {edge("day", None, kind="INDIRECT", subtype="IDENTITY")}
    assert [(code, lost) for code, _, lost in problems(entry)] == [("transformation", False)]


@pytest.mark.parametrize(
    ("legacy", "how"),
    [
        ({"transformationType": "IDENTITY"}, {"subtype": "IDENTITY"}),
        (
            {"transformationType": "MASKED", "transformationDescription": "hashed"},
            {"subtype": "TRANSFORMATION", "masking": True, "description": "hashed"},
        ),
        ({"transformationType": "", "transformationDescription": "sum"}, {"description": "sum"}),
        ({"transformationType": "AGGREGATION"}, {"subtype": "AGGREGATION"}),
    ],
)
def test_legacy_transformation__holds_for_inputs_without_their_own(
    legacy: dict[str, str], how: dict[str, Any]
) -> None:
    own = column("rate", {"type": "DIRECT", "subtype": "TRANSFORMATION"})
    assert edges_of(lineage(column("amount"), own, **legacy)) == {
        edge("amount", **how),
        edge("rate", subtype="TRANSFORMATION"),
    }


@pytest.mark.parametrize("kind", ["WEIRD", "indirect", None, 5])
def test_unknown_kind__counts_as_direct_and_is_noted(kind: Any) -> None:
    found, entry = edges_and_entry(lineage(column("amount", {"type": kind, "subtype": "ODD"})))
    assert found == {edge("amount", subtype="ODD")}
    assert [(code, lost) for code, _, lost in problems(entry)] == [("transformation", False)]
    assert entry.status is Status.APPLIED


def test_nested_and_odd_names__are_opaque() -> None:
    assert edges_of(lineage(column("a.b[0]\n"), target="x.y z")) == {edge("a.b[0]\n", "x.y z")}


@pytest.mark.parametrize(
    ("odd", "path"),
    [
        ("x", ""),
        ({"namespace": "db", "name": "orders"}, ""),
        ({"namespace": "db", "name": "", "field": "f"}, ""),
        ({**column("f"), "field": 5}, ""),
    ],
)
def test_odd_input__is_set_aside_alone(odd: Any, path: str) -> None:
    found, entry = edges_and_entry(lineage(column("amount"), odd))
    assert found == {edge("amount")}
    where = "$.outputs[0].facets.columnLineage.fields.total.inputFields[1]"
    assert problems(entry) == [("facet-content", where, True)]


@pytest.mark.parametrize("transformations", ["x", {"type": "DIRECT"}, ["x"], [None]])
def test_odd_transformations__keep_the_edge(transformations: Any) -> None:
    found, entry = edges_and_entry(lineage({**column("amount"), "transformations": transformations}))
    assert found == {edge("amount")}
    assert entry.status is Status.PARTIAL


def test_odd_masking__counts_as_false_and_is_told() -> None:
    found, entry = edges_and_entry(lineage(column("amount", {"type": "DIRECT", "masking": "yes"})))
    assert found == {edge("amount")}
    assert entry.status is Status.PARTIAL


@pytest.mark.parametrize(
    "facet", [{}, {"fields": None}, {"fields": [1]}, {"fields": {"total": 5}}, {"dataset": "x"}]
)
def test_nothing_readable__says_nothing(facet: Any) -> None:
    assert edges_of(facet) == {NONE}


@pytest.mark.parametrize(
    "facet",
    [
        {"fields": {}},
        {"dataset": []},
        {"fields": {}, "dataset": []},
        {"fields": {"total": {"inputFields": []}}},
    ],
)
def test_empty__says_that_there_is_none(facet: Any) -> None:
    assert edges_of(facet) == set()


@pytest.mark.parametrize(
    ("entry", "lost"), [({}, False), ({"inputFields": None}, False), ({"inputFields": 1}, True)]
)
def test_output_field_without_inputs__is_told(entry: dict[str, Any], lost: bool) -> None:
    facet = lineage(column("amount"))
    facet["fields"]["other"] = entry
    found, told = edges_and_entry(facet)
    assert found == {edge("amount")}
    assert [flag for _, _, flag in problems(told)] == [lost]


def test_run_event__keeps_the_raw_facet_beside_the_edges() -> None:
    _, said = read(run_event(outputs=[dataset("report", columnLineage=lineage(column("amount")))]))
    [sighting] = said.datasets
    assert set(sighting.values) == {"facet:columnLineage"}


def test_run_event__on_an_input_is_only_raw() -> None:
    entry, said = read(run_event(inputs=[dataset("orders", columnLineage=lineage(column("amount")))]))
    assert said.run is not None
    assert said.run.columns == {}
    assert set(said.datasets[0].values) == {"facet:columnLineage"}
    assert entry.problems == ()


def test_run_event__output_without_the_facet_does_not_take_that_of_the_input() -> None:
    facet = lineage(column("amount"))
    _, said = read(run_event(inputs=[dataset("report", columnLineage=facet)], outputs=[dataset("report")]))
    assert said.run is not None
    assert said.run.columns == {}


def test_run_event__deleted_facet_gives_no_columns() -> None:
    _, said = read(run_event(outputs=[dataset("report", columnLineage={"_deleted": True, "fields": {}})]))
    assert said.run is not None
    assert said.run.columns == {}
    assert said.datasets[0].values == {"facet:columnLineage": None}


def test_job_event__declares_columns_of_all_outputs() -> None:
    facet = lineage(column("amount"))
    _, said = read(
        job_event(outputs=[dataset("report", columnLineage=facet), dataset("copy", columnLineage=facet)])
    )
    assert said.job is not None
    text = said.job.values["declared"]
    assert text is not None
    assert decode_declared(text).columns == {
        edge("amount"),
        ColumnEdge(ORDERS, "amount", DatasetId("db", "copy"), "total"),
    }


def test_dataset_event__gives_columns_of_the_dataset() -> None:
    _, said = read(dataset_event(columnLineage=lineage(column("amount"))))
    text = said.datasets[0].values["columns"]
    assert text is not None
    assert decode_columns(text) == [ColumnEdge(ORDERS, "amount", ORDERS, "total")]
