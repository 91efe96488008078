"""Histories in the store: where their observations, stretches and ends are kept, and how a change is folded in."""

from collections.abc import Mapping
from dataclasses import dataclass

from catalog.canonical import sha256
from catalog.fold import history as h
from catalog.fold.edges import (
    Entity,
    decode_members,
    edge_specs,
    intervals,
    reconcile,
    tells_edges,
    told_by_rule,
)
from catalog.fold.workspace import Workspace
from catalog.graph import Edge
from catalog.identity import CurationId, DatasetId, DocumentId, JobId, kind_of
from catalog.instant import instant_of
from catalog.store.port import ALL_CURATIONS, Range, Record, Space
from ontology.vocabulary import Origin, Rel

FACTS = ""
RUNS = "runs"
SQL = "sql"
"""The key of the SQL of a job, among the facts of the job (declared) and in the lineage of its runs."""
TOLD = frozenset(
    (
        Rel.CONSUMED_BY,
        Rel.PRODUCES,
        Rel.PRECEDES,
        Rel.LINEAGE_GAP,
        Rel.FEEDS,
        Rel.INFLUENCES,
        Rel.HAD_DERIVATION,
        Rel.PASSES_DATA_TO,
        Rel.RENAMED_TO,
        Rel.HAS_FIELD,
        Rel.ALIAS_OF,
        Rel.OWNED_BY,
        Rel.TAGGED,
    )
)
"""The relationships that the histories of events tell; the others follow from what a node is. A document tells any."""
MAX_SORT = 3000
_CHUNK = 64


@dataclass(frozen=True, slots=True)
class Address:
    """A history: of an entity, its facts or (of a job) the lineage of its runs."""

    entity: str
    kind: str = FACTS

    @property
    def stretches(self) -> str:
        """Partition of its closed stretches."""
        return f"{self.entity}|{self.kind}"

    @property
    def observations(self) -> Space:
        return Space.JOB_RUN if self.kind == RUNS else Space.SIGHTING


def closed_sort(closed: h.Closed) -> str:
    """Sort of a closed stretch: the order key that closed it, then its key (a space sorts before anything in both)."""
    sort = f"{closed.at} {closed.key}"
    return sort if len(sort) <= MAX_SORT else f"{closed.at} ~{sha256(closed.key)}"


def fold_changes(
    work: Workspace,
    entity: Entity,
    kind: str,
    stored: h.History | None,
    changes: Mapping[str, h.Observation | None],
    *,
    only_adds: bool = False,
) -> h.Advance:
    """Fold changed observations into a history: writes its records and its edges to the workspace.

    ``changes``: order key → the observation there now, or None where one was and is no more. ``only_adds``: nothing
    that was observed before is taken back.
    """
    address = Address(entity.key, kind)
    if only_adds and isinstance(entity, DatasetId) and stored is not None:
        slipped = h.slipped_in(stored, changes)
        if slipped is not None:
            quiet = h.Advance(slipped, (), (), instant_of(min(changes)), None)
            _write(work, address, changes, quiet)
            return quiet

    def members_of(digest: str) -> frozenset[str]:
        return decode_members(work.text(digest))

    history = stored or h.History()
    suffix = h.suffix_at_end(history, changes, members_of) or _suffix(
        work, address, history, changes, members_of
    )
    if isinstance(entity, JobId) and h.changes(suffix, SQL, members_of):
        work.resql.add(entity.key)
    advanced = h.advance(suffix, members_of, tells_edges)
    _write(work, address, changes, advanced)
    if advanced.segments is not None:
        _write_edges(work, entity, address, advanced.since, advanced.segments, is_new=stored is None)
    return advanced


def _suffix(
    work: Workspace,
    address: Address,
    history: h.History,
    changes: Mapping[str, h.Observation | None],
    members_of: h.MembersOf,
) -> h.Suffix:
    """The suffix from the earliest change on, read from the records: for changes before the end."""
    first = _refold_from(work, address, changes)
    rows = work.transaction.scan(address.observations, [Range(address.entity, low=first)])
    old = tuple(h.load_observation(row.sort, row.value) for row in rows)
    after = {observation.at: observation for observation in old}
    for at, observation in changes.items():
        after.pop(at, None)
        if observation is not None:
            after[at] = observation
    new = tuple(after[at] for at in sorted(after))
    ended = work.transaction.scan(Space.STRETCH, [Range(address.stretches, low=first)])
    stale = tuple(h.load_closed(row.value) for row in ended)
    alive = {closed.key: closed.stretch for closed in stale if closed.stretch.first < first}
    for key, stretch in history.fold(members_of).stretches.items():
        if stretch.first < first:
            alive[key] = stretch
    return h.Suffix(first, _fold_before(work, address, first, alive, members_of), old, new, stale)


def _refold_from(work: Workspace, address: Address, changes: Mapping[str, h.Observation | None]) -> str:
    """The earliest change; when only removals at the end are left behind it, the observation before it, so that the
    history keeps a last one."""
    first = min(changes)
    if any(observation is not None for observation in changes.values()):
        return first
    rows = work.transaction.scan(address.observations, [Range(address.entity, low=first)])
    if any(row.sort not in changes for row in rows):
        return first
    previous = _backwards(work, address, first, limit=1)
    return previous[0].sort if previous else first


def _fold_before(
    work: Workspace, address: Address, first: str, alive: dict[str, h.Stretch], members_of: h.MembersOf
) -> h.Fold:
    """The fold just before ``first``: the stretches alive there, cut to their last observation before it, and what was
    open. Reads observations backwards only as far as it must."""
    uncut = {key for key, stretch in alive.items() if stretch.last >= first}
    stretches = dict(alive)
    opened: list[h.Observation] = []
    settled, high = False, first
    while uncut or not settled:
        rows = _backwards(work, address, high)
        for row in rows:
            observation = h.load_observation(row.sort, row.value)
            if not observation.settled:
                if not settled:
                    opened.append(observation)
                continue
            settled = True
            for key in uncut & observation.values.keys():
                stretches[key] = h.Stretch(alive[key].value, alive[key].first, observation.at)
                uncut.discard(key)
            if not uncut:
                break
        if len(rows) < _CHUNK:
            break
        high = rows[-1].sort
    fold = h.Fold(stretches)
    for observation in reversed(opened):
        fold, _ = fold.after(observation, members_of)
    return fold


def _backwards(work: Workspace, address: Address, high: str, limit: int = _CHUNK) -> list[Record]:
    """Observations before ``high``, latest first."""
    ranges = [Range(address.entity, high=high)]
    rows = work.transaction.scan(address.observations, ranges, reverse=True, limit=limit)
    return sorted(rows, key=lambda row: row.sort, reverse=True)


def _write(
    work: Workspace, address: Address, changes: Mapping[str, h.Observation | None], advanced: h.Advance
) -> None:
    is_curation = kind_of(address.entity) == "curation"
    for at, observation in changes.items():
        text = None if observation is None else h.dump_observation(observation)
        work.records[address.observations, address.entity, at] = text
        if is_curation:
            work.records[Space.CURATION, ALL_CURATIONS, at] = None if text is None else address.entity
    for closed in advanced.stale:
        work.records[Space.STRETCH, address.stretches, closed_sort(closed)] = None
    for closed in advanced.closed:
        work.records[Space.STRETCH, address.stretches, closed_sort(closed)] = h.dump_closed(closed)
    empty = advanced.history.last is None
    work.records[Space.STATE, address.entity, address.kind] = (
        None if empty else h.dump_history(advanced.history)
    )


def _write_edges(
    work: Workspace,
    entity: Entity,
    address: Address,
    since: int,
    segments: tuple[h.Segment, ...],
    *,
    is_new: bool,
) -> None:
    told = {
        (key, digest)
        for segment in segments
        for key, digests in segment.composition.items()
        for digest in digests
    }
    work.load_blobs(digest for _, digest in told)
    specs = {(key, digest): edge_specs(entity, key, work.text(digest), work.names) for key, digest in told}
    stored: list[Edge] = []
    if not is_new:
        for origin in _origins(entity, address):
            types = None if isinstance(entity, DocumentId | CurationId) else TOLD
            told_before = work.transaction.edges_told_by(entity.key, origin, since, types)
            stored += [edge for edge in told_before if not told_by_rule(edge)]
    work.change_edges(reconcile(entity.key, stored, intervals(entity, segments, specs), since), stored)


def _origins(entity: Entity, address: Address) -> tuple[Origin, ...]:
    """Which edges a history tells: documents and facts of a job declare, its runs show; facts of a dataset do both."""
    if address.kind == RUNS:
        return (Origin.OBSERVED,)
    if isinstance(entity, CurationId):
        return (Origin.CURATED,)
    declares = isinstance(entity, JobId | DocumentId)
    return (Origin.DECLARED,) if declares else (Origin.DECLARED, Origin.OBSERVED)
