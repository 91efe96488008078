"""Models of a dbt manifest find their datasets in what openlineage-dbt tells, with decoys about: never a wrong one."""

from itertools import permutations

import pytest

from catalog.identity import DatasetId
from catalog.mesh.binding import BindingStatus
from tests.producers.binding import bindings, bound, decoys, manifest, mesh, moved, told, truth
from tests.producers.emporium import RELATIONS, namespace, recorded_events

PROD = namespace("/warehouse/prod")
DEV = namespace("/warehouse/dev")
TRUTH = truth(PROD)
UNSEEN_IN_LOGS = {"source.emporium.erp_archive.payments_of_old"}
"""Events by structured logs have no lineage of the columns of its reader, and name it as no table is named."""
ORDERS = list(permutations(range(3)))


@pytest.mark.parametrize("order", ORDERS)
def test_models__all_find_their_datasets_among_decoys(order: tuple[int, ...]) -> None:
    sent = (recorded_events("prod"), manifest(), decoys(PROD))
    assert bound(mesh(*(sent[place] for place in order))) == TRUTH


def test_models__find_their_datasets_in_events_of_structured_logs() -> None:
    found = bound(mesh(recorded_events("logs"), decoys(PROD), manifest()))
    assert found == {thing: key for thing, key in TRUTH.items() if thing not in UNSEEN_IN_LOGS}


def test_ephemeral_model__has_no_dataset_though_events_name_one() -> None:
    found = bindings(mesh(recorded_events("logs"), manifest()))["model.emporium.stg_customers"]
    assert (found.status, found.suggestions) == (BindingStatus.UNBOUND, ())


@pytest.mark.parametrize("build", ["prod", "logs"])
@pytest.mark.parametrize("copy", ["prod", "logs"])
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0)])
def test_build_on_a_copy__makes_all_ambiguous(build: str, copy: str, order: tuple[int, ...]) -> None:
    """The jobs are the very same, and nothing says which of the two the manifest means."""
    on_copy = moved(recorded_events(copy), "/warehouse/prod", "/warehouse/dev")
    sent = (recorded_events(build), on_copy, manifest())
    found = bindings(mesh(*(sent[place] for place in order)))

    assert not any(one.bound for one in found.values())
    for unique_id, name in RELATIONS.items():
        suggested = {one.dataset for one in found[unique_id].suggestions}
        assert suggested <= {DatasetId(PROD, name).key, DatasetId(DEV, name).key}
        assert suggested or unique_id in UNSEEN_IN_LOGS


def test_build_on_a_copy__is_told_apart_by_one_word_of_a_person() -> None:
    orders = told("model.emporium.orders.v2", DatasetId(PROD, "emporium.sales.orders_v2"))
    found = bound(mesh(recorded_events("prod"), recorded_events("dev"), decoys(PROD), manifest(), orders))
    assert found == TRUTH


def test_build_into_another_schema__is_no_build_of_the_model() -> None:
    """A developer's schema in the same database: other jobs and tables with the same unique ids."""
    on_schemas = recorded_events("prod")
    for name in ("sales", "sales_internal", "logistics", "finance", "history"):
        on_schemas = moved(on_schemas, f".{name}.", f".dbt_ada_{name}.")

    alone = bound(mesh(on_schemas, manifest()))
    assert alone.items() <= TRUTH.items()
    assert not [thing for thing in alone if thing.startswith("model.")]
    assert bound(mesh(recorded_events("prod"), on_schemas, manifest())) == TRUTH
