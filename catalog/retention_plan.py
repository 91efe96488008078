"""Which runs a command to retain has to keep, so that nothing changes that holds at its cutoff or later."""

from collections.abc import Iterator, Mapping

from catalog.canonical import Json
from catalog.fold.edges import decode_members
from catalog.fold.history import OUTPUTS, Fold, Observation, load_observation
from catalog.fold.ledger import FACTS
from catalog.fold.runs import RunState, load_run
from catalog.instant import format_instant, sortable
from catalog.state import blobs
from catalog.store.port import NodeFilter, Range, Reader, Space
from ontology.vocabulary import Label

_PAGE = 200


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
    places = {row.sort: row.value for row in reader.scan(Space.RUN_ORDER, [Range(job)])}
    old = sorted(place for place in places if place < cutoff)
    if not old:
        return set()
    stored = reader.records(Space.STATE, [(places[place], FACTS) for place in old])
    runs = {key: load_run(text) for (key, _), text in stored.items()}
    latest = set(sorted(places)[-keep_runs:]) if keep_runs else set()
    kept = {place for place in old if place in latest or _lasts(runs[places[place]], cutoff)}
    kept |= _tellers(reader, job, cutoff, kept)
    return {places[place] for place in kept}


def _lasts(run: RunState, cutoff: str) -> bool:
    return run.last >= cutoff


def _tellers(reader: Reader, job: str, cutoff: str, kept: set[str]) -> set[str]:
    """The places of the runs that make the lineage at the cutoff: those that told it last, and those still open. Where
    they alone, with those that are kept anyway, would make another, all are told that make any."""
    rows = reader.scan(Space.JOB_RUN, [Range(job, high=cutoff)])
    observed = [load_observation(row.sort, row.value) for row in sorted(rows, key=lambda row: row.sort)]
    texts = blobs(reader, {one.values[OUTPUTS] for one in observed if OUTPUTS in one.values})
    members = {digest: decode_members(text) for digest, text in texts.items()}
    fold = _folded(observed, members)
    found = {stretch.last for stretch in fold.stretches.values()} | {one.at for one in fold.open}
    again = _folded([one for one in observed if one.at in found | kept], members)
    return found if _said(again) == _said(fold) else {one.at for one in observed}


def _said(fold: Fold) -> tuple[dict[str, str], tuple[Observation, ...]]:
    """What a fold and all that comes behind it depend on."""
    return {key: stretch.value for key, stretch in fold.stretches.items()}, fold.open


def _folded(observations: list[Observation], members: Mapping[str, frozenset[str]]) -> Fold:
    fold = Fold()
    for one in observations:
        fold, _ = fold.after(one, members.__getitem__)
    return fold
