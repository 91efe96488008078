"""What the graph knows is asked of each kind of store alike."""

from catalog.store.port import Store
from ingest.derivation.settle import settle
from tests.convergence.conftest import fresh_store, kind, store
from tests.convergence.observed import send
from tests.proposals.test_contracts import CONTRACT
from tests.proposals.words import DAILY_SQL, ORDERS, brief, dataset, describe, event, propose

__all__ = ["fresh_store", "kind", "store"]


def test_proposal__is_the_same_on_every_store(store: Store) -> None:
    told = [
        event("load", {"orders": ORDERS}),
        event("daily", {"daily": None}, ["orders"], query=DAILY_SQL, minute=1),
    ]
    send(store, [told])
    describe(store, CONTRACT, "contract.yaml")
    settle(store)
    ddl = "alter table orders drop column customer; create or replace view daily as select 1 as day"
    found = propose(store, ddl, CONTRACT.replace("value: 99.9", "value: 99"), dialect="postgres")
    assert [(one.subject, str(one.kind), one.path) for one in found.changes] == [
        ("contract/order-book", "SLO_RELAXED", None),
        (dataset("daily"), "QUERY_CHANGED", None),
        (dataset("orders"), "FIELD_REMOVED", "customer"),
    ]
    assert found.unread == ()
    assert brief(found)[0][2:] == ("99.9 percent", "99 percent")
