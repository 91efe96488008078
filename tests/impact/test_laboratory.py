"""What impact says of pipelines of SQL, against what really happens when they are changed and built again."""

from collections.abc import Iterator

import pytest

from catalog.impact.severity import Severity
from catalog.instant import format_instant
from catalog.store.memory import MemoryStore
from ingest.binding import SqlBinder
from tests.impact.judging import Told, known_tables, said, wrong
from tests.impact.laboratory import Laboratory, Mutation
from tests.impact.pipelines import SHOP
from tests.impact.told_pipeline import job, told


@pytest.fixture(scope="module")
def shop() -> Laboratory:
    return Laboratory(SHOP)


@pytest.fixture(scope="module")
def binder() -> Iterator[SqlBinder]:
    opened = SqlBinder()
    yield opened
    opened.close()


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


def test_impact_without_any_schema__follows_a_star_beside_what_is_computed(
    shop: Laboratory, binder: SqlBinder
) -> None:
    pipeline = Told(shop, told(MemoryStore(), shop, set()))

    found = said(pipeline, Mutation("orders", "amount", "null"), binder)

    assert {found[model].severity for model in ("cents", "spent")} == {Severity.CHANGES_VALUES}


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
