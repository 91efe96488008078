"""Histories: what was observed of one thing over time, compressed to stretches of equal values.

A history is a set of *observations*, each at an order key, each giving values to some keys. Three kinds exist and fold
alike: the facts of a dataset or job (an observation for every log entry that names it), the lineage of a job (an
observation for every run that has inputs or outputs and did not fail, at the run's begin), and what a document says (an
observation for every version of it).

At any time a key has the value of the latest *settled* observation that gave it one. An unsettled observation (a run
still open) adds its values beside that, until the next settled one. The fold keeps, for the end of the history, the
state before its last observation and that observation, so that appending to it or changing it needs nothing else.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from catalog.instant import instant_of
from catalog.statement import GAP

DELETED = ""
"""The digest that stands for "no longer"."""

T = TypeVar("T")
COLUMNS = "columns:"
"""Prefix of the keys that hold for one output of a job: they end when the job no longer writes that output."""
INPUTS = "inputs"
OUTPUTS = "outputs"
FLOWS = "flows"
"""Data that flows into jobs without a dataset between, or into jobs that others tell of."""
DATASET_COLUMNS = "columns"
LINEAGE = "lineage"
"""The lineage that a dataset declares with a lineage facet; while it holds, that of its column lineage does not."""
NODE = "node:"
"""Prefix of the keys that hold for one node of a document: they end when the document no longer has that node."""
NODES = "nodes"
LISTED = ((OUTPUTS, COLUMNS), (NODES, NODE))
"""(a key whose value is a set of node keys, the prefix of the keys that end when it no longer has theirs)."""

PASSING = frozenset((GAP,))
"""Keys of what one settled observation says of itself: the next one ends it, unless it says so again."""

MembersOf = Callable[[str], frozenset[str]]
"""Digest of an ``outputs`` or ``nodes`` value → the keys in it."""

Composition = Mapping[str, frozenset[str]]
"""Which values (digests) hold for each key at some time."""


class Observation(msgspec.Struct, frozen=True):
    """Values given to keys at one order key; ``settled`` False for a run that has not ended."""

    at: str
    values: Mapping[str, str]
    settled: bool = True


class Stretch(msgspec.Struct, frozen=True):
    """A value, and the order keys of the first and last observation of it in a row."""

    value: str
    first: str
    last: str


class Closed(msgspec.Struct, frozen=True):
    """A stretch that another value ended: ``at`` is the order key of the observation that did."""

    key: str
    stretch: Stretch
    at: str


class Fold(msgspec.Struct, frozen=True):
    """What holds behind some observation: the latest stretch of each key, and the open observations since."""

    stretches: Mapping[str, Stretch] = msgspec.field(default_factory=dict)
    open: tuple[Observation, ...] = ()

    def after(self, observation: Observation, members_of: MembersOf) -> "tuple[Fold, list[Closed]]":
        """The fold behind one more observation, and the stretches it closes."""
        if not observation.settled:
            return (
                self if self._says_already(observation) else Fold(self.stretches, (*self.open, observation))
            ), []
        stretches = dict(self.stretches)
        closed = []
        for key in self._outlived(observation, members_of):
            closed.append(Closed(key, stretches.pop(key), observation.at))
        for key, value in observation.values.items():
            current = stretches.get(key)
            if current is not None and current.value == value:
                stretches[key] = Stretch(value, current.first, observation.at)
                continue
            if current is not None:
                closed.append(Closed(key, current, observation.at))
            stretches[key] = Stretch(value, observation.at, observation.at)
        return Fold(stretches), closed

    def _outlived(self, observation: Observation, members_of: MembersOf) -> list[str]:
        """The keys of outputs or nodes that a settled observation no longer lists, or of what is said once."""
        ended = [key for key in PASSING if key in self.stretches and key not in observation.values]
        for whole, prefix in LISTED:
            members = observation.values.get(whole)
            current = self.stretches.get(whole)
            if members is None or (current is not None and current.value == members):
                continue
            others = [
                key for key in self.stretches if key.startswith(prefix) and key not in observation.values
            ]
            if others:  # only then the members are worth reading
                kept = members_of(members)
                ended += [key for key in others if key[len(prefix) :] not in kept]
        return ended

    def _says_already(self, observation: Observation) -> bool:
        return all(
            (key in self.stretches and self.stretches[key].value == value)
            or any(earlier.values.get(key) == value for earlier in self.open)
            for key, value in observation.values.items()
        )

    def composition(self, tells: Callable[[str], bool] = lambda _key: True) -> Composition:
        """The values that hold for each key that ``tells`` names."""
        values = {
            key: {stretch.value}
            for key, stretch in self.stretches.items()
            if stretch.value != DELETED and tells(key)
        }
        for observation in self.open:
            for key, value in observation.values.items():
                if tells(key):
                    values.setdefault(key, set()).add(value)
        if LINEAGE in values:
            values.pop(DATASET_COLUMNS, None)
        return {key: frozenset(found) for key, found in values.items()}


class History:
    """The end of a history: the fold before the last observation, and the last observation."""

    __slots__ = ("_end", "before", "last")

    def __init__(
        self, before: Fold | None = None, last: Observation | None = None, end: Fold | None = None
    ) -> None:
        """``end``: the fold at the end, where it is known already."""
        self.before = before or Fold()
        self.last = last
        self._end = end

    def fold(self, members_of: MembersOf) -> Fold:
        """The fold at the end."""
        if self._end is None:
            self._end = self.before if self.last is None else self.before.after(self.last, members_of)[0]
        return self._end

    @property
    def stretches(self) -> Mapping[str, Stretch]:
        """The latest stretch of each key at the end, as facts and documents have them: facts have nothing to outlive,
        and the last observation of a document gives a value to every node that it lists."""
        return self.fold(_no_others).stretches


def _no_others(_digest: str) -> frozenset[str]:
    return frozenset()


class Segment(msgspec.Struct, frozen=True):
    """From ``start`` (nanoseconds) on, this composition holds."""

    start: int
    composition: Composition


@dataclass(frozen=True, slots=True)
class Suffix:
    """The end of a history from ``at`` on: the fold just before it, and the observations as they were and as they are.

    ``stale``: stored closed stretches that were closed in it.
    """

    at: str
    start: Fold
    old: tuple[Observation, ...]
    new: tuple[Observation, ...]
    stale: tuple[Closed, ...]


@dataclass(frozen=True, slots=True)
class Advance:
    """What a changed suffix means: the new end, the stretches to store and delete, the segments from ``since`` on.

    The first segment is the composition before the suffix; ``segments`` is None when no composition changed, so that
    no edge needs a look.
    """

    history: History
    closed: tuple[Closed, ...]
    stale: tuple[Closed, ...]
    since: int
    segments: tuple[Segment, ...] | None


def slipped_in(history: History, added: Mapping[str, Observation | None]) -> History | None:
    """The history with observations before its last one that were not there, and say what held there and holds since.

    No stretch changes then, but for where the last one before the end was sighted last: what many runs read at once is
    sighted out of order, again and again. None where an observation says something else, or stands at the end.
    """
    last = history.last
    if last is None or history.before.open or max(added) >= last.at:
        return None
    stretches = dict(history.before.stretches)
    for at, observation in added.items():
        if observation is None or not observation.settled:
            return None
        for key, value in observation.values.items():
            held = stretches.get(key)
            if held is None or held.value != value or at < held.first:
                return None
            if held.last < at:
                if (
                    last.values.get(key, value) != value
                ):  # it is told where the last one ends the stretch, too
                    return None
                stretches[key] = Stretch(value, held.first, at)
    return History(Fold(stretches), last)


def suffix_at_end(
    history: History, changes: Mapping[str, Observation | None], members_of: MembersOf
) -> Suffix | None:
    """The suffix when the changes only append to a history or change its last observation; else None."""
    first = min(changes)
    new = tuple(observation for _, observation in sorted(changes.items()) if observation is not None)
    last = history.last
    if last is None or first > last.at:
        return Suffix(first, history.fold(members_of), (), new, ())
    if first < last.at or not new:
        return None
    _, stale = history.before.after(last, members_of)
    return Suffix(first, history.before, (last,), new, tuple(stale))


def advance(suffix: Suffix, members_of: MembersOf, tells: Callable[[str], bool]) -> Advance:
    """Fold the new observations of a suffix; segments are of the keys that ``tells`` names (those that tell edges)."""
    history, since = History(suffix.start), instant_of(suffix.at)
    folds = [suffix.start]
    closed: list[Closed] = []
    for observation in suffix.new:
        fold, ended = folds[-1].after(observation, members_of)
        history = History(folds[-1], observation, fold)
        folds.append(fold)
        closed += ended
    if _only_goes_on(suffix, closed, tells):
        return Advance(history, tuple(closed), suffix.stale, since, None)
    now = _segments(since, folds, suffix.new, tells)
    before = _segments(since, _folds(suffix.start, suffix.old, members_of), suffix.old, tells)
    return Advance(history, tuple(closed), suffix.stale, since, None if now == before else tuple(now))


def _only_goes_on(suffix: Suffix, closed: Sequence[Closed], tells: Callable[[str], bool]) -> bool:
    """Whether observations at the end say again what holds, as most do: then no composition changes."""
    if suffix.old or suffix.start.open or any(tells(one.key) for one in closed):
        return False
    held = suffix.start.stretches
    return all(
        observation.settled and all(key in held or not tells(key) for key in observation.values)
        for observation in suffix.new
    )


def changes(suffix: Suffix, key: str, members_of: MembersOf) -> bool:
    """Whether other values of a key hold at some time since a suffix begins, or are told to hold since another time."""
    observed = (*suffix.start.open, *suffix.old, *suffix.new)
    if not any(key in one.values for one in observed) or _stays(suffix, key):
        return False

    def tells(other: str) -> bool:
        return other == key

    def told(observations: Sequence[Observation]) -> tuple[list[Segment], set[tuple[str, int, int]]]:
        folds = _folds(suffix.start, observations, members_of)
        since = instant_of(suffix.at)
        return _segments(since, folds, observations, tells), _held(folds, observations, key)

    return told(suffix.old) != told(suffix.new)


def _held(folds: Sequence[Fold], observations: Iterable[Observation], key: str) -> set[tuple[str, int, int]]:
    """The stretches of a key and what is open of it in the end: value, begin, end (0: none). What an open observation
    gave on to a settled one counts from there on."""
    found: set[tuple[str, int, int]] = set()
    for observation, before, after in zip(observations, folds, folds[1:], strict=False):
        one, next_ = before.stretches.get(key), after.stretches.get(key)
        if one is not None and (next_ is None or next_.first != one.first):
            found.add((one.value, instant_of(one.first), instant_of(observation.at)))
    last = folds[-1]
    if key in last.stretches:
        found.add((last.stretches[key].value, instant_of(last.stretches[key].first), 0))
    return found | {(one.values[key], instant_of(one.at), 0) for one in last.open if key in one.values}


def _stays(suffix: Suffix, key: str) -> bool:
    """Whether all observations surely give a key the one value that it has had, or has had since the first of them."""
    said = {one.values.get(key) for one in (*suffix.old, *suffix.new)}
    if len(said) != 1 or None in said or suffix.start.open:
        return False
    held = suffix.start.stretches.get(key)
    if held is not None:
        return {held.value} == said
    if not (suffix.old and suffix.new):
        return False
    first, now_first = suffix.old[0], suffix.new[0]
    return first.at == now_first.at and first.settled and now_first.settled


def _folds(start: Fold, observations: Iterable[Observation], members_of: MembersOf) -> list[Fold]:
    """The fold before the first observation, and that behind each."""
    folds = [start]
    for observation in observations:
        folds.append(folds[-1].after(observation, members_of)[0])
    return folds


def _segments(
    since: int, folds: Sequence[Fold], observations: Iterable[Observation], tells: Callable[[str], bool]
) -> list[Segment]:
    """The composition at ``since`` as it was before the first observation, then one segment for each change."""
    segments = [Segment(since, folds[0].composition(tells))]
    for observation, fold in zip(observations, folds[1:], strict=True):
        composition = fold.composition(tells)
        if composition != segments[-1].composition:
            segments.append(Segment(instant_of(observation.at), composition))
    return segments


class _StoredHistory(msgspec.Struct, array_like=True, frozen=True):
    stretches: dict[str, tuple[str, str, str]]
    open: list[tuple[str, dict[str, str]]]
    last: tuple[str, dict[str, str], bool] | None


_history_decoder = msgspec.json.Decoder(_StoredHistory)
_closed_decoder = msgspec.json.Decoder(tuple[str, str, str, str, str])
_observation_decoder = msgspec.json.Decoder(tuple[dict[str, str], bool])
_encode = msgspec.json.Encoder().encode


def _in_order(values: Mapping[str, T]) -> dict[str, T]:
    """By key, so that the text is one. The encoder's own order takes the square of the time where sorted keys have a
    smaller one behind them, as a document's have: minutes for 100,000 nodes."""
    return dict(sorted(values.items()))


def dump_history(history: History) -> str:
    last = history.last
    stored = _StoredHistory(
        _in_order({key: (s.value, s.first, s.last) for key, s in history.before.stretches.items()}),
        [(observation.at, _in_order(observation.values)) for observation in history.before.open],
        None if last is None else (last.at, _in_order(last.values), last.settled),
    )
    return _encode(stored).decode()


def load_history(text: str) -> History:
    stored = _history_decoder.decode(text)
    before = Fold(
        {key: Stretch(*parts) for key, parts in stored.stretches.items()},
        tuple(Observation(at, values, False) for at, values in stored.open),
    )
    return History(before, None if stored.last is None else Observation(*stored.last))


def dump_closed(closed: Closed) -> str:
    stretch = closed.stretch
    return _encode((closed.key, stretch.value, stretch.first, stretch.last, closed.at)).decode()


def load_closed(text: str) -> Closed:
    key, value, first, last, at = _closed_decoder.decode(text)
    return Closed(key, Stretch(value, first, last), at)


def dump_observation(observation: Observation) -> str:
    return _encode((_in_order(observation.values), observation.settled)).decode()


def load_observation(at: str, text: str) -> Observation:
    return Observation(at, *_observation_decoder.decode(text))
