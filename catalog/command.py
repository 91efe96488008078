"""Operators' commands: log entries that tell the catalog what to do with what other entries say.

A command is a value like any other entry's: it counts at its order key, which stands behind all events of its instant,
and the graph is a pure function of the set of events, documents and commands. A store keeps its commands apart, in
order, because each batch of entries is read in their light.
"""

from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any

from catalog.canonical import encode, plain, sha256
from catalog.store.port import Range, Reader, Space

COMMAND_RANK = 15
"""The last of the ranks: a command is about all that came until its instant."""
_WHOLE = "commands"
_BRIEF = "brief"
_MARK = ""
"""Sorts before all order keys."""
_HASH = "hash"
MAX_STORES = 4
"""Of so many sets of commands each process remembers what they say."""
MAX_REMEMBERED = 10_000
"""Longer bodies are not remembered: they name very many runs."""
RUNS_NAMED = "runs"
"""The partitions in which a store keeps its commands; sort: order key. What each batch reads has no lists of runs."""


@dataclass(frozen=True, slots=True, order=True)
class Command:
    """``at``: its order key. ``body``: canonical JSON, ``{"command": its name, "at": its time, "why"?, "by"?, …}``.

    ``identity``: the hash of its log entry, of one that is told briefly.
    """

    at: str
    body: str
    identity: str = ""

    @property
    def hash(self) -> str:
        """The identity of its log entry."""
        return self.identity or sha256(self.body)

    @property
    def key(self) -> str:
        """What it is locked and told by."""
        return f"command/{self.hash}"

    @property
    def terms(self) -> Mapping[str, Any]:
        """What it says."""
        terms = _terms(self.body) if len(self.body) <= MAX_REMEMBERED else plain(self.body)
        return {key: value for key, value in terms.items() if not (self.identity and key == _HASH)}

    @property
    def name(self) -> str:
        """What it does: forget, retain …"""
        return str(self.terms["command"])

    def said(self, name: str) -> str | None:
        """A text among what it says."""
        value = self.terms.get(name)
        return value if isinstance(value, str) else None

    @property
    def runs(self) -> Sequence[str]:
        """The keys of the runs that it names."""
        return tuple(self.terms.get(RUNS_NAMED, ()))

    def records(self) -> Iterator[tuple[tuple[Space, str, str], str]]:
        """The records by which a store keeps it."""
        yield (Space.COMMAND, _WHOLE, self.at), self.body
        brief = {key: value for key, value in self.terms.items() if key != RUNS_NAMED}
        yield (Space.COMMAND, _BRIEF, self.at), encode({**brief, _HASH: self.hash})
        for run in self.runs:
            yield (Space.COMMAND, _runs_of(self.hash), run), ""


@lru_cache(maxsize=10_000)
def _terms(body: str) -> Mapping[str, Any]:
    """Remembered: each batch of entries asks all commands of a store."""
    found: dict[str, Any] = plain(body)
    return found


def _runs_of(hash_: str) -> str:
    return f"runs/{hash_}"


def given(reader: Reader) -> list[Command]:
    """All commands of a store, oldest first, those too that others have superseded."""
    rows = reader.scan(Space.COMMAND, [Range(_WHOLE)])
    return [Command(row.sort, row.value) for row in sorted(rows, key=lambda row: row.sort)]


def whole(reader: Reader, brief: Sequence[Command]) -> list[Command]:
    """Commands that were told briefly, with the runs that they name."""
    found = reader.records(Space.COMMAND, [(_WHOLE, one.at) for one in brief]) if brief else {}
    return [Command(at, text) for (_, at), text in sorted(found.items())]


def briefly(reader: Reader) -> Sequence[Command]:
    """All commands of a store without the runs that they name, oldest first.

    Each batch asks this. A mark tells which commands there are, so that they are read again only when others are.
    """
    first = reader.scan(Space.COMMAND, [Range(_BRIEF)], limit=1)
    if not first:
        return ()
    mark = first[0].value if first[0].sort == _MARK else None
    known = None if mark is None else _remembered.get(mark)
    if known is None:
        rows = sorted(reader.scan(Space.COMMAND, [Range(_BRIEF)]), key=lambda row: row.sort)
        told = (row for row in rows if row.sort != _MARK)
        known = tuple(Command(row.sort, row.value, str(_terms(row.value)[_HASH])) for row in told)
        if mark is not None:
            _remembered.put(mark, known)
    return known


def marked(commands: Iterable[Command]) -> tuple[tuple[Space, str, str], str]:
    """The record by which ``briefly`` knows that a store has these commands and no others."""
    return (Space.COMMAND, _BRIEF, _MARK), sha256(encode(sorted(one.hash for one in commands)))


class _Remembered:
    """The commands of the stores that were asked last, by their marks. Safe to share between threads."""

    def __init__(self) -> None:
        self._found: OrderedDict[str, tuple[Command, ...]] = OrderedDict()
        self._lock = Lock()

    def get(self, mark: str) -> tuple[Command, ...] | None:
        with self._lock:
            return self._found.get(mark)

    def put(self, mark: str, commands: tuple[Command, ...]) -> None:
        with self._lock:
            self._found[mark] = commands
            while len(self._found) > MAX_STORES:
                self._found.popitem(last=False)


_remembered = _Remembered()


def named_runs(reader: Reader, pairs: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of the (hash of a command, key of a run) of which the command names the run."""
    asked = {(_runs_of(hash_), run): (hash_, run) for hash_, run in pairs}
    return {asked[address] for address in reader.records(Space.COMMAND, list(asked))} if asked else set()
