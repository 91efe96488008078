"""Sights gathered to observations: what entries say of one dataset or job, joined with what is known at the same place.

An event is the only one at its order key. A snapshot tells the observations of events again, as far as they can be
seen in what it was made of: then the two are one observation.
"""

from collections.abc import Iterable, Iterator, Mapping

from catalog.fold.documents import document_values
from catalog.fold.history import DELETED, History, Observation, dump_observation, load_observation
from catalog.fold.snapshots import Sight, snapshot_sights
from catalog.fold.workspace import Workspace
from catalog.identity import is_document
from catalog.retention import trimmed
from catalog.statement import Statements
from catalog.store.port import Range, Space

Observations = dict[str, Observation]


def sights_of(at: str, said: Statements) -> Iterator[Sight]:
    """What an entry at an order key sights."""
    for sighting in said.datasets:
        yield sighting.dataset, at, sighting.values
    if said.job is not None:
        yield said.job.job, at, said.job.values
    if said.document is not None:
        yield said.document.document, at, document_values(said.document)
    if said.snapshot is not None:
        yield from snapshot_sights(said.snapshot)


def observed(
    work: Workspace, known: Mapping[str, History], sights: Iterable[Sight], horizon: str = ""
) -> dict[str, Mapping[str, Observation | None]]:
    """The observations to fold, by key of the entity and order key: those that are new or say more than was known.

    Before the ``horizon`` only the last value of each key counts: there also those that go (None).
    """
    seen: dict[str, Observations] = {}
    for entity, at, values in sights:
        digests = {key: DELETED if text is None else work.intern(text) for key, text in values.items()}
        add(seen.setdefault(entity.key, {}), Observation(at, digests))
    _join_known(work, known, seen, horizon)
    changes: dict[str, Mapping[str, Observation | None]] = {**seen, **_trimmed(work, seen, horizon)}
    return {key: there for key, there in changes.items() if there}


def _trimmed(
    work: Workspace, seen: Mapping[str, Observations], horizon: str
) -> dict[str, dict[str, Observation | None]]:
    """The changes of those datasets and jobs of which something is told before the horizon."""
    late = [
        key for key, there in seen.items() if not is_document(key) and min(there, default=horizon) < horizon
    ]
    rows = work.transaction.scan(Space.SIGHTING, [Range(key, high=horizon) for key in late]) if late else []
    stored: dict[str, Observations] = {key: {} for key in late}
    for row in rows:
        stored[row.partition][row.sort] = load_observation(row.sort, row.value)
    found: dict[str, dict[str, Observation | None]] = {}
    for key, there in stored.items():
        before = {**there, **{at: one for at, one in seen[key].items() if at < horizon}}
        latest_first = [before[at] for at in sorted(before, reverse=True)]
        changes = {**seen[key], **{old.at: new for old, new in trimmed(latest_first)}}
        found[key] = {at: one for at, one in changes.items() if one is not None or at in there}
    return found


def add(there: Observations, new: Observation) -> None:
    """Join an observation with what is told at its order key."""
    old = there.get(new.at)
    there[new.at] = new if old is None else _joined(old, new)


def _joined(one: Observation, other: Observation) -> Observation:
    """All values of both; of two for one key (only a snapshot that was tampered with says such) the greater digest."""
    both = {key: max(value, one.values.get(key, value)) for key, value in other.values.items()}
    return Observation(one.at, {**one.values, **both})


def _join_known(
    work: Workspace, known: Mapping[str, History], seen: Mapping[str, Observations], horizon: str
) -> None:
    """Join with the observations that are there, and leave out what says nothing new.

    Only what lies before the end of a history can be there. A sight without values there moves no stretch: it is
    kept, but needs no folding.
    """
    ends = {key: history.last.at for key, history in known.items() if history.last is not None}
    late = [(key, at) for key, there in seen.items() if key in ends for at in there if at <= ends[key]]
    stored = work.transaction.records(Space.SIGHTING, late) if late else {}
    for key, at in late:
        text = stored.get((key, at))
        new = seen[key][at]
        if text is None:
            if not new.values and at >= horizon:
                work.records[Space.SIGHTING, key, at] = dump_observation(seen[key].pop(at))
            continue
        old = load_observation(at, text)
        joined = _joined(old, new)
        if joined.values == old.values:
            del seen[key][at]
        else:
            seen[key][at] = joined
