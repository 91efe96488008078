"""A store that takes part in a comparison: entries go in as a service takes them, what came of them comes out."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from catalog.derivation.marks import is_settled
from catalog.entry import Receipt
from catalog.export import nquads
from catalog.projection import Projection, Said
from catalog.store.memory import MemoryStore
from catalog.store.port import Store
from ingest.counts import Counts
from ingest.derivation.analyst import Analyst
from ingest.derivation.settle import settle
from ingest.errors import Rejected
from ingest.event import recognise
from ingest.pipeline import apply_or_quarantine
from ingest.problems import Code
from ingest.rebuild import Compared, verify
from ingest.replay import interpret_again


@dataclass(frozen=True, slots=True)
class Delivery:
    """What arrives once: a body and when, or a command, as its entry."""

    what: str | Said
    received_ns: int

    @property
    def identity(self) -> str:
        """The same for what is one entry."""
        written = self.written_otherwise
        return written if isinstance(written, str) else written[0].hash

    @property
    def written_otherwise(self) -> str | Said:
        """The same, with other spaces and in another order."""
        if not isinstance(self.what, str):
            return self.what
        try:
            return json.dumps(json.loads(self.what), indent=1, sort_keys=True)
        except ValueError:
            return self.what


class Member:
    """One store and what was sent to it. ``opened``: opens the store again, with what it holds."""

    def __init__(self, opened: Callable[[], Store], analyst: Analyst) -> None:
        self._opened = opened
        self._analyst = analyst
        self.store = opened()
        self.counts = Counts()
        self.received = 0
        self._projection = Projection(self.store, interpret_again)

    def send(self, deliveries: Sequence[Delivery]) -> None:
        """Apply a batch as the pipeline does. An event that the catalog fails on is an error here."""
        said: list[Said] = []
        for one in deliveries:
            self.received += 1
            try:
                said.append(
                    recognise(one.what, received_ns=one.received_ns)
                    if isinstance(one.what, str)
                    else one.what
                )
            except Rejected:
                self.counts.reject()
        for outcome in apply_or_quarantine(self._projection, said):
            assert isinstance(outcome, Receipt), outcome
            assert Code.APPLY_FAILED not in {problem.code for problem in outcome.problems}
            self.counts.keep(outcome.status)

    def restart(self) -> None:
        """As when a process ends and another begins: nothing is left but what is stored."""
        if not isinstance(self.store, MemoryStore):
            self.store.close()
            self.store = self._opened()
        self._projection = Projection(self.store, interpret_again)

    def settle(self, groups: int | None = None) -> None:
        """Derive what waits, or a few groups of it."""
        answers = iter([False] * (groups or 0))
        settle(self.store, self._analyst, until=lambda: groups is not None and next(answers, True))

    def export(self) -> list[str]:
        """The lines of the canonical export, when all is derived."""
        self.settle()
        with self.store.read() as reader:
            assert is_settled(reader)
            return list(nquads(reader))

    def verified(self) -> Compared:
        """The comparison with a replay of its own log."""
        return verify(self.store, MemoryStore())

    def close(self) -> None:
        self.store.close()
