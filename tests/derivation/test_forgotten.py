"""SQL from before a command to forget does not bring back what is forgotten, whatever comes first."""

from collections.abc import Sequence
from itertools import permutations

import pytest

from catalog.difference import Part
from catalog.forget import Scope
from catalog.identity import DatasetId
from catalog.instant import parse_instant
from catalog.projection import Said
from catalog.sql_report import sql_reports
from catalog.store.memory import MemoryStore
from catalog.store.port import ALL_TIME, Store
from ingest.command import command
from ingest.derivation.resolution import Rule
from ingest.derivation.settle import settle
from ingest.rebuild import verify
from ontology.vocabulary import Rel
from tests.convergence.conftest import FreshStore
from tests.convergence.said import Event
from tests.derivation.cases import NS, dataset_event, holder, job_id, parsed, run, time
from tests.roundtrip.restoring import RECEIVED_NS, apply, export_of, recognised

UPPER = DatasetId(NS, "RAW.ORDERS")
ORDERS, STG, MART = (DatasetId(NS, name) for name in ("raw.orders", "stg.orders", "mart.orders"))
QUERY = "select id from raw.orders where amount > 1"
SENT = dataset_event(1, ORDERS, "id", "amount")
READ = run("one", 2, QUERY, [], [holder(STG)])
TOLD = run("one", 2, QUERY, [holder(ORDERS)], [holder(STG)])
WRITTEN = run(
    "two", 3, "create table raw.orders as select id from stg.orders", [holder(STG)], [holder(ORDERS)]
)
COLUMNS = {"fields": {"id": {"inputFields": [{"namespace": NS, "name": ORDERS.name, "field": "id"}]}}}
WITH_COLUMNS = run("one", 2, QUERY, [], [holder(STG, columnLineage=COLUMNS)])
TOLD_AGAIN = run("one", 22, QUERY, [], [holder(STG)])
SENT_LATER = dataset_event(20, ORDERS, "id")
READ_LATER = run("one", 21, QUERY, [], [holder(MART)])

DATASET = Scope("dataset", NS, "raw.orders")
CASES: dict[str, tuple[Scope, list[Event]]] = {
    "a dataset": (DATASET, [SENT, READ]),
    "a dataset that the job names": (DATASET, [SENT, TOLD]),
    "a dataset that no event names": (DATASET, [READ]),
    "a dataset that SQL makes": (DATASET, [READ, WRITTEN]),
    "a dataset that is sent later": (DATASET, [SENT, READ, SENT_LATER]),
    "a dataset that is read later": (DATASET, [SENT, READ, READ_LATER]),
    "a dataset whose SQL is told again": (DATASET, [SENT, READ, TOLD_AGAIN]),
    "a dataset that is sent, and whose SQL is told, again": (DATASET, [READ, SENT_LATER, TOLD_AGAIN]),
    "a dataset of another case": (Scope("dataset", NS, UPPER.name), [dataset_event(1, UPPER), READ]),
    "a job": (Scope("job", "jobs", "one"), [SENT, READ, WRITTEN]),
    "a job that alone names a dataset": (Scope("job", "jobs", "one"), [WITH_COLUMNS]),
    "the jobs of a namespace": (Scope("namespace", "jobs"), [SENT, READ, READ_LATER]),
    "the datasets of a namespace": (Scope("namespace", NS), [SENT, READ, READ_LATER]),
}  # fmt: skip


def forget(scope: Scope, minute: int = 10) -> Said:
    at_ns = parse_instant(time(minute)).ns
    return command("forget", scope.terms, received_ns=max(RECEIVED_NS, at_ns), at_ns=at_ns)


def told(store: Store, said: Sequence[Said]) -> Store:
    """The store, after each was applied by itself and all was derived each time."""
    for one in said:
        apply(store, [one])
        settle(store)
    return store


def forgotten(*events: Event, scope: Scope = DATASET) -> Store:
    return told(MemoryStore(), [*recognised(events, RECEIVED_NS), forget(scope)])


@pytest.mark.parametrize("case", CASES)
def test_forgotten__is_the_same_in_any_order_and_what_a_replay_makes(case: str) -> None:
    scope, events = CASES[case]
    said = [*recognised(events, RECEIVED_NS), forget(scope)]
    exports = set()
    for order in permutations(said):
        store = told(MemoryStore(), order)
        found = verify(store, MemoryStore())
        # The receipt of an event that comes behind the command keeps its text, which a replay takes from it.
        assert [one for one in found.first if one.part is not Part.RECEIPT] == []
        exports.add(export_of(store))
    assert len(exports) == 1


@pytest.mark.parametrize(
    "events", [[SENT, READ], [SENT, TOLD], [READ], [SENT, READ, WRITTEN], [SENT, READ, SENT_LATER]]
)
def test_name_of_a_forgotten_dataset__means_nothing(events: list[Event]) -> None:
    store = forgotten(*events)
    with store.read() as reader:
        assert parsed(reader, "one", Rel.CONSUMED_BY, ALL_TIME) == set()
        assert parsed(reader, "one", Rel.INFLUENCES, ALL_TIME) == set()
        assert parsed(reader, "two", Rel.PRODUCES, ALL_TIME) == set()
        (table,) = (
            one
            for one in sql_reports(reader, [job_id("one").key])[job_id("one").key].tables
            if one.name == "raw.orders"
        )
        assert (ORDERS.key in reader.nodes([ORDERS.key])) == (SENT_LATER in events)
    assert (table.dataset, table.rule) == (None, Rule.FORGOTTEN)


@pytest.mark.parametrize("scope", [DATASET, Scope("namespace", NS)], ids=str)
def test_name_of_a_forgotten_dataset__means_it_again_from_a_later_run_on(scope: Scope) -> None:
    with forgotten(SENT, READ, READ_LATER, scope=scope).read() as reader:
        (edge,) = reader.edges_told_by(job_id("one").key, "PARSED", -(2**63), (Rel.CONSUMED_BY,))
    assert (edge.source, edge.valid_from) == (ORDERS.key, parse_instant(time(21)).ns)


@pytest.mark.parametrize("scope", [DATASET, Scope("namespace", NS), Scope("job", "jobs", "one")], ids=str)
def test_verify__finds_the_same_after_forgetting(fresh_store: FreshStore, scope: Scope) -> None:
    store = told(fresh_store(), [*recognised([SENT, WITH_COLUMNS, WRITTEN], RECEIVED_NS), forget(scope)])
    assert verify(store, MemoryStore()).first == []


def test_sql_that_is_told_again__means_what_was_forgotten_from_then_on() -> None:
    store = forgotten(SENT, READ, SENT_LATER, TOLD_AGAIN)

    with store.read() as reader:
        assert ("raw.orders#id", "one", "SELECT") in parsed(reader, "one", Rel.USED_BY)
        before = parsed(reader, "one", Rel.USED_BY, parse_instant(time(9)).ns)
    assert before == set()
