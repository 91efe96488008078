"""Waivers: permissions, with a reason and an end, not to follow a policy. Only they loosen."""

from dataclasses import dataclass

from catalog.identity import ResourceId
from catalog.instant import DAY_NS

ANNOUNCED_NS = 14 * DAY_NS
"""So long before its end a waiver is announced as expiring."""


@dataclass(frozen=True, slots=True)
class Waiver:
    """A waiver. ``policy``: the id of the policy; ``target``: the key of the thing; ``approver``: the key of the person
    or team that allows it; ``expires_ns``: the instant (nanoseconds) from which it is none any more."""

    id: str
    policy: str
    target: str
    reason: str
    approver: str
    expires_ns: int

    @property
    def key(self) -> str:
        """The key of its node."""
        return waiver_key(self.id)

    def holds_at(self, now_ns: int) -> bool:
        """Whether it has not ended."""
        return now_ns < self.expires_ns

    def expires_soon(self, now_ns: int) -> bool:
        """Whether it ends within 14 days."""
        return self.holds_at(now_ns) and self.expires_ns - now_ns <= ANNOUNCED_NS


def waiver_key(id_: str) -> str:
    """The key of the waiver of an id."""
    return ResourceId("waiver", (id_,)).key
