"""What became of the events of ``meshline ingest``: counts that add up, problems by code, rejections."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console

from api.commands.lines import plural
from api.commands.output import table
from api.receipts import EventReceipt
from catalog.entry import Status
from ingest.errors import IngestError

_LISTED = 100
"""Rejections that are listed one by one; the others are counted."""
_SHOWN = 10
_LOSSES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Rejection:
    """An event, or what stands where one is expected, that was not kept."""

    source: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Loss:
    """An event that was kept, but not applied in whole; ``problems`` are the codes of what was lost."""

    source: str
    hash: str
    status: Status
    problems: tuple[str, ...]


@dataclass(slots=True)
class Report:
    """Received = applied + partial + quarantined + duplicate + rejected, always."""

    statuses: Counter[Status] = field(default_factory=Counter)
    problems: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    losses: list[Loss] = field(default_factory=list)
    rejected: int = 0
    rejections: list[Rejection] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)

    @property
    def received(self) -> int:
        return sum(self.statuses.values()) + self.rejected

    def keep(self, source: str, receipt: EventReceipt) -> None:
        """Count an event that was kept; ``problems`` and ``lost`` count events by code, not occurrences."""
        self.statuses[receipt.status] += 1
        self.problems.update({problem.code for problem in receipt.problems})
        lost = {problem.code for problem in receipt.problems if problem.lost}
        self.lost.update(lost)
        if lost:
            self.losses.append(Loss(source, receipt.hash, receipt.status, tuple(sorted(lost))))

    def reject(self, source: str, error: IngestError) -> None:
        """Count something that was not kept."""
        self.rejected += 1
        if len(self.rejections) < _LISTED:
            self.rejections.append(Rejection(source, error.code, error.message))

    def as_json(self) -> dict[str, Any]:
        """The shape of ``--json``."""
        return {
            "received": self.received,
            **{status.value: self.statuses[status] for status in Status},
            "rejected": self.rejected,
            "problems": dict(sorted(self.problems.items())),
            "lost": dict(sorted(self.lost.items())),
            "losses": self.losses,
            "rejections": self.rejections,
            "passedOver": self.passed_over,
        }

    def show(self, console: Console) -> None:
        """The tables for people."""
        rows = [(status.value, self.statuses[status]) for status in Status]
        rows += [("rejected", self.rejected), ("received", self.received)]
        console.print(table(("outcome", "events"), rows))
        if self.problems:
            counted = sorted(self.problems.items(), key=lambda item: (-item[1], item[0]))
            found = [(code, events, self.lost[code] or None) for code, events in counted]
            columns = ("problem", "events", "lost a part")
            console.print(table(columns, found, title="\nSet aside or assumed"))
        self._show_losses(console)
        if self.rejections:
            shown = [(item.source, item.code, item.message) for item in self.rejections[:_SHOWN]]
            console.print(table(("where", "code", "why"), shown, title="\nRejected"))
            if self.rejected > _SHOWN:
                console.print(f"… and {self.rejected - _SHOWN} more (--json lists up to {_LISTED}).")
        if self.passed_over:
            files = plural(len(self.passed_over), "file")
            console.print(
                f"Passed over {files} that hold no events (no JSON by name, or keys; --json lists them)."
            )

    def _show_losses(self, console: Console) -> None:
        """Where what was lost is to be found."""
        if not self.losses:
            return
        rows = [
            (loss.source, loss.status.value, ", ".join(loss.problems), loss.hash)
            for loss in self.losses[:_LOSSES_SHOWN]
        ]
        console.print(table(("where", "outcome", "lost", "hash"), rows, title="\nNot applied in whole"))
        if len(self.losses) > _LOSSES_SHOWN:
            console.print(f"… and {len(self.losses) - _LOSSES_SHOWN} more (--json lists all).")
