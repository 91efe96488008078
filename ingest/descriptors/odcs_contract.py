"""The contract that is read, as the parts of its reader share it."""

from collections import Counter
from dataclasses import dataclass, field

from ingest.descriptors.draft import Draft
from ingest.descriptors.place import Path
from ontology.vocabulary import Label


@dataclass(frozen=True, slots=True)
class Contract:
    """One version of a contract: ``node`` is its key. Things of it have its id and version in their keys."""

    id: str
    version: str
    node: str
    draft: Draft
    _used: Counter[tuple[str, ...]] = field(default_factory=Counter)

    def thing(self, label: Label, *names: str, at: Path) -> str:
        """A thing of this version of the contract, by its names in it."""
        return self.draft.thing(label, self.id, self.version, *names, at=at)

    def distinct(self, label: Label, *names: str, at: Path) -> str:
        """As ``thing``; of things with the same names the second has a 2 behind them, in the order of the document."""
        self._used[label, *names] += 1
        count = self._used[label, *names]
        return self.thing(label, *names, *((str(count),) if count > 1 else ()), at=at)
