"""What impact says of the models of a pipeline, beside what really happens to them."""

from dataclasses import dataclass

from catalog.impact.change import Change, ChangeKind
from catalog.impact.evaluation import impact
from catalog.impact.job_binder import JobBinder
from catalog.impact.report import Affected
from catalog.impact.severity import Severity
from catalog.store.memory import MemoryStore
from catalog.store.port import Store
from tests.impact.laboratory import Laboratory, Mutation, Pipeline
from tests.impact.told_pipeline import dataset, job, told
from tests.impact.words import proposed

KINDS = {
    "drop": ChangeKind.FIELD_REMOVED,
    "rename": ChangeKind.FIELD_RENAMED,
    "retype": ChangeKind.TYPE_INCOMPATIBLE,
    "null": ChangeKind.VALUES_CHANGED,
    "add": ChangeKind.FIELD_ADDED,
}
WORST = ["error", "stale", "schema", "rows", "values", "same"]
SAID = {
    Severity.BREAKS: "error",
    Severity.STALE: "stale",
    Severity.CHANGES_SCHEMA: "schema",
    Severity.CHANGES_ROWS: "rows",
    Severity.CHANGES_VALUES: "values",
    Severity.PASSES_THROUGH: "same",
    Severity.COMPATIBLE: "same",
    Severity.UNKNOWN: "unknown",
}


@dataclass(frozen=True)
class Told:
    """A pipeline, and the store that was told of it."""

    laboratory: Laboratory
    store: Store


def known_tables(laboratory: Laboratory) -> Told:
    """Told with the schemas of the tables, not of the models."""
    return Told(laboratory, told(MemoryStore(), laboratory, set(laboratory.pipeline.tables)))


def without_schemas(pipeline: Pipeline) -> Told:
    """Told with no schema at all."""
    laboratory = Laboratory(pipeline)
    return Told(laboratory, told(MemoryStore(), laboratory, set()))


def said(pipeline: Told, mutation: Mutation, binder: JobBinder | None) -> dict[str, Affected]:
    """What impact says of the jobs, by model."""
    change = Change("", KINDS[mutation.kind], mutation.column, after=mutation.to or None)
    with pipeline.store.read() as reader:
        report = impact(reader, proposed(dataset(mutation.table).key, change), binder=binder)
    by_key = {item.key: item for item in report.items}
    models = pipeline.laboratory.pipeline.models
    return {model: by_key[job(model)] for model in models if job(model) in by_key}


def wrong(pipeline: Told, mutation: Mutation, binder: JobBinder | None) -> list[str]:
    """Where impact and truth differ, but for rows and values that may change and do not with these data."""
    found = said(pipeline, mutation, binder)
    differences = []
    for model, truth in pipeline.laboratory.truth(mutation).items():
        item = found.get(model)
        word = "same" if item is None else SAID[item.severity]
        may_be = word in ("rows", "values") and WORST.index(truth) > WORST.index("schema")
        if word != truth and not (may_be and WORST.index(word) <= WORST.index(truth)):
            differences.append(f"{mutation}: {model} is {truth}, said {word}")
    return differences
