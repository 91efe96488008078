"""That a store agrees with the oracle: assertions, each for one part of what a reader can ask."""

from itertools import pairwise
from typing import Any

from catalog.state import last_sight, run_states, runs_of
from catalog.store.port import Reader
from tests.convergence import observed
from tests.convergence.events import DATASETS, NAMES_ONLY
from tests.convergence.graph import expected_graph
from tests.convergence.oracle import NOW, Links, World, key
from tests.convergence.spelling import normal


def assert_agrees(reader: Reader, world: World) -> None:
    """In everything, now and as of every instant that matters."""
    assert_graph(reader, world, probes(world))
    assert_runs(reader, world)
    assert_timelines(reader, world)
    spelled = spellings(world)
    for at in probes(world):
        assert_facts(reader, world, at)
        assert_aliases(reader, world, at, spelled)


def probes(world: World) -> list[int | None]:
    """Now, before the first instant, each instant, and between each two."""
    instants = world.instants
    between = [(a + b) // 2 for a, b in pairwise(instants)]
    return [None, instants[0] - 1, *instants, *between, instants[-1] + 1]


def assert_graph(reader: Reader, world: World, instants: list[int | None]) -> None:
    """Nodes and edges of all times, and the edges that hold at the instants."""
    nodes, edges = expected_graph(world)
    assert observed.nodes(reader) == nodes
    stored = observed.timed(reader, nodes)
    assert sorted(map(repr, stored)) == sorted(map(repr, edges))
    for at in instants:
        assert observed.told(reader, nodes, at) == world.told(NOW if at is None else at)


def assert_runs(reader: Reader, world: World) -> None:
    states = run_states(reader, [key("run", run) for run in world.runs])
    assert states.keys() == {key("run", run) for run in world.runs}
    for run in world.runs.values():
        state = states[key("run", run.id)]
        terminal = run.terminal
        shown: tuple[Any, ...] = (state.state, state.started_at, state.ended_at, state.first, state.last)
        ends = (run.entries[0].at, run.entries[-1].at)
        assert shown == (run.state, run.started_ns, None if terminal is None else terminal.ns, *ends)
        assert observed.run_facets(reader, key("run", run.id)) == run.facets()
        assert observed.run_parts(reader, key("run", run.id)) == {
            job: (
                run.side(job, "inputs"),
                run.side(job, "outputs"),
                {row for rows in run.columns(job).values() for row in rows},
            )
            for job in run.jobs
        }

    for job in {job for run in world.runs.values() for job in run.jobs}:
        found = runs_of(reader, (key(*job),), limit=len(world.runs))[key(*job)]
        ordered = sorted(world.runs_of(job), key=lambda run: (run.of_job(job)[0].ns, run.id), reverse=True)
        assert [run for _, run in found] == [key("run", run.id) for run in ordered]


def assert_facts(reader: Reader, world: World, at: int | None) -> None:
    then = NOW if at is None else at
    sights = {entity: world.last_sight(entity, then) for entity in world.sights}
    assert last_sight(reader, [key(*entity) for entity in sights], at) == {
        key(*entity): sight for entity, sight in sights.items() if sight is not None
    }
    for entity in world.sights:
        said = [name for name in world.value_keys(entity) if world.is_said(entity, name, then)]
        assert observed.facts(reader, entity, at) == {name: world.value(entity, name, then) for name in said}


def assert_timelines(reader: Reader, world: World) -> None:
    for entity in world.sights:
        for name in world.value_keys(entity):
            assert observed.timeline(reader, entity, name) == world.timeline(entity, name)


def spellings(world: World) -> Links:
    """The links of all names that are known to their normal forms."""
    nodes, _ = expected_graph(world)
    names = [
        (said["namespace"], said["name"]) for key, (_, said) in nodes.items() if key.startswith("dataset/")
    ]
    return frozenset(
        (("dataset", *one), ("dataset", *found[0])) for one in names if (found := normal(*one)) is not None
    )


def assert_aliases(reader: Reader, world: World, at: int | None, spelled: Links) -> None:
    then = NOW if at is None else at
    for names in (*DATASETS, *NAMES_ONLY):
        entity = ("dataset", *names)
        shown = observed.alias_class(reader, key(*entity), at)
        assert set(shown) == {key(*member) for member in world.alias_class(entity, then, spelled)}
        assert shown[0] == key(*world.shown_name(entity, then, spelled))
