"""A guard: what must hold in the graph when an entry arrives, for the entry to be taken."""

from typing import Protocol

from catalog.entry import LogEntry
from catalog.fold.workspace import Workspace
from catalog.statement import Statements


class Guard(Protocol):
    """Looks, in the transaction that would write an entry, at what is in force. It may lock more than the entry does.

    An entry with a guard is written by a transaction of its own. Guards are no part of the graph's function: they
    decide which entries the log takes, once.
    """

    def __call__(self, work: Workspace, entry: LogEntry, said: Statements) -> None:
        """Raises Refused."""
