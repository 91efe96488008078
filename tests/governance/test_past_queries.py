"""Queries as of a time past: what they say then is what a full evaluation said then, as a mesh lives on."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.policies.queries import open_queries
from catalog.governance.checks.ground import Queries
from catalog.governance.evaluation import evaluate
from catalog.governance.policy import QueryCheck
from catalog.governance.stored import Stored
from catalog.governance.verdict import Evaluation, Status
from catalog.instant import format_instant, instant_of
from catalog.past import graph
from catalog.past.graph import past
from catalog.projection import Projection, Said
from catalog.rdf.graphs import graphs_of
from catalog.rdf.pages import pages
from catalog.store.memory import MemoryStore
from catalog.store.port import Reader, Store
from ingest.descriptors.policies_writing import policies_yaml
from ingest.event import recognise
from ingest.replay import interpret_again
from ontology.sparql import TABLE_TYPES, Question, RdfStore
from tests.governance.described_worlds import (
    MESH,
    QUERIES,
    RECEIVED_NS,
    document,
    documents,
    organisations,
    written,
)
from tests.governance.test_stores import document as text_of
from tests.governance.words import policy

BASE = "https://mesh.example/id/"
Opened = Callable[[Reader, str, int | None], AbstractContextManager[Queries]]
ASKED = (
    *QUERIES[:2],
    QueryCheck("Job", f'{MESH} SELECT ?this ?run {{ ?run mesh:ofJob ?this ; mesh:state "FAIL" }}'),
    QueryCheck("Job", f'{MESH} SELECT ?this {{ ?run mesh:ofJob ?this ; mesh:state "START" }}'),
    QueryCheck("Dataset", f"{MESH} SELECT ?this ?field {{ ?this mesh:hasField ?field }}"),
    QueryCheck(
        "DataProduct",
        f"{MESH} SELECT ?this {{ ?this mesh:purpose ?what . FILTER NOT EXISTS {{ ?this mesh:ownedBy ?any }} }}",
    ),
)
RULES = policies_yaml(Stored(tuple(policy(check, f"rule-{number}") for number, check in enumerate(ASKED))))


def run_event(second: int, job: str, type_: str, run: int) -> Said:
    told = written("x", "k") if type_ == "COMPLETE" else written("y", "k", "v")
    told |= {
        "eventTime": format_instant(RECEIVED_NS + second * 10**9),
        "eventType": type_,
        "job": {"namespace": "db", "name": job},
        "run": {"runId": f"0190d3b6-0000-7000-8000-{run:012d}"},
    }
    return recognise(json.dumps(told), received_ns=RECEIVED_NS + second * 10**9)


@st.composite
def lives(draw: Any) -> list[Said]:
    """What is told of a mesh, one after the other."""
    told = [text_of(RULES, "rules.yaml", RECEIVED_NS), document("org.yaml", at=1, **draw(organisations()))]
    for step in range(2, draw(st.integers(4, 7))):
        if draw(st.booleans()):
            source, sections = draw(documents())
            told.append(document(source, at=step, **sections))
        else:
            job, type_ = (
                draw(st.sampled_from(("load", "copy"))),
                draw(st.sampled_from(("START", "FAIL", "COMPLETE"))),
            )
            told.append(run_event(step, job, type_, draw(st.integers(0, 1))))
    return told


@dataclass(frozen=True)
class Here:
    """Answers in this process, which takes a tenth of the time of another."""

    rdf: RdfStore
    at: int | None
    base: str = BASE

    def select(self, text: str, budget_s: int) -> list[dict[str, str]]:
        rows = json.loads(self.rdf.answer(Question(text, TABLE_TYPES[0], 10**8)))["results"]["bindings"]
        return [{name: term["value"] for name, term in row.items()} for row in rows]


@contextmanager
def here(reader: Reader, base: str, at: int | None) -> Iterator[Queries]:
    rdf = RdfStore(None)
    with nullcontext(reader) if at is None else past(reader, at, interpret_again).read() as seen:
        for nodes in pages(seen):
            rdf.load(graphs_of(seen, [node.key for node in nodes], base))
    yield Here(rdf, at)


def evaluated(store: Store, now_ns: int, at: int | None, opened: Opened = open_queries) -> Evaluation:
    with store.read() as reader, opened(reader, BASE, at) as queries:
        return evaluate(reader, now_ns=now_ns, at=at, queries=queries)


def assert_agree(store: Store, told: list[Said], opened: Opened = open_queries) -> None:
    before: dict[int, Evaluation] = {}
    for one in told:
        Projection(store, interpret_again).apply([one])
        at = instant_of(one[0].order_key)
        before[at] = evaluated(store, at, None, opened)
    for at, found in before.items():
        then = evaluated(store, at, at, opened)
        assert set(then.verdicts) ^ set(found.verdicts) == set()
        assert then.unevaluated == found.unevaluated


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(told=lives())
def test_queries__as_of_a_time_past_say_what_they_said_then(told: list[Said]) -> None:
    assert_agree(MemoryStore(), told, here)


TOLD = [
    text_of(RULES, "rules.yaml", RECEIVED_NS),
    document("p.yaml", at=1, products=[{"id": "p0", "purpose": "What for."}]),
    run_event(2, "load", "START", 0),
    document(
        "p.yaml",
        at=3,
        products=[{"id": "p0", "purpose": "What for.", "owner": "a", "tags": ["gold"]}],
        teams=[{"id": "a"}],
    ),
    run_event(4, "load", "FAIL", 0),
    document("p.yaml", at=5, teams=[{"id": "a"}]),
]


def test_queries__as_of_a_time_past_are_the_same_in_every_store(store: Store) -> None:
    assert_agree(store, TOLD)
    at = RECEIVED_NS + 2 * 10**9
    failing = {
        (one.policy, one.target) for one in evaluated(store, at, at).verdicts if one.status is Status.FAIL
    }
    assert failing == {("rule-3", "job/db/load"), ("rule-4", "dataset/db/y"), ("rule-5", "product/p0")}


def test_queries__of_too_large_a_graph_are_not_evaluated_as_of_the_past(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = MemoryStore()
    Projection(store, interpret_again).apply(TOLD)
    monkeypatch.setattr(graph, "MOST_NODES", 5)

    found = evaluated(store, RECEIVED_NS + 3 * 10**9, RECEIVED_NS + 3 * 10**9)

    assert {one.status for one in found.verdicts} == {Status.NOT_EVALUATED}
    assert {one.message for one in found.verdicts} == {
        "Of a graph of more than 5 nodes none of a time past is made."
    }
