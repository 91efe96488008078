"""What arrives after a ``forget`` of what it names is stored without that, as if it had come before."""

import json
from dataclasses import replace

import pytest

from catalog.entry import EntryKind, LogEntry, Status
from catalog.forget import Scope
from catalog.projection import Said
from catalog.receipts import ReceiptFilter, receipts
from catalog.statement import NOTHING
from catalog.store.port import NodeFilter, Store
from ingest.command import command
from ingest.dead_letters import dead_letter
from ingest.errors import Unparsable
from ingest.event import recognise
from ontology.vocabulary import Label
from tests.commands.test_forget import comes_to_the_same
from tests.convergence.cases import A, about, at, dataset_event, run
from tests.convergence.conftest import FreshStore
from tests.convergence.events import RECEIVED_NS, named
from tests.roundtrip.restoring import apply, export_of, log_of

NAME = "secret.salaries"
LOST = ("db", NAME)
FORGET = command("forget", Scope("dataset", *LOST).terms, received_ns=RECEIVED_NS, at_ns=at(30))
COLUMNS = {"fields": {"pay grade": {"inputFields": [{**named(LOST), "field": "pay"}, 3]}}}
"""Odd content: problems quote it, and their paths have the names of its columns."""


def about_it_alone() -> Said:
    event = {**dataset_event(1, A), "dataset": {**named(LOST), "facets": {"columnLineage": COLUMNS}}}
    return read(event)


def about_others_too() -> Said:
    return read(run(1, "COMPLETE", 3, [A], [about(A), {**named(LOST), "facets": {"schema": 3}}]))


def failed() -> Said:
    """One that the catalog failed on: it is kept, in quarantine, and says nothing."""
    entry, _ = about_it_alone()
    return replace(entry, status=Status.QUARANTINED), NOTHING


def read(event: object) -> Said:
    return recognise(json.dumps(event), received_ns=RECEIVED_NS)


def told(store: Store) -> list[LogEntry]:
    return [entry for entry in log_of(store) if entry.kind is not EntryKind.COMMAND]


@pytest.mark.parametrize(
    "said", [about_it_alone(), about_others_too(), failed()], ids=["alone", "too", "failed"]
)
def test_late_event__is_stored_without_the_forgotten_as_if_it_had_come_before(
    fresh_store: FreshStore, said: Said
) -> None:
    left = []
    for batch in ([said, FORGET], [FORGET, said]):
        store = fresh_store()
        for one in batch:
            apply(store, [one])
        left.append((log_of(store), export_of(store)))
    assert left[0] == left[1]
    [entry] = told(store)
    assert said[0].problems
    assert {(one.path, one.message) for one in entry.problems} == {("$", "Not kept.")}
    assert {one.code for one in entry.problems} == {one.code for one in said[0].problems}
    assert "salaries" not in repr(entry)
    assert "pay" not in repr(entry)
    assert [receipt.status for receipt in apply(store, [said])] == [Status.DUPLICATE]
    with store.read() as reader:
        assert receipts(reader, ReceiptFilter(text="salaries", kind=said[0].kind), None, 5).entries == []
        assert reader.search(["salaries"], NodeFilter((Label.DATASET, Label.FIELD)), 5) == []
    comes_to_the_same(store)


def test_late_event__about_others_too_tells_those(fresh_store: FreshStore) -> None:
    store = fresh_store()
    apply(store, [FORGET])
    apply(store, [about_others_too()])
    [entry] = told(store)
    assert json.loads(entry.body)["inputs"] == [named((A.namespace, A.name))]
    assert A.key in export_of(store)


def test_event_of_a_later_time__is_stored_whole(fresh_store: FreshStore) -> None:
    store = fresh_store()
    later = read({**dataset_event(40, A), "dataset": named(LOST)})
    apply(store, [FORGET])
    apply(store, [later])
    assert told(store) == [later[0]]


@pytest.mark.parametrize(
    "data",
    [
        b'{"job": {"name": "secret.salaries", "na',
        b'{"dataset": "db/secret.salaries", ',
        '{"name": "secret.salaries"'.encode("utf-16"),
        b'\xff {"name": "secret.salaries"',
    ],
)
def test_dead_letter__that_has_the_name_loses_its_text(fresh_store: FreshStore, data: bytes) -> None:
    error = Unparsable("The body is not JSON: secret.salaries.")
    letter = dead_letter(data, "kafka:t:0:1", error, received_ns=at(20)), NOTHING
    store = fresh_store()
    apply(store, [letter, FORGET])
    [entry] = told(store)
    assert (entry.body, [(one.code, one.message) for one in entry.problems]) == (
        "",
        [(error.code, "Not kept.")],
    )
    before = log_of(store)
    store = fresh_store()
    apply(store, [FORGET])
    apply(store, [letter])
    assert log_of(store) == before


def test_dead_letter__that_has_the_name_in_another_word_is_kept(fresh_store: FreshStore) -> None:
    error = Unparsable("The body is not JSON.")
    letter = dead_letter(b'{"name": "topsecret.salaries2"', "s", error, received_ns=at(20)), NOTHING
    store = fresh_store()
    apply(store, [letter, FORGET])
    assert told(store) == [letter[0]]
