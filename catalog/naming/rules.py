"""The naming rules in force in this process: they shape the graph, and a store says which ones made it."""

import hashlib
from dataclasses import dataclass, field
from functools import cached_property

from catalog.canonical import encode
from catalog.identity import DatasetId
from catalog.naming.rule import Normal, Rule
from catalog.naming.shipped import DEFAULT

MAX_PASSES = 8
"""Rules are applied again until nothing changes. What has not settled by then has no normal form but itself."""
MAX_NAME = 4096
"""Characters of a namespace or name; a longer one is its own normal form, whatever a rule would make of it."""
MAX_CLASS = 50
_REMEMBERED = 100_000


@dataclass(frozen=True)
class NamingRules:
    """The rules in the order in which they are applied, and how many names one dataset may have (docs/aliases.md).

    ``max_class`` bounds answers, not the graph: it is no part of the digest.
    """

    rules: tuple[Rule, ...] = DEFAULT
    max_class: int = MAX_CLASS
    _known: dict[DatasetId, Normal | None] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def digest(self) -> str:
        """Stands for the rules in a store."""
        text = encode([[rule.id, rule.definition] for rule in self.rules])
        return hashlib.sha256(text.encode()).hexdigest()

    def normal(self, dataset: DatasetId) -> Normal | None:
        """The normal form of a name; None for one that is its own. The normal form of a normal form is itself."""
        if dataset not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[dataset] = self._made(dataset)
        return self._known[dataset]

    def _made(self, dataset: DatasetId) -> Normal | None:
        if max(len(dataset.namespace), len(dataset.name)) > MAX_NAME:
            return None
        names = dataset.namespace, dataset.name
        applied: dict[str, None] = {}
        for _ in range(MAX_PASSES):
            before = names
            for rule in self.rules:
                made = rule.normalise(*names)
                if made != names:
                    applied[rule.id] = None
                    names = made
            if names == before:
                found = DatasetId(*names)
                return Normal(found, tuple(applied)) if found != dataset else None
        return None


_in_force: list[NamingRules] = [NamingRules()]


def configure_naming(rules: NamingRules) -> None:
    """Make these the rules of this process. Called once, before a store is opened."""
    _in_force[:] = [rules]


def naming() -> NamingRules:
    """The rules of this process."""
    return _in_force[0]
