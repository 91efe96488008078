"""All facets that are known: one row for each slot of the specification, and those that producers put elsewhere.

The reading finds its readers here, and docs/facets.md is written from here. A facet that is in no row is kept as sent.
"""

from collections.abc import Mapping

from catalog.lifecycle import LIFECYCLE, PREVIOUS
from catalog.statement import DEPENDENCIES
from ingest.facets.checks import read_assertions, read_tests
from ingest.facets.dependencies import read_dependencies
from ingest.facets.documentation import read_documentation
from ingest.facets.extraction_error import EXTRACTION_ERROR, read_gap
from ingest.facets.facet_type import Entity, FacetType, Level, checked
from ingest.facets.hierarchy import read_hierarchy
from ingest.facets.job_type import PROPERTIES as JOB_TYPE
from ingest.facets.job_type import read_job_type
from ingest.facets.lifecycle import read_lifecycle
from ingest.facets.ownership import read_ownership
from ingest.facets.parameters import (
    read_environment_variables,
    read_execution_parameters,
    read_run_tags,
)
from ingest.facets.properties import Wanted, read_properties
from ingest.facets.quality import read_metrics, read_statistics
from ingest.facets.run_properties import (
    ERROR_MESSAGE,
    EXTERNAL_QUERY,
    NOMINAL_TIME,
    PROCESSING_ENGINE,
    read_error_message,
    read_external_query,
    read_nominal_time,
    read_processing_engine,
)
from ingest.facets.schema import read_schema
from ingest.facets.subset import read_input_subset, read_output_subset
from ingest.facets.symlinks import read_symlinks
from ingest.facets.tags import read_dataset_tags, read_job_tags

RUN, JOB, DATASET = Entity.RUN, Entity.JOB, Entity.DATASET
INPUT, OUTPUT = Entity.INPUT, Entity.OUTPUT
STRUCTURE, PROPERTIES_, STORED = Level.STRUCTURE, Level.PROPERTIES, Level.STORED

KEPT = "kept as sent"
METRICS_WORDS = "`Dataset.quality`: the newest figures, of the dataset and its columns"
ASSERTIONS_WORDS = "`Dataset.quality`: the newest results of each job that checks it"


def _properties(entity: Entity, key: str, version: str, texts: Wanted, more: str = "") -> FacetType:
    """A facet of which members become properties."""
    becomes = ", ".join(f"`{name}`" for name in texts.values()) + more
    gives = tuple(texts.values())
    return FacetType(entity, key, version, PROPERTIES_, becomes, read_properties(texts), gives)


FACETS: tuple[FacetType, ...] = (
    FacetType(
        RUN,
        "parent",
        "1-2-0",
        STRUCTURE,
        "`CHILD_OF` and `ROOT` to other runs; runs and jobs that only it names are inferred",
    ),
    FacetType(
        RUN,
        "jobDependencies",
        "1-0-1",
        STRUCTURE,
        "`PRECEDES` between jobs, never data flow; jobs that only it names are inferred",
        read_dependencies,
        (DEPENDENCIES,),
    ),
    FacetType(
        RUN,
        "nominalTime",
        "1-0-1",
        PROPERTIES_,
        "`nominalStart`, `nominalEnd`",
        read_nominal_time,
        NOMINAL_TIME,
    ),
    FacetType(
        RUN,
        "errorMessage",
        "1-0-1",
        PROPERTIES_,
        "`errorMessage` (its beginning), `programmingLanguage`",
        read_error_message,
        ERROR_MESSAGE,
    ),
    FacetType(
        RUN,
        "processing_engine",
        "1-1-1",
        PROPERTIES_,
        "`engine`, `engineVersion`, `openlineageAdapterVersion`",
        read_processing_engine,
        PROCESSING_ENGINE,
    ),
    FacetType(
        RUN,
        "externalQuery",
        "1-0-2",
        PROPERTIES_,
        "`externalQueryId`, `externalQuerySource`",
        read_external_query,
        EXTERNAL_QUERY,
    ),
    FacetType(
        RUN,
        "extractionError",
        "1-1-2",
        STRUCTURE,
        "`failedTasks`, `totalTasks`; `LINEAGE_GAP` of the job: answers about lineage and impact say so",
        read_gap,
        EXTRACTION_ERROR,
    ),
    FacetType(RUN, "tags", "1-0-0", PROPERTIES_, "`Run.tags`", checked(read_run_tags)),
    FacetType(RUN, "test", "1-0-1", PROPERTIES_, "`Run.tests`", checked(read_tests)),
    FacetType(
        RUN,
        "environmentVariables",
        "1-0-0",
        PROPERTIES_,
        "`Run.environmentVariables`",
        checked(read_environment_variables),
    ),
    FacetType(
        RUN,
        "executionParameters",
        "1-0-0",
        PROPERTIES_,
        "`Run.parameters`",
        checked(read_execution_parameters),
    ),
    FacetType(
        JOB,
        "lineage",
        "1-0-0",
        STRUCTURE,
        "what each output comes from, in place of all inputs and of column lineage: `HAD_DERIVATION`, `FEEDS` and "
        "`INFLUENCES` told by the job, `PRODUCES` with `explicit`; data of other jobs: `PRODUCES`, `CONSUMED_BY` and "
        "`PASSES_DATA_TO`; those of one run add up, that of the newest job event counts",
    ),
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
        ", ".join(f"`{name}`" for name in JOB_TYPE),
        read_job_type,
        JOB_TYPE,
    ),
    FacetType(
        JOB, "documentation", "1-1-0", PROPERTIES_, "`description`", read_documentation, ("description",)
    ),
    _properties(JOB, "sql", "1-1-0", {"dialect": "dialect"}, more="; the query is kept as sent"),
    _properties(
        JOB,
        "sourceCodeLocation",
        "1-1-0",
        {
            "type": "sourceControl",
            "url": "sourceUrl",
            "repoUrl": "repoUrl",
            "path": "sourcePath",
            "version": "sourceVersion",
            "tag": "sourceTag",
            "branch": "sourceBranch",
            "pullRequestNumber": "pullRequestNumber",
        },
    ),
    _properties(
        JOB, "sourceCode", "1-0-1", {"language": "sourceLanguage"}, more="; the code is kept as sent"
    ),
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
    FacetType(
        DATASET,
        "lineage",
        "1-0-0",
        STRUCTURE,
        "on dataset events what it comes from without a job, in place of column lineage: `HAD_DERIVATION`, `FEEDS`, "
        "`INFLUENCES`",
    ),
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
    FacetType(
        DATASET,
        "lifecycleStateChange",
        "1-0-1",
        STRUCTURE,
        "`lifecycleState`; `droppedAt` once it is dropped or renamed, until it is created anew; `RENAMED_TO` from its "
        "previous name",
        read_lifecycle,
        (LIFECYCLE, PREVIOUS),
    ),
    FacetType(
        DATASET,
        "hierarchy",
        "1-0-0",
        PROPERTIES_,
        "`hierarchy`: the levels, from the highest down",
        read_hierarchy,
        ("hierarchy",),
    ),
    _properties(
        DATASET,
        "catalog",
        "1-1-0",
        {
            "name": "catalog",
            "type": "catalogType",
            "framework": "catalogFramework",
            "source": "catalogSource",
            "metadataUri": "metadataUri",
            "warehouseUri": "warehouseUri",
        },
    ),
    _properties(DATASET, "datasetType", "1-0-1", {"datasetType": "datasetType", "subType": "subType"}),
    _properties(DATASET, "version", "1-0-1", {"datasetVersion": "datasetVersion"}),
    _properties(DATASET, "dataSource", "1-0-1", {"name": "dataSource", "uri": "dataSourceUri"}),
    FacetType(
        DATASET, "documentation", "1-1-0", PROPERTIES_, "`description`", read_documentation, ("description",)
    ),
    _properties(DATASET, "storage", "1-0-1", {"storageLayer": "storageLayer", "fileFormat": "fileFormat"}),
    FacetType(DATASET, "dataQualityMetrics", "1-0-0", PROPERTIES_, METRICS_WORDS, checked(read_metrics)),
    FacetType(
        INPUT, "dataQualityAssertions", "1-1-0", PROPERTIES_, ASSERTIONS_WORDS, checked(read_assertions)
    ),
    FacetType(INPUT, "dataQualityMetrics", "1-0-3", PROPERTIES_, METRICS_WORDS, checked(read_metrics)),
    FacetType(
        INPUT,
        "inputStatistics",
        "1-0-0",
        PROPERTIES_,
        "`statistics` of the run's input",
        checked(read_statistics),
    ),
    FacetType(
        INPUT,
        "subset",
        "1-0-0",
        PROPERTIES_,
        "`subset` of the run's input: a tree of conditions",
        checked(read_input_subset),
    ),
    FacetType(
        OUTPUT,
        "outputStatistics",
        "1-0-2",
        PROPERTIES_,
        "`statistics` of the run's output",
        checked(read_statistics),
    ),
    FacetType(
        OUTPUT,
        "subset",
        "1-0-0",
        PROPERTIES_,
        "`subset` of the run's output: a tree of conditions",
        checked(read_output_subset),
    ),
)
"""The slots of the specification, in its order of entities; a test compares them with its schemas."""

ELSEWHERE: tuple[FacetType, ...] = (
    FacetType(RUN, "parentRun", None, STRUCTURE, "read as `parent`: its name before 1.0"),
    FacetType(
        DATASET, "dataQualityAssertions", None, PROPERTIES_, ASSERTIONS_WORDS, checked(read_assertions)
    ),
)
"""Facets that producers send in places where the specification does not have them."""


def facets_of(entity: Entity) -> Mapping[str, FacetType]:
    """The known facets of an entity, by key."""
    return {one.key: one for one in (*FACETS, *ELSEWHERE) if one.entity is entity}


DATASET_FACETS = facets_of(DATASET)
JOB_FACETS = facets_of(JOB)
RUN_FACETS = facets_of(RUN)
INPUT_FACETS = facets_of(INPUT)
OUTPUT_FACETS = facets_of(OUTPUT)
