"""Whatever breaks, nothing is kept as passing that was not evaluated, and no answer hides that it is of before."""

import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import TypeVar

import pytest

from catalog.errors import StoreUnavailable
from catalog.feed.lease import LeaseLost
from catalog.governance.checks import lineage, orphan, shape
from catalog.governance.checks.outcome import Outcomes
from catalog.governance.evaluation import evaluate
from catalog.governance.keeping.kept import NOT_YET, kept
from catalog.governance.keeping.rows import TARGET
from catalog.governance.policy import Policy, Rule, Severity
from catalog.governance.verdict import Compliance, Status, Unevaluated
from catalog.store.memory import MemoryStore
from catalog.store.port import ChangeSet, Reader, Space, Store, Transaction
from tests.governance.keeping.keeping import Keeping, told
from tests.governance.keeping.test_incremental import assert_kept_is_full, begun
from tests.governance.keeping.worlds import HAPPENING, POLICIES, Bare, Product, World
from tests.governance.words import policy, rule

T = TypeVar("T")
ORPHAN = rule(Rule.ORPHAN, "Dataset")


class Breaking:
    """A store whose writes fail from the ``left``-th on; None: they do not."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.left: int | None = None

    def read(self) -> AbstractContextManager[Reader]:
        return self._store.read()

    def write(self, work: Callable[[Transaction], T]) -> T:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise StoreUnavailable("The disk is full.", "")
        return self._store.write(work)

    def ping(self) -> None:
        self._store.ping()

    def close(self) -> None:
        self._store.close()


def small(*policies: Policy, opened: Store | None = None) -> tuple[World, Keeping]:
    world, keeping = World(), Keeping(opened or MemoryStore(), Bare)
    world.rules = {one.id: one for one in policies}
    keeping.become(world)
    return world, keeping


def failing(*_: object) -> Outcomes:
    raise ZeroDivisionError


def statuses(keeping: Keeping) -> set[Status]:
    return {one.status for one in keeping.kept().evaluation.verdicts}


def test_nothing_kept__is_no_answer() -> None:
    _, keeping = small(ORPHAN)
    with keeping.store.read() as reader:
        assert kept(reader) is None


@pytest.mark.parametrize("of", [ORPHAN, policy()])
def test_evaluator_that_fails__leaves_no_verdict_that_passes(
    monkeypatch: pytest.MonkeyPatch, of: Policy
) -> None:
    monkeypatch.setattr(shape, "judge", failing)
    monkeypatch.setitem(lineage._RULES, Rule.ORPHAN, failing)
    _, keeping = small(of)
    keeping.settle()
    found = keeping.kept().evaluation
    assert {one.status for one in found.verdicts} == {Status.NOT_EVALUATED}
    assert found.unevaluated == (Unevaluated("rule", "Its evaluation failed: ZeroDivisionError."),)
    assert found.compliance is Compliance.UNKNOWN
    assert told(found) == told(keeping.full())


def test_evaluator_that_fails_later__takes_back_what_passed_and_is_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, keeping = small(ORPHAN)
    world.products["a"].exposes = frozenset(("t0", "t1", "t2", "t3", "t4"))
    keeping.become(world)
    keeping.settle()
    assert statuses(keeping) == {Status.PASS}

    with monkeypatch.context() as patched:
        patched.setitem(lineage._RULES, Rule.ORPHAN, failing)
        world.products["a"].exposes = frozenset(("t0", "t1", "t2", "t3"))
        keeping.become(world)
        keeping.settle()
        assert statuses(keeping) == {Status.NOT_EVALUATED}

    world.now_ns = keeping.now_ns + 301 * 10**9
    keeping.become(world)
    keeping.settle()
    assert statuses(keeping) == {Status.PASS, Status.FAIL}
    assert lineage._RULES[Rule.ORPHAN] is orphan.judge
    assert_kept_is_full(keeping)


def test_policy_that_is_new_or_edited__is_not_evaluated_until_it_is() -> None:
    world, keeping = small(ORPHAN)
    keeping.settle()
    world.rules["rule"] = replace(ORPHAN, severity=Severity.INFO)
    world.rules["other"] = policy(id_="other")
    keeping.become(world)
    found = keeping.kept()
    assert found.evaluation.verdicts == ()
    assert found.evaluation.unevaluated == (Unevaluated("other", NOT_YET), Unevaluated("rule", NOT_YET))
    assert found.standing.behind == 1
    keeping.settle()
    assert_kept_is_full(keeping)


def test_change_that_was_not_looked_at__is_told() -> None:
    world, keeping = small(ORPHAN)
    keeping.settle()
    assert keeping.kept().standing.is_current(keeping.now_ns)
    world.products["a"].exposes = frozenset(("t0",))
    keeping.become(world)
    assert keeping.kept().standing.behind == 1
    assert not keeping.kept().standing.is_current(keeping.now_ns)


def test_keeper_that_is_gone__makes_what_is_kept_old() -> None:
    _, keeping = small(ORPHAN)
    keeping.settle()
    assert not keeping.kept().standing.is_current(keeping.now_ns + 10**12)


def test_record_that_is_lost__is_not_evaluated() -> None:
    world, keeping = small(ORPHAN)
    world.flows["j0"] = (frozenset(), frozenset(("t0",)))
    keeping.become(world)
    keeping.settle()
    assert statuses(keeping) == {Status.PASS, Status.FAIL}
    with keeping.store.read() as reader:
        rows = [row for row in reader.walk(Space.VERDICT, None, 1_000) if row.partition.startswith("open/")]
    gone: dict[tuple[Space, str, str], str | None] = {
        (Space.VERDICT, one.partition, one.sort): None for one in rows
    }
    keeping.store.write(lambda transaction: transaction.apply(ChangeSet(records=gone)))
    assert statuses(keeping) == {Status.PASS, Status.NOT_EVALUATED}


def lives() -> Iterator[tuple[int, Keeping, Breaking]]:
    """A world whose keeper loses its store at every write that it makes, one after the other."""
    for writes in range(40):
        opened = Breaking(MemoryStore())
        world, keeping = small(*POLICIES, opened=opened)
        chance = random.Random(11)
        for _ in range(40):
            chance.choice(HAPPENING)(world, chance)
        keeping.become(world)
        opened.left = writes
        yield writes, keeping, opened


def test_keeper_that_dies_at_any_write__leaves_what_is_true_and_goes_on() -> None:
    for writes, keeping, opened in lives():
        try:
            keeping.settle()
        except StoreUnavailable:
            pass
        else:
            assert writes > 5
            return
        with keeping.store.read() as reader:
            found = kept(reader)
            full = evaluate(reader, now_ns=keeping.now_ns, queries=Bare(reader))
        if found is not None:
            true = {(one.policy, one.target): one for one in full.verdicts}
            assert all(true.get((one.policy, one.target)) == one for one in found.evaluation.verdicts)
            missing = {one.policy for one in full.verdicts} - {
                one.policy for one in found.evaluation.verdicts
            }
            assert missing <= {one.policy for one in found.evaluation.unevaluated}
        opened.left = None
        keeping.restart()
        keeping.settle()
        assert_kept_is_full(keeping)
    raise AssertionError("there is no end of writes")


def test_store_that_fails_while_following__costs_nothing() -> None:
    opened = Breaking(MemoryStore())
    world, keeping = begun(opened, random.Random(3))
    world.products["a"] = Product(purpose=False, owner="red", domain="north", exposes=frozenset(("t1",)))
    keeping.become(world)
    opened.left = 0
    with pytest.raises(StoreUnavailable):
        keeping.settle()
    assert not keeping.kept().standing.is_current(keeping.now_ns)
    opened.left = None
    keeping.settle()
    assert_kept_is_full(keeping)


def test_keeper_that_lost_its_lease__writes_nothing() -> None:
    world, keeping = small(ORPHAN)
    keeping.settle()
    old = keeping.keeper
    keeping.restart()
    world.products["a"].exposes = frozenset(("t0",))
    keeping.become(world)
    with pytest.raises(LeaseLost):
        old.step()
    assert keeping.kept().standing.behind == 1
    keeping.settle()
    assert_kept_is_full(keeping)


def test_what_is_kept__ends_with_a_restart_that_finds_changes_it_has_not_seen() -> None:
    world, keeping = begun(MemoryStore(), random.Random(5))
    for number in range(12):
        HAPPENING[number](world, random.Random(number))
    keeping.become(world)
    keeping.restart()
    keeping.settle()
    assert_kept_is_full(keeping)
    with keeping.store.read() as reader:
        assert reader.walk(Space.VERDICT, (TARGET, ""), 1)
