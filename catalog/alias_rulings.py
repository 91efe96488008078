"""What operators have said of pairs of names: that they are not one dataset, or that they are.

``unlink`` makes the link between two names count for nothing, ``relink`` takes that back and vouches for the link; both
from their instant on, until the next command about the same two. They are commands, so late ones find their place, and
no name and no edge of the graph is changed by them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from catalog.command import Command, briefly
from catalog.identity import DatasetId
from catalog.instant import instant_of
from catalog.store.port import Reader


class Ruling(StrEnum):
    """The name of the command that stands."""

    UNLINK = "unlink"
    RELINK = "relink"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two names, in order."""

    one: DatasetId
    other: DatasetId

    @classmethod
    def of(cls, terms: Mapping[str, Any]) -> "Pair":
        """The names in the terms of a command. Raises ValueError."""
        one, other = _name(terms, "one"), _name(terms, "other")
        if one == other:
            raise ValueError("one and other are the same name")
        return cls(min(one, other), max(one, other))

    @property
    def terms(self) -> dict[str, Any]:
        """As a command says it."""
        ends = (("one", self.one), ("other", self.other))
        return {key: {"namespace": name.namespace, "name": name.name} for key, name in ends}

    @property
    def keys(self) -> frozenset[str]:
        """The keys of both."""
        return frozenset((self.one.key, self.other.key))


def _name(terms: Mapping[str, Any], key: str) -> DatasetId:
    said = terms.get(key)
    if isinstance(said, dict):
        namespace, name = said.get("namespace"), said.get("name")
        if isinstance(namespace, str) and isinstance(name, str) and name:
            return DatasetId(namespace, name)
    raise ValueError(f"{key} is the namespace and the name of a dataset")


def rulings(reader: Reader, at: int | None = None) -> dict[frozenset[str], Command]:
    """The command that stands for each pair of names at an instant (None: now), by the keys of the two."""
    return standing(briefly(reader), at)


def standing(commands: Iterable[Command], at: int | None = None) -> dict[frozenset[str], Command]:
    """The same of these commands, oldest first."""
    found: dict[frozenset[str], Command] = {}
    for command in commands:
        if is_ruling(command) and (at is None or instant_of(command.at) <= at):
            found[Pair.of(command.terms).keys] = command
    return found


def is_ruling(command: Command) -> bool:
    """Whether a command is about a pair of names."""
    return command.name in tuple(Ruling)


def taken_apart(commands: Iterable[Command]) -> frozenset[frozenset[str]]:
    """The pairs of names of which the last word is that they are not one dataset."""
    return frozenset(pair for pair, one in standing(commands).items() if one.name == Ruling.UNLINK)
