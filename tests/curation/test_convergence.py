"""The law of convergence over curations, documents and events together."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from catalog.forget import Scope
from catalog.identity import DatasetId
from catalog.projection import Projection, Said
from ingest.command import command
from ingest.replay import interpret_again
from tests.convergence import observed
from tests.convergence.conftest import NEO4J_WHEN_SLOW, FreshStore
from tests.convergence.events import DATASETS, EVENTS, JOBS
from tests.curation.curations import RECEIVED_NS, Draw, curations
from tests.documents.versions import said_of, versions
from tests.roundtrip.restoring import graph_of, snapshot

EXAMPLES = {"memory": 60, "sqlite": 10, "neo4j": 2}
Batches = tuple[tuple[Said, ...], ...]


@dataclass(frozen=True)
class Scenario:
    """Entries, and two ways to send them: each a list of batches."""

    entries: tuple[Said, ...]
    one: Batches
    other: Batches


@st.composite
def schedules(draw: Draw, items: tuple[Said, ...]) -> Batches:
    order: list[Any] = draw(st.permutations([*items, *draw(st.lists(st.sampled_from(items), max_size=2))]))
    batches = []
    while order:
        size = draw(st.integers(1, 4))
        batches.append(tuple(order[:size]))
        order = order[size:]
    return tuple(batches)


@st.composite
def scenarios(draw: Draw, most_documents: int) -> Scenario:
    said = [said_of(one) for one in draw(st.lists(EVENTS, max_size=3))]
    said += [said_of(one) for one in draw(st.lists(versions(), max_size=most_documents))]
    for minute in draw(st.lists(st.integers(0, 30), min_size=1, max_size=5)):
        said.append(draw(curations(DATASETS, JOBS, minute)))
    entries = tuple({entry.hash: (entry, one) for entry, one in said}.values())
    return Scenario(entries, draw(schedules(entries)), draw(schedules(entries)))


def _assert_converges(fresh_store: FreshStore, scenario: Scenario) -> None:
    exports, left = [], []
    for batches in (scenario.one, scenario.other):
        store = fresh_store()
        projection = Projection(store, interpret_again)
        for batch in batches:
            projection.apply(batch)
        exports.append(observed.export(store))
        with store.read() as reader:
            keys = observed.nodes(reader).keys()
            left.append((observed.bookkeeping(reader, keys), observed.search_texts(reader, keys)))
    assert exports[0] == exports[1]
    assert left[0] == left[1]


def _assert_holds(kind: str, law: Callable[[Scenario], None], most_documents: int = 3) -> None:
    @settings(
        max_examples=EXAMPLES[kind],
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(scenario=scenarios(most_documents))
    def holds(scenario: Scenario) -> None:
        law(scenario)

    holds()


@NEO4J_WHEN_SLOW
def test_graph__does_not_depend_on_the_order_of_curations(kind: str, fresh_store: FreshStore) -> None:
    _assert_holds(kind, lambda scenario: _assert_converges(fresh_store, scenario))


def test_export__of_curations_is_read_back_as_it_was() -> None:
    def law(scenario: Scenario) -> None:
        exported = graph_of(scenario.entries)
        assert graph_of(snapshot(exported)) == exported

    _assert_holds("memory", law)


@pytest.mark.parametrize("whole", [True, False], ids=["entries", "read back"])
def test_graph__does_not_depend_on_when_something_is_forgotten(whole: bool) -> None:
    def law(scenario: Scenario) -> None:
        scope = Scope("dataset", *DATASETS[0])
        forget = command("forget", scope.terms, received_ns=RECEIVED_NS)
        entries = scenario.entries if whole else snapshot(graph_of(scenario.entries))
        before, after = graph_of([forget, *entries]), graph_of([*entries, forget], size=1)
        assert before == after
        key = DatasetId(*DATASETS[0]).key
        kinds = ("/curation/", "/agreement/", "/proposal/", "/sign-off/")
        told = [line for line in after.splitlines() if any(kind in line for kind in kinds)]
        assert not [line for line in told if key in line]

    _assert_holds("memory", law, most_documents=0)  # these documents cannot be read from their entries
