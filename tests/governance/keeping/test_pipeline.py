"""What is kept is what a full evaluation says of what events, documents and operators' commands make of the graph."""

import json
from collections.abc import Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.alias_rulings import Pair
from catalog.identity import DatasetId
from catalog.instant import parse_instant
from catalog.projection import Projection, Said
from catalog.store.memory import MemoryStore
from catalog.store.port import Store
from ingest.command import command
from ingest.event import recognise
from ingest.redaction import EVERYTHING_KEPT
from ingest.replay import interpret_again
from tests.convergence.cases import A, B, C, at
from tests.convergence.mixed_events import EVENTS, PAIRS, SCOPES
from tests.convergence.said import Event
from tests.governance.keeping.keeping import Keeping, told
from tests.governance.test_stores import document

BEGIN = parse_instant("2024-05-01T10:00:00Z").ns
POLICIES = """
meshline: 1
policies:
  - {id: orphans, title: T, owner: t, severity: block, check: {lineage: {rule: orphan, of: Dataset}}}
  - {id: crossing, title: T, owner: t, check: {lineage: {rule: crossing, of: Job}}}
  - {id: flows, title: T, owner: t, check: {lineage: {rule: crossing, of: DataProduct}}}
  - {id: fresh, title: T, owner: t, check: {lineage: {rule: stale, of: Dataset, maxAge: PT4M}}}
  - {id: of-x, title: T, owner: t, scope: {domain: x}, check: {lineage: {rule: orphan, of: Dataset}}}
  - id: written
    title: T
    owner: t
    check: {shape: {of: Dataset, require: [{path: ^PRODUCES, min: 1, then: [{path: ^CONSUMED_BY, max: 1}]}]}}
  - id: columns
    title: T
    owner: t
    scope: {domain: x}
    check: {shape: {of: Field, require: [{path: [^FEEDS], max: 0}]}}
  - {id: classes, title: T, owner: t, check: {lineage: {rule: propagate, of: Field}}}
"""


def declared(minute: int, domain: str, serves: Sequence[DatasetId], contains: Sequence[DatasetId]) -> Said:
    """A version of the product and its domains."""
    text = f"""
meshline: 1
domains: [{{id: x}}, {{id: y}}]
products:
  - id: p
    domain: {domain}
    outputs: [{{name: out, datasets: [{_listed(serves)}]}}]
    datasets: [{_listed(contains)}]
"""
    return document(text, "mesh.yaml", at(minute))


def _listed(datasets: Sequence[DatasetId]) -> str:
    return ", ".join(f"{{namespace: {one.namespace}, name: {one.name}}}" for one in datasets)


def seen(event: Event) -> Said:
    return recognise(json.dumps(event), received_ns=BEGIN, redaction=EVERYTHING_KEPT)


SOME = st.lists(st.sampled_from((A, B, C)), max_size=2, unique=True)
DECLARED = st.builds(declared, st.integers(0, 50), st.sampled_from("xy"), SOME, SOME)
FORGET = SCOPES.map(lambda scope: command("forget", scope.terms, received_ns=BEGIN + 10**12))
UNLINK = PAIRS.map(lambda pair: command("unlink", Pair(*sorted(pair)).terms, received_ns=BEGIN + 10**12))
HAPPENING = st.one_of(EVENTS.map(seen), EVENTS.map(seen), DECLARED, FORGET, UNLINK)


def arrive(opened: Store, said: Said) -> None:
    Projection(opened, interpret_again).apply([said])


@settings(
    max_examples=40, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(happening=st.lists(HAPPENING, min_size=2, max_size=8))
def test_kept_verdicts__are_those_of_a_full_evaluation_whatever_arrives(happening: list[Said]) -> None:
    opened = MemoryStore()
    arrive(opened, document(POLICIES, "policies.yaml", BEGIN))
    arrive(opened, declared(0, "x", [A], [B]))
    keeping = Keeping(opened)
    keeping.now_ns = at(30)
    for said in happening:
        arrive(opened, said)
        keeping.settle()
        assert told(keeping.kept().evaluation) == told(keeping.full())
        assert keeping.kept().standing.is_current(keeping.now_ns)
