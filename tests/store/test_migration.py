"""Stores that another ontology has made: refused, migrated, and then as if made today."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from catalog.errors import NewerOntology, OntologyChanged, ReplayNeeded, StoreError, UnknownStoreUrl
from catalog.export import nquads
from catalog.graph import Direction
from catalog.lineage import walk
from catalog.migration import mark_rebuilt, migrate
from catalog.projection import Projection
from catalog.search import search
from catalog.store.mark import PROJECTION, StoreMark
from catalog.store.port import NodeFilter, Store
from catalog.store.registry import open_migrator, open_store
from ingest.event import recognise
from ingest.replay import replay
from ontology.compiler import load_model
from tests.api.events import run_event
from tests.api.graphql.described import describe, thing
from tests.governance.keeping.keeping import Keeping, told
from tests.governance.keeping.test_pipeline import POLICIES, arrive
from tests.governance.test_stores import document
from tests.neo4j.server import Neo4j
from tests.store.conftest import Kind
from tests.store.older import DIGEST_0_1, Old, OldNeo4j, OldSqlite

OURS = StoreMark.of(load_model())
OTHER = replace(OURS, digest="0" * 64)
RAW, MART = "dataset/warehouse/raw.orders", "dataset/warehouse/mart.orders"


@pytest.fixture
def url(kept_url: str) -> str:
    """A store that holds an event."""
    store = open_store(kept_url)
    ingest(store, 0)
    store.close()
    return kept_url


@pytest.fixture
def old(kind: Kind, url: str, request: pytest.FixtureRequest) -> Old:
    if kind.name == "sqlite":
        return OldSqlite(url.removeprefix("sqlite:///"))
    server: Neo4j = request.getfixturevalue("neo4j_server")
    return OldNeo4j(server)


def ingest(store: Store, number: int, **members: Any) -> None:
    event = json.dumps(run_event(number, **members))
    Projection(store).apply([recognise(event, received_ns=1_700_000_000_000_000_000)])


def exported(url: str) -> list[str]:
    store = open_store(url)
    try:
        with store.read() as reader:
            return list(nquads(reader))
    finally:
        store.close()


def leave_schema_of_0_1(old: Old) -> None:
    """The schema of 0.1 around a graph of today: its own graph would have to be made anew."""
    old.make_0_1()
    old.mark(replace(OURS, version="0.1", digest=DIGEST_0_1))


def test_a_store_of_0_1__has_a_graph_of_older_folds(url: str, old: Old) -> None:
    old.make_0_1()
    assert migrate(url, dry_run=True).rebuilds
    assert migrate(url).rebuilds
    with pytest.raises(ReplayNeeded, match="meshline migrate"):
        open_store(url)


def test_a_store_of_0_1__is_refused_and_left_alone(url: str, old: Old) -> None:
    old.make_0_1()
    before = old.schema()
    with pytest.raises(OntologyChanged, match=rf"ontology 0\.1 .*ontology {OURS.version}.*meshline migrate"):
        open_store(url)
    assert old.schema() == before


def test_a_schema_of_0_1__works_when_it_is_migrated(url: str, old: Old) -> None:
    before, schema = exported(url), old.schema()
    leave_schema_of_0_1(old)
    done = migrate(url)
    assert (done.before.version, done.after) == ("0.1", OURS)
    assert old.schema() == schema
    assert exported(url) == before
    store = open_store(url)
    ingest(store, 1, job={"namespace": "jobs", "name": "more"}, inputs=[{"namespace": "pg", "name": "later"}])
    with store.read() as reader:
        assert [hit.node.key for hit in search(reader, "mart").hits] == [MART]
        assert [hit.node.key for hit in search(reader, "later").hits] == ["dataset/pg/later"]
        found = {node.key for node in walk(reader, [MART], direction=Direction.IN).nodes}
        assert found == {MART, RAW, "dataset/pg/later", "job/jobs/orders", "job/jobs/more"}
        assert reader.count(NodeFilter(("Job",))) == 2
    store.close()


def test_a_dry_run__says_what_a_migration_does_and_does_nothing(url: str, old: Old) -> None:
    leave_schema_of_0_1(old)
    before = old.schema()
    planned = migrate(url, dry_run=True)
    assert planned.needed
    assert old.schema() == before
    assert migrate(url) == planned
    assert not migrate(url, dry_run=True).needed
    assert migrate(url).steps == ()


def test_a_store_of_another_ontology__is_refused_until_it_is_migrated(url: str, old: Old) -> None:
    before = old.schema()
    old.mark(OTHER)
    with pytest.raises(OntologyChanged):
        open_store(url)
    assert migrate(url).steps == ()
    assert old.schema() == before
    open_store(url).close()


def test_a_migration__tells_that_documents_were_read_by_other_words(url: str, old: Old) -> None:
    old.mark(OTHER)
    assert not migrate(url).unread
    store = open_store(url)
    describe(store, 1, [thing("team/a", "Team", name="A")])
    store.close()
    assert not migrate(url).unread
    old.mark(OTHER)
    assert migrate(url, dry_run=True).unread


@pytest.mark.parametrize(
    "newer", [replace(OTHER, version="999.0.0"), replace(OURS, projection=PROJECTION + 1)]
)
def test_a_newer_store__is_refused_by_all(url: str, old: Old, newer: StoreMark) -> None:
    old.mark(newer)
    before = old.schema()
    questions: tuple[Callable[[], object], ...] = (
        lambda: open_store(url),
        lambda: open_store(url, of_any_ontology=True),
        lambda: migrate(url),
    )
    for question in questions:
        with pytest.raises(NewerOntology, match="Use a newer Meshline"):
            question()
    assert old.schema() == before


def test_a_graph_of_older_folds__is_made_anew_by_a_replay(url: str, old: Old) -> None:
    before = exported(url)
    old.mark(replace(OURS, projection=PROJECTION - 1))
    with pytest.raises(ReplayNeeded, match="meshline migrate"):
        open_store(url)
    assert migrate(url).rebuilds
    with pytest.raises(ReplayNeeded, match="meshline migrate"):
        open_store(url)
    source, target = open_store(url, of_any_ontology=True), open_store("memory:")
    replay(source, Projection(target))
    source.close()
    with target.read() as reader:
        assert list(nquads(reader)) == before
    mark_rebuilt(url)
    assert exported(url) == before


def test_a_label_that_no_ontology_has__needs_a_replay(url: str, old: Old) -> None:
    old.meet("Gadget")
    old.mark(OTHER)
    with pytest.raises(ReplayNeeded, match=r"no label or type for: 1 of (Gadget|Gadget:Resource)\."):
        migrate(url)
    with pytest.raises(OntologyChanged):
        open_store(url)


def test_an_interrupted_migration__goes_on_when_it_is_run_again(
    url: str, old: Old, kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Interrupted before its mark, which comes last."""
    schema = old.schema()
    leave_schema_of_0_1(old)

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        if kind.name == "sqlite":
            broken.setattr("catalog.store.sqlite_migrator.write_mark", crash)
        else:
            broken.setattr("catalog.store.neo4j_cypher.WRITE_META", None)
        with pytest.raises((KeyboardInterrupt, Exception)):
            migrate(url)
    with pytest.raises(OntologyChanged):
        open_store(url)
    migrate(url)
    assert old.schema() == schema


def test_an_empty_store__has_nothing_to_migrate(kept_url: str) -> None:
    with pytest.raises(StoreError, match="empty"):
        migrate(kept_url)


def test_memory__has_nothing_to_migrate() -> None:
    with pytest.raises(UnknownStoreUrl, match="in memory"):
        open_migrator("memory:", load_model())


def test_kept_verdicts__after_a_migration_are_those_of_a_full_evaluation(url: str, old: Old) -> None:
    """By a keeper that begins anew, as the service does; and what it has not looked at is not current."""
    store = open_store(url)
    arrive(store, document(POLICIES, "policies.yaml", 1_700_000_000_000_000_000))
    keeping = Keeping(store)
    keeping.settle()
    store.close()
    old.mark(OTHER)
    assert migrate(url).needed
    store = open_store(url)
    keeping.reopen(store)
    assert told(keeping.kept().evaluation) == told(keeping.full())
    ingest(store, 5, outputs=[{"namespace": "warehouse", "name": "other"}])
    assert not keeping.kept().standing.is_current(keeping.now_ns)
    keeping.settle()
    assert told(keeping.kept().evaluation) == told(keeping.full())
    assert keeping.kept().standing.is_current(keeping.now_ns)
    assert keeping.kept().evaluation.verdicts
    store.close()
