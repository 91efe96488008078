"""What comes while a result is computed: it is computed again, whether or not its job was registered for it before."""

from collections.abc import Callable

import pytest

from catalog.derivation.marks import is_settled
from catalog.store.memory import MemoryStore
from catalog.store.port import Store
from ingest.derivation.group import Group
from ingest.derivation.settle import settle
from tests.convergence import observed
from tests.convergence.said import Event
from tests.derivation.cases import MART, RAW, STG, dataset_event, holder, run
from tests.derivation.test_convergence import at_once

FIRST = run("stage", 1, "insert into stg.orders select * from raw.orders", [holder(RAW)], [holder(STG)])
"""Its SQL is new, so that its job is registered for nothing yet."""

MEANWHILE: dict[str, Event] = {
    "a schema": dataset_event(0, RAW, "id", "amount"),
    "another run of the job": run("stage", 2, "select id from raw.orders", [holder(RAW)], [holder(STG)]),
    "a job that makes what it reads": run(
        "make", 0, "create table raw.orders as select 1 as id", [], [holder(RAW)]
    ),
    "nothing that matters": run("other", 2, None, [], [holder(MART)]),
}


def during_the_first_computation(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], None]) -> list[int]:
    """Let something happen between what the first group reads and what it writes; counts the computations."""
    computed: list[int] = []
    compute = Group.results

    def results(group: Group) -> object:
        found = compute(group)
        computed.append(len(found))
        if len(computed) == 1:
            happens()
        return found

    monkeypatch.setattr(Group, "results", results)
    return computed


@pytest.mark.parametrize("name", MEANWHILE)
def test_result__is_that_of_all_that_came(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store: Store = MemoryStore()
    observed.send(store, [[FIRST]])

    def happens() -> None:
        observed.send(store, [[MEANWHILE[name]]])

    computed = during_the_first_computation(monkeypatch, happens)
    settle(store)

    with store.read() as reader:
        assert is_settled(reader)
    found = observed.export(store)
    monkeypatch.undo()
    assert found == at_once([FIRST, MEANWHILE[name]])
    assert len(computed) == (1 if name == "nothing that matters" else 3 if name.startswith("a job") else 2)


def test_result__is_that_of_a_job_that_another_settles_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    store: Store = MemoryStore()
    make = MEANWHILE["a job that makes what it reads"]
    observed.send(store, [[FIRST]])

    def happens() -> None:
        observed.send(store, [[make]])
        settle(store)

    during_the_first_computation(monkeypatch, happens)
    settle(store)

    found = observed.export(store)
    monkeypatch.undo()
    assert found == at_once([FIRST, make])
