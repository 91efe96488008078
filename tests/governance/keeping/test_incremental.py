"""What is kept is what a full evaluation says, whatever happens to the mesh, its policies and the clock."""

import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.store.memory import MemoryStore
from catalog.store.port import Store
from catalog.store.registry import open_store
from tests.governance.keeping.keeping import Keeping, told
from tests.governance.keeping.worlds import HAPPENING, POLICIES, Bare, Happening, Product, World
from tests.lineage.conftest import store

__all__ = ["store"]

EVENTS = st.lists(st.tuples(st.sampled_from(HAPPENING), st.integers(0, 1_000), st.booleans()), max_size=8)


def begun(opened: Store, chance: random.Random, happened: int = 60) -> tuple[World, Keeping]:
    """A world in which much has happened, that is kept."""
    world, keeping = World(), Keeping(opened, Bare)
    world.rules = {one.id: one for one in POLICIES}
    for _ in range(happened):
        chance.choice(HAPPENING)(world, chance)
    keeping.become(world)
    keeping.settle()
    return world, keeping


def assert_kept_is_full(keeping: Keeping) -> None:
    """What is kept is current, and what a full evaluation says."""
    kept = keeping.kept()
    assert told(kept.evaluation) == told(keeping.full())
    assert kept.standing.is_current(keeping.now_ns)


def assert_kept_is_full_all_life_long(
    opened: Store, seed: int, events: int, happening: Sequence[Happening] = HAPPENING
) -> None:
    """Let much happen, and compare what is kept after each one or two events. ``happening``: what may."""
    chance = random.Random(seed)
    world, keeping = begun(opened, chance)
    assert_kept_is_full(keeping)
    for _ in range(events):
        for _ in range(chance.randint(1, 2)):
            chance.choice(happening)(world, chance)
        keeping.become(world, end=bool(chance.randint(0, 1)))
        if not chance.randint(0, 12):
            keeping.restart()
        keeping.settle()
        assert_kept_is_full(keeping)


@settings(
    max_examples=25, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(seed=st.integers(0, 10_000), events=EVENTS)
def test_kept_verdicts__are_those_of_a_full_evaluation(
    seed: int, events: list[tuple[Happening, int, bool]]
) -> None:
    world, keeping = begun(MemoryStore(), random.Random(seed))
    assert_kept_is_full(keeping)
    for happening, number, end in events:
        happening(world, random.Random(number))
        keeping.become(world, end=end)
        keeping.settle()
        assert_kept_is_full(keeping)


@pytest.mark.parametrize("seed", range(3))
def test_kept_verdicts__are_those_of_a_full_evaluation_in_sqlite(tmp_path: Path, seed: int) -> None:
    opened = open_store(f"sqlite:///{tmp_path / 'kept.db'}")
    assert_kept_is_full_all_life_long(opened, seed, 10)
    opened.close()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 200))
def test_kept_verdicts__are_those_of_a_full_evaluation_for_long(seed: int) -> None:
    assert_kept_is_full_all_life_long(MemoryStore(), seed, 30)


def test_kept_verdicts__are_those_of_a_full_evaluation_in_each_store(store: Store) -> None:
    assert_kept_is_full_all_life_long(store, 7, 3)


@pytest.mark.slow
def test_kept_verdicts__are_those_of_a_full_evaluation_in_each_store_for_long(store: Store) -> None:
    assert_kept_is_full_all_life_long(store, 7, 12)


@pytest.mark.parametrize("change", [{"purpose": False}, {"owner": "blue"}])
def test_change_that_rules_over_lineage_do_not_look_at__leaves_them_as_they_are(
    change: dict[str, object],
) -> None:
    world, keeping = World(), Keeping(MemoryStore(), Bare)
    world.rules = {one.id: one for one in POLICIES}
    world.tags = frozenset({("a", "gold"), ("t1", "raw")})
    world.classes = {"t1": "secret"}
    world.products["a"] = Product(domain="north", owner="red", exposes=frozenset(("t0",)))
    keeping.become(world)
    keeping.settle()
    for name, value in change.items():
        setattr(world.products["a"], name, value)
    keeping.become(world)
    keeping.keeper.step()
    stale = keeping.kept().standing.stale.keys()
    assert stale.isdisjoint(("crossing", "cycle", "raw", "raw-sets", "secret"))
    assert {"agreed", "compared", "deprecated"} <= stale
    keeping.settle()
    assert_kept_is_full(keeping)
