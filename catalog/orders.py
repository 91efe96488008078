"""All commands of a store together: what is left of an entry in their light."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from catalog.command import Command, named_runs
from catalog.entry import LogEntry
from catalog.forgetting import Forget, ReadAgain, forgets, left
from catalog.retention import Retain, retains
from catalog.statement import Statements
from catalog.store.port import Reader


@dataclass
class Orders:
    """The commands in force. ``named``: (hash of a command to retain, key of a run that it keeps), as far as asked."""

    forgets: Sequence[Forget] = ()
    retains: Sequence[Retain] = ()
    named: set[tuple[str, str]] = field(default_factory=set)
    _asked: set[tuple[str, str]] = field(default_factory=set)

    @classmethod
    def of(cls, commands: Collection[Command]) -> "Orders":
        """Those among commands; of whole ones it knows which runs they keep."""
        named = {(one.hash, run) for one in commands for run in one.runs}
        return cls(forgets(commands), retains(commands), named)

    def afresh(self) -> "Orders":
        """The same, knowing nothing of runs yet: for one portion of many. The commands are in the store."""
        return Orders(self.forgets, self.retains)

    @property
    def horizon(self) -> str:
        """What sorts before it is kept only in part; empty: all is kept."""
        return max((one.cutoff for one in self.retains), default="")

    def forgets_of(self, at: str, said: Statements) -> Sequence[Forget]:
        """The commands to forget that may cover something of an entry; none of most, which come in order."""
        return self.forgets if said.snapshot is not None or at < self._last else ()

    @cached_property
    def _last(self) -> str:
        return max((one.at for one in self.forgets), default="")

    def ask(self, reader: Reader, said: Iterable[tuple[str, Statements]]) -> None:
        """Learn which of the runs of entries (order key, what they say) are kept."""
        self._learn(reader, {pair for at, one in said for pair in self._pairs(at, one)})

    def keeps(self, reader: Reader, run: str, at: str) -> bool:
        """Whether what an entry at an order key says of a run is kept."""
        return (run, at) in self.kept(reader, [(run, at)])

    def kept(self, reader: Reader, sights: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
        """Those of the (run, order key) of which what an entry there says of the run is kept."""
        pairs = {
            (run, at): {(one.hash, run) for one in self.retains if at < one.cutoff} for run, at in sights
        }
        self._learn(reader, {pair for asked in pairs.values() for pair in asked})
        return {sight for sight, asked in pairs.items() if asked <= self.named}

    def _learn(self, reader: Reader, pairs: set[tuple[str, str]]) -> None:
        asked = pairs - self.named - self._asked
        self._asked |= asked
        self.named |= named_runs(reader, asked)

    def left(self, entry: LogEntry, said: Statements, read_again: ReadAgain | None) -> Statements:
        """What is left of what an entry says; ``ask`` was asked about it. Raises ValueError (``forgetting.left``)."""
        found = left(entry, said, self.forgets_of(entry.order_key, said), read_again)
        if all(pair in self.named for pair in self._pairs(entry.order_key, found)):
            return found
        if found.snapshot is not None:
            return replace(found, snapshot=None)
        return replace(found, run=None)

    def _pairs(self, at: str, said: Statements) -> list[tuple[str, str]]:
        """The commands that keep the run of an entry only where they name it, and the run."""
        run = said.run.run.key if said.run is not None else None
        if said.snapshot is not None and said.snapshot.run is not None:
            run, at = said.snapshot.run.id.key, said.snapshot.run.last
        return [] if run is None else [(one.hash, run) for one in self.retains if at < one.cutoff]
