"""Events of each kind that carry every facet of the specification, as bodies to be spoilt."""

from typing import Any

FACET = {
    "_producer": "https://example.org/tests",
    "_schemaURL": "https://openlineage.io/spec/facets/1-0-0/Facet.json",
}


def facets(**members: dict[str, Any]) -> dict[str, Any]:
    """Facets with the members that every facet has."""
    return {key: {**FACET, **value} for key, value in members.items()}


def named(name: str, **members: Any) -> dict[str, Any]:
    """Something with a namespace and a name."""
    return {"namespace": "postgres://warehouse:5432", "name": name, **members}


SQL = "insert into report select o.id, sum(o.amount) as total from orders o where o.open group by o.id"
DIRECT = {"type": "DIRECT", "subtype": "AGGREGATION", "description": "sum()", "masking": True}
INDIRECT = {"type": "INDIRECT", "subtype": "FILTER"}
SOURCE = named("orders", type="DATASET", field="id", transformations=[DIRECT, INDIRECT])
WHOLE = named("orders", field="id", transformations=[INDIRECT])
ASSERTION = {
    "assertion": "not_null",
    "success": False,
    "column": "id",
    "severity": "warn",
    "params": {"a": 1},
}
METRICS = {
    "rowCount": 9,
    "bytes": 10,
    "lastUpdated": "2024-05-01T10:00:00Z",
    "columnMetrics": {
        "id": {"nullCount": 0, "distinctCount": 9, "min": 1, "max": 9.5, "quantiles": {"0.5": 4}}
    },
}
OTHER_RUN = {
    "run": {"runId": "0190a1b2-0000-7000-8000-000000000001"},
    "job": {"namespace": "jobs", "name": "dag"},
}
COMPARE = {
    "type": "compare",
    "left": {"type": "field", "field": "id"},
    "right": {"type": "literal", "value": "1"},
    "comparison": "EQUAL",
}
CONDITION = {
    "type": "binary",
    "operator": "AND",
    "left": {"type": "location", "locations": ["s3://bucket/day=1"]},
    "right": {"type": "partition", "partitions": [{"identifier": "p", "dimensions": {"day": "1"}}]},
}

RUN_FACETS = facets(
    parent={**OTHER_RUN, "root": OTHER_RUN},
    jobDependencies={
        "upstream": [
            {"job": {"namespace": "jobs", "name": "before"}, "dependency_type": "DIRECT_INVOCATION"}
        ],
        "downstream": [{"job": {"namespace": "jobs", "name": "after"}, "run": OTHER_RUN["run"]}],
    },
    nominalTime={"nominalStartTime": "2024-05-01T10:00:00Z", "nominalEndTime": "2024-05-01T11:00:00Z"},
    errorMessage={"message": "it broke", "programmingLanguage": "python", "stackTrace": "…"},
    processing_engine={"version": "3.5", "name": "spark", "openlineageAdapterVersion": "1.54"},
    externalQuery={"externalQueryId": "q1", "source": "bigquery"},
    extractionError={"totalTasks": 2, "failedTasks": 1, "errors": [{"errorMessage": "e", "taskNumber": 1}]},
    tags={"tags": [{"key": "k", "value": "v", "source": "s"}]},
    test={"tests": [{"name": "t", "status": "fail", "severity": "warn", "expected": "1", "actual": "2"}]},
    environmentVariables={"environmentVariables": [{"name": "TOKEN", "value": "secret"}]},
    executionParameters={"parameters": [{"key": "k", "name": "n", "value": "https://user:secret@host/"}]},
)
JOB_FACETS = facets(
    ownership={"owners": [{"name": "team:orders", "type": "OWNER"}, {"name": "urn:li:corpuser:ada"}]},
    tags={"tags": [{"key": "pii", "value": "true", "source": "s"}]},
    jobType={
        "processingType": "BATCH",
        "integration": "SPARK",
        "jobType": "TASK",
        "emissionPattern": {
            "eventTrigger": "PERIODIC",
            "eventContentMode": "ACCUMULATIVE",
            "windowDuration": 60,
        },
    },
    documentation={"description": "what it does", "contentType": "text/markdown"},
    sql={"query": SQL, "dialect": "postgres"},
    sourceCodeLocation={
        "type": "git",
        "url": "https://example.org/r/f.py",
        "repoUrl": "https://example.org/r",
    },
    sourceCode={"language": "python", "sourceCode": "print(1)"},
)
EXPLICIT = facets(
    lineage={
        "entries": [
            named(
                "report",
                type="DATASET",
                inputs=[named("orders", type="DATASET")],
                fields={"id": {"inputs": [SOURCE]}},
            ),
            {"type": "JOB", "inputs": [named("orders", type="DATASET", field="id"), {"type": "JOB"}]},
        ]
    }
)
DATASET_FACETS = facets(
    schema={
        "fields": [
            {"name": "id", "type": "int", "description": "d", "ordinal_position": 1},
            {"name": "who", "type": "struct", "fields": [{"name": "email", "type": "text"}]},
        ]
    },
    columnLineage={"fields": {"id": {"inputFields": [SOURCE]}}, "dataset": [WHOLE]},
    symlinks={"identifiers": [{"namespace": "hive://metastore", "name": "db.report", "type": "TABLE"}]},
    ownership={"owners": [{"name": "user:grace", "type": "MAINTAINER"}]},
    tags={"tags": [{"key": "pii", "value": "email", "source": "s", "field": "who.email"}]},
    lifecycleStateChange={"lifecycleStateChange": "RENAME", "previousIdentifier": named("old_report")},
    hierarchy={"hierarchy": [{"type": "DATABASE", "name": "db"}, {"type": "TABLE", "name": "report"}]},
    catalog={
        "framework": "iceberg",
        "type": "hive",
        "name": "c",
        "metadataUri": "hive://user:secret@host:1/",
    },
    datasetType={"datasetType": "TABLE", "subType": "TEMPORARY"},
    version={"datasetVersion": "7"},
    dataSource={"name": "warehouse", "uri": "postgres://user:secret@warehouse:5432"},
    documentation={"description": "what it holds"},
    storage={"storageLayer": "iceberg", "fileFormat": "parquet"},
    dataQualityMetrics=METRICS,
    dataQualityAssertions={"assertions": [ASSERTION]},
)
INPUT_FACETS = facets(
    dataQualityAssertions={"assertions": [ASSERTION]},
    dataQualityMetrics=METRICS,
    inputStatistics={"rowCount": 1, "size": 2, "fileCount": 3},
    subset={"inputCondition": CONDITION},
)
OUTPUT_FACETS = facets(
    outputStatistics={"rowCount": 1, "size": 2, "fileCount": 3},
    subset={"outputCondition": COMPARE},
)


def event(kind: str, **members: Any) -> dict[str, Any]:
    """An event with what all kinds have."""
    return {
        "eventTime": "2024-05-01T10:00:00.123Z",
        "producer": "https://example.org/tests",
        "schemaURL": f"https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/{kind}",
        **members,
    }


INPUTS = [named("orders", facets=DATASET_FACETS, inputFacets=INPUT_FACETS)]
OUTPUTS = [named("report", facets=DATASET_FACETS, outputFacets=OUTPUT_FACETS)]
EVENTS: tuple[dict[str, Any], ...] = (
    event(
        "RunEvent",
        eventType="COMPLETE",
        run={"runId": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "facets": RUN_FACETS},
        job={"namespace": "jobs", "name": "load", "facets": JOB_FACETS},
        inputs=INPUTS,
        outputs=OUTPUTS,
    ),
    event(
        "JobEvent",
        job={"namespace": "jobs", "name": "load", "facets": {**JOB_FACETS, **EXPLICIT}},
        inputs=[named("orders", facets=DATASET_FACETS)],
        outputs=[named("report", facets=DATASET_FACETS)],
    ),
    event(
        "DatasetEvent",
        dataset=named(
            "report",
            facets={
                **DATASET_FACETS,
                **facets(lineage={"inputs": [SOURCE], "fields": {"id": {"inputs": [SOURCE]}}}),
            },
        ),
    ),
)
"""One of each kind. That they carry every slot of the registry is a test."""
