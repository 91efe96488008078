"""Generated events: exported and read back, alone and together with the events, in any order and any batches."""

from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from catalog.projection import Said
from tests.convergence.conftest import FreshStore
from tests.convergence.events import RECEIVED_NS, Draw, scenarios
from tests.documents.versions import versions
from tests.roundtrip.restoring import apply, export_of, graph_of, recognised, snapshot

EXAMPLES = {"memory": 30, "sqlite": 6, "neo4j": 2}
SLOW_EXAMPLES = {"memory": 2000, "sqlite": 200, "neo4j": 30}


@dataclass(frozen=True)
class Case:
    """Events, how many of them (in any order) a snapshot is made of, and two orders of numbers to draw from."""

    said: tuple[Said, ...]
    first: int
    seeds: tuple[int, int]
    sizes: tuple[int, int]


@st.composite
def cases(draw: Draw) -> Case:
    """Of events, or of events and versions of documents."""
    said = recognised(draw(scenarios()).events, RECEIVED_NS)
    if draw(st.booleans()):
        documents = draw(st.lists(versions(), min_size=1, max_size=5))
        said = [*said[:4], *(version.said() for version in documents)]
    return _case(draw, said)


@st.composite
def document_cases(draw: Draw) -> Case:
    """Of versions of documents alone."""
    return _case(draw, [version.said() for version in draw(st.lists(versions(), min_size=2, max_size=8))])


def _case(draw: Draw, said: list[Said]) -> Case:
    unique = {entry.hash: (entry, statements) for entry, statements in said}
    mixed = draw(st.permutations(sorted(unique.values(), key=lambda one: one[0].hash)))
    return Case(
        tuple(mixed),
        draw(st.integers(1, len(mixed))),
        (draw(st.integers(0, 2**32)), draw(st.integers(0, 2**32))),
        (draw(st.integers(1, 6)), draw(st.integers(1, 40))),
    )


def restored(fresh_store: FreshStore, case: Case) -> None:
    """The export of what was read back is the export."""
    export = graph_of(case.said)
    store = fresh_store()
    apply(store, snapshot(export), size=case.sizes[0])
    assert export_of(store) == export


def one_with_the_events(fresh_store: FreshStore, case: Case) -> None:
    """A snapshot of some events, and all events, are the graph of all events: in any order."""
    both = [*case.said, *snapshot(graph_of(case.said[: case.first]))]
    expected = graph_of(case.said)
    for seed, size in zip(case.seeds, case.sizes, strict=True):
        store = fresh_store()
        apply(store, _shuffled(both, seed), size=size)
        assert export_of(store) == expected


def a_function_of_the_entries(fresh_store: FreshStore, case: Case) -> None:
    """A snapshot of some events, and the others: the same graph in any order, whatever it is."""
    both = [*snapshot(graph_of(case.said[: case.first])), *case.said[case.first :]]
    exports = []
    for seed, size in zip(case.seeds, case.sizes, strict=True):
        store = fresh_store()
        apply(store, _shuffled(both, seed), size=size)
        exports.append(export_of(store))
    assert exports[0] == exports[1]
    assert graph_of(snapshot(exports[0])) == exports[0]


def goes_on(fresh_store: FreshStore, case: Case) -> None:
    """A snapshot of what came first, and what took effect later, are the whole."""
    ordered = sorted(case.said, key=lambda one: one[0].order_key)
    store = fresh_store()
    apply(store, snapshot(graph_of(ordered[: case.first])))
    apply(store, _shuffled(ordered[case.first :], case.seeds[0]), size=case.sizes[0])
    assert export_of(store) == graph_of(ordered)


def exact(fresh_store: FreshStore, case: Case) -> None:
    """Of documents a snapshot tells each version: with the others it is the whole, whatever came first."""
    both = [*snapshot(graph_of(case.said[: case.first])), *case.said[case.first :]]
    store = fresh_store()
    apply(store, _shuffled(both, case.seeds[0]), size=case.sizes[0])
    assert export_of(store) == graph_of(case.said)


def _shuffled(said: list[Said], seed: int) -> list[Said]:
    return sorted(said, key=lambda one: int(one[0].hash[:8], 16) * (2 * seed + 1) % 2**32)


LAWS = pytest.mark.parametrize(
    "law", [restored, one_with_the_events, a_function_of_the_entries, goes_on, exact]
)


def assert_law(law: object, fresh_store: FreshStore, examples: int, *, fixed: bool = True) -> None:
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=fixed,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(document_cases() if law is exact else cases())
    def holds(case: Case) -> None:
        assert callable(law)
        law(fresh_store, case)

    holds()


@LAWS
def test_snapshot__is(law: object, fresh_store: FreshStore, kind: str) -> None:
    assert_law(law, fresh_store, EXAMPLES[kind])


@pytest.mark.slow
@LAWS
def test_snapshot__is_for_many_random_sets(law: object, fresh_store: FreshStore, kind: str) -> None:
    assert_law(law, fresh_store, SLOW_EXAMPLES[kind], fixed=False)
