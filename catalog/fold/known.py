"""The fold states of what a batch touches."""

from dataclasses import dataclass, field

from catalog.entry import LogEntry
from catalog.fold import documents
from catalog.fold.history import History
from catalog.fold.runs import RunState
from catalog.statement import Statements

Said = tuple[LogEntry, Statements]
"""An entry and what it says."""


@dataclass
class Known:
    """Fold states of what a batch touches, as read and as they become. ``facts``: of documents too."""

    facts: dict[str, History] = field(default_factory=dict)
    versions: dict[str, documents.Version] = field(default_factory=dict)
    lineages: dict[str, History] = field(default_factory=dict)
    runs: dict[str, RunState] = field(default_factory=dict)
