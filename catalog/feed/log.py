"""The feed's own records: its state, and the events in their one order.

Numbers of events begin with 1 and have no gaps. Who writes holds ``LOCK``: two processes never give a number twice.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from catalog.changes import Position, position
from catalog.command import briefly
from catalog.feed.change import Change, ChangeFilter, News
from catalog.forgetting import forgets
from catalog.store.port import ChangeSet, Range, Reader, Record, Space, Store, Transaction

KEPT = 100_000
"""How many of the last events are kept."""

LOCK = "~feed"

STATE = ("feed", "state")
EVENTS = "event"
PORTRAITS = "portrait"
RUNS = "run"
FINDINGS = "finding"
PROPOSALS = "proposal"
PROPOSALS_NOTED = ("feed", "proposals")
"""That the proposals that there were at its begin are known."""

Records = dict[tuple[Space, str, str], str | None]


class Phase(StrEnum):
    """What a scan goes through: the nodes of the graph, then what is known and may be there no longer."""

    NODES = "nodes"
    KNOWN = "known"


@dataclass(frozen=True, slots=True)
class Scan:
    """A look at all that is watched, page by page. ``quiet``: the first one, of which nothing is told."""

    phase: Phase
    after: str | None
    quiet: bool


@dataclass(frozen=True, slots=True)
class State:
    """``last``: number of the last event; ``at``: up to where the journal of the graph has been followed; ``scan``: the
    one under way; ``forgotten``: how many commands to forget the feed has obeyed; ``noted``: whether the findings that
    there were at its begin are known."""

    last: int = 0
    at: Position = field(default_factory=Position)
    scan: Scan | None = None
    forgotten: int = 0
    noted: bool = False

    @property
    def first(self) -> int:
        """The number of the oldest event that may be kept."""
        return max(1, self.last - KEPT + 1)

    def encoded(self) -> str:
        """The text of it that a store keeps."""
        scan = None if self.scan is None else [self.scan.phase, self.scan.after, self.scan.quiet]
        return json.dumps([self.last, [self.at.version, self.at.mark], scan, self.forgotten, self.noted])

    @classmethod
    def decoded(cls, text: str) -> "State":
        """The state of such a text."""
        last, at, scan, forgotten, noted = json.loads(text)
        found = None if scan is None else Scan(Phase(scan[0]), scan[1], scan[2])
        return cls(last, Position(*at), found, forgotten, noted)


def state(reader: Reader) -> State | None:
    """The state of the feed; None: nobody has asked for it yet, and nothing is followed."""
    text = reader.records(Space.FEED, (STATE,)).get(STATE)
    return None if text is None else State.decoded(text)


def begin(store: Store) -> State:
    """Let the feed begin, unless it has: from now on changes are told."""
    with store.read() as reader:
        known = state(reader)
    return known if known is not None else store.write(_begin)


def _begin(transaction: Transaction) -> State:
    transaction.lock((LOCK,))
    known = state(transaction)
    if known is not None:
        return known
    scan = Scan(Phase.NODES, None, quiet=True)
    fresh = State(at=position(transaction), scan=scan, forgotten=len(forgets(briefly(transaction))))
    transaction.apply(ChangeSet(records={(Space.FEED, *STATE): fresh.encoded()}))
    return fresh


def appended(before: State, news: Sequence[News], time_ns: int) -> tuple[State, Records]:
    """The state with these events behind the last one, and the records of both. Old events go."""
    after = replace(before, last=before.last + len(news))
    records: Records = {}
    for number, one in enumerate(news, start=before.last + 1):
        records[Space.FEED, EVENTS, sort_of(number)] = Change.of(one, number, time_ns).encoded()
    for number in range(before.first, after.first):
        records[Space.FEED, EVENTS, sort_of(number)] = None
    return after, records


def events(reader: Reader, after: int, limit: int) -> list[Change]:
    """The events behind a number, at most ``limit``, in their order."""
    rows = reader.scan(Space.FEED, [Range(EVENTS, low=sort_of(after + 1))], limit=limit)
    return [Change.decoded(row.value) for row in rows]


def event(reader: Reader, number: int) -> Change | None:
    """One event, while it is kept."""
    place = (EVENTS, sort_of(number))
    text = reader.records(Space.FEED, (place,)).get(place)
    return None if text is None else Change.decoded(text)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Events that a filter takes, and up to which number the feed was looked through for them."""

    changes: list[Change]
    until: int


def taken(reader: Reader, where: ChangeFilter, after: int, limit: int) -> Stretch:
    """The events behind a number that a filter takes, of the next ``limit``."""
    found = events(reader, after, limit)
    until = found[-1].number if found else after
    return Stretch([one for one in found if where.takes(one.news)], until)


def kept(reader: Reader, partition: str, names: Sequence[str]) -> Mapping[str, str]:
    """Records of one kind, by name."""
    found = reader.records(Space.FEED, [(partition, name) for name in names]) if names else {}
    return {name: text for (_, name), text in found.items()}


def page(reader: Reader, partition: str, after: str | None, limit: int) -> list[Record]:
    """Records of one kind in the order of their names, behind one."""
    low = None if after is None else after + "\0"
    return reader.scan(Space.FEED, [Range(partition, low=low)], limit=limit)


def sort_of(number: int) -> str:
    """The name of the record of an event."""
    return f"{number:016x}"
