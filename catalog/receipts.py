"""Receipts: what became of the entries of the log, found by status, producer, problem, time and what they name.

Pages go from the latest on, by order key. What narrows most is asked of an index: the job or dataset that entries
name (their sightings), a problem (records of ``Space.PROBLEM``, which only entries with problems have), a producer, a
status. What is left is compared entry by entry, at most MAX_EXAMINED of them for one page.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec

from catalog.entry import EntryKind, LogEntry, Status
from catalog.instant import instant_of, sortable
from catalog.store.port import LogFilter, Range, Reader, Space

MAX_EXAMINED = 5000
"""How many entries are read for one page; it then ends, and the next one goes on behind them."""
MAX_COUNTED = 100_000
"""How many entries with one problem are counted, the latest first."""
_CHUNK = 250

Place = tuple[str, str]
"""Order key and hash of an entry."""


@dataclass(frozen=True, slots=True)
class ReceiptFilter:
    """Which receipts; None: of any. ``job``, ``dataset``: keys of what the entry names. ``since``, ``until``: bounds of
    the time at which it counts, both included. ``text``: its body has it, whatever the case of letters."""

    status: Status | None = None
    producer: str | None = None
    code: str | None = None
    kind: EntryKind | None = None
    job: str | None = None
    dataset: str | None = None
    since: int | None = None
    until: int | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """``behind``: the place at which the next page goes on; None: there is none."""

    entries: list[LogEntry]
    behind: Place | None


@dataclass(frozen=True, slots=True, order=True)
class ProblemCount:
    """How many entries of a status from a producer have a problem; ``lost``: it cost them a part."""

    producer: str | None
    code: str
    status: Status
    lost: bool
    count: int


class _Problem(msgspec.Struct, array_like=True, frozen=True):
    status: Status
    producer: str | None
    lost: bool


_problem = msgspec.json.Decoder(_Problem)
_encode = msgspec.json.Encoder().encode


def problem_records(entries: Iterable[LogEntry]) -> Iterator[tuple[tuple[Space, str, str], str]]:
    """The records by which entries are found by their problems: one for each entry and code."""
    for entry in entries:
        lost: dict[str, bool] = {}
        for problem in entry.problems:
            lost[problem.code] = lost.get(problem.code, False) or problem.lost
        for code, cost in lost.items():
            text = _encode(_Problem(entry.status, entry.producer, cost)).decode()
            yield (Space.PROBLEM, code, entry.order_key), text


def problem_counts(reader: Reader, codes: Iterable[str], status: Status | None = None) -> list[ProblemCount]:
    """How many entries have each of the problems, by producer, of a status or of any; the most frequent first.

    Of each code the latest MAX_COUNTED entries are counted, without reading them.
    """
    ranges = [Range(code) for code in sorted(set(codes))]
    counts: Counter[tuple[str | None, str, Status, bool]] = Counter()
    for row in reader.scan(Space.PROBLEM, ranges, reverse=True, limit=MAX_COUNTED) if ranges else ():
        said = _problem.decode(row.value)
        if status in (None, said.status):
            counts[said.producer, row.partition, said.status, said.lost] += 1
    found = [ProblemCount(*what, count) for what, count in counts.items()]
    return sorted(found, key=lambda one: (-one.count, one.producer or "", one.code, one.status, one.lost))


def receipts(reader: Reader, where: ReceiptFilter, after: Place | None, first: int) -> ReceiptPage:
    """The latest ``first`` entries before the place ``after`` that the filter names."""
    found: list[LogEntry] = []
    examined, place = 0, after
    while examined < MAX_EXAMINED:
        chunk, last = _chunk(reader, where, place)
        for entry in _matching(reader, where, chunk):
            if len(found) == first:
                return ReceiptPage(found, (found[-1].order_key, found[-1].hash))
            found.append(entry)
        if last is None:
            return ReceiptPage(found, None)
        examined, place = examined + _CHUNK, last
    return ReceiptPage(found, place)


def _chunk(reader: Reader, where: ReceiptFilter, after: Place | None) -> tuple[list[LogEntry], Place | None]:
    """Entries of the leading index before a place, and the last place that was looked at; None: that was the end."""
    named = where.job or where.dataset
    high = None if where.until is None else sortable(where.until + 1)
    low = None if where.since is None else sortable(where.since)
    if named is not None or where.code is not None:
        space, partition = (Space.PROBLEM, where.code or "") if named is None else (Space.SIGHTING, named)
        bounds = [bound for bound in (high, after and after[0]) if bound is not None]
        wanted = Range(partition, low, min(bounds, default=None))
        rows = reader.scan(space, [wanted], reverse=True, limit=_CHUNK)
        entries = reader.entries_at([row.sort for row in rows])
        last = (rows[-1].sort, "") if len(rows) == _CHUNK else None
        return [entries[row.sort] for row in rows if row.sort in entries], last
    if high is not None and (after is None or after[0] >= high):
        after = (high, "")
    log = LogFilter(where.status, where.producer)
    page = reader.log_in_order(after, _CHUNK, log, reverse=True)
    inside = [entry for entry in page if low is None or entry.order_key >= low]
    whole = len(page) == len(inside) == _CHUNK
    return inside, (page[-1].order_key, page[-1].hash) if whole else None


def _matching(reader: Reader, where: ReceiptFilter, entries: list[LogEntry]) -> list[LogEntry]:
    text = None if where.text is None else where.text.casefold()
    found = [
        entry
        for entry in entries
        if where.status in (None, entry.status)
        and where.producer in (None, entry.producer)
        and where.kind in (None, entry.kind)
        and (where.code is None or any(problem.code == where.code for problem in entry.problems))
        and (text is None or text in entry.body.casefold())
    ]
    if where.job is not None and where.dataset is not None:
        places = [(where.dataset, entry.order_key) for entry in found]
        naming = reader.records(Space.SIGHTING, places) if places else {}
        found = [entry for entry in found if (where.dataset, entry.order_key) in naming]
    return found


def effective_at(entry: LogEntry) -> int:
    """The instant at which an entry counts."""
    return instant_of(entry.order_key)
