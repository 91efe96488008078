"""The events of a build as a proposal."""

import json
from typing import Any

import pytest

from catalog.identity import DatasetId
from catalog.store.memory import MemoryStore
from ingest.derivation.settle import settle
from ingest.errors import BrokenDocument, EmptyChange, UnknownDataset
from tests.convergence.observed import send
from tests.producers.emporium import recorded_events
from tests.proposals.words import DAILY_SQL, NS, ORDERS, brief, dataset, event, propose, shop


@pytest.fixture(scope="module")
def store() -> MemoryStore:
    return shop()


def lines(*events: dict[str, Any]) -> str:
    return "".join(json.dumps(one) + "\n" for one in events)


def test_events__tell_other_columns_of_an_output(store: MemoryStore) -> None:
    fields = {**ORDERS, "total": "decimal(12,2)", "note": "text"}
    del fields["customer"]
    for text in (
        lines(event("load", {"orders": ORDERS}), event("load", {"orders": fields}, minute=9)),
        json.dumps([event("load", {"orders": fields})]),
        json.dumps({"events": [event("load", {"orders": fields})]}),
        json.dumps(event("load", {"orders": fields}), indent=2),
    ):
        found = propose(store, text)
        assert brief(found) == [
            ("FIELD_REMOVED", "customer", "varchar(20)", None),
            ("FIELD_ADDED", "note", None, "text"),
            ("TYPE_WIDENED", "total", "decimal(10,2)", "decimal(12,2)"),
        ]
        assert {one.subject for one in found.changes} == {dataset("orders")}
        assert found.unread == ()


def test_events__tell_another_sql_of_a_job(store: MemoryStore) -> None:
    same = event("daily", {"daily": None}, ["orders"], query=f"{DAILY_SQL} -- again")
    with pytest.raises(EmptyChange):
        propose(store, lines(same))
    found = propose(store, lines(event("daily", {"daily": None}, query=DAILY_SQL.replace("sum", "max"))))
    assert [(one.subject, one.kind) for one in found.changes] == [(dataset("daily"), "QUERY_CHANGED")]


def test_events__of_a_build_elsewhere_are_of_what_the_same_job_writes(store: MemoryStore) -> None:
    text = lines(event("load", {"orders": {**ORDERS, "note": "text"}})).replace("pg:5432", "ci:5432")
    found = propose(store, text)
    assert [(one.subject, one.path) for one in found.changes] == [(dataset("orders"), "note")]


def test_events__with_some_outputs_that_are_not_known_say_so(store: MemoryStore) -> None:
    found = propose(
        store, lines(event("load", {"orders": {**ORDERS, "note": "text"}, "fresh": {"a": "int"}}))
    )
    assert [one.path for one in found.changes] == ["note"]
    assert found.unread == (f"new-0: {NS}/shop.sales.fresh is not known, so it is taken for new.",)


def test_events__of_a_run_that_failed_prove_nothing(store: MemoryStore) -> None:
    failed = {**event("daily", {"daily": {"day": "text"}}), "eventType": "FAIL"}
    found = propose(store, lines(event("load", {"orders": {**ORDERS, "note": "text"}}), failed))
    assert [one.path for one in found.changes] == ["note"]
    assert found.unread == ("new-0: jobs/daily failed, so what it would write is not known.",)


def test_events__that_drop_and_rename_datasets_remove_and_move_them(store: MemoryStore) -> None:
    dropped, renamed = event("a", {"customers": None}), event("b", {"purchases": None})
    dropped["outputs"][0]["facets"] = {"lifecycleStateChange": {"lifecycleStateChange": "DROP"}}
    before = {"namespace": NS, "name": "shop.sales.orders"}
    renamed["outputs"][0]["facets"] = {
        "lifecycleStateChange": {"lifecycleStateChange": "RENAME", "previousIdentifier": before}
    }
    found = propose(store, lines(dropped, renamed))
    assert [(one.subject, one.kind, one.after) for one in found.changes] == [
        (dataset("customers"), "DATASET_REMOVED", None),
        (dataset("orders"), "DATASET_MOVED", DatasetId(NS, "shop.sales.purchases").key),
    ]


def test_events__are_compared_with_those_of_the_build_before(store: MemoryStore) -> None:
    old, new = event("load", {"orders": {"a": "int"}}), event("load", {"orders": {"a": "bigint"}})
    assert brief(propose(store, lines(new), base=[lines(old)])) == [("TYPE_WIDENED", "a", "int", "bigint")]


def test_events__that_cannot_be_answered_are_refused(store: MemoryStore) -> None:
    with pytest.raises(BrokenDocument, match="new-0: line 2 is no OpenLineage event"):
        propose(store, lines(event("load", {"orders": ORDERS})) + "{nothing}\n")
    with pytest.raises(UnknownDataset, match=r"ordersx, and the graph has none of it. Did you mean .*orders"):
        propose(store, lines(event("x", {"ordersx": {"a": "int"}})))
    broken = event("load", {"orders": ORDERS})
    broken["outputs"][0]["facets"]["schema"]["fields"].append("text")
    with pytest.raises(BrokenDocument, match="A field is an object"):
        propose(store, lines(broken))


def test_events__of_a_recorded_build_change_nothing() -> None:
    store = MemoryStore()
    send(store, [recorded_events("prod")])
    settle(store)
    with pytest.raises(EmptyChange):
        propose(store, lines(*recorded_events("prod")))
