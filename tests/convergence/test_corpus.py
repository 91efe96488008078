"""The real events: one graph on every store by every schedule, the graph of the oracle, and no fact lost."""

import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from catalog.entry import LogEntry, Receipt, Status
from catalog.projection import Projection, Said
from catalog.store.port import ALL_TIME, Store
from catalog.store.registry import open_store
from ingest.event import recognise
from ingest.redaction import EVERYTHING_KEPT
from ingest.replay import interpret_again
from ontology.vocabulary import Rel
from tests.convergence import observed, said
from tests.convergence.agreement import assert_facts, assert_graph, assert_runs, assert_timelines
from tests.convergence.conftest import NEO4J_WHEN_SLOW, FreshStore
from tests.convergence.held import held
from tests.convergence.oracle import World, key
from tests.ingest.facts import Fact, is_told, located

RECEIVED_NS = 1_800_000_000_000_000_000
DISTINCT_COLUMNS = 158
"""Pairs of (source field, output field) over all events."""
ATTEMPTED_COLUMNS = 1
SEEDS = {"memory": 2, "sqlite": 1, "neo4j": 1}


@pytest.fixture(scope="session")
def bodies(corpus: Path) -> list[bytes]:
    """The real events, in path order."""
    return [path.read_bytes() for path in sorted((corpus / "openlineage").rglob("*.json"))]


@pytest.fixture(scope="session")
def entries(bodies: list[bytes]) -> list[Said]:
    """The events with all that they say: the oracle knows of no redaction."""
    return [recognise(body, received_ns=RECEIVED_NS, redaction=EVERYTHING_KEPT) for body in bodies]


@pytest.fixture(scope="session")
def world(bodies: list[bytes]) -> World:
    return World(tuple(map(json.loads, bodies)), RECEIVED_NS)


@pytest.fixture(scope="session")
def full(entries: list[Said]) -> Iterator[Store]:
    """A store in memory with all events, sent in path order."""
    store = open_store("memory:")
    apply(store, [entries])
    yield store
    store.close()


@pytest.fixture(scope="session")
def lines(full: Store) -> list[str]:
    """Its canonical export."""
    return observed.export(full)


def apply(store: Store, batches: Iterable[list[Said]]) -> list[Receipt]:
    projection = Projection(store)
    return [receipt for batch in batches for receipt in projection.apply(batch)]


def cut(entries: list[Said], largest: int, seed: int) -> Iterator[list[Said]]:
    """Batches of random sizes."""
    chosen, start = random.Random(seed), 0
    while start < len(entries):
        end = start + chosen.randint(1, largest)
        yield entries[start:end]
        start = end


@NEO4J_WHEN_SLOW
def test_corpus__has_one_graph_on_every_store(
    fresh_store: FreshStore, entries: list[Said], lines: list[str]
) -> None:
    """In path order; the schedules of the next test, which are harder, are held on Neo4j too."""
    store = fresh_store()
    apply(store, cut(entries, 60, seed=0))
    assert observed.export(store) == lines


def test_corpus__has_one_graph_by_any_schedule(
    fresh_store: FreshStore, kind: str, entries: list[Said], lines: list[str]
) -> None:
    """Shuffled, a third of it sent twice, in batches of any size; every event has one effect."""
    for seed in range(SEEDS[kind]):
        order = [*entries, *entries[seed::3]]
        random.Random(seed).shuffle(order)
        store = fresh_store()
        statuses = Counter(receipt.status for receipt in apply(store, cut(order, 30, seed)))
        assert statuses[Status.DUPLICATE] == len(order) - len(entries)
        assert observed.export(store) == lines


@NEO4J_WHEN_SLOW
@pytest.mark.parametrize("order", ["as sent", "reversed"])
def test_corpus__has_one_graph_one_by_one(
    fresh_store: FreshStore, entries: list[Said], lines: list[str], order: str
) -> None:
    store = fresh_store()
    apply(store, ([said] for said in (entries if order == "as sent" else entries[::-1])))
    assert observed.export(store) == lines


@NEO4J_WHEN_SLOW
def test_corpus__sent_again_changes_nothing(
    fresh_store: FreshStore, entries: list[Said], lines: list[str]
) -> None:
    store = fresh_store()
    apply(store, [entries])
    receipts = apply(store, cut(entries[::-1], 100, seed=1))
    assert {receipt.status for receipt in receipts} == {Status.DUPLICATE}
    assert observed.export(store) == lines


def test_corpus__every_event_is_in_the_log_with_its_status(store: Store, entries: list[Said]) -> None:
    apply(store, [entries])
    with store.read() as reader:
        stored = reader.entries([entry.hash for entry, _ in entries])
        assert stored == {entry.hash: entry for entry, _ in entries}
        assert len(stored) == len(entries)
        assert sum(reader.entry_counts().values()) == len(entries)
        assert reader.entry_counts() == dict(Counter(entry.status for entry, _ in entries))


def test_corpus__replayed_from_the_log_is_the_same_graph(full: Store, lines: list[str]) -> None:
    with full.read() as reader:
        log = reader.log(None, 1000)
    replayed = open_store("memory:")
    apply(replayed, [[interpret_again(entry) for entry in log]])
    assert observed.export(replayed) == lines


def test_corpus__is_the_graph_of_the_oracle(full: Store, world: World) -> None:
    instants = [None, world.instants[len(world.instants) // 2]]
    with full.read() as reader:
        assert_graph(reader, world, instants)
        assert_runs(reader, world)
        assert_timelines(reader, world)
        for at in instants:
            assert_facts(reader, world, at)


def test_corpus__every_fact_of_every_event_is_found(full: Store, entries: list[Said], world: World) -> None:
    """In the graph, a run or a timeline; else a newer facet of the run replaced it, or the receipt says why not."""
    value_keys = {key(*entity): world.value_keys(entity) for entity in world.sights}
    with full.read() as reader:
        found = dict(held(reader, value_keys))
    newest = {fact[1:3]: at for fact, at in found.items() if fact[0] == "facet" and at}
    lost = {}
    for entry, _ in entries:
        told = {problem.path for problem in entry.problems}
        missing = [
            (path, fact)
            for path, fact in located(json.loads(entry.body))
            if fact not in found and not is_told(path, told) and not _replaced(entry, fact, newest)
        ]
        if missing:
            lost[entry.hash] = missing
    assert lost == {}


def _replaced(entry: LogEntry, fact: Fact, newest: dict[Fact, str]) -> bool:
    """Whether a newer event of the run has the facet (a parent is a facet too)."""
    of_run = {"parent": ("run", fact[1]), "root": ("run", fact[1]), "facet": fact[1]}.get(fact[0])
    names = {"facet": fact[2:3]}.get(fact[0], ("parent", "parentRun"))
    return any(newest.get((of_run, name), "") > entry.order_key for name in names)


def test_corpus__every_column_is_an_edge(full: Store, entries: list[Said], world: World) -> None:
    """Of some time; those that only runs that failed have are attempted, and known by the run alone."""
    events = [json.loads(entry.body) for entry, _ in entries]
    columns = {
        (fact, said.run_id(e.get("run"))) for e in events for _, fact in located(e) if fact[0] == "column"
    }
    assert len({fact[1:7] for fact, _ in columns if fact[6] is not None}) == DISTINCT_COLUMNS
    with full.read() as reader:
        stored = observed.edges(reader, observed.nodes(reader), ALL_TIME)
    edges = {
        (e.source, e.target, e.type, e.properties) for e in stored if e.type in (Rel.FEEDS, Rel.INFLUENCES)
    }
    told = {(*edge[:3], _how(edge[3])) for edge in edges}
    missing = {(fact, run) for fact, run in columns if _edge(fact) not in told}
    assert {world.runs[run].state for _, run in missing if run is not None} == {"FAIL"}
    assert len(missing) == ATTEMPTED_COLUMNS
    with full.read() as reader:
        for fact, run in missing:
            assert run is not None
            parts = observed.run_parts(reader, key("run", run)).values()
            assert fact[1:] in {row[:9] for _, _, rows in parts for row in rows}


def _how(properties: tuple[tuple[str, object], ...]) -> tuple[object, object]:
    found = dict(properties)
    return found.get("subtype"), found.get("masking", False)


def _edge(fact: Fact) -> tuple[str, str, str, tuple[object, object]]:
    """A column fact as an edge: (source, target, type, (subtype, masking))."""
    target = key("dataset", *fact[4:6]) if fact[6] is None else key("field", *fact[4:7])
    type_ = Rel.FEEDS if fact[7] == "DIRECT" and fact[6] is not None else Rel.INFLUENCES
    return key("field", *fact[1:4]), target, type_, fact[8:10]
