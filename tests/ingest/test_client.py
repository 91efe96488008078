"""Events as the real openlineage-python client writes them: nothing is odd, everything known is projected."""

import json
from typing import Any

from openlineage.client.event_v2 import (
    DatasetEvent,
    InputDataset,
    Job,
    JobEvent,
    OutputDataset,
    Run,
    RunEvent,
    RunState,
    StaticDataset,
)
from openlineage.client.facet_v2 import (
    column_lineage_dataset,
    data_quality_assertions_dataset,
    documentation_dataset,
    job_type_job,
    nominal_time_run,
    output_statistics_output_dataset,
    parent_run,
    schema_dataset,
    symlinks_dataset,
)
from openlineage.client.serde import Serde

from catalog.entry import LogEntry, Status
from catalog.identity import DatasetId, JobId, RunId
from catalog.statement import ColumnEdge, FieldSpec, RunRef, Statements, Symlink
from catalog.values import Declared, decode_declared, decode_fields, decode_symlinks
from ingest.event import recognise
from tests.ingest.build import PARENT_ID, RECEIVED_NS, ROOT_ID, RUN_ID, TIME
from tests.ingest.facts import facts
from tests.ingest.told import told

PRODUCER = "https://example.org/test"
SOURCE, TARGET = DatasetId("db", "orders"), DatasetId("db", "report")

LINEAGE = column_lineage_dataset.ColumnLineageDatasetFacet(
    fields={
        "total": column_lineage_dataset.Fields(
            inputFields=[
                column_lineage_dataset.InputField(
                    "db",
                    "orders",
                    "amount",
                    [column_lineage_dataset.Transformation("DIRECT", "AGGREGATION", "sum", masking=True)],
                )
            ]
        )
    },
    dataset=[
        column_lineage_dataset.InputField(
            "db", "orders", "day", [column_lineage_dataset.Transformation("INDIRECT", "FILTER")]
        )
    ],
)
COLUMNS = {
    ColumnEdge(SOURCE, "amount", TARGET, "total", "DIRECT", "AGGREGATION", True, "sum"),
    ColumnEdge(SOURCE, "day", TARGET, None, "INDIRECT", "FILTER"),
}
SCHEMA = schema_dataset.SchemaDatasetFacet(
    fields=[
        schema_dataset.SchemaDatasetFacetFields("id", "int", ordinal_position=1),
        schema_dataset.SchemaDatasetFacetFields(
            "at", "struct", fields=[schema_dataset.SchemaDatasetFacetFields("day", "date", "of order")]
        ),
    ]
)
SYMLINKS = symlinks_dataset.SymlinksDatasetFacet(
    [symlinks_dataset.Identifier("hive", "shop.orders", "TABLE")]
)


def sent(event: Any) -> tuple[LogEntry, Statements]:
    """What is made of an event; every fact of it must be stated."""
    body = Serde.to_json(event)
    entry, said = recognise(body, received_ns=RECEIVED_NS)
    assert (entry.status, entry.problems) == (Status.APPLIED, ())
    assert set(facts(json.loads(body))) == told(said)
    return entry, said


def run_event() -> RunEvent:
    assertion = data_quality_assertions_dataset.Assertion("not_null", success=True, column="id")
    quality = data_quality_assertions_dataset.DataQualityAssertionsDatasetFacet([assertion])
    statistics = output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(5)
    return RunEvent(
        eventType=RunState.COMPLETE,
        eventTime=TIME,
        producer=PRODUCER,
        run=Run(
            RUN_ID,
            {
                "nominalTime": nominal_time_run.NominalTimeRunFacet(TIME),
                "parent": parent_run.ParentRunFacet(
                    run=parent_run.Run(PARENT_ID),
                    job=parent_run.Job("jobs", "dag"),
                    root=parent_run.Root(
                        run=parent_run.RootRun(ROOT_ID), job=parent_run.RootJob("jobs", "all")
                    ),
                ),
            },
        ),
        job=Job("jobs", "load", {"jobType": job_type_job.JobTypeJobFacet("BATCH", "DBT", "MODEL")}),
        inputs=[
            InputDataset(
                "db",
                "orders",
                facets={"schema": SCHEMA, "symlinks": SYMLINKS},
                inputFacets={"dataQualityAssertions": quality},
            )
        ],
        outputs=[
            OutputDataset(
                "db",
                "report",
                facets={"columnLineage": LINEAGE},
                outputFacets={"outputStatistics": statistics},
            )
        ],
    )


def test_run_event__states_run_parent_and_root() -> None:
    _, said = sent(run_event())
    assert said.run is not None
    assert said.run.parent == RunRef(RunId(PARENT_ID), JobId("jobs", "dag"))
    assert said.run.root == RunRef(RunId(ROOT_ID), JobId("jobs", "all"))
    assert set(said.run.facets) == {"nominalTime", "parent"}


def test_run_event__states_column_edges() -> None:
    _, said = sent(run_event())
    assert said.run is not None
    assert said.run.columns == {TARGET: COLUMNS}


def test_run_event__states_schema_symlinks_and_job_type() -> None:
    _, said = sent(run_event())
    values = said.datasets[0].values
    assert decode_fields(values["fields"] or "") == [
        FieldSpec("at", "struct", 2),
        FieldSpec("at.day", "date", 1, "of order"),
        FieldSpec("id", "int", 1),
    ]
    assert decode_symlinks(values["aliases"] or "") == [Symlink(DatasetId("hive", "shop.orders"), "TABLE")]
    assert said.job is not None
    assert said.job.values["integration"] == '"DBT"'


def test_run_event__keeps_input_and_output_facets() -> None:
    _, said = sent(run_event())
    assert said.run is not None
    assert set(said.run.inputs[SOURCE]) == {"dataQualityAssertions"}
    assert set(said.run.outputs[TARGET]) == {"outputStatistics"}


def test_job_event__declares_its_lineage() -> None:
    event = JobEvent(
        eventTime=TIME,
        producer=PRODUCER,
        job=Job("jobs", "load"),
        inputs=[InputDataset("db", "orders")],
        outputs=[OutputDataset("db", "report", facets={"columnLineage": LINEAGE})],
    )
    _, said = sent(event)
    assert said.job is not None
    declared = decode_declared(said.job.values["declared"] or "")
    assert declared == Declared(frozenset({SOURCE}), frozenset({TARGET}), frozenset(COLUMNS))


def test_dataset_event__describes_its_dataset() -> None:
    facet = documentation_dataset.DocumentationDatasetFacet("All orders")
    event = DatasetEvent(
        eventTime=TIME,
        producer=PRODUCER,
        dataset=StaticDataset("db", "orders", facets={"documentation": facet}),
    )
    _, said = sent(event)
    assert said.datasets[0].values["description"] == '"All orders"'


def test_dataset_event__deletes_a_facet() -> None:
    facet = documentation_dataset.DocumentationDatasetFacet("", deleted=True)
    event = DatasetEvent(
        eventTime=TIME,
        producer=PRODUCER,
        dataset=StaticDataset("db", "orders", facets={"documentation": facet}),
    )
    _, said = sent(event)
    assert said.datasets[0].values == {"facet:documentation": None, "description": None}
