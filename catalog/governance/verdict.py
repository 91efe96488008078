"""Verdicts: what comes out when a policy is evaluated for a thing, and the whole of an evaluation.

Nothing is ever PASS because it was not looked at: what was not evaluated says so, with a reason.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import accumulate
from typing import overload

import msgspec
from msgspec.structs import replace

from catalog.canonical import digest, encode
from catalog.governance.policy import Severity


class Status(StrEnum):
    """What a policy says of a thing. GRACE and WAIVED: it fails, and that does not count yet, or not now."""

    PASS = "PASS"
    FAIL = "FAIL"
    GRACE = "GRACE"
    WAIVED = "WAIVED"
    NOT_EVALUATED = "NOT_EVALUATED"


class EdgeRef(msgspec.Struct, frozen=True, gc=False):
    """An edge that an explanation names: its type and the keys of its ends."""

    type: str
    source: str
    target: str


class Step(msgspec.Struct, frozen=True, gc=False):
    """One step of an explanation. ``key``: the node that it is about; ``told_by``: the key of the document, job or
    dataset whose history tells it."""

    text: str
    key: str | None = None
    edge: EdgeRef | None = None
    told_by: str | None = None


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """What a policy (id) says of a thing (key) at an instant.

    ``severity``: the one in force then. ``message``: what is wrong, or why nothing was evaluated; empty if it passes.
    ``owners``: keys of whom to tell. ``waiver``: the id of the waiver, where it is WAIVED. ``until_ns``: the instant at
    which time alone may change it, None: never.
    """

    policy: str
    target: str
    status: Status
    severity: Severity
    message: str = ""
    remediation: str = ""
    explanation: tuple[Step, ...] = ()
    owners: tuple[str, ...] = ()
    waiver: str | None = None
    until_ns: int | None = None

    @property
    def id(self) -> str:
        """The same for the same policy and thing, whenever it is evaluated."""
        return verdict_id(self.policy, self.target)


def verdict_id(policy: str, target: str) -> str:
    """The id of the verdict of a policy (id) on a thing (key): 32 hex digits."""
    return digest(encode([policy, target]))


@dataclass(frozen=True, slots=True)
class OfPolicy:
    """What one policy says of its ``targets`` (keys, sorted): what is ``told`` of some, and of all others that they
    pass, as ``passing`` says of one of them."""

    passing: Verdict
    targets: Sequence[str]
    told: Mapping[str, Verdict]

    def of(self, target: str) -> Verdict:
        """The verdict on one of the targets."""
        found = self.told.get(target)
        return replace(self.passing, target=target) if found is None else found


class Verdicts(Sequence[Verdict]):
    """Very many verdicts by policy and target. Nearly all of them only say that something passes: those are made when
    they are asked for."""

    def __init__(self, parts: Iterable[OfPolicy]) -> None:
        """``parts``: sorted by policy."""
        self.parts = tuple(parts)
        self._ends = list(accumulate(len(part.targets) for part in self.parts))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def __iter__(self) -> Iterator[Verdict]:
        for part in self.parts:
            yield from map(part.of, part.targets)

    @overload
    def __getitem__(self, place: int) -> Verdict: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Verdict]: ...
    def __getitem__(self, place: int | slice) -> Verdict | Sequence[Verdict]:
        if isinstance(place, slice):
            return tuple(self[one] for one in range(*place.indices(len(self))))
        at = place + len(self) if place < 0 else place
        if not 0 <= at < len(self):
            raise IndexError(place)
        number = bisect_right(self._ends, at)
        part = self.parts[number]
        return part.of(part.targets[at - self._ends[number]])  # from its end

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(one == two for one, two in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # as of a list: what it is made of may be a dict

    def __repr__(self) -> str:
        return f"Verdicts({list(self)!r})"


def weighed(verdicts: Iterable[Verdict]) -> Iterator[tuple[Verdict, int]]:
    """Verdicts, each with how many there are that differ from it in the thing alone: what is counted by the rest."""
    if not isinstance(verdicts, Verdicts):
        yield from ((one, 1) for one in verdicts)
        return
    for part in verdicts.parts:
        yield from ((one, 1) for one in part.told.values())
        passing = len(part.targets) - len(part.told)
        if passing:
            yield part.passing, passing


@dataclass(frozen=True, slots=True)
class Unevaluated:
    """A policy that was not evaluated, for all or some of its things, and why. ``whole``: for all of them."""

    policy: str
    reason: str
    whole: bool = field(default=False, compare=False)


class Compliance(StrEnum):
    """What all verdicts on something come to."""

    COMPLIANT = "COMPLIANT"
    NOT_COMPLIANT = "NOT_COMPLIANT"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All verdicts, sorted by policy and target, as of ``at`` (nanoseconds; None: now) at the time ``now_ns``.

    ``unevaluated``: policies with something that was not evaluated, sorted; their targets that are known have
    verdicts NOT_EVALUATED as well.
    """

    verdicts: Sequence[Verdict]
    now_ns: int
    at: int | None = None
    unevaluated: tuple[Unevaluated, ...] = ()

    @property
    def compliance(self) -> Compliance:
        """Of the whole mesh."""
        found = compliance(self.verdicts)
        return Compliance.UNKNOWN if found is Compliance.COMPLIANT and self.unevaluated else found


def compliance(verdicts: Iterable[Verdict]) -> Compliance:
    """What verdicts come to: one that fails is enough; what is not known, or not judged at all, is never compliant."""
    statuses = {verdict.status for verdict, _ in weighed(verdicts)}
    if Status.FAIL in statuses:
        return Compliance.NOT_COMPLIANT
    known = statuses and Status.NOT_EVALUATED not in statuses
    return Compliance.COMPLIANT if known else Compliance.UNKNOWN


_WORST = (Status.FAIL, Status.NOT_EVALUATED, Status.GRACE, Status.WAIVED, Status.PASS)


def worst_first(one: Verdict) -> tuple[int, int, str, str]:
    """Where a verdict stands in a list: by status, then by severity, policy and thing."""
    return _WORST.index(one.status), -one.severity.rank, one.policy, one.target
