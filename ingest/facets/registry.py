"""All facets that are known: one row for each slot of the specification, and those that producers put elsewhere.

The reading finds its readers here, and docs/facets.md is written from here. A facet that is in no row is kept as sent.
"""

from collections.abc import Mapping

from ingest.facets.documentation import read_documentation
from ingest.facets.facet_type import Entity, FacetType, Level
from ingest.facets.job_type import PROPERTIES, read_job_type
from ingest.facets.ownership import read_ownership
from ingest.facets.schema import read_schema
from ingest.facets.symlinks import read_symlinks
from ingest.facets.tags import read_dataset_tags, read_job_tags

RUN, JOB, DATASET = Entity.RUN, Entity.JOB, Entity.DATASET
INPUT, OUTPUT = Entity.INPUT, Entity.OUTPUT
STRUCTURE, PROPERTIES_, STORED = Level.STRUCTURE, Level.PROPERTIES, Level.STORED

KEPT = "kept as sent"

FACETS: tuple[FacetType, ...] = (
    FacetType(
        RUN,
        "parent",
        "1-2-0",
        STRUCTURE,
        "`CHILD_OF` and `ROOT` to other runs; runs and jobs that only it names are inferred",
    ),
    FacetType(RUN, "jobDependencies", "1-0-1", STORED, KEPT),
    FacetType(RUN, "nominalTime", "1-0-1", STORED, KEPT),
    FacetType(RUN, "errorMessage", "1-0-1", STORED, KEPT),
    FacetType(RUN, "processing_engine", "1-1-1", STORED, KEPT),
    FacetType(RUN, "externalQuery", "1-0-2", STORED, KEPT),
    FacetType(RUN, "extractionError", "1-1-2", STORED, KEPT),
    FacetType(RUN, "tags", "1-0-0", STORED, KEPT),
    FacetType(RUN, "test", "1-0-1", STORED, KEPT),
    FacetType(RUN, "environmentVariables", "1-0-0", STORED, KEPT),
    FacetType(RUN, "executionParameters", "1-0-0", STORED, KEPT),
    FacetType(JOB, "lineage", "1-0-0", STORED, KEPT),
    FacetType(
        JOB,
        "ownership",
        "1-0-1",
        STRUCTURE,
        "`OWNED_BY` to each owner, a `Team` or `Person`, with `ownerType`",
        read_ownership,
        ("owners",),
    ),
    FacetType(
        JOB,
        "tags",
        "1-0-0",
        STRUCTURE,
        "`TAGGED` to a `Tag`, with `value` and `source`",
        read_job_tags,
        ("tags",),
    ),
    FacetType(
        JOB,
        "jobType",
        "2-0-4",
        PROPERTIES_,
        "`processingType`, `integration`, `jobType`",
        read_job_type,
        PROPERTIES,
    ),
    FacetType(
        JOB, "documentation", "1-1-0", PROPERTIES_, "`description`", read_documentation, ("description",)
    ),
    FacetType(JOB, "sql", "1-1-0", STORED, KEPT),
    FacetType(JOB, "sourceCodeLocation", "1-1-0", STORED, KEPT),
    FacetType(JOB, "sourceCode", "1-0-1", STORED, KEPT),
    FacetType(
        DATASET,
        "schema",
        "1-2-0",
        STRUCTURE,
        "a `Field` for each field, nested ones by path, with `HAS_FIELD`; a history of schemas",
        read_schema,
        ("fields",),
    ),
    FacetType(
        DATASET,
        "columnLineage",
        "1-2-0",
        STRUCTURE,
        "`FEEDS` and `INFLUENCES` between fields, one for each transformation; the form of 1-0-x too",
    ),
    FacetType(DATASET, "lineage", "1-0-0", STORED, KEPT),
    FacetType(
        DATASET,
        "symlinks",
        "1-0-1",
        STRUCTURE,
        "`ALIAS_OF` from each identifier",
        read_symlinks,
        ("aliases",),
    ),
    FacetType(
        DATASET,
        "ownership",
        "1-0-1",
        STRUCTURE,
        "`OWNED_BY` to each owner, a `Team` or `Person`, with `ownerType`",
        read_ownership,
        ("owners",),
    ),
    FacetType(
        DATASET,
        "tags",
        "1-0-0",
        STRUCTURE,
        "`TAGGED` to a `Tag`, with `value` and `source`, from the dataset or the field that is named",
        read_dataset_tags,
        ("tags",),
    ),
    FacetType(DATASET, "lifecycleStateChange", "1-0-1", STORED, KEPT),
    FacetType(DATASET, "hierarchy", "1-0-0", STORED, KEPT),
    FacetType(DATASET, "catalog", "1-1-0", STORED, KEPT),
    FacetType(DATASET, "datasetType", "1-0-1", STORED, KEPT),
    FacetType(DATASET, "version", "1-0-1", STORED, KEPT),
    FacetType(DATASET, "dataSource", "1-0-1", STORED, KEPT),
    FacetType(
        DATASET, "documentation", "1-1-0", PROPERTIES_, "`description`", read_documentation, ("description",)
    ),
    FacetType(DATASET, "storage", "1-0-1", STORED, KEPT),
    FacetType(DATASET, "dataQualityMetrics", "1-0-0", STORED, KEPT),
    FacetType(INPUT, "dataQualityAssertions", "1-1-0", STORED, KEPT),
    FacetType(INPUT, "dataQualityMetrics", "1-0-3", STORED, KEPT),
    FacetType(INPUT, "inputStatistics", "1-0-0", STORED, KEPT),
    FacetType(INPUT, "subset", "1-0-0", STORED, KEPT),
    FacetType(OUTPUT, "outputStatistics", "1-0-2", STORED, KEPT),
    FacetType(OUTPUT, "subset", "1-0-0", STORED, KEPT),
)
"""The slots of the specification, in its order of entities; a test compares them with its schemas."""

ELSEWHERE: tuple[FacetType, ...] = (
    FacetType(RUN, "parentRun", None, STRUCTURE, "read as `parent`: its name before 1.0"),
    FacetType(DATASET, "dataQualityAssertions", None, STORED, KEPT),
)
"""Facets that producers send in places where the specification does not have them."""


def facets_of(entity: Entity) -> Mapping[str, FacetType]:
    """The known facets of an entity, by key."""
    return {one.key: one for one in (*FACETS, *ELSEWHERE) if one.entity is entity}


DATASET_FACETS = facets_of(DATASET)
JOB_FACETS = facets_of(JOB)
