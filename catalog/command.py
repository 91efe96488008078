"""Operators' commands: log entries that tell the catalog what to do with what other entries say.

A command is a value like any other entry's: it counts at its order key, which stands behind all events of its instant,
and the graph is a pure function of the set of events, documents and commands. A store keeps its commands apart, in
order, because each batch of entries is read in their light.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from catalog.canonical import plain, sha256
from catalog.store.port import Range, Reader, Space

COMMAND_RANK = 15
"""The last of the ranks: a command is about all that came until its instant."""
PARTITION = "commands"
"""The partition in which a store keeps its commands; sort: order key."""


@dataclass(frozen=True, slots=True, order=True)
class Command:
    """``at``: its order key. ``body``: canonical JSON, ``{"command": its name, "at": its time, "why"?, "by"?, …}``."""

    at: str
    body: str

    @property
    def hash(self) -> str:
        """The identity of its log entry."""
        return sha256(self.body)

    @property
    def key(self) -> str:
        """What it is locked and told by."""
        return f"command/{self.hash}"

    @property
    def terms(self) -> Mapping[str, Any]:
        """What it says."""
        return _terms(self.body)

    @property
    def name(self) -> str:
        """What it does: forget, retain …"""
        return str(self.terms["command"])

    def said(self, name: str) -> str | None:
        """A text among what it says."""
        value = self.terms.get(name)
        return value if isinstance(value, str) else None


@lru_cache(maxsize=10_000)
def _terms(body: str) -> Mapping[str, Any]:
    """Remembered: each batch of entries asks all commands of a store."""
    found: dict[str, Any] = plain(body)
    return found


def in_force(reader: Reader) -> list[Command]:
    """All commands of a store, oldest first."""
    return page(reader, None, None)


def page(reader: Reader, after: str | None, limit: int | None) -> list[Command]:
    """The commands behind an order key, oldest first."""
    rows = reader.scan(Space.COMMAND, [Range(PARTITION, None if after is None else f"{after} ")], limit=limit)
    return [Command(row.sort, row.value) for row in sorted(rows, key=lambda row: row.sort)]
