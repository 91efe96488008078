"""The law of convergence with everything in play: found by a state machine, on every store."""

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from catalog import orders, retaining
from catalog.derivation import causes
from catalog.fold import batch, dataset_nodes, sights
from catalog.store.memory import MemoryStore
from catalog.store.port import Store
from catalog.store.registry import open_store
from tests.convergence.machine import Convergence, Open
from tests.neo4j.server import Neo4j


def assert_holds(
    drawn: Open, other: Open, examples: int, steps: int, *, fixed: bool = True, shrinks: bool = True
) -> None:
    """Run the machine: the same programs in every run, or fresh ones. Raises what an example raises."""

    class Bound(Convergence):
        def __init__(self) -> None:
            super().__init__(drawn, other)

    run_state_machine_as_test(
        Bound,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            derandomize=fixed,
            print_blob=False,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, Phase.shrink) if shrinks else (Phase.generate,),
        ),
    )


def in_memory() -> Callable[[], Store]:
    return MemoryStore


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Open:
    numbers = count()

    def made() -> Callable[[], Store]:
        url = f"sqlite:///{tmp_path}/{next(numbers)}.db"
        return lambda: open_store(url)

    return made


@pytest.fixture
def on_neo4j(neo4j_server: Neo4j) -> Open:
    def made() -> Callable[[], Store]:
        neo4j_server.empty()
        return lambda: open_store(neo4j_server.url)

    return made


def test_stores__that_get_the_same_entries_are_the_same(on_sqlite: Open) -> None:
    assert_holds(in_memory, on_sqlite, 60, 25)


def test_stores__sqlite_and_neo4j_are_the_same(on_sqlite: Open, on_neo4j: Open) -> None:
    assert_holds(on_sqlite, on_neo4j, 6, 20)


@pytest.mark.slow
def test_stores__are_the_same_in_long_random_programs(on_sqlite: Open) -> None:
    assert_holds(in_memory, on_sqlite, 1500, 50, fixed=False)


@pytest.mark.slow
def test_stores__sqlite_and_neo4j_are_the_same_in_long_random_programs(
    on_sqlite: Open, on_neo4j: Open
) -> None:
    assert_holds(on_sqlite, on_neo4j, 60, 40, fixed=False)


NOT_ABOUT_SQL = (
    "run",
    "tell_of_a_run",
    "declare_a_dataset",
    "rename_or_drop",
    "declare_a_job",
    "state_lineage",
    "send_a_batch",
    "send_what_is_no_event",
    "forget",
    "retain",
    "rule_on_a_link",
    "curate",
)


def _lose_what_comes_late_of_facts(patch: pytest.MonkeyPatch) -> None:
    plain = sights.observed

    def in_order_only(work, known, sights, horizon=""):  # type: ignore[no-untyped-def]
        ends = {key: history.last.at for key, history in known.items() if history.last is not None}
        kept = [sight for sight in sights if sight[1] > ends.get(sight[0].key, "")]
        return plain(work, known, kept, horizon)

    patch.setattr(batch, "observed", in_order_only)


def _tell_sql_nothing_of_tables(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(causes, "users", lambda transaction, partitions: set())
    for (
        rule
    ) in NOT_ABOUT_SQL:  # what it needs, an event between two others with all derived before it, is rare
        patch.setattr(Convergence, rule, None)


def _link_only_what_comes_alone(patch: pytest.MonkeyPatch) -> None:
    plain = dataset_nodes._rule_link
    patch.setattr(
        dataset_nodes, "_rule_link", lambda dataset, work: () if len(work.names) > 3 else plain(dataset, work)
    )


def _remember_what_comes_late(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(orders, "left", lambda entry, said, forgets, read_again: said)


def _keep_what_comes_late(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(sights, "_trimmed", lambda work, seen, horizon: {})


def _retain_every_run(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(retaining, "_retain_runs", lambda *_: None)


FAULTS = [
    _lose_what_comes_late_of_facts,
    _tell_sql_nothing_of_tables,
    _link_only_what_comes_alone,
    _remember_what_comes_late,
    _keep_what_comes_late,
    _retain_every_run,
]


@pytest.mark.slow
@pytest.mark.parametrize("plant", FAULTS, ids=lambda plant: plant.__name__.strip("_"))
def test_state_machine__detects_a_planted_fault(
    plant: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    with pytest.raises((AssertionError, LookupError, ExceptionGroup)):
        assert_holds(in_memory, in_memory, 300, 25, shrinks=False)
