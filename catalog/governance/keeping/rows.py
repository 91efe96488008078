"""The records of kept verdicts, all in ``Space.VERDICT``; partition and sort:

    state / state                 up to where the graph was followed
    policy / id                   how a policy stands
    target / key                  what all policies say of a thing, in short, since when, and what they said before
    open/POLICY / key             a verdict in full, where it says more than that the thing passes
    due / instant POLICY key      the verdicts that time alone may change
    tally / key or id             how many verdicts there are, now and on the days before

What passes has no verdict in full: that of its policy row counts. What has no short row is not judged by any policy
that was evaluated as a whole; nothing passes because its record is missing.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import TypeAlias, TypeVar

import msgspec

from catalog.governance.policy import Policy, Severity
from catalog.governance.verdict import Status, Verdict
from catalog.store.port import Range, Reader, Record, Space

STATE, POLICY, TARGET, DUE, TALLY = "state", "policy", "target", "due", "tally"
PARTITIONS = (STATE, POLICY, TARGET, DUE, TALLY)
EVERYTHING = "all"
"""The tally of all verdicts."""
MOST_PAST = 20
"""Changes of status of one verdict that are kept."""
MOST_DAYS = 400
"""Days on which something changed whose counts are kept, of each product, domain and policy."""
PAGE = 2_000

Records: TypeAlias = dict[tuple[Space, str, str], str | None]
T = TypeVar("T")

PLAIN, UNKNOWN_POLICY = "p", "U"
"""Passes, and no more is to be said; and in tallies: a policy that was not evaluated."""
_CODES = {
    Status.PASS: "P",
    Status.FAIL: "F",
    Status.GRACE: "G",
    Status.WAIVED: "W",
    Status.NOT_EVALUATED: "N",
}
BLOCKS = "B"
STATUSES = {**{code: status for status, code in _CODES.items()}, PLAIN: Status.PASS, BLOCKS: Status.FAIL}


class KeptState(msgspec.Struct, frozen=True):
    """``version``, ``mark``: the position in the journal; ``made``: by what verdicts were made; ``time_ns``: when it
    was looked at last; ``commands``: how many commands of operators there were; ``jobs``: those whose lineage was
    waited for; ``open``: how many policies were not evaluated."""

    version: int
    mark: str
    made: str
    time_ns: int
    commands: int = 0
    jobs: tuple[str, ...] = ()
    open: int = 0


class KeptPolicy(msgspec.Struct, frozen=True):
    """How a policy stands. ``text``: what it was when it was evaluated; ``is_whole``: whether that is known for all of
    its things. ``stale_since_ns``: since when its verdicts may be others, None: they are not. ``severity``,
    ``until_ns``: of all that pass and have no verdict in full."""

    text: str
    is_whole: bool = False
    stale_since_ns: int | None = None
    severity: str = ""
    until_ns: int | None = None
    reasons: tuple[str, ...] = ()
    looked_ns: int = 0


class Pair(msgspec.Struct, frozen=True, array_like=True):
    """What a policy says of a thing, in short. ``first``: when it said something first, ``since``: since when it says
    this, ``past``: what it said before and since when, the latest last; in seconds. ``due_ns``: where it is in
    ``due``; ``sum``: a checksum of the verdict in full."""

    code: str
    first: int
    since: int
    due_ns: int | None = None
    past: tuple[tuple[int, str], ...] = ()
    sum: int = 0


class Target(msgspec.Struct, frozen=True):
    """A thing: the products and domains that it counts for, and what policies (ids) say of it."""

    homes: tuple[str, ...] = ()
    pairs: dict[str, Pair] = {}


class Tally(msgspec.Struct, frozen=True):
    """Counts by code; and those at the end of each day (UTC, YYYY-MM-DD) on which they changed, the latest last."""

    counts: dict[str, int] = {}
    days: tuple[tuple[str, dict[str, int]], ...] = ()


def code_of(verdict: Verdict, until_ns: int | None) -> str:
    """The short form of a verdict. ``until_ns``: of all plain ones of its policy."""
    if verdict.status is Status.PASS:
        return PLAIN if verdict.until_ns == until_ns else _CODES[Status.PASS]
    if verdict.status is Status.FAIL and verdict.severity is Severity.BLOCK:
        return BLOCKS
    return _CODES[verdict.status]


def plain_until(policy: Policy, now_ns: int) -> int | None:
    """When time alone may change what a policy says of all that passes."""
    return policy.binding_from_ns if policy.in_grace(now_ns) else None


def open_of(policy: str) -> str:
    """The partition of the verdicts of a policy that are kept in full."""
    return f"open/{policy}"


def due_sort(until_ns: int, policy: str, key: str) -> str:
    """The name of the record that a verdict is due at an instant."""
    return f"{until_ns:016x} {policy} {key}"


def write(value: msgspec.Struct | Verdict) -> str:
    """The text of a row."""
    return msgspec.json.encode(value).decode()


def read(text: str, kind: type[T]) -> T:
    """The row of a text."""
    return msgspec.json.decode(text, type=kind)


def rows(reader: Reader, partition: str, keys: Collection[str], kind: type[T]) -> dict[str, T]:
    """Some rows of a partition, by name."""
    found = reader.records(Space.VERDICT, [(partition, key) for key in keys]) if keys else {}
    return {key: read(text, kind) for (_, key), text in found.items()}


def every(reader: Reader, partition: str, low: str | None = None) -> Iterator[Sequence[Record]]:
    """All rows of a partition from a name on, page by page."""
    while page := reader.scan(Space.VERDICT, [Range(partition, low=low)], limit=PAGE):
        yield page
        low = page[-1].sort + "\0"
        if len(page) < PAGE:
            return


def state_of(reader: Reader) -> KeptState | None:
    """The state; None where nothing was ever kept."""
    return rows(reader, STATE, (STATE,), KeptState).get(STATE)


def policies_of(reader: Reader) -> dict[str, KeptPolicy]:
    """How all policies stand, by id."""
    return {row.sort: read(row.value, KeptPolicy) for page in every(reader, POLICY) for row in page}
