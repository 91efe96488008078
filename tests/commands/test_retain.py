"""Retention: what ended before the cutoff goes, and nothing changes that holds then or later."""

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import strategies as st

from catalog.forget import Scope
from catalog.identity import JobId
from catalog.instant import instant_of
from catalog.projection import Said
from catalog.retention_plan import retention
from catalog.state import facts
from catalog.store.port import Store
from catalog.store.registry import open_store
from ingest.command import command
from ontology.vocabulary import Rel
from tests.commands.test_forget import SCOPES, comes_to_the_same
from tests.convergence import observed
from tests.convergence.cases import JOB, RUN, A, B, C, about, at, dataset_event, from_column, run, time
from tests.convergence.conftest import FreshStore
from tests.convergence.events import RECEIVED_NS, Draw, named, scenarios
from tests.convergence.laws import assert_law
from tests.roundtrip.restoring import apply, export_of, graph_of, log_of, recognised, snapshot
from tests.scenarios.words import job_event, source

EXAMPLES = {"memory": 20, "sqlite": 3, "neo4j": 1}
SLOW_EXAMPLES = {"memory": 3000, "sqlite": 200, "neo4j": 30}
OF_RUNS = (Rel.OF_JOB, Rel.CHILD_OF, Rel.ROOT)


@dataclass(frozen=True)
class Case:
    """Entries; how many of them (the first) are known when retention is asked for; its cutoff; two schedules."""

    said: tuple[Said, ...]
    known: int
    cutoff_ns: int
    keep_runs: int
    orders: tuple[tuple[int, ...], tuple[int, ...]]
    sizes: tuple[int, int]

    @property
    def whole(self) -> list[Said]:
        """All entries and the command, as it would be given by who knows the first of them."""
        return [*self.said, retain(self.said[: self.known], self.cutoff_ns, self.keep_runs)]


@st.composite
def cases(draw: Draw) -> Case:
    said = recognised(draw(scenarios()).events, RECEIVED_NS)
    instants = sorted({instant_of(entry.order_key) for entry, _ in said})
    if draw(st.booleans()):
        forgets = draw(st.lists(st.tuples(SCOPES, st.sampled_from(instants)), min_size=1, max_size=2))
        said += [forget(scope, at) for scope, at in forgets]
    known = draw(st.integers(1, len(said)))
    cutoff = draw(st.sampled_from([*instants, instants[-1] + 1]))
    numbers = range(len(said) + 1)
    orders = (tuple(draw(st.permutations(numbers))), tuple(draw(st.permutations(numbers))))
    sizes = (draw(st.integers(1, 6)), draw(st.integers(1, 40)))
    return Case(tuple(said), known, cutoff, draw(st.integers(0, 2)), orders, sizes)


def forget(scope: Scope, at_ns: int) -> Said:
    return command("forget", scope.terms, received_ns=max(RECEIVED_NS, at_ns), at_ns=at_ns)


def retain(said: tuple[Said, ...], cutoff_ns: int, keep_runs: int) -> Said:
    store = open_store("memory:")
    apply(store, said)
    return command("retain", planned(store, cutoff_ns, keep_runs), received_ns=RECEIVED_NS)


def planned(store: Store, cutoff_ns: int, keep_runs: int) -> dict[str, Any]:
    with store.read() as reader:
        return retention(reader, cutoff_ns, keep_runs)


def whatever_comes_first(fresh_store: FreshStore, case: Case) -> None:
    """The graph is the same, and so are the log and its receipts."""
    left = []
    whole = case.whole
    for order, size in zip(case.orders, case.sizes, strict=True):
        store = fresh_store()
        apply(store, [whole[index] for index in order], size)
        left.append((export_of(store), log_of(store)))
    assert left[0] == left[1]


def nothing_changes_that_holds(fresh_store: FreshStore, case: Case) -> None:
    """Neither now nor as of the cutoff or later."""
    store = fresh_store()
    apply(store, case.said, case.sizes[0])
    instants = [i for entry, _ in case.said if (i := instant_of(entry.order_key)) >= case.cutoff_ns]
    times = [None, case.cutoff_ns, *instants]
    before = [holds(store, at) for at in times]
    apply(store, [command("retain", planned(store, case.cutoff_ns, case.keep_runs), received_ns=RECEIVED_NS)])
    assert [holds(store, at) for at in times] == before


def holds(store: Store, at: int | None) -> Any:
    """Edges and facts of all but runs at a time, and the nodes that they need."""
    with store.read() as reader:
        nodes = observed.nodes(reader)
        told = {edge for edge in observed.told(reader, nodes, at) if edge[0] not in OF_RUNS}
        said = facts(reader, [key for key in nodes if key.startswith(("dataset/", "job/"))], at)
        ends = {end for edge in told for end in edge[1:3]} | {key for key, held in said.items() if held}
        return told, values(said), {key: nodes[key] for key in ends if key in nodes}


def values(said: Any) -> Any:
    return {key: {name: fact.text for name, fact in held.items()} for key, held in said.items() if held}


def in_a_replay(fresh_store: FreshStore, case: Case) -> None:
    """What is left of the log makes the same graph and log; so does the export, read back."""
    store = fresh_store()
    whole = case.whole
    apply(store, [whole[index] for index in case.orders[0]], case.sizes[0])
    comes_to_the_same(store)
    assert graph_of(snapshot(export_of(store))) == export_of(store)


LAWS = pytest.mark.parametrize("law", [whatever_comes_first, nothing_changes_that_holds, in_a_replay])


@LAWS
def test_retain__holds(law: Any, fresh_store: FreshStore, kind: str) -> None:
    assert_law(law, cases(), fresh_store, EXAMPLES[kind])


@pytest.mark.slow
@LAWS
def test_retain__holds_for_many_random_sets(law: Any, fresh_store: FreshStore, kind: str) -> None:
    assert_law(law, cases(), fresh_store, SLOW_EXAMPLES[kind], fixed=False)


LATER_NS = 1_714_600_000_000_000_000
"""After all that the cases of convergence say."""


def test_retain__does_not_bring_back_columns_that_a_run_which_goes_has_ended() -> None:
    with_columns = run(1, "COMPLETE", 1, [A], [about(B, columnLineage=from_column(A, "id", "id"))])
    said = recognised(
        [with_columns, run(2, "COMPLETE", 2, [], [C]), run(3, "COMPLETE", 3, [], [B])], RECEIVED_NS
    )
    store = open_store("memory:")
    apply(store, said)
    before = holds(store, None)
    apply(store, [command("retain", planned(store, LATER_NS, 0), received_ns=RECEIVED_NS)])
    assert holds(store, None) == before


def test_retain__lets_a_late_event_tell_what_it_would_have_told_in_time() -> None:
    store, in_time = open_store("memory:"), open_store("memory:")
    known = recognised([dataset_event(3, A, documentation={"description": "new"})], RECEIVED_NS)
    late = recognised(
        [
            dataset_event(1, A, documentation={"description": "old"}),
            dataset_event(2, B, documentation={"description": "first heard of late"}),
        ],
        RECEIVED_NS,
    )
    apply(store, known)
    retained = command("retain", planned(store, LATER_NS, 0), received_ns=RECEIVED_NS)
    apply(store, [retained, *late])
    apply(in_time, [*late, *known, retained])
    assert export_of(store) == export_of(in_time)
    assert "first heard of late" in export_of(store)
    assert '"old' not in export_of(store)


def test_retain__of_a_run_that_others_name_with_another_job_makes_that_job_known() -> None:
    root = {"run": {"runId": RUN[1].value}, "job": named(("jobs", "root"))}
    parent = {**root, "job": named((JOB.namespace, JOB.name)), "root": root}
    said = recognised([run(1, "COMPLETE", 1), run(2, "START", 3, facets={"parent": parent})], RECEIVED_NS)
    store = open_store("memory:")
    apply(store, said)
    apply(store, [command("retain", planned(store, at(2), 0), received_ns=RECEIVED_NS)])
    with store.read() as reader:
        assert reader.nodes([JobId("jobs", "root").key])[JobId("jobs", "root").key].properties["inferred"]


@pytest.mark.parametrize("before", [{}, {"lifecycleStateChange": {"lifecycleStateChange": "DROP"}}])
def test_retain__keeps_what_a_rename_stands_for_until_the_new_name_is_forgotten(before: Any) -> None:
    renamed = {"lifecycleStateChange": "RENAME", "previousIdentifier": named((A.namespace, A.name))}
    said = recognised(
        [dataset_event(1, A, **before), dataset_event(2, B, lifecycleStateChange=renamed)], RECEIVED_NS
    )
    retained = retain(tuple(said), LATER_NS, 1)
    forgotten = command("forget", Scope("dataset", B.namespace, B.name).terms, received_ns=LATER_NS)
    exports = {graph_of([*said, *commands], 1) for commands in ((retained, forgotten), (forgotten, retained))}
    assert len(exports) == 1
    assert A.key in exports.pop()


def test_retain__in_one_batch_with_a_command_to_forget_and_an_event_leaves_nothing_of_the_forgotten() -> None:
    declared, later = recognised([job_event(1, [C]), dataset_event(2, C)], RECEIVED_NS)
    retained = command("retain", {"before": time(10), "keepRuns": 0, "runs": []}, received_ns=RECEIVED_NS)
    forgotten = command("forget", Scope("namespace", "jobs").terms, received_ns=RECEIVED_NS)
    expected = graph_of([declared, later, retained, forgotten], 1)
    store = open_store("memory:")
    apply(store, [declared])
    apply(store, [forgotten, retained, later])
    assert export_of(store) == expected


def test_retain__and_forget_leave_what_an_event_names_only_together_with_the_forgotten() -> None:
    entry = {"type": "DATASET", **named((A.namespace, A.name)), "inputs": [source(B)]}
    said = recognised([dataset_event(1, B), job_event(2, lineage={"entries": [entry]})], RECEIVED_NS)
    retained = command("retain", {"before": time(10), "keepRuns": 0, "runs": []}, received_ns=RECEIVED_NS)
    forgotten = command("forget", Scope("dataset", A.namespace, A.name).terms, received_ns=RECEIVED_NS)
    exports = {graph_of([*said, *commands], 1) for commands in ((retained, forgotten), (forgotten, retained))}
    assert len(exports) == 1
    assert f"/{B.key}>" in exports.pop()
