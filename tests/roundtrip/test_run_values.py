"""What else of a run belongs to the lineage of its job: newest by order key, folded as lineage is, read back."""

import itertools
from dataclasses import replace

import pytest

from catalog import state
from catalog.fold.history import Fold
from catalog.projection import Projection, Said
from catalog.store.registry import open_store
from tests.convergence.cases import JOB, A, B, run
from tests.convergence.events import RECEIVED_NS
from tests.roundtrip.restoring import apply, export_of, graph_of, recognised, snapshot


def told(events: list[tuple[int, str, int, str | None]], *, datasets: bool = True) -> list[Said]:
    """Run events (run, type, minute, value of ``sql``) as the statements they make."""
    sides = {"inputs": [A], "outputs": [B]} if datasets else {}
    found = []
    for name, kind, minute, sql in events:
        ((entry, said),) = recognised([run(name, kind, minute, **sides)], RECEIVED_NS)
        assert said.run is not None
        values = {} if sql is None else {"sql": f'"{sql}"'}
        found.append((entry, replace(said, run=replace(said.run, values=values))))
    return found


EVENTS: list[tuple[int, str, int, str | None]] = [
    (1, "START", 1, "select 1"),
    (1, "COMPLETE", 2, "select 2"),
    (2, "START", 3, "select 3"),
    (2, "FAIL", 4, None),
    (3, "START", 5, "select 5"),
]


def folded(said: list[Said]) -> tuple[str | None, list[str]]:
    """The settled text of ``sql``, and what open runs say beside it."""
    store = open_store("memory:")
    Projection(store).apply(said)
    with store.read() as reader:
        (fold,) = state.lineage_folds(reader, [JOB.key]).values()
        texts = state.blobs(reader, {*(s.value for s in fold.stretches.values()), *_open(fold)})
    settled = fold.stretches.get("sql")
    return (None if settled is None else texts[settled.value]), [texts[digest] for digest in _open(fold)]


def _open(fold: Fold) -> list[str]:
    return [one.values["sql"] for one in fold.open if "sql" in one.values]


def test_newest_value_of_a_run__holds_for_its_job() -> None:
    assert folded(told(EVENTS[:2])) == ('"select 2"', [])


def test_failed_run__gives_no_value() -> None:
    assert folded(told(EVENTS[:4])) == ('"select 2"', [])


def test_open_run__adds_its_value() -> None:
    assert folded(told(EVENTS)) == ('"select 2"', ['"select 5"'])


def test_run_without_datasets__gives_its_value() -> None:
    assert folded(told(EVENTS[:2], datasets=False)) == ('"select 2"', [])


@pytest.mark.parametrize("datasets", [True, False])
def test_any_order__gives_the_same_graph(datasets: bool) -> None:
    said = told(EVENTS, datasets=datasets)
    graphs = {graph_of(list(order), size) for order in itertools.permutations(said) for size in (1, 5)}
    assert len(graphs) == 1
    assert "select 5" in graphs.pop()


@pytest.mark.parametrize("datasets", [True, False])
def test_values__are_read_back(datasets: bool) -> None:
    said = told(EVENTS, datasets=datasets)
    graph = graph_of(said)
    store = open_store("memory:")
    apply(store, snapshot(graph))
    assert export_of(store) == graph
