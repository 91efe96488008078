"""Which runs a command to retain has to keep, so that nothing changes that holds at its cutoff or later."""

from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

from catalog.canonical import Json
from catalog.fold.edges import decode_members
from catalog.fold.history import Fold, MembersOf, Observation, load_observation
from catalog.fold.ledger import FACTS
from catalog.fold.runs import load_run
from catalog.instant import format_instant, sortable
from catalog.state import blobs
from catalog.store.port import NodeFilter, Range, Reader, Record, Space
from ontology.vocabulary import Label

_PAGE = 200
_CHUNK = 500
"""Runs or observations that are read at once."""


def retention(reader: Reader, before_ns: int, keep_runs: int) -> dict[str, Json]:
    """The terms of a command that keeps all since ``before_ns``, what holds then, and of each job its ``keep_runs``
    latest runs."""
    kept: set[str] = set()
    for job in _jobs(reader):
        kept |= _kept_runs(reader, job, sortable(before_ns), keep_runs)
    return {"before": format_instant(before_ns), "keepRuns": keep_runs, "runs": sorted(kept)}


def _jobs(reader: Reader) -> Iterator[str]:
    after: str | None = None
    while page := reader.page(NodeFilter((Label.JOB, Label.PIPELINE)), after, _PAGE):
        yield from (node.key for node in page)
        after = page[-1].key


def _kept_runs(reader: Reader, job: str, cutoff: str, keep_runs: int) -> set[str]:
    """The runs of a job begun before the cutoff that are kept."""
    latest = reader.scan(Space.RUN_ORDER, [Range(job)], reverse=True, limit=keep_runs) if keep_runs else []
    kept = {row.sort: row.value for row in latest if row.sort < cutoff}
    is_empty = True
    for rows in _forwards(reader, Space.RUN_ORDER, job, cutoff):
        is_empty = False
        stored = reader.records(Space.STATE, [(row.value, FACTS) for row in rows])
        lasting = {key for (key, _), text in stored.items() if load_run(text).last >= cutoff}
        kept.update({row.sort: row.value for row in rows if row.value in lasting})
    if is_empty:
        return set()
    places = _tellers(reader, job, cutoff, kept.keys()) - kept.keys()
    found = reader.records(Space.RUN_ORDER, [(job, place) for place in places]) if places else {}
    return {*kept.values(), *found.values()}


def _forwards(reader: Reader, space: Space, partition: str, high: str) -> Iterator[list[Record]]:
    """The records of a partition before ``high``, some at a time."""
    low: str | None = None
    while rows := reader.scan(space, [Range(partition, low, high)], limit=_CHUNK):
        yield sorted(rows, key=lambda row: row.sort)
        if len(rows) < _CHUNK:
            return
        low = f"{max(row.sort for row in rows)} "  # a blank sorts before whatever else may follow


def _tellers(reader: Reader, job: str, cutoff: str, kept: Collection[str]) -> set[str]:
    """The places of the runs that make the lineage at the cutoff: those that told it last, and those still open. Where
    they alone, with those that are kept anyway, would make another, all are told that make any."""
    members = _Members(reader)
    fold = _folded(_observed(reader, job, cutoff), members)
    found = {stretch.last for stretch in fold.stretches.values()} | {one.at for one in fold.open}
    alone = {*found, *kept}
    stored = reader.records(Space.JOB_RUN, [(job, place) for place in alone]) if alone else {}
    again = _folded((load_observation(at, text) for (_, at), text in sorted(stored.items())), members)
    if _said(again) == _said(fold):
        return found
    return {one.at for one in _observed(reader, job, cutoff)}


def _observed(reader: Reader, job: str, cutoff: str) -> Iterator[Observation]:
    """What the runs of a job that make its lineage told before the cutoff, in order."""
    for rows in _forwards(reader, Space.JOB_RUN, job, cutoff):
        yield from (load_observation(row.sort, row.value) for row in rows)


class _Members:
    """Digest of a set of outputs → the keys in it; the latest ones are remembered."""

    def __init__(self, reader: Reader) -> None:
        self._read = lru_cache(maxsize=1000)(lambda digest: decode_members(blobs(reader, {digest})[digest]))

    def __call__(self, digest: str) -> frozenset[str]:
        return self._read(digest)


def _said(fold: Fold) -> tuple[dict[str, str], tuple[Observation, ...]]:
    """What a fold and all that comes behind it depend on."""
    return {key: stretch.value for key, stretch in fold.stretches.items()}, fold.open


def _folded(observations: Iterable[Observation], members: MembersOf) -> Fold:
    fold = Fold()
    for one in observations:
        fold, _ = fold.after(one, members)
    return fold
