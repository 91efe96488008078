"""What each adapter does to bring a store that another ontology has made up to date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from catalog.store.mark import StoreMark


class Action(StrEnum):
    """What happens to a thing of the store's schema."""

    CREATE = "create"
    RENEW = "make anew"
    DROP = "drop"
    RELABEL = "relabel"


@dataclass(frozen=True, slots=True)
class Step:
    """One action on things of one kind ("view", "index"), by name; ``count`` is how many things there are."""

    action: Action
    kind: str
    names: tuple[str, ...]
    count: int


def step(action: Action, kind: str, names: Sequence[str]) -> list[Step]:
    """The step for these names; none for no name."""
    return [Step(action, kind, tuple(sorted(names)), len(names))] if names else []


class Migrator(Protocol):
    """The schema of one store. ``open_migrator`` (catalog.store.registry) makes one from a URL."""

    def mark(self) -> StoreMark | None:
        """What made the store; None for an empty one. Raises NotOurStore and StoreUnavailable."""

    def strangers(self) -> Mapping[str, int]:
        """How many nodes and edges there are whose label or type the ontology does not have, by it."""

    def holds(self, label: str) -> bool:
        """Whether there are nodes of a label."""

    def steps(self) -> list[Step]:
        """What ``migrate`` would do now."""

    def migrate(self, graph_of: StoreMark | None = None) -> None:
        """Take the steps, and mark the store last; ``graph_of``: what made its graph, None for this Meshline.
        Interrupted, it goes on where it is run again."""

    def close(self) -> None:
        """Give back connections."""
