"""What documents cost the events of a store: one look-up a batch where no document describes what they name."""

from collections.abc import Callable, Collection
from typing import Any, TypeVar, cast

from catalog.projection import Projection
from catalog.store.memory import MemoryStore
from catalog.store.port import Space, Store, Transaction
from tests.convergence.cases import A, B, C, run
from tests.documents.versions import key, said_of, send, thing, version

T = TypeVar("T")


class Counting:
    """A store that notes which records about documents its transactions ask for."""

    def __init__(self, store: Store) -> None:
        self.asked: list[tuple[str, str]] = []
        self._store = store

    def write(self, work: Callable[[Transaction], T]) -> T:
        return self._store.write(lambda transaction: work(cast(Transaction, _Counting(transaction, self))))


class _Counting:
    def __init__(self, transaction: Transaction, store: Counting) -> None:
        self._transaction = transaction
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transaction, name)

    def records(self, space: Space, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
        self._store.asked += [one for one in keys if one[0] == "documents" or one[1] == "described"]
        return self._transaction.records(space, keys)


def asked_by_a_run(store: Store, number: int) -> list[tuple[str, str]]:
    """What the second event of a run asks about documents."""
    counting = Counting(store)
    send(store, [run(number, "START", number, [A], [B])])
    Projection(cast(Store, counting)).apply([said_of(run(number, "COMPLETE", number + 1, [A], [B]))])
    return counting.asked


def test_event__asks_once_whether_documents_describe_anything_of_its_kinds() -> None:
    assert asked_by_a_run(MemoryStore(), 1) == [("documents", "kinds")]


def test_event__asks_no_more_where_documents_describe_other_kinds() -> None:
    store = MemoryStore()
    send(store, [version("a.ttl", 1, thing(key("product", "sales")))])
    assert asked_by_a_run(store, 2) == [("documents", "kinds")]


def test_event__asks_for_its_own_things_alone_where_documents_describe_their_kind() -> None:
    store = MemoryStore()
    send(store, [version("a.ttl", 1, thing(C.key), thing(key("run", "another")))])
    asked = asked_by_a_run(store, 2)
    assert {name for name, sort in asked if sort == "described"} <= {
        A.key,
        B.key,
        "run/00000000-0000-4000-8000-000000000002",
    }
