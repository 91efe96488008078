"""Guards of entries: refused ones leave nothing, in whatever company they come."""

from dataclasses import replace
from typing import Any

import pytest

from catalog.entry import LogEntry, Receipt, Status
from catalog.errors import Refused
from catalog.fold.workspace import Workspace
from catalog.projection import Projection, Said
from catalog.statement import Statements
from catalog.store.port import Store
from ingest.pipeline import apply_or_quarantine
from tests.documents.conftest import fresh_store, kind, store
from tests.documents.versions import key, thing, version

__all__ = ["fresh_store", "kind", "store"]

SALES = key("product", "sales")


class Only:
    """Takes an entry where the graph has no such node yet."""

    def __init__(self, node: str) -> None:
        self.node = node

    def __call__(self, work: Workspace, entry: LogEntry, said: Statements) -> None:
        if work.transaction.nodes((self.node,)):
            raise Refused(f"{self.node} is there.")


def guarded(said: Said) -> Said:
    return said[0], replace(said[1], guard=Only(SALES))


def document(source: str, *, node: str = SALES) -> Said:
    return version(source, 0, thing(node)).said()


def test_guard__refuses_in_the_transaction_and_nothing_is_kept(store: Store) -> None:
    projection = Projection(store)
    projection.apply([guarded(document("one.ttl"))])

    with pytest.raises(Refused):
        projection.apply([guarded(document("two.ttl"))])
    with store.read() as reader:
        assert reader.nodes((key("document", "two.ttl"),)) == {}
        assert len(reader.log("", 10)) == 1


def test_guard__is_not_asked_again_for_what_is_known(store: Store) -> None:
    projection = Projection(store)

    receipts = [projection.apply([guarded(document("one.ttl"))])[0] for _ in range(2)]

    assert [one.status for one in receipts] == [Status.APPLIED, Status.DUPLICATE]


def test_guard__sees_what_came_before_it_in_a_batch(store: Store) -> None:
    others = [document("a.ttl", node=key("team", "a")), document("b.ttl", node=key("team", "b"))]
    batch = [others[0], guarded(document("one.ttl")), guarded(document("two.ttl")), others[1]]

    outcomes: list[Any] = apply_or_quarantine(Projection(store), batch)

    assert [type(one) for one in outcomes] == [Receipt, Receipt, Refused, Receipt]
    assert [one.status for one in outcomes if isinstance(one, Receipt)] == [Status.APPLIED] * 3
