"""A mesh that changes step by step, with its journal, and a keeper that follows it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from msgspec.structs import replace

from catalog.feed.lease import Lease
from catalog.governance.checks.ground import Queries
from catalog.governance.evaluation import evaluate
from catalog.governance.keeping.keeper import POST, Keeper
from catalog.governance.keeping.kept import Kept, kept
from catalog.governance.verdict import Evaluation, Status, Verdict
from catalog.store.port import Reader, Store
from tests.governance.keeping.worlds import World
from tests.governance.words import NOW
from tests.mesh.changing import Changing

_LATER = 10**12


class Keeping:
    """One store and who keeps its verdicts. ``now_ns``: what all clocks show."""

    def __init__(self, store: Store, answering: Callable[[Reader], Queries] | None = None) -> None:
        self.store = store
        self.now_ns = NOW
        self._answering = answering
        self._changing = Changing(store)
        self._leases = 0
        self.restart()

    def restart(self) -> None:
        """Another process keeps from here on."""
        self._leases += _LATER  # so the lease of the one before has ended
        lease = Lease(self.store, lambda: self._leases, POST)
        assert lease.hold()
        self.keeper = Keeper(self.store, lease, lambda: self.now_ns, self._answers, share=0, tick_s=0)

    def reopen(self, store: Store) -> None:
        """Another process keeps, in a store that was opened anew."""
        self.store = store
        self.restart()

    def settle(self) -> int:
        """Keep until there is nothing to do; in how many steps."""
        for number in range(1_000):
            if not self.keeper.step():
                return number
        raise AssertionError("it never settles")

    def full(self) -> Evaluation:
        with self.store.read() as reader, self._answers(reader) as queries:
            return evaluate(reader, now_ns=self.now_ns, queries=queries)

    def kept(self) -> Kept:
        with self.store.read() as reader:
            found = kept(reader)
        assert found is not None
        return found

    def become(self, world: World, *, end: bool = False) -> None:
        """Change the graph to that of a world, as folds do: what was touched is in the journal. ``end``: edges that go
        have ended, and nodes are marked as gone."""
        self.now_ns = world.now_ns
        self._changing.become(world.graph(), world.records(), end=end)

    @contextmanager
    def _answers(self, reader: Reader) -> Iterator[Queries | None]:
        yield None if self._answering is None else self._answering(reader)


def told(evaluation: Evaluation) -> tuple[list[Verdict], object]:
    """What an evaluation says, without the ages in texts, which grow while nothing changes."""
    return [_ageless(one) for one in evaluation.verdicts], evaluation.unevaluated


def _ageless(one: Verdict) -> Verdict:
    aged = one.policy.startswith(("stale", "fresh")) and one.status not in (Status.PASS, Status.NOT_EVALUATED)
    return replace(one, message="", explanation=()) if aged else one
