"""What impact says of pipelines of SQL, against what really happens when they are changed and built again."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from catalog.impact.change import Change, ChangeKind
from catalog.impact.evaluation import impact
from catalog.impact.job_binder import JobBinder
from catalog.impact.report import Affected
from catalog.impact.severity import Severity
from catalog.instant import format_instant
from catalog.store.memory import MemoryStore
from catalog.store.port import Store
from ingest.binding import SqlBinder
from tests.impact.laboratory import Laboratory, Mutation
from tests.impact.pipelines import SHOP
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


@pytest.fixture(scope="module")
def shop() -> Laboratory:
    return Laboratory(SHOP)


@pytest.fixture(scope="module")
def binder() -> Iterator[SqlBinder]:
    opened = SqlBinder()
    yield opened
    opened.close()


def known_tables(laboratory: Laboratory) -> Told:
    return Told(laboratory, told(MemoryStore(), laboratory, set(laboratory.pipeline.tables)))


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


EVERY_NTH = [pytest.param(13, id="some"), pytest.param(1, marks=pytest.mark.slow, id="all")]


@pytest.mark.parametrize("nth", EVERY_NTH)
def test_impact__is_what_happens(shop: Laboratory, binder: SqlBinder, nth: int) -> None:
    pipeline = known_tables(shop)
    mutations = list(shop.mutations())[::nth]
    assert [one for mutation in mutations for one in wrong(pipeline, mutation, binder)] == []


@pytest.mark.parametrize("nth", EVERY_NTH)
def test_impact_without_any_schema__finds_what_breaks(shop: Laboratory, binder: SqlBinder, nth: int) -> None:
    """All but what only a schema tells: that tables have no common column any more."""
    pipeline = Told(shop, told(MemoryStore(), shop, set()))
    for mutation in list(shop.mutations())[::nth]:
        if mutation.kind in ("drop", "rename"):
            truth, found = shop.truth(mutation), said(pipeline, mutation, binder)
            failing = {model for model, what in truth.items() if what == "error"} - {"natural_wide"}
            breaking = {model for model, item in found.items() if item.severity is Severity.BREAKS}
            assert failing <= breaking <= {m for m, what in truth.items() if what in ("error", "stale")}


@pytest.mark.parametrize("nth", EVERY_NTH)
def test_impact_without_a_binder__finds_what_breaks_by_a_missing_column(shop: Laboratory, nth: int) -> None:
    pipeline = known_tables(shop)
    for mutation in list(shop.mutations())[::nth]:
        if mutation.kind in ("drop", "rename"):
            found = said(pipeline, mutation, None)
            failing = {m for m, what in shop.truth(mutation).items() if what == "error"}
            assert failing == {m for m, item in found.items() if item.severity is Severity.BREAKS}


def test_routes__say_who_told_each_hop_and_when(shop: Laboratory) -> None:
    pipeline = known_tables(shop)
    found = said(pipeline, Mutation("orders", "amount", "drop"), None)
    (first,) = found["copy_again"].routes
    assert [(step.job, step.origins) for step in first] == [
        (job("copy_orders"), ("PARSED",)),
        (job("copy_again"), ("PARSED",)),
    ]
    assert [format_instant(step.last_seen or 0)[:16] for step in first] == [
        f"2024-05-01T10:{list(shop.pipeline.models).index(model):02d}"
        for model in ("copy_orders", "copy_again")
    ]
