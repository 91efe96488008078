"""What is kept is what a full evaluation says, also where an operator lets history go, or the graph is made anew."""

import time
from pathlib import Path

import pytest

from catalog.graph import Direction
from catalog.identity import DatasetId
from catalog.store.port import ChangeSet, Store
from catalog.store.registry import open_store
from ingest.command import command
from ingest.rebuild import rebuild
from tests.commands.test_retain import planned
from tests.convergence.cases import A, B, C, about, at, from_column, run
from tests.convergence.events import RECEIVED_NS
from tests.governance.keeping.keeping import Keeping
from tests.governance.keeping.test_incremental import assert_kept_is_full
from tests.governance.keeping.test_pipeline import BEGIN, POLICIES, arrive, declared, seen
from tests.governance.test_stores import document
from tests.lineage.conftest import store
from tests.roundtrip.restoring import apply, export_of, snapshot

__all__ = ["store"]


def happened(opened: Store) -> None:
    """Policies, a product with two versions, and runs of which a later one reads and writes something else."""
    arrive(opened, document(POLICIES, "policies.yaml", BEGIN))
    arrive(opened, declared(0, "x", [A], [B]))
    arrive(opened, seen(run(1, "COMPLETE", 1, [A], [about(B, columnLineage=from_column(A, "id", "id"))])))
    arrive(opened, seen(run(2, "COMPLETE", 2, [B], [C])))
    arrive(opened, declared(10, "y", [B], [C]))


def kept_at(opened: Store, minute: int) -> Keeping:
    keeping = Keeping(opened)
    keeping.now_ns = at(minute)
    keeping.settle()
    return keeping


def test_kept_verdicts__after_retention_are_those_of_a_full_evaluation(store: Store) -> None:
    happened(store)
    keeping = kept_at(store, 30)
    assert_kept_is_full(keeping)
    before = len(keeping.kept().evaluation.verdicts)

    arrive(store, command("retain", planned(store, at(5), 0), received_ns=RECEIVED_NS))
    keeping.settle()
    assert_kept_is_full(keeping)
    assert before

    arrive(store, seen(run(3, "COMPLETE", 20, [C], [A])))
    keeping.settle()
    assert_kept_is_full(keeping)


@pytest.mark.parametrize("was_kept", [True, False])
def test_kept_verdicts__after_an_import_are_those_of_a_full_evaluation(store: Store, was_kept: bool) -> None:
    """Into a store that has other products and runs; whether its verdicts were kept before, or only from then on."""
    source = open_store("memory:")
    happened(source)
    arrive(store, document(POLICIES, "policies.yaml", BEGIN))
    arrive(store, seen(run(4, "COMPLETE", 3, [C], [DatasetId("other", "t")])))
    keeping = kept_at(store, 30) if was_kept else None

    apply(store, snapshot(export_of(source)), size=20)
    keeping = keeping or kept_at(store, 30)
    keeping.settle()
    assert_kept_is_full(keeping)
    assert {one.policy for one in keeping.kept().evaluation.verdicts} >= {"orphans", "written", "fresh"}

    arrive(store, declared(20, "x", [C], [A]))
    keeping.settle()
    assert_kept_is_full(keeping)


def test_export_of_a_store_whose_verdicts_are_kept__has_none_of_them(store: Store) -> None:
    happened(store)
    before = export_of(store)
    kept_at(store, 30)
    assert export_of(store) == before


def test_kept_verdicts__after_the_graph_is_made_anew_are_those_of_a_full_evaluation(
    store: Store, tmp_path: Path
) -> None:
    """Of a graph in which a fault has changed something that no journal tells."""
    happened(store)
    with store.read() as reader:
        [gone] = reader.edges(["job/jobs/load"], ("PRODUCES",), Direction.OUT)
    store.write(lambda transaction: transaction.apply(ChangeSet(dropped={gone.id: gone})))
    keeping = kept_at(store, 30)
    assert_kept_is_full(keeping)
    spoilt = keeping.kept().evaluation

    scratch = open_store(f"sqlite:///{tmp_path}/scratch.db")
    rebuild(store, scratch, time.time_ns)
    scratch.close()
    keeping.settle()
    assert_kept_is_full(keeping)
    assert keeping.kept().evaluation.verdicts != spoilt.verdicts
