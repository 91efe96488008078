"""OpenLineage facets of the demo's datasets and jobs, made with the client's own classes."""

from collections.abc import Iterable

from openlineage.client.event_v2 import Job
from openlineage.client.facet_v2 import (
    DatasetFacet,
    JobFacet,
    column_lineage_dataset,
    data_quality_assertions_dataset,
    dataset_type_dataset,
    documentation_dataset,
    documentation_job,
    job_type_job,
    ownership_dataset,
    ownership_job,
    schema_dataset,
    sql_job,
    storage_dataset,
    symlinks_dataset,
    tags_dataset,
    tags_job,
)

from api.demo.model import FILES, ColumnEdge, Dataset, Task, namespace_of
from api.demo.shop import Check, Column

PRODUCER = "urn:meshline:demo"


def dataset_facets(name: str, columns: Iterable[Column], known: Dataset | None) -> dict[str, DatasetFacet]:
    """Facets of a dataset: its schema as found, and what people wrote about it."""
    facets: dict[str, DatasetFacet] = {}
    found = list(columns)
    if found:
        facets["schema"] = _schema(found, known.columns if known else {})
    facets["datasetType"] = dataset_type_dataset.DatasetTypeDatasetFacet(
        "FILE" if "/" in name else "TABLE", producer=PRODUCER
    )
    if "/" in name:
        facets["storage"] = storage_dataset.StorageDatasetFacet(
            "file", name.rpartition(".")[2], producer=PRODUCER
        )
    if known:
        facets |= _written(known)
    return facets


def _schema(columns: list[Column], described: dict[str, str]) -> schema_dataset.SchemaDatasetFacet:
    fields = [
        schema_dataset.SchemaDatasetFacetFields(
            column.name, column.type, described.get(column.name), position
        )
        for position, column in enumerate(columns, start=1)
    ]
    return schema_dataset.SchemaDatasetFacet(fields, producer=PRODUCER)


def _written(dataset: Dataset) -> dict[str, DatasetFacet]:
    owner = ownership_dataset.Owner(f"team:{dataset.owner}", "MAINTAINER")
    tags = [tags_dataset.TagsDatasetFacetFields("domain", dataset.owner, "USER")]
    tags += [tags_dataset.TagsDatasetFacetFields("PII", "true", "USER", column) for column in dataset.pii]
    facets: dict[str, DatasetFacet] = {
        "documentation": documentation_dataset.DocumentationDatasetFacet(
            dataset.description, producer=PRODUCER
        ),
        "ownership": ownership_dataset.OwnershipDatasetFacet([owner], producer=PRODUCER),
        "tags": tags_dataset.TagsDatasetFacet(tags, producer=PRODUCER),
    }
    if dataset.file_alias:
        alias = symlinks_dataset.Identifier(FILES, dataset.file_alias, "LOCATION")
        facets["symlinks"] = symlinks_dataset.SymlinksDatasetFacet([alias], producer=PRODUCER)
    return facets


def column_lineage(lineage: Iterable[ColumnEdge]) -> column_lineage_dataset.ColumnLineageDatasetFacet:
    """The declared column lineage: per output column, and under ``dataset`` what decides about rows."""
    outputs: dict[str | None, list[ColumnEdge]] = {}
    for edge in lineage:
        outputs.setdefault(edge.output, []).append(edge)
    return column_lineage_dataset.ColumnLineageDatasetFacet(
        fields={
            output: column_lineage_dataset.Fields(_input_fields(uses))
            for output, uses in outputs.items()
            if output is not None
        },
        dataset=_input_fields(outputs.get(None, [])),
        producer=PRODUCER,
    )


def _input_fields(uses: list[ColumnEdge]) -> list[column_lineage_dataset.InputField]:
    sources: dict[tuple[str, str], list[column_lineage_dataset.Transformation]] = {}
    for edge in uses:
        transformation = column_lineage_dataset.Transformation(edge.kind, edge.subtype, masking=edge.masked)
        sources.setdefault((edge.dataset, edge.column), []).append(transformation)
    return [
        column_lineage_dataset.InputField(namespace_of(dataset), dataset, column, transformations)
        for (dataset, column), transformations in sources.items()
    ]


def assertions(checks: Iterable[Check]) -> data_quality_assertions_dataset.DataQualityAssertionsDatasetFacet:
    """The results of data quality checks."""
    return data_quality_assertions_dataset.DataQualityAssertionsDatasetFacet(
        [
            data_quality_assertions_dataset.Assertion(
                assertion=check.assertion.name,
                success=check.violations == 0,
                column=check.assertion.column,
                severity=check.assertion.severity,
                expected="0",
                actual=str(check.violations),
                content=check.assertion.violations,
                contentType="sql",
            )
            for check in checks
        ],
        producer=PRODUCER,
    )


def task_job(task: Task) -> Job:
    """The job of a task: its type, words, owner, tags, and its SQL unless it is a script."""
    integration, kind = ("PYTHON", "SCRIPT") if task.script else ("DUCKDB", "QUERY")
    facets = _job_facets(task.domain, task.description, integration, kind)
    if task.sql and not task.script:
        facets["sql"] = sql_job.SQLJobFacet(task.sql.strip(), "duckdb", producer=PRODUCER)
    return Job(task.domain, task.name, facets)


def pipeline_job(domain: str) -> Job:
    """The job that stands for a domain's daily pipeline: the parent of its tasks."""
    return Job(
        domain, "daily", _job_facets(domain, f"Daily pipeline of the {domain} domain", "DEMO", "PIPELINE")
    )


def _job_facets(domain: str, description: str, integration: str, kind: str) -> dict[str, JobFacet]:
    owner = ownership_job.Owner(f"team:{domain}", "MAINTAINER")
    tag = tags_job.TagsJobFacetFields("domain", domain, "USER")
    return {
        "jobType": job_type_job.JobTypeJobFacet("BATCH", integration, kind, producer=PRODUCER),
        "documentation": documentation_job.DocumentationJobFacet(description, producer=PRODUCER),
        "ownership": ownership_job.OwnershipJobFacet([owner], producer=PRODUCER),
        "tags": tags_job.TagsJobFacet([tag], producer=PRODUCER),
    }
