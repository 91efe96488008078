"""An evaluation in two halves, one of them in a process of its own, has the verdicts of the evaluation in one.

Whatever becomes of that process, or of the graph meanwhile, no verdict is missing, and none is green that was not
evaluated.
"""

import logging
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.policies import evaluator as evaluating
from api.policies.evaluator import ALONE, Evaluator
from api.policies.half_process import HalfProcess
from catalog.changes import position
from catalog.errors import StoreUnavailable
from catalog.governance.checks.ground import Ground
from catalog.governance.evaluation import EVERYWHERE, Rules, evaluate_rules, rules_of
from catalog.governance.halves import halved, questions, whole
from catalog.governance.policy import CheckKind, Scope, ScopeKind
from catalog.governance.verdict import Evaluation, Status, Verdicts
from catalog.store.memory import MemoryStore
from catalog.store.port import Reader, Store
from catalog.store.registry import open_store
from tests.convergence.emptied_neo4j import EmptiedNeo4j
from tests.governance.keeping.worlds import HAPPENING, POLICIES, Bare, World
from tests.mesh.changing import Changing
from tests.neo4j.server import Neo4j


def lived(seed: int, happened: int = 60) -> World:
    """A world in which much has happened, under policies of all kinds."""
    chance, world = random.Random(seed), World()
    world.rules = {one.id: one for one in POLICIES}
    for _ in range(happened):
        chance.choice(HAPPENING)(world, chance)
    return world


def ground_of(reader: Reader, world: World, at: int | None = None) -> Ground:
    return Ground(reader, at, world.now_ns, Bare(reader))


def filled(store: Store, world: World) -> Changing:
    changing = Changing(store)
    changing.become(world.graph(), world.records())
    return changing


@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10_000), at=st.none() | st.integers(0, 3))
def test_halves__are_together_what_all_policies_say(seed: int, at: int | None) -> None:
    store, world = MemoryStore(), lived(seed)
    filled(store, world)
    with store.read() as reader:
        rules = rules_of(reader)
        halves = halved(rules)
        found = whole(*(evaluate_rules(ground_of(reader, world, at), half) for half in halves))
        expected = evaluate_rules(ground_of(reader, world, at), rules)
    assert found == expected
    assert {one.kind for one in halves[1].policies} <= {CheckKind.SHAPE}
    assert {one.kind for one in halves[0].policies} <= {CheckKind.LINEAGE, CheckKind.QUERY}
    assert sorted(one.id for half in halves for one in half.policies) == [one.id for one in rules.policies]


def test_halves__of_two_times_or_of_one_policy_are_no_evaluation() -> None:
    empty = Evaluation(Verdicts(()), 1)
    with pytest.raises(ValueError, match="one time"):
        whole(empty, replace(empty, at=1))
    store, world = MemoryStore(), lived(1)
    filled(store, world)
    with store.read() as reader:
        found = evaluate_rules(ground_of(reader, world), rules_of(reader))
    with pytest.raises(ValueError, match="one half"):
        whole(found, found)


# In two processes


@dataclass(frozen=True)
class Place:
    """A store that another process can open, empty at first."""

    store: Store
    url: str


@pytest.fixture(params=["sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    if request.param == "neo4j":
        shared: EmptiedNeo4j = request.getfixturevalue("emptied_neo4j")
        server: Neo4j = request.getfixturevalue("neo4j_server")
        yield Place(shared.emptied(), server.url)
        return
    url = f"sqlite:///{tmp_path}/mesh.db"
    store = open_store(url)
    yield Place(store, url)
    store.close()


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Place]:
    url = f"sqlite:///{tmp_path}/mesh.db"
    store = open_store(url)
    yield Place(store, url)
    store.close()


class Heard:
    """What second processes said, and what was evaluated here."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answers: list[bool] = []
        self.here: list[set[CheckKind]] = []
        hear = HalfProcess.evaluation

        def heard(process: HalfProcess, patience_s: float) -> Evaluation | None:
            found = hear(process, patience_s)
            self.answers.append(found is not None)
            return found

        def evaluated(ground: Ground, rules: Rules, within: Scope = EVERYWHERE) -> Evaluation:
            self.here.append({one.kind for one in rules.policies})
            return evaluate_rules(ground, rules, within)

        monkeypatch.setattr(HalfProcess, "evaluation", heard)
        monkeypatch.setattr(evaluating, "evaluate_rules", evaluated)


ONCE, SHAPES = {CheckKind.LINEAGE, CheckKind.QUERY}, {CheckKind.SHAPE}


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Heard:
    return Heard(monkeypatch)


def in_two(place: Place, world: World, at: int | None = None) -> tuple[Evaluation, Evaluation]:
    """What is found in two processes, and what one would find of the same snapshot."""
    with place.store.read() as reader:
        rules = rules_of(reader)
        expected = evaluate_rules(ground_of(reader, world, at), rules)
        assert {one.status for one in expected.verdicts} >= {Status.PASS, Status.FAIL}
        return Evaluator(place.url, worth=0).evaluate(ground_of(reader, world, at), rules), expected


def test_two_processes__find_what_one_finds(place: Place, heard: Heard) -> None:
    changing = Changing(place.store)
    for seed, at in ((4, None), (3, 1)):
        world = lived(seed)
        changing.become(world.graph(), world.records())
        found, expected = in_two(place, world, at)
        assert found == expected
    assert (heard.answers, heard.here) == ([True] * 2, [ONCE] * 2)


def killed(process: HalfProcess) -> None:
    os.kill(process.pid, signal.SIGKILL)


def stopped(process: HalfProcess) -> None:
    os.kill(process.pid, signal.SIGSTOP)


@pytest.mark.parametrize("fate", [killed, stopped])
def test_second_process_that_dies_or_stands_still__leaves_its_half_to_this_one(
    fate: Callable[[HalfProcess], None], sqlite: Place, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin, pids = HalfProcess.__init__, []

    def begun(process: HalfProcess, *given: Any) -> None:
        begin(process, *given)
        pids.append(process.pid)
        fate(process)

    monkeypatch.setattr(HalfProcess, "__init__", begun)
    monkeypatch.setattr(evaluating, "PATIENCE_S", 0.1)
    monkeypatch.setattr(evaluating, "PATIENCE", 0)
    world = lived(3)
    filled(sqlite.store, world)

    found, expected = in_two(sqlite, world)

    assert found == expected
    assert (heard.answers, heard.here) == ([False], [ONCE, SHAPES])
    assert not Path(f"/proc/{pids[0]}").exists()


def test_second_process_that_fails__leaves_its_half_to_this_one(
    sqlite: Place, heard: Heard, tmp_path: Path
) -> None:
    world = lived(3)
    filled(sqlite.store, world)
    (tmp_path / "other.db").write_text(
        "This is no database, and no store of ours can be in it at all.\n" * 99
    )

    found, expected = in_two(replace(sqlite, url=f"sqlite:///{tmp_path}/other.db"), world)

    assert found == expected
    assert (heard.answers, heard.here) == ([False], [ONCE, SHAPES])


def test_second_process_that_cannot_be_started__leaves_its_half_to_this_one(
    sqlite: Place, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*given: Any, **more: Any) -> None:
        raise BlockingIOError("no more processes")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    world = lived(3)
    filled(sqlite.store, world)

    found, expected = in_two(sqlite, world)

    assert found == expected
    assert (heard.answers, heard.here) == ([], [ONCE, SHAPES])


def test_graph_that_changes_before_the_second_process_sees_it__is_not_mixed(
    sqlite: Place, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, begin = lived(3), HalfProcess.__init__
    changing = filled(sqlite.store, world)
    other = lived(4)
    other.rules = world.rules

    def changed(process: HalfProcess, *given: Any) -> None:
        changing.become(other.graph(), other.records())
        begin(process, *given)

    monkeypatch.setattr(HalfProcess, "__init__", changed)

    found, expected = in_two(sqlite, world)

    with sqlite.store.read() as reader:
        now = evaluate_rules(ground_of(reader, world), rules_of(reader))
    assert found == expected != now
    assert (heard.answers, heard.here) == ([False], [ONCE, SHAPES])


@pytest.mark.neo4j
def test_graph_without_snapshots_that_changes_meanwhile__is_evaluated_here(
    emptied_neo4j: EmptiedNeo4j, neo4j_server: Neo4j, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, world = Place(emptied_neo4j.emptied(), neo4j_server.url), lived(3)
    changing = filled(place.store, world)
    other, hear = lived(4), HalfProcess.evaluation
    other.rules = world.rules

    def changed(process: HalfProcess, patience_s: float) -> Evaluation | None:
        found = hear(process, patience_s)
        changing.become(other.graph(), other.records())
        return found

    monkeypatch.setattr(HalfProcess, "evaluation", changed)

    with place.store.read() as reader:
        rules = rules_of(reader)
        ground = ground_of(reader, world)
        found = Evaluator(place.url, worth=0).evaluate(ground, rules)
        now = evaluate_rules(Ground(reader, None, world.now_ns, mesh=ground.mesh), halved(rules)[1])

    assert (heard.answers, heard.here) == ([True], [ONCE, SHAPES])
    assert isinstance(found.verdicts, Verdicts)
    assert isinstance(now.verdicts, Verdicts)
    told = {one.passing.policy: one for one in found.verdicts.parts}
    shapes = {one.passing.policy: one for one in now.verdicts.parts}
    assert {id_: told[id_] for id_ in shapes} == shapes


def test_half_here_that_fails__ends_the_second_process(
    sqlite: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    pids: list[int] = []
    begin = HalfProcess.__init__

    def begun(process: HalfProcess, *given: Any) -> None:
        begin(process, *given)
        pids.append(process.pid)

    def leave(*given: Any) -> Evaluation:
        raise StoreUnavailable("It went away.")

    monkeypatch.setattr(HalfProcess, "__init__", begun)
    monkeypatch.setattr(evaluating, "evaluate_rules", leave)
    world = lived(3)
    filled(sqlite.store, world)
    with sqlite.store.read() as reader, pytest.raises(StoreUnavailable):
        Evaluator(sqlite.url, worth=0).evaluate(ground_of(reader, world), rules_of(reader))
    assert not Path(f"/proc/{pids[0]}").exists()


_ASKING = """
import sys, time
from api.policies.half_process import HalfProcess
from catalog.changes import Position
from catalog.governance.evaluation import Rules
process = HalfProcess(sys.argv[1], Rules(()), Position(), None, 1)
print(process.pid, flush=True)
time.sleep(600)
"""


def test_second_process__ends_with_the_one_who_asked(tmp_path: Path) -> None:
    # It never gets to answer: what it is to open is a pipe that nobody writes to.
    os.mkfifo(tmp_path / "nothing.db")
    words = [sys.executable, "-c", _ASKING, f"sqlite:///{tmp_path}/nothing.db"]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as asking:
        assert asking.stdout is not None
        child = Path(f"/proc/{int(asking.stdout.readline())}")
        assert child.exists()
        asking.kill()
    end = time.monotonic() + 30
    while child.exists() and "Z" not in (child / "stat").read_text().rpartition(")")[2].split()[0]:
        assert time.monotonic() < end
        time.sleep(0.05)


# Where one process does


def test_what_is_small_or_a_part_or_one_half__is_evaluated_in_one_process(
    sqlite: Place, heard: Heard, caplog: pytest.LogCaptureFixture
) -> None:
    world = lived(3)
    filled(sqlite.store, world)
    with sqlite.store.read() as reader, caplog.at_level(logging.WARNING):
        rules, seen = rules_of(reader), position(reader)
        once, shapes = halved(rules)
        asked = questions(reader, rules)
        in_two_ = Evaluator(sqlite.url, worth=asked)
        for who, some, within in (
            (Evaluator(sqlite.url, worth=asked + 1), rules, EVERYWHERE),
            (ALONE, rules, EVERYWHERE),
            (in_two_, rules, Scope(ScopeKind.DOMAIN, "north")),
            (in_two_, once, EVERYWHERE),
            (in_two_, shapes, EVERYWHERE),
        ):
            found = who.evaluate(ground_of(reader, world), some, within)
            assert found == evaluate_rules(ground_of(reader, world), some, within)
        assert heard.answers == []
        found = in_two_.evaluate(ground_of(reader, world), rules)
        assert heard.answers == [True]
        assert position(reader) == seen
    assert asked >= len(found.verdicts) > 0
    assert caplog.records == []


def test_second_evaluation_at_a_time__has_no_process_of_its_own(sqlite: Place, heard: Heard) -> None:
    world, evaluator = lived(3), Evaluator(sqlite.url, worth=0)
    filled(sqlite.store, world)
    with sqlite.store.read() as reader:
        rules = rules_of(reader)
        with evaluator._beside:
            found = evaluator.evaluate(ground_of(reader, world), rules)
        assert found == evaluate_rules(ground_of(reader, world), rules)
    assert heard.answers == []
